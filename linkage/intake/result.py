"""What reading returns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class InputFile:
    """One input as the manifest names it.

    ``rows`` = ``accepted`` + ``rejected``; blank lines are no rows. ``path`` is empty for a table in memory.
    ``format``: how the file is written, as found. ``columns``: field -> the file's column (parts joined with +).
    """

    path: str
    name: str
    stem: str
    sha256: str
    bytes: int
    rows: int
    accepted: int
    rejected: int
    format: Mapping[str, str]
    columns: Mapping[str, str]
    ignored_columns: tuple[str, ...]
    protected_columns: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Intake:
    """All inputs of a command.

    ``accepted``: the columns of :data:`linkage.schema.ACCEPTED`; a TEXT_CODES column (null = missing) per spec field
    that some input has, in the order of the spec; ``source`` likewise when an input has one; a string column
    ``keep:<COLUMN>`` per column kept. Records stand in the order of the inputs, then of their lines.
    ``rejects``: :data:`linkage.schema.REJECTS`, sorted. ``left_rows``: in ``link`` the first so many accepted records
    are LEFT's; -1 in ``dedupe``. ``quality``: :data:`linkage.schema.QUALITY`, sorted. ``warnings``: sentences about
    files and columns, without resident values.
    """

    accepted: pa.Table
    rejects: pa.Table
    inputs: tuple[InputFile, ...]
    left_rows: int
    quality: pa.Table
    warnings: tuple[str, ...] = ()
