"""Names have a long tail, an old spelling and a culture."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from linkage.errors import UsageError
from linkage.synthetic.culture import load_cultures
from linkage.synthetic.gazetteer import choose_regions, load_regions, make_gazetteer
from linkage.synthetic.names import Bearers, compose_names, render_names
from linkage.synthetic.vocabulary import load_vocabulary


def _names(culture: str, year: int, *, sex: int = 0, count: int = 4_000, christian: bool = False) -> list[str]:
    cultures, vocabulary = load_cultures(), load_vocabulary()
    rng = np.random.default_rng(5)
    number = cultures.names.index(culture)
    family = np.full(count, -1, np.int32)
    if cultures.family[number] >= 0:
        family = vocabulary.tables[int(cultures.family[number])].sample(rng, count)
    bearers = Bearers(
        culture=np.full(count, number, np.int8),
        christian=np.full(count, christian),
        sex=np.full(count, sex, np.int8),
        year=np.full(count, year, np.int16),
        family=family,
        father=np.full(count, -1, np.int32),
        order=np.arange(count).astype(np.int8) % 4,
        lineage=rng.random(count).astype(np.float32),
    )
    tokens, _ = compose_names(bearers, cultures, vocabulary, rng)
    names: list[str] = render_names(tokens, vocabulary.texts).to_pylist()
    return names


def _share(names: list[str], mark: str) -> float:
    return sum(mark in f" {name} " for name in names) / len(names)


def test_single_names_become_rare_from_cohort_to_cohort() -> None:
    single = [
        np.mean([" " not in name for name in _names("javanese", year)]) for year in (1935, 1950, 1968, 1980, 1998, 2015)
    ]
    assert all(earlier > later for earlier, later in pairwise(single))
    assert single[0] > 0.75
    assert single[-1] < 0.05


def test_old_people_are_spelled_as_of_old_and_young_ones_are_not() -> None:
    assert 0.1 < _share(_names("javanese", 1935), "OE") < 0.6
    assert _share(_names("javanese", 2010), "OE") < 0.01


@pytest.mark.parametrize(
    ("culture", "sex", "christian", "mark", "least"),
    [
        ("balinese", 0, False, " I ", 0.5),
        ("balinese", 1, False, " NI ", 0.5),
        ("balinese", 1, False, " KETUT ", 0.1),
        ("batak", 0, True, " SIREGAR ", 0.01),
        ("papuan", 0, True, " WENDA ", 0.01),
        ("bugis", 0, False, " ANDI ", 0.02),
        ("sasak", 1, False, " BAIQ ", 0.02),
        ("acehnese", 1, False, " CUT ", 0.02),
        ("chinese", 0, False, " TAN ", 0.02),
    ],
)
def test_a_culture_shows_in_its_names(culture: str, sex: int, christian: bool, mark: str, least: float) -> None:
    assert _share(_names(culture, 1970, sex=sex, christian=christian), mark) >= least


def test_every_culture_names_everybody() -> None:
    for culture in load_cultures().names:
        for year in (1930, 1985, 2020):
            names = _names(culture, year, sex=1, count=300)
            assert all(name and name == name.strip() and "  " not in name for name in names)
            assert max(map(len, names)) <= 60


def test_the_tail_of_a_table_is_long_and_its_head_heavy() -> None:
    vocabulary = load_vocabulary()
    table = vocabulary.tables[vocabulary.number("java_old") + 1]
    shares = np.sort(np.diff(table.running, prepend=0.0))[::-1]
    assert len(shares) > 3_000
    assert 0.01 < shares[0] < 0.05
    assert shares[:100].sum() > 0.4


def test_the_listed_regencies_come_first_and_all_in_force_are_known() -> None:
    regions = load_regions()
    assert len(regions) == len({region.code for region in regions}) == 514
    assert {region.code for region in regions[:5]} == {3374, 1271, 5171, 7371, 9171}
    for region in regions:
        assert region.name.startswith(("KOTA ", "KABUPATEN "))
        assert region.province
        assert region.birthplaces[0]
        assert region.running[-1] == 1.0


def test_regions_are_chosen_by_the_seed_and_no_more_than_there_are() -> None:
    assert choose_regions(5, 1) == choose_regions(5, 1)
    assert len({tuple(region.code for region in choose_regions(5, seed)) for seed in range(5)}) > 1
    assert len({region.code for region in choose_regions(514, 1)}) == 514
    with pytest.raises(UsageError):
        choose_regions(515, 1)


def test_a_regencys_villages_do_not_depend_on_its_company() -> None:
    both = make_gazetteer(choose_regions(2, 1))
    second = make_gazetteer(choose_regions(2, 1)[1:])
    half = len(second.village_names)
    assert both.village_names[half:].to_pylist() == second.village_names.to_pylist()
    assert (both.village_codes[half:] == second.village_codes).all()
