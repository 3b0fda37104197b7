"""Names follow culture, faith, sex and birth cohort, and the commonest come out as often as was published."""

from __future__ import annotations

import re
import time
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from benchmarks.register_page.published import NAMES, RESIDENTS
from benchmarks.synthetic_names import compose, nation
from linkage.synthetic.names.composing import Bearers, compose_names, first_tokens, render_names
from linkage.synthetic.names.culture import load_cultures
from linkage.synthetic.names.vocabulary import load_vocabulary

COHORT_YEARS = (1935, 1950, 1968, 1980, 1998, 2015)
RATIO = 0.35


def _bearers(culture: str, year: int, sex: int = 0, faith: int = 0, count: int = 4_000) -> Bearers:
    cultures, vocabulary = load_cultures(), load_vocabulary()
    rng = np.random.default_rng(5)
    number = cultures.names.index(culture)
    family = np.full(count, -1, np.int32)
    if cultures.family[number] >= 0:
        family = vocabulary.tables[int(cultures.family[number])].sample(rng, count)
    return Bearers(
        culture=np.full(count, number, np.int8),
        sex=np.full(count, sex, np.int8),
        year=np.full(count, year, np.int16),
        family=family,
        father=vocabulary.tables[vocabulary.number("islam")].sample(rng, count),
        order=(np.arange(count) % 4).astype(np.int8),
        lineage=rng.random(count).astype(np.float32),
        faith=np.full(count, faith, np.int8),
    )


def _names(culture: str, year: int, sex: int = 0, faith: int = 0, count: int = 4_000) -> list[str]:
    vocabulary = load_vocabulary()
    bearers = _bearers(culture, year, sex, faith, count)
    tokens, _ = compose_names(bearers, load_cultures(), vocabulary, np.random.default_rng(6))
    names: list[str] = render_names(tokens, vocabulary.texts).to_pylist()
    return names


def _share(names: list[str], mark: str) -> float:
    return sum(re.search(rf"(?:^| )(?:{mark})(?: |$)", name) is not None for name in names) / len(names)


def _single(names: list[str]) -> float:
    return sum(" " not in name for name in names) / len(names)


@pytest.mark.parametrize("culture", load_cultures().names)
def test_every_culture_names_everybody(culture: str) -> None:
    for faith in range(1, 8):
        for year in COHORT_YEARS:
            for sex in (0, 1):
                for name in _names(culture, year, sex, faith, count=100):
                    assert re.search(r"[A-Z]", name)
                    assert name == name.strip()
                    assert "  " not in name
                    assert not re.search(r"[0-9]", name)
                    assert len(name) <= 60


@pytest.mark.parametrize(
    ("culture", "old", "young"),
    [
        ("javanese", 0.5, 0.1),
        ("sundanese", 0.5, 0.1),
        ("madurese", 0.6, 0.1),
        ("bugis", 0.5, 0.1),
        ("minang", 0.5, 0.1),
    ],
)
def test_single_names_are_usual_among_the_old_and_rare_among_the_young(culture: str, old: float, young: float) -> None:
    for sex in (0, 1):
        single = [_single(_names(culture, year, sex)) for year in COHORT_YEARS]
        assert all(earlier > later for earlier, later in pairwise(single))
        assert single[1] > old
        assert single[4] < 2 * young
        assert single[5] < young


TRAITS = [
    ("acehnese", 1960, 0, 1, "TEUKU|T\\.", 0.02),
    ("acehnese", 1960, 1, 1, "CUT", 0.02),
    ("banten", 1960, 0, 1, "TUBAGUS|TB\\.?", 0.01),
    ("banten", 1960, 1, 1, "RATU", 0.01),
    ("bugis", 1960, 0, 1, "ANDI", 0.02),
    ("bugis", 1950, 0, 1, "(DAENG|DG\\.?) [A-Z]+", 0.02),
    ("sasak", 1970, 1, 1, "BAIQ", 0.02),
    ("sasak", 1970, 0, 1, "LALU", 0.02),
    ("balinese", 1970, 0, 4, "I", 0.6),
    ("balinese", 1970, 1, 4, "NI", 0.6),
    ("balinese", 1970, 0, 4, "IDA BAGUS", 0.02),
    ("balinese", 1970, 1, 4, "IDA AYU", 0.02),
    ("minang", 1950, 0, 1, "CHANIAGO|KOTO|PILIANG|TANJUNG|SIKUMBANG|GUCI|JAMBAK", 0.004),
    ("batak", 1970, 1, 2, "(BORU|BR) [A-Z-]+", 0.005),
    ("chinese", 1940, 0, 5, "(TAN|LIM|LIE|LIEM|OEY|OEI) .*", 0.15),
    ("chinese", 1940, 0, 5, "[A-Z]+ ALIAS [A-Z]+", 0.03),
    ("chinese", 1980, 0, 5, "(WIJAYA|HALIM|SALIM|GUNAWAN|CHANDRA)", 0.08),
    ("madurese", 1940, 0, 1, "ALIAS (P\\.|PAK) [A-Z]+", 0.004),
    ("arab", 1970, 1, 1, "BINTI [A-Z]+", 0.03),
    ("javanese", 1970, 0, 2, "YOHANES|YOSEF|PAULUS|PETRUS|MARTINUS|AGUSTINUS", 0.03),
    ("papuan", 1970, 0, 2, "WENDA|KOGOYA|TABUNI|YIKWA|WAKERKWA", 0.05),
    ("maluku", 1970, 0, 1, "AHMAD|ISMAIL|RIDWAN|HASAN|IBRAHIM|USMAN|YUSUF", 0.02),
]


