"""Cases that leave the queue on paper or in a file: how that is asked for and noted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum

from linkage.review.cases import Case


class ExportForm(StrEnum):
    """What becomes of the cases."""

    PRINT = "print"
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


Render = Callable[[Sequence[Case]], bytes]
"""Makes the content of a sheet or file of cases as their user may see them."""
