"""What the guide says of columns, code lists and dates is so."""

from __future__ import annotations

import re
from pathlib import Path

import pyarrow as pa
import pytest

from linkage.intake.columns.mapping import map_columns
from linkage.spec import load_builtin_spec
from linkage.standardise.codes import CODE_KINDS
from linkage.standardise.dates.reading import standardise_date

GUIDE = (Path(__file__).parents[3] / "docs" / "guide" / "columns.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = re.split(rf"^##+ {heading}$", GUIDE, flags=re.MULTILINE)[1]
    table = re.findall(r"(?:^\|.*\n)+", section, re.MULTILINE)[0].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in table]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", rows("Names"), ids=lambda row: row[0])
def test_every_name_in_the_guide_is_one_of_the_fields_beside_it(row: list[str]) -> None:
    fields, names = quoted(row[0]), quoted(row[1])
    parts = [name for name in names if name.startswith("NO_K") and name in ("NO_KAB", "NO_KEC", "NO_KEL")]
    assert names
    for name in names:
        header = ["NO_PROP", name] if name in parts else [name]
        found = map_columns(header, load_builtin_spec()).sources()
        assert found
        assert set(found) <= set(fields)


def test_the_guide_lists_every_kind_of_code() -> None:
    assert [quoted(row[0])[0] for row in rows("Code lists")] != []
    assert {quoted(row[0])[0] for row in rows("Code lists")} == set(CODE_KINDS)


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, ["1980-07-15"]),
        (1, ["1980-07-15"]),
        (5, ["1980"]),
        (6, ["1980-07"]),
        (7, ["1980"]),
        (8, ["1980-07-15"]),
        (9, []),
    ],
)
def test_every_date_in_the_guide_is_read_as_it_says(number: int, expected: list[str]) -> None:
    texts = quoted(rows("Dates")[number][0])
    assert texts
    for text in texts:
        assert standardise_date(pa.array([text]), latest_year=2026).values.to_pylist() == expected
