"""Person names: the rules N1 to N18 on one value."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.person_name import read_name, read_newborn, religion_code, standardise_name
from linkage.standardise.names.vocabulary import vocabulary

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "names_standard.toml").read_text(encoding="utf-8"))["name"]
BEARER = ("religion", "sex", "birth_year", "culture")
ATTRIBUTES = (
    *("titles", "degrees", "aliases", "father_hint", "mother_hint", "parent_hint", "birth_order", "notes"),
    *("placeholder", "deceased", "truncated", "digits"),
)

PARTS = st.sampled_from(
    [
        *(
            "BUDI",
            "SITI",
            "NOER",
            "HAJATI",
            "ABDURRAHMAN",
            "TAN",
            "A",
            "M",
            "R",
            "H.",
            "HJ",
            "DRS.",
            "S.",
            "KOM",
            "S.H.",
            "SPD",
            ",",
        ),
        *(
            "BIN",
            "BINTI",
            "ALIAS",
            "AL.",
            "AL",
            "@",
            "/",
            "(",
            ")",
            "ALM",
            "(ALM)",
            "BAYI",
            "NY",
            "TN",
            "ANAK",
            "KE",
            "2",
            "II",
            "X",
            "-",
        ),
        *(
            "PAK",
            "P.",
            "KEMBAR",
            "DARI",
            "LELAKI",
            "JAMAL",
            "DJOKO",
            "IGN",
            "ST",
            "MD",
            "KT",
            "A'1'B",
            "0",
            "SITI2",
            "D/H",
            "PGL.",
            "O5O",
        ),
    ]
)
RAW = st.lists(PARTS, max_size=7).map(" ".join) | st.lists(PARTS, max_size=5).map("".join) | st.text(max_size=30)
KNOWN = st.fixed_dictionaries(
    {
        "religion": st.sampled_from([None, 1, 2, 3, 4, 5, 7]),
        "sex": st.sampled_from([None, 1, 2]),
        "birth_year": st.sampled_from([None, 1950, 1990]),
        "culture": st.sampled_from([None, "bali", "minang"]),
    }
)


def identity(case: dict[str, Any]) -> str:
    return "|".join(str(case[key]) for key in ("raw", *BEARER) if key in case)


@pytest.mark.parametrize("case", [pytest.param(case, id=identity(case)) for case in CASES])
def test_a_raw_name_becomes_its_canonical_text_and_fields_of_their_own(case: dict[str, Any]) -> None:
    name = read_name(case["raw"], **{key: case[key] for key in BEARER if key in case})
    assert name.text == case["text"]
    for attribute in ATTRIBUTES:
        found = getattr(name, attribute)
        found = list(found) if isinstance(found, tuple) else found
        assert found == case.get(attribute, type(found)()), attribute


def test_every_case_stands_once_in_the_table() -> None:
    assert len({identity(case) for case in CASES}) == len(CASES) > 290


@pytest.mark.parametrize(
    ("raw", "soft"),
    [
        ("R M SOERJO", (True, True, False)),
        ("I WAYAN SUDANA", (True, True, False)),
        ("KOKOM KOMARIAH", (True, False)),
        ("MARIA BR SITORUS", (False, True, True)),
        ("IDA BAGUS MADE OKA", (True, True, True, False)),
        ("AHMAD GELAR SUTAN MALIN", (False, True, True, True)),
        ("WAYAN", (False,)),
    ],
)
def test_a_soft_token_stays_in_the_name_and_is_marked(raw: str, soft: tuple[bool, ...]) -> None:
    assert read_name(raw).soft == soft


@pytest.mark.parametrize("raw", ["", " ", "-", "XXX", "TIDAK ADA", "BAYI NY. SITI", "ANAK KE 2", "NN"])
def test_a_value_that_is_no_name_has_no_standard_name(raw: str) -> None:
    assert standardise_name(raw) is None


@pytest.mark.parametrize("value", sorted(vocabulary().missing_values))
def test_every_listed_value_says_that_there_is_no_name(value: str) -> None:
    name = read_name(value.lower())
    assert name.placeholder
    assert name.tokens == ()


@pytest.mark.parametrize("degree", sorted(vocabulary().plain_degrees | vocabulary().bare_degrees))
def test_every_degree_of_the_list_is_known_behind_a_name_with_and_without_a_comma(degree: str) -> None:
    for raw in (f"BUDI SANTOSO {degree}", f"BUDI SANTOSO, {degree}", f"BUDI SANTOSO, {degree[0]}.{degree[1:]}."):
        name = read_name(raw)
        assert (name.text, name.degrees) == ("BUDI SANTOSO", (degree,)), raw


@pytest.mark.parametrize(
    "degree", sorted(vocabulary().degrees - vocabulary().plain_degrees - vocabulary().bare_degrees)
)
def test_a_degree_that_may_be_a_name_counts_only_behind_a_comma_or_with_full_stops(degree: str) -> None:
    assert read_name(f"BUDI SANTOSO, {degree}").text == "BUDI SANTOSO"
    assert read_name(f"BUDI SANTOSO {degree[0]}.{degree[1:]}.").degrees == (degree,)
    assert read_name(f"BUDI SANTOSO {degree}").degrees == ()


@pytest.mark.parametrize("title", sorted(vocabulary().titles))
def test_every_title_is_set_apart_in_front_and_is_a_name_alone(title: str) -> None:
    assert read_name(f"{title}. BUDI").titles == (title,)
    assert read_name(title).text == title or read_name(title).placeholder


@pytest.mark.parametrize(
    ("raw", "mother", "order"),
    [("BAYI NY. SITI AMINAH", "SITI AMINAH", 0), ("ANAK KE 2", "", 2), ("BAYI NY WATI ANAK KE 3", "WATI", 3)],
)
def test_a_newborns_placeholder_says_whose_child_it_is(raw: str, mother: str, order: int) -> None:
    hints = read_newborn(raw)
    assert hints is not None
    assert (hints.mother_hint, hints.birth_order) == (mother, order)


@pytest.mark.parametrize("raw", ["BUDI", "-", "TIDAK ADA", "BAYI NY X"])
def test_other_values_tell_nothing_of_a_newborn(raw: str) -> None:
    assert read_newborn(raw) is None


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, 0), ("", 0), ("1", 1), ("ISLAM", 1), ("islam", 1), ("Katholik", 3), ("HINDU", 4), ("7", 0), ("?", 0)],
)
def test_a_religion_is_read_by_number_or_name(text: str | None, code: int) -> None:
    assert religion_code(text) == code


@pytest.mark.parametrize("known", [{"religion": "?"}, {"sex": 3}, {"birth_year": "1950"}, {"culture": "mars"}])
def test_an_argument_that_cannot_be_read_is_an_error(known: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="None"):
        standardise_name("BUDI", **known)


@given(RAW, KNOWN)
def test_a_canonical_name_read_again_is_itself(raw: str, known: dict[str, Any]) -> None:
    name = read_name(raw, **known)
    again = read_name(name.text, **known)
    assert again.tokens == name.tokens
    assert again.soft == name.soft


@given(RAW, KNOWN)
def test_any_text_is_read_and_a_placeholder_never_has_tokens(raw: str, known: dict[str, Any]) -> None:
    name = read_name(raw, **known)
    assert name == read_name(raw, **known)
    assert not (name.placeholder and name.tokens)
    assert len(name.soft) == len(name.tokens)
    assert all(token and token == token.strip() and " " not in token for token in name.tokens)


@given(RAW, KNOWN)
def test_hints_and_second_names_are_canonical_names(raw: str, known: dict[str, Any]) -> None:
    name = read_name(raw, **known)
    for text in name.aliases:
        assert read_name(text, **known).text == text
    for sex, text in ((1, name.father_hint), (2, name.mother_hint), (0, name.parent_hint)):
        assert read_name(text, **(known | {"sex": sex})).text == text
