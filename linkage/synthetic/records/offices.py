"""What an office does on request: it issues numbers, gives addresses, and writes down what it hears."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import NUMBER_COLUMNS, Draft
from linkage.synthetic.errors.corruption import corrupt
from linkage.synthetic.fixed_text import digits_text
from linkage.synthetic.kinds import (
    CONFLICT,
    ERROR_KINDS,
    MOVED_CLOSED,
    MOVED_NOT_CLOSED,
    NEWBORN,
    NON_PERMANENT,
    bit,
    share_vector,
)
from linkage.synthetic.names.culture import load_cultures
from linkage.synthetic.places.addresses import addresses
from linkage.synthetic.places.gazetteer import Gazetteer, areas
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.missing_fields import leave_out
from linkage.synthetic.records.numbers import issue_numbers
from linkage.synthetic.records.originals import card_days
from linkage.synthetic.streams import Float64, Int64, stream

_DATE: Final = np.array([kind.startswith("date_") for kind in ERROR_KINDS])
_ON_NIK: Final = ("nik_digit", "nik_transposed", "nik_missing")
_NIK_ERRORS: Final = np.bitwise_or.reduce([bit(kind, ERROR_KINDS) for kind in _ON_NIK])
_SAME_NIK: Final = (MOVED_NOT_CLOSED, CONFLICT, MOVED_CLOSED, NON_PERMANENT)
_NAMELESS_NIK: Final = 0.4


def write_further(
    plan: RegisterPlan,
    gazetteer: Gazetteer,
    region: int,
    requests: Draft,
    issued: tuple[Int64, Int64],
    rates: Mapping[str, Float64],
) -> Draft:
    """Return the records that one office writes on request.

    ``region``: its number in the gazetteer. ``issued``: the NIKs and family cards that it gave out before, in any
    order; new ones differ from all of them.
    """
    rng = stream(plan.seed, "further", gazetteer.regions[region].code)
    numbers = requests.numbers
    own_nik, own_card = numbers["own_nik"] > 0, numbers["own_card"] > 0
    own_address = numbers["own_address"] > 0
    groups, leader, member = np.unique(numbers["group"], return_index=True, return_inverse=True)
    area = areas(gazetteer, numbers["village"])
    nik = np.zeros(requests.count, np.int64)
    rows = np.flatnonzero(own_nik)
    nik[rows] = issue_numbers(area[rows], numbers["birth"][rows], numbers["sex"][rows], rng, issued[0])
    day = card_days(numbers["entered"][leader].astype(np.int64), plan.cut_off_day, rng)
    card = issue_numbers(area[leader], day, np.zeros(groups.size, np.int64), rng, issued[1])[member]
    place, culture = np.full(groups.size, region), numbers["culture"][leader].astype(np.int64)
    lines = addresses(gazetteer, load_cultures(), place, culture, rng).take(pa.array(member))
    texts = requests.texts
    nameless = pa.array((numbers["kind"] == NEWBORN + 1) & (rng.random(requests.count) < _NAMELESS_NIK))
    niks = pc.if_else(pa.array(own_nik), digits_text(nik, 16), texts["nik"])
    units = {name: rng.integers(1, most, groups.size)[member] for name, most in (("rt", 16), ("rw", 13))}
    draft = requests.replace(
        nik=pc.if_else(nameless, pa.scalar(None, pa.string()), niks),
        no_kk=pc.if_else(pa.array(own_card), digits_text(card, 16), texts["no_kk"]),
        alamat=pc.if_else(pa.array(own_address), lines, texts["alamat"]),
        **{name: np.where(own_address, unit, numbers[name]).astype(np.int16) for name, unit in units.items()},
    )
    # These kinds are defined by one NIK on both records.
    refused = np.where(np.isin(numbers["kind"] - 1, _SAME_NIK), _NIK_ERRORS, np.uint64(0))
    shares = np.where(_DATE, 0.0, share_vector(plan.error_shares, ERROR_KINDS))
    draft = leave_out(draft.select(NUMBER_COLUMNS), rates, rng)
    return corrupt(draft, numbers["wanted"].astype(np.int64), shares, rng, plan.cut_off_day, refused)
