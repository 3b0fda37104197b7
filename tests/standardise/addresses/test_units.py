"""RT and RW columns: numbers, and nothing where the office wrote none."""

import pyarrow as pa
import pytest

from linkage.standardise.addresses.units import rt_rw_numbers, standardise_rt_rw


@pytest.mark.parametrize("text", ["001", "1", " 1 ", "1.0", "RT 001", "RT.01", "I", "RT 1/2", "RT 001 RW 002", "01"])
def test_the_spellings_of_an_rt_are_one_number(text: str) -> None:
    assert rt_rw_numbers(pa.array([text])).tolist() == [1]


@pytest.mark.parametrize("text", ["0", "000", "-", "", "0.0", "RT 000", "TIDAK ADA", "1234", "x", "é"])
def test_zero_and_what_is_no_number_are_missing(text: str) -> None:
    assert rt_rw_numbers(pa.array([text])).tolist() == [0]
    assert standardise_rt_rw(pa.array([text])).mapping.tolist() == [-1]


def test_a_column_of_both_is_read_for_the_one_it_is_asked_for() -> None:
    both = pa.array(["RT 003/RW 005", "RT/RW 003/005", "007"])
    assert rt_rw_numbers(both, "RT").tolist() == [3, 3, 7]
    assert rt_rw_numbers(both, "RW").tolist() == [5, 5, 7]


def test_standard_values_are_texts_and_integers() -> None:
    result = standardise_rt_rw(pa.array(["010", "0", "2", "RW 10"]), "RW")
    assert result.values.to_pylist() == ["10", "2"]
    assert result.mapping.tolist() == [0, -1, 1, 0]
    assert result.integers is not None
    assert result.integers.tolist() == [10, 2]
    assert standardise_rt_rw(result.values).values.to_pylist() == ["10", "2"]
