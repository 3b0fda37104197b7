"""Who of an extract is who, when only the standing records that a row may be are looked at."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.nightly.people import People, TableBase
from linkage.nightly.recognition import may_share_keys, recognise_rows
from linkage.nightly.residents import empty_residents
from linkage.similarity.packed import hash_texts
from linkage.spec import load_builtin_spec
from linkage.standing.people import Marks, joined_marks
from linkage.standing.rows import OPEN


def hashed(numbers: list[int]) -> np.ndarray:
    """Hashes of small numbers, 0 for the number 0, so that keys often meet."""
    hashes = hash_texts(pa.array([str(number) for number in numbers], pa.string()))
    return np.where(np.array(numbers, np.int64) == 0, np.uint64(0), hashes)


@st.composite
def marks(draw: st.DrawFn, region: int = 3374) -> Marks:
    people = draw(
        st.lists(st.tuples(*(st.integers(low, 4) for low in (1, 0, 0)), st.integers(0, 3)), min_size=1, max_size=12)
    )
    content, particulars, entry, nik = (list(column) for column in zip(*people, strict=True))
    return Marks(
        regions=np.full(len(people), region, np.int32),
        content=hashed(content),
        nik=hashed(nik),
        particulars=hashed(particulars),
        entry=hashed(entry),
    )


@given(marks(), marks())
def test_whoever_shares_a_key_is_found(standing, rows):
    shares = np.zeros(len(standing), np.bool_)
    for own, wanted in zip(standing.keys.T, rows.keys.T, strict=True):
        shares |= (own != 0) & np.isin(own, wanted)
    assert not (shares & ~may_share_keys(standing.keys, rows.keys)).any()


@given(marks(), marks())
def test_among_those_that_share_a_key_the_same_are_recognised_as_among_all(standing, rows):
    alike = np.flatnonzero(may_share_keys(standing.keys, rows.keys))
    among_all = recognise_rows(standing, rows, replaces_all=False)
    among_alike = recognise_rows(standing.take(alike), rows, replaces_all=False)
    assert np.append(alike, -1)[among_alike].tolist() == among_all.tolist()


def one(*, content: int, entry: int, particulars: int, nik: int = 1) -> Marks:
    """One record, under the first NIK unless told otherwise."""
    return Marks(
        regions=np.full(1, 3374, np.int32),
        content=hashed([content]),
        nik=hashed([nik]),
        particulars=hashed([particulars]),
        entry=hashed([entry]),
    )


@pytest.mark.parametrize(
    ("entry", "particulars", "in_a_delta", "in_a_full_extract"),
    [
        pytest.param(1, 2, 0, 0, id="corrected: entered on the same day"),
        pytest.param(2, 1, 0, 0, id="entered again: the same particulars"),
        pytest.param(2, 2, -1, 0, id="somebody else who was entered under the NIK"),
        pytest.param(0, 2, 0, 0, id="the day of entry is not told"),
        pytest.param(2, 0, 0, 0, id="the particulars are not told"),
    ],
)
def test_a_nik_finds_its_record_unless_a_delta_brings_somebody_else_under_it(
    entry, particulars, in_a_delta, in_a_full_extract
):
    standing = one(content=1, entry=1, particulars=1)
    row = one(content=2, entry=entry, particulars=particulars)
    assert recognise_rows(standing, row, replaces_all=False).tolist() == [in_a_delta]
    assert recognise_rows(standing, row, replaces_all=True).tolist() == [in_a_full_extract]


@pytest.mark.parametrize("nik", [pytest.param(2, id="another NIK"), pytest.param(0, id="no NIK")])
@pytest.mark.parametrize(
    ("entry", "in_a_delta"),
    [
        pytest.param(1, 0, id="corrected: entered on the same day"),
        pytest.param(2, -1, id="entered again"),
        pytest.param(0, 0, id="the day of entry is not told"),
    ],
)
def test_the_particulars_find_their_record_unless_a_delta_brings_somebody_who_was_entered_again(nik, entry, in_a_delta):
    standing = one(content=1, entry=1, particulars=1)
    row = one(content=2, entry=entry, particulars=1, nik=nik)
    assert recognise_rows(standing, row, replaces_all=False).tolist() == [in_a_delta]
    assert recognise_rows(standing, row, replaces_all=True).tolist() == [0]


@given(st.lists(st.tuples(st.sampled_from([3374, 5171]), st.data()), max_size=5))
def test_rows_of_many_extracts_are_taken_and_found_as_if_they_were_one_table(parts):
    spec = load_builtin_spec()
    people = People(TableBase(empty_residents(spec), [field.name for field in spec.fields]))
    added = [data.draw(marks(region)) for region, data in parts]
    for part in added:
        first = people.alive.size
        people.add(part, np.arange(first, first + len(part))[::-1])
    if not added:
        assert people.added is None
        return
    every = joined_marks(added)
    assert (people.alive == OPEN).all()
    for region in (3374, 5171):
        found = people.of_region(region)
        assert sorted(found) == np.flatnonzero(every.regions == region).tolist()
        assert (np.diff(people.numbers[found]) >= 0).all()
        np.testing.assert_array_equal(people.take(found).entry, every.take(found).entry)
        np.testing.assert_array_equal(people.take(found).keys, every.take(found).keys)
        sought = every.take(np.arange(1))
        np.testing.assert_array_equal(
            people.alike(found, sought), found[may_share_keys(every.take(found).keys, sought.keys)]
        )


@pytest.mark.parametrize("columns", [1, 3])
def test_no_key_is_shared_with_nobody(columns):
    assert may_share_keys(np.ones((4, columns), np.uint64), np.zeros((0, columns), np.uint64)).tolist() == [False] * 4
