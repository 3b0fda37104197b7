"""What stands in a synthetic register, counted part by part: memory follows the number of distinct values, not rows.

Counts of *people* are over first records of people whose death was not reported; counts of *records* over all of them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.kinds import REPEAT_KINDS
from linkage.synthetic.parts import Part

Bool = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]

_BUFFERED: Final = 200_000
_DEAD: Final = "1"
_BORN_HERE: Final = ("4", "6")  # child and grandchild, by relation to the head of the family
_FINISHED: Final = "^(CARD_.*|PRINT_READY_RECORD)$"


class Tally:
    """How often each combination of values occurs, over many parts."""

    def __init__(self) -> None:
        self._base: pa.Table | None = None
        self._parts: list[pa.Table] = []
        self._rows = 0

    def add(self, **columns: Any) -> None:
        """Count rows: columns of one length, NumPy or Arrow, by name; the same names each time."""
        table = pa.table(columns)
        counted = table.group_by(table.column_names, use_threads=False).aggregate([([], "count_all")])
        self._parts.append(counted.rename_columns([*table.column_names, "count"]))
        self._rows += counted.num_rows
        if self._rows > _BUFFERED + (self._base.num_rows if self._base else 0):
            self._merge()

    def table(self) -> pa.Table:
        """Return the columns and ``count`` int64, sorted by the columns."""
        self._merge()
        assert self._base is not None  # nothing asks before something was counted
        return self._base.sort_by([(name, "ascending") for name in self._base.column_names[:-1]])

    def columns(self) -> tuple[npt.NDArray[Any], ...]:
        """Return the table's columns as arrays; texts as objects."""
        return tuple(column.to_numpy(zero_copy_only=False) for column in self.table().combine_chunks().columns)

    def _merge(self) -> None:
        if not self._parts:
            return
        parts = self._parts if self._base is None else [self._base, *self._parts]
        names = parts[0].column_names[:-1]
        merged = pa.concat_tables(parts).group_by(names, use_threads=False).aggregate([("count", "sum")])
        self._base, self._parts, self._rows = merged.rename_columns([*names, "count"]), [], 0


