"""The next state of the reference: what residents and decisions make of the persons they touch.

The state follows from the residents, the decisions that hold and who was let in; nothing else. What a publication
touches is closed under "one person", so building a part gives the same rows as building all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.change_log import changes
from linkage.identifiers import Nik
from linkage.reference.admission import NOBODY, Int64, Standing, admit
from linkage.reference.decisions import Holding
from linkage.reference.golden import Golden, Values, contested_niks, golden
from linkage.reference.persons import Group
from linkage.reference.tables import (
    KEYS,
    MEMBERSHIP,
    MEMBERSHIP_SCHEMA,
    NIK_ALIAS,
    NIK_ALIAS_SCHEMA,
    PERSONS,
    PERSONS_HEAD,
    bare,
)
from linkage.review.survivorship import NIK
from linkage.spec import DEFAULT_SURVIVORSHIP, SurvivorshipRules

HELD: Final = "DITAHAN"
"""A NIK that does not stay here and that another person's record bears: it leads nowhere until that is settled."""

PROPOSED: Final = "DIUSULKAN"
CONFIRMED: Final = "TERKONFIRMASI"
RECORD_HEAD: Final = ("record_id", "region", "given_id", "open", "active")
"""Columns of a touched record before its values."""

_NUMBER_DIGITS: Final = 12


@dataclass(frozen=True, repr=False)
class Before:
    """The rows of the state that stand for the touched records; each None when the table is empty."""

    persons: pa.Table | None
    membership: pa.Table | None
    nik_alias: pa.Table | None


@dataclass(frozen=True, repr=False)
class Touched:
    """The records a publication looks at: whoever is one person with one of them is among them too.

    ``residents``: sorted by record_id, with columns record_id, region, given_id, open (bool: its office still has it),
    active (bool: and calls it active) and the values, strings in one form.
    ``in_review``: the records of open cases, of those touched at least. ``own_ids``: record_id and own_id of those
    that were in the reference once. ``bearers``: for each NIK of a person by decision, by its digits, the active
    records that bear it, touched or not.
    """

    residents: pa.Table
    in_review: pa.StringArray
    own_ids: pa.Table | None
    before: Before
    bearers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of the values."""
        return tuple(name for name in self.residents.column_names if name not in RECORD_HEAD)


@dataclass(frozen=True, repr=False)
class Draft:
    """The next state of the touched persons: the rows that change it, by table, each with a column ``change``.

    ``after``: the touched rows as they will be. ``groups``: the persons by decision among them. ``waiting``: touched
    records of open cases that are not let in.
    """

    changed: Mapping[str, pa.Table]
    after: Before
    groups: tuple[Group, ...]
    last_person: int
    waiting: int


def build(
    touched: Touched,
    held: Holding,
    persons: Sequence[Group],
    last_person: int,
    *,
    review_too: bool = False,
    rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
) -> Draft:
    """Return the next state of the touched records' persons.

    ``held``: what holds after all decisions, and ``persons`` who is one person by them. ``last_person``: the last
    number issued. ``review_too``: new records in open cases become persons of their own, marked so, instead of waiting.
    ``rules``: by which values stay.
    """
    told = _touched_groups(touched, persons)
    standing, last_person = admit(_standing(touched), held, last_person, review_too=review_too)
    person, by_group = _persons_of(standing, told)
    values = _values(touched, told)
    decided = _Decided(standing, person, touched, values, by_group, rules)
    alone = np.flatnonzero(standing.inside & ~decided.members)
    rows = pa.concat_tables([_alone(touched, standing, alone), decided.rows()])
    after = Before(
        persons=rows.sort_by("person_id").combine_chunks(),
        membership=_membership(standing, person, by_group),
        nik_alias=decided.aliases(held.confirmed),
    )
    return Draft(
        changed={
            PERSONS: _changes(touched.before.persons, after.persons, PERSONS),
            MEMBERSHIP: _changes(touched.before.membership, after.membership, MEMBERSHIP),
            NIK_ALIAS: _changes(touched.before.nik_alias, after.nik_alias, NIK_ALIAS),
        },
        after=after,
        groups=told,
        last_person=last_person,
        waiting=int(np.count_nonzero(standing.active & standing.in_review & ~standing.inside)),
    )


def _touched_groups(touched: Touched, persons: Sequence[Group]) -> tuple[Group, ...]:
    named = pa.array([record for group in persons for record in group.record_ids], pa.string())
    here = named.filter(pc.is_in(named, value_set=touched.residents.column("record_id").combine_chunks()))
    known = set(here.to_pylist())
    return tuple(group for group in persons if not known.isdisjoint(group.record_ids))


def person_ids(numbers: Int64) -> pa.StringArray:
    """Return the ids of persons of these numbers."""
    digits = pc.utf8_lpad(pa.array(numbers).cast(pa.string()), _NUMBER_DIGITS, "0")
    return pc.binary_join_element_wise("P", digits, "")


def _changes(old: pa.Table | None, new: pa.Table, name: str) -> pa.Table:
    if old is not None:
        # A column that one of them lacks, for the spec has gained or lost a field, is missing in all its rows.
        names = pa.unify_schemas([new.schema, old.schema]).names
        old, new = (_with_columns(table, names) for table in (old, new))
    return changes(old, new, KEYS[name])


def _with_columns(table: pa.Table, names: Sequence[str]) -> pa.Table:
    for name in names:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table.select(list(names))


def _numbers(ids: pa.Array | pa.ChunkedArray) -> Int64:
    found: Int64 = pc.utf8_slice_codeunits(ids, 1).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return found


def _standing(touched: Touched) -> Standing:
    ids = touched.residents.column("record_id").combine_chunks()
    own = np.full(len(ids), NOBODY, np.int64)
    released_by = np.full(len(ids), NOBODY, np.int64)
    inside = np.zeros(len(ids), np.bool_)
    if touched.own_ids is not None and touched.own_ids.num_rows:
        place, there = _places(touched.own_ids, ids)
        own[place] = _numbers(touched.own_ids.column("own_id"))[there]
    membership = touched.before.membership
    if membership is not None and membership.num_rows:
        place, there = _places(membership, ids)
        own[place] = _numbers(membership.column("own_id"))[there]
        inside[place] = True
        released_by[place] = pc.fill_null(membership.column("released_by"), NOBODY).to_numpy()[there]
    return Standing(
        record_ids=ids,
        active=touched.residents.column("active").to_numpy(),
        in_review=pc.is_in(ids, value_set=touched.in_review).to_numpy(zero_copy_only=False),
        own=own,
        inside=inside,
        released_by=released_by,
    )


def _places(table: pa.Table, ids: pa.StringArray) -> tuple[Int64, Int64]:
    """Return the places of a table's records among ids, and the rows that have one."""
    places = pc.index_in(table.column("record_id"), value_set=ids)
    there = np.flatnonzero(pc.is_valid(places).to_numpy())
    return places.take(pa.array(there)).to_numpy().astype(np.int64), there


