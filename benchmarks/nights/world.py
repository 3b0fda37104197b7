"""The residents: what every office could send of each night, and who is who in truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from benchmarks.nights.scenario import Scenario
from linkage.synthetic.register import register_parts

NIGHT: Final = "night"
_CORRECTED_NIKS: Final = 1e-3
"""Share of a regency's first records whose NIK is put right on a later night: it was one digit off before."""


@dataclass(frozen=True)
class World:
    """The versions of all records, by regency, on disk, and the truth of each record.

    ``regions``: regency codes, ascending. ``person``: the true person by given id. ``steady``: given ids whose NIK is
    valid, unique in the regency and the same on all nights, so that whatever else changes they can be recognised.
    """

    folder: Path
    regions: tuple[str, ...]
    person: dict[str, str]
    steady: frozenset[str]
    corrected: frozenset[str]

    def first(self, region: str) -> pa.Table:
        """Return the rows of the first, full extract."""
        return pq.read_table(self.folder / f"{region}_first.parquet")

    def later(self, region: str) -> pa.Table:
        """Return what is new or has changed on later nights, with the night, in order of night."""
        return pq.read_table(self.folder / f"{region}_later.parquet")

    def standing(self, region: str, night: int) -> pa.Table:
        """Return all records of a regency as they stand on a night, with the night of their last version."""
        first, later = self.first(region), self.later(region)
        rows = pa.concat_tables([first.append_column(NIGHT, _night(1, first.num_rows)), later])
        rows = rows.filter(pc.less_equal(rows[NIGHT], night)).combine_chunks()
        return rows.take(_last_of_each(rows["record_id"]))


def make_world(scenario: Scenario, folder: Path) -> World:
    """Invent the residents of a scenario and keep them in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    person: dict[str, str] = {}
    steady: set[str] = set()
    corrected: set[str] = set()
    regions = []
    for region, first, later, truth in _by_region(scenario):
        person.update(truth)
        first, later, mended = _with_wrong_niks(scenario, region, first, later)
        corrected |= mended
        steady |= _steady(first, later) - mended
        pq.write_table(first, folder / f"{region}_first.parquet")
        pq.write_table(later, folder / f"{region}_later.parquet")
        regions.append(region)
    return World(folder, tuple(regions), person, frozenset(steady), frozenset(corrected))


def _by_region(scenario: Scenario) -> Iterator[tuple[str, pa.Table, pa.Table, dict[str, str]]]:
    waiting: list[tuple[int, pa.Table]] = []
    region, truth = "", dict[str, str]()
    for part in register_parts(scenario.register()):
        if part.region != region and region:
            yield region, *_split(waiting), truth
            waiting, truth = [], {}
        region = part.region
        waiting.append((part.night, part.records))
        ids = part.records["record_id"].to_pylist()
        truth.update(zip(ids, part.truth["person_id"].to_pylist(), strict=True))
    yield region, *_split(waiting), truth


def _split(parts: list[tuple[int, pa.Table]]) -> tuple[pa.Table, pa.Table]:
    first = pa.concat_tables([rows for night, rows in parts if night == 1]).combine_chunks()
    later = [rows.append_column(NIGHT, _night(night, rows.num_rows)) for night, rows in parts if night > 1]
    empty = first.slice(0, 0).append_column(NIGHT, _night(1, 0))
    return first, pa.concat_tables([empty, *later]).combine_chunks()


def _with_wrong_niks(
    scenario: Scenario, region: str, first: pa.Table, later: pa.Table
) -> tuple[pa.Table, pa.Table, frozenset[str]]:
    """Let some first records without another version have a NIK that is one digit off, until a night corrects it."""
    rng = scenario.stream("niks", int(region))
    alone = ~np.isin(_texts(first["record_id"]), _texts(later["record_id"]))
    whole = pc.fill_null(pc.match_substring_regex(first["nik"], "^[0-9]{16}$"), False).to_numpy()
    able = np.flatnonzero(alone & whole & _once(first["nik"]))
    chosen = np.sort(rng.permutation(able)[: max(2, round(_CORRECTED_NIKS * first.num_rows))])
    niks = first["nik"].to_pylist()
    used = set(niks)
    mended = []
    for row in chosen.tolist():
        right = niks[row]
        wrong = right[:-1] + str((int(right[-1]) + 1 + int(rng.integers(9))) % 10)
        if wrong not in used:
            niks[row] = wrong
            used.add(wrong)
            mended.append(row)
    nights = rng.integers(2, scenario.nights + 1, len(mended))
    rows = first.take(pa.array(mended, pa.int64())).append_column(NIGHT, pa.array(nights))
    place = first.schema.get_field_index("nik")
    wrong_first = first.set_column(place, "nik", pa.array(niks, pa.string()))
    ordered = pa.concat_tables([later, rows]).combine_chunks()
    ordered = ordered.take(pc.sort_indices(ordered, [(NIGHT, "ascending"), ("record_id", "ascending")]))
    return wrong_first, ordered, frozenset(rows["record_id"].to_pylist())


def _steady(first: pa.Table, later: pa.Table) -> frozenset[str]:
    columns = ["record_id", "nik"]
    rows = pa.concat_tables([first.select(columns), later.select(columns)])
    by_record = rows.group_by("record_id").aggregate([("nik", "count_distinct"), ("nik", "count"), ("nik", "min")])
    versions = rows.group_by("record_id").aggregate([("record_id", "count")])
    by_record = by_record.join(versions, "record_id").combine_chunks()
    complete = pc.and_(
        pc.equal(by_record["nik_count_distinct"], 1), pc.equal(by_record["nik_count"], by_record["record_id_count"])
    )
    valid = pc.fill_null(pc.match_substring_regex(by_record["nik_min"], "^[0-9]{16}$"), False)
    once = _once(by_record["nik_min"])
    found = by_record.filter(pc.and_(pc.and_(complete, valid), pa.array(once)))
    return frozenset(found["record_id"].to_pylist())


def _once(values: pa.ChunkedArray) -> np.ndarray:
    """Return which values are there and occur once, bool (n,)."""
    codes = values.combine_chunks().dictionary_encode().indices
    numbers = pc.fill_null(codes, -1).to_numpy(zero_copy_only=False)
    counts = np.bincount(numbers[numbers >= 0], minlength=1)
    return np.where(numbers >= 0, counts[np.maximum(numbers, 0)] == 1, False)


def _last_of_each(ids: pa.ChunkedArray) -> pa.Array:
    codes = ids.combine_chunks().dictionary_encode().indices.to_numpy()
    last = np.zeros(codes.max(initial=-1) + 1, np.int64)
    last[codes] = np.arange(codes.size)  # of equal ones the last assignment stays
    return pa.array(last)


def _night(number: int, rows: int) -> pa.Array:
    return pa.array(np.full(rows, number, np.int64))


def _texts(column: pa.ChunkedArray) -> np.ndarray:
    return np.asarray(column.to_pylist(), dtype=object).astype(str)
