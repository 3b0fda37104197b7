"""Weights of what is written in words: labels, sexes, names, places, lines of an address, texts."""

from __future__ import annotations

from typing import Final

from linkage.proposal.columns.measures import Measures
from linkage.proposal.columns.ramp import ramp

_NAMES: Final = ("given_name", "surname", "middle_name", "full_name", "parent_name", "other_name")
_SEX_PAIRS: Final = tuple(
    frozenset(pair.split("/"))
    for pair in (
        "m/f", "l/p", "m/k", "h/m", "m/w", "m/v", "e/k", "м/ж", "ч/ж", "m/z", "h/f", "k/p", "male/female", "ช/ญ",
        "男/女", "남/여", "nam/nu", "ذكر/انثي", "पुरुष/महिला", "ke/me",
    )
)  # fmt: skip


def labels(m: Measures) -> dict[str, float]:
    """Return the weights of a sex, of one of few labels, and of a title or suffix."""
    shares = m.shares
    words, sure, affix = m.words.get("sex", 0.0), m.words.get("sex_sure", 0.0), m.words.get("affix", 0.0)
    small = m.distinct <= 12 or m.distinct_share < 0.05
    coded = (
        m.top in (("1", "2"), ("2", "1"), ("0", "1"), ("1", "0"))
        and m.balance > 0.25
        and m.most_common + m.balance > 0.85
    )
    paired = m.balance > 0.15 and frozenset(m.top) in _SEX_PAIRS
    sex = (
        3.0 * ramp(words, 0.5, 0.9) * small
        + 4.0 * ramp(sure, 0.3, 0.7)
        + 4.0 * paired
        + (3.0 + 1.5 * (m.balance > 0.4)) * coded
    )
    per_value = m.filled_rows / m.distinct
    few = 2.5 * ramp(per_value, 4, 15) * (m.distinct <= 40) + 1.5 * (2 <= m.distinct <= 12) * ramp(per_value, 3, 8)
    few += 3.5 * ramp(m.words.get("label", 0.0), 0.3, 0.8) * ramp(200 - m.distinct, 0, 150)
    few -= 4.0 * ramp(m.distinct, 300, 1500) * ramp(m.distinct_share, 0.02, 0.1)
    few -= 2.0 * ramp(m.distinct_share, 0.4, 0.8) + 3.0 * m.dates.share
    few -= 1.5 * ramp(shares["name_like"], 0.5, 1) * (m.distinct > 60)
    return {
        "sex": sex - 6.0 * (words < 0.4 and not coded),
        "category": few,
        "name_affix": 6.0 * ramp(affix, 0.4, 0.8) * (m.distinct <= 60) - 4.0 * (affix < 0.2),
    }


def names(m: Measures) -> dict[str, float]:
    """Return the weights of the names of persons: letters, varied, with common given names and surnames among them."""
    shares, some = m.shares, m.words_any
    letters = ramp(shares["name_like"], 0.4, 0.85)
    if not letters:
        # Digits and dates are no one's name, whatever the header says.
        return dict.fromkeys(_NAMES, -4.0 if shares["has_letter"] > 0.3 else -12.0)
    given, family = some.get("given", 0.0), some.get("family", 0.0)
    several, east = ramp(m.mean_words, 1.35, 1.9), ramp(some.get("east_asian_name", 0.0), 0.3, 0.8)
    initial = ramp(shares["initial"], 0.3, 0.8)
    known_given, known_family = ramp(given, 0.03, 0.3), ramp(family, 0.03, 0.25)
    long = 5.0 * ramp(m.mean_words, 4.5, 8)
    dull = long + 3.0 * (1 - ramp(m.distinct, 8, 25) * ramp(m.distinct_share, 0.005, 0.03))
    foreign = 2.5 * ramp(some.get("organisation", 0.0), 0.1, 0.4) + 1.5 * ramp(some.get("label", 0.0), 0.4, 0.9)
    titled = 1.5 * ramp(some.get("affix", 0.0), 0.02, 0.2) + 2.5 * max(known_given, known_family) + 2.0
    whole = (
        several * titled + 2.0 * ramp(shares["comma_name"], 0.3, 0.8) + 5.0 * east - 2.5 * (1 - several) * (1 - east)
    )
    full = letters * whole - foreign
    initials = 7.0 * initial * (12 <= m.distinct <= 60)
    alone = letters * (1.5 - 2.0 * several) - foreign - 2.5 * east
    given_name = alone + letters * (3.5 * known_given - 1.5 * known_family * (family > given))
    surname = alone + letters * (3.5 * known_family - 1.5 * known_given * (given > family))
    return {
        "full_name": full - dull,
        "given_name": given_name - dull - 2.0 * initial,
        "surname": surname - dull - 2.0 * initial,
        "middle_name": 0.6 * max(given_name, surname) - 1.0 - dull * (1 - initial) + initials,
        "parent_name": max(full, 0.7 * given_name) - 1.5 - dull,
        "other_name": max(surname, given_name, full) - 2.0 - dull,
    }


