"""Who is who when an extract meets the standing residents."""

from pathlib import Path

import pyarrow as pa
import pytest

from linkage.nightly.extract import Extract
from linkage.nightly.residents import Applied, apply_extract, empty_residents, recognise
from linkage.spec import parse_spec

SPEC = parse_spec(
    """
[[field]]
name = "nama"
kind = "person_name"
[[field]]
name = "nik"
kind = "nik"
[[field]]
name = "tanggal_lahir"
kind = "date"
[[field]]
name = "tgl_entri"
kind = "date"
[[comparison]]
name = "nama"
field = "nama"
kernel = "name"
levels = ["equal"]
[[rule]]
name = "nik"
keys = ["nik"]
"""
)
NIK, TYPO, OTHER = "3374010101900001", "3374010101900007", "3374021505850003"


def rows(*people: tuple[str, str | None, str, str]) -> pa.Table:
    names = ("nama", "nik", "tanggal_lahir", "tgl_entri")
    columns = {name: [person[place] for person in people] for place, name in enumerate(names)}
    ids = [f"f:{number + 2}" for number in range(len(people))]
    head = {"record_id": ids, "source_file": ["f"] * len(people), "line": list(range(2, len(people) + 2))}
    return pa.table({**head, **columns})


def extract(kind: str) -> Extract:
    return Extract("3374", 20260630, 1, kind, Path(f"3374_{kind}_20260630_1.csv"))


def apply(residents: pa.Table, accepted: pa.Table, kind: str, last_number: int = 0) -> Applied:
    found = recognise(residents, accepted, extract(kind))
    return apply_extract(found, last_number, closed_by="" if kind == "delta" else extract(kind).path.name)


def after(first: pa.Table, second: pa.Table, kind: str) -> list[dict[str, str]]:
    start = apply(empty_residents(SPEC), first, "full")
    return apply(start.residents, second, kind, start.last_number).residents.to_pylist()


@pytest.mark.parametrize(
    ("nik", "entered", "kind", "records"),
    [
        (TYPO, "2020-01-01", "delta", 1),
        (TYPO, "2024-05-05", "delta", 1),
        (None, "2024-05-05", "delta", 1),
        (OTHER, "2020-01-01", "delta", 1),
        (OTHER, "2024-05-05", "delta", 2),
        (OTHER, "2024-05-05", "full", 1),
    ],
)
def test_another_nik_is_a_correction_unless_a_delta_brings_it_with_an_entry_of_its_own(nik, entered, kind, records):
    first = rows(("SUPARNO", NIK, "1990-01-01", "2020-01-01"))
    found = after(first, rows(("SUPARNO", nik, "1990-01-01", entered)), kind)
    assert [row["record_id"] for row in found] == [f"R{number:012d}" for number in range(1, records + 1)]


def test_two_people_on_one_nik_stay_two_records_from_extract_to_extract():
    people = rows(("SUPARNO", NIK, "1990-01-01", "2020-01-01"), ("WATI", NIK, "1988-03-03", "2020-01-01"))
    before = {row["nama"]: row["record_id"] for row in after(people, people, "full")}
    found = after(
        people, rows(("WATI", NIK, "1988-03-03", "2020-01-01"), ("SUPARNO", NIK, "1990-01-01", "2021-01-01")), "full"
    )
    assert {row["nama"]: row["record_id"] for row in found} == before


def test_a_full_extract_closes_what_it_no_longer_has_and_a_delta_does_not():
    people = rows(("SUPARNO", NIK, "1990-01-01", "2020-01-01"), ("WATI", OTHER, "1988-03-03", "2020-01-01"))
    fewer = rows(("WATI", OTHER, "1988-03-03", "2020-01-01"))
    closed = {kind: {row["nama"]: row["closed_by"] for row in after(people, fewer, kind)} for kind in ("full", "delta")}
    assert closed["full"] == {"SUPARNO": "3374_full_20260630_1.csv", "WATI": ""}
    assert closed["delta"] == {"SUPARNO": "", "WATI": ""}


def test_new_records_are_numbered_by_their_content_whatever_the_order_of_the_rows():
    one, other = ("SUPARNO", NIK, "1990-01-01", "2020-01-01"), ("WATI", OTHER, "1988-03-03", "2020-01-01")
    forward = apply(empty_residents(SPEC), rows(one, other), "full").residents
    backward = apply(empty_residents(SPEC), rows(other, one), "full").residents
    ids = [
        dict(zip(table["nama"].to_pylist(), table["record_id"].to_pylist(), strict=True))
        for table in (forward, backward)
    ]
    assert ids[0] == ids[1]


def test_what_is_absent_can_be_known_before_anything_is_closed():
    people = rows(("SUPARNO", NIK, "1990-01-01", "2020-01-01"), ("WATI", OTHER, "1988-03-03", "2020-01-01"))
    start = apply(empty_residents(SPEC), people, "full")
    gone = start.residents.column("nama").to_pylist().index("WATI")
    found = recognise(start.residents, people.slice(0, 1), extract("full"))
    assert (found.open_before, found.absent.nonzero()[0].tolist()) == (2, [gone])
    closed = apply_extract(found, 2, closed_by="x")
    assert (closed.added, closed.kept, closed.closed) == (0, 1, 1)
    again = recognise(closed.residents, people.slice(0, 0), extract("full"))
    assert (again.open_before, again.absent.nonzero()[0].tolist()) == (1, [1 - gone]), "the closed are not absent"
    kept = apply_extract(again, 2, closed_by="")
    assert (kept.residents.equals(closed.residents), kept.closed) == (True, 0)
