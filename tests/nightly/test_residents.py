"""Who is who when an extract meets the standing residents."""

from pathlib import Path

import pyarrow as pa
import pytest

from linkage.nightly.change_log import current, logged
from linkage.nightly.extract import Extract
from linkage.nightly.people import People, TableBase
from linkage.nightly.residents import Applied, apply_extract, empty_residents, of_one_night, recognise
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
NIK, TYPO, NEXT, OTHER = "3374010101900001", "3374010701900001", "3374010101900002", "3374021505850003"


def rows(*people: tuple[str, str | None, str, str]) -> pa.Table:
    names = ("nama", "nik", "tanggal_lahir", "tgl_entri")
    columns = {name: [person[place] for person in people] for place, name in enumerate(names)}
    ids = [f"f:{number + 2}" for number in range(len(people))]
    head = {"record_id": ids, "source_file": ["f"] * len(people), "line": list(range(2, len(people) + 2))}
    return pa.table({**head, **columns})


def extract(kind: str) -> Extract:
    return Extract("3374", 20260630, 1, kind, Path(f"3374_{kind}_20260630_1.csv"))


FIELDS = [field.name for field in SPEC.fields]
SCHEMA = empty_residents(SPEC).schema
LOGGED = SCHEMA.append(pa.field("change", pa.string()))


def people_of(residents: pa.Table) -> People:
    return People(TableBase(residents, FIELDS))


def apply(people: People, accepted: pa.Table, kind: str, last_number: int = 0) -> Applied:
    found = recognise(people, accepted, extract(kind), SCHEMA)
    return apply_extract(people, found, last_number, closed_by="" if kind == "delta" else extract(kind).path.name)


def after_nights(*nights: tuple[pa.Table, str]) -> pa.Table:
    """The residents after nights of one extract each, every night from the table of the one before."""
    residents, last = empty_residents(SPEC), 0
    for night, (accepted, kind) in enumerate(nights, start=1):
        applied = apply(people_of(residents), accepted, kind, last)
        log = [logged(residents, 0)] if night > 1 else []
        log.append(logged(of_one_night([applied.rows], LOGGED), night))
        residents = current(pa.concat_tables([part.select(log[-1].column_names) for part in log]), "residents")
        residents, last = residents.sort_by("record_id").combine_chunks(), applied.last_number
    return residents


def after(first: pa.Table, second: pa.Table, kind: str) -> list[dict[str, str]]:
    return after_nights((first, "full"), (second, kind)).to_pylist()


@pytest.mark.parametrize(
    ("nik", "entered", "kind", "records"),
    [
        (TYPO, "2020-01-01", "delta", 1),
        (TYPO, "2024-05-05", "delta", 2),
        (NIK[:-1], "2024-05-05", "delta", 2),
        (NEXT, "2020-01-01", "delta", 1),
        (NEXT, "2024-05-05", "delta", 2),
        (NEXT, "2024-05-05", "full", 1),
        (None, "2020-01-01", "delta", 1),
        (None, "2024-05-05", "delta", 2),
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
    forward = after_nights((rows(one, other), "full"))
    backward = after_nights((rows(other, one), "full"))
    ids = [
        dict(zip(table["nama"].to_pylist(), table["record_id"].to_pylist(), strict=True))
        for table in (forward, backward)
    ]
    assert ids[0] == ids[1]


def test_what_is_absent_can_be_known_before_anything_is_closed():
    persons = rows(("SUPARNO", NIK, "1990-01-01", "2020-01-01"), ("WATI", OTHER, "1988-03-03", "2020-01-01"))
    start = after_nights((persons, "full"))
    gone = start.column("nama").to_pylist().index("WATI")
    people = people_of(start)
    found = recognise(people, persons.slice(0, 1), extract("full"), SCHEMA)
    assert (found.open_before, found.absent.nonzero()[0].tolist()) == (2, [gone])
    closed = apply_extract(people, found, 2, closed_by="x")
    assert (closed.added, closed.kept, closed.closed) == (0, 1, 1)
    again = recognise(people, persons.slice(0, 0), extract("full"), SCHEMA)
    assert (again.open_before, again.absent.nonzero()[0].tolist()) == (1, [1 - gone]), "the closed are not absent"
    kept = apply_extract(people, again, 2, closed_by="")
    assert (kept.rows.num_rows, kept.fresh.num_rows, kept.closed) == (0, 0, 0)


def test_only_new_content_is_fresh_and_who_comes_back_is_fresh_again():
    one, other = ("SUPARNO", NIK, "1990-01-01", "2020-01-01"), ("WATI", OTHER, "1988-03-03", "2020-01-01")
    people = people_of(after_nights((rows(one, other), "full")))
    same = apply(people, rows(one, other), "full", 2)
    assert (same.kept, same.fresh.num_rows, same.rows.num_rows) == (2, 0, 2)
    without = apply(people, rows(one), "full", 2)
    assert (without.closed, without.fresh.num_rows) == (1, 0)
    back = apply(people, rows(one, other), "full", 2)
    assert back.fresh.column("nama").to_pylist() == ["WATI"]


def test_extracts_of_one_night_follow_each_other_and_the_last_word_counts():
    one, other = ("SUPARNO", NIK, "1990-01-01", "2020-01-01"), ("WATI", OTHER, "1988-03-03", "2020-01-01")
    moved = ("SUPARNO SETYO", NIK, "1990-01-01", "2020-01-01")
    people = people_of(empty_residents(SPEC))
    parts, last = [], 0
    for accepted in (rows(one, other), rows(moved), rows(moved, other)):
        applied = apply(people, accepted, "full", last)
        parts, last = [*parts, applied.rows], applied.last_number
    told = of_one_night(parts, LOGGED)
    told_of = sorted((row["nama"], row["closed_by"]) for row in told.to_pylist())
    assert told_of == [("SUPARNO SETYO", ""), ("WATI", "")]
    assert people.alive.tolist().count(1) == 2
