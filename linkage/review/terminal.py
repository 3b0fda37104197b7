"""The queue as plain text: a list of cases, and one case with its records side by side."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

from linkage.review.cases import (
    SHARED_NIK,
    Action,
    Case,
    CaseSummary,
    Decision,
    Different,
    Withdrawal,
)
from linkage.review.masking import masked, visible
from linkage.review.transitions import TRANSITIONS, VERDICTS
from linkage.review.words import Language, word

Records = Mapping[str, Mapping[str, str]]
"""By record id, the record's values by plain column name; absent or empty means missing."""

_NARROW = 18


def render_list(cases: Iterable[CaseSummary], *, language: Language = "id") -> str:
    """Return one line per case under a heading, columns aligned; ends without a newline."""
    labels = ("case", "kind", "state", "scope", "priority", "records", "assignee")
    heading = [word("labels", label, language) for label in labels]
    lines = [
        [
            *(str(case.id), case.kind, case.state, case.scope or word("labels", "nation", language)),
            *(f"{case.priority:.2f}", str(case.records), case.assignee or "-"),
        ]
        for case in cases
    ]
    if not lines:
        return word("labels", "empty", language)
    return "\n".join(_aligned([heading, *lines], right={0, 4, 5}))


def render_case(case: Case, records: Records | None, *, width: int, language: Language = "id") -> str:
    """Return the case as text no wider than ``width`` (at least 40): reasons, records, pairs, history, next steps.

    NIK, KK, parents' names, dates and addresses are masked. ``records=None`` shows record ids alone.
    """
    width = max(width, 40)
    sections = [
        _head(case, width, language),
        _section("reasons", _reasons(case, width, language), language),
        _section("records", _records(case, records, width, language), language),
        _section("pairs", _pairs(case, width, language), language),
        _section("history", _history(case, width, language), language),
        _section("next", next_steps(case, language=language), language),
    ]
    return "\n\n".join(section for section in sections if section)


def next_steps(case: Case, *, language: Language = "id") -> list[str]:
    """Return the commands a person may give next, one a line; for a closed case a sentence."""
    allowed = [action for action, rule in TRANSITIONS.items() if case.state in rule.sources and rule.role != "sistem"]
    if not allowed:
        return [word("labels", "final", language)]
    start = f"linkage queue decide {case.id}"
    another = word("labels", "another", language)
    forms = {
        Action.ASSIGN: f"{start} assign --to USER",
        Action.START: f"{start} start",
        Action.PROPOSE: f"{start} propose --verdict {VERDICTS[case.kind]} --surviving RECORD --reason TEXT",
        Action.APPROVE: f"{start} approve {another}",
        Action.RETURN: f"{start} return --reason TEXT {another}",
        Action.REJECT: f"{start} reject --reason TEXT {another}",
        Action.DIFFERENT: f"{start} different --reason {'|'.join(Different)}",
    }
    return [forms[action] for action in allowed if not (action is Action.DIFFERENT and case.kind == SHARED_NIK)]


def _head(case: Case, width: int, language: Language) -> str:
    title = f"{word('labels', 'case', language)} {case.id} · {case.kind} · {word('kinds', case.kind, language)}"
    facts = [
        f"{word('labels', 'state', language)}: {case.state} ({word('states', case.state, language)})",
        f"{word('labels', 'scope', language)}: {case.scope or word('labels', 'nation', language)}",
        f"{word('labels', 'priority', language)}: {case.priority:.2f}",
    ]
    if case.assignee:
        facts.append(f"{word('labels', 'assignee', language)}: {case.assignee}")
    return "\n".join(_wrapped(title, width, "") + _wrapped(" · ".join(facts), width, ""))


def _section(label: str, lines: Sequence[str], language: Language) -> str:
    return "\n".join([word("labels", label, language), *(f"  {line}" for line in lines)]) if lines else ""


def _reasons(case: Case, width: int, language: Language) -> list[str]:
    lines: list[str] = []
    for code in case.reasons:
        sentence = word("reasons", code, language)
        lines += _wrapped(f"- {visible(sentence)}" + (f" [{code}]" if sentence != code else ""), width - 2, "  ")
    return lines


