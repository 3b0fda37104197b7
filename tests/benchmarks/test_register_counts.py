"""Counting a register: on a hand-made one of nine records, whose every figure can be told by eye."""

import datetime as dt

import numpy as np
import pyarrow as pa
import pytest

from benchmarks.register_page.counts import (
    Counts,
    Tally,
    ages,
    count_parts,
    date_parts,
    further_records,
    nik_contradictions,
)
from linkage.schema import RESIDENT_COLUMNS
from linkage.synthetic.parts import Part
from linkage.synthetic.truth.table import TRUTH

CUT_OFF = dt.date(2026, 6, 30)

# Person, household, kind of repeat, regency, NIK, name, sex, birth, flag, relation, card, entry, errors, case.
ROWS = """
P1 H1 - 1101 1101010107700001 SLAMET L 1970-07-01 0 1 CARD_ISSUED 2010 - DUPLICATE
P2 H1 - 1101 1101014505720001 SITI+AMINAH P 1972-05-05 0 3 UNREGISTERED 2010 - -
P3 H1 - 1101 3301010306100001 ANI+PUTRI P 2010-06-03 0 4 - 2010 name_ocr -
P4 H1 - 1101 1101010306100002 ANA+PUTRI P 2010-06-03 0 4 - 2010 - -
P5 H2 - 1102 - SLAMET L 1970-07-02 1 1 CARD_ISSUED 2011 - -
P6 H3 - 1102 110201 BUDI L - 0 1 PRINT_READY_RECORD 2012 - -
P1 H1 second_nik_elsewhere 1102 1102010107700002 SLAMAT L 1970-07-01 0 1 CARD_ISSUED 2015 nik_digit+name_ocr DUPLICATE
P1 H1 copy_same_office 1101 1101010107700003 SLAMET L 1970-07-01 0 1 CARD_ISSUED 2016 - DUPLICATE
P2 H1 non_permanent 1102 1101014505720001 SITI+AMINAH P 1972-05-05 0 3 UNREGISTERED 2026 - -
""".strip().splitlines()
TWINS = {"P3": "T1", "P4": "T1"}


def part_of(lines: list[str]) -> Part:
    cells = [[None if cell == "-" else cell.replace("+", " ") for cell in line.split(" ")] for line in lines]
    person, household, kind, region, nik, name, sex, birth, flag, relation, status, year, errors, cases = zip(
        *cells, strict=True
    )
    given = {
        "source": region,
        "nik": nik,
        "nama": name,
        "jenis_kelamin": sex,
        "tanggal_lahir": birth,
        "flag_status": flag,
        "shdk": relation,
        "status_ktpel": status,
        "tgl_entri": [f"{value}-01-15" for value in year],
    }
    records = {column: pa.array(given.get(column, [None] * len(lines)), pa.string()) for column in RESIDENT_COLUMNS}
    truth = {
        "record_id": [f"r{number}" for number in range(len(lines))],
        "source_file": [""] * len(lines),
        "line": list(range(1, len(lines) + 1)),
        "night": [1] * len(lines),
        "person_id": person,
        "household_id": household,
        "duplicate_of_kind": [value or "" for value in kind],
        "errors": [(value or "").split() for value in errors],
        "history": [["default_birth_date"] if value == "1970-07-01" else [] for value in birth],
        "twin_group": [TWINS.get(str(value)) for value in person],
        "sibling_group": [None] * len(lines),
        "namesake_group": [None] * len(lines),
        "shared_nik_group": [None] * len(lines),
        "expected_cases": [(value or "").split() for value in cases],
        "culture": ["javanese"] * len(lines),
    }
    return Part("1101", 1, pa.table(records), pa.table(truth, schema=TRUTH))


@pytest.fixture(scope="module")
def counts() -> Counts:
    return count_parts([part_of(ROWS[:4]), part_of(ROWS[4:])], CUT_OFF, ("SLAMET",))


def as_rows(tally: Tally) -> list[tuple[object, ...]]:
    return [tuple(row.values()) for row in tally.table().to_pylist()]


def test_people_are_first_records_of_those_not_reported_dead(counts: Counts) -> None:
    assert counts.records == 9
    assert as_rows(counts.residents) == [(1101, "L", 55, 1), (1101, "P", 16, 2), (1101, "P", 54, 1), (1102, "L", -1, 1)]
    assert as_rows(counts.households) == [("H1", 4), ("H3", 1)]
    assert as_rows(counts.names) == [("ANA PUTRI", 1), ("ANI PUTRI", 1), ("BUDI", 1), ("SITI AMINAH", 1), ("SLAMET", 1)]
    assert as_rows(counts.bearers) == [("SLAMET", "1970-07-01", 1)]


def test_words_of_a_name_are_counted_by_year_of_birth(counts: Counts) -> None:
    assert as_rows(counts.words) == [(-1, 1, 1), (1970, 1, 1), (1972, 2, 1), (2010, 2, 2)]


def test_a_finished_enrolment_is_a_card_or_a_print_ready_record(counts: Counts) -> None:
    assert as_rows(counts.status) == [(False, False, 2), (False, True, 1), (True, False, 1), (True, True, 1)]


def test_twins_and_births_are_those_of_children_at_home(counts: Counts) -> None:
    assert as_rows(counts.twins) == [("T1", 2)]
    assert counts.births == 2


def test_errors_and_cases_are_counted_by_record_and_by_person(counts: Counts) -> None:
    assert as_rows(counts.errors) == [(False, "name_ocr", 1), (True, "name_ocr", 1), (True, "nik_digit", 1)]
    assert counts.with_errors == {False: 1, True: 1}
    assert as_rows(counts.cases) == [("DUPLICATE", 3)]
    assert as_rows(counts.case_persons) == [("DUPLICATE", "P1", 3)]


def test_a_further_record_is_compared_with_the_office_of_the_persons_first_record(counts: Counts) -> None:
    kind, elsewhere, sizes = further_records(counts)
    assert kind.tolist() == [3, 1, 8]
    assert elsewhere.tolist() == [True, False, True]
    assert sizes.tolist() == [5, 0, 1]


def test_missing_values_are_counted_by_column(counts: Counts) -> None:
    assert {name: counts.missing[name] for name in ("nik", "tanggal_lahir", "nama", "alamat")} == {
        "nik": 1,
        "tanggal_lahir": 1,
        "nama": 0,
        "alamat": 9,
    }


def test_a_nik_is_held_against_date_sex_and_region_of_its_record() -> None:
    found = nik_contradictions(part_of(ROWS).records)
    where = {name: np.flatnonzero(rows).tolist() for name, rows in found.items()}
    assert where == {"missing": [4], "broken": [5], "date": [], "sex": [2, 3], "region": [2, 8]}


def test_an_age_is_completed_on_the_birthday() -> None:
    year, month, day = date_parts(pa.array(["2000-06-30", "2000-07-01", None, "2026-06-30"]))
    assert ages(year, month, day, CUT_OFF).tolist() == [26, 25, -1, 0]


def test_later_nights_are_left_out(counts: Counts) -> None:
    first = part_of(ROWS)
    again = Part(first.region, 2, first.records, first.truth)
    assert count_parts([first, again], CUT_OFF).records == counts.records


def test_a_tally_is_the_same_however_the_rows_are_parted() -> None:
    values = np.random.default_rng(1).integers(0, 50, 1_000)
    whole, parted = Tally(), Tally()
    whole.add(value=values)
    for rows in np.array_split(values, 7):
        parted.add(value=rows)
    assert parted.table().equals(whole.table())
    assert parted.columns()[1].tolist() == np.bincount(values).tolist()
