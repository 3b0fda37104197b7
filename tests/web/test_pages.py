"""Days, times and numbers as people write them, in both languages and in the zone where the office is."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from linkage.web.pages import day, moment, number
from linkage.words.levels import Language

LATE = datetime(2026, 8, 17, 22, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "zone", "told"),
    [
        ("id", "Asia/Jakarta", "18 Agustus 2026 05.30 WIB"),
        ("id", "Asia/Makassar", "18 Agustus 2026 06.30 WITA"),
        ("id", "Asia/Jayapura", "18 Agustus 2026 07.30 WIT"),
        ("en", "Asia/Jakarta", "18 August 2026 05.30 WIB"),
    ],
)
def test_an_instant_is_told_to_the_minute_with_the_zone(language: Language, zone: str, told: str) -> None:
    assert moment(LATE, language=language, zone=zone) == told


@pytest.mark.parametrize(
    ("value", "language", "told"),
    [
        (date(1989, 10, 2), "id", "2 Oktober 1989"),
        (date(1989, 10, 2), "en", "2 October 1989"),
        (LATE, "id", "18 Agustus 2026"),
        (LATE, "en", "18 August 2026"),
    ],
)
def test_a_day_is_told_with_its_month_in_words(value: date, language: Language, told: str) -> None:
    assert day(value, language=language, zone="Asia/Jakarta") == told


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (0, 0, "0", "0"),
        (1234, 0, "1.234", "1,234"),
        (1_000_000, 0, "1.000.000", "1,000,000"),
        (1234.5, 1, "1.234,5", "1,234.5"),
        (-0.25, 2, "-0,25", "-0.25"),
        (2, 2, "2,00", "2.00"),
    ],
)
def test_a_number_has_the_points_and_commas_of_the_language(
    value: float, decimals: int, indonesian: str, english: str
) -> None:
    assert number(value, language="id", decimals=decimals) == indonesian
    assert number(value, language="en", decimals=decimals) == english
