"""One text of a date, taken apart into day, month and year as they are written, with what was odd about them."""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from linkage.standardise.dates.calendar import is_date
from linkage.standardise.dates.months import ROMAN_MONTHS, month_words, nearly_month
from linkage.standardise.generic_text import fold_text

EARLIEST_YEAR: Final = 1500
"""Earlier years (0001, 1111) are placeholders."""

SWAPPED_ORDER: Final = "TGL_URUTAN_TERTUKAR"
"""Problem: no date in the order of day and month that was expected, but one in the other (07-25-1980)."""
CENTURY_GUESSED: Final = "TGL_ABAD_DUGAAN"
"""Problem: the year has two digits."""
MONTH_MISSPELT: Final = "TGL_BULAN_SALAH_KETIK"
"""Problem: the month's name has one wrong letter."""
LETTERS_FOR_DIGITS: Final = "TGL_HURUF_UNTUK_ANGKA"
"""Problem: O, I or L stand for 0 and 1, as on a typewriter."""
APPROXIMATE: Final = "TGL_PERKIRAAN"
"""Problem: the text itself says that it is a guess (SEKITAR 1950)."""

_PLACEHOLDERS: Final = frozenset(
    {"TIDAK ADA", "TIDAK DIKETAHUI", "TDK DIKETAHUI", "N/A", "NA", "NAN", "NAT", "NULL", "NONE", "NIHIL"}
)
_ZONE: Final = r"(?:Z|UTC|GMT|WIB|WITA|WIT|[+-]\d{2}:?\d{2})"
_TIME = re.compile(
    r"(?<=\d)(?:T|,?\s+)(?:(?:PUKUL|PKL|JAM)\.?\s*)?\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?\s*(?:[AP]M)?\s*"
    rf"{_ZONE}?$"
)
_ERA = re.compile(r"(?<=\d{4})\s?M$")
_MONTH_LABELS: Final = frozenset({"BULAN", "BLN"})
_SEPARATOR: Final = r"(?:\s*[-/.,_\\ ]\s*)"
_THREE = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{1,2}}){_SEPARATOR}(\d{{4}}|\d{{2}})")
_YEAR_FIRST = re.compile(rf"(\d{{4}}){_SEPARATOR}(\d{{1,2}})(?:{_SEPARATOR}(\d{{1,2}}))?")
_MONTH_YEAR = re.compile(rf"(\d{{1,2}}){_SEPARATOR}(\d{{4}})")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})[-/., ]*([^\W\d_]+)[-/., ]*(\d{4}|\d{2})")
_NAMED = re.compile(r"[^\W_]+(?:[-/.,’ºª:\s]+[^\W_]+)*[-/.,ºª]?")
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_WEEKDAY = re.compile(r"[^\W\d_]+\.?,\s*(?=.*\d)")
_UNKNOWN = re.compile(r"(?<![^\W_])(?:XX|\?{1,2}|\*{1,2})(?=[-/. ])")
_TYPEWRITTEN = re.compile(r"(?=.*\d)[\dOIL]+(?:[-/. ][\dOIL]+){2}")
_LOOKALIKES = str.maketrans("OIL", "011")
_LONGEST: Final = 60
_EAST_ASIAN = str.maketrans({"年": "-", "月": "-", "日": "", "년": "-", "월": "-", "일": ""})
_MARKS = str.maketrans({**dict.fromkeys("‐‑‒–—―−", "-"), **dict.fromkeys("'`´’", ""), "٫": ".", "⁄": "/"})
_EDGES: Final = ' -/.,;:_()[]"“”|'
_SIX = re.compile(r"\d{6}")
_EIGHT = re.compile(r"\d{8}")
_YEAR = re.compile(r"\d{4}")


class DateParts(NamedTuple):
    """Parts as written; month and day 0 where absent. ``readable`` false: the text has no known form."""

    readable: bool
    year: int = 0
    month: int = 0
    day: int = 0
    problems: tuple[str, ...] = ()


_UNREADABLE: Final = DateParts(False)


