"""The quality return: counts that balance, regions, order, examples, and what is made of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from linkage.errors import SchemaError
from linkage.intake import Intake, read_inputs
from linkage.intake.quality import quality_by_region, worst_columns
from linkage.schema import QUALITY, check_schema
from linkage.spec import LinkageSpec

Read = Callable[..., Intake]
Write = Callable[..., Path]

HEADER = "record_id,NAMA_LGKP,NO_PROP,NO_KAB,JENIS_KLMIN,NAMA_LGKP_IBU\n"
BANDUNG = f"{HEADER}1,ANI,32,73,1,SITI\n2,BUDI,32,73,9,\n3,,32,73,2,SITI\n4,CICI,32,73\n5,DEDI,32,73,9,SRI\n"
MIXED = f"{HEADER}6,EKO,32,73,x,SITI\n2,FAJAR,33,74,1,SITI\n7,GITA,33,74,2,\n8,HANI,99,99,2,SITI\n9,IDA,33,74,2,a,b\n"


@pytest.fixture
def intake(write: Write, spec: LinkageSpec) -> Intake:
    """Two files: one of Bandung alone, one of Bandung, Semarang and a place nobody knows."""
    return read_inputs([write(MIXED, "b.csv"), write(BANDUNG, "a.csv")], spec, latest_year=2026)


def picked(quality: pa.Table, *names: str, **where: str) -> list[tuple[Any, ...]]:
    rows = [row for row in quality.to_pylist() if all(row[name] == value for name, value in where.items())]
    return [tuple(row[name] for name in names) for row in rows]


def test_the_return_has_its_schema_and_is_sorted(intake: Intake) -> None:
    check_schema(intake.quality, QUALITY, where="test")
    order = picked(intake.quality, "region", "source", "field", "column", "code")
    assert order == sorted(order)
    assert len(set(order)) == len(order)


def test_rows_are_counted_under_their_office_and_add_up_to_the_rows_read(intake: Intake) -> None:
    totals = picked(intake.quality, "region", "source", "count", "rows", code="ROWS_READ")
    assert totals == [("", "b.csv", 2, 2), ("3273", "a.csv", 5, 5), ("3273", "b.csv", 1, 1), ("3374", "b.csv", 2, 2)]
    assert sum(total[2] for total in totals) == sum(item.rows for item in intake.inputs)


def test_rejects_are_counted_where_they_stand_in_the_table_of_rejects(intake: Intake) -> None:
    counted = picked(intake.quality, "region", "source", "column", "code", "count", severity="reject")
    assert counted == [
        ("", "b.csv", "", "FIELDS_TOO_MANY", 1),
        ("3273", "a.csv", "", "FIELDS_TOO_FEW", 1),
        ("3273", "a.csv", "NAMA_LGKP", "NAME_MISSING", 1),
        ("3374", "b.csv", "record_id", "ID_DUPLICATE", 1),
    ]
    assert sum(item[4] for item in counted) == intake.rejects.num_rows


def test_a_count_names_its_field_the_files_column_and_the_lines(intake: Intake) -> None:
    found = picked(intake.quality, "field", "column", "severity", "count", "example_lines", code="JK_ANOMALI")
    assert found == [
        ("jenis_kelamin", "JENIS_KLMIN", "error", 2, [3, 6]),
        ("jenis_kelamin", "JENIS_KLMIN", "error", 1, [2]),
    ]


def test_a_row_hit_by_several_rules_is_one_row_hit(intake: Intake) -> None:
    whole = picked(intake.quality, "region", "source", "count", "example_lines", code="ROWS_HIT", column="")
    assert whole == [
        ("", "b.csv", 2, [5, 6]),
        ("3273", "a.csv", 4, [3, 4, 5, 6]),
        ("3273", "b.csv", 1, [2]),
        ("3374", "b.csv", 2, [3, 4]),
    ]


def test_no_more_than_five_lines_are_named(read: Read) -> None:
    quality = read([{"jenis_kelamin": "x" if number % 2 else "1"} for number in range(30)]).quality
    assert picked(quality, "count", "example_lines", code="JK_ANOMALI") == [(15, [2, 4, 6, 8, 10])]


def test_foreign_data_have_no_region(read: Read) -> None:
    from linkage.spec import FieldSpec

    spec = LinkageSpec("other", (FieldSpec("name", "text", ("name",)),), (), ())
    quality = read([{"name": "a", "source": "3273"}, {"name": None, "source": "3374"}], of=spec).quality
    assert set(picked(quality, "region")) == {("",)}
    assert picked(quality, "code", "count") == [("ROWS_READ", 2), ("VALUE_MISSING", 1)]


def test_clean_rows_give_their_number_and_nothing_else(read: Read) -> None:
    quality = read([{"kode_wilayah": "3273", "jenis_kelamin": "1"}]).quality
    assert picked(quality, "region", "code", "count") == [("3273", "ROWS_READ", 1)]


def test_link_judges_left_and_right_apart(write: Write, spec: LinkageSpec) -> None:
    files = [write(BANDUNG, "b.csv"), write(BANDUNG, "a.csv")]
    quality = read_inputs(files, spec, mode="link", latest_year=2026).quality
    assert picked(quality, "source", "count", code="ROWS_READ") == [("a.csv", 5), ("b.csv", 5)]
    assert not picked(quality, "count", code="ID_DUPLICATE")


def test_the_order_of_files_does_not_matter(write: Write, spec: LinkageSpec) -> None:
    files = [write(BANDUNG, "a.csv"), write(MIXED, "b.csv")]
    assert read_inputs(files, spec).quality.equals(read_inputs(files[::-1], spec).quality)


def test_regions_are_summed_up_over_files(intake: Intake) -> None:
    assert quality_by_region(intake.quality).to_pylist() == [
        {"region": "", "rows": 2, "rows_hit": 2, "share": 1.0, "reject": 1, "error": 1, "warning": 0, "info": 0},
        {"region": "3273", "rows": 6, "rows_hit": 5, "share": 5 / 6, "reject": 2, "error": 3, "warning": 1, "info": 0},
        {"region": "3374", "rows": 2, "rows_hit": 2, "share": 1.0, "reject": 1, "error": 0, "warning": 1, "info": 0},
    ]


def test_the_worst_column_of_a_region_comes_first(intake: Intake) -> None:
    worst = worst_columns(intake.quality)
    of_bandung = worst.filter(pc.equal(worst.column("region"), "3273"))
    assert [tuple(row.values())[1:] for row in of_bandung.to_pylist()] == [
        ("JENIS_KLMIN", 3, 0.5),
        ("NAMA_LGKP", 1, 1 / 6),
        ("NAMA_LGKP_IBU", 1, 1 / 6),
    ]


@pytest.mark.parametrize("view", [quality_by_region, worst_columns])
def test_a_view_takes_a_quality_return_only(view: Callable[[pa.Table], pa.Table], intake: Intake) -> None:
    assert view(QUALITY.empty_table()).num_rows == 0
    with pytest.raises(SchemaError):
        view(intake.rejects)
