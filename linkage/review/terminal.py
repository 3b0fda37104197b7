"""One case on a terminal: what it is, whose it is, its records side by side, what happened, what to do next."""

from __future__ import annotations

from datetime import datetime

from linkage.review.cases import Action, Case, Decision, State, Verdict, Withdrawal
from linkage.review.masking import visible
from linkage.review.people import User
from linkage.review.terminal_layout import Style, section, wrapped
from linkage.review.terminal_records import evidence_words, pair_lines, record_lines
from linkage.review.terminal_steps import step_lines


def render_case(case: Case, by: User, style: Style, *, now: datetime) -> str:
    """Return the case as its user may see it, no wider than the terminal but for a word or command that is."""
    sections = [
        _head(case, by, style, now),
        section(style, "reasons", _reasons(case, style)),
        section(style, "records", record_lines(case, by, style)),
        section(style, "pairs", pair_lines(case, style)),
        section(style, "proposal", _proposal(case, style)),
        section(style, "history", [line for entry in case.history for line in _entry(case, entry, style)]),
        section(style, "next", step_lines(case, by, style, now=now)),
    ]
    return "\n\n".join(part for part in sections if part)


def _persons(case: Case, entry: Decision, style: Style, indent: str = "") -> list[str]:
    """Which persons a proposal sees, by the numbers of the case's records."""
    place = {record: number for number, record in enumerate(case.record_ids, start=1)}
    lines: list[str] = []
    for number, person in enumerate(entry.persons, start=1):
        parts = [f"{style.label('person')} {number}: {', '.join(str(place.get(r, '?')) for r in person.record_ids)}"]
        if person.keeps is not None:
            parts.append(f"{style.label('keeps')} {place.get(person.keeps, '?')}")
        elif entry.verdict is Verdict.SPLIT:
            parts.append(style.label("new_nik"))
        parts += [
            f"{style.word('fields', field)} {style.label('field_from')} {place.get(record, '?')}"
            for field, record in person.fields
        ]
        lines += wrapped(" · ".join(parts), style.room - 2 - len(indent), "   ", indent)
    return lines


def _head(case: Case, by: User, style: Style, now: datetime) -> str:
    title = f"{style.label('case')} {case.id} · {case.kind} · {style.word('kinds', case.kind)}"
    facts = [
        ("state", f"{case.state} ({style.word('states', case.state)})"),
        ("office", style.office(case.office)),
        ("priority", f"{case.priority:.2f}"),
        ("version", str(case.version)),
    ]
    if case.scope != case.office:
        facts.append(("scope", style.office(case.scope)))
    lease = case.lease
    if lease is not None and lease.live(now):
        who = f"{lease.owner} ({style.label('you')})" if lease.owner == by.name else lease.owner
        facts.append(("holder", f"{who} {style.label('until')} {style.moment(lease.until)}"))
    if case.assignee:
        limit = case.assigned_until
        until = f" ({style.label('assigned_until')} {style.day(limit)})" if limit is not None and now < limit else ""
        facts.append(("assignee", case.assignee + until))
    if case.due_at is not None:
        facts.append(("due", style.day(case.due_at)))
    if case.state is State.MENUNGGU_DOKUMEN:
        facts += _asked(case)
    if case.reverts is not None:
        facts.append(("reverts", str(case.reverts)))
    source = f"{style.label('run')} {case.run_id}" + (
        f", {style.label('model')} {case.model[:12]}" if case.model else ""
    )
    notes = [style.label(note) for note, holds in (("waiting", case.waiting), ("published", case.published)) if holds]
    told = [f"{style.label(name)}: {value}" for name, value in [*facts, ("found_by", source)]] + notes
    lines = [style.bold(line) for line in wrapped(title, style.room, "")]
    return "\n".join(lines + wrapped(" · ".join(told), style.room, ""))


def _asked(case: Case) -> list[tuple[str, str]]:
    """Which offices were asked since the case last waited: those that have not answered, and those that have."""
    waiting = case.asked()
    answered: list[str] = []
    for entry in reversed(case.history):
        if entry.to_state is not State.MENUNGGU_DOKUMEN:
            break
        if entry.action is Action.ANSWER and entry.region is not None:
            answered.append(entry.region)
    told = [("asked", ", ".join(sorted(waiting)))] if waiting else []
    return [*told, ("answered", ", ".join(sorted(answered)))] if answered else told


def _reasons(case: Case, style: Style) -> list[str]:
    lines: list[str] = []
    for code in case.reasons:
        comparison, colon, level = code.partition(":")
        found = evidence_words(((comparison, level),), style) if colon else []
        sentence = found[0] if found else style.word("reasons", code)
        lines += wrapped(f"- {visible(sentence)}" + (f" [{code}]" if sentence != code else ""), style.room - 2, "  ")
    return lines


def _proposal(case: Case, style: Style) -> list[str]:
    """What the approver is asked to agree to; told apart from the history, which may be long."""
    if case.state is not State.DIUSULKAN:
        return []
    entry = next((entry for entry in reversed(case.history) if entry.action is Action.PROPOSE), None)
    if entry is None or entry.verdict is None:
        return []
    told = wrapped(f"{entry.actor}: {style.word('verdicts', entry.verdict)}", style.room - 2, "   ")
    return told + _persons(case, entry, style)


def _entry(case: Case, entry: Decision, style: Style) -> list[str]:
    parts = [f"{style.moment(entry.at)}  {entry.actor}  {style.word('actions', entry.action)}"]
    if entry.from_state is not entry.to_state:
        parts[0] += f" ({entry.from_state} → {entry.to_state})"
    if entry.verdict is not None:
        parts.append(style.word("verdicts", entry.verdict))
    if entry.surviving_record in case.record_ids:
        number = case.record_ids.index(entry.surviving_record) + 1
        parts.append(f"{style.label('surviving')}: {number}.")
    if entry.region is not None:
        parts.append(f"{style.label('scope')} {entry.region}")
    if entry.office is not None:
        parts.append(f"{style.label('office')} {style.office(entry.office)}")
    if entry.assignee and entry.assignee != entry.actor:
        parts.append(f"{style.label('assignee')} {entry.assignee}")
    if entry.due_at is not None:
        parts.append(f"{style.label('due')} {style.day(entry.due_at)}")
    if entry.reason:
        parts.append(visible(style.word("reasons", entry.reason)))
    if entry.successor is not None:
        label = "successor" if entry.reason == Withdrawal.SUPERSEDED else "case"
        parts.append(f"{style.label(label)} {entry.successor}")
    lines = wrapped(" · ".join(parts), style.room - 2, "    ")
    # What stands now is told under "proposal"; the persons of earlier proposals and of answers belong here.
    if entry.action is Action.PROPOSE:
        lines += _persons(case, entry, style, "    ")
    return lines
