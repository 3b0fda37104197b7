"""Postcodes (kodepos): five digits, of which the first two tell the part of the country."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

LEAST: Final = 10_110
"""The lowest postcode in use, of Gambir in Jakarta."""
_PREFIX: Final = 1_000


def postcode_provinces(postcode: int) -> frozenset[int]:
    """Return the codes of today's provinces that a postcode can lie in; empty when it is none."""
    return _provinces_by_prefix().get(postcode // _PREFIX, frozenset()) if postcode >= LEAST else frozenset()


def postcode_fits(postcodes: npt.NDArray[np.integer], provinces: npt.NDArray[np.integer]) -> npt.NDArray[np.int8]:
    """Return int8 (n,): 1 where a postcode can lie in the province (both (n,)), 0 where not, -1 where one is missing.

    0 is missing. A province that was split off since keeps its old postcodes, so those are no contradiction.
    """
    fits = np.zeros((100, 100), np.int8)
    for prefix, listed in _provinces_by_prefix().items():
        fits[prefix, list(listed)] = 1
    inside = np.clip(postcodes // _PREFIX, 0, 99)
    found = np.where(postcodes >= LEAST, fits[inside, np.clip(provinces, 0, 99)], 0)
    return np.where((postcodes == 0) | (provinces == 0), -1, found).astype(np.int8)


@cache
def _provinces_by_prefix() -> Mapping[int, frozenset[int]]:
    text = (resources.files("linkage.standardise") / "data" / "address.toml").read_text(encoding="utf-8")
    ranges = tomllib.loads(text)["postcodes"]["ranges"]
    return {prefix: frozenset(provinces) for first, last, provinces in ranges for prefix in range(first, last + 1)}
