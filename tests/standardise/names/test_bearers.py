"""Which names depend on their bearer."""

from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given

from linkage.standardise.names.bearers import depends_on_bearer
from linkage.standardise.names.person_name import read_name
from tests.standardise.names.test_person_name import KNOWN, RAW


@pytest.mark.parametrize(
    ("raw", "depends"),
    [
        *(("M. YUSUF", True), ("H SIMANJUNTAK", True), ("ST. FATIMAH", True), ("I B OKA", True), ("TAN BIN HO", True)),
        *(("BUDI SANTOSO", False), ("HJ. SITI", False), ("I WAYAN SUDANA", False), ("SURJADI", False)),
    ],
)
def test_a_name_depends_on_its_bearer_when_it_holds_an_ambiguous_word(raw: str, depends: bool) -> None:
    assert depends_on_bearer(pa.array([raw])).tolist() == [depends]


def test_a_name_with_j_depends_on_the_year_of_birth() -> None:
    assert depends_on_bearer(pa.array(["SURJADI", "SURYADI"]), old=True).tolist() == [True, False]


@given(RAW, KNOWN)
def test_a_name_that_depends_on_nobody_is_the_same_for_everybody(raw: str, known: dict[str, Any]) -> None:
    old = known["birth_year"] == 1950
    if not depends_on_bearer(pa.array([raw], pa.string()), old=old)[0]:
        assert read_name(raw, **known).text == read_name(raw).text
