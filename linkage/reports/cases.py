"""The measures of the queue, from what it tallied."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from linkage.reports.figures import Counts
from linkage.review.backlog import AGE_DAYS
from linkage.review.cases import KINDS, State
from linkage.review.tally import Tally

OUTCOMES: Final[Mapping[State, str]] = {
    State.DISETUJUI: "same",
    State.DILAKSANAKAN_SIAK: "same",
    State.TERKONFIRMASI: "same",
    State.BUKAN_GANDA: "different",
    State.KEMBAR: "different",
    State.WAFAT: "aside",
    State.PINDAH_BELUM_TUNTAS: "aside",
    State.ANOMALI: "aside",
    State.DITOLAK: "refused",
    State.DIBATALKAN: "undone",
    State.DITARIK: "withdrawn",
}
"""What a closed case counts as. All but ``withdrawn`` are decisions of people."""


def count_cases(tallies: Iterable[Tally], todays: Callable[[str], str]) -> Counts:
    """Return the measures of the queue by scope. ``todays``: the code that a regency has today."""
    names = {*OUTCOMES.values(), "decided", "found", "open", "confirmed", "days_open"}
    names |= {f"found.{kind}" for kind in KINDS} | {f"age.{band}" for band in range(len(AGE_DAYS) + 1)}
    counts: dict[str, dict[str, int]] = {name: defaultdict(int) for name in names}
    for one in tallies:
        scope = todays(one.scope)
        counts["found"][scope] += one.found
        counts[f"found.{one.kind}"][scope] += one.found
        counts["confirmed"][scope] += one.confirmed
        counts["open"][scope] += sum(one.ages)
        counts["days_open"][scope] += one.days_open
        for band, cases in enumerate(one.ages):
            counts[f"age.{band}"][scope] += cases
        for state, cases in one.ended.items():
            counts[OUTCOMES[state]][scope] += cases
            counts["decided"][scope] += cases if state is not State.DITARIK else 0
    return counts