@dataclass
class Counts:
    """The counts of one register.

    Tallies, with their columns: ``residents`` (region int, sex, age), ``dates`` (year, month, day), ``names`` (name),
    ``bearers`` (name, birth) of chosen names, ``words`` (year, words), ``households`` (household), ``cultures``
    (culture), ``status`` (adult, enrolled), ``twins``, ``namesakes`` (group): people. ``histories`` (history): first
    records. ``entries`` (kind, year), ``errors`` (further, kind), ``cases`` (kind), ``case_persons`` (kind, person),
    ``niks`` (missing, broken, date, sex, region: what the number contradicts), ``shared`` (group, person): records.
    ``births``: people who live with a parent or grandparent. ``with_errors``: first and further records with any.
    ``missing``: records without a value, by column.

    ``person``, ``region``, ``kind``: one array per part, row by row; kind 0 is a first record, else 1 + the number in
    ``REPEAT_KINDS``.
    """

    cut_off: dt.date
    chosen_names: tuple[str, ...] = ()
    records: int = 0
    births: int = 0
    missing: dict[str, int] = field(default_factory=dict)
    with_errors: dict[bool, int] = field(default_factory=lambda: {False: 0, True: 0})
    case_persons: Tally = field(default_factory=Tally)
    residents: Tally = field(default_factory=Tally)
    dates: Tally = field(default_factory=Tally)
    names: Tally = field(default_factory=Tally)
    bearers: Tally = field(default_factory=Tally)
    words: Tally = field(default_factory=Tally)
    households: Tally = field(default_factory=Tally)
    cultures: Tally = field(default_factory=Tally)
    status: Tally = field(default_factory=Tally)
    histories: Tally = field(default_factory=Tally)
    entries: Tally = field(default_factory=Tally)
    errors: Tally = field(default_factory=Tally)
    cases: Tally = field(default_factory=Tally)
    niks: Tally = field(default_factory=Tally)
    twins: Tally = field(default_factory=Tally)
    namesakes: Tally = field(default_factory=Tally)
    shared: Tally = field(default_factory=Tally)
    person: list[Int64] = field(default_factory=list)
    region: list[npt.NDArray[np.int16]] = field(default_factory=list)
    kind: list[npt.NDArray[np.int8]] = field(default_factory=list)

    def add(self, part: Part) -> None:
        """Count a part of the register; of several nights, the first only."""
        if part.night != 1 or not part.truth.num_rows:
            return
        records, truth = part.records.combine_chunks(), part.truth.combine_chunks()
        kind = kind_numbers(truth["duplicate_of_kind"])
        first = kind == 0
        person = label_numbers(truth["person_id"])
        self.records += first.size
        self.person.append(person)
        self.region.append(_numbers(records["source"]).astype(np.int16))
        self.kind.append(kind)
        self._count_records(records, truth, kind)
        people = first & pc.fill_null(pc.not_equal(records["flag_status"], _DEAD), True).to_numpy(zero_copy_only=False)
        self._count_people(records.filter(pa.array(people)), truth.filter(pa.array(people)))
        self.histories.add(history=pc.list_flatten(truth["history"].filter(pa.array(first))))

    @property
    def persons(self) -> int:
        """First records, those of people reported dead included."""
        return sum(int((kinds == 0).sum()) for kinds in self.kind)

    def _count_people(self, records: pa.Table, truth: pa.Table) -> None:
        year, month, day = date_parts(records["tanggal_lahir"])
        age = ages(year, month, day, self.cut_off)
        self.residents.add(region=_numbers(records["source"]), sex=records["jenis_kelamin"], age=age)
        self.dates.add(year=year, month=month, day=day)
        self.names.add(name=records["nama"])
        chosen = pc.is_in(records["nama"], value_set=pa.array(self.chosen_names, pa.string()))
        self.bearers.add(name=records["nama"].filter(chosen), birth=records["tanggal_lahir"].filter(chosen))
        self.words.add(year=year, words=pc.add(pc.count_substring(records["nama"], " "), 1))
        self.households.add(household=truth["household_id"])
        self.cultures.add(culture=truth["culture"])
        done = pc.fill_null(pc.match_substring_regex(records["status_ktpel"], _FINISHED), False)
        self.status.add(adult=age >= 17, enrolled=done)
        self.births += int(np.isin(_numbers(records["shdk"]), [int(code) for code in _BORN_HERE]).sum())
        self.twins.add(group=pc.drop_null(truth["twin_group"]))
        self.namesakes.add(group=pc.drop_null(truth["namesake_group"]))

    def _count_records(self, records: pa.Table, truth: pa.Table, kind: npt.NDArray[np.int8]) -> None:
        for name in records.column_names:
            self.missing[name] = self.missing.get(name, 0) + records[name].null_count
        self.entries.add(kind=kind, year=date_parts(records["tgl_entri"])[0])
        further = kind > 0
        errors = truth["errors"]
        self.errors.add(further=further[_parents(errors)], kind=pc.list_flatten(errors))
        wrong = pc.greater(pc.list_value_length(errors), 0).to_numpy(zero_copy_only=False)
        for value in (False, True):
            self.with_errors[value] += int((wrong & (further == value)).sum())
        cases = truth["expected_cases"]
        self.cases.add(kind=pc.list_flatten(cases))
        self.case_persons.add(kind=pc.list_flatten(cases), person=truth["person_id"].take(pa.array(_parents(cases))))
        self.niks.add(**nik_contradictions(records))
        shared = pc.is_valid(truth["shared_nik_group"])
        self.shared.add(group=truth["shared_nik_group"].filter(shared), person=truth["person_id"].filter(shared))


def count_parts(parts: Iterable[Part], cut_off: dt.date, chosen_names: Collection[str] = ()) -> Counts:
    """Return the counts of a register handed out in parts."""
    counts = Counts(cut_off, tuple(chosen_names))
    for part in parts:
        counts.add(part)
    return counts


