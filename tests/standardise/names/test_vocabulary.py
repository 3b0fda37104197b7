"""The lists behind the name rules hold what they say and do not contradict each other."""

import re
import tomllib
from importlib import resources
from typing import Any

import pytest

from linkage.standardise.names.rules import TEXT_RULES, TOKEN_RULES, settled
from linkage.standardise.names.vocabulary import vocabulary

FILES = ("titles", "words", "abbreviations")


def table(name: str) -> dict[str, Any]:
    folder = resources.files("linkage.standardise") / "data" / "names"
    return tomllib.loads((folder / f"{name}.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("section", "words"),
    [
        pytest.param(f"{file}.{section}.{key}", words, id=f"{section}.{key}")
        for file in FILES
        for section, entries in table(file).items()
        for key, words in entries.items()
        if isinstance(words, list)
    ],
)
def test_every_entry_of_a_list_is_in_capitals_and_stands_once(section: str, words: list[str]) -> None:
    pattern = r"[A-Z]+( [A-Z]+)*" if "missing" in section else "[A-Z]+"
    assert [word for word in words if not re.fullmatch(pattern, word)] == []
    assert len(words) == len(set(words))


def test_a_degree_stands_in_one_list() -> None:
    lists = table("titles")["degrees"]
    assert sum(map(len, lists.values())) == len(vocabulary().degrees)


def test_no_title_is_an_alias_word_a_patronymic_or_a_mark_of_the_deceased() -> None:
    words = vocabulary()
    assert not words.any_title & (words.alias_words | words.patronymic_words | words.deceased_words)


@pytest.mark.parametrize("group", sorted(vocabulary().abbreviations))
def test_an_abbreviation_is_written_out_in_canonical_tokens(group: str) -> None:
    for longer in vocabulary().abbreviations[group].values():
        tokens = longer.split()
        assert [part for token in tokens for part in settled(token)] == tokens


def test_every_rule_has_words_for_a_steward() -> None:
    codes = {code for code, _ in (*TEXT_RULES, *TOKEN_RULES)} | {"N1", "N2", "N15", "N18"}
    words = table("trace_words")
    assert set(words) == codes
    assert all(set(entry) == {"id", "en"} and entry["id"] and entry["en"] for entry in words.values())
