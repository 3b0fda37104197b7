"""Birth dates go wrong as they do on paper, and stay dates that can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.synthetic.errors import date_errors
from linkage.synthetic.fixed_text import iso_dates

Int64 = npt.NDArray[np.int64]
Change = Callable[[Int64, np.random.Generator], Int64]

CUT_OFF = 20_634
CHANGES: dict[str, Change] = {
    "swap": lambda birth, rng: date_errors.swap_day_month(birth, CUT_OFF),
    "default": lambda birth, rng: date_errors.default_date(birth, CUT_OFF, rng),
    "digit": lambda birth, rng: date_errors.change_digit(birth, CUT_OFF, rng),
    "slip": lambda birth, rng: date_errors.slip_year(birth, CUT_OFF, rng),
    "contradict": lambda birth, rng: date_errors.contradict(birth, CUT_OFF, rng),
}


def _day(text: str) -> int:
    return int(np.datetime64(text).astype(np.int64))


def _births(count: int = 4_000) -> tuple[Int64, list[str]]:
    birth = np.random.default_rng(4).integers(-15_000, CUT_OFF, count)
    return birth, iso_dates(birth).to_pylist()


def _after(change: str, birth: Int64, seed: int = 5) -> list[str]:
    return iso_dates(CHANGES[change](birth, np.random.default_rng(seed))).to_pylist()  # type: ignore[no-any-return]


def _of(change: str, text: str) -> set[str]:
    return set(_after(change, np.full(3_000, _day(text))))


@pytest.mark.parametrize("change", CHANGES)
@given(days=st.lists(st.integers(-25_000, CUT_OFF), min_size=1, max_size=20), seed=st.integers(0, 9))
def test_a_wrong_date_is_not_after_the_cut_off(change: str, days: list[int], seed: int) -> None:
    changed = CHANGES[change](np.array(days), np.random.default_rng(seed))
    assert changed.max() <= CUT_OFF
    assert changed.min() >= _day("1900-01-01")


def test_day_and_month_are_swapped_where_that_is_a_date() -> None:
    birth, before = _births()
    for one, other in zip(before, _after("swap", birth), strict=True):
        swapped = f"{one[:4]}-{one[8:]}-{one[5:7]}"
        assert other == (swapped if int(one[8:]) <= 12 and _day(swapped) <= CUT_OFF else one)


def test_one_digit_changes() -> None:
    birth, before = _births()
    after = _after("digit", birth)
    apart = [sum(a != b for a, b in zip(*pair, strict=True)) for pair in zip(before, after, strict=True)]
    assert set(apart) <= {0, 1}
    assert np.mean(apart) > 0.85
    places = {
        place for pair in zip(before, after, strict=True) for place in range(10) if pair[0][place] != pair[1][place]
    }
    assert places >= {2, 3, 6, 8, 9}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("1967-08-17", {"1966", "1968", "1965", "1969", "1957", "1977", "1976"}),
        ("1988-02-10", {"1987", "1989", "1986", "1990", "1978", "1998", "1988"}),
        ("2020-05-01", {"2019", "2021", "2018", "2022", "2010", "2002", "2020"}),
    ],
)
def test_years_slip_by_one_by_ten_or_with_their_digits_exchanged(before: str, after: set[str]) -> None:
    dates = _of("slip", before)
    assert {date[:4] for date in dates} == after
    assert {date[4:] for date in dates} == {before[4:]}


def test_a_day_that_does_not_exist_in_another_year_stays() -> None:
    assert _of("slip", "1992-02-29") == {"1992-02-29"}


@pytest.mark.parametrize(
    ("born", "usual"),
    [
        ("1945-03-20", {"07-01": 0.45, "12-31": 0.40, "01-01": 0.08, "03-15": 0.07}),
        ("1975-03-20", {"07-01": 0.50, "12-31": 0.22, "01-01": 0.10, "03-15": 0.18}),
        ("2005-03-20", {"07-01": 0.35, "12-31": 0.05, "01-01": 0.15, "03-15": 0.45}),
    ],
)
def test_default_dates_go_by_the_birth_year(born: str, usual: dict[str, float]) -> None:
    count = 8_000
    dates = Counter(_after("default", np.full(count, _day(born))))
    assert {date[:4] for date in dates} == {born[:4]}
    assert {date[5:] for date in dates} == set(usual)
    for day, share in usual.items():
        assert dates[f"{born[:4]}-{day}"] / count == pytest.approx(share, abs=0.02)


@pytest.mark.parametrize("born", ["2006-01-02", "2010-03-20", "2025-07-30"])
def test_who_was_born_after_2005_has_a_certificate_and_keeps_the_date(born: str) -> None:
    assert _of("default", born) == {born}


def test_a_contradiction_is_another_year_month_and_day() -> None:
    birth, before = _births()
    after = _after("contradict", birth)
    assert all(a[:4] != b[:4] and a[5:7] != b[5:7] and a[8:] != b[8:] for a, b in zip(before, after, strict=True))