def places(m: Measures) -> dict[str, float]:
    """Return the weights of a place, a region and a country: letters that repeat, known words, few distinct values."""
    some, letters = m.words_any, ramp(m.shares["name_like"], 0.4, 0.85)
    place, ends = some.get("place", 0.0), some.get("place_ending", 0.0)
    known = 3.0 * ramp(place, 0.05, 0.4) + 2.0 * ramp(ends, 0.08, 0.3)
    repeated = 1.0 * ramp(0.35 - m.distinct_share, 0.0, 0.3) + 0.7 * ramp(m.most_common, 0.03, 0.1)
    region, country = m.words.get("region", 0.0), m.words.get("country", 0.0)
    kind = ramp(some.get("region_kind", 0.0), 0.2, 0.6)
    codes = ramp(m.shares["short_code"], 0.6, 0.95)
    few = ramp(150 - m.distinct, 0, 100) * (m.distinct > 1)
    wordless = 9.0 * (m.shares["has_letter"] < 0.2 and (m.mean_length > 6 or m.dates.share > 0.5))
    streets = ramp(some.get("street", 0.0), 0.15, 0.6)
    return {
        "place": letters * (0.8 + known + repeated) - 3.0 * (letters < 0.3) - 1.5 * streets - 2.5 * kind
        - 2.0 * (m.distinct < 3) - 5.0 * ramp(m.mean_words, 4.5, 8) - wordless,
        "region": few * (4.0 * ramp(region, 0.3, 0.8) + 1.5 * codes * ramp(region, 0.2, 0.6)) + 4.5 * kind
        - 2.0 * (few < 0.3) * (1 - kind) - 2.0 * (region < 0.2) * (1 - kind) - 2.0 * (m.distinct < 2),
        "country": few * (5.0 * ramp(country, 0.4, 0.9) - 2.0 * ramp(region, 0.6, 0.9)) - 3.0 * (country < 0.3),
    }  # fmt: skip


def lines(m: Measures) -> dict[str, float]:
    """Return the weights of a line of an address, a street, a flat or box, and free text."""
    shares, some = m.shares, m.words_any
    numbered = ramp(shares["has_digit"], 0.3, 0.7) * ramp(shares["mixed"], 0.3, 0.7)
    long, street = ramp(m.mean_words, 1.6, 2.4), ramp(some.get("street", 0.0), 0.15, 0.6)
    unit = ramp(some.get("unit", 0.0), 0.3, 0.7) * ramp(shares["has_digit"], 0.3, 0.7)
    address = 3.0 * numbered * (long + street) + 1.0 * long * street - 2.0 * (1 - numbered) - 2.0 * m.dates.share
    address += 5.0 * ramp(shares["unspaced_mixed"], 0.3, 0.8)
    bare = street * (1 - numbered) * (1.5 + 5.0 * ramp(m.mean_words, 1.0, 1.7)) - 2.0 * numbered - 3.0 * (street < 0.1)
    text = 3.0 * ramp(m.mean_words, 4, 8) * (1 - street) + 1.5 * ramp(m.mean_length, 35, 60) - 4.0 * (m.mean_words < 3)
    return {
        "address": address - 3.0 * (m.mean_words < 1.5 and street < 0.5 and shares["unspaced_mixed"] < 0.3),
        "street": bare,
        "unit": 5.0 * unit - 2.5 * (unit < 0.2),
        "text": text,
    }
