"""The order of the queue: whose turn it is, and who has to wait."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.review.cases import REVERT, Pair, Standing
from linkage.review.order import Place, admitted, capacity, doubt_of, place_new, turn_at
from linkage.review.settings import DEFAULTS, QueueSettings
from tests.oracles.queue_cases import NOON, make_pair

SHARES = st.floats(0.0, 1.0)


def days(priority: float, doubt: float, *, kind: str = "DUPLICATE", settings: QueueSettings = DEFAULTS) -> float:
    return (turn_at(NOON, kind=kind, priority=priority, doubt=doubt, settings=settings) - NOON) / timedelta(days=1)


def pair(probability: float, standing: Standing = Standing.PROPOSED) -> Pair:
    return Pair(**vars(make_pair("a", "b", probability=probability)), standing=standing)


@pytest.mark.parametrize(
    ("priority", "doubt", "patience"),
    [(0.0, 1.0, 180.0), (1.0, 1.0, 1.0), (1.0, 0.0, 13.4164), (0.5, 1.0, 13.4164), (0.6, 0.0, 37.9045)],
)
def test_patience_falls_by_the_same_factor_for_each_step_of_urgency(priority, doubt, patience):
    assert days(priority, doubt) == pytest.approx(patience, abs=1e-4)


def test_a_request_to_undo_a_decision_has_the_full_urgency():
    assert days(0.1, 0.0, kind=REVERT) == DEFAULTS.urgent_days


@given(SHARES, SHARES, SHARES, SHARES)
def test_more_harm_and_more_doubt_never_come_later(harm, more_harm, doubt, more_doubt):
    harm, more_harm = sorted((harm, more_harm))
    doubt, more_doubt = sorted((doubt, more_doubt))
    assert days(more_harm, more_doubt) <= days(harm, doubt)


@given(SHARES, SHARES, st.floats(0.01, 400.0), st.floats(0.01, 400.0))
def test_no_case_is_more_urgent_or_more_patient_than_the_settings_say(priority, doubt, one, other):
    shortest, longest = sorted((one, other))
    settings = replace(DEFAULTS, urgent_days=shortest, patient_days=longest)
    turn = turn_at(NOON, kind="DUPLICATE", priority=priority, doubt=doubt, settings=settings) - NOON
    assert timedelta(days=shortest) <= turn <= timedelta(days=longest)


CASES = st.lists(st.tuples(st.integers(0, 400), SHARES, SHARES), min_size=1, max_size=30)
"""(day opened, priority, doubt)."""


@given(CASES, st.integers(0, 3))
def test_a_case_is_overtaken_only_by_cases_opened_before_its_turn(cases, a_day):
    """Claims go on day by day; nothing that arrives after the bound comes first, and the bound counts the claims."""
    settings = replace(DEFAULTS, urgent_days=1.0, patient_days=60.0)
    opened = [NOON + timedelta(days=day) for day, _, _ in cases]
    turns = [
        turn_at(at, kind="DUPLICATE", priority=priority, doubt=doubt, settings=settings)
        for at, (_, priority, doubt) in zip(opened, cases, strict=True)
    ]
    claimed: list[int] = []
    for day in range(401 + len(cases)):
        here = [case for case in range(len(cases)) if cases[case][0] <= day and case not in claimed]
        claimed += sorted(here, key=lambda case: (turns[case], case))[: a_day + 1]
    assert sorted(claimed) == list(range(len(cases)))
    for place, case in enumerate(claimed):
        bound = opened[case] + timedelta(days=settings.patient_days - settings.urgent_days)
        assert all(opened[before] <= bound for before in claimed[:place])
        assert place <= sum(at <= bound for at in opened)


@pytest.mark.parametrize(
    ("pairs", "doubt"),
    [
        ([], 1.0),
        ([pair(0.5)], 1.0),
        ([pair(1.0)], 0.0),
        ([pair(0.0)], 0.0),
        ([pair(0.99), pair(0.9)], 0.4690),
        ([pair(0.5, Standing.DIFFERENT), pair(0.9)], 0.4690),
        ([pair(0.5, Standing.DIFFERENT)], 0.0),
        ([make_pair("a", "b", probability=0.11)], 0.4999),
    ],
)
def test_doubt_is_the_entropy_of_the_most_doubtful_pair_that_is_to_be_decided(pairs, doubt):
    assert doubt_of(pairs) == pytest.approx(doubt, abs=1e-4)


@pytest.mark.parametrize(("hours", "cases"), [(None, None), (0.0, 0), (0.001, 1), (7.0, 900), (70.0, 9000)])
def test_an_office_is_bound_to_what_its_hours_can_do_within_the_horizon(hours, cases):
    assert capacity(hours, DEFAULTS) == cases


LINES = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["3273", "3204", "32"])), max_size=12)


def places_of(line: list[tuple[int, str]]) -> list[Place]:
    return [Place(NOON + timedelta(days=day), number, office) for number, (day, office) in enumerate(line)]


@given(LINES, st.none() | st.integers(0, 15))
def test_places_go_to_the_earliest_turns(line, room):
    places = places_of(line)
    let_in = admitted(places, room)
    assert len(let_in) == (len(line) if room is None else min(room, len(line)))
    first = {place.id: place for place in places}
    assert all(first[one] < other for one in let_in for other in places if other.id not in let_in)


@given(LINES, st.dictionaries(st.sampled_from(["3273", "3204"]), st.none() | st.integers(0, 4)))
def test_only_new_cases_beyond_their_own_office_s_room_have_to_wait(line, rooms):
    places = places_of(line)
    waiting = place_new(rooms, places)
    for office in ("3273", "3204", "32"):
        own = [place for place in places if place.office == office]
        let_in = {place.id for place in own} - waiting
        assert let_in == set(admitted(own, rooms.get(office)))


def test_the_guide_s_example_is_what_the_code_says():
    page = (Path(__file__).parents[2] / "docs/guide/queue-order.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+ \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \| ([0-9.]+) \|$", page, re.MULTILINE)
    assert len(rows) >= 4
    for harm, probability, doubt, told in rows:
        priority, open_yet = float(harm) * float(probability), doubt_of([pair(float(probability))])
        assert f"{open_yet:.2f}" == doubt
        assert f"{days(priority, open_yet):.0f}" == told


def test_the_guide_tells_every_default_it_names():
    page = (Path(__file__).parents[2] / "docs/guide/queue-order.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z_]+)` \| ([0-9.]+) \|", page, re.MULTILINE)
    assert len(told) == 7
    assert all(getattr(DEFAULTS, name) == float(value) for name, value in told)
