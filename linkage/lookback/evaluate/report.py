"""An evaluation as text for a terminal: what was measured, how sure it is, and what it means."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Final

from linkage.evaluation.accuracy import EQUAL_PRECISION
from linkage.evaluation.breakdown import HIDDEN_BELOW, RecallRow
from linkage.evaluation.calibration import CalibrationBin, CalibrationError
from linkage.evaluation.figures import Figure, PairFigures, figure
from linkage.evaluation.gate import Bar
from linkage.evaluation.intervals import wilson_interval
from linkage.evaluation.joined import Joined
from linkage.evaluation.result import Evaluation
from linkage.lookback.evaluate.columns import columns, percent
from linkage.lookback.evaluate.command import Evaluated
from linkage.lookback.evaluate.fairness_report import fairness_lines

_SHARED: Final = {
    "twins": "twins",
    "siblings": "siblings",
    "namesakes": "same name and birth date",
    "household": "same household",
    "shared_nik": "one NIK",
}


_REPEATS: Final = "A lawful second record, history or a stay elsewhere, is matched; history is rightly not proposed."


def report(evaluated: Evaluated) -> str:
    """Return an evaluation in words and tables. Groups of few pairs are left out or marked; no resident is named."""
    told = evaluated.evaluation
    parts = [
        _head(evaluated),
        _accuracy(told),
        _joined(told),
        _recall("RECALL BY KIND OF REPEAT", "kind", told.by_kind, _REPEATS),
        _recall("RECALL BY NUMBER OF ERRORS ON THE TWO RECORDS", "errors", told.by_error_count),
        _recall("RECALL BY KIND OF ERROR ON EITHER RECORD", "error", told.by_error),
        _calibration(told.calibration),
        fairness_lines(told.fairness),
        gate_lines(evaluated.bars),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part)


def as_json(evaluated: Evaluated) -> str:
    """Return the same, and all that is too long for a terminal, as one JSON object."""
    return json.dumps(evaluated.to_dict(), ensure_ascii=False, indent=2)


def _head(evaluated: Evaluated) -> list[str]:
    told = evaluated.evaluation
    lines = [
        f"Run {evaluated.run_id} ({evaluated.command}), {evaluated.records:,} records, against {evaluated.truth}",
        f"The truth knows {told.records:,} of the records: {told.persons:,} persons, {told.true_pairs:,} true pairs.",
        "All figures in per cent; in brackets the 95 % interval, by drawing persons again.",
    ]
    if told.labelled_pairs is not None:
        lines.append(f"Only {told.labelled_pairs:,} labelled pairs are known: recall is of those that are one person.")
    if told.unknown_pairs:
        lines.append(f"{told.unknown_pairs:,} pairs of which the truth says nothing are left out.")
    return lines


def _accuracy(told: Evaluation) -> list[str]:
    best = told.curve
    rows = [
        _pair_row(f"pairs, the run's threshold {told.link_threshold:g}", told.default),
        _pair_row(f"pairs, the best threshold {_threshold(best.best_threshold)} (*)", best.best),
        _pair_row("clusters, every two records", told.clusters),
    ]
    if told.b_cubed is not None:
        rows.append(
            ["clusters, B-cubed", *map(percent, (told.b_cubed.precision, told.b_cubed.recall, told.b_cubed.f1))]
        )
    rows.append(_pair_row("proposed to be merged", told.proposed))
    equal = f"recall at precision {100 * EQUAL_PRECISION:g} % (*)"
    rows += [
        [equal, "", percent(best.recall_at_precision)],
        ["average precision", percent(best.average_precision)],
        ["true pairs that were kept at all", "", percent(told.candidates)],
    ]
    return [
        *columns(["ACCURACY", "precision", "recall", "F1"], rows),
        "(*) The threshold is chosen with the truth in hand; no run can choose it. "
        f"Precision {100 * EQUAL_PRECISION:g} % is reached from {_threshold(best.equal_threshold)}.",
        "Proposed: both records in one case DUPLICATE, OPEN_MOVE, CONFLICT or BOTH_ENROLLED. Kept: in pairs.parquet.",
    ]


def _pair_row(name: str, told: PairFigures) -> list[str]:
    return [name, percent(told.precision), percent(told.recall), percent(told.f1)]


def _joined(told: Evaluation) -> list[str]:
    rows = [_joined_row(_SHARED[name], found) for name, found in told.joined.items()]
    if not rows:
        return []
    return columns(["TWO PERSONS TAKEN FOR ONE", "pairs", "in one cluster", "proposed to be merged"], rows)


def _joined_row(name: str, found: Joined) -> list[str]:
    if found.pairs < HIDDEN_BELOW:
        return [name, f"under {HIDDEN_BELOW}", "-", "-"]
    return [name, f"{found.pairs:,}", f"{found.joined:,}, {percent(found.share, 2)}", f"{found.proposed:,}"]


def _recall(title: str, of: str, rows: Sequence[RecallRow], note: str = "") -> list[str]:
    if not rows:
        return []
    listed = [
        [row.name, f"under {HIDDEN_BELOW}"]
        if row.pairs is None
        else [row.name, f"{row.pairs:,}", *map(_short, (row.kept, row.linked, row.clustered, row.proposed))]
        for row in rows
    ]
    table = columns([of, "pairs", "kept", "linked", "one cluster", "proposed"], listed)
    return [title, *table, *([note] if note else [])]


def _calibration(told: CalibrationError) -> list[str]:
    if not told.n_pairs:
        return []
    rows = [[f"{100 * row.probability:.1f}", f"{row.n_pairs:,}", _one_person(row)] for row in told.bins]
    error = f"{100 * told.error:.2f} ({100 * told.interval.low:.2f}-{100 * told.interval.high:.2f})"
    return [
        f"CALIBRATION of the {told.n_pairs:,} pairs with a probability between 0.01 and 0.99",
        *columns(["mean probability", "pairs", "one person"], rows),
        f"Expected calibration error: {error} points; {100 * told.noise:.2f} by chance if every probability held.",
    ]


def _one_person(row: CalibrationBin) -> str:
    hits = round(row.share * row.n_pairs)
    return percent(figure(row.share, wilson_interval(hits, row.n_pairs)))


def gate_lines(bars: Iterable[Bar]) -> list[str]:
    """Return a table of bars, what was measured and the verdict; no line without a bar."""
    rows = [
        [
            bar.name,
            f"at {'least' if bar.at_least else 'most'} {bar.bar:g}",
            "not measured" if bar.measured.value != bar.measured.value else f"{bar.measured.value:.4g}",
            ("pass" if bar.passed else "FAIL") + ("" if bar.sure else ", within chance of the bar"),
        ]
        for bar in bars
    ]
    return columns(["GATE", "bar", "measured", "verdict"], rows) if rows else []


def _short(told: Figure | None) -> str:
    return "" if told is None else percent(told)


def _threshold(value: float) -> str:
    return "none" if value != value else f"{value:.4f}"
