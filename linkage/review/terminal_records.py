"""The records of a case on a terminal, side by side where they fit, and the pairs among them with their evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linkage.review.cases import Case, Evidence, Record
from linkage.review.masking import visible
from linkage.review.people import User
from linkage.review.terminal_layout import Style, aligned, cut, wrapped
from linkage.review.words import codes
from linkage.spec.comparisons import DIFFERENT, MISSING
from linkage.words.catalogue import level_label, topic_label, topic_of_comparison
from linkage.words.explained import LITTLE, Explained

_NARROW = 14
"""Columns below which two values side by side cannot be compared any more."""

_DIFFERS = "differs"


def record_lines(case: Case, by: User, style: Style) -> list[str]:
    """Return the records with their numbers, region and values; whose values may not be seen says so."""
    lines = [
        line
        for place, record in enumerate(case.records, start=1)
        for line in wrapped(_name(place, record, case, by, style), style.room - 2, "   ")
    ]
    held = [dict(record.values) for record in case.records]
    told = dict(case.agreements)
    fields = list(dict.fromkeys([*told, *(field for values in held for field in values)]))
    shown = [field for field in fields if any(values.get(field) for values in held)]
    return [*lines, "", *_compared(shown, held, told, style)] if shown else lines


def _name(place: int, record: Record, case: Case, by: User, style: Style) -> str:
    region = record.region or style.label("unknown_region")
    brief = not record.own and not by.scope.covers(case.office)
    return f"{place}. {visible(record.record_id)} · {region}" + (f" · {style.label('elsewhere')}" if brief else "")


def _compared(
    fields: Sequence[str], held: Sequence[Mapping[str, str]], told: Mapping[str, str], style: Style
) -> list[str]:
    rows = [
        [
            style.word("fields", field),
            *(visible(values.get(field, "")) or "-" for values in held),
            style.label(told[field]) if field in told else "",
        ]
        for field in fields
    ]
    heading = [style.label("field"), *(f"{place}." for place in range(1, len(held) + 1)), ""]
    first = max(len(row[0]) for row in [heading, *rows])
    last = max(len(row[-1]) for row in rows)
    room = (style.room - 4 - first - last - 2 * len(held)) // len(held)
    if room < _NARROW:
        return _stacked(rows, fields, told, style)
    lines = aligned([[row[0], *(cut(value, room) for value in row[1:-1]), row[-1]] for row in [heading, *rows]])
    body = [
        style.warning(line) if told.get(field) == _DIFFERS else line
        for field, line in zip(fields, lines[1:], strict=True)
    ]
    return [style.bold(lines[0]), *body]


def _stacked(rows: Sequence[Sequence[str]], fields: Sequence[str], told: Mapping[str, str], style: Style) -> list[str]:
    """The records do not fit side by side: one value a line, under the name of its field."""
    lines: list[str] = []
    for field, (name, *values, agreement) in zip(fields, rows, strict=True):
        heading = cut(f"{name}: {agreement}" if agreement else name, style.room - 2)
        lines.append(style.warning(heading) if told.get(field) == _DIFFERS else heading)
        lines += [cut(f"  {place}. {value}", style.room - 2) for place, value in enumerate(values, start=1)]
    return lines


def pair_lines(case: Case, style: Style) -> list[str]:
    """Return the pairs by the numbers of their records: how each stands, how likely it is, and by what evidence; in
    sentences with their bits, the weightiest first, where these were kept."""
    place = {record: number for number, record in enumerate(case.record_ids, start=1)}
    lines: list[str] = []
    for pair in case.pairs:
        evidence = "" if pair.explained else ", ".join(evidence_words(pair.evidence, style))
        text = (
            f"{place[pair.left_id]}–{place[pair.right_id]}  {style.word('standings', pair.standing)}"
            f" · {style.label('probability')} {pair.match_probability:.4f}"
            f" · {style.label('weight')} {pair.match_weight_log2:+.1f}"
        )
        lines += wrapped(text + (f" · {visible(evidence)}" if evidence else ""), style.room - 2, "     ")
        if pair.explained:
            lines += _sentences(pair.explained, style)
    return lines


def _sentences(explained: Explained, style: Style) -> list[str]:
    """What speaks for one person and what against, and the patterns under suspicion."""
    told = [group for group in explained.groups if abs(group.bits) >= LITTLE]
    lines = [f"{group.bits:+5.1f}  {group.sentence(style.language)}" for group in told]
    lines += [f"    !  {guard.finding.say(style.language)}" for guard in explained.guards]
    return [part for line in lines for part in wrapped(visible(line), style.room - 5, "       ", "   ")]


def evidence_words(evidence: Evidence, style: Style) -> list[str]:
    """Return each comparison with its level in words, without those that say nothing.

    That is a missing value, and two finished enrolments: they "differ" although both cards were issued, which the
    records show.
    """
    return [
        f"{_compared_as(comparison, style)}: {level_label(level, style.language)}"
        for comparison, level in evidence
        if level != MISSING and not (level == DIFFERENT and topic_of_comparison(comparison) == "enrolment")
    ]


def _compared_as(comparison: str, style: Style) -> str:
    """What is compared: a field as the records call it, several together as the explanations do."""
    if comparison in codes("fields"):
        return style.word("fields", comparison)
    return topic_label(topic_of_comparison(comparison), style.language)
