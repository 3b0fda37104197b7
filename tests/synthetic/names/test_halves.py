"""The names fall into two halves: people of one are hardly called as people of the other."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from linkage.synthetic import Register, RegisterPlan, make_register
from linkage.synthetic.names.halves import SMALLEST, halves_of
from linkage.synthetic.names.vocabulary import Vocabulary, load_vocabulary, to_old_spelling


def tokens_of(vocabulary: Vocabulary, *, large: bool = True) -> set[int]:
    """The tokens of all large tables, or of all small ones."""
    sizes = [table.ids.size for table in load_vocabulary().tables]
    here = [table.ids for table, size in zip(vocabulary.tables, sizes, strict=True) if (size > SMALLEST) == large]
    return set(np.concatenate(here).tolist())


def shared() -> set[int]:
    """The tokens that both halves have."""
    vocabulary = load_vocabulary()
    return tokens_of(vocabulary, large=False) | set(np.flatnonzero(vocabulary.leads[: vocabulary.size]).tolist())


def test_every_word_is_in_one_half_but_words_that_lead_and_small_tables_are_in_both() -> None:
    first, second = (tokens_of(load_vocabulary(part)) for part in ("first", "second"))
    texts = load_vocabulary().texts.to_pylist()
    assert all(" " in texts[token] for token in tokens_of(load_vocabulary()) - first - second)
    assert first & second == shared() & tokens_of(load_vocabulary())
    assert 0.8 < len(first - shared()) / len(second - shared()) < 1.25


def test_a_half_keeps_the_numbers_of_tables_and_tokens() -> None:
    whole, half = load_vocabulary(), load_vocabulary("second")
    assert half.texts is whole.texts
    assert half.names == whole.names
    assert all(table.running[-1] == 1.0 for table in half.tables)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("SUYANTO", "SOEJANTO"),
        ("JUMADI", "DJOEMADI"),
        ("CAHYO", "TJAHJO"),
        ("AHMAD", "AKHMAD"),
        ("SUPRIYADI", "SUPRIADI"),
    ],
)
def test_two_spellings_of_a_name_are_in_one_half(name: str, other: str) -> None:
    one, two = halves_of([name, other])
    assert one == two


@given(st.text(alphabet="ABCDEGIJKLMNOPRSTUWY", min_size=2, max_size=12))
def test_the_old_spelling_of_any_name_without_h_is_in_its_half(name: str) -> None:
    # No name of today has these, which an old spelling makes ambiguous.
    assume(not re.search("DJ|TJ|OE|II|IY|UW", name))
    one, two = halves_of([name, to_old_spelling(pa.array([name]))[0].as_py()])
    assert one == two


@pytest.fixture(scope="module")
def halves() -> tuple[Register, Register]:
    first, second = (
        make_register(RegisterPlan(4_000, 4, 5, name_tables=part, title_rate=0.0, original_error_rate=0.0))  # type: ignore[arg-type]
        for part in ("first", "second")
    )
    return first, second


def test_people_of_two_registers_of_different_halves_share_no_name_but_the_words_that_are_in_both(
    halves: tuple[Register, Register],
) -> None:
    borne = []
    for register in halves:
        truth = register.truth.to_pylist()
        names = [
            name
            for name, row in zip(register.records["nama"].to_pylist(), truth, strict=True)
            if not row["errors"] and not row["twin_group"]
        ]
        borne.append({token for name in names for token in name.split()})
    vocabulary = load_vocabulary()
    texts = vocabulary.texts.to_pylist()
    common = {word for token in shared() for word in texts[token].split()}
    common |= {texts[token + vocabulary.size] for token in shared()}
    assert len(borne[0] - common) > 1_000
    assert (borne[0] & borne[1]) - common == set()


def test_twins_of_a_half_are_called_by_names_of_that_half(halves: tuple[Register, Register]) -> None:
    second = tokens_of(load_vocabulary("second")) | shared()
    texts = load_vocabulary().texts
    known = set(texts.take(pa.array(sorted(second | {token + load_vocabulary().size for token in second}))).to_pylist())
    known = {word for text in known for word in text.split()}
    register = halves[1]
    twins = [
        name
        for name, row in zip(register.records["nama"].to_pylist(), register.truth.to_pylist(), strict=True)
        if row["twin_group"] and not row["errors"]
    ]
    strange = [name for name in twins if not set(name.split()) <= known]
    # A vowel is changed in a name that would else be the elder's.
    assert len(twins) > 20
    assert len(strange) <= len(twins) // 10
