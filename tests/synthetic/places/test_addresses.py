"""Address lines look like those of the region and the culture of the household."""

from __future__ import annotations

import re

import numpy as np
import pytest

from linkage.synthetic.names.culture import load_cultures
from linkage.synthetic.places.addresses import addresses
from linkage.synthetic.places.gazetteer import HAMLETS, Gazetteer, load_regions, make_gazetteer
from linkage.synthetic.places.place_names import load_place_names

STREET = re.compile(r"(JL\.|JALAN|JLN\.) [A-Z0-9.' ]+ NO\. [1-9][0-9]*")
ESTATE = re.compile(r"PERUM [A-Z]+ [A-Z]+ BLOK [A-H] NO\. [1-9][0-9]*")
COUNT = 3_000


@pytest.fixture(scope="module")
def whole() -> Gazetteer:
    return make_gazetteer(load_regions())


def lines(whole: Gazetteer, code: int, culture: str, seed: int = 1) -> list[str]:
    number = [region.code for region in whole.regions].index(code)
    region = np.full(COUNT, number)
    cultures = load_cultures()
    given = np.full(COUNT, cultures.names.index(culture))
    made: list[str] = addresses(whole, cultures, region, given, np.random.default_rng(seed)).to_pylist()
    return made


def share(found: list[str], pattern: re.Pattern[str]) -> float:
    return sum(pattern.fullmatch(line) is not None for line in found) / len(found)


def test_cities_have_streets_and_estates_and_the_country_has_hamlets(whole: Gazetteer) -> None:
    city, country = lines(whole, 3374, "javanese"), lines(whole, 3302, "javanese")
    assert 0.1 < share(city, ESTATE) < 0.2
    assert share(city, STREET) > 0.4
    assert share(country, ESTATE) == 0
    assert share(country, STREET) < 0.3


@pytest.mark.parametrize(
    ("code", "culture"), [(3302, "javanese"), (1306, "minang"), (5108, "balinese"), (9501, "papuan")]
)
def test_a_hamlet_has_a_word_of_the_culture_and_a_name_of_the_regency(
    whole: Gazetteer, code: int, culture: str
) -> None:
    cultures = load_cultures()
    number = [region.code for region in whole.regions].index(code)
    names = set(whole.hamlet_names[number * HAMLETS : (number + 1) * HAMLETS].to_pylist())
    words = cultures.hamlets[cultures.names.index(culture)]
    allowed = {f"{word} {name}".strip() for word in words for name in names}
    found = [line for line in lines(whole, code, culture) if not STREET.fullmatch(line)]
    assert found
    assert set(found) <= allowed


@pytest.mark.parametrize(
    ("code", "style", "other"), [(1271, "deli", "java"), (7371, "sulawesi", "papua"), (9171, "papua", "sulawesi")]
)
def test_some_streets_are_found_in_one_part_of_the_country_only(
    whole: Gazetteer, code: int, style: str, other: str
) -> None:
    names = load_place_names()
    common = set(names.street_texts[: names.common_streets].to_pylist())
    local, foreign = (
        set(names.street_texts.take(names.streets[names.styles.index(name)]).to_pylist()) - common
        for name in (style, other)
    )
    found = {re.sub(r"^\S+ (.+) NO\. .*", r"\1", line) for line in lines(whole, code, "chinese")}
    assert found & (local - foreign)
    assert not found & (foreign - local)


def test_the_same_stream_gives_the_same_lines_and_no_household_none(whole: Gazetteer) -> None:
    assert lines(whole, 3374, "javanese") == lines(whole, 3374, "javanese")
    assert lines(whole, 3374, "javanese") != lines(whole, 3374, "javanese", seed=2)
    none = np.zeros(0, np.int64)
    assert len(addresses(whole, load_cultures(), none, none, np.random.default_rng(1))) == 0


def test_lines_are_upper_case_without_needless_blanks_and_not_empty(whole: Gazetteer) -> None:
    rng = np.random.default_rng(3)
    region = rng.integers(0, len(whole.regions), 20_000)
    culture = rng.integers(0, len(load_cultures().names), region.size)
    found = addresses(whole, load_cultures(), region, culture, rng).to_pylist()
    assert all(line and line == " ".join(line.split()).upper() for line in found)
    assert len(set(found)) > 15_000
