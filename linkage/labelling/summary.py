"""How labelling stands, in words: who has labelled how much, how far they agree, and where they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt

from linkage.evaluation.annotators import (
    Agreement,
    cohen_kappa,
    contingency,
    fleiss_kappa,
    krippendorff_alpha,
)
from linkage.labelling.consensus import Consolidated, consolidate
from linkage.labelling.labels import LABELS, Labels

Int64 = npt.NDArray[np.int64]


def render_summary(labels: Labels, *, shown: int = 20, across: bool = False) -> str:
    """Return the summary as text: counts by labeller, agreement, and up to ``shown`` pairs they disagree about."""
    known = consolidate(labels.labels, across=across)
    labellers = sorted({name for label in known for name in label.answers})
    lines = [f"pairs: {len(known):,}; answers: {sum(len(label.answers) for label in known):,}"]
    superseded = len(labels.labels) - sum(len(label.answers) for label in known)
    if superseded:
        lines.append(f"answers replaced by a later one of the same labeller: {superseded:,}")
    lines += [*_counts(known, labellers), *_agreement(known, labellers), *_disagreements(known, shown)]
    lines += _rejects(labels)
    return "\n".join(lines)


def answer_codes(known: Sequence[Consolidated], labellers: Sequence[str]) -> Int64:
    """Return who answered what, int64 (n_pairs, n_labellers): the place in :data:`LABELS`, -1 for no answer."""
    place = {label: number for number, label in enumerate(LABELS)}
    codes = [[place[label.answers[name]] if name in label.answers else -1 for name in labellers] for label in known]
    return np.array(codes, np.int64).reshape(len(known), len(labellers))


def _counts(known: Sequence[Consolidated], labellers: Sequence[str]) -> list[str]:
    width = max([len("labeller"), len("together"), *(len(name or "(nobody)") for name in labellers)])
    lines = ["", "  ".join([f"{'labeller':<{width}}", *(f"{label:>9}" for label in LABELS), f"{'all':>9}"])]
    rows = [(name or "(nobody)", Counter(k.answers[name] for k in known if name in k.answers)) for name in labellers]
    rows.append(("together", Counter(label.label for label in known)))
    for name, count in rows:
        numbers = [count[label] for label in LABELS]
        lines.append("  ".join([f"{name:<{width}}", *(f"{number:>9,}" for number in [*numbers, sum(numbers)])]))
    return lines


def _agreement(known: Sequence[Consolidated], labellers: Sequence[str]) -> list[str]:
    codes = answer_codes(known, labellers)
    lines = []
    for one, other in combinations(range(len(labellers)), 2):
        found = cohen_kappa(contingency(codes[:, one], codes[:, other], len(LABELS)))
        if found.items:
            lines.append(f"Cohen's kappa of {labellers[one]} and {labellers[other]}: {_told(found)}")
    counts = np.stack([(codes == place).sum(axis=1) for place in range(len(LABELS))], axis=1)
    several = counts[counts.sum(axis=1) >= 2]
    if len(labellers) > 2 and len(several):
        if np.ptp(several.sum(axis=1)) == 0:
            lines.append(f"Fleiss' kappa of all: {_told(fleiss_kappa(several))}")
        lines.append(f"Krippendorff's alpha of all: {_told(krippendorff_alpha(several))}")
    return ["", *(lines or ["no pair has two labellers yet, so agreement is not known"])]


def _told(found: Agreement) -> str:
    if np.isnan(found.value):
        return f"not to be told from {found.items:,} pairs: all have one label"
    interval = found.interval
    between = "" if np.isnan(interval.low) else f" (95 % interval {interval.low:.3f} to {interval.high:.3f})"
    return f"{found.value:.3f}{between}; {found.observed:.1%} of answers agree, by chance {found.expected:.1%}; " + (
        f"{found.items:,} pairs"
    )


def _disagreements(known: Sequence[Consolidated], shown: int) -> list[str]:
    apart = [label for label in known if not label.agreed]
    if not apart:
        return []
    lines = ["", f"labellers disagree about {len(apart):,} pairs:"]
    for label in apart[:shown]:
        answers = ", ".join(f"{name or '(nobody)'} {answer}" for name, answer in label.answers.items())
        lines.append(f"  {label.left_id}  {label.right_id}: {answers}")
    if len(apart) > shown:
        lines.append(f"  and {len(apart) - shown:,} more")
    return lines


def _rejects(labels: Labels) -> list[str]:
    if not labels.rejects:
        return []
    lines = ["", f"{len(labels.rejects):,} rows are no labels:"]
    for reject in labels.rejects[:10]:
        place = f"{reject.source}, line {reject.line}" + (f", column {reject.column}" if reject.column else "")
        lines.append(f"  {place}: {reject.hint} [{reject.code}]")
    if len(labels.rejects) > 10:
        lines.append(f"  and {len(labels.rejects) - 10:,} more")
    return lines
