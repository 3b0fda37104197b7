"""The tables of families, clans and soft tokens that ship with the package."""

import re
import tomllib
from collections import Counter
from importlib import resources
from typing import Any

import pytest

from linkage.standardise.names.known import known_names
from linkage.standardise.names.phonetic import kfi
from linkage.standardise.names.tables import name_tables

FOLDER = resources.files("linkage.standardise") / "data" / "names"
TOKEN = re.compile(r"[A-Z]+")

# Clans that the list of given names holds as well would be read as given names by one rule and as clans by another.
CLANS_THAT_ARE_GIVEN_NAMES: frozenset[str] = frozenset()


def table(name: str) -> dict[str, Any]:
    content: dict[str, Any] = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    return content


def words(item: Any) -> list[str]:
    if isinstance(item, str):
        return [item]
    if isinstance(item, dict):
        return [word for part in item.values() for word in words(part)]
    return [word for part in item for word in words(part)]


@pytest.mark.parametrize("name", ["families", "clans", "soft"])
def test_every_entry_is_in_capitals_from_a_to_z(name: str) -> None:
    assert [word for word in words(table(name)) if not TOKEN.fullmatch(word)] == []


def test_the_keys_of_families_and_of_soft_neighbours_are_in_capitals() -> None:
    soft = table("soft")["soft"]
    keys = [*table("families")["family"], *soft["after"], *soft["before"]]
    assert [key for key in keys if not TOKEN.fullmatch(key)] == []


def test_no_spelling_stands_in_two_families() -> None:
    counts = Counter(words(table("families")))
    assert [word for word, count in counts.items() if count > 1] == []


def test_no_family_is_a_spelling_of_another() -> None:
    families = table("families")["family"]
    assert families.keys() & set(words(families)) == set()


def test_the_spellings_of_a_family_share_the_keys_of_its_name() -> None:
    families = table("families")["family"]
    assert [word for name, spellings in families.items() for word in spellings if kfi(word) != kfi(name)] == []


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("FATIMAH", "FATMA"),
        ("MARYAM", "MARIA"),
        ("AGUS", "AGUSTINUS"),
        ("ANISA", "KHAIRUNNISA"),
        ("RAMADHAN", "RAMADHANI"),
        ("AISYAH", "ASIYAH"),
        ("MATIUS", "MATIAS"),
        ("ISMAIL", "ISMAN"),
        ("YOHANES", "YOHANA"),
        ("HASAN", "HUSAIN"),
        ("NADHIF", "NAJIB"),
        ("SIAHAAN", "SIAHAYA"),
        ("TJIA", "TJOA"),
        ("LIM", "LIE"),
        ("GO", "GOUW"),
        ("TAN", "TJAN"),
    ],
)
def test_names_that_people_bear_side_by_side_are_no_family(left: str, right: str) -> None:
    family = name_tables().family
    assert family.get(left, left) != family.get(right, right)
    assert not set(kfi(left)) & set(kfi(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("KHOTIJAH", "KHADIJAH"),
        ("SAKDIYAH", "SADIYAH"),
        ("KOIRUL", "HAIRUL"),
        ("NGAISAH", "AISYAH"),
        ("HAFIDH", "HAFIDZ"),
        ("DAWUD", "DAUD"),
        ("EMMANUEL", "IMANUEL"),
        ("CICILIA", "SESILIA"),
        ("FERONIKA", "VERONICA"),
        ("IGNASIUS", "IGNATIUS"),
        ("JHONNY", "JONI"),
        ("WAJAN", "WAYAN"),
        ("ALIDRUS", "ALAYDRUS"),
        ("TJHIA", "CIA"),
    ],
)
def test_spellings_that_the_sound_alone_keeps_apart_are_one_name(left: str, right: str) -> None:
    assert set(kfi(left)) & set(kfi(right))


def test_a_family_with_a_clan_in_it_is_named_by_a_clan() -> None:
    tables = name_tables()
    assert {name for spelling, name in tables.family.items() if spelling in tables.clans} <= tables.clans


def test_a_clan_stands_once_and_no_longer_key_hides_it() -> None:
    clans = table("clans")["clan"]
    tokens = [word for key, part in clans.items() if key not in ("joined", "also_given") for word in part]
    assert [word for word, count in Counter(tokens).items() if count > 1] == []
    assert set(tokens) & set(clans["also_given"]) == set()


def test_the_clans_of_each_people_are_sorted() -> None:
    clans = table("clans")["clan"]
    assert [key for key, part in clans.items() if part != sorted(part)] == ["joined"]
    assert table("clans")["chinese"]["surnames"] == sorted(table("clans")["chinese"]["surnames"])


def test_no_clan_is_in_the_list_of_given_names() -> None:
    assert name_tables().clans & known_names().keys() == CLANS_THAT_ARE_GIVEN_NAMES


def test_a_clan_that_is_a_given_name_too_is_not_read_as_a_clan() -> None:
    assert set(table("clans")["clan"]["also_given"]) & name_tables().clans == set()


@pytest.mark.parametrize(
    "token",
    [
        "AGUNG",
        "BAGUS",
        "AYU",
        "PUTRI",
        "RAJA",
        "AJI",
        "WAN",
        "ARYA",
        "ANAK",
        "SIMON",
        "ABRAHAM",
        "YUSUF",
        "SALEH",
        "ALI",
    ],
)
def test_a_name_borne_everywhere_is_neither_a_rank_nor_a_clan_by_itself(token: str) -> None:
    tables = name_tables()
    assert token not in tables.soft_leading | tables.soft_anywhere | tables.clans


def test_clans_of_every_part_of_the_country_are_there() -> None:
    wanted = (
        "SITORUS GINTING SARAGIH NASUTION BERUTU ZEBUA CANIAGO TUMBELAKA MOKOGINTA MONOARFA PATTIASINA LATUHERU RENYAAN"
    )
    assert set(f"{wanted} WENDA KOGOYA TABUNI RUMBIAK ALATAS ASSEGAF SAKERENGAN".split()) <= name_tables().clans


def test_a_sex_or_a_birth_order_is_told_only_of_soft_tokens() -> None:
    tables = name_tables()
    soft = tables.soft_leading | tables.soft_anywhere | tables.adult_titles | tables.soft_after.keys()
    soft |= tables.soft_before.keys()
    assert (tables.soft_male | tables.soft_female | tables.birth_order.keys()) <= soft
    assert tables.soft_male & tables.soft_female == set()


def test_the_birth_order_of_bali_has_four_places_and_ngurah_is_none() -> None:
    order = name_tables().birth_order
    assert [order[token] for token in ("WAYAN", "MADE", "NYOMAN", "KETUT")] == [1, 2, 3, 4]
    assert "NGURAH" not in order
