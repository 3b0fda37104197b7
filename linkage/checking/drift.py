"""How far the register has moved from what the last full run fixed: its values, what is filled in, its size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from linkage.stages.frequencies import Frequencies


@dataclass(frozen=True)
class FieldDrift:
    """One field. Shares are 0 to 1.

    ``values``: total variation distance between the values of then and now: the share of the filled records whose value
    would have to be another for both to be alike. nan where a side has none. ``filled_then``, ``filled_now``: records
    that have a value.
    """

    field: str
    values: float
    filled_then: float
    filled_now: float


@dataclass(frozen=True)
class Drift:
    """The register then and now: records, and each field whose values the full run counted, in their order."""

    records_then: int
    records_now: int
    fields: tuple[FieldDrift, ...]

    @property
    def growth(self) -> float:
        """By which share of then the number of records has changed, in either direction; nan of nothing."""
        return abs(self.records_now - self.records_then) / self.records_then if self.records_then else float("nan")

    @property
    def values(self) -> float:
        """The largest drift of values of any field; nan where none could be compared."""
        return max((one.values for one in self.fields if one.values == one.values), default=float("nan"))

    @property
    def filled(self) -> float:
        """The largest change of a field's share of filled records; nan without a field."""
        return max((abs(one.filled_now - one.filled_then) for one in self.fields), default=float("nan"))


def drift_of(then: Frequencies, now: Frequencies) -> Drift:
    """Return how far the register has moved.

    Args:
        then: the counts of the full run, laid out for the values of now
            (:meth:`linkage.stages.frequencies.Snapshot.frequencies`).
        now: the counts of the records that stand.
    """
    return Drift(
        then.n_records,
        now.n_records,
        tuple(
            FieldDrift(
                name,
                _distance(then, now, name),
                _share(then.present, name, then.n_records),
                _share(now.present, name, now.n_records),
            )
            for name in now.counts
            if name in then.counts
        ),
    )


def _distance(then: Frequencies, now: Frequencies, name: str) -> float:
    before, after = then.present[name], now.present[name]
    if not before or not after:
        return float("nan")
    shares = then.counts[name] / before
    gone = max(1.0 - float(shares.sum()), 0.0)
    return round((float(np.abs(now.counts[name] / after - shares).sum()) + gone) / 2.0, 12)


def _share(present: Mapping[str, int], name: str, records: int) -> float:
    return present[name] / records if records else 0.0
