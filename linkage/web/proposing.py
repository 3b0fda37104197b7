"""What a steward proposes, put together from what stands on the page: persons, whose NIK stays, whose values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linkage.errors import UsageError
from linkage.review.cases import Case, Verdict
from linkage.review.resolution import PersonOut
from linkage.review.survivorship import ADDRESS
from linkage.web.views.case_outcome import WHOLE_ADDRESS, address_by_rule


def persons_of(
    case: Case, verdict: Verdict, *, parts: Sequence[int], keeps: Sequence[int], values: Sequence[str]
) -> tuple[PersonOut, ...]:
    """Return the persons of a proposal.

    ``case``: as it was viewed, with its survivors. ``parts``: for each record in order the number of its person; empty
    means that all are one, of a split NIK each its own. ``keeps``: numbers (from 1) of the records whose NIK stays.
    ``values``: ``field:number`` for each value that is chosen; what the rules would choose anyway is left to them.
    ``address:number`` chooses all fields of an address at once.

    Raises:
        UsageError: a number or field that the case does not hold.
    """
    where, ids = f"case {case.id}", case.record_ids
    if verdict is Verdict.REVERT:
        return ()
    chosen = _chosen(case, values, where)
    by_rule = {survivor.field: survivor.record_id for survivor in case.survivors}
    own = {field: record for field, record in chosen.items() if by_rule.get(field) != record}
    kept = [_record(case, number, where) for number in keeps]
    groups = _groups(ids, parts or ([1] * len(ids) if verdict is not Verdict.SPLIT else range(1, len(ids) + 1)), where)
    persons: list[PersonOut] = []
    for records in groups:
        stays = _one_kept([record for record in dict.fromkeys(kept) if record in records], where)
        fields = {field: record for field, record in own.items() if record in records}
        if verdict is Verdict.FINISH_MOVE:
            fields = {**_residence(case, records, stays), **fields}
        persons.append(PersonOut(records, stays, tuple(sorted(fields.items()))))
    return tuple(persons)


def _one_kept(kept: Sequence[str], where: str) -> str | None:
    if len(kept) > 1:
        raise UsageError("one person keeps one NIK", where=where, key="persons.keeps_several")
    return kept[0] if kept else None


def _residence(case: Case, records: Sequence[str], stays: str | None) -> Mapping[str, str]:
    """Return the address of the record that the steward, other than the rules, names as the place of residence: whole,
    for with a part of the other one it would be an address that nobody lives at."""
    home = address_by_rule(case)
    if home is None or stays is None or stays == home.record_id or home.record_id not in records:
        return {}
    return dict.fromkeys(sorted(_held(case) & ADDRESS), stays)


def _held(case: Case) -> frozenset[str]:
    """Return the fields that any record of the case has."""
    return frozenset(field for record in case.records for field, _ in record.values)


def _groups(ids: Sequence[str], parts: Sequence[int], where: str) -> list[tuple[str, ...]]:
    if len(parts) != len(ids):
        raise UsageError("every record is in one person", where=where, key="persons.partition")
    together: dict[int, list[str]] = {}
    for record, part in zip(ids, parts, strict=True):
        together.setdefault(part, []).append(record)
    return sorted(tuple(sorted(records)) for records in together.values())


def _chosen(case: Case, values: Sequence[str], where: str) -> Mapping[str, str]:
    known = _held(case)
    home = address_by_rule(case)
    chosen: dict[str, str] = {}
    for text in values:
        field, _, number = text.rpartition(":")
        fields = sorted(known & ADDRESS) if field == WHOLE_ADDRESS else [field]
        if not known.issuperset(fields) or not (number.isascii() and number.isdecimal()):
            raise UsageError("no field of the case is called so", where=where, key="survivorship.field")
        record = _record(case, int(number), where)
        if field != WHOLE_ADDRESS or home is None or record != home.record_id:
            chosen |= dict.fromkeys(fields, record)
    return chosen


def _record(case: Case, number: int, where: str) -> str:
    if not 1 <= number <= len(case.record_ids):
        raise UsageError("a record is named that the case does not hold", where=where, key="persons.record")
    return case.record_ids[number - 1]
