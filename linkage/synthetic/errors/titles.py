"""Titles and degrees that people bear on their card and that certificates leave out."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.errors.text_columns import Bool, matches
from linkage.synthetic.package_data import read_data
from linkage.synthetic.streams import Float64, Int64, cumulative, pick

_FAITHS: Final = 10
_FRONT_ONLY, _BACK_ONLY, _BOTH = 0.6, 0.32, 0.08
_COMMAS: Final = ((", ", 0.72), (" ", 0.2), (",", 0.08))
_HAS_FRONT: Final = (
    r"^(?:H|HJ|HAJI|HAJ+AH|K\.?H|KYAI|KIAI|NYAI|UST|USTADZ|USTADZAH|DR|DRS|DRA|DRG|DRH|IR|PROF|APT|PDT|PENDETA|PNT|EV|GR|"
    r"TN|NY|NN|SDR|SDRI)(?:\.| )"
)
_HAS_BACK: Final = r",|\b[A-Z]{1,3}\.[A-Z]{1,4}\.?$| (?:SPD|SE|SH|ST|SKOM|SKM|AMD|MM|MT|BA|LC)$"


def add_title(
    names: pa.StringArray, sex: npt.NDArray[np.integer], faith: npt.NDArray[np.integer], rng: np.random.Generator
) -> pa.StringArray:
    """Return names (no nulls) with a title before them, a degree behind them, or both.

    ``sex`` (n,) 0 male, 1 female; ``faith`` (n,) code of religion, 0 unknown: titles of pilgrims and clergy go by it. A
    name that has something before or behind it gets the other, one that has both stays.
    """
    manner = pick(rng, (_FRONT_ONLY, _BACK_ONLY, _BOTH), len(names))
    has_front, has_back = matches(names, _HAS_FRONT), matches(names, _HAS_BACK)
    front = ~has_front & ((manner != 1) | has_back)
    back = ~has_back & ((manner != 0) | has_front)
    group = np.clip(faith, 0, _FAITHS - 1).astype(np.int64) * 2 + sex.astype(np.int64)
    before = _drawn("front", group, front, rng)
    behind = _drawn("back", group, back, rng)
    comma = pa.array([text for text, _ in _COMMAS]).take(
        pa.array(pick(rng, [share for _, share in _COMMAS], len(names)))
    )
    comma = pc.if_else(pa.array(back), comma, "")
    return pc.binary_join_element_wise(before, names, comma, behind, "")


def _drawn(side: str, group: Int64, where: Bool, rng: np.random.Generator) -> pa.StringArray:
    forms, running = _forms(side)
    chance = rng.random(group.size)
    # The running shares of group g lie between g and g + 1.
    number = np.searchsorted(running, group + chance, side="right") % len(forms)
    drawn = forms.take(pa.array(number))
    return pc.if_else(pa.array(where), drawn, "")


@lru_cache(maxsize=2)
def _forms(side: str) -> tuple[pa.StringArray, Float64]:
    """Return all forms of a side, and per faith and sex their running shares, one behind the other."""
    rows: list[dict[str, Any]] = read_data("titles.toml")[side]
    forms = [form for row in rows for form, _ in row["forms"]]
    running = []
    for group in range(_FAITHS * 2):
        faith, sex = divmod(group, 2)
        weights = [
            weight if row.get("faith", faith) == faith and row.get("sex", sex) == sex else 0.0
            for row in rows
            for _, weight in row["forms"]
        ]
        running.append(group + cumulative(np.array(weights, np.float64)))
    return pa.array(forms, pa.string()), np.concatenate(running)