@pytest.mark.parametrize(("culture", "year", "sex", "faith", "mark", "least"), TRAITS)
def test_a_culture_shows_in_its_names(culture: str, year: int, sex: int, faith: int, mark: str, least: float) -> None:
    assert _share(_names(culture, year, sex, faith), mark) >= least


NEVER = [
    ("acehnese", 1970, 1, 1, "TEUKU|BIN"),
    ("acehnese", 1970, 0, 1, "CUT|BINTI"),
    ("balinese", 1970, 0, 4, "NI|DESAK|LUH|MUHAMMAD|SITI|ABDUL"),
    ("balinese", 1970, 1, 4, "BAGUS|NGAKAN|MUHAMMAD|SITI"),
    ("batak", 1970, 0, 2, "BORU|BR|MUHAMMAD|ABDUL"),
    ("javanese", 1998, 0, 1, "SITI|PUTRI|YOHANES|MARIA"),
    ("javanese", 1998, 1, 1, "MUHAMMAD|PUTRA|ABDUL"),
    ("javanese", 1998, 0, 3, "MUHAMMAD|ABDUL"),
    ("ntt", 1970, 0, 1, "YOHANES|PETRUS|PAULUS"),
    ("papuan", 1998, 1, 1, "KRISTINA|AGUSTINA|MARTHA"),
    ("minahasa", 1970, 0, 2, "MUHAMMAD|AHMAD"),
]


@pytest.mark.parametrize(("culture", "year", "sex", "faith", "mark"), NEVER)
def test_no_one_bears_what_the_other_sex_or_another_faith_bears(
    culture: str, year: int, sex: int, faith: int, mark: str
) -> None:
    assert _share(_names(culture, year, sex, faith), mark) == 0


@pytest.mark.parametrize(
    ("culture", "faith"), [("batak", 2), ("minahasa", 2), ("maluku", 2), ("papuan", 2), ("ntt", 3)]
)
def test_where_families_have_names_nearly_all_bear_them_last(culture: str, faith: int) -> None:
    vocabulary = load_vocabulary()
    bearers = _bearers(culture, 1980, 0, faith)
    tokens, _ = compose_names(bearers, load_cultures(), vocabulary, np.random.default_rng(6))
    last = tokens[np.arange(len(tokens)), (tokens >= 0).sum(axis=1) - 1]
    family = bearers.family
    assert np.isin(last, [*family, *(family + vocabulary.size)]).mean() > 0.9
    assert ((last == family) | (last == family + vocabulary.size)).mean() > 0.9


def test_balinese_names_of_birth_order_follow_the_order_of_birth() -> None:
    names = _names("balinese", 1985, 0, 4)
    for order, words in enumerate(("WAYAN|PUTU|GEDE", "MADE|KADEK|NENGAH", "NYOMAN|KOMANG", "KETUT")):
        commoners = [name for name in names[order::4] if re.match(r"I (?!GUSTI|DEWA)", name)]
        assert len(commoners) > 500
        assert _share(commoners, words) == 1.0


@pytest.mark.parametrize(("culture", "year"), [("chinese", 1940), ("madurese", 1940), ("arab", 1940), ("bugis", 1940)])
@pytest.mark.parametrize("sex", [0, 1])
def test_a_link_never_dangles(culture: str, year: int, sex: int) -> None:
    for name in _names(culture, year, sex, count=8_000):
        tokens = name.split()
        for link in ("ALIAS", "BIN", "BINTI", "DAENG", "DG.", "DG", "BORU", "BR"):
            assert tokens[0] != link
            assert tokens[-1] != link


def test_without_a_fathers_name_nobody_is_called_bin() -> None:
    bearers = _bearers("arab", 1940)
    bearers.father[:] = -1
    vocabulary = load_vocabulary()
    tokens, _ = compose_names(bearers, load_cultures(), vocabulary, np.random.default_rng(6))
    assert _share(render_names(tokens, vocabulary.texts).to_pylist(), "BIN [A-Z]+ [A-Z]+") == 0


