"""Gates tell names apart only where the relation of names does."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.similarity.packed import pack_texts
from linkage.standardise.names.columns import standardise_names
from linkage.standardise.names.gates import name_gates, names_apart
from linkage.standardise.names.level import DIFFERENT, name_relation
from tests.standardise.names.test_level import NAMES, NEAR


@settings(max_examples=40)
@given(st.lists(st.one_of(NAMES, NEAR), min_size=2, max_size=6))
@example(["AHMAD AHMAD", "AHMAD BUDI"])  # as many tokens, but of one of them all share a bit
def test_names_whose_gates_are_apart_are_different(names: list[str]) -> None:
    column = standardise_names(pa.array(sorted(set(names))))
    forms, packed = column.names, pack_texts(column.values)
    assert forms is not None
    gates = name_gates(forms, packed)
    arrays = (forms.token_offsets, forms.token_ids, forms.token_soft, forms.key_offsets, forms.keys)
    numbers = np.arange(len(column.values), dtype=np.int32)
    for left in numbers:
        for right in numbers:
            apart = names_apart(left, right, gates)
            assert apart == names_apart(right, left, gates)
            if apart:
                assert name_relation(left, right, *arrays, packed.chars, packed.offsets) == DIFFERENT


def test_most_names_of_other_people_are_told_apart() -> None:
    column = standardise_names(pa.array(["BUDI SANTOSO", "SITI NURHALIZA", "JOKO PURNOMO", "PARDAMEAN SIREGAR"]))
    assert column.names is not None
    gates = name_gates(column.names, pack_texts(column.values))
    apart = [names_apart(left, right, gates) for left in range(4) for right in range(4) if left != right]
    assert np.mean(apart) > 0.8


def test_gates_need_the_texts_of_their_names() -> None:
    column = standardise_names(pa.array(["BUDI"]))
    assert column.names is not None
    with pytest.raises(InvariantError, match="number"):
        name_gates(column.names, pack_texts(pa.array(["BUDI", "SITI"])))
