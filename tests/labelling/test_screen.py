"""The screen of a pair fits the terminal and hides nothing that differs."""

import re

import pytest

from linkage.labelling.screen import key_line, progress_line, render_pair
from linkage.labelling.shown import Field, ShownPair
from linkage.labelling.words import FIELDS, HELP, KEYS, WORDS

SAME = [Field(name, f"VALUE OF {name.upper()}", f"VALUE OF {name.upper()}", "", False) for name in FIELDS["id"]]
NAME = Field("nama", "SITI NUR HALIZAH BINTI ABDULLAH", "SITI NURHALIZA", "phonetic", False)
NIK = Field("nik", "3374015703880004", "3374015703880019", "prefix", True)


def pair(*fields: Field) -> ShownPair:
    named = {field.name for field in fields}
    return ShownPair("a", "b", (*fields, *(field for field in SAME if field.name not in named)))


def plain(page: str) -> list[str]:
    return re.sub(r"\x1b\[[0-9;]*m", "", page).split("\n")


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 24), (80, 40), (200, 60)])
@pytest.mark.parametrize("styled", [True, False])
def test_a_pair_of_all_resident_fields_fits_the_terminal(language, width, height, styled) -> None:
    page = render_pair(pair(NIK, NAME), "1/50", width=width, height=height, language=language, styled=styled)
    lines = plain(page)
    assert len(lines) <= height - 1
    assert max(map(len, lines)) <= width
    if not styled:
        assert "\x1b" not in page


def test_what_is_equal_is_gathered_before_what_differs_is_cut() -> None:
    lines = plain(render_pair(pair(NIK, NAME), "1/50", width=80, height=24, language="id", styled=True))
    text = "\n".join(lines)
    assert "Sama: " in text
    assert "bunyi sama" in text
    assert "ABDULLAH" in text
    high = plain(render_pair(pair(NIK, NAME), "1/50", width=80, height=60, language="id", styled=True))
    assert "Sama: " not in "\n".join(high)


def test_numbers_are_masked_and_their_differing_digits_marked() -> None:
    page = render_pair(pair(NIK), "1/50", width=80, height=60, language="en", styled=False)
    assert "337401******00[04]" in page
    assert "5703" not in page


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_key_has_a_word_a_line_of_help_and_the_line_of_keys_fits(language) -> None:
    assert len(key_line(language)) <= 80
    assert max(map(len, HELP[language].split("\n"))) <= 80
    for key, action in KEYS[language].items():
        assert action in WORDS[language]
        assert f"  {key}  " in HELP[language] or key == "?"
    assert len(set(KEYS[language].values())) == 6
    given = {"same": 999, "different": 999, "unsure": 999}
    assert len(progress_line(2_500, 3_000, given, language=language)) <= 80


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["id"].keys() == WORDS["en"].keys()
    assert FIELDS["id"].keys() == FIELDS["en"].keys()