def clean_date(value: str) -> str:
    """Return a raw text folded, digits of every script as 0 to 9, dashes as hyphens; empty for a placeholder."""
    text = fold_text(value)
    if not text.isascii():
        text = text.translate(_EAST_ASIAN).translate(_MARKS)
        text = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text)
    text = " ".join(text.replace("'", "").replace("`", "").split())
    if text in _PLACEHOLDERS or not text.strip("-0./\\ ?X*_,:;"):
        return ""
    return text


def read_parts(value: str, latest_year: int, order: str = "dmy") -> DateParts:
    """Take a raw text apart, never raising. ``latest_year`` tells the century.

    ``order``: one of :data:`linkage.spec.fields.DATE_ORDERS`. A year of four digits in front is followed by the month
    unless "ydm" is said.
    """
    text = clean_date(value)
    if not text or len(text) > _LONGEST:
        return _UNREADABLE
    text = _ERA.sub("", _TIME.sub("", text).strip(_EDGES))
    parts = _read_numbers(text, latest_year, order)
    if not parts.readable:
        parts = _read_named(text, latest_year, order)
    if not parts.readable:
        parts = _read_numbers(_UNKNOWN.sub("00", text), latest_year, order)
    if not parts.readable and _TYPEWRITTEN.fullmatch(text):
        parts = _with(_read_numbers(text.translate(_LOOKALIKES), latest_year, order), LETTERS_FOR_DIGITS)
    return parts


def _read_numbers(text: str, latest_year: int, order: str) -> DateParts:
    """Read a date written with numbers only."""
    if match := _THREE.fullmatch(text):
        first, second, third = match.groups()
        if order in ("ymd", "ydm") and len(third) == 2:
            month, day = (second, third) if order == "ymd" else (third, second)
            return _from_numbers(first.zfill(2), int(month), int(day), latest_year)
        day, month = (second, first) if order == "mdy" else (first, second)
        return _from_numbers(third, int(month), int(day), latest_year)
    if match := _YEAR_FIRST.fullmatch(text):
        month, day = int(match[2]), int(match[3] or 0)
        if order == "ydm" and match[3]:
            month, day = day, month
        return _from_numbers(match[1], month, day, latest_year)
    if _EIGHT.fullmatch(text):
        return _read_eight(text, latest_year)
    if _SIX.fullmatch(text):
        return _read_six(text, latest_year)
    if _YEAR.fullmatch(text) and EARLIEST_YEAR <= int(text) <= latest_year:
        return DateParts(True, int(text))
    if match := _MONTH_YEAR.fullmatch(text):
        return DateParts(True, int(match[2]), int(match[1]) if int(match[1]) <= 12 else 0)
    return _UNREADABLE


def _from_numbers(year_digits: str, month: int, day: int, latest_year: int) -> DateParts:
    """Settle the century; a month that cannot be one and a day that could are exchanged."""
    parts = _with_century(year_digits, month, day, latest_year)
    if month > 12 >= day > 0:
        other = _with_century(year_digits, day, month, latest_year)
        if is_date(other.year, other.month, other.day):
            return _with(other, SWAPPED_ORDER)
    return parts


def _with_century(year_digits: str, month: int, day: int, latest_year: int) -> DateParts:
    year = int(year_digits)
    if len(year_digits) == 4:
        return DateParts(True, year, month, day)
    century = latest_year // 100 * 100
    year += century if year <= latest_year % 100 else century - 100
    # Of an impossible date not even the year is believed when two of its digits are a guess.
    return DateParts(is_date(year, month, day), year, month, day, (CENTURY_GUESSED,))


def _read_eight(text: str, latest_year: int) -> DateParts:
    """Read yyyymmdd, else ddmmyyyy; no text is a plausible date both ways."""
    year_first = DateParts(True, int(text[:4]), int(text[4:6]), int(text[6:]))
    day_first = DateParts(True, int(text[4:]), int(text[2:4]), int(text[:2]))
    for parts in (year_first, day_first):
        if is_date(*parts[1:4]) and EARLIEST_YEAR <= parts.year <= latest_year:
            return parts
    return year_first


