"""Lines of the tables of results."""

from __future__ import annotations

from typing import Final

import numpy as np

from benchmarks.public_pairs.cases import MATCH, NO_MATCH, OPEN
from benchmarks.public_pairs.judging import Answers, Share
from linkage.evaluation.intervals import Interval, wilson_interval
from linkage.models.fellegi_sunter import log2odds
from linkage.spec import LinkageSpec

HEADER: Final = (
    "| spec | matches / others / open | accuracy | precision | recall | F1 | best F1 (P / R, at bits) | AUC "
    "| others not met | matches not met | joined to another too, another as likely | open: joined / to people / apart "
    "| s |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
KINDS_HEADER: Final = "| kind | right | share |\n|---|---|---|"


def row(origin: str, answers: Answers, spec: LinkageSpec, seconds: float) -> str:
    """Return the line of a run; intervals are Wilson's, 95 %."""
    threshold, review = in_bits(spec.link_threshold), in_bits(spec.review_threshold)
    match, none = answers.expected == MATCH, answers.expected == NO_MATCH
    at, (cut, best) = answers.metrics(threshold), answers.best()
    right, total = answers.accuracy(threshold)
    cells = [
        origin,
        f"{int(match.sum()):,} / {int(none.sum()):,} / {int((answers.expected == OPEN).sum()):,}",
        share_cell(right / total, wilson_interval(right, total)),
        share_cell(at.precision, at.precision_interval()),
        share_cell(at.recall, at.recall_interval()),
        f"{at.f1:.3f}",
        f"{best.f1:.3f} ({best.precision:.3f} / {best.recall:.3f}, {cut:.1f})",
        f"{answers.area_under_curve():.3f}",
        str(int((none & ~answers.met).sum())),
        str(int((match & ~answers.met).sum())),
        ", ".join(map(str, answers.astray(threshold))),
        " / ".join(map(str, answers.open_cases(threshold, review))),
        f"{seconds:.1f}",
    ]
    return f"| {' | '.join(cells)} |"


def in_bits(p: float) -> float:
    """Return the match weight of a probability, log2(p / (1 - p))."""
    return float(log2odds(np.float64(p)))


def kind_row(share: Share) -> str:
    """Return the line of a kind of cases."""
    return (
        f"| {share.kind} | {share.right} of {share.total} | {share_cell(share.right / share.total, share.interval())} |"
    )


def share_cell(value: float, interval: Interval) -> str:
    """Return a share with its interval."""
    return f"{value:.3f} [{interval.low:.3f}, {interval.high:.3f}]"
