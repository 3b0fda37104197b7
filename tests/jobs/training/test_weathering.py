"""A weathered register lacks columns and cells as real extracts do; its rows stay what they are."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from jobs.training.weathering import ABSENT, SWAPPED, Weathering, draw_weathering, weather, weathered
from linkage.synthetic import RegisterPlan, make_register

KEPT = ("record_id", "source", "nik", "nama", "tanggal_lahir")


@pytest.fixture(scope="module")
def table() -> pa.Table:
    return make_register(RegisterPlan(2_000, 4, 3, preset="hard")).records


def test_what_is_drawn_from_one_state_is_the_same_and_from_another_differs(table: pa.Table) -> None:
    first, again, other = (weather(table, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert first.equals(again)
    assert not first.equals(other)


@pytest.mark.parametrize("seed", range(12))
def test_rows_and_what_makes_a_person_stay(table: pa.Table, seed: int) -> None:
    after = weather(table, np.random.default_rng(seed))
    assert after.num_rows == table.num_rows
    assert all(after[name].equals(table[name]) for name in KEPT)
    assert set(table.schema.names) - set(after.schema.names) <= set(ABSENT)


def test_some_registers_keep_all_columns_and_each_optional_column_is_missing_somewhere() -> None:
    drawn = [draw_weathering(np.random.default_rng(seed)) for seed in range(300)]
    assert 0.15 < np.mean([not how.dropped for how in drawn]) < 0.4
    assert set().union(*(how.dropped for how in drawn)) == set(ABSENT)
    assert set().union(*(how.blanked for how in drawn)) == set(ABSENT)
    assert set().union(*(how.swapped for how in drawn)) == set(SWAPPED)


def test_a_share_of_cells_is_emptied(table: pa.Table) -> None:
    after = weathered(table, Weathering(blanked={"agama": 0.2}), np.random.default_rng(1))
    assert after["agama"].null_count / table.num_rows == pytest.approx(0.2, abs=0.03)


def test_a_value_that_slips_comes_from_another_record_of_the_office(table: pa.Table) -> None:
    after = weathered(table, Weathering(swapped={"alamat": 0.3}), np.random.default_rng(1))
    moved = pc.fill_null(pc.not_equal(after["alamat"], table["alamat"]), False).to_numpy()
    assert 0.25 < moved.mean() < 0.32
    known = set(zip(table["source"].to_pylist(), table["alamat"].to_pylist(), strict=True))
    assert set(zip(after["source"].to_pylist(), after["alamat"].to_pylist(), strict=True)) <= known


def test_an_office_that_changed_its_system_has_one_day_of_entry_for_many(table: pa.Table) -> None:
    after = weathered(table, Weathering(migrated=0.8), np.random.default_rng(2))
    changed = pc.not_equal(after["tgl_entri"], table["tgl_entri"]).to_numpy()
    assert changed.any()
    moved = after.filter(changed)
    days = set(zip(moved["source"].to_pylist(), moved["tgl_entri"].to_pylist(), strict=True))
    assert max(Counter(source for source, _ in days).values()) == 1
    assert len(days) < 4
    assert set(moved["kanal"].to_pylist()) == {"MIGRASI"}
    assert pc.all(pc.greater_equal(after["tgl_entri"], table["tgl_entri"])).as_py()


def test_columns_that_are_not_there_are_passed_by(table: pa.Table) -> None:
    how = Weathering(("agama",), {"agama": 0.5}, {"kanal": 0.5}, 0.5)
    assert weathered(table.select(KEPT), how, np.random.default_rng(1)).equals(table.select(KEPT).combine_chunks())


def test_an_empty_register_stays_empty(table: pa.Table) -> None:
    how = Weathering(blanked={"agama": 0.5}, swapped={"kanal": 0.5}, migrated=0.5)
    assert weathered(table.slice(0, 0), how, np.random.default_rng(1)).num_rows == 0
