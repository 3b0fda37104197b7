"""Words that the values of a role are made of: names, streets, places, sexes, titles."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Final

from linkage.proposal.columns.words import words_of

WORD_LISTS: Final = (
    "given", "family", "sex", "sex_sure", "street", "unit", "affix", "place", "region", "region_kind",
    "country",
    "label", "organisation",
)  # fmt: skip
_MOST_WORDS: Final = 8


@cache
def word_lists() -> Mapping[str, frozenset[str]]:
    """Return every list of words, folded as values are."""
    data = _data()
    return {name: frozenset(words_of(data[name])) for name in (*WORD_LISTS, "months")}


@cache
def letters(name: str) -> frozenset[str]:
    """Return a list of single letters (``han_surnames``, ``street_letters`` ...)."""
    return frozenset(_data()[name])


@cache
def endings(name: str) -> tuple[str, ...]:
    """Return a list of word endings."""
    return words_of(_data()[name])


def hits(words: Sequence[str]) -> dict[str, float]:
    """Return, for each list, the share of a value's words that stand in it; street and place by endings too."""
    few = words[:_MOST_WORDS]
    if not few:
        return {}
    share = 1.0 / len(few)
    found = {name: sum(word in known for word in few) * share for name, known in word_lists().items()}
    long = [word for word in few if len(word) > 5]
    if any(word.endswith(endings("street_endings")) for word in long):
        found["street"] = max(found["street"], share)
    found["place_ending"] = sum(word.endswith(endings("place_endings")) for word in long) * share
    last = few[-1]
    if not last.isascii():
        found["place"] = max(found["place"], float(last[-1] in letters("place_letters")))
        found["region"] = max(found["region"], float(last[-1] in letters("region_letters")))
        found["street"] = max(
            found["street"], float(any(letter in letters("street_letters") for word in few for letter in word))
        )
        found["east_asian_name"] = float(_is_east_asian_name(few))
    return found


def _is_east_asian_name(words: Sequence[str]) -> bool:
    """Tell whether words are a full name in Han characters or Hangul: a surname's letter and one to four more."""
    whole = "".join(words)
    if not 2 <= len(whole) <= 5 or not words:
        return False
    if "\uac00" <= whole[0] <= "\ud7a3":
        return whole[0] in letters("hangul_surnames") and len(whole) in (2, 3, 4)
    return "\u4e00" <= whole[0] <= "\u9fff" and whole[0] in letters("han_surnames")


@cache
def _data() -> Mapping[str, str]:
    path = resources.files("linkage.proposal.columns") / "data" / "values.toml"
    return {key: str(value) for key, value in tomllib.loads(path.read_text(encoding="utf-8")).items()}
