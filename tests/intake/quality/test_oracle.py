"""Judging distinct values and arrays gives what judging row by row in plain Python gives."""

from __future__ import annotations

import random
from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.intake import Limits, read_inputs
from linkage.intake.quality import findings
from linkage.intake.read_file import read_file
from linkage.intake.sources.source import Source
from linkage.spec import LinkageSpec, load_builtin_spec
from tests.oracles.quality import Found, judge_rows

LATEST_YEAR = 2026

POOLS: dict[str, list[str]] = {
    "nik": [
        "3273031607850001",
        "3273 0316 0785 0001",
        "3273035607850002",
        "9101031507850003",
        "3299031607850004",
        "3273033002850005",
        "3273031613850006",
        "3273031607850",
        "5555555555555555",
    ],
    "no_kk": ["3273031607150001", "3273031607150002", "32730316071500", "7777777777777777"],
    "nama": [
        "ANI",
        "ED",
        "BUD1 SANTOSO",
        "H. ALI, S.PD",
        "UMAR (ALM)",
        "BAYI NY SITI",
        "AIA",
        "UMI/SRI",
        "UMAR BASUKI",
    ],
    "nama_ayah": ["UMAR", "UMAR BASUKI", "BUD1 SANTOSO"],
    "nik_ibu": ["3273035607850002", "3273 0356 0785 0002", "3273031607850001", "12"],
    "nik_ayah": ["3273031607850001", "3273035607850002"],
    "no_akta_lhr": ["3273-LT-15072014-0012", "3273-LT-15072014-0013"],
    "stat_kwn": ["1", "2"],
    "nama_ibu": ["SITI", "ANI", "UMAR BASUKI", "NURUL ALM", "X", "ANAK KE 3", "AN. NY. SRI"],
    "jenis_kelamin": ["1", "L", "2", "PEREMPUAN", "7"],
    "tanggal_lahir": [
        "16-07-1985",
        "20-08-1985",
        "17-07-1985",
        "20-02-1994",
        "21-02-2019",
        "11-11-1924",
        "01-07-1950",
        "15-03-2001",
        "30-02-1985",
        "00-00-1960",
        "1975",
        "11-11-1884",
        "09-09-2077",
        "2077",
        "BANDUNG",
    ],
    "agama": ["1", "ISLAM", "4", "12"],
    "shdk": ["1", "KEPALA KELUARGA", "3", "ISTRI", "2", "4", "4", "4", "7", "77"],
    "status_ktpel": ["CARD_ISSUED", "PRR", "UNREGISTERED", "DUPLICATE_RECORD", "JADI"],
    "flag_status": ["0", "0", "0", "3"],
    "rt": ["1", "002"],
    "kode_wilayah": ["3273", "3374011001", "9101", "9301", "3299", "32"],
    "tgl_entri": ["16-07-1985", "02-02-2014", "31-04-2014", "03-03-2033"],
    "tgl_ubah": ["16-07-1985", "01-02-2014", "05-05-2020"],
    "kelurahan": ["KRAMAT"],
}


@st.composite
def registers(draw: st.DrawFn) -> list[dict[str, str | None]]:
    """Rows of some of the fields; now and then one value fills most of a column, or one family most of the rows."""
    fields = ["nama", *draw(st.lists(st.sampled_from(sorted(set(POOLS) - {"nama"})), unique=True, max_size=18))]
    count = draw(st.integers(1, 45))
    # Drawing every cell would take hypothesis for ever; it draws the shape, and a seed for the rest.
    dice = random.Random(draw(st.integers(0, 2**32)))
    columns: dict[str, list[str | None]] = {}
    for field in fields:
        missing, common = draw(st.sampled_from([(0.0, 0.0), (0.3, 0.0), (0.05, 0.95), (1.0, 0.0), (0.1, 0.6)]))
        missing = min(missing, 0.3) if field == "nama" else missing
        usual = dice.choice(POOLS[field])
        columns[field] = [
            None if dice.random() < missing else usual if dice.random() < common else dice.choice(POOLS[field])
            for _ in range(count)
        ]
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


SPEC: LinkageSpec = load_builtin_spec("residents")


def found_by_the_house(rows: list[dict[str, str | None]]) -> Found:
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})
    source = Source("", "data", "data", "", 0, "table", table=table)
    file = read_file(source, SPEC, (), Limits(), lambda _: None)
    return {
        (line - 1, item.field, item.code)
        for item in findings(file, SPEC, latest_year=LATEST_YEAR)
        for line in item.lines.tolist()
    }


@settings(max_examples=40)
@given(registers())
def test_the_rules_find_what_the_oracle_finds(rows: list[dict[str, str | None]]) -> None:
    assert found_by_the_house(rows) == judge_rows(rows, latest_year=LATEST_YEAR)


@settings(max_examples=40)
@given(registers())
def test_the_counts_are_those_of_the_findings(rows: list[dict[str, str | None]]) -> None:
    table = pa.table({name: pa.array([row[name] for row in rows], pa.string()) for name in rows[0]})
    intake = read_inputs([table], SPEC, latest_year=LATEST_YEAR)
    counted: dict[tuple[str, str], int] = {}
    rejected = total = 0
    for row in intake.quality.to_pylist():
        assert len(row["example_lines"]) == (0 if row["code"] == "ROWS_READ" else min(5, row["count"]))
        assert 0 < row["count"] <= row["rows"]
        if row["code"] == "ROWS_READ":
            total += row["count"]
        elif row["severity"] == "reject":
            rejected += row["count"]
        elif row["code"] != "ROWS_HIT":
            key = (row["field"], row["code"])
            counted[key] = counted.get(key, 0) + row["count"]
    expected: dict[tuple[str, str], int] = {}
    for _, field, code in judge_rows(rows, latest_year=LATEST_YEAR):
        expected[field, code] = expected.get((field, code), 0) + 1
    assert counted == expected
    assert (total, rejected) == (len(rows), intake.rejects.num_rows)


def test_the_pools_reach_every_rule_on_residents() -> None:
    every: set[Any] = set()
    for seed in range(12):
        dice = random.Random(seed)
        fields = {name: (POOLS[name], dice.random() * 0.4) for name in POOLS}
        rows = [
            {name: None if dice.random() < gap else dice.choice(pool) for name, (pool, gap) in fields.items()}
            for _ in range(60)
        ]
        found = found_by_the_house(rows)
        assert found == judge_rows(rows, latest_year=LATEST_YEAR)
        every |= {code for _, _, code in found}
    assert len(every) >= 45
