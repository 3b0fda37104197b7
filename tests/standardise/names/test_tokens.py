"""Rules on one token, the old spelling, and why a token may be missing on one side."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names import softness
from linkage.standardise.names.softness import HARD
from linkage.standardise.names.tokens import (
    canonical_tokens,
    is_old_marker,
    is_respellable,
    may_be_soft,
    respell,
    soft_flags,
    soft_kinds,
)


@pytest.mark.parametrize(
    ("token", "canonical"),
    [
        ("ACHMAD", "AHMAD"),
        ("MOCHAMMAD", "MUHAMMAD"),
        ("BUDI", "BUDI"),
        ("ABDURRAHMAN", "ABDUL RAHMAN"),
        ("ABDURAHMAN", "ABDUL RAHMAN"),
        ("ABDOERRAZIMI", "ABDUL RAZIMI"),
        ("ABDUSSALAM", "ABDUL SALAM"),
        ("ABDUSSYUKUR", "ABDUL SYUKUR"),
        ("ABDULHADI", "ABDUL HADI"),
        ("ABDULLATIF", "ABDUL LATIF"),
        ("ABDULLAH", "ABDULLAH"),
        ("ABDULLOH", "ABDULLAH"),
        ("ABDILLAH", "ABDULLAH"),
        ("ABD", "ABDUL"),
        ("ABDI", "ABDI"),
        ("NURHAYATI", "NUR HAYATI"),
        ("NOERLESTARI", "NUR LESTARI"),
        ("NOER", "NUR"),
        ("NURULHUDA", "NURUL HUDA"),
        *((name, name) for name in ("NURUL", "NURDIN", "NURUDDIN", "NURANI", "NURIL", "NURI")),
        ("", ""),
        ("王小明", "王小明"),
    ],
)
def test_a_token_becomes_the_name_of_its_family_or_the_parts_of_a_compound(token: str, canonical: str) -> None:
    assert " ".join(canonical_tokens(token)) == canonical


def test_a_family_table_of_ones_own_replaces_the_shipped_one() -> None:
    assert canonical_tokens("ACHMAD", {"BOEDI": "BUDI"}) == ("ACHMAD",)
    assert canonical_tokens("BOEDI", {"BOEDI": "BUDI"}) == ("BUDI",)
    assert canonical_tokens("NURBOEDI", {"BOEDI": "BUDI"}) == ("NUR", "BUDI")


@pytest.mark.parametrize(
    ("name", "respelled"),
    [
        ("SOERJA HAJATI", "SOERJA HAYATI"),
        ("TJAHJA JANI", "TJAHJA YANI"),
        ("SURJA HAJATI", "SURJA HAJATI"),
        ("BUDI JOKO", "BUDI JOKO"),
        ("DJOKO J", "DJOKO J"),
        ("", ""),
    ],
)
def test_one_token_in_the_old_spelling_makes_a_plain_j_of_the_others_a_y(name: str, respelled: str) -> None:
    assert " ".join(respell(name.split())) == respelled


@pytest.mark.parametrize(
    ("token", "marker", "respellable"),
    [
        ("SOERJA", True, False),
        ("DJOKO", True, False),
        ("NJOMAN", True, False),
        ("HAJATI", False, True),
        ("BUDI", False, False),
        ("J", False, False),
        ("JAYA", False, False),
        ("CHAJRUL", False, True),
    ],
)
def test_what_tells_of_the_old_spelling_is_not_respelled_itself(token: str, marker: bool, respellable: bool) -> None:
    assert (is_old_marker(token), is_respellable(token)) == (marker, respellable)


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        ("BUDI SANTOSO", "HARD HARD"),
        ("RADEN MAS BUDI", "RANK RANK HARD"),
        ("BUDI RADEN MAS", "HARD HARD HARD"),
        ("ANDI RAHMAT", "RANK HARD"),
        ("ANDI", "HARD"),
        ("I WAYAN SUDANA", "SEX_MARK BIRTH_ORDER HARD"),
        ("NI LUH PUTU SARI", "SEX_MARK BIRTH_ORDER BIRTH_ORDER HARD"),
        ("NI MADE", "SEX_MARK HARD"),
        ("IDA BAGUS OKA", "RANK RANK HARD"),
        ("I GUSTI AYU RAI", "SEX_MARK RANK RANK HARD"),
        ("DEWI AYU", "HARD HARD"),
        ("BUDI HARAHAP", "HARD CLAN"),
        ("HARAHAP BUDI", "HARD HARD"),
        ("HARAHAP", "HARD"),
        ("SINTA BORU SITORUS", "HARD CLAN CLAN"),
        ("TAN MEI LING", "CLAN HARD HARD"),
        ("TAN MEI", "HARD HARD"),
        ("HIDAYAT GELAR SUTAN MARAJO", "HARD ADULT_TITLE ADULT_TITLE ADULT_TITLE"),
        ("ZAINAL SUTAN MARAJO", "HARD ADULT_TITLE ADULT_TITLE"),
        ("SUTAN ZAINAL", "ADULT_TITLE HARD"),
        ("KOKOM KOMARIAH", "NICKNAME HARD"),
        ("MAMAN SURAHMAN", "NICKNAME HARD"),
        ("KOKOM SITI", "HARD HARD"),
        ("KOKOM", "HARD"),
        ("ABDULLAH HAMID DAENG NGOYO", "HARD HARD RANK RANK"),
        ("", ""),
    ],
)
def test_why_each_token_may_be_missing(name: str, kinds: str) -> None:
    found = soft_kinds(name.split())
    assert found == tuple(getattr(softness, kind) for kind in kinds.split())
    assert soft_flags(name.split()) == tuple(kind != HARD for kind in found)


TOKENS = [
    *(
        "BUDI",
        "SITI",
        "RADEN",
        "MAS",
        "AYU",
        "IDA",
        "BAGUS",
        "I",
        "NI",
        "WAYAN",
        "MADE",
        "GUSTI",
        "DEWA",
        "ANDI",
        "DAENG",
    ),
    *("HARAHAP", "BORU", "TAN", "GELAR", "SUTAN", "KOKOM", "KOMARIAH", "T", "R", "BR", "SI", "ANAK", "AGUNG", "王"),
]
NAMES = st.lists(st.sampled_from(TOKENS) | st.text("ABIN", min_size=1, max_size=4), max_size=6)


@given(NAMES)
def test_a_name_has_a_kind_for_each_token_and_one_that_may_not_be_missing(tokens: list[str]) -> None:
    kinds = soft_kinds(tokens)
    assert len(kinds) == len(tokens)
    assert HARD in kinds or not tokens
    assert softness.FATHER not in kinds
    if not any(map(may_be_soft, tokens)):
        assert set(kinds) <= {HARD}


@given(st.text("ABDULNRSHIO", max_size=12) | st.text(max_size=8))
def test_any_token_has_a_canonical_form(token: str) -> None:
    parts = canonical_tokens(token)
    assert 1 <= len(parts) <= 2
    assert all(parts) or not token


@given(NAMES)
def test_respelling_twice_changes_nothing_more(tokens: list[str]) -> None:
    once = respell(tokens)
    assert respell(once) == once
    assert [token.replace("J", "Y") for token in once] == [token.replace("J", "Y") for token in tokens]