def _records(case: Case, records: Records | None, width: int, language: Language) -> list[str]:
    named = [f"{place}. {visible(record)}" for place, record in enumerate(case.record_ids, start=1)]
    if records is None:
        return named
    held = [records.get(record, {}) for record in case.record_ids]
    fields = list(dict.fromkeys(field for values in held for field in values))
    if not fields:
        return named
    rows = [
        [field, *(masked(field, values.get(field, "")) or "-" for values in held), _agreement(field, held, language)]
        for field in fields
    ]
    heading = [word("labels", "field", language), *(f"{place}." for place in range(1, len(held) + 1)), ""]
    first = max(len(row[0]) for row in [heading, *rows])
    last = max(len(row[-1]) for row in rows)
    room = (width - 4 - first - last - 2 * len(held)) // len(held)
    if room < _NARROW:
        return named + _stacked(rows, width, held)
    cut = [[row[0], *(_cut(value, room) for value in row[1:-1]), row[-1]] for row in [heading, *rows]]
    return named + _aligned(cut)


def _stacked(rows: Sequence[Sequence[str]], width: int, held: Sequence[Mapping[str, str]]) -> list[str]:
    """The records do not fit side by side: one value a line, under the name of its field."""
    lines: list[str] = []
    for field, *values, agreement in rows:
        lines.append(f"{field}: {agreement}")
        lines += [_cut(f"  {place}. {value}", width - 2) for place, value in enumerate(values[: len(held)], start=1)]
    return lines


def _agreement(field: str, held: Sequence[Mapping[str, str]], language: Language) -> str:
    values = [" ".join(values.get(field, "").split()).casefold() for values in held]
    present = {value for value in values if value}
    if len(present) > 1:
        return word("labels", "differs", language)
    # One empty value leaves the question open: missing is neither agreement nor disagreement.
    return word("labels", "same" if present and all(values) else "unknown", language)


def _pairs(case: Case, width: int, language: Language) -> list[str]:
    place = {record: number for number, record in enumerate(case.record_ids, start=1)}
    lines: list[str] = []
    for pair in case.pairs:
        evidence = ", ".join(f"{comparison}: {level}" for comparison, level in pair.evidence)
        text = (
            f"{place[pair.left_id]}–{place[pair.right_id]}  {word('standings', pair.standing, language)}"
            f" · {word('labels', 'probability', language)} {pair.match_probability:.4f}"
            f" · {word('labels', 'weight', language)} {pair.match_weight_log2:+.1f}"
        )
        lines += _wrapped(text + (f" · {visible(evidence)}" if evidence else ""), width - 2, "     ")
    return lines


def _history(case: Case, width: int, language: Language) -> list[str]:
    return [line for entry in case.history for line in _wrapped(_entry(case, entry, language), width - 2, "    ")]


def _entry(case: Case, entry: Decision, language: Language) -> str:
    parts = [f"{entry.at:%Y-%m-%d %H:%M} UTC  {entry.actor}  {word('actions', entry.action, language)}"]
    parts[0] += f" ({entry.from_state} → {entry.to_state})"
    if entry.verdict and entry.action is Action.PROPOSE:
        parts.append(word("verdicts", entry.verdict, language))
    if entry.surviving_record in case.record_ids:
        number = case.record_ids.index(entry.surviving_record) + 1
        parts.append(f"{word('labels', 'surviving', language)}: {number}.")
    if entry.assignee and entry.action is Action.ASSIGN:
        parts.append(entry.assignee)
    if entry.reason:
        parts.append(visible(word("reasons", entry.reason, language)))
    if entry.reason == Withdrawal.SUPERSEDED:
        parts.append(f"{word('labels', 'successor', language)} {entry.successor}")
    return " · ".join(parts)


def _aligned(rows: Sequence[Sequence[str]], right: frozenset[int] | set[int] = frozenset()) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(size) if column in right else cell.ljust(size)
            for column, (cell, size) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _cut(text: str, size: int) -> str:
    return text if len(text) <= size else text[: size - 1] + "…"


def _wrapped(text: str, width: int, indent: str) -> list[str]:
    return textwrap.wrap(text, width, subsequent_indent=indent, break_on_hyphens=False)
