"""Whether a token looks like a name, by its runs of three letters."""

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.standardise.names.known import known_names
from linkage.standardise.names.plausible import LEAST_NAMES, odd_runs
from linkage.standardise.names.tables import name_tables
from tests.standardise.names.test_judgement import slipped


@cache
def names() -> list[str]:
    tables = name_tables()
    return [f"^{name}$" for name in {*known_names(), *tables.family, *tables.family.values(), *tables.clans}]


@settings(max_examples=25)
@given(slipped() | st.text("AINRSTKQX", max_size=9))
def test_a_run_is_odd_that_hardly_any_known_name_has(token: str) -> None:
    edged = f"^{token}$"
    runs = [edged[place : place + 3] for place in range(len(token))]
    assert odd_runs(token) == sum(sum(run in name for name in names()) < LEAST_NAMES for run in runs)


@pytest.mark.parametrize("token", ["BUDI", "SANTOSO", "SUPARNO", "SITI", "MUHAMMAD", "HIDAYAT", "RAHMAN", "WATI", ""])
def test_a_common_name_has_no_odd_run(token: str) -> None:
    assert odd_runs(token) == 0


@pytest.mark.parametrize("token", ["XQZKW", "QQQQ", "王小明", "1234"])
def test_letters_that_no_name_has_are_odd_throughout(token: str) -> None:
    assert odd_runs(token) == len(token)


@pytest.mark.parametrize("token", ["SUPARNP", "SANTOSQ", "HNDAYANI", "BAMBANGX", "MUHAMMDAX"])
def test_a_slip_of_the_keyboard_shows_in_the_letters(token: str) -> None:
    assert 1 <= odd_runs(token) < len(token)


@given(st.text(max_size=20))
def test_no_text_has_more_odd_runs_than_letters(text: str) -> None:
    assert 0 <= odd_runs(text) <= len(text)
