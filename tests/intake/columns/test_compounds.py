"""Two fields of one column part where that is certain, and are missing where it is not."""

from __future__ import annotations

import tomllib
from importlib import resources

import pyarrow as pa
import pytest

from linkage.intake.columns.compounds import take_apart

COMPOUNDS = {
    tuple(data["fields"]): data["pattern"]
    for data in tomllib.loads(
        (resources.files("linkage.intake.columns") / "data" / "columns.toml").read_text(encoding="utf-8")
    )["compound"]
}
BIRTH = ("tempat_lahir", "tanggal_lahir")
UNITS = ("rt", "rw")
WHOLE = ("", "")


def part(text: str, fields: tuple[str, str]) -> tuple[str | None, ...]:
    parts, whole = take_apart(pa.array([text]), COMPOUNDS[fields], fields)
    if whole[0]:
        assert all(codes[0] == -1 for codes, _ in parts.values())
        return WHOLE
    return tuple(values[codes[0]].as_py() if codes[0] >= 0 else None for codes, values in parts.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SEMARANG, 15-07-2014", ("SEMARANG", "15-07-2014")),
        ("Semarang,15/07/2014", ("Semarang", "15/07/2014")),
        ("SEMARANG 15 07 2014", ("SEMARANG", "15 07 2014")),
        ("KAB. SEMARANG / 15 Juli 2014", ("KAB. SEMARANG", "15 Juli 2014")),
        ("SEMARANG, 15-JUL-14", ("SEMARANG", "15-JUL-14")),
        ("TANJUNG PINANG; 2014-07-15", ("TANJUNG PINANG", "2014-07-15")),
        ("SEMARANG - 15.07.14", ("SEMARANG", "15.07.14")),
        ("SEMARANG, 15072014", ("SEMARANG", "15072014")),
        ("SEMARANG, 1980", ("SEMARANG", "1980")),
        ("SEMARANG, 15-07-2014 00:00:00", ("SEMARANG", "15-07-2014")),
        ("15-07-2014", (None, "15-07-2014")),
        ("SEMARANG", ("SEMARANG", None)),
        (" SEMARANG, - ", ("SEMARANG", None)),
        ("SEMARANG, 7-2014", WHOLE),
        ("SEMARANG 2, 15-07-2014", WHOLE),
        ("SEMARANG, 15-07-2014 (KEMBAR)", WHOLE),
        ("SEMARANG, 15-07-2014 / 16-07-2014", WHOLE),
    ],
)
def test_place_and_date_of_birth(text: str, expected: tuple[str | None, ...]) -> None:
    assert part(text, BIRTH) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("003/005", ("003", "005")),
        ("3 / 5", ("3", "5")),
        ("RT 003 RW 005", ("003", "005")),
        ("rt.3/rw.5", ("3", "5")),
        ("RT:03, RW:05", ("03", "05")),
        ("3-5", ("3", "5")),
        ("003", WHOLE),
        ("003005", WHOLE),
        ("3/5/7", WHOLE),
        ("2014-05-03", WHOLE),
    ],
)
def test_neighbourhood_units(text: str, expected: tuple[str | None, ...]) -> None:
    assert part(text, UNITS) == expected


def test_distinct_parts_are_shared_and_only_asked_fields_come() -> None:
    texts = pa.array(["SOLO, 1980", "SOLO, 1981", "?!1"])
    parts, whole = take_apart(texts, COMPOUNDS[BIRTH], ["tempat_lahir"])
    assert list(parts) == ["tempat_lahir"]
    codes, values = parts["tempat_lahir"]
    assert (codes.tolist(), values.to_pylist(), whole.tolist()) == ([0, 0, -1], ["SOLO"], [False, False, True])


def test_every_pattern_has_a_group_for_each_of_its_fields() -> None:
    for fields, pattern in COMPOUNDS.items():
        assert set(take_apart(pa.array([""]), pattern, fields)[0]) == set(fields)