def _persons_of(standing: Standing, told: Sequence[Group]) -> tuple[Int64, dict[int, Group]]:
    """Return the number of each record's person, int64, and the persons by decision, by number."""
    person = standing.own.copy()
    by_group: dict[int, Group] = {}
    places = _places_of(standing, told)
    for group in told:
        inside = [places[record] for record in group.record_ids if record in places]
        inside = [place for place in inside if standing.inside[place]]
        if inside:
            first = int(standing.own[inside].min())
            person[inside] = first
            by_group[first] = group
    return person, by_group


def _places_of(standing: Standing, told: Iterable[Group]) -> dict[str, int]:
    """Return where the records of persons stand, those that are not there left out."""
    records = pa.array(sorted({record for group in told for record in group.record_ids}), pa.string())
    # One look-up for all: each makes a table of every record that stands.
    places = pc.index_in(records, value_set=standing.record_ids)
    found = pc.is_valid(places)
    return dict(zip(records.filter(found).to_pylist(), places.filter(found).to_pylist(), strict=True))


def _values(touched: Touched, told: Sequence[Group]) -> dict[str, Values]:
    """Return the values of all records that decisions are about, the owners of NIKs they lost included."""
    wanted = {record for group in told for decided, _ in group.by for record in decided.record_ids}
    wanted |= {record for group in told for record in group.record_ids}
    rows = touched.residents.filter(
        pc.is_in(touched.residents.column("record_id"), value_set=pa.array(sorted(wanted), pa.string()))
    )
    return {row["record_id"]: {name: row[name] for name in touched.fields if row[name]} for row in rows.to_pylist()}


def _alone(touched: Touched, standing: Standing, places: Int64) -> pa.Table:
    """Return the persons of one record that no decision is about."""
    rows = touched.residents.take(pa.array(places))
    n = int(places.size)
    days = [rows.column(name) for name in ("tgl_ubah", "tgl_entri") if name in rows.column_names]
    as_of = pc.coalesce(*days) if days else pa.nulls(n, pa.string())
    head = [
        person_ids(standing.own[places]),
        rows.column("region"),
        pa.array(np.ones(n, np.int64)),
        pa.array(standing.active[places]),
        pa.array(standing.in_review[places]),
        rows.column("record_id"),
        as_of,
        pa.array([[]] * n, pa.list_(pa.string())),
    ]
    return pa.table([*head, *(rows.column(name) for name in touched.fields)], schema=persons_schema(touched.fields))


def persons_schema(fields: Sequence[str]) -> pa.Schema:
    """Return the columns of the persons' table for these values."""
    return pa.schema([*bare(PERSONS_HEAD), *(pa.field(name, pa.string()) for name in fields)])


