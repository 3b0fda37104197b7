"""Older regency codes that a spec adds to the package's own table of regions."""

from __future__ import annotations

from dataclasses import dataclass

from linkage.errors import SpecError


@dataclass(frozen=True)
class OlderRegion:
    """A regency code of former times that the package's own table does not know, or knows without its successor.

    ``code``: 4 digits, such as 7319; ``newest``: the code in force that replaced it; ``name``: its name then, empty
    when that does not matter. Whether the codes fit the table of regions is checked where that table is known
    (:func:`linkage.standardise.regions.table.region_table`).
    """

    code: int
    newest: int
    name: str = ""


OlderRegions = tuple[OlderRegion, ...]
"""Older regency codes of a spec."""


def check_older_regions(older: OlderRegions) -> None:
    """Refuse codes that are no regency codes, given twice or their own successor, with a :class:`SpecError`."""
    seen: set[int] = set()
    for item in older:
        where = f"older_regions {item.code}"
        if not (1_000 <= item.code <= 9_999 and 1_000 <= item.newest <= 9_999):
            raise SpecError("a regency code has four digits and does not begin with 0", where=where)
        if item.code in seen:
            raise SpecError("this code is given twice", where=where)
        if item.code == item.newest:
            raise SpecError("a code cannot replace itself", where=where)
        seen.add(item.code)
