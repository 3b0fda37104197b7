"""Weights of what is written with digits: phones, identifiers, amounts, house numbers, postcodes, numbers of rows."""

from __future__ import annotations

from linkage.proposal.columns.measures import Measures
from linkage.proposal.columns.ramp import ramp


def contacts(m: Measures) -> dict[str, float]:
    """Return the weights of an e-mail address and a phone number."""
    shares = m.shares
    email, phone = shares["email"], shares["phone"]
    dialled = ramp(shares["phone_sign"] + shares["phone_zero"], 0.2, 0.6)
    ten = m.lengths[1] in (10, 11) and shares["digits"] > 0.8
    mobile = ramp(shares["phone_mobile"], 0.8, 0.95)
    called = 2.5 * mobile + 2.0 * ramp(phone, 0.3, 0.8) + 4.0 * dialled + 1.2 * ten - 6.0 * (phone < 0.3)
    called -= 4.0 * shares["personal_number"] + 3.0 * ramp(shares["decimal"], 0.2, 0.7)
    called -= 2.0 * ramp(0.3 - m.distinct_share, 0.0, 0.3)
    return {"email": 9.0 * ramp(email, 0.1, 0.7) - 6.0 * (email < 0.1), "phone": called}


def identifiers(m: Measures) -> dict[str, float]:
    """Return the weight of a number of a person: one arrangement of signs, seldom repeated, not counting on."""
    shares = m.shares
    coded = ramp(m.shape_share, 0.3, 0.8) * (shares["has_digit"] > 0.7) * (m.shape_length >= 5)
    weight = coded * (3.0 + (m.shape_length >= 8) + (m.shape_mixed and m.mean_words < 1.3))
    weight += 4.0 * ramp(shares["personal_number"], 0.3, 0.8)
    weight -= 4.0 * ramp(0.35 - m.distinct_share, 0.0, 0.3) + 3.0 * (shares["has_digit"] < 0.4) + 3.5 * m.counting
    weight -= 2.0 * ramp(shares["phone_sign"], 0.3, 0.8) + 3.0 * ramp(shares["decimal"], 0.2, 0.7)
    weight -= 2.0 * ramp(m.mean_words, 2, 3) * (shares["mixed"] > 0.5) + 4.0 * shares["unspaced_mixed"]
    return {"identifier": weight}


def amounts(m: Measures) -> dict[str, float]:
    """Return the weight of an amount: decimals, or whole numbers of many lengths."""
    integers, decimals = m.shares["integer"], m.shares["decimal"]
    low, _, high, _ = m.numbers
    uneven = ramp(0.95 - m.lengths[0], 0.0, 0.5) * (m.distinct > 12)
    wide = integers > 0.8 and low >= 0 and high > 10 * max(low, 1.0) and m.distinct_share > 0.2
    weight = 4.5 * ramp(decimals, 0.3, 0.9) + 2.5 * ramp(integers, 0.7, 1.0) * uneven + 1.5 * uneven * wide
    weight += 0.5 * ramp(integers, 0.7, 1) - 6.0 * (integers + decimals < 0.5)
    if decimals < 0.5:
        weight -= 2.0 * (m.lengths[0] > 0.95) + 2.0 * ramp(m.leading_zero, 0.05, 0.3)
    return {"number": weight}


def house_numbers(m: Measures) -> dict[str, float]:
    """Return the weight of a house number: mostly small, some large, a letter here and there."""
    house, mixed = m.shares["house"], m.shares["mixed"]
    low, middle, high, _ = m.numbers
    tail = house > 0.8 and high > 121 and low < 60 and middle < 0.6 * high and m.lengths[0] < 0.95
    weight = (
        2.0 * ramp(house, 0.6, 0.9) + 2.0 * tail + 2.0 * ramp(mixed, 0.02, 0.1) * (house > 0.7) - 5.0 * (house < 0.5)
    )
    weight -= 3.0 * (m.lengths[0] > 0.9 and m.lengths[1] >= 4) + 1.0 * (high <= 121 and mixed < 0.02)
    weight -= 1.0 * ramp(middle, 3000, 9000) + 1.0 * (m.distinct < 8) + 1.0 * ramp(m.distinct_share, 0.7, 0.95)
    return {"house_number": weight}


def postcodes(m: Measures) -> dict[str, float]:
    """Return the weight of a postcode: the shape of a country's, or four to six digits that repeat."""
    mixed, digits = m.shares["postcode_mixed"], m.shares["postcode_digits"]
    length, size = m.lengths
    plain = ramp(digits, 0.6, 0.9) * ramp(length, 0.6, 0.9) * (size in (4, 5, 6))
    repeated = 1.5 * ramp(0.8 - m.distinct_share, 0.0, 0.4) * ramp(m.distinct, 8, 20)
    five = 1.0 * (size == 5)
    weight = 5.5 * ramp(mixed, 0.4, 0.8) + plain * (2.5 + repeated + five) - 5.0 * (max(mixed, digits) < 0.4)
    weight -= 4.0 * ramp(m.shares["year"], 0.7, 0.95) + 3.0 * m.counting + 2.0 * (m.distinct < 4)
    return {"postcode": weight}


def rows(m: Measures) -> dict[str, float]:
    """Return the weights of a row's own id, of a column that says nothing, and of the office that sent the row."""
    shares = m.shares
    hashed = ramp(shares["hash"], 0.5, 0.9)
    letters = ramp(shares["name_like"], 0.3, 0.8)
    dull = (m.shape_share > 0.3 or m.mean_words < 1.2) and not letters
    record = -8.0
    if m.unique:
        record = 1.0 + 1.5 * dull + 5.0 * m.counting + 4.0 * hashed - 5.0 * letters - 5.0 * shares["email"]
        record -= 4.0 * ramp(shares["decimal"], 0.3, 0.8) + 4.0 * ramp(shares["phone_sign"], 0.3, 0.8)
    constant = m.distinct == 1
    noise = 5.0 * (constant and m.filled > 0.3) + 5.0 * ramp(shares["url"], 0.5, 0.9) + 2.0 * hashed
    return {
        "record_id": record,
        "noise": noise - 1.0 * (not constant),
        "source": -2.0 * ramp(m.distinct, 50, 500),
    }