def _membership(standing: Standing, person: Int64, by_group: Mapping[int, Group]) -> pa.Table:
    inside = np.flatnonzero(standing.inside)
    case = np.full(standing.own.size, NOBODY, np.int64)
    places = _places_of(standing, by_group.values())
    for group in by_group.values():
        for record in group.record_ids:
            if record in places:
                case[places[record]] = group.told_of(record).case
    told, released_by = case[inside], standing.released_by[inside]
    columns = [
        standing.record_ids.take(pa.array(inside)),
        person_ids(standing.own[inside]),
        person_ids(person[inside]),
        pa.array(standing.active[inside]),
        pa.array(told, mask=told == NOBODY),
        pa.array(released_by, mask=released_by == NOBODY),
    ]
    return pa.table(columns, schema=bare(MEMBERSHIP_SCHEMA))


class _Decided:
    """The persons that decisions are about. They are few beside all others, so each is made by itself."""

    def __init__(
        self,
        standing: Standing,
        person: Int64,
        touched: Touched,
        values: Mapping[str, Values],
        by_group: Mapping[int, Group],
        rules: SurvivorshipRules,
    ) -> None:
        self._rules = rules
        self._touched = touched
        self._values = values
        self.members = np.isin(person, np.array(sorted(by_group), np.int64)) & standing.inside
        self._regions: dict[str, str] = {}
        self._active: dict[str, bool] = {}
        self._in_review: dict[str, bool] = {}
        self._held: dict[int, list[str]] = {number: [] for number in by_group}
        places = np.flatnonzero(self.members)
        regions = touched.residents.column("region").take(pa.array(places)).to_pylist()
        for place, record, region in zip(
            places.tolist(), standing.record_ids.take(pa.array(places)).to_pylist(), regions, strict=True
        ):
            self._regions[record] = region or ""
            self._active[record] = bool(standing.active[place])
            self._in_review[record] = bool(standing.in_review[place])
            self._held[int(person[place])].append(record)
        self._contested = {number: contested_niks(group, values) for number, group in by_group.items()}
        self._golden = {number: self._of(number, group) for number, group in sorted(by_group.items())}
        self._groups = by_group

    def _of(self, number: int, group: Group) -> Golden:
        records = self._held[number]
        still = [record for record in records if self._active[record]]
        return golden(
            group,
            still or records,
            {record: self._values[record] for record in records},
            self._contested[number],
            self._rules,
        )

    def rows(self) -> pa.Table:
        """Return the persons' rows."""
        rows: list[dict[str, Any]] = []
        for number, found in self._golden.items():
            records = self._held[number]
            rows.append(
                {
                    "region": self._regions[found.home],
                    "records": len(records),
                    "active": any(self._active[record] for record in records),
                    "in_review": any(self._in_review[record] for record in records),
                    "taken_from": found.taken_from,
                    "as_of": found.as_of,
                    "sources": list(found.sources) if len(records) > 1 else [],
                    **found.values,
                }
            )
        table = pa.Table.from_pylist(rows, schema=persons_schema(self._touched.fields))
        ids = person_ids(np.array(list(self._golden), np.int64))
        return table.set_column(0, table.schema.field(0), ids)

    def aliases(self, confirmed: frozenset[int]) -> pa.Table:
        """Return the NIKs of the persons' records that do not stay; ``confirmed``: cases the centre confirmed.

        A NIK that a decision gave to somebody else leads nowhere, and one that another person's record bears is held.
        """
        found = [alias for number in self._golden for alias in self._aliases_of(number, confirmed)]
        borne = Counter(nik for nik, number in {(alias["nik"], alias["number"]) for alias in found})
        rows: dict[tuple[str, int], dict[str, Any]] = {}
        for alias in found:
            if borne[alias["nik"]] > 1 or self._bears_elsewhere(alias["nik"], alias["number"]):
                alias["status"] = HELD
            known = rows.get((alias["nik"], alias["number"]))
            if known is None or known["status"] == PROPOSED:
                rows[alias["nik"], alias["number"]] = alias
        ordered = [rows[key] for key in sorted(rows)]
        names = [name for name in NIK_ALIAS_SCHEMA.names if name != "person_id"]
        table = pa.Table.from_pylist(
            [{name: row[name] for name in names} for row in ordered], schema=bare(NIK_ALIAS_SCHEMA)
        )
        ids = person_ids(np.array([row["number"] for row in ordered], np.int64))
        return table.set_column(1, table.schema.field(1), ids)

    def _aliases_of(self, number: int, confirmed: frozenset[int]) -> Iterator[dict[str, Any]]:
        group, stays = self._groups[number], self._golden[number]
        now, official = _digits(stays.values.get(NIK)), group.confirmed_with(stays.taken_from, confirmed)
        for record in self._held[number]:
            nik = _digits(self._values[record].get(NIK))
            if nik and nik != now and nik not in self._contested[number]:
                status = CONFIRMED if record in official else PROPOSED
                case = group.told_of(record).case
                yield {"nik": nik, "number": number, "nik_now": now or None, "status": status, "case": case}

    def _bears_elsewhere(self, nik: str, number: int) -> bool:
        return not self._touched.bearers.get(nik, frozenset()) <= set(self._groups[number].record_ids)


def _digits(text: str | None) -> str:
    number = Nik.parse(text or "")
    return number.digits if number else ""
