"""A judgement without truth as text: the claim, what labels make of it, what blocking lost, and what changed."""

from __future__ import annotations

import textwrap
from typing import Final

from linkage.evaluation.estimated.clerical import ClericalEstimate, LabelFigures, StratumRow
from linkage.evaluation.figures import Figure
from linkage.lookback.evaluate.against import CERTAIN_BITS, Changes, WeightChange
from linkage.lookback.evaluate.columns import columns, percent
from linkage.lookback.evaluate.estimate import ByLabels, Estimated
from linkage.lookback.evaluate.unwritten import BlockingLoss

_SHOWN: Final = 12
"""Of more regions the first are shown; all stand in the JSON."""

_WIDTH: Final = 110


def estimate_report(told: Estimated) -> str:
    """Return the estimates in words and tables; no resident is named."""
    parts = [_head(told), _claim(told)]
    if told.labels is not None:
        parts += [_labels(told, told.labels), _bands(told.labels.estimate)]
    parts += [_thresholds(told), _blocking(told.blocking)]
    return "\n\n".join("\n".join(part) for part in parts)


def changes_report(told: Changes) -> str:
    """Return what changed in words and tables; records stand as ids only."""
    parts = [_changed(told), _ids(told), _cases(told), _moved(told), _weights(told.weights)]
    return "\n\n".join("\n".join(part) for part in parts if part)


def _head(told: Estimated) -> list[str]:
    claim = told.claim
    return [
        f"Run {told.run_id} ({told.command}), {told.records:,} records, without truth",
        f"{claim.linked:,} of {claim.written:,} written pairs are linked, from probability {told.link_threshold:g}.",
        "All figures in per cent; in brackets the 95 % interval.",
    ]


def _claim(told: Estimated) -> list[str]:
    claim = told.claim
    rows = [
        ["matches among the linked pairs", f"{claim.expected_linked:,.1f}"],
        ["among the other written pairs", f"{claim.expected_written - claim.expected_linked:,.1f}"],
        [f"compared, but below review ({told.review_threshold:g})", f"{told.below_review:,.1f}"],
        ["lost by blocking", _count(told.blocking.missed)],
    ]
    figures = [
        ["by the model alone", percent(claim.precision), percent(claim.recall_of_compared), percent(claim.recall)],
    ]
    if told.labels is not None:
        estimate = told.labels.estimate
        figures += [_figures("by labels", estimate.sampled), _figures("by labels and model", estimate.assisted)]
    note = (
        "These intervals hold if every probability does; they do not tell whether it does. Labels of a sample do: "
        "linkage evaluate --run DIR --sample 300 --out sample.csv, judge the pairs, then --labels FILE."
        if told.labels is None
        else "The first line believes every probability; the others hold whether the probabilities do or not. Only "
        "what lies below the review threshold, where no pair is drawn, and what blocking lost are told without labels."
    )
    return [
        *columns(["ESTIMATED", "precision", "recall of compared", "recall, with blocking"], figures),
        *textwrap.wrap(note, _WIDTH),
        "",
        *columns(["EXPECTED MATCHES, by the model", "pairs"], rows),
    ]


def _figures(name: str, told: LabelFigures) -> list[str]:
    return [name, percent(told.precision), percent(told.recall_of_compared), percent(told.recall)]


def _count(value: float) -> str:
    return "not known" if value != value else f"{value:,.1f}"


def _labels(told: Estimated, labels: ByLabels) -> list[str]:
    estimate = labels.estimate
    lines = [f"LABELS: {estimate.labelled:,} pairs that are same or different count"]
    if not labels.drawn:
        lines.append("Nobody drew them (no inclusion): those of a band are taken for a random sample of it.")
    for number, why in (
        (labels.undrawn, "that nobody drew"),
        (labels.unwritten, "of pairs the run did not write"),
        (labels.unsure, "unsure"),
    ):
        if number:
            lines.append(f"{number:,} {why}: left out")
    if labels.if_same is not None and labels.if_different is not None:
        same, different = labels.if_same.assisted, labels.if_different.assisted
        lines.append(
            f"Were the unsure all one person, precision {_short(same.precision)} and recall {_short(same.recall)}; "
            f"were they all two, {_short(different.precision)} and {_short(different.recall)}."
        )
    claimed, found = told.claim.precision.value, estimate.sampled.precision
    if found.value == found.value:
        fits = found.low <= claimed <= found.high
        lines.append(
            f"The claimed precision of {100 * claimed:.1f} "
            + (
                "is within what the labels allow."
                if fits
                else "is NOT what the labels say: the model is miscalibrated."
            )
        )
    return lines


def _short(told: Figure) -> str:
    return "-" if told.value != told.value else f"{100 * told.value:.1f}"


