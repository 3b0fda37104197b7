"""Other readings of a token's letters: C, J and Z."""

from collections.abc import Callable

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.column import Int64
from linkage.standardise.names.readings import latin_keys, old_keys
from tests.oracles.kfi import kfi
from tests.standardise.names.test_judgement import slipped

Reader = Callable[[list[str]], tuple[Int64, pa.StringArray]]
SPOKEN = st.lists(
    st.sampled_from(["SC", "CC", "CH", "C", "ZH", "Z", "J", "DJ", "E", "I", "A", "O", "U", "L", "R", "N", "Y"]),
    max_size=6,
)


def read(reader: Reader, tokens: list[str]) -> list[set[str]]:
    offsets, keys = reader(tokens)
    texts = keys.to_pylist()
    assert len(offsets) == len(tokens) + 1
    assert offsets[-1] == len(texts)
    return [set(texts[offsets[place] : offsets[place + 1]]) for place in range(len(tokens))]


@pytest.mark.parametrize(
    ("token", "other"),
    [
        ("CECILIA", "SESILIA"),
        ("CAROLINA", "KAROLINA"),
        ("LUCAS", "LUKAS"),
        ("ZAINAB", "SAINAB"),
        ("PRISCILIA", "PRISILIA"),
    ],
)
def test_a_c_and_a_z_have_the_sounds_of_latin_and_dutch(token: str, other: str) -> None:
    (found,) = read(latin_keys, [token])
    assert found & set(kfi(other))


@pytest.mark.parametrize(("token", "other"), [("JULIUS", "YULIUS"), ("TAMBAJONG", "TAMBAYONG"), ("JACOB", "YAKOB")])
def test_a_j_may_be_a_y_without_another_sign_of_the_old_spelling(token: str, other: str) -> None:
    (found,) = read(old_keys, [token])
    assert found & set(kfi(other))


@pytest.mark.parametrize("token", ["BUDI", "", "SITI", "JO", "CI", "王小明"])
def test_most_tokens_have_no_other_reading(token: str) -> None:
    assert read(latin_keys, [token]) == read(old_keys, [token]) == [set()]


@given(st.lists(slipped() | SPOKEN.map("".join) | st.text(max_size=5), max_size=6))
def test_the_readings_of_a_column_are_those_of_each_token_alone(tokens: list[str]) -> None:
    for reader in (latin_keys, old_keys):
        assert read(reader, tokens) == [found for token in tokens for found in read(reader, [token])]


@given(st.text("ABDEGIKMNPRUYOLS", max_size=9))
def test_without_the_letters_in_question_a_token_has_no_other_reading(token: str) -> None:
    assert read(old_keys, [token]) == [set()]
    assert read(latin_keys, [token]) == [set()]
