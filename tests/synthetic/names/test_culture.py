"""Cultures: which there are, their faiths, and patterns that lead to names."""

from __future__ import annotations

import numpy as np
import pytest

from linkage.synthetic.names.culture import (
    CHRISTIAN,
    FAMILY,
    INHERITED,
    MUSLIM,
    NATIVE,
    NOTHING,
    ORDER,
    OTHER,
    SLOTS,
    STYLE_OF_FAITH,
    load_cultures,
)
from linkage.synthetic.names.vocabulary import load_vocabulary
from linkage.synthetic.package_data import read_data

CULTURES = """javanese sundanese betawi malay minang batak acehnese balinese sasak bugis toraja minahasa madurese banjar
dayak ntt maluku papuan chinese arab banten"""


def test_the_cultures_of_the_whole_country_are_there() -> None:
    assert sorted(load_cultures().names) == sorted(CULTURES.split())


def test_each_culture_has_faiths_that_sum_to_one() -> None:
    for name, row in read_data("cultures.toml").items():
        assert sum(row["faiths"].values()) == pytest.approx(1.0), name
        assert set(row["faiths"]) <= set("1234567"), name
    faiths = load_cultures().faiths
    assert (np.diff(faiths, axis=1) >= 0).all()
    assert (faiths[:, -1] == 1.0).all()


def test_every_culture_and_group_of_faiths_has_patterns_for_every_cohort() -> None:
    cultures = load_cultures()
    assert len(cultures.styles) == 4 * len(cultures.names)
    for style in cultures.styles:
        assert style.running.shape[0] == 6
        assert (style.running[:, -1] == 1.0).all()
        assert style.first + style.running.shape[1] <= len(cultures.patterns)


def test_patterns_name_tables_that_exist_and_leave_no_gap() -> None:
    patterns, tables = load_cultures().patterns, len(load_vocabulary().tables)
    assert patterns.shape[1] == SLOTS
    assert (patterns[:, 0] != NOTHING).all()
    assert not ((patterns[:, :-1] == NOTHING) & (patterns[:, 1:] != NOTHING)).any()
    numbers = np.where(patterns >= INHERITED, patterns - INHERITED, patterns)
    assert (numbers[patterns >= 0] < tables).all()
    assert patterns.min() >= ORDER


def test_a_family_name_stands_only_in_patterns_of_cultures_that_have_one() -> None:
    cultures = load_cultures()
    for number in np.flatnonzero(cultures.family < 0):
        for style in cultures.styles[4 * number : 4 * number + 4]:
            assert (cultures.patterns[style.first : style.first + style.running.shape[1]] != FAMILY).all()


def test_a_link_between_two_names_stands_between_two_names() -> None:
    cultures, vocabulary = load_cultures(), load_vocabulary()
    for name in ("bin", "boru", "alias", "daeng"):
        rows, slots = np.nonzero(cultures.patterns == vocabulary.number(name))
        assert rows.size
        assert (slots > 0).all()
        assert (cultures.patterns[rows, slots + 1] != NOTHING).all()


@pytest.mark.parametrize(
    ("culture", "group", "own"),
    [
        ("javanese", CHRISTIAN, True),
        ("javanese", MUSLIM, False),
        ("balinese", OTHER, False),
        ("ntt", MUSLIM, True),
        ("ntt", CHRISTIAN, False),
        ("chinese", MUSLIM, True),
        ("dayak", OTHER, True),
        ("papuan", MUSLIM, True),
    ],
)
def test_a_faith_has_patterns_of_its_own_where_it_names_otherwise(culture: str, group: int, own: bool) -> None:
    cultures = load_cultures()
    number = 4 * cultures.names.index(culture)
    assert (cultures.styles[number + group].first != cultures.styles[number + NATIVE].first) == own


def test_faiths_are_grouped_by_their_codes() -> None:
    assert [STYLE_OF_FAITH[code] for code in (1, 2, 3, 4, 5, 6, 7)] == [MUSLIM, CHRISTIAN, CHRISTIAN, *[OTHER] * 4]


def test_the_castes_of_bali_keep_their_size_from_cohort_to_cohort() -> None:
    rows = read_data("cultures.toml")["balinese"]["patterns"]
    weights = np.array([row[1:] for row in rows])
    weights /= weights.sum(axis=0)
    castes = ["bali_gusti", "bali_ksatria", "bali_brahmana"]
    for caste in castes:
        share = weights[[str(row[0]).startswith(caste) for row in rows]].sum(axis=0)
        assert np.ptp(share) < 0.01
