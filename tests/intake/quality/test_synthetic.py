"""The synthetic register knows its errors; the return counts every one that a rule is about."""

from __future__ import annotations

from collections import Counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linkage.intake import Limits, read_inputs
from linkage.intake.quality import findings
from linkage.intake.read_file import read_file
from linkage.intake.sources.source import Source
from linkage.spec import LinkageSpec
from linkage.synthetic import RegisterPlan, make_register

Lines = npt.NDArray[np.int64]


_NAMELESS = "name_placeholder"


@pytest.fixture(scope="module")
def register() -> tuple[pa.Table, pa.Table]:
    """Records of three offices with their truth, row by row."""
    made = make_register(RegisterPlan(records=6_000, regions=3, seed=11, preset="hard", tampungan_rate=0.03))
    return made.records, made.truth


@pytest.fixture(scope="module")
def found(register: tuple[pa.Table, pa.Table], spec: LinkageSpec) -> dict[tuple[str, str], Lines]:
    """Lines by (field, code)."""
    source = Source("", "data", "data", "", 0, "table", table=register[0])
    file = read_file(source, spec, (), Limits(), lambda _: None)
    return {(item.field, item.code): item.lines for item in findings(file, spec, latest_year=2026)}


def lines_with(truth: pa.Table, error: str) -> Lines:
    """Return the rows, from 1, with a planted error that no other error touched."""
    marked = [errors == [error] for errors in truth.column("errors").to_pylist()]
    lines: Lines = np.flatnonzero(marked) + 1
    return lines


@pytest.mark.parametrize(
    ("error", "field", "code"),
    [
        ("nik_missing", "nik", "NIK_KOSONG"),
        ("date_default", "tanggal_lahir", "TGL_DEFAULT"),
    ],
)
def test_every_planted_error_is_found(
    register: tuple[pa.Table, pa.Table], found: dict[tuple[str, str], Lines], error: str, field: str, code: str
) -> None:
    planted = lines_with(register[1], error)
    assert planted.size > 5
    assert np.setdiff1d(planted, found[field, code]).size == 0


def test_every_dump_of_families_is_found(
    register: tuple[pa.Table, pa.Table], found: dict[tuple[str, str], Lines]
) -> None:
    records = register[0]
    cards = [
        card if flag == "0" else None
        for card, flag in zip(
            records.column("no_kk").to_pylist(), records.column("flag_status").to_pylist(), strict=True
        )
    ]
    members = Counter(cards)
    planted = [line for line in lines_with(register[1], "card_tampungan").tolist() if members[cards[line - 1]] > 20]
    assert len([line for line in planted if cards[line - 1]]) > 100
    assert {line for line in planted if cards[line - 1]} <= set(found["no_kk", "KK_TAMPUNGAN"].tolist())


def test_every_newborn_without_a_name_is_found(
    register: tuple[pa.Table, pa.Table], found: dict[tuple[str, str], Lines]
) -> None:
    planted = lines_with(register[1], "name_placeholder")
    said = np.union1d(found["nama", "NAMA_SEMENTARA"], found["nama", "NAMA_ANOMALI"])
    assert planted.size > 5
    assert np.setdiff1d(planted, said).size == 0


def test_nothing_but_placeholders_is_called_one(
    register: tuple[pa.Table, pa.Table], found: dict[tuple[str, str], Lines]
) -> None:
    planted = [line for line, errors in enumerate(register[1].column("errors").to_pylist(), 1) if _NAMELESS in errors]
    assert set(found["nama", "NAMA_SEMENTARA"].tolist()) <= set(planted)


def test_every_missing_value_and_every_record_of_history_is_counted(
    register: tuple[pa.Table, pa.Table], found: dict[tuple[str, str], Lines]
) -> None:
    records = register[0]
    for field, code in (("nama_ibu", "ORTU_KOSONG"), ("no_kk", "UNSUR_KOSONG"), ("no_akta_lhr", "VALUE_MISSING")):
        assert found[field, code].size == records.column(field).null_count > 0
    history = pc.sum(pc.not_equal(records.column("flag_status"), "0")).as_py()
    assert found["flag_status", "TIDAK_AKTIF"].size == history > 0


def test_every_impossible_date_put_into_the_register_is_counted_in_its_region(
    register: tuple[pa.Table, pa.Table], spec: LinkageSpec
) -> None:
    records, every = register[0], 17
    place = records.column_names.index("tanggal_lahir")
    dates = records.column("tanggal_lahir").to_pylist()
    dates[::every] = [f"31-0{2 + 2 * (number % 2)}-1990" for number in range(len(dates[::every]))]
    spoilt = records.set_column(place, "tanggal_lahir", pa.array(dates, pa.string()))
    quality = read_inputs([spoilt], spec, latest_year=2026).quality
    bad = quality.filter(pc.equal(quality.column("code"), "TGL_TIDAK_VALID"))
    of_birth = bad.filter(pc.equal(bad.column("field"), "tanggal_lahir")).to_pylist()
    planted = pc.value_counts(records.column("source").combine_chunks().take(pa.array(range(0, len(dates), every))))
    expected = {item["values"]: item["counts"] for item in planted.to_pylist()}
    assert {row["region"]: row["count"] for row in of_birth} == expected
    assert {row["rows"] for row in of_birth} == set(
        pc.value_counts(records.column("source")).field("counts").to_pylist()
    )
