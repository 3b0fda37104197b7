"""A part of an extract, as it passes from the register to the files."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa


@dataclass(frozen=True)
class Part:
    """Rows of one extract in the order of its file; the parts of an extract follow each other.

    ``region``: the regency's code, 4 digits. ``night`` from 1: the first is the full extract, later ones are deltas.
    ``records``: plain column names, all text, null for missing. ``truth``: columns of ``truth.TRUTH``, row by row;
    ``record_id``, ``source_file`` and ``line`` are those in memory until a file gives others.
    """

    region: str
    night: int
    records: pa.Table
    truth: pa.Table
