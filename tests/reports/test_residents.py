"""Who is of voting age, who is a child, how far enrolled, and what is missing."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.reports.residents import count_persons, count_residents, enrolment, missing, of_voting_age

DAY = date(2026, 6, 30)


def residents(*rows, **columns):
    """Rows of the store: what is not given is missing."""
    names = ("record_id", "region", "closed_by", "tanggal_lahir", "stat_kwn", "status_ktpel", "flag_status", "nik")
    made = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in names}
    return pa.table(made | {name: pa.array(values, pa.string()) for name, values in columns.items()})


def row(record="R1", born="01-01-1990", region="3374", **other):
    return {"record_id": record, "region": region, "closed_by": "", "tanggal_lahir": born, **other}


@pytest.mark.parametrize(
    ("born", "married", "grown"),
    [
        ("30-06-2009", None, True),
        ("01-07-2009", None, False),
        ("2009-06-30", "1", True),
        ("01-07-2009", "2", True),
        ("01-07-2009", "BELUM KAWIN", False),
        ("01-07-2009", "CERAI HIDUP", True),
        ("30-06-2026", None, False),
        ("01-07-2026", None, False),
        ("2009", None, False),
        ("2008", None, True),
        ("06-2009", None, True),
        ("07-2009", None, False),
        ("2026", None, False),
        (None, None, False),
        (None, "4", True),
        ("-", None, False),
    ],
)
def test_voting_age_begins_on_the_birthday_or_with_a_marriage_and_nobody_is_made_older(born, married, grown):
    assert of_voting_age(residents(row(born=born, stat_kwn=married)), DAY).tolist() == [grown]


def test_enrolment_is_told_by_the_status_of_the_card_in_any_spelling():
    statuses = ("CARD_ISSUED", "Print Ready Record", "PROCESSING", "DUPLICATE_RECORD", "UNREGISTERED", "", None)
    rows = residents(*(row(status_ktpel=status) for status in statuses))
    assert enrolment(rows).tolist() == [4, 4, 2, -1, 0, 0, 0]


def test_a_text_without_a_letter_or_digit_is_missing():
    assert missing(residents(*(row(nik=value) for value in ("1", "A", "-", " ", "", None))), "nik").tolist() == [
        False, False, True, True, True, True,
    ]  # fmt: skip


def test_closed_records_and_history_are_not_counted():
    rows = residents(row("R1"), row("R2", closed_by="x"), row("R3", flag_status="2"), row("R4", flag_status="0"))
    assert count_residents(rows, pa.array([], pa.string()), ["nik"], DAY)["records"] == {"3374": 2}
    assert count_residents(rows, pa.array(["R1", "R2"]), ["nik"], DAY)["obliged_in_cases"] == {"3374": 1}


def test_holders_of_a_kia_are_counted_where_extracts_tell_its_number():
    rows = [row("R1", "01-01-2020"), row("R2", "01-01-2020"), row("R3")]
    assert "kia" not in count_residents(residents(*rows), pa.array([], pa.string()), [], DAY)
    told = residents(*rows, no_kia=["123", None, "456"])
    counts = count_residents(told, pa.array([], pa.string()), ["no_kia"], DAY)
    assert (counts["kia"], counts["children"], "missing.no_kia" in counts) == ({"3374": 1}, {"3374": 2}, False)


def test_persons_are_counted_where_they_are_told_to_be():
    persons = residents(row("P1", "01-01-2020"), row("P2"), region=["3374", "5171"]).append_column(
        "in_review", pa.array([True, False])
    )
    counts = count_persons(persons, DAY)
    assert counts["persons_in_review"] == {"3374": 1, "5171": 0}
    assert (counts["person_obliged"], counts["person_children"]) == ({"3374": 0, "5171": 1}, {"3374": 1, "5171": 0})


BORN = st.one_of(
    st.none(),
    st.dates(date(1930, 1, 1), date(2027, 1, 1)).map(lambda day: f"{day.day:02d}-{day.month:02d}-{day.year}"),
    st.sampled_from(["1988", "2010", "31-02-2001", "?"]),
)
PEOPLE = st.tuples(
    st.sampled_from(["3374", "5171", "3201"]),
    BORN,
    st.sampled_from([None, "1", "2", "3"]),
    st.sampled_from([None, "CARD_PRINTED", "PROCESSING", "DUPLICATE_RECORD"]),
    st.sampled_from([None, "0", "1"]),
)


@given(st.lists(PEOPLE, max_size=25))
def test_parts_add_up_to_their_totals_in_every_region(people):
    rows = [
        row(f"R{at}", born, region, stat_kwn=married, status_ktpel=card, flag_status=flag)
        for at, (region, born, married, card, flag) in enumerate(people)
    ]
    counts = count_residents(residents(*rows), pa.array(["R0", "R3"]), ["nik"], DAY)
    for region, whole in counts["records"].items():
        assert whole == sum(counts[part][region] for part in ("obliged", "children"))
        assert counts["obliged"][region] == sum(counts[part][region] for part in ("enrolled", "without"))
        assert whole == sum(one[0] == region and one[4] in (None, "0") for one in people)
        assert counts["missing.nik"][region] == whole
