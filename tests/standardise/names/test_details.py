"""What stands beside the names of a column."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.details import (
    ALIAS,
    DECEASED,
    DIGITS,
    PATRONYM,
    PLACEHOLDER,
    TRUNCATED,
    name_details,
)
from linkage.standardise.names.person_name import read_name
from tests.standardise.names.test_person_name import RAW


def test_details_of_a_column_stand_in_arrays_of_their_own() -> None:
    raw = [
        "H. BUDI, S.H., M.H.",
        "BAYI NY SITI ANAK KE 2",
        "ALI (ALM) BIN UMAR",
        "LIE A MOY ALIAS SUSI",
        "BUDI",
        None,
        "B0DI",
    ]
    found = name_details(pa.array(raw, pa.string()))
    assert found.canonical.to_pylist() == ["BUDI", None, "ALI", "LIE A MOY", "BUDI", None, "BODI"]
    assert found.titles.to_pylist() == ["H", *[None] * 6]
    assert found.degrees.to_pylist() == ["SH,MH", *[None] * 6]
    assert found.mother_hint.to_pylist() == [None, "SITI", *[None] * 5]
    assert found.father_hint.to_pylist() == [None, None, "UMAR", *[None] * 4]
    assert found.aliases.to_pylist() == [None, None, None, "SUSI", None, None, None]
    assert found.birth_order.tolist() == [0, 2, 0, 0, 0, 0, 0]
    assert found.flags.tolist() == [0, PLACEHOLDER | DIGITS, DECEASED | PATRONYM, ALIAS, 0, 0, DIGITS]


def test_a_child_after_whom_the_bearer_is_called_is_a_detail() -> None:
    assert name_details(pa.array(["ASMUNI (P. SITI)"])).parent_hint.to_pylist() == ["SITI"]


@given(st.lists(st.tuples(RAW, st.sampled_from([0, 1, 2, 4])), max_size=10))
def test_details_of_a_column_are_those_of_each_name_alone(items: list[tuple[str, int]]) -> None:
    found = name_details(pa.array([raw for raw, _ in items], pa.string()), np.array([r for _, r in items], np.uint8))
    alone = [read_name(raw, religion=religion) for raw, religion in items]
    assert found.canonical.to_pylist() == [name.text or None for name in alone]
    for field in ("titles", "degrees", "aliases"):
        assert getattr(found, field).to_pylist() == [",".join(getattr(name, field)) or None for name in alone]
    for field in ("father_hint", "mother_hint", "parent_hint"):
        assert getattr(found, field).to_pylist() == [getattr(name, field) or None for name in alone]
    assert found.birth_order.tolist() == [name.birth_order for name in alone]
    bits = {"placeholder": PLACEHOLDER, "deceased": DECEASED, "truncated": TRUNCATED, "digits": DIGITS}
    for field, bit in bits.items():
        assert [bool(flag & bit) for flag in found.flags.tolist()] == [getattr(name, field) for name in alone]
