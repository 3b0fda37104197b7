"""What a steward and an approver say of a case, by the truth and with some error."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

import numpy as np

from linkage.review.cases import REVERT, SHARED_NIK, Action, Aside, Case, Different, Verdict
from linkage.review.resolution import PersonOut
from linkage.review.rules import Command
from linkage.review.survivorship import NIK, Rule
from linkage.review.transitions import VERDICTS

_NEEDS = 0.04
_ESCALATES = 0.02
_ASKS = 0.1
_RETURNS = 0.02
SEEN = "KTP-el dan akta diperlihatkan"
"""Why a steward chooses otherwise than the rules of survivorship."""
_ONE_VALUE = ("jenis_kelamin", "nik_ibu", "tanggal_lahir")
"""What one person has one of."""


def parts_of(records: tuple[str, ...], person: Mapping[str, str]) -> tuple[tuple[str, ...], ...]:
    """Return who is one person in truth: sorted records, sorted by the first."""
    by_person: dict[str, list[str]] = defaultdict(list)
    for record in records:
        by_person[person[record]].append(record)
    return tuple(sorted(tuple(sorted(part)) for part in by_person.values()))


def answer(
    case: Case,
    person: Mapping[str, str],
    *,
    office: str,
    errors: tuple[float, float],
    rng: np.random.Generator,
    now: datetime,
) -> Command:
    """Return what a steward of an office says of a case: mostly the truth, now and then that something is missing.

    ``errors``: share of answers against the truth where it is one person, and where it is several.
    """
    drawn, wrong, day = rng.random(3)
    if case.kind == REVERT:
        return Command(Action.PROPOSE, verdict=Verdict.REVERT)
    if drawn < _NEEDS:
        due = now + timedelta(days=1 + int(day * 5))
        return Command(Action.NEED, reason="akta kelahiran", due_at=due)
    if drawn < _NEEDS + _ESCALATES and case.office:
        return Command(Action.ESCALATE, reason="belum jelas")
    others = sorted(region for region in case.regions if region and region != office)
    if case.kind == "OPEN_MOVE" and others and drawn > 1 - _ASKS and not case.asked() and len(case.history) < 5:
        return Command(Action.ASK, region=others[0], reason="masih tinggal di sana?")
    parts = parts_of(case.record_ids, person)
    if wrong < errors[len(parts) > 1]:
        parts = _mistaken(parts)
    if case.kind == SHARED_NIK:
        return _split(parts)
    if len(parts) == len(case.record_ids):
        return Command(Action.DIFFERENT, reason=_why(case))
    return Command(Action.PROPOSE, SEEN, VERDICTS[case.kind][0], chosen_persons(case, parts))


def examined(case: Case, person: Mapping[str, str], *, notices: float, rng: np.random.Generator) -> Command:
    """Return what an approver says of a proposal: wrong ones are mostly noticed, a few right ones go back as well."""
    drawn, how = rng.random(2)
    proposal = next(entry for entry in reversed(case.history) if entry.action is Action.PROPOSE)
    if case.kind != REVERT and (drawn < notices if is_wrong(proposal.persons, person) else drawn < _RETURNS):
        if how < 0.8 or not is_wrong(proposal.persons, person):
            return Command(Action.RETURN, reason="periksa kembali")
        return Command(Action.REJECT, reason="bukan orang yang sama")
    return Command(Action.APPROVE)


def is_wrong(persons: tuple[PersonOut, ...], person: Mapping[str, str]) -> bool:
    """Return whether the persons are not those of the truth."""
    records = tuple(record for one in persons for record in one.record_ids)
    return tuple(sorted(one.record_ids for one in persons)) != parts_of(records, person)


def _mistaken(parts: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    records = tuple(sorted(record for part in parts for record in part))
    if len(parts) == 1:
        return tuple((record,) for record in records)
    return (records,)


def _split(parts: tuple[tuple[str, ...], ...]) -> Command:
    if len(parts) == 1:
        return Command(Action.SET_ASIDE, reason=Aside.ANOMALI)
    persons = tuple(PersonOut(part, part[0] if place == 0 else None) for place, part in enumerate(parts))
    return Command(Action.PROPOSE, SEEN, Verdict.SPLIT, persons)


def chosen_persons(case: Case, parts: tuple[tuple[str, ...], ...]) -> tuple[PersonOut, ...]:
    """Return the persons with what a steward chooses, often otherwise than the rules of survivorship: the NIK of the
    youngest record stays unless it may be none, and where values contradict each other that cannot both be true, those
    of the first record that has one are taken."""
    differs = {name for name, agreement in case.agreements if agreement == "differs"} & set(_ONE_VALUE)
    told = {record.record_id: dict(record.values) for record in case.records}
    persons = []
    for part in parts:
        taken = {name: [record for record in part if told[record].get(name)] for name in sorted(differs)}
        fields = tuple((name, records[0]) for name, records in taken.items() if records)
        several = len(part) > 1
        persons.append(PersonOut(part, _kept(case, part) if several else None, fields if several else ()))
    return tuple(persons)


def _kept(case: Case, part: tuple[str, ...]) -> str | None:
    """Return the youngest of two records that both have a NIK that can be one, or neither. Of more the masked values do
    not say which have: the record that the rules name, and where it is another person's, none."""
    by_rule = next(survivor for survivor in case.survivors if survivor.field == NIK)
    if len(case.record_ids) == len(part) == 2 and by_rule.rule != Rule.ONLY_VALID:
        return part[-1]
    return by_rule.record_id if by_rule.record_id in part else None


def _why(case: Case) -> Different:
    reasons = " ".join(case.reasons)
    return Different.TWINS if "TWIN" in reasons else Different.NAMESAKES
