"""Active records of a region are those that wait, those taken out beside a person, and the persons."""

from collections import Counter

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.reports.published import beside_records


def told(persons, members, residents):
    """The three counts, of persons (id, region), members (record, person, active) and residents (id, region, open)."""
    still, merged, waiting = beside_records(
        pa.table({"person_id": texts(one[0] for one in persons), "region": texts(one[1] for one in persons)}),
        pa.table(
            {
                "record_id": texts(one[0] for one in members),
                "person_id": texts(one[1] for one in members),
                "active": pa.array([one[2] for one in members], pa.bool_()),
            }
        ),
        pa.table(
            {
                "record_id": texts(one[0] for one in residents),
                "region": texts(one[1] for one in residents),
                "closed_by": texts("" if one[2] else "a later extract" for one in residents),
            }
        ),
    )
    return Counter(still["region"].to_pylist()), merged, waiting


def texts(values):
    return pa.array(list(values), pa.string())


def test_a_person_counts_where_its_address_is_and_its_other_records_are_taken_out_where_they_are():
    persons = [("P1", "3374"), ("P3", "5171")]
    members = [("R1", "P1", True), ("R2", "P1", True), ("R3", "P3", True)]
    residents = [("R1", "5171", True), ("R2", "3374", True), ("R3", "5171", True), ("R4", "5171", True)]
    assert told(persons, members, residents) == ({"3374": 1, "5171": 1}, {"3374": 0, "5171": 1}, {"5171": 1})


def test_a_person_whose_record_at_home_has_left_since_counts_where_another_one_is_and_one_without_records_nowhere():
    persons = [("P1", "3374"), ("P3", "5171")]
    members = [("R1", "P1", True), ("R2", "P1", True), ("R3", "P3", True)]
    residents = [("R1", "5171", True), ("R2", "3374", False), ("R3", "5171", False)]
    assert told(persons, members, residents) == ({"5171": 1}, {"5171": 0}, {})


REGIONS = st.sampled_from(["3374", "5171", "3201", None])


@given(st.data())
def test_what_waits_what_is_taken_out_and_the_persons_make_the_active_records_of_every_region(data):
    count = data.draw(st.integers(0, 12))
    residents = [(f"R{at}", data.draw(REGIONS), data.draw(st.booleans())) for at in range(count)]
    inside = [one[0] for one in residents if data.draw(st.booleans())]
    members = [(record, f"P{data.draw(st.integers(0, 4))}", data.draw(st.booleans())) for record in inside]
    persons = [(person, data.draw(REGIONS)) for person in sorted({one[1] for one in members if one[2]})]
    parts = told(persons, members, residents)
    assert all(amount >= 0 for part in parts for amount in part.values())
    whole = Counter(one[1] or "" for one in residents if one[2])
    assert sum(parts, Counter()) == whole
