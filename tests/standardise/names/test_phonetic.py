"""The phonetic key KFI."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.phonetic import kfi
from linkage.standardise.names.sounds.key_letters import MOST_KEYS

CASES = Path(__file__).parents[2] / "cases"


def pairs(name: str) -> list[Any]:
    items = tomllib.loads((CASES / name).read_text(encoding="utf-8"))["pair"]
    return [pytest.param(item, id=f"{item['left']}-{item['right']}") for item in items]


def test_the_tables_hold_the_pairs_of_the_specification() -> None:
    assert (len(pairs("names_tokens_meet.toml")), len(pairs("names_tokens_apart.toml"))) == (74, 50)


@pytest.mark.parametrize("pair", pairs("names_tokens_meet.toml"))
def test_spellings_of_one_name_share_a_key(pair: dict[str, Any]) -> None:
    left, right = kfi(pair["left"]), kfi(pair["right"])
    assert (list(left), list(right)) == (sorted(pair["left_keys"]), sorted(pair["right_keys"]))
    assert set(left) & set(right)


@pytest.mark.parametrize("pair", pairs("names_tokens_apart.toml"))
def test_different_names_share_no_key(pair: dict[str, Any]) -> None:
    left, right = kfi(pair["left"]), kfi(pair["right"])
    assert (list(left), list(right)) == (sorted(pair["left_keys"]), sorted(pair["right_keys"]))
    assert not set(left) & set(right)


@pytest.mark.parametrize(
    ("old", "modern"), [("SURJADI", "SURYADI"), ("WAHJUDI", "WAHYUDI"), ("JANI", "YANI"), ("SUNJOTO", "SUNYOTO")]
)
def test_a_plain_j_sounds_y_only_in_a_name_of_the_old_spelling(old: str, modern: str) -> None:
    assert set(kfi(old, old=True)) & set(kfi(modern))
    assert not set(kfi(old)) & set(kfi(modern))


def test_the_j_of_an_old_dj_stays_a_j() -> None:
    assert kfi("DJADI", old=True) == kfi("JADI")


@pytest.mark.parametrize("token", ["M", "O", "", "7", "R2D2", "王小明", "é"])
def test_an_initial_or_a_token_beyond_a_to_z_is_its_own_key(token: str) -> None:
    assert kfi(token) == (token,)


@given(st.text("ABCDEGHIJKLNORSTUYZ", min_size=2, max_size=14), st.booleans())
def test_keys_are_one_to_four_sorted_distinct_and_never_empty(token: str, old: bool) -> None:
    keys = kfi(token, old=old)
    assert 1 <= len(keys) <= MOST_KEYS
    assert list(keys) == sorted(set(keys))
    assert all(key and key.isascii() and key.isupper() for key in keys)
