"""Tables on a terminal: cases, counts, users, readings, agreement, what is to be published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from linkage.review.cases import CaseSummary, Count
from linkage.review.effects import Effect
from linkage.review.people import Role, User
from linkage.review.readings import Agreement, Reading
from linkage.review.terminal_layout import Style, table, wrapped


def render_list(cases: Iterable[CaseSummary], style: Style) -> str:
    """Return one line per case under a heading, in the order given; a sentence when there is none."""
    labels = ("case", "kind", "state", "office", "priority", "records", "holder", "due")
    rows = [
        [
            *(str(case.id), case.kind, case.state, style.office(case.office)),
            *(f"{case.priority:.2f}", str(case.records), case.held_by or case.assignee or "-"),
            style.label("waiting") if case.waiting else style.day(case.due_at) if case.due_at else "-",
        ]
        for case in cases
    ]
    return _table(style, labels, rows, "empty", right={0, 4, 5})


def render_counts(counts: Sequence[Count], style: Style) -> str:
    """Return how many cases stand where, those not handed out yet apart; a sentence when there is none."""
    tally: dict[tuple[str, str, str], list[int]] = {}
    for count in counts:
        tally.setdefault((count.kind, count.state, count.office), [0, 0])[count.waiting] += count.cases
    rows = [
        [kind, state, style.office(office), f"{ready:,}", f"{waiting:,}" if waiting else "-"]
        for (kind, state, office), (ready, waiting) in sorted(tally.items())
    ]
    if rows:
        ready, waiting = (sum(pair[place] for pair in tally.values()) for place in (0, 1))
        rows.append([style.label("total"), "", "", f"{ready:,}", f"{waiting:,}"])
    return _table(style, ("kind", "state", "office", "cases", "not_yet"), rows, "empty", right={3, 4})


def render_users(users: Sequence[User], style: Style) -> str:
    """Return the users; the roles in the order of :class:`Role`."""
    rows = [
        [
            *(user.name, style.office(user.scope.code), ", ".join(role for role in Role if role in user.roles)),
            *("-" if user.hours is None else f"{user.hours:g}", style.label("yes" if user.active else "no")),
        ]
        for user in users
    ]
    return _table(style, ("user", "office", "roles", "hours", "active"), rows, "no_users", right={3})


def render_readings(readings: Sequence[Reading], style: Style) -> str:
    """Return finished readings, in the order given."""
    rows = [
        [
            *(str(reading.case), style.word("purposes", reading.purpose), reading.reader),
            *(style.label("yes" if reading.agrees else "no"), style.day(reading.at)),
        ]
        for reading in readings
    ]
    return _table(style, ("case", "purpose", "reader", "agrees", "when"), rows, "no_readings", right={0})


def render_agreement(agreements: Sequence[Agreement], style: Style) -> str:
    """Return how far each steward agrees with others, by name, with what it is and is not."""
    rows = [
        [
            *(one.actor, str(one.decisions)),
            _share(one.known_share, one.known_interval, one.known),
            _share(one.second_share, one.second_interval, one.second),
            _drift(one),
        ]
        for one in sorted(agreements, key=lambda one: one.actor)
    ]
    text = _table(style, ("user", "decisions", "known", "second", "drift"), rows, "no_agreement", right={1})
    return "\n".join([text, "", *wrapped(style.label("agreement_note"), style.room, "")]) if rows else text


def render_pending(effects: Sequence[Effect], style: Style) -> str:
    """Return the decisions that are to be published, oldest first."""
    rows = [
        [
            *(str(effect.id), str(effect.case), effect.kind, style.word("verdicts", effect.verdict)),
            *(effect.proposer, effect.approver, style.moment(effect.at)),
        ]
        for effect in effects
    ]
    names = ("effect", "case", "kind", "verdict", "proposer", "approver", "when")
    return _table(style, names, rows, "nothing_pending", right={0, 1})


def _table(style: Style, labels: Sequence[str], rows: Sequence[Sequence[str]], without: str, *, right: set[int]) -> str:
    return table(style, [style.label(label) for label in labels], rows, right) if rows else style.label(without)


def _share(share: float | None, interval: tuple[float, float] | None, cases: int) -> str:
    if share is None:
        return f"- (n={cases})"
    told = f" [{interval[0]:.0%}-{interval[1]:.0%}]" if interval else ""
    return f"{share:.0%}{told} (n={cases})"


def _drift(one: Agreement) -> str:
    if one.drift is None:
        return "-"
    told = f" [{one.drift_interval[0]:+.2f} {one.drift_interval[1]:+.2f}]" if one.drift_interval else ""
    return f"{one.drift:+.2f}{told}"
