"""The day that people are told is that of Western Indonesian time, defined once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from linkage.cli.parser import command_parser
from linkage.days import ZONE, day_of, ending

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 16, 59, 59, 999_999, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 17, 0, tzinfo=UTC), date(2026, 11, 25)),
        (datetime(2026, 12, 31, 23, 59, tzinfo=ZONE), date(2026, 12, 31)),
        (datetime(2026, 12, 31, 17, 0, tzinfo=UTC), date(2027, 1, 1)),
    ],
)
def test_a_day_begins_at_midnight_in_jakarta(moment, day):
    assert day_of(moment) == day


def test_a_day_ends_a_microsecond_before_the_next_begins():
    end = ending(date(2026, 11, 24))
    assert end.tzinfo is UTC
    assert day_of(end) == date(2026, 11, 24)
    assert day_of(end + timedelta(microseconds=1)) == date(2026, 11, 25)


def test_the_zone_is_defined_in_one_place():
    defining = [
        str(path.relative_to(ROOT))
        for folder in ("linkage", "jobs")
        for path in sorted((ROOT / folder).rglob("*.py"))
        if re.search(r"hours=7\b|\.now\(UTC\)\.(date\(|year)|published_at\.date\(", path.read_text(encoding="utf-8"))
    ]
    assert defining == ["linkage/days.py"]


@pytest.mark.parametrize("verb", ["readings", "agreement"])
def test_what_is_asked_since_a_day_is_asked_since_its_beginning_there(verb):
    parsed = command_parser().parse_args(["queue", verb, "--since", "2026-11-25", "--as", "lestari"])
    assert parsed.since == datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
