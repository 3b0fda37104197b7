"""What people of one house share is one comparison, so that it does not make a family one person."""

from __future__ import annotations

import pytest

from linkage.proposal.draft import Draft
from linkage.spec import ComparisonSpec
from tests.oracles.proposed_rules import reached_levels
from tests.proposal.attributes import attribute, draft, spec_of

SURNAME, STREET, NUMBER, LINE = (attribute(role) for role in ("surname", "street", "house_number", "address"))
GIVEN, TOWN, POSTCODE = (attribute(role) for role in ("given_name", "place", "postcode"))
MOTHER, FATHER = (attribute(about, "parent_name", about) for about in ("mother", "father"))


def weighted(made: Draft) -> list[str]:
    return [item.name for item in spec_of(made).weighted]


def family(made: Draft) -> ComparisonSpec:
    return spec_of(made).comparison("family")


TOGETHER = [
    (
        "surname, street and number",
        (GIVEN, SURNAME, STREET, NUMBER),
        "street house_number surname",
        "name_and_house house name_and_street surname surname_alike street",
    ),
    (
        "surname and address line",
        (GIVEN, SURNAME, LINE),
        "address surname",
        "name_and_house house surname surname_alike",
    ),
    (
        "the town too",
        (GIVEN, SURNAME, LINE, TOWN),
        "address surname place",
        "name_and_house house name_and_area surname surname_alike area",
    ),
    ("both parents", (GIVEN, MOTHER, FATHER), "mother father", "parents one_parent"),
]


@pytest.mark.parametrize(("items", "parts", "levels"), [row[1:] for row in TOGETHER], ids=[row[0] for row in TOGETHER])
def test_what_a_house_shares_is_one_comparison(items, parts, levels):
    made = draft(*items)
    assert weighted(made) == ["given_name", "family"]
    assert list(family(made).combine) == parts.split()
    assert [level.name for level in family(made).levels] == levels.split()
    assert reached_levels(family(made), spec_of(made).comparisons) == set(levels.split())


@pytest.mark.parametrize("items", [(SURNAME, TOWN), (SURNAME, NUMBER), (STREET, NUMBER), (SURNAME, GIVEN)])
def test_without_an_address_or_a_surname_nothing_is_combined(items):
    assert weighted(draft(*items)) == [item.name for item in items]


def test_two_columns_of_a_homes_area_count_once():
    made = draft(GIVEN, TOWN, POSTCODE)
    assert weighted(made) == ["given_name", "area"]
    assert spec_of(made).field("area").join == ("place", "postcode")


def test_the_parts_of_a_family_still_choose_pairs_and_lose_their_own_weight():
    made = draft(GIVEN, SURNAME, STREET, NUMBER)
    keys = {form.key for item in made.evidence for form in item.keys}
    assert {"surname", "surname.soundex", "street", "house_number"} <= keys
    for name in family(made).combine:
        part = spec_of(made).comparison(name)
        assert part.part
        assert not part.term_frequency
        assert part.m == ()


@pytest.mark.parametrize("about", ["spouse", "mailing", "previous"])
def test_a_surname_or_address_of_another_kind_is_not_of_the_house(about):
    surname, line = attribute("other_surname", "surname", about), attribute("other_address", "address", about)
    assert "family" not in weighted(draft(GIVEN, surname, LINE))
    assert "family" not in weighted(draft(GIVEN, SURNAME, line))
    assert list(family(draft(surname, line, SURNAME, LINE)).combine) == ["address", "surname"]


def test_a_combination_holds_at_most_five_parts():
    made = draft(GIVEN, MOTHER, FATHER, SURNAME, STREET, NUMBER, TOWN)
    assert len(family(made).combine) == 5
    assert reached_levels(family(made), spec_of(made).comparisons) == {level.name for level in family(made).levels}


def test_the_comment_says_why():
    (because,) = [item.because for item in draft(SURNAME, LINE).evidence if item.role == "family"]
    assert because == ("people of one house share these, so they count once, together",)
