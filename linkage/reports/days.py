"""Which days can be reported, and of which days the data are."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime

from linkage.days import day_of
from linkage.errors import UsageError
from linkage.nightly.ledger import Ledger
from linkage.nightly.succession import NEVER, as_day
from linkage.publishing.inputs import began_at


def check_day(ledger: Ledger, day: date, now: datetime) -> None:
    """Raise :class:`UsageError` when a day is still to come, or lies before the first run, of which no figures are.

    Of a project without a run nothing is said.
    """
    runs = {ledger.run_id, *(entry.run for entry in ledger.files.values())} - {""}
    today = day_of(now)
    first = min((day_of(began_at(run)) for run in runs), default=day)
    remedy = f"Give a day from {first.isoformat()} to {today.isoformat()}"
    if day > today:
        raise UsageError(f"{day.isoformat()} is still to come", remedy=remedy)
    if day < first:
        raise UsageError(f"there was no run yet on {day.isoformat()}", remedy=remedy)


def newest_extracts(ledger: Ledger, todays: Callable[[str], str]) -> Mapping[str, date]:
    """Return the cut-off of each regency's newest extract. ``todays``: the code that a regency has today."""
    found: dict[str, date] = {}
    for code, state in sorted(ledger.regions.items()):
        if state.last != NEVER:
            day, today = as_day(state.last[0]), todays(code)
            found[today] = max(day, found.get(today, day))
    return found
