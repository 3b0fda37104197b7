"""The supervisor's figures: what is summed up in which line, and how high a bar is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from linkage.review.backlog import Backlog, Flow
from linkage.review.cases import State
from linkage.review.publications import Stop, StopReason
from linkage.web.oversight import Overview
from linkage.web.views.supervise_page import HEIGHT, WIDTH, chart, is_share, supervise_page, waiting_stops
from tests.oracles.queue_cases import NOON

LINES = (
    Backlog("CONFLICT", State.BARU, "32", False, 0, 5, NOON),
    Backlog("DUPLICATE", State.BARU, "32", True, 4, 2, NOON),
    Backlog("DUPLICATE", State.DIUSULKAN, "33", False, 1, 3, NOON),
)


def flow(*days):
    """Days with (opened, decided) cases."""
    one = timedelta(days=1)
    return tuple(Flow(NOON + place * one, NOON + (place + 1) * one, *told, 0) for place, told in enumerate(days))


def test_each_table_of_the_backlog_sums_up_to_the_same_total():
    shown = supervise_page(Overview(LINES, None, flow((1, 2)), NOON))
    assert (shown.cases, shown.waiting, shown.old, shown.proposed) == (10, 2, 2, 3)
    assert shown.total.ages == (5, 3, 0, 0, 2)
    for rows in (shown.kinds, shown.states, shown.regions):
        assert [sum(ages) for ages in zip(*(row.ages for row in rows), strict=True)] == list(shown.total.ages)
        assert sum(row.cases for row in rows) == 10
    assert [(row.code, row.cases) for row in shown.regions] == [("32", 7), ("33", 3)]


def test_a_bar_is_as_high_as_its_number_is_to_the_greatest_and_none_leaves_the_drawing():
    drawn = chart(flow((10, 5), (0, 20), (0, 0)))
    assert drawn.top == 20
    assert [bar.height for bar in drawn.bars] == [HEIGHT / 2, HEIGHT / 4, 0, HEIGHT, 0, 0]
    assert [bar.kind for bar in drawn.bars[:2]] == ["opened", "decided"]
    assert all(0 <= bar.x <= bar.x + bar.width <= WIDTH for bar in drawn.bars)
    assert all(bar.y + bar.height == HEIGHT for bar in drawn.bars)


@pytest.mark.parametrize("days", [(), ((0, 0),)])
def test_nothing_can_be_drawn_too(days):
    assert (chart(flow(*days)).top, sum(bar.height for bar in chart(flow(*days)).bars)) == (1, 0)


def test_figures_that_are_shares_are_told_as_per_cent():
    codes = {"MERGE_RATE": True, "COVERAGE_DROP": True, "CLUSTER_SIZE": False, "BRIDGE": False}
    assert {code: is_share(StopReason(code, 1, 1)) for code in codes} == codes


def test_a_publication_that_was_let_pass_waits_no_longer():
    stop = Stop(1, "", (StopReason("BRIDGE", 1, 1),), NOON)
    done = Stop(2, "", (StopReason("BRIDGE", 1, 1),), NOON, NOON, "lestari", "benar")
    assert waiting_stops([stop, done]) == (stop,)
