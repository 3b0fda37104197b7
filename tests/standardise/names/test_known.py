"""The list of known given names."""

import re
from importlib import resources
from itertools import pairwise

import pytest

from linkage.standardise.names.known import FEMALE, KNOWN, MALE, known_names

FILE = resources.files("linkage.standardise") / "data" / "names" / "known_names.csv"
ROWS = FILE.read_text(encoding="ascii").splitlines()
FLAGS = {"": KNOWN, "L": KNOWN | MALE, "P": KNOWN | FEMALE, "LP": KNOWN | MALE | FEMALE}


def test_the_file_has_a_header_and_rows_of_a_token_and_a_sex() -> None:
    assert ROWS[0] == "name,sex"
    assert [row for row in ROWS[1:] if not re.fullmatch(r"[A-Z]{2,20},(L|P|LP|)", row)] == []


def test_the_tokens_are_sorted_and_stand_once() -> None:
    names = [row.split(",")[0] for row in ROWS[1:]]
    assert [pair for pair in pairwise(names) if pair[0] >= pair[1]] == []


def test_every_row_becomes_its_flags() -> None:
    pairs = (row.split(",") for row in ROWS[1:])
    assert dict(known_names()) == {name: FLAGS[sex] for name, sex in pairs}


def test_the_list_is_read_once_and_cannot_be_changed() -> None:
    assert known_names() is known_names()
    with pytest.raises(TypeError):
        known_names()["X"] = 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("token", "flags"),
    [
        ("SUPARNO", KNOWN | MALE),
        ("SUPARNI", KNOWN | FEMALE),
        ("RATNO", KNOWN | MALE),
        ("RATNA", KNOWN | FEMALE),
        ("MARIO", KNOWN | MALE),
        ("MARIA", KNOWN | FEMALE),
        ("HARTONO", KNOWN | MALE),
        ("HARTINI", KNOWN | FEMALE),
        ("YULIANTO", KNOWN | MALE),
        ("YULIANTI", KNOWN | FEMALE),
        ("EKA", KNOWN | MALE | FEMALE),
        ("DWI", KNOWN | MALE | FEMALE),
        ("NUR", KNOWN | MALE | FEMALE),
    ],
)
def test_the_sex_of_a_name_is_that_of_its_bearers(token: str, flags: int) -> None:
    assert known_names()[token] == flags


@pytest.mark.parametrize(
    "names",
    ["RAHMAT RAHMAN RAHIM", "FADLI FADIL FADLAN", "SALIM SALAM", "WAHYUDI WAHYUNI", "SUYATNO SUYANTO", "RUSLI RUSLAN"],
)
def test_names_one_letter_apart_are_all_known(names: str) -> None:
    assert set(names.split()) <= known_names().keys()


@pytest.mark.parametrize(
    "names",
    [
        "SUTRISNO WAGIMAN NGATINEM ASEP NENENG KOKOM",
        "MUHAMMAD ABDULLAH SITI AISYAH KHOIRUL ROSYIDAH",
        "TOGAR LAMTIUR YUSRIZAL ROSMANIAR TARMIZI",
        "SUARDANA SUKERTI MUSLEH SAKNAH PALLAWA NURHAEDAH",
        "YOHANES MARGARETHA DOMINIKUS STEVEN MEYKE OTENIUS",
    ],
)
def test_names_of_every_part_of_the_country_are_known(names: str) -> None:
    assert set(names.split()) <= known_names().keys()


@pytest.mark.parametrize(
    "token", ["SUPARNP", "BUDJ", "SIREGAR", "TELAUMBANUA", "JAKARTA", "HAJI", "BINTI", "RADEN", "LAKI"]
)
def test_slips_clans_places_titles_and_words_are_not(token: str) -> None:
    assert token not in known_names()
