"""The relation of two names: cases, and the kernel against its plain form."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.similarity.packed import pack_texts
from linkage.standardise.names.columns import standardise_names
from linkage.standardise.names.level import PARTIAL, RELATION_NAMES, name_relation, name_relation_of
from tests.oracles.name_level import relation

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "names_whole.toml").read_text(encoding="utf-8"))

TOKENS = [
    *("BUDI", "BUDHI", "SANTOSO", "SANTOSA", "SITI", "AISYAH", "AISAH", "AHMAD", "ARIF", "ARIEF", "ARIFIN", "KHAIRUL"),
    *(
        "CHAIRUL",
        "HAIRUL",
        "ROCHMAN",
        "RAHMAN",
        "ROHMAN",
        "SUPARNO",
        "SUPARNI",
        "SUPARNA",
        "PUTRA",
        "PUTRI",
        "SETIAWAN",
    ),
    *(
        "SETIAWATI",
        "WAYAN",
        "MADE",
        "NI",
        "I",
        "RADEN",
        "MAS",
        "HARAHAP",
        "LUBIS",
        "M",
        "A",
        "R",
        "S",
        "B",
        "DJOKO",
        "JOKO",
    ),
    *("HIDAYATULLAH", "HIDAYAT", "HIDAYATUL", "MUHAMMAD", "SYAIFULLAH", "王小明", "小明", "R2"),
]
NAMES = st.lists(st.sampled_from(TOKENS), min_size=1, max_size=5).map(" ".join)
NEAR = st.text("ABDINOSTU ", min_size=1, max_size=26)


def relations(names: list[str]) -> dict[tuple[str, str], str]:
    """Return the kernel's relation of every ordered pair of canonical names in one column."""
    column = standardise_names(pa.array(names, pa.string()))
    forms = column.names
    assert forms is not None
    packed = pack_texts(column.values)
    texts = column.values.to_pylist()
    numbers = np.arange(len(texts), dtype=np.int32)
    arrays = (forms.token_offsets, forms.token_ids, forms.token_soft, forms.key_offsets, forms.keys)
    return {
        (first, second): RELATION_NAMES[int(name_relation(i, j, *arrays, packed.chars, packed.offsets))]
        for i, first in zip(numbers, texts, strict=True)
        for j, second in zip(numbers, texts, strict=True)
    }


@pytest.mark.parametrize("pair", [pytest.param(pair, id=f"{pair['left']}|{pair['right']}") for pair in CASES["pair"]])
def test_two_names_have_the_relation_of_the_table(pair: dict[str, Any]) -> None:
    found = name_relation_of(pair["left"], pair["right"], pair.get("religion"))
    assert found == pair["relation"]
    assert name_relation_of(pair["right"], pair["left"], pair.get("religion")) == found


@pytest.mark.parametrize("pair", [pytest.param(pair, id=f"{pair['left']}|{pair['right']}") for pair in CASES["apart"]])
def test_names_of_different_people_are_alike_at_most_by_spelling(pair: dict[str, Any]) -> None:
    assert name_relation_of(pair["left"], pair["right"]) in RELATION_NAMES[:PARTIAL]


@pytest.mark.parametrize("vowel", ["O", "A"])
@pytest.mark.parametrize("stem", ["SUPARN", "YULIANT", "PUTR", "HENDR", "INDR"])
def test_a_final_vowel_that_tells_the_sex_keeps_two_names_apart(stem: str, vowel: str) -> None:
    assert name_relation_of(f"DWI KURNIA {stem}{vowel}", f"DWI KURNIA {stem}I") == "different"


@given(st.lists(NAMES, min_size=2, max_size=5))
def test_the_kernel_equals_the_plain_form_and_the_order_of_two_names_does_not_matter(names: list[str]) -> None:
    found = relations(names)
    for (first, second), code in found.items():
        assert code == relation(first, second), (first, second)
        assert code == found[second, first]


@given(st.lists(NEAR, min_size=2, max_size=4))
def test_the_kernel_equals_the_plain_form_on_near_spellings(names: list[str]) -> None:
    for (first, second), code in relations(names).items():
        assert code == relation(first, second), (first, second)


@given(NAMES, NAMES, st.lists(NAMES, max_size=4))
def test_a_relation_does_not_depend_on_the_rest_of_the_column(left: str, right: str, others: list[str]) -> None:
    among = relations([left, right, *others])
    for pair, code in relations([left, right]).items():
        assert among[pair] == code


def test_a_name_of_very_many_tokens_is_compared_as_text() -> None:
    many = " ".join(["BUDI", "SANTOSO"] * 40)
    found = relations([many, f"{many} LAGI", "BUDI"])
    assert found[many, f"{many} LAGI"] == "similar"
    assert found[many, "BUDI"] == "different"


def test_compiled_and_plain_python_kernels_agree() -> None:
    column = standardise_names(pa.array(["DJOKO TJAHJONO", "JOKO CAHYONO", "M ARIF", "MUHAMMAD ARIF", "SITI"]))
    forms = column.names
    assert forms is not None
    packed = pack_texts(column.values)
    arrays = (forms.token_offsets, forms.token_ids, forms.token_soft, forms.key_offsets, forms.keys)
    plain = name_relation.py_func  # type: ignore[attr-defined]
    numbers = np.arange(5, dtype=np.int32)
    every = np.array(
        [
            [function(i, j, *arrays, packed.chars, packed.offsets) for i in numbers for j in numbers]
            for function in (name_relation, plain)
        ]
    )
    assert (every[0] == every[1]).all()
    assert set(every[0]) == {0, 2, 3, 4}
