"""Invented names below the regency, in the style of each part of the country."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa

from linkage.synthetic.package_data import read_data
from linkage.synthetic.streams import Int64

JAVA: Final = "java"
"""The style that transmigrants took with them."""


@dataclass(frozen=True)
class PlaceNames:
    """All invented place names, by number; number 0 is an empty text.

    Per style, by its number in ``styles``: ``villages`` and ``hamlets``, int64 (n,), numbers in ``texts``; ``streets``,
    int64 (n,), numbers in ``street_texts``, whose first ``common_streets`` are found all over the country.
    ``style_of``: style by province (2 digits) or regency (4).
    """

    texts: pa.StringArray
    styles: tuple[str, ...]
    villages: tuple[Int64, ...]
    hamlets: tuple[Int64, ...]
    street_texts: pa.StringArray
    common_streets: int
    streets: tuple[Int64, ...]
    street_endings: pa.StringArray
    estates: pa.StringArray
    style_of: Mapping[int, int]

    def style(self, regency: int) -> int:
        """Return the style of a regency by its 4-digit code: its own where it has one, else that of the province."""
        own = self.style_of.get(regency)
        return self.style_of[regency // 100] if own is None else own


@lru_cache(maxsize=1)
def load_place_names() -> PlaceNames:
    """Return the names of the package's own table."""
    data = read_data("places.toml")
    styles = {name: value for name, value in data.items() if isinstance(value, Mapping)}
    numbers: dict[str, int] = {"": 0}
    villages = [_numbered(_composed(style, "village"), numbers) for style in styles.values()]
    hamlets = [_numbered(_composed(style, "hamlet"), numbers) for style in styles.values()]
    roads: dict[str, int] = {}
    common = _numbered(str(data["streets"]).split("|"), roads)
    streets = [_numbered(str(style["streets"]).split("|"), roads) for style in styles.values()]
    estates = [
        f"{first} {last}" for first in str(data["estate_first"]).split() for last in str(data["estate_last"]).split()
    ]
    return PlaceNames(
        texts=pa.array(list(numbers), pa.string()),
        styles=tuple(styles),
        villages=tuple(villages),
        hamlets=tuple(hamlets),
        street_texts=pa.array(list(roads), pa.string()),
        common_streets=common.size,
        streets=tuple(streets),
        street_endings=pa.array(str(data["street_endings"]).split("|"), pa.string()),
        estates=pa.array(estates, pa.string()),
        style_of={int(code): number for number, style in enumerate(styles.values()) for code in style["regions"]},
    )


def _composed(style: Mapping[str, Any], kind: str) -> list[str]:
    firsts, lasts = str(style[f"{kind}_first"]).split(), str(style[f"{kind}_last"]).split()
    joined = round(float(style["joined"]) * 20)
    names = []
    for row, first in enumerate(firsts):
        for column, last in enumerate(lasts):
            # 7 and 20 have no common divisor, so the share holds in each row and each column.
            together = last.startswith("+") or (7 * row + 7 * column) % 20 < joined
            names.append(f"{first}{'' if together else ' '}{last.removeprefix('+')}")
    return names


def _numbered(names: Sequence[str], numbers: dict[str, int]) -> Int64:
    """Return the numbers of the distinct names, in order; new names get the next numbers."""
    return np.array([numbers.setdefault(name, len(numbers)) for name in dict.fromkeys(names)], np.int64)
