"""A column as it was read, what it is taken for, and what several files say under names of their own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa


@dataclass(frozen=True)
class ColumnSample:
    """One column of one file, as read: outer blanks gone, what stands for nothing already null.

    ``name``: its header. ``values``: the distinct values that are not missing; ``counts``: int64, rows of each.
    ``rows``: rows of the file, or of the part that was read. ``typed``: the Arrow type, if the file has types.
    """

    name: str
    values: pa.StringArray
    counts: npt.NDArray[np.int64]
    rows: int
    typed: str = ""


@dataclass(frozen=True)
class Recognised:
    """What a column is taken for.

    ``role`` is one of ``ROLES``, ``about`` one of ``ABOUT`` (empty: the person). ``confidence``: 0 to 1. ``because``:
    short reasons, never a value of the data. ``facts``: ``filled``, ``distinct``, ``distinct_share``, ``mean_length``,
    ``digits`` (share of values that are digits only), ``most_common`` (share of the most frequent value); where they
    apply ``date_order`` (dmy, mdy, ymd, ydm), ``earliest_year``, ``latest_year``, ``part`` (of a parent's name: full,
    given, surname), ``plain_header`` (the header, empty when it may be a value), ``concepts`` (what the header's words
    mean, by the names in ``data/concepts.toml``).
    """

    name: str
    role: str
    about: str
    confidence: float
    because: tuple[str, ...]
    facts: Mapping[str, float | str]


@dataclass(frozen=True)
class Attribute:
    """One thing that several files say, each under its own column name.

    ``name``: unique, plain snake_case; fit to be the name of a spec's field. ``columns``: the header names in the order
    of the files. ``facts``: as of :class:`Recognised`, and ``in_files``, the number of files that have it.
    """

    name: str
    role: str
    about: str
    confidence: float
    because: tuple[str, ...]
    facts: Mapping[str, float | str]
    columns: tuple[str, ...]
