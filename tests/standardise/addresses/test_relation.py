"""Two addresses relate as far as both of them say; what is missing is no agreement."""

import tomllib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.addresses import relation
from linkage.standardise.addresses.parts import address_parts
from linkage.standardise.addresses.relation import (
    RELATIONS,
    VILLAGE,
    address_relation,
    address_relations,
    part_codes,
    relation_of_rows,
)

PAIRS = tomllib.loads((Path(__file__).parents[2] / "cases" / "addresses.toml").read_text(encoding="utf-8"))["pair"]
rows = st.lists(st.integers(-1, 2), min_size=9, max_size=9).map(lambda row: np.array(row, np.int32))


@pytest.mark.parametrize("pair", PAIRS, ids=[f"{pair['left']} ~ {pair['right']}" for pair in PAIRS])
def test_two_addresses_relate_as_a_steward_would_say(pair: dict[str, str]) -> None:
    codes = part_codes(address_parts(pa.array([pair["left"], pair["right"]])))
    found = address_relations(codes, np.array([0, 1]), np.array([1, 0]))
    assert found.tolist() == [getattr(relation, pair["relation"])] * 2


@given(left=rows, right=rows)
def test_the_relation_is_symmetric(left: np.ndarray, right: np.ndarray) -> None:
    assert address_relation(left, right) == address_relation(right, left)


@given(left=rows, right=rows)
def test_rows_of_one_run_relate_like_rows_of_their_own(left: np.ndarray, right: np.ndarray) -> None:
    assert relation_of_rows(np.concatenate([right, left, right]), 1, 2) == address_relation(left, right)


def test_relations_are_named_by_their_code() -> None:
    listed = [getattr(relation, name.upper()) for name in RELATIONS]
    assert listed == list(range(len(RELATIONS)))


@given(left=rows, right=rows, column=st.integers(0, 8), value=st.integers(0, 2))
def test_a_part_missing_on_one_side_never_helps(left: np.ndarray, right: np.ndarray, column: int, value: int) -> None:
    both, one = (left.copy(), right.copy()), (left.copy(), right.copy())
    both[0][column] = both[1][column] = value
    one[0][column], one[1][column] = value, -1
    assert address_relation(*one) <= address_relation(*both)


@given(row=rows)
def test_nothing_is_known_of_an_address_that_is_missing(row: np.ndarray) -> None:
    assert address_relation(row, np.full(9, -1, np.int32)) == relation.UNKNOWN


def test_columns_of_the_record_complete_what_the_address_says() -> None:
    parts = address_parts(pa.array(["DSN KRAJAN RT 1", "KRAJAN"]))
    rt, rw = np.array([0, 1], np.int32), np.array([2, 2], np.int32)
    codes = part_codes(parts, rt=rt, rw=rw, village=np.array([4, 4], np.int32))
    assert codes[:, VILLAGE].tolist() == [4, 4]
    assert address_relation(codes[0], codes[1]) == relation.SAME_NEIGHBOURS
