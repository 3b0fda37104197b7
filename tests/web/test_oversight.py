"""Figures for supervisors are counted once for a region, and days are those of the supervisor's own clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from linkage.web.oversight import DAYS, Oversight, day_bounds
from tests.oracles.queue_cases import make_case


def test_days_begin_at_midnight_of_the_time_zone_and_the_last_one_is_today():
    late = datetime(2026, 11, 22, 18, tzinfo=UTC)
    for zone, day, hour in (("Asia/Jakarta", 23, 17), ("Asia/Jayapura", 23, 15)):
        bounds = day_bounds(late, zone)
        assert len(bounds) == DAYS + 1
        assert bounds[-2].day == day
        assert bounds[-2].astimezone(UTC).hour == hour
        assert bounds[-2] <= late < bounds[-1]
        assert {after - before for before, after in pairwise(bounds)} == {timedelta(days=1)}


def test_a_region_is_counted_once_in_a_while_and_never_told_to_another(web_queue, load):
    load(make_case("a", "b"), make_case("c", "d", scope="3374"))
    oversight = Oversight(web_queue)
    fitri, indra = web_queue.user("fitri"), web_queue.user("lestari")
    first = oversight.overview(fitri, "Asia/Jakarta")
    load(make_case("a", "b"), make_case("c", "d", scope="3374"), make_case("e", "f"))
    assert oversight.overview(fitri, "Asia/Jakarta") is first
    assert sum(line.cases for line in first.backlog) == 1
    assert sum(line.cases for line in oversight.overview(indra, "Asia/Jakarta").backlog) == 3