def kind_numbers(kinds: pa.ChunkedArray) -> npt.NDArray[np.int8]:
    """Return 0 for a first record, else 1 + the number in ``REPEAT_KINDS``."""
    found = pc.index_in(kinds, value_set=pa.array(["", *REPEAT_KINDS]))
    numbers: npt.NDArray[np.int8] = found.to_numpy(zero_copy_only=False).astype(np.int8)
    return numbers


def label_numbers(labels: pa.ChunkedArray) -> Int64:
    """Return the number of each label: what follows its letter."""
    return _numbers(pc.utf8_slice_codeunits(labels, 1))


def date_parts(texts: pa.ChunkedArray) -> tuple[Int64, Int64, Int64]:
    """Return year, month and day of dates written ``yyyy-mm-dd``; -1 where the date is missing."""
    return (
        _numbers(pc.utf8_slice_codeunits(texts, 0, 4)),
        _numbers(pc.utf8_slice_codeunits(texts, 5, 7)),
        _numbers(pc.utf8_slice_codeunits(texts, 8, 10)),
    )


def ages(year: Int64, month: Int64, day: Int64, at: dt.date) -> Int64:
    """Return completed years of age; -1 where the date is missing."""
    not_yet = (month > at.month) | ((month == at.month) & (day > at.day))
    return np.where(year < 0, -1, at.year - year - not_yet)


def nik_contradictions(records: pa.Table) -> dict[str, Bool]:
    """Return where the NIK is ``missing`` or ``broken`` (not sixteen digits), and where, else, its digits tell another
    ``date`` of birth, ``sex`` or ``region`` than the record."""
    nik = records["nik"]
    valid = pc.fill_null(pc.match_substring_regex(nik, r"^[0-9]{16}$"), False)
    known = valid.to_numpy(zero_copy_only=False)
    missing = pc.is_null(nik).to_numpy(zero_copy_only=False)
    number = _numbers(pc.if_else(valid, nik, pa.scalar("0")))
    day, month, year = number // 10**8 % 100, number // 10**6 % 100, number // 10**4 % 100
    born = date_parts(records["tanggal_lahir"])
    dated = known & (born[0] >= 0)
    sex = records["jenis_kelamin"]
    woman = pc.fill_null(pc.equal(sex, "P"), False).to_numpy(zero_copy_only=False)
    told = pc.is_valid(sex).to_numpy(zero_copy_only=False)
    same = (day % 40 == born[2]) & (month == born[1]) & (year == born[0] % 100)
    return {
        "missing": missing,
        "broken": ~known & ~missing,
        "date": dated & ~same,
        "sex": known & told & ((day > 40) != woman),
        "region": known & (number // 10**12 != _numbers(records["source"])),
    }


def further_records(counts: Counts) -> tuple[npt.NDArray[np.int8], Bool, Int64]:
    """Return of each further record its kind and whether it lies in another regency than the person's first record,
    and the number of persons with 1, 2, .. records, rightful repeats left out."""
    person, region, kind = np.concatenate(counts.person), np.concatenate(counts.region), np.concatenate(counts.kind)
    first = np.flatnonzero(kind == 0)
    order = first[np.argsort(person[first], kind="stable")]
    rows = np.flatnonzero(kind > 0)
    home = order[np.searchsorted(person[order], person[rows])]
    rightful = np.isin(kind, [REPEAT_KINDS.index(name) + 1 for name in ("moved_closed", "non_permanent")])
    sizes = np.unique(person[~rightful], return_counts=True)[1]
    return kind[rows], region[rows] != region[home], np.bincount(sizes)[1:].astype(np.int64)


def _numbers(texts: Any) -> Int64:
    """Return texts of digits as numbers, -1 for missing."""
    numbers: Int64 = pc.fill_null(pc.cast(texts, pa.int64()), -1).to_numpy(zero_copy_only=False)
    return numbers


def _parents(lists: pa.ChunkedArray) -> Int64:
    """Return for each element of the lists the row that it comes from."""
    lengths = pc.fill_null(pc.list_value_length(lists), 0).to_numpy(zero_copy_only=False)
    return np.repeat(np.arange(lengths.size), lengths)
