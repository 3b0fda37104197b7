"""What can be measured on the values of a column without knowing what they mean."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.proposal.columns.attributes import ColumnSample
from linkage.proposal.columns.dates import DateReading, read_dates
from linkage.proposal.columns.value_words import hits
from linkage.proposal.columns.words import unspaced, words_of

Float64 = npt.NDArray[np.float64]

SAMPLE: Final = 800
"""Distinct values that are looked at one by one; the rest is represented by them."""
_MOST_FREQUENT: Final = 200

_PATTERNS: Final = {
    "digits": re.compile(r"\d+"),
    "integer": re.compile(r"[-+]?\d+(?:\.0+)?"),
    "decimal": re.compile(r"[-+]?(?:\d{1,3}(?:[,. ]\d{3})*|\d+)[.,]\d+"),
    "year": re.compile(r"(?:18|19|20)\d\d"),
    "email": re.compile(r".*[^\s@<]+@[^\s@]+\.?[^\s@]+.*"),
    "url": re.compile(r"(?:https?://|www\.|/).*|\d{1,3}(?:\.\d{1,3}){3}"),
    "hash": re.compile(r"[0-9a-fA-F]{32,}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"),
    "phone": re.compile(r"(?=(?:\D*\d){7,15}\D*$)\+?[\d(][\d\s().\-/]*\d(?:\s*(?:x|ext)\.?\s*\d+)?"),
    "phone_sign": re.compile(r"\+\d.*|\(\d{1,5}\).*|00\d{2}.*|0\d{1,4}[\s/-]\d.*|\d{3}[-. ]\d{3}[-. ]\d{4}"),
    "phone_mobile": re.compile(r"1[3-9]\d{9}|[6-9]\d{9}"),
    "phone_zero": re.compile(r"0[1-9]\d{7,11}"),
    "postcode_mixed": re.compile(
        r"[A-Za-z]{1,2}\d[A-Za-z\d]?\s*\d[A-Za-z]{2}|[A-Za-z]\d[A-Za-z]\s*\d[A-Za-z]\d|\d{4}\s?[A-Za-z]{2}"
        r"|\d{2}-\d{3}|\d{5}-\d{3,4}|\d{3}-\d{4}|〒.*|\d{3}\s\d{2}|[A-Z]{1,2}-\d{4,5}"
    ),
    "postcode_digits": re.compile(r"\d{4,6}"),
    "personal_number": re.compile(
        r"\d{3}-\d{2}-\d{4}|\d{3}\.\d{3}\.\d{3}-\d{2}|\d{6}[-+/]\d{3,4}[A-Za-z]?|\d{6}[-+A]\d{3}[\dA-Z]|\d{6}-\d{7}"
        r"|\d{5}-\d{7}-\d|(?:\d{4}[ -]){2,3}\d{4}|\d{1,2}\.\d{3}\.\d{3}-?[\dkK]?|\d{3}-\d{3}-\d{3} \d{2}|\d{8}[A-Z]"
        r"|[A-Z]{4}\d{6}[A-Z]{6,7}\d{1,2}|[A-Z]{6}\d{2}[A-Z]\d{2}[A-Z]\d{3}[A-Z]|\d{17}[\dXx]"
    ),
    "house": re.compile(r"\d{1,5}\s?[A-Za-z]?|\d{1,5}\s?[-/]\s?\d{1,5}[A-Za-z]?"),
    "comma_name": re.compile(r"[^\W\d]+(?:[ '-][^\W\d]+){0,3},\s*[^\W\d].*"),
    "short_code": re.compile(r"[A-Z]{2,3}"),
    "initial": re.compile(r"[^\W\d_]\.?"),
}  # fmt: skip
_NAME_LIKE: Final = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f\u0900-\u0e7f'’`´.,\-‐ ()\u200c\u200d]){1,60}")
_RUNS: Final = re.compile(r"\d|[^\W\d_]")


@dataclass(frozen=True)
class Measures:
    """Measures of one column; shares are of its filled rows, 0 to 1.

    ``shares``: of values that have a pattern, by its name. ``words``: mean share of a value's words that stand in a
    list (``words_any``: share of values with such a word). ``numbers``: 5th, 50th, 95th percentile and maximum of whole
    numbers. ``vocabulary``: words and the rows they occur in. ``unique``: no value occurs twice and every row has one.
    ``counting``: the numbers in the values leave few gaps. ``shape``: share of the commonest arrangement of letters and
    digits, and its length. ``lengths``: share of the commonest length, and
    that length. ``leading_zero``: of values that begin with 0. ``top``: the two most frequent values, folded;
    ``balance``: share of the second.
    """

    rows: int
    filled: float
    distinct: int
    distinct_share: float
    most_common: float
    mean_length: float
    mean_words: float
    shares: Mapping[str, float]
    words: Mapping[str, float]
    words_any: Mapping[str, float]
    numbers: tuple[float, float, float, float]
    leading_zero: float
    shape_share: float
    shape_length: int
    shape_mixed: bool
    lengths: tuple[float, int]
    unique: bool
    counting: bool
    dates: DateReading
    vocabulary: Mapping[str, float]
    balance: float
    top: tuple[str, ...]

    @cached_property
    def filled_rows(self) -> float:
        """Rows that have a value."""
        return self.rows * self.filled


def measure(column: ColumnSample) -> Measures:
    """Measure a column: counts over all its values, shapes and words on a sample of the distinct ones."""
    counts = np.asarray(column.counts, np.int64)
    present = int(counts.sum())
    values, weights = _sample(column.values, counts)
    total = float(weights.sum()) or 1.0
    words = [words_of(value) for value in values]
    shapes = Counter[str]()
    for value, weight in zip(values, weights.tolist(), strict=True):
        shapes[_RUNS.sub(_shape_of, value[:40])] += weight
    shape, heaviest = shapes.most_common(1)[0] if shapes else ("", 0.0)
    shares = _pattern_shares(values, weights / total)
    unique = len(counts) == column.rows > 0 and present == column.rows
    word_means, word_any, vocabulary = _word_shares(words, weights / total)
    order = np.argsort(-counts, kind="stable")[:2]
    return Measures(
        rows=column.rows,
        filled=present / column.rows if column.rows else 0.0,
        distinct=len(counts),
        distinct_share=len(counts) / present if present else 0.0,
        most_common=float(counts.max()) / present if present else 0.0,
        mean_length=float(np.dot([len(value) for value in values], weights) / total) if values else 0.0,
        mean_words=float(np.dot([len(value.split()) for value in values], weights) / total) if values else 0.0,
        shares=shares,
        words=word_means,
        words_any=word_any,
        numbers=_numbers(values, weights),
        leading_zero=float(sum(w for v, w in zip(values, weights.tolist(), strict=True) if v[:1] == "0") / total),
        shape_share=heaviest / total,
        shape_length=len(shape),
        shape_mixed="a" in shape and "9" in shape,
        lengths=_lengths(values, weights / total),
        unique=unique,
        counting=unique and _counting(column.values),
        dates=read_dates(values, weights),
        vocabulary=vocabulary,
        balance=float(counts[order].min()) / present if len(order) == 2 else 0.0,
        top=tuple(_most_frequent(column.values, order)),
    )


def _most_frequent(values: pa.StringArray, order: npt.NDArray[np.int64]) -> list[str]:
    """Return the folded text of the most frequent values."""
    return [" ".join(words_of(values[int(place)].as_py())) for place in order]


def _sample(values: pa.StringArray, counts: npt.NDArray[np.int64]) -> tuple[list[str], Float64]:
    """Return the most frequent values and evenly spaced others, with the rows each stands for."""
    if len(counts) <= SAMPLE:
        return values.to_pylist(), counts.astype(np.float64)
    least = np.partition(counts, len(counts) - _MOST_FREQUENT)[len(counts) - _MOST_FREQUENT]
    often = np.flatnonzero(counts > least)
    rest = np.flatnonzero(counts <= least)
    spaced = rest[np.linspace(0, len(rest) - 1, SAMPLE - len(often)).astype(np.int64)]
    scale = float(counts[rest].sum()) / float(counts[spaced].sum())
    chosen = np.concatenate([often, spaced])
    weights = np.concatenate([counts[often].astype(np.float64), counts[spaced] * scale])
    return values.take(pa.array(chosen)).to_pylist(), weights


def _shape_of(match: re.Match[str]) -> str:
    return "9" if match[0].isdigit() else "a"


def _pattern_shares(values: list[str], weights: Float64) -> dict[str, float]:
    shares = {
        name: float(weights[[pattern.fullmatch(value) is not None for value in values]].sum()) if values else 0.0
        for name, pattern in _PATTERNS.items()
    }
    digit = [any(letter.isdigit() for letter in value) for value in values]
    alpha = [any(letter.isalpha() for letter in value) for value in values]
    named = [_NAME_LIKE.fullmatch(value) is not None and has for value, has in zip(values, alpha, strict=True)]
    for name, mask in (("has_digit", digit), ("has_letter", alpha), ("name_like", named)):
        shares[name] = float(weights[mask].sum()) if values else 0.0
    both = [first and second for first, second in zip(digit, alpha, strict=True)]
    far = [one and unspaced(value) for one, value in zip(both, values, strict=True)]
    shares["unspaced_mixed"] = float(weights[far].sum()) if values else 0.0
    shares["mixed"] = float(weights[both].sum()) if values else 0.0
    return shares


def _word_shares(
    words: list[tuple[str, ...]], weights: Float64
) -> tuple[dict[str, float], dict[str, float], dict[str, float]]:
    mean: Counter[str] = Counter()
    some: Counter[str] = Counter()
    vocabulary: Counter[str] = Counter()
    for value, weight in zip(words, weights.tolist(), strict=True):
        for name, share in hits(value).items():
            if share:
                mean[name] += weight * share
                some[name] += weight
        for word in value[:8]:
            vocabulary[word] += weight
    return dict(mean), dict(some), dict(vocabulary)


def _numbers(values: list[str], weights: Float64) -> tuple[float, float, float, float]:
    whole = [(float(value), weight) for value, weight in zip(values, weights.tolist(), strict=True)
             if len(value) <= 15 and _PATTERNS["integer"].fullmatch(value)]  # fmt: skip
    if not whole:
        return 0.0, 0.0, 0.0, 0.0
    whole.sort()
    numbers = np.array([number for number, _ in whole])
    below = np.cumsum([weight for _, weight in whole])
    low, middle, high = (
        float(numbers[min(int(np.searchsorted(below, part * below[-1])), len(numbers) - 1)])
        for part in (0.05, 0.5, 0.95)
    )
    return low, middle, high, float(numbers[-1])


def _lengths(values: list[str], weights: Float64) -> tuple[float, int]:
    """Return the share and the value of the commonest length."""
    if not values:
        return 0.0, 0
    lengths = Counter[int]()
    for value, weight in zip(values, weights.tolist(), strict=True):
        lengths[len(value)] += weight
    length, share = lengths.most_common(1)[0]
    return share, length


def _counting(values: pa.StringArray) -> bool:
    """Tell whether the numbers in unique values run on with few gaps, as those of rows do."""
    digits = pc.struct_field(pc.extract_regex(values, r"(?P<number>\d{1,15})\D*$"), "number").drop_null()
    if len(digits) < 0.98 * len(values):
        return False
    numbers = np.unique(digits.cast(pa.int64()).to_numpy(zero_copy_only=False))
    span = int(numbers[-1]) - int(numbers[0]) + 1
    # Few numbers lie close together by chance.
    gaps = 3.0 if len(numbers) >= 100 else 1.3
    return bool(len(numbers) * gaps >= span)
