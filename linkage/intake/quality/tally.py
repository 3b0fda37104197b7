"""Counting findings by region, with the first lines as examples."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.intake.quality.columns import Mask
from linkage.intake.quality.rules import severity_of
from linkage.intake.readers.base import Int64
from linkage.schema import QUALITY
from linkage.standardise.column import Int32

EXAMPLES: Final = 5
"""Line numbers that stand in the return for each count."""
_COUNTS_AS_HIT: Final = ("reject", "error", "warning")


class Tally:
    """Counts what was found in one file; nothing of a row but its line is kept."""

    def __init__(self, source: str, lines: Int64, regions: Int32, unread: Int64) -> None:
        """``lines`` int64 (n,) ascending and ``regions`` int32 (n,), 0 for unknown: rows whose cells were read.

        ``unread``: lines of rows that have no cells. They are the region's when the file has only one.
        """
        self._source = source
        self._lines = lines
        # Lines without a gap, as in a table or a CSV file without line ends in cells, need not be searched for.
        self._gapless = len(lines) > 0 and int(lines[-1] - lines[0]) == len(lines) - 1
        known, place = places_of(regions)
        named = known[known > 0]
        home = int(named[0]) if len(named) == 1 else 0
        self._codes = known if not unread.size or home in known else np.union1d(known, [home])
        self._home = int(np.searchsorted(self._codes, home))
        self._places = np.searchsorted(self._codes, known).astype(np.int16)[place]
        self._rows = np.bincount(self._places, minlength=len(self._codes))
        self._rows[self._home : self._home + 1] += unread.size
        self._unread = unread
        self._hit_lines: dict[tuple[str, str], Mask] = {}
        self._hit_unread: dict[tuple[str, str], Mask] = {}
        self._found: list[dict[str, object]] = []

    def add(self, field: str, column: str, code: str, lines: Int64) -> None:
        """Count a rule that holds for the rows on these ``lines``, each named once, ascending."""
        if not lines.size:
            return
        rows, at_hand = self._rows_of(lines)
        places = np.full(len(lines), self._home, np.int16)
        places[at_hand] = self._places[rows]
        self._count(field, column, code, places, lines)
        if severity_of(code) in _COUNTS_AS_HIT:
            for key in {(field, column), ("", "")}:
                self._hits(self._hit_lines, key, len(self._lines))[rows] = True
                unread = self._hits(self._hit_unread, key, len(self._unread))
                unread[np.searchsorted(self._unread, lines[~at_hand])] = True

    def table(self) -> pa.Table:
        """Return the counts as :data:`linkage.schema.QUALITY`, with the totals ROWS_READ and ROWS_HIT; not sorted."""
        for (field, column), hit in sorted(self._hit_lines.items()):
            unread = self._hit_unread[field, column]
            lines = np.concatenate([self._lines[hit], self._unread[unread]])
            places = np.concatenate([self._places[hit], np.full(int(unread.sum()), self._home, np.int16)])
            order = np.argsort(lines, kind="stable")
            self._count(field, column, "ROWS_HIT", places[order], lines[order])
        for place, code in enumerate(self._codes.tolist()):
            self._found.append(self._row("", "", "ROWS_READ", code, int(self._rows[place]), place, []))
        found, self._found = self._found, []
        return pa.Table.from_pylist(found, schema=QUALITY)

    def _count(self, field: str, column: str, code: str, places: npt.NDArray[np.int16], lines: Int64) -> None:
        counts = np.bincount(places, minlength=len(self._codes))
        order, starts = _in_order_of_place(places, counts)
        for place in np.flatnonzero(counts).tolist():
            count = int(counts[place])
            examples = lines[order[starts[place] : starts[place] + min(count, EXAMPLES)]]
            region = int(self._codes[place])
            self._found.append(self._row(field, column, code, region, count, place, examples.tolist()))

    def _row(
        self, field: str, column: str, code: str, region: int, count: int, place: int, examples: list[int]
    ) -> dict[str, object]:
        return {
            "region": f"{region:04d}" if region else "",
            "source": self._source,
            "field": field,
            "column": column,
            "code": code,
            "severity": severity_of(code),
            "count": count,
            "rows": int(self._rows[place]),
            "example_lines": examples,
        }

    def _rows_of(self, lines: Int64) -> tuple[Int64, Mask]:
        """Return the rows of those lines whose cells were read, and which lines (n,) these are."""
        if self._gapless:
            rows = lines - self._lines[0]
            at_hand = (rows >= 0) & (rows < len(self._lines))
            return rows[at_hand], at_hand
        rows = np.searchsorted(self._lines, lines)
        at_hand = np.append(self._lines, -1)[rows] == lines
        return rows[at_hand], at_hand

    @staticmethod
    def _hits(hits: dict[tuple[str, str], Mask], key: tuple[str, str], size: int) -> Mask:
        if key not in hits:
            hits[key] = np.zeros(size, np.bool_)
        return hits[key]


def places_of(regions: Int32) -> tuple[Int32, Int32]:
    """Return the distinct regions, ascending, and the place of each row's (n,) among them; sorts no rows.

    ``regions`` int32 (n,): regency codes, 0 for unknown.
    """
    codes = np.flatnonzero(np.bincount(regions)).astype(np.int32)
    place = np.zeros(int(codes[-1]) + 1 if codes.size else 1, np.int32)
    place[codes] = np.arange(codes.size, dtype=np.int32)
    return codes, place[regions]


def _in_order_of_place(places: npt.NDArray[np.int16], counts: Int64) -> tuple[Int64, Int64]:
    """Return rows (m,) sorted by place, the earlier first, and where each place begins among them.

    Of each place there are all its rows, or enough for the examples: seldom more than the first rows are looked at.
    """
    needed = np.minimum(counts, EXAMPLES)
    first = places[: 64 * int(needed.sum())]
    looked_at = np.bincount(first, minlength=len(counts))
    if (looked_at < needed).any():
        first, looked_at = places, counts
    return np.argsort(first, kind="stable"), np.cumsum(looked_at) - looked_at


def field_of(names: Mapping[str, str], column: str) -> str:
    """Return the field that a file's own column is, empty when it is none or the whole row is meant."""
    return next((field for field, name in names.items() if column and name == column), "")
