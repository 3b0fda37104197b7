"""What will happen if the records are one person: whose NIK stays, which are closed, whose values are taken and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from linkage.review.cases import REVERT, SHARED_NIK, Case, Verdict
from linkage.review.shown import Survivor
from linkage.review.steps import parting
from linkage.review.survivorship import ADDRESS, NIK, OF_THE_RECORD, OPEN_MOVE, Rule
from linkage.web.views.case_fields import Cell, Row, ordered
from linkage.web.views.case_history import Entry
from linkage.web.views.case_timeline import day_of

WHOLE_ADDRESS: Final = "address"
"""Stands for all fields of an address in a choice: parts of two addresses make one that nobody lives at."""


@dataclass(frozen=True)
class Option:
    """A record that may be chosen: by its number, the office that sent it, the day of its last change or entry, its
    value as it is shown."""

    record: int
    region: str
    at: date | None
    text: str
    chosen: bool


@dataclass(frozen=True)
class Choice:
    """A field whose values differ. ``rule``: why the chosen one, a code of the queue's words. ``asked``: which value is
    right is the question of the case, so that the rule only advises and the steward must choose."""

    field: str
    options: tuple[Option, ...]
    rule: str
    asked: bool = False

    @property
    def free(self) -> bool:
        """Whether the rules tell nothing apart, and so do not even advise."""
        return self.rule == Rule.NO_EVIDENCE

    @property
    def by_rule(self) -> int:
        """The record that the rule chooses, by its number; 0 for none."""
        return next((option.record for option in self.options if option.chosen), 0)


@dataclass(frozen=True)
class Outcome:
    """What a proposal of ``verdict`` says if nothing on the page is changed.

    ``parts``: for each record the number of its person, as earlier decisions allow. ``keeps``: whose NIK may stay.
    ``agreed``: fields that need no choice. ``single``: (field, record) where only one record has a value. ``several``:
    persons may be told apart, for there are more than two records.
    """

    verdict: Verdict
    parts: tuple[int, ...]
    keeps: Choice | None
    choices: tuple[Choice, ...]
    agreed: tuple[str, ...]
    single: tuple[tuple[str, int], ...]
    several: bool

    @property
    def splits(self) -> bool:
        """Whether it parts one NIK among several persons."""
        return self.verdict is Verdict.SPLIT


@dataclass(frozen=True)
class Taken:
    """A field whose value is taken from a record, by its number. ``rule``: why, "" where the steward chose it."""

    field: str
    record: int
    rule: str


def outcome(case: Case, verdict: Verdict, rows: Sequence[Row]) -> Outcome:
    """Return what a proposal of this verdict would say by the rules. ``rows``: the fields as they are shown."""
    if case.kind == REVERT or verdict is Verdict.REVERT:
        return Outcome(verdict, (), None, (), (), (), several=False)
    persons = parting(case, verdict)
    number = {record: part for part, person in enumerate(persons, start=1) for record in person.record_ids}
    by_rule = {survivor.field: survivor for survivor in case.survivors}
    shown = {row.field: row for row in rows}
    splits = verdict is Verdict.SPLIT
    nik = by_rule.get(NIK)
    # The rule tells whose NIK one person keeps; that it is somebody else's altogether is another question.
    rule = "" if nik is None or (splits and case.kind != SHARED_NIK) else nik.rule
    told = shown.get("nama" if splits else "kelurahan" if case.kind == OPEN_MOVE else NIK)
    options = () if nik is None else _options(case, told, nik.record_id, every=True)
    keeps = None if nik is None else Choice(NIK, options, rule, asked=rule == Rule.NO_EVIDENCE)
    differing = [
        field for field in ordered([*by_rule]) if shown.get(field) is not None and shown[field].agreement != "same"
    ]
    fields = [field for field in differing if field not in OF_THE_RECORD and field != NIK]
    # A record that does not tell it differs from none; where those that do agree, there is nothing to choose.
    alike = {field for field in fields if shown[field].agreement == "unknown" and by_rule[field].rule == Rule.AGREE}
    alone = [field for field in fields if field not in ADDRESS and field not in alike]
    resolves = verdict is Verdict.RESOLVE
    choices = [
        Choice(
            field,
            _options(case, shown[field], by_rule[field].record_id),
            by_rule[field].rule,
            asked=by_rule[field].rule == Rule.NO_EVIDENCE
            or (resolves and shown[field].telling and shown[field].agreement == "differs"),
        )
        for field in alone
    ]
    home = address_by_rule(case)
    # Where somebody lives after a move is the question itself.
    if home is not None and case.kind != OPEN_MOVE:
        lived = _options(case, None, home.record_id)
        choices.append(Choice(WHOLE_ADDRESS, lived, home.rule, asked=home.rule == Rule.NO_EVIDENCE))
    agreed = tuple(
        field
        for field in ordered([*by_rule])
        if field in shown and (shown[field].agreement == "same" or field in alike - ADDRESS)
    )
    single = tuple((choice.field, choice.options[0].record) for choice in choices if len(choice.options) == 1)
    return Outcome(
        verdict,
        tuple(number[record] for record in case.record_ids),
        keeps,
        () if splits else tuple(choice for choice in choices if len(choice.options) > 1),
        () if splits else agreed,
        () if splits else single,
        several=len(case.records) > 2,
    )


def address_by_rule(case: Case) -> Survivor | None:
    """Return whose address would stay by the rules, told by the first of its fields that differs; None where none
    does."""
    told = dict(case.agreements)
    by_rule = {survivor.field: survivor for survivor in case.survivors if survivor.field in ADDRESS}
    return next((by_rule[field] for field in ordered([*by_rule]) if told.get(field) != "same"), None)


def taken_by_rule(case: Case, rows: Sequence[Row], entry: Entry) -> tuple[Taken, ...]:
    """Return whose values a proposal takes that names all records as one person: what it chose, and what the rules say
    of the other fields that differ."""
    if len(entry.persons) != 1 or not case.survivors:
        return ()
    person = entry.persons[0]
    number = {record: place for place, record in enumerate(case.record_ids, start=1)}
    own = dict(person.fields)
    differing = {row.field for row in rows if row.agreement != "same"}
    told = [
        Taken(one.field, own.get(one.field, number[one.record_id]), "" if one.field in own else one.rule)
        for one in case.survivors
        if one.field in differing and one.field not in OF_THE_RECORD and (one.field != NIK or person.keeps is None)
    ]
    if case.kind == OPEN_MOVE and any(one.field == NIK and one.rule == Rule.NO_EVIDENCE for one in case.survivors):
        # The address follows the residence, which no rule told: an approver must not read that one did.
        told = [replace(one, rule=Rule.NO_EVIDENCE) if one.field in ADDRESS and one.rule else one for one in told]
    home = [one for one in told if one.field in ADDRESS]
    if len({(one.record, one.rule) for one in home}) == 1:
        whole = Taken(WHOLE_ADDRESS, home[0].record, home[0].rule)
        told = [*(one for one in told if one not in home), whole]
    place = {field: at for at, field in enumerate(ordered([one.field for one in told]))}
    return tuple(sorted(told, key=lambda one: place[one.field]))


def _options(case: Case, row: Row | None, chosen: str, *, every: bool = False) -> tuple[Option, ...]:
    """Return the records that have a value; ``every`` one where having none is no reason against it."""
    return tuple(
        Option(
            number,
            record.region,
            _changed(dict(record.values)),
            _text(row.cells[number - 1]) if row is not None else "",
            record.record_id == chosen,
        )
        for number, record in enumerate(case.records, start=1)
        if every or row is None or row.cells[number - 1].parts or record.record_id == chosen
    )


def _changed(values: dict[str, str]) -> date | None:
    return day_of(values.get("tgl_ubah", "")) or day_of(values.get("tgl_entri", ""))


def _text(cell: Cell) -> str:
    return "".join(text for text, _ in cell.parts)
