"""Sub-districts (kecamatan): the codes of every list since 2015, with those that were replaced.

Codes are those of the Ministry of Home Affairs. Source and licence of the data: ``data/README.md``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt

_NONE_LISTED = 100


@dataclass(frozen=True)
class District:
    """A sub-district code such as 327301.

    ``name`` in the newest list that has the code. ``valid``: in the newest list of all. ``newest``: the code that
    replaced it, itself when valid, 0 when the successor is not known.
    """

    code: int
    name: str
    valid: bool
    newest: int


@cache
def district_table() -> Mapping[int, District]:
    """Return every listed sub-district by code, ascending."""
    table = {}
    for line in _lines():
        code, name, newest = line.split(",")
        # Most codes are in force and lead to themselves; the file leaves that out.
        table[int(code)] = District(int(code), name, newest == "", int(newest or code))
    return table


@cache
def highest_districts() -> npt.NDArray[np.uint8]:
    """Return uint8 (10,000,), by regency code: the highest number a sub-district is listed with, 100 for none listed.

    Numbers are given in order and are not given again, so every number up to the highest was once in force: a gap is a
    sub-district that went to a regency split off before the lists begin (Lembang was 3204.. before it was 3217..).
    """
    codes = np.array([int(line[:6]) for line in _lines()], np.int64)
    highest = np.zeros(10_000, np.uint8)
    np.maximum.at(highest, codes // 100, (codes % 100).astype(np.uint8))
    highest[highest == 0] = _NONE_LISTED
    highest.setflags(write=False)
    return highest


def known_districts() -> Mapping[int, int]:
    """Return the highest sub-district number listed, by regency, for :meth:`linkage.identifiers.Nik.findings`."""
    highest = highest_districts()
    return {int(code): int(highest[code]) for code in np.flatnonzero(highest != _NONE_LISTED)}


def district_name(code: int) -> str:
    """Return the name of a sub-district by its 6-digit code, empty when it is not listed."""
    found = district_table().get(code)
    return found.name if found else ""


def newest_district(code: int) -> int:
    """Return the sub-district code in force that replaced ``code`` (itself if in force), 0 when not known."""
    found = district_table().get(code)
    return found.newest if found else 0


def _lines() -> list[str]:
    text = (resources.files("linkage.standardise") / "data" / "districts.csv").read_text(encoding="utf-8")
    return text.splitlines()[1:]
