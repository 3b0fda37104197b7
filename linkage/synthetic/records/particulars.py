"""What need not be the same on two records of one person, nor differ between two of a family, but does by default.

A generator has habits. In this one twins are entered together and live together, and whatever an office is not meant to
get wrong stands on a copy just as on the first record. Offices do not work so; these settings of a plan undo it.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.synthetic.draft import Draft
from linkage.synthetic.fixed_text import YEAR
from linkage.synthetic.kinds import BURST, CONFLICT, COPY_SAME_OFFICE, NEWBORN, NON_PERMANENT
from linkage.synthetic.people.population import Population
from linkage.synthetic.people.residents import RELATIVE
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.codes import CHANNEL_SHARES
from linkage.synthetic.streams import Int64, pick, stream

_SAME_DAY: Final = (COPY_SAME_OFFICE, CONFLICT)
_OWN_CHANNEL: Final = (BURST, NON_PERMANENT)
_OTHER_CARD: Final = (COPY_SAME_OFFICE, NEWBORN, CONFLICT)
_ADULT: Final = round(17 * YEAR)
_HOME: Final = ("household", "village", "rt", "rw")
_HOME_TEXTS: Final = ("no_kk", "alamat")


def part_twins(plan: RegisterPlan, population: Population, originals: Draft) -> Draft:
    """Return first records with some younger twins in the household of another such twin of their regency."""
    if not plan.twins_apart_rate:
        return originals
    twin = population.people.twin
    rng = stream(plan.seed, "twins apart", population.cell.number)
    able = np.flatnonzero((twin >= 0) & (twin != np.arange(twin.size)))
    rows = able[rng.random(able.size) < plan.twins_apart_rate]
    region = originals.numbers["region"][rows]
    rows = rows[np.argsort(region, kind="stable")]
    _, first, counts = np.unique(originals.numbers["region"][rows], return_index=True, return_counts=True)
    # Each goes to where the next of the regency lived, the last to where the first did.
    following = np.arange(1, rows.size + 1)
    following[first + counts - 1] = first
    home = np.arange(originals.count)
    home[rows] = rows[following]
    relation = originals.numbers["relation"].copy()
    relation[rows[following != np.arange(rows.size)]] = RELATIVE
    moved = Draft(
        {name: originals.texts[name] for name in _HOME_TEXTS}, {name: originals.numbers[name] for name in _HOME}
    ).take(home)
    return originals.replace(**moved.texts, **moved.numbers, relation=relation)


def same_days(plan: RegisterPlan, kind: Int64, first: Int64, later: Int64, rng: np.random.Generator) -> Int64:
    """Return the days of further records, ``later`` (n,), with some on the day of the ``first`` record, (n,)."""
    if not plan.copy_same_day_rate:
        return later
    same = np.isin(kind, _SAME_DAY) & (rng.random(kind.size) < plan.copy_same_day_rate)
    return np.where(same, first, later)


def written_otherwise(plan: RegisterPlan, requests: Draft, birth: Int64, cell: int) -> Draft:
    """Return requests with particulars that the office does not take over from the first record.

    Religion, marital status and relation become those of another grown-up or of another child; the card becomes one of
    its own where the office issues one to this person alone. ``birth`` (n,): the true days of birth.
    """
    rng = stream(plan.seed, "particulars", cell)
    kind, count = requests.numbers["kind"] - 1, requests.count
    columns = {name: requests.numbers[name].copy() for name in ("faith", "marital", "relation", "own_card", "channel")}
    if plan.copy_channel_rate:
        rows = np.flatnonzero(~np.isin(kind, _OWN_CHANNEL) & (rng.random(count) < plan.copy_channel_rate))
        columns["channel"][rows] = pick(rng, CHANNEL_SHARES, rows.size)
    if plan.particulars_changed_rate and count:
        adult = plan.cut_off_day - birth >= _ADULT
        for name in ("faith", "marital", "relation"):
            chosen = rng.random(count) < plan.particulars_changed_rate
            for of_age in (adult, ~adult):
                rows, others = np.flatnonzero(of_age & chosen), np.flatnonzero(of_age)
                columns[name][rows] = requests.numbers[name][others[rng.integers(0, max(others.size, 1), rows.size)]]
        rows = np.flatnonzero(np.isin(kind, _OTHER_CARD) & (rng.random(count) < plan.particulars_changed_rate))
        columns["own_card"][rows] = 1
    return requests.replace(**columns)
