"""The phonetic keys of a column of tokens, against the plain form on one token."""

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.phonetic import phonetic_keys
from tests.oracles.kfi import kfi

PIECES = [
    *("OE", "TJ", "DJ", "SJ", "NJ", "CH", "KH", "DZ", "Z", "SY", "SH", "SCH", "TS", "IE", "EU", "OO", "EE", "AI", "AU"),
    *("AO", "OI", "X", "Q", "CK", "CHR", "NG", "GH", "BH", "DH", "PH", "TH", "F", "V", "Y", "W", "SER", "TER", "MUH"),
    *("A", "E", "I", "O", "U", "B", "D", "G", "H", "K", "L", "M", "N", "R", "S", "T", "C", "J", "P"),
]
TOKENS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join)


def keys_of(tokens: list[str], *, old: bool = False) -> list[tuple[str, ...]]:
    offsets, keys = phonetic_keys(pa.array(tokens, pa.string()), old=old)
    texts = keys.to_pylist()
    return [tuple(texts[offsets[place] : offsets[place + 1]]) for place in range(len(tokens))]


@given(st.lists(TOKENS | st.text(max_size=6), max_size=20), st.booleans())
def test_a_column_of_tokens_has_the_keys_that_each_token_has_alone(tokens: list[str], old: bool) -> None:
    assert keys_of(tokens, old=old) == [kfi(token, old=old) for token in tokens]


def test_a_variant_has_the_keys_of_its_family() -> None:
    assert len(set(keys_of(["MOCHAMMAD", "MUH", "MUHAMMAD"]))) == 1


def test_no_tokens_have_no_keys() -> None:
    assert keys_of([]) == []


def test_a_token_may_be_very_long() -> None:
    assert keys_of(["SOEPARNO" * 2_000, "ADI"]) == [kfi("SOEPARNO" * 2_000), kfi("ADI")]
