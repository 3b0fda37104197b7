"""The surviving values of a person of several records, by the rules of survivorship; a steward's choice goes first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from linkage.identifiers import Nik
from linkage.reference.persons import Group
from linkage.review.cases import SHARED_NIK, Verdict
from linkage.review.survivorship import NIK, Rule, survivors
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules

Values = Mapping[str, str]
"""Whole values of a record by plain column name, missing ones left out; dates as yyyy-mm-dd, codes in one form."""

_DUPLICATE: Final = "DUPLICATE"


@dataclass(frozen=True)
class Golden:
    """The values of one person.

    ``taken_from``: the record whose NIK stays; ``home``: the one whose address stays. ``as_of``: day of the former's
    last change, else entry, yyyy-mm-dd or None. ``origin``: the record of each value. ``sources``: as in
    :data:`linkage.reference.tables.PERSONS_HEAD`.
    """

    values: Values
    taken_from: str
    home: str
    as_of: str | None
    origin: Mapping[str, str]
    sources: tuple[str, ...]


def golden(
    group: Group,
    held: Sequence[str],
    records: Mapping[str, Values],
    contested: frozenset[str],
    rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
) -> Golden:
    """Return the surviving values of a person.

    Args:
        group: who the person is, and what decisions say of them.
        held: the records that speak: the active ones, else all; sorted, not empty.
        records: values of all records of the group.
        contested: NIKs that a decision gave to another person. They do not stay here: the office gives a new one.
        rules: by which values stay where no decision names one.
    """
    keeps = _chosen_keeps(group, records)
    asked = {record: records[record] for record in held}
    if keeps is not None:
        asked[keeps] = records[keeps]
    found = {one.field: one for one in survivors(asked, _kind(group), keeps=keeps, rules=rules)}
    if not found:
        return Golden({}, held[0], held[0], None, {}, ())
    stays = found[NIK]
    taken = {field: (one.record_id, one.rule, one.at.isoformat() if one.at else "") for field, one in found.items()}
    for field, record in _chosen_fields(group, records).items():
        taken[field] = (record, Rule.CHOSEN, _day_of(records[record]))
    values = {field: records[record][field] for field, (record, _, _) in taken.items() if field in records[record]}
    if _digits(values.get(NIK, "")) in contested:
        del values[NIK]
    told = sorted((field, *taken[field]) for field in values)
    return Golden(
        values=values,
        taken_from=stays.record_id,
        home=taken.get("alamat", taken[NIK])[0],
        as_of=stays.at.isoformat() if stays.at else None,
        origin={field: taken[field][0] for field in values},
        sources=tuple(f"{field}={record};{rule};{at}" for field, record, rule, at in told),
    )


def contested_niks(group: Group, records: Mapping[str, Values]) -> frozenset[str]:
    """Return the NIKs that a decision gave to somebody else: digits; the owner's word is the newest on each."""
    found: set[str] = set()
    for decided, person in group.by:
        if decided.verdict is not Verdict.SPLIT or person.keeps is not None:
            continue
        owners = (one.keeps for one in decided.persons if one.keeps is not None)
        found |= {_digits(records[owner].get(NIK, "")) for owner in owners if owner in records}
    return frozenset(found - {""})


def _kind(group: Group) -> str:
    """Return by which kind's rules the person's values stay: that of the newest decision that joined records."""
    joining = (decided.kind for decided, person in group.by if len(person.record_ids) > 1)
    kind = next(joining, _DUPLICATE)
    return _DUPLICATE if kind == SHARED_NIK else kind


def _chosen_keeps(group: Group, records: Mapping[str, Values]) -> str | None:
    """Return the record whose NIK the newest decision that says so keeps."""
    inside = set(group.record_ids) & records.keys()
    return next((person.keeps for _, person in group.by if person.keeps in inside), None)


def _chosen_fields(group: Group, records: Mapping[str, Values]) -> dict[str, str]:
    """Return from which record each field is taken that a decision names, by the newest word."""
    chosen: dict[str, str] = {}
    for _, person in group.by:
        for field, record in person.fields:
            if record in group.record_ids and field in records.get(record, ()):
                chosen.setdefault(field, record)
    return chosen


def _day_of(values: Values) -> str:
    return values.get("tgl_ubah") or values.get("tgl_entri") or ""


def _digits(text: str) -> str:
    number = Nik.parse(text)
    return number.digits if number else ""