@pytest.mark.parametrize("title", ["TEUKU", "ABDUL", "MUH.", "SAYID", "NURUL", "P."])
def test_nobody_is_called_after_a_title_or_half_a_name_of_the_father(title: str) -> None:
    vocabulary = load_vocabulary()
    bearers = _bearers("acehnese", 1940)
    bearers.father[:] = vocabulary.texts.to_pylist().index(title)
    tokens, _ = compose_names(bearers, load_cultures(), vocabulary, np.random.default_rng(6))
    assert _share(render_names(tokens, vocabulary.texts).to_pylist(), "BIN") == 0


def test_nobody_is_called_the_same_twice_in_a_row_or_behind_alias() -> None:
    for culture in ("javanese", "chinese", "madurese", "ntt"):
        tokens, _ = compose_names(_bearers(culture, 1950), load_cultures(), load_vocabulary(), np.random.default_rng(6))
        assert not ((tokens[:, 1:] == tokens[:, :-1]) & (tokens[:, 1:] >= 0)).any()
        names = render_names(tokens, load_vocabulary().texts).to_pylist()
        assert not any(re.search(r"(?:^| )([A-Z]+) ALIAS \1$", name) for name in names)


def test_children_of_one_male_line_share_the_adopted_last_name() -> None:
    vocabulary = load_vocabulary()
    bearers = _bearers("chinese", 1980, 0, 5)
    bearers.lineage[:] = 0.3
    tokens, _ = compose_names(bearers, load_cultures(), vocabulary, np.random.default_rng(6))
    table = vocabulary.tables[vocabulary.number("chinese_last")]
    adopted = int(table.at(np.array([0.3]))[0])
    assert (tokens == adopted).any(axis=1).mean() > 0.5


def test_old_people_are_spelled_as_of_old_and_young_ones_are_not() -> None:
    def old(year: int) -> float:
        return sum("OE" in name for name in _names("javanese", year)) / 4_000

    assert 0.1 < old(1935) < 0.6
    assert old(1935) > old(1950) > old(1968)
    assert old(2010) < 0.01


def test_slots_are_filled_from_the_left_and_the_given_name_stands_in_one() -> None:
    vocabulary = load_vocabulary()
    for culture in load_cultures().names:
        for year in COHORT_YEARS:
            tokens, given = compose_names(
                _bearers(culture, year, 1, count=300), load_cultures(), vocabulary, np.random.default_rng(2)
            )
            filled = tokens >= 0
            assert filled[:, 0].all()
            assert not (filled[:, 1:] & ~filled[:, :-1]).any()
            assert filled[np.arange(300), given].all()
            assert (first_tokens(tokens) == tokens[:, 0]).all()


def test_the_same_stream_gives_the_same_names() -> None:
    bearers = _bearers("javanese", 1990)
    first, second = (
        compose_names(bearers, load_cultures(), load_vocabulary(), np.random.default_rng(4))[0] for _ in range(2)
    )
    assert (first == second).all()


@pytest.fixture(scope="module")
def residents() -> tuple[Bearers, pa.StringArray]:
    """Four hundred thousand residents of the whole nation with their names."""
    rng = np.random.default_rng(11)
    bearers, _ = nation(400_000, rng)
    return bearers, compose(bearers, rng)


def test_the_commonest_full_names_come_out_as_often_as_was_published(
    residents: tuple[Bearers, pa.StringArray],
) -> None:
    tally = pc.value_counts(residents[1])
    counts = dict(zip(tally.field("values").to_pylist(), tally.field("counts").to_pylist(), strict=True))
    size = len(residents[1])
    for name, published in NAMES.items():
        assert counts[name] / size == pytest.approx(published / RESIDENTS, rel=RATIO), name
    assert max(counts, key=lambda name: counts[name]) == "NURHAYATI"
    others = max(count for name, count in counts.items() if name not in NAMES)
    assert others / size < 1.2 * 90_000 / RESIDENTS


def test_the_tail_of_full_names_grows_with_the_register(residents: tuple[Bearers, pa.StringArray]) -> None:
    bearers, names = residents
    distinct = [pc.count_distinct(names.slice(0, size)).as_py() for size in (25_000, 50_000, 100_000, 200_000, 400_000)]
    assert all(later > 1.6 * earlier for earlier, later in pairwise(distinct))
    young = pc.value_counts(names.filter(pa.array(bearers.year >= 2005))).field("counts").to_numpy()
    assert (young == 1).sum() / young.sum() > 0.75


def test_a_quarter_of_a_million_names_are_composed_in_no_time(residents: tuple[Bearers, pa.StringArray]) -> None:
    bearers = residents[0].take(np.arange(250_000))
    began = time.process_time()
    compose_names(bearers, load_cultures(), load_vocabulary(), np.random.default_rng(1))
    assert time.process_time() - began < 2.0
