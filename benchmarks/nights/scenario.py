"""What happens in the thirty nights, as one frozen value, and when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np

from linkage.synthetic import RegisterPlan

KEY_VARIABLE: Final = "THIRTY_NIGHTS_KEY"
KEY: Final = "only invented people stand in this register"


@dataclass(frozen=True)
class Scenario:
    """Everything that can be varied; shares have the unit 1.

    ``records`` of the register as of the last night, ``regencies``, ``nights``, ``seed``. ``cases_a_day``: how many
    cases stewards take up between two nights, and approvers answer. ``steward_error``: of answers about one person,
    those against the truth; ``look_alike_error``: likewise of those about several, which look alike or would not be
    cases; ``approver_notices``: of wrong proposals, those an approver does not agree to. ``found_a_day``: of wrong
    decisions, those that somebody finds out on a day. ``kills``: how often a run or a publication is killed, about.
    ``other_model``: the night from which another model scores; ``other_spec``: the night from which the spec's own
    model scores again, under another case threshold.
    """

    records: int
    regencies: int
    nights: int
    seed: int
    cases_a_day: int
    kills: int
    steward_error: float = 0.015
    look_alike_error: float = 0.5
    approver_notices: float = 0.6
    found_a_day: float = 0.15
    other_model: int = 10
    other_spec: int = 20

    def register(self) -> RegisterPlan:
        """Return the plan of the register: more copies and more that is new than published counts tell of."""
        return RegisterPlan(
            records=self.records,
            regions=self.regencies,
            seed=self.seed,
            nights=self.nights,
            cut_off=FIRST_DAY + dt.timedelta(self.nights - 1),
            duplicate_rate=0.02,
            shared_nik_rate=3e-4,
            namesake_rate=2e-3,
            nightly_new_rate=1e-3,
            nightly_change_rate=2e-3,
            dialects=DIALECTS,
        )

    def stream(self, *name: int | str) -> np.random.Generator:
        """Return the random stream of one thing."""
        return np.random.default_rng([self.seed, *(word for part in name for word in _words(part))])


FIRST_DAY: Final = dt.date(2026, 6, 1)
DIALECTS: Final = ("plain_comma", "plain_parquet", "plain_lower", "plain_labels")
"""Those that send their own number of each record along, by which the truth is known; recognition does not read it."""


def day_of(night: int) -> dt.date:
    """Return the cut-off day of a night's extracts."""
    return FIRST_DAY + dt.timedelta(night - 1)


def run_at(night: int) -> dt.datetime:
    """Return when the nightly run of a night begins: at one the next morning."""
    return _at(night, 1)


def publish_at(night: int) -> dt.datetime:
    """Return when it is published, with what was decided on the day before."""
    return _at(night, 3)


def work_at(night: int) -> dt.datetime:
    """Return when stewards begin to work on what the night brought."""
    return _at(night, 6)


def _at(night: int, hour: int) -> dt.datetime:
    return dt.datetime.combine(day_of(night) + dt.timedelta(1), dt.time(hour), dt.UTC)


def _words(part: int | str) -> bytes | list[int]:
    return [part] if isinstance(part, int) else part.encode()
