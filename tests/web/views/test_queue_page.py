"""The list of the queue: its address, its filters and how many there are of each."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest

from linkage.accounts.preferences import Preferences
from linkage.review import cases
from linkage.review.cases import CaseSummary, Count, State
from linkage.review.people import Scope
from linkage.review.work import AGES, AgeCount
from linkage.web.views.queue_page import KINDS, PAGE, Band, Chosen, after_cursor, cursor, queue_page
from tests.oracles.queue_cases import NOON, later

COUNTS = (
    Count("DUPLICATE", State.BARU, "3273", False, 5),
    Count("DUPLICATE", State.BARU, "3273", True, 2),
    Count("DUPLICATE", State.DIUSULKAN, "3204", False, 3),
    Count("OPEN_MOVE", State.BARU, "32", False, 4),
    Count("OPEN_MOVE", State.BARU, "3374", False, 6),
    Count("DUPLICATE", State.TERKONFIRMASI, "3273", False, 7),
)
AGE_COUNTS = (AgeCount(0, 7, 9), AgeCount(7, 30, 0), AgeCount(30, 90, 1), AgeCount(90, None, 2))


def summary(number, **changed):
    line = CaseSummary(
        *(number, f"c{number}", "DUPLICATE", "3273", "3273", 0.5, State.BARU, 1, (), 2),
        *(None, None, None, None, NOON, later(number), False),
    )
    return replace(line, **changed)


def shown(chosen=None, found=(), scope="", preferences=None, now=NOON):
    return queue_page(
        chosen or Chosen(),
        found,
        counts=COUNTS,
        ages=AGE_COUNTS,
        counted_at=NOON,
        scope=Scope(scope),
        reader="ani",
        preferences=preferences or Preferences(),
        now=now,
    )


def told(facets):
    return {facet.code: facet.cases for facet in facets}


def test_the_page_knows_every_kind_of_case_and_every_band_of_age():
    assert set(KINDS) == {*cases.KINDS, cases.REVERT}
    assert get_args(Band) == tuple(map(str, (0, *AGES)))


@pytest.mark.parametrize(
    ("chosen", "path"),
    [
        (Chosen(), "/antrean"),
        (Chosen(state=State.DIUSULKAN, kind="OPEN_MOVE"), "/antrean?status=DIUSULKAN&jenis=OPEN_MOVE"),
        (Chosen(within="32", ready=False), "/antrean?wilayah=32&giliran=menunggu"),
        (Chosen(ready=True, band="30", mine=True), "/antrean?giliran=siap&umur=30&saya=1"),
        (Chosen(after=(NOON, 7)), "/antrean?sesudah=20261121T120000000000-7"),
    ],
)
def test_a_list_stands_in_its_address(chosen, path):
    assert chosen.path == path


def test_the_end_of_a_page_survives_its_address_to_the_microsecond():
    turn = NOON + timedelta(microseconds=1)
    assert after_cursor(cursor(turn, 12)) == (turn, 12)
    with pytest.raises(ValueError, match="does not match"):
        after_cursor("20261399T120000000000-7")


def test_values_of_a_filter_are_counted_with_the_other_filters_as_they_are_chosen():
    page = shown()
    assert told(page.kinds) == {"OPEN_MOVE": 10, "DUPLICATE": 10}
    assert told(page.states) == {"BARU": 17, "DIUSULKAN": 3, "TERKONFIRMASI": 7}
    assert (page.total, told(page.regions)) == (20, {"32": 14, "33": 6})
    west = shown(Chosen(within="32", kind="DUPLICATE"))
    assert told(west.kinds) == {"OPEN_MOVE": 4, "DUPLICATE": 10}
    assert told(west.regions) == {"32": 10, "3204": 3, "3273": 7}
    assert west.total == 10
    assert told(shown(Chosen(ready=False)).kinds) == {"DUPLICATE": 2}


def test_the_value_that_is_chosen_leads_back_to_the_list_without_it():
    page = shown(Chosen(kind="OPEN_MOVE", within="33"))
    (kind,) = [facet for facet in page.kinds if facet.on]
    assert (kind.code, kind.path) == ("OPEN_MOVE", "/antrean?wilayah=33")
    (region,) = [facet for facet in page.regions if facet.on]
    assert (region.code, region.path) == ("33", "/antrean?jenis=OPEN_MOVE")


@pytest.mark.parametrize(("scope", "regions"), [("", {"32", "33"}), ("32", {"3204", "3273"}), ("3273", set())])
def test_regions_are_those_of_the_tier_below_ones_own(scope, regions):
    assert set(told(shown(scope=scope).regions)) == regions


def test_bands_of_age_are_counted_only_where_nothing_else_is_filtered():
    assert [(facet.days, facet.cases) for facet in shown().ages] == [(0, 9), (30, 1), (90, 2)]
    assert {facet.cases for facet in shown(Chosen(kind="DUPLICATE")).ages} == {None}
    banded = shown(Chosen(band="30"))
    assert [facet.cases for facet in banded.ages if facet.on] == [1]
    assert banded.total is None


def test_a_full_page_leads_on_behind_its_last_line_and_the_last_page_nowhere():
    cases_found = [summary(number) for number in range(1, PAGE + 2)]
    page = shown(Chosen(kind="DUPLICATE", after=(NOON, 0)), cases_found)
    assert len(page.lines) == PAGE
    assert page.onward == Chosen(kind="DUPLICATE", after=(later(PAGE), PAGE)).path
    assert page.first == "/antrean?jenis=DUPLICATE"
    assert shown(found=cases_found[:PAGE]).onward == ""


def test_a_line_tells_age_and_due_day_by_the_calendar_of_the_reader_and_only_a_live_lease():
    evening = NOON.replace(hour=16, minute=30)  # half past eleven in the evening in Jakarta, after midnight in Jayapura
    cases_found = [
        summary(1, opened_at=NOON - timedelta(days=1), due_at=evening + timedelta(hours=1)),
        summary(2, opened_at=NOON, held_by="ani", held_until=later(300)),
        summary(3, opened_at=NOON - timedelta(days=20), held_by="budi", held_until=later(1), due_at=NOON),
    ]
    one, two, three = shown(found=cases_found, now=evening).lines
    assert (one.age, one.due_in, one.holder) == ("1 hari", 1, None)
    assert (two.age, two.holder, two.own, two.held_clock) == ("", "ani", True, "00.00")
    assert (three.age, three.due_in, three.holder, three.own) == ("3 minggu", 0, None, False)
    east = Preferences(time_zone="Asia/Jayapura", language="en")
    assert [line.due_in for line in shown(found=cases_found, preferences=east, now=evening).lines] == [0, None, -1]
    assert shown(found=cases_found, preferences=east, now=evening).lines[0].age == "2 days"
