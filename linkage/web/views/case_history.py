"""What happened to a case: each step, the questions to other offices, and what was settled elsewhere before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from linkage.review.cases import Action, Case, Decision, Standing, State, Verdict
from linkage.review.masking import visible
from linkage.review.words import word
from linkage.words.levels import Language


@dataclass(frozen=True)
class PersonSaid:
    """A person that a proposal names: its number, its records, the record whose NIK it keeps (None for none), whether
    it gets a new NIK, and the fields taken from a named record."""

    number: int
    records: tuple[int, ...]
    keeps: int | None
    new_nik: bool
    fields: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Entry:
    """A step that was taken. ``reason``: in words, "" for none; ``to_state``: where the case went, None if nowhere."""

    at: datetime
    actor: str
    action: Action
    to_state: State | None
    verdict: Verdict | None
    persons: tuple[PersonSaid, ...]
    region: str | None
    office: str | None
    assignee: str | None
    due_at: datetime | None
    reason: str
    successor: int | None


@dataclass(frozen=True)
class Question:
    """What an office was asked, by whom, until when; and what it answered, None while it has not."""

    region: str
    asked_by: str
    at: datetime
    due_at: datetime | None
    text: str
    answer: str | None = None
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True)
class Settled:
    """What an earlier case settled about two of the records, by their numbers."""

    left: int
    right: int
    standing: Standing
    case: int


def entries(case: Case, language: Language) -> tuple[Entry, ...]:
    """Return the steps of a case, the newest first."""
    return tuple(entry_of(case, decision, language) for decision in reversed(case.history))


def entry_of(case: Case, taken: Decision, language: Language) -> Entry:
    """Return a step as it is told."""
    moved = taken.to_state if taken.to_state is not taken.from_state else None
    given = taken.assignee if taken.assignee and taken.assignee != taken.actor else None
    return Entry(
        taken.at,
        taken.actor,
        taken.action,
        moved,
        taken.verdict,
        persons_said(case, taken),
        taken.region,
        taken.office,
        given,
        taken.due_at,
        visible(word("reasons", taken.reason, language)) if taken.reason else "",
        taken.successor,
    )


def persons_said(case: Case, taken: Decision) -> tuple[PersonSaid, ...]:
    """Return the persons that a step names, their records by number; a record that left the case is left out."""
    number = {record: place for place, record in enumerate(case.record_ids, start=1)}
    return tuple(
        PersonSaid(
            place,
            tuple(number[record] for record in person.record_ids if record in number),
            None if person.keeps is None else number.get(person.keeps),
            taken.verdict is Verdict.SPLIT and person.keeps is None,
            tuple((field, number[record]) for field, record in person.fields if record in number),
        )
        for place, person in enumerate(taken.persons, start=1)
    )


def proposal(case: Case, language: Language) -> Entry | None:
    """Return the proposal that waits for an answer; None when none does."""
    if case.state is not State.DIUSULKAN:
        return None
    found = next((taken for taken in reversed(case.history) if taken.action is Action.PROPOSE), None)
    return None if found is None else entry_of(case, found, language)


def questions(case: Case) -> tuple[Question, ...]:
    """Return what other offices were asked, oldest first, each with its answer."""
    told: list[Question] = []
    for taken in case.history:
        if taken.action is Action.ASK and taken.region is not None:
            told.append(Question(taken.region, taken.actor, taken.at, taken.due_at, visible(taken.reason)))
        elif taken.action is Action.ANSWER:
            # The latest: an office that did not answer in time may be asked again.
            waiting = (
                n for n, one in reversed([*enumerate(told)]) if one.region == taken.region and one.answer is None
            )
            place = next(waiting, None)
            if place is not None:
                told[place] = replace(
                    told[place], answer=visible(taken.reason), answered_by=taken.actor, answered_at=taken.at
                )
    return tuple(told)


def settled(case: Case) -> tuple[Settled, ...]:
    """Return what other cases settled about pairs of the records."""
    number = {record: place for place, record in enumerate(case.record_ids, start=1)}
    return tuple(
        Settled(number[one.left_id], number[one.right_id], one.standing, one.case)
        for one in case.settled
        if one.case != case.id
    )