def _read_six(text: str, latest_year: int) -> DateParts:
    """Read ddmmyy, as a NIK has it, or yyyymm; a text that could be both is neither."""
    short = _with_century(text[4:], int(text[2:4]), int(text[:2]), latest_year)
    year, month = int(text[:4]), int(text[4:])
    if 1 <= month <= 12 and EARLIEST_YEAR <= year <= latest_year:
        return _UNREADABLE if short.readable else DateParts(True, year, month)
    return short


def _read_named(text: str, latest_year: int, order: str) -> DateParts:
    """Read a date with a month's name: day month year, month day year, year month day, or month and year."""
    words = month_words()
    # The usual form, done at once; 80-MAR-05 has its year first.
    if (match := _DAY_MONTH_YEAR.fullmatch(text)) and match[2] in words.months and int(match[1]) <= 31:
        return _with_century(match[3], words.months[match[2]], int(match[1]), latest_year)
    text = text.replace("±", " ").strip()
    if not _NAMED.fullmatch(text):
        return _UNREADABLE
    tokens = _TOKEN.findall(text)
    if tokens[0] not in words.months:
        tokens = _TOKEN.findall(_WEEKDAY.sub("", text, count=1))
    problems = () if words.approximate.isdisjoint(tokens) else (APPROXIMATE,)
    told = [token for token in tokens if not any(token in known for known in words[2:])]
    numbers = [token for token in told if token.isdecimal()]
    if len(numbers) == len(told):
        return _with(_read_labelled(numbers, tokens, latest_year, order), *problems)
    place = next(place for place, token in enumerate(told) if not token.isdecimal())
    if len(numbers) != len(told) - 1 or not 1 <= len(numbers) <= 2 or max(map(len, numbers)) > 4:
        return _UNREADABLE
    month, slipped = _month(told[place], first_of_three=place == 0 and len(numbers) == 2)
    if month == 0:
        return _UNREADABLE
    slips = (MONTH_MISSPELT,) if slipped else ()
    return _with(_around_month(numbers, place, month, latest_year), *problems, *slips)


def _read_labelled(numbers: list[str], tokens: list[str], latest_year: int, order: str) -> DateParts:
    """Read numbers between words that say which is which, or nothing: TGL 5 BLN 6 THN 1980, SENIN 5-6-1980."""
    words = month_words()
    if len(numbers) == 3 and words.labels.isdisjoint(tokens):
        return _UNREADABLE
    # TGL 5 THN 1980 names no month.
    if len(numbers) == 2 and _MONTH_LABELS.isdisjoint(tokens) and words.approximate.isdisjoint(tokens):
        return _UNREADABLE
    return _read_numbers("-".join(numbers), latest_year, order)


def _month(word: str, *, first_of_three: bool) -> tuple[int, bool]:
    """Return a word's month, 0 for none, and whether it is misspelt."""
    month = month_words().months.get(word)
    if month is not None:
        return month, False
    # II-08-1945 is the eleventh on a typewriter without a 1, not February.
    if word in ROMAN_MONTHS:
        return (0 if first_of_three else ROMAN_MONTHS[word]), False
    return nearly_month(word)


def _around_month(numbers: list[str], place: int, month: int, latest_year: int) -> DateParts:
    """Read one or two numbers beside a month that stands at ``place`` among them."""
    if len(numbers) == 1:
        return DateParts(True, int(numbers[0]), month) if len(numbers[0]) == 4 and place < 2 else _UNREADABLE
    day, year = numbers
    if place == 1 and (len(day) == 4 or int(day) > 31 >= int(year)):
        day, year = year, day
    if place == 2 or len(day) > 2 or len(year) not in (2, 4):
        return _UNREADABLE
    return _with_century(year, month, int(day), latest_year)


def _with(parts: DateParts, *problems: str) -> DateParts:
    return parts._replace(problems=(*parts.problems, *problems)) if parts.readable else parts