def _bands(estimate: ClericalEstimate) -> list[str]:
    rows = [_band(row) for row in estimate.strata]
    return columns(["weight in bits", "", "pairs", "labelled", "same", "claimed", "by labels"], rows)


def _band(row: StratumRow) -> list[str]:
    side = "linked" if row.linked else "not linked"
    counts = [f"{number:,}" for number in (row.pairs, row.labelled, row.same)]
    return [row.name, side, *counts, f"{100 * row.claimed:.1f}", percent(row.sampled)]


def _thresholds(told: Estimated) -> list[str]:
    rows = [
        [f"{row.threshold:g}", f"{row.linked:,}", f"{100 * row.precision:.2f}", f"{100 * row.recall:.2f}"]
        for row in told.claim.by_threshold
    ]
    return columns(["AT OTHER THRESHOLDS, by the model alone", "pairs", "precision", "recall"], rows)


def _blocking(told: BlockingLoss) -> list[str]:
    if told.recall.value != told.recall.value:
        return ["BLOCKING: how many matches it lost is not known; two kinds of rule or more are needed to tell."]
    lines = [
        "BLOCKING",
        f"Expected to have found {told.found:,.1f} matches and lost {told.missed:,.1f}: recall {percent(told.recall)}.",
    ]
    if told.blind_fields:
        lines.append(f"Every rule reads {', '.join(told.blind_fields)}: what differs there is lost without a trace.")
    if told.regions:
        worst = sorted(told.regions, key=lambda row: (row[3].value, row[0]))
        rows = [[code, f"{found:,.0f}", f"{missed:,.1f}", percent(recall)] for code, found, missed, recall in worst]
        lines += columns(["region", "found", "lost", "recall"], rows[:_SHOWN])
        if len(rows) > _SHOWN:
            lines.append(f"({len(rows) - _SHOWN:,} regions with more recall, in --json)")
    return lines


def _changed(told: Changes) -> list[str]:
    pairs, clusters = told.pairs, told.clusters
    rows = [
        [
            "linked pairs, at either threshold",
            f"{pairs.both:,}",
            f"{pairs.gained:,} ({pairs.gained_unwritten:,})",
            f"{pairs.lost:,} ({pairs.lost_unwritten:,})",
        ],
        ["clusters of two or more", f"{clusters.unchanged:,}", f"{clusters.gained:,}", f"{clusters.lost:,}"],
        ["pairs of records in one cluster", "", f"{clusters.pairs_gained:,}", f"{clusters.pairs_lost:,}"],
    ]
    return [
        f"AGAINST run {told.before}",
        f"{told.records:,} records in both runs"
        + (
            f"; {told.only_before:,} only then, {told.only_after:,} only now"
            if told.only_before + told.only_after
            else ""
        ),
        *columns(["", "as before", "gained", "lost"], rows),
        "In brackets: pairs that the other run did not write.",
        f"{clusters.moved_records:,} records stand with other companions than before.",
    ]


def _ids(told: Changes) -> list[str]:
    counts = ", ".join(f"{number:,} {name}" for name, number in told.relations.items() if number)
    return [f"IDS OF CLUSTERS, singletons too: {counts}", f"{told.renamed:,} of the same have another id."]


def _cases(told: Changes) -> list[str]:
    rows = [
        [row.kind, *(f"{number:,}" for number in (row.before, row.after, row.kept, row.opened, row.closed))]
        for row in told.cases
    ]
    if not rows:
        return []
    table = columns(["CASES", "then", "now", "the same", "opened", "closed"], rows)
    return [*table, "A case with one record more or fewer, or of another kind, is closed and opened."]


def _moved(told: Changes) -> list[str]:
    rows = [
        [f"{row.region} {row.name}", f"{row.records:,}", f"{row.moved:,}", f"{100 * row.moved / row.records:.2f}"]
        for row in told.regions
        if row.moved
    ]
    if not rows:
        return []
    lines = columns(["RECORDS WITH OTHER COMPANIONS", "records", "moved", "%"], rows[:_SHOWN])
    return [*lines, f"({len(rows) - _SHOWN:,} regions with fewer, in --json)"] if len(rows) > _SHOWN else lines


def _weights(told: tuple[WeightChange, ...]) -> list[str]:
    rows = [[f"{row.left_id}  {row.right_id}", f"{row.before_log2:.1f}", f"{row.after_log2:.1f}"] for row in told]
    if not rows:
        return []
    note = f"Of pairs that both runs wrote; weights beyond {CERTAIN_BITS:g} bits either way count as {CERTAIN_BITS:g}."
    return [*columns(["LARGEST CHANGES OF WEIGHT, in bits", "then", "now"], rows), note]
