"""Fields that offices leave empty, each office by habits of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.draft import TEXT_COLUMNS, Draft
from linkage.synthetic.places.gazetteer import Region
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.streams import Float64, stream

MISSING: Final[Mapping[str, float]] = MappingProxyType(
    {
        "nik": 0.0004,
        "no_kk": 0.002,
        "tempat_lahir": 0.004,
        "nama_ibu": 0.015,
        "nama_ayah": 0.03,
        "alamat": 0.008,
        "nik_ibu": 0.35,
        "nik_ayah": 0.4,
        "no_akta_lhr": 0.05,
        "rt": 0.05,
        "rw": 0.05,
    }
)
"""Records with the field empty, per record, in an office of the usual care."""


def missing_rates(plan: RegisterPlan, regions: Sequence[Region]) -> Mapping[str, Float64]:
    """Return per field float64 (n_regions,): how often each office leaves it empty; every office has habits."""
    rates: dict[str, Float64] = {name: np.zeros(len(regions)) for name in MISSING}
    for number, region in enumerate(regions):
        rng = stream(plan.seed, "offices", region.code)
        for (name, rate), habit in zip(MISSING.items(), rng.lognormal(0.0, 0.5, len(MISSING)), strict=True):
            rates[name][number] = min(rate * plan.rate("missing_factor") * habit, 0.9)
    return rates


def leave_out(draft: Draft, rates: Mapping[str, Float64], rng: np.random.Generator) -> Draft:
    """Empty fields at the rates of each record's office; RT and RW become 0."""
    region = draft.numbers["region"]
    gone = {name: rng.random(draft.count) < rate[region] for name, rate in rates.items()}
    nothing = pa.scalar(None, pa.string())
    texts = {
        name: pc.if_else(pa.array(gone[name]), nothing, draft.texts[name]) for name in rates if name in TEXT_COLUMNS
    }
    units = {name: np.where(gone[name], 0, draft.numbers[name]) for name in ("rt", "rw")}
    return draft.replace(**texts, **units)
