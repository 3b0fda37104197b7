"""What is known of a single token: a name, whose, its ending."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.known import known_names
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.traits import (
    ENDS_IN_AH,
    ENDS_IN_O,
    KNOWN_NAME,
    LATIN,
    MENS,
    SURNAME,
    VOWELLESS,
    WOMENS,
    token_traits,
)
from tests.oracles import name_judgement as plain
from tests.standardise.names.test_judgement import TOKENS, slipped


def bits(token: str) -> int:
    return int(token_traits([token]).bits[0])


@pytest.mark.parametrize("token", ["BUDI", "SITI", "SUPARNO", "MUHAMMAD", "AHMAD", "HARAHAP", "SITORUS", "TAN", "LIM"])
def test_given_names_families_and_clans_are_names_that_people_bear(token: str) -> None:
    assert bits(token) & KNOWN_NAME


@pytest.mark.parametrize("token", ["SUPARNP", "HDYT", "XXQZ", "Q", "", "王小明", "R2"])
def test_what_nobody_bears_is_no_name(token: str) -> None:
    assert not bits(token) & (KNOWN_NAME | MENS | WOMENS)


@pytest.mark.parametrize(("token", "sexes"), [("SUPARNO", MENS), ("BAMBANG", MENS), ("DEWI", WOMENS), ("HARAHAP", 0)])
def test_a_name_that_one_sex_alone_bears_says_so(token: str, sexes: int) -> None:
    assert bits(token) & (MENS | WOMENS) == sexes


@pytest.mark.parametrize(
    ("bit", "yes", "no"),
    [
        (VOWELLESS, ["M", "SR", "ABD", "MHMD"], ["SRI", "BUDI", "HDYT", "TRY"]),
        (SURNAME, ["TAN", "LIM", "OEY"], ["BUDI", "HARAHAP", "TANTO"]),
        (ENDS_IN_AH, ["HASANAH", "AMINAH"], ["HASAN", "AMINA", "SALEH"]),
        (ENDS_IN_O, ["SUPARNO", "O"], ["SUPARNA", "JOHN"]),
        (LATIN, ["MARIO", "MARIA", "FRANSISKO", "FRANSISKA"], ["SUPARNO", "SUPARNA", "EKA", "EKO", "BUDI"]),
    ],
)
def test_the_letters_of_a_token_tell_what_it_may_be(bit: int, yes: list[str], no: list[str]) -> None:
    assert [token for token in yes if not bits(token) & bit] == []
    assert [token for token in no if bits(token) & bit] == []


@pytest.mark.parametrize(
    ("token", "sexes"), [("I", MENS), ("TEUKU", MENS), ("NI", WOMENS), ("CUT", WOMENS), ("WAYAN", 0), ("BUDI", 0)]
)
def test_some_soft_tokens_are_one_sex_alone(token: str, sexes: int) -> None:
    assert token_traits([token]).sex_marked[0] == sexes


def test_every_name_that_people_bear_has_no_odd_letters() -> None:
    every = sorted({*known_names(), *name_tables().clans, *name_tables().family.values()})
    assert not token_traits(every).odd.any()


def test_a_token_that_nobody_bears_is_odd_by_its_letters() -> None:
    odd = token_traits(["SUPARNP", "XQZKW", "XQ" * 400]).odd.tolist()
    assert 0 < odd[0] < odd[1] < odd[2] == 255


@pytest.mark.parametrize(
    ("left", "right", "stems", "endings"),
    [
        ("RINA", "RINI", True, False),
        ("HASAN", "HASANAH", True, False),
        ("SUPARNO", "SUPARNI", True, False),
        ("AGUSTINUS", "AGUSTINA", True, False),
        ("RUDY", "RUDI", True, True),
        ("BUDIE", "BUDI", True, True),
        ("BUDOE", "BUDU", True, True),
        ("AISYA", "AISYAH", True, True),
        ("BUDI", "RUDI", False, True),
        ("HASAN", "HAMID", False, True),
        ("YUNUS", "YUNA", False, False),
    ],
)
def test_a_token_is_a_stem_and_the_vowels_it_ends_with_as_they_sound(
    left: str, right: str, stems: bool, endings: bool
) -> None:
    found = token_traits([left, right])
    assert bool(found.stem[0] == found.stem[1]) is stems
    assert bool(found.ending[0] == found.ending[1]) is endings


@given(st.lists(st.sampled_from(TOKENS) | slipped() | st.text("AEIOUYHNS", max_size=5), min_size=1, max_size=8))
def test_traits_are_those_of_the_plain_form_and_of_each_token_alone(tokens: list[str]) -> None:
    found = token_traits(tokens)
    assert ((found.ending == 0) == [not plain.ending(token) for token in tokens]).all()
    for i, one in enumerate(tokens):
        alone = token_traits([one])
        for field in ("bits", "odd", "sex_marked"):
            assert getattr(found, field)[i] == getattr(alone, field)[0]
        for j, other in enumerate(tokens):
            assert (found.ending[i] == found.ending[j]) == (plain.ending(one) == plain.ending(other))
            assert (found.stem[i] == found.stem[j]) == (plain.stem(one) == plain.stem(other))


def test_no_tokens_have_no_traits() -> None:
    assert {array.shape for array in vars(token_traits([])).values()} == {(0,)}


def test_spellings_of_a_chinese_surname_are_one_and_other_surnames_another() -> None:
    old, new, other, longer, given_name = token_traits(["LIEM", "LIM", "TAN", "OEY", "BUDI"]).surname.tolist()
    assert old == new
    assert len({new, other, longer}) == 3
    assert given_name == 0
