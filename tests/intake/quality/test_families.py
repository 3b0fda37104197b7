"""Parents, children and siblings of one file: what cannot be, and what two records say of one mother."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Counts = Callable[..., dict[tuple[str, str], int]]

CARD = "3273031607150001"
MOTHER = "3273035003700001"
FATHER = "3273031003680001"


def codes_at(counts: Counts, rows: list[dict[str, str | None]], *codes: str) -> dict[str, int]:
    return {code: number for (_, code), number in counts(rows).items() if code in codes}


@pytest.mark.parametrize(
    ("parent", "child", "found"),
    [
        ("10-03-1970", "10-03-1980", 0),
        ("10-03-1970", "09-03-1980", 1),
        ("10-03-1970", "10-03-1960", 1),
        ("1970", "31-12-1980", 0),
        ("1970", "30-12-1979", 1),
        ("01-07-1970", "02-01-1980", 0),
        ("10-03-1970", "1980", 0),
        ("10-03-1970", "1979", 1),
        ("10-03-1970", "01-07-1980", 0),
        (None, "10-03-1960", 0),
        ("10-03-1970", None, 0),
    ],
)
@pytest.mark.parametrize("by_card", [True, False])
def test_a_parent_is_ten_years_older_than_the_child(
    counts: Counts, parent: str | None, child: str | None, found: int, by_card: bool
) -> None:
    rows: list[dict[str, str | None]] = [{"tanggal_lahir": parent, "nik": MOTHER}, {"tanggal_lahir": child}]
    if by_card:
        rows = [{**row, "no_kk": CARD, "shdk": role} for row, role in zip(rows, ("1", "4"), strict=True)]
    else:
        rows[1]["nik_ibu"] = MOTHER
    assert codes_at(counts, rows, "USIA_ORTU_ANAK").get("USIA_ORTU_ANAK", 0) == found


@pytest.mark.parametrize(
    ("roles", "found"),
    [
        (("1", "4"), 1),
        (("3", "4"), 1),
        (("7", "1"), 1),
        (("1", "6"), 0),
        (("8", "1"), 0),
        (("1", None), 0),
    ],
)
def test_who_is_whose_parent_is_read_from_the_relations_on_the_card(
    counts: Counts, roles: tuple[str, str | None], found: int
) -> None:
    rows = [
        {"no_kk": CARD, "shdk": role, "tanggal_lahir": born}
        for role, born in zip(roles, ("10-03-1990", "11-03-1985"), strict=True)
    ]
    assert codes_at(counts, rows, "USIA_ORTU_ANAK").get("USIA_ORTU_ANAK", 0) == found
    elsewhere = [rows[0], {**rows[1], "no_kk": CARD[:-1] + "2"}]
    assert codes_at(counts, elsewhere, "USIA_ORTU_ANAK") == {}


@pytest.mark.parametrize("spoilt", [{"flag_status": "2"}, {"no_kk": "1" * 16}])
def test_history_and_impossible_cards_are_no_family(counts: Counts, spoilt: dict[str, str]) -> None:
    rows = [
        {"no_kk": CARD, "shdk": "1", "tanggal_lahir": "10-03-1990"},
        {"no_kk": CARD, "shdk": "4", "tanggal_lahir": "11-03-1985"},
    ]
    assert codes_at(counts, rows, "USIA_ORTU_ANAK") == {"USIA_ORTU_ANAK": 1}
    assert codes_at(counts, [rows[0], {**rows[1], **spoilt}], "USIA_ORTU_ANAK") == {}


@pytest.mark.parametrize(
    ("mother", "child", "found"),
    [
        ("10-03-1940", "10-03-2000", 0),
        ("10-03-1940", "11-03-2000", 1),
        ("1940", "31-12-2000", 0),
        ("1940", "01-02-2001", 1),
    ],
)
def test_no_woman_past_sixty_bears(counts: Counts, mother: str, child: str, found: int) -> None:
    rows = [{"tanggal_lahir": mother, "nik": MOTHER}, {"tanggal_lahir": child, "nik_ibu": MOTHER}]
    assert codes_at(counts, rows, "USIA_IBU_ANAK").get("USIA_IBU_ANAK", 0) == found
    as_father = [rows[0], {"tanggal_lahir": child, "nik_ayah": MOTHER}]
    assert codes_at(counts, as_father, "USIA_IBU_ANAK") == {}


@pytest.mark.parametrize(
    ("dates", "found"),
    [
        (("10-03-2010", "10-03-2010"), 0),
        (("10-03-2010", "11-03-2010"), 0),
        (("10-03-2010", "12-03-2010"), 2),
        (("10-03-2010", "26-09-2010"), 2),
        (("10-03-2010", "27-09-2010"), 0),
        (("10-03-2010", "11-03-2010", "26-09-2010"), 3),
        (("10-03-2010", "10-03-2012", "15-08-2010"), 0),
        (("10-03-2010", "2010"), 0),
        (("10-03-2010", "30-04-2010", "10-03-2013"), 2),
    ],
)
@pytest.mark.parametrize("by_card", [True, False])
def test_children_of_one_mother_are_twins_or_more_than_two_hundred_days_apart(
    counts: Counts, dates: tuple[str, ...], found: int, by_card: bool
) -> None:
    family = {"no_kk": CARD, "shdk": "4", "nama_ibu": "SITI AMINAH"} if by_card else {"nik_ibu": MOTHER}
    rows = [{**family, "tanggal_lahir": born} for born in dates]
    assert codes_at(counts, rows, "SAUDARA_BERDEKATAN").get("SAUDARA_BERDEKATAN", 0) == found


def test_children_of_different_mothers_may_be_born_on_any_days(counts: Counts) -> None:
    rows = [
        {"no_kk": CARD, "shdk": "4", "nama_ibu": "SITI AMINAH", "nik_ibu": MOTHER, "tanggal_lahir": "10-03-2010"},
        {"no_kk": CARD, "shdk": "4", "nama_ibu": "SRI", "nik_ibu": MOTHER[:-1] + "2", "tanggal_lahir": "10-04-2010"},
    ]
    assert codes_at(counts, rows, "SAUDARA_BERDEKATAN") == {}


def test_a_mother_of_too_many_is_nobodys_mother(counts: Counts) -> None:
    rows = [{"tanggal_lahir": f"{day:02}-03-2010", "nik_ibu": MOTHER} for day in range(2, 14)] * 2
    rows += [{"tanggal_lahir": "16-07-2005", "nik": MOTHER}]
    assert codes_at(counts, rows[:19] + rows[-1:], "SAUDARA_BERDEKATAN", "USIA_ORTU_ANAK") == {
        "SAUDARA_BERDEKATAN": 19,
        "USIA_ORTU_ANAK": 19,
    }
    assert codes_at(counts, rows, "SAUDARA_BERDEKATAN", "USIA_ORTU_ANAK") == {}


def test_of_a_nik_that_two_rows_have_nobody_is_the_parent(counts: Counts) -> None:
    rows = [{"tanggal_lahir": "16-07-1985", "nik_ibu": MOTHER}, {"tanggal_lahir": "16-07-1984", "nik": MOTHER}]
    assert codes_at(counts, rows, "USIA_ORTU_ANAK") == {"USIA_ORTU_ANAK": 1}
    assert codes_at(counts, [*rows, rows[1]], "USIA_ORTU_ANAK") == {}


@pytest.mark.parametrize(
    ("own", "said", "found"),
    [
        ("SITI AMINAH", "SITI AMINAH", 0),
        ("SITI AMINAH", "AMINAH SITI", 0),
        ("SUPARNO", "SOEPARNO", 0),
        ("SITI AMINAH", "SRI REJEKI", 1),
        ("SITI AMINAH", None, 0),
        ("SITI AMINAH", "BAYI NY SITI", 0),
    ],
)
@pytest.mark.parametrize("parent", ["ibu", "ayah"])
def test_a_parents_own_record_bears_the_name_that_the_child_gives(
    counts: Counts, own: str, said: str | None, found: int, parent: str
) -> None:
    rows = [{"nama": own, "nik": MOTHER}, {f"nama_{parent}": said, f"nik_{parent}": MOTHER}]
    assert counts(rows).get((f"nama_{parent}", "PADAN_PARENT"), 0) == found


@pytest.mark.parametrize(
    ("own", "said", "found"), [(MOTHER, MOTHER, 0), (MOTHER, FATHER, 1), (None, FATHER, 0), (MOTHER, None, 0)]
)
def test_a_parent_named_on_the_card_has_the_nik_that_the_child_gives(
    counts: Counts, own: str | None, said: str | None, found: int
) -> None:
    rows = [
        {"nama": "SITI AMINAH", "nik": own, "no_kk": CARD, "shdk": "3", "nama_ibu": "SRI", "nik_ibu": None},
        {"nama": "ANI", "nik": None, "no_kk": CARD, "shdk": "4", "nama_ibu": "SITI AMINAH", "nik_ibu": said},
    ]
    assert counts(rows).get(("nik_ibu", "PADAN_PARENT"), 0) == found
    stepmother = [rows[0], {**rows[1], "nama_ibu": "SRI REJEKI"}]
    assert ("nik_ibu", "PADAN_PARENT") not in counts(stepmother)


@pytest.mark.parametrize(
    ("field", "sex", "found"), [("nik_ibu", "1", 1), ("nik_ibu", "2", 0), ("nik_ayah", "2", 1), ("nik_ayah", None, 0)]
)
def test_a_mothers_record_is_a_womans_and_a_fathers_a_mans(
    counts: Counts, field: str, sex: str | None, found: int
) -> None:
    rows = [{"nik": MOTHER, "jenis_kelamin": sex}, {field: MOTHER, "jenis_kelamin": "1"}]
    assert counts(rows).get((field, "ORTU_JK"), 0) == found


@pytest.mark.parametrize(
    ("cards", "flags", "found"),
    [
        ((CARD, CARD), ("0", "0"), 0),
        ((CARD, CARD[:-1] + "2"), ("0", "0"), 2),
        ((CARD, CARD[:-1] + "2"), ("0", "2"), 0),
        ((CARD, None), ("0", "0"), 0),
        ((CARD, "1" * 16), ("0", "0"), 0),
    ],
)
def test_a_nik_stands_on_one_active_card(
    counts: Counts, cards: tuple[str | None, ...], flags: tuple[str, ...], found: int
) -> None:
    rows = [{"nik": MOTHER, "no_kk": card, "flag_status": flag} for card, flag in zip(cards, flags, strict=True)]
    rows.append({"nik": FATHER, "no_kk": CARD, "flag_status": "0"})
    assert counts(rows).get(("no_kk", "NIK_DUA_KK"), 0) == found
