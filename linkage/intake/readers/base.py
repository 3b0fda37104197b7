"""What every reader gives: a header, the form it found, and batches of raw columns.

A new format (workbook, Delta table, SQL query) needs a class that satisfies :class:`Reader` and a line in
:func:`linkage.intake.readers.formats.open_reader`; mapping, cleaning, checks and counts are the same for all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Int64 = npt.NDArray[np.int64]

SHEETS_NOT_READ: Final = "sheets_not_read"
"""In a reader's form: how many other sheets of a workbook have rows."""

DATE_SYSTEM: Final = "date_system"
"""In a reader's form: the year from which a workbook counts days, when it is not 1900."""


@dataclass(frozen=True)
class RowRejects:
    """Rows refused for one reason: ``lines`` int64 (n,), the file's own ``column`` (empty: whole row), a row code."""

    lines: Int64
    column: str
    code: str


@dataclass(frozen=True, repr=False)
class RawBatch:
    """Some rows as they stand in the file.

    ``lines`` int64 (n,): where each row starts. ``columns``: one Arrow array (n,) of any type per column asked for,
    in the order asked. ``rejects``: rows of this stretch that have no columns. ``bytes_done``: bytes of the file
    used up so far.
    """

    lines: Int64
    columns: tuple[pa.Array | pa.ChunkedArray, ...]
    rejects: tuple[RowRejects, ...] = field(default=())
    bytes_done: int = 0


class Reader(Protocol):
    """An input that can be read once or more, from its first row to its last, in bounded memory."""

    @property
    def header(self) -> tuple[str, ...]:
        """Column names in the order of the input."""
        ...

    @property
    def form(self) -> Mapping[str, str]:
        """How the input is written (format, delimiter, encoding ...), for the manifest."""
        ...

    def batches(self, columns: Sequence[int]) -> Iterator[RawBatch]:
        """Yield every row in order, with the columns at these positions of the header (at least one)."""
        ...
