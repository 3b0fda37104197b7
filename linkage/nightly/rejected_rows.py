"""Who may stand in the rejected rows of an extract: the NIKs in their text, looked up once and kept nowhere.

Rejects carry no values. But a row that cannot be parsed mostly still shows its NIK, and so tells which standing record
must not be closed as absent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake import Limits
from linkage.intake.options import ReadOptions
from linkage.intake.sources.source import Source
from linkage.intake.sources.streams import open_text
from linkage.intake.sources.survey import survey_inputs
from linkage.similarity.packed import hash_texts

_NIK: Final = re.compile(rb"(?<!\d)\d{16}(?!\d)")
_WITHOUT_NIK: Final = ("NIK_DAMAGED", "ROW_TOO_LONG")
"""Codes of rows whose text does not show the NIK, or may hold several rows."""


@dataclass(frozen=True)
class RejectedRows:
    """``niks``: numbers of 16 digits that stand in rejected rows. ``unrecognised``: rejected rows without one."""

    niks: frozenset[str] = field(repr=False)
    unrecognised: int


def look_at_rejected(
    path: Path, rejects: pa.Table, rejected: int, *, limits: Limits, options: ReadOptions
) -> RejectedRows:
    """Return whom the rejected rows of an extract may stand for; rows of anything but text tell nobody.

    Args:
        path: the extract. rejects: its :data:`linkage.schema.REJECTS`. rejected: how many rows they are.
        limits, options: those it was read with.
    """
    blind = pc.is_in(rejects.column("code"), value_set=pa.array(_WITHOUT_NIK))
    niks: set[str] = set()
    recognised = 0
    for source in survey_inputs([path], limits=limits, options=options) if not pc.all(blind).as_py() else ():
        mine = pc.equal(rejects.column("source"), source.name)
        lines = np.setdiff1d(_line_numbers(rejects, mine), _line_numbers(rejects, pc.and_(mine, blind))).tolist()
        if source.kind != "csv" or not lines:
            continue
        for text in _lines(source, lines, limits):
            found = _NIK.findall(text)
            niks.update(number.decode() for number in found)
            recognised += bool(found)
    return RejectedRows(frozenset(niks), rejected - recognised)


def spared(niks: npt.NDArray[np.uint64], absent: npt.NDArray[np.bool_], rows: RejectedRows) -> npt.NDArray[np.bool_]:
    """Return which absent records may stand in rejected rows: their NIK does, or they have none. Bool, (n_standing,).

    Args:
        niks: hash of the NIK of each standing record, uint64, 0 when missing. absent: bool (n_standing,).
    """
    known = hash_texts(pa.array(sorted(rows.niks), pa.string()))
    stays: npt.NDArray[np.bool_] = absent & (np.isin(niks, known) | (niks == 0))
    return stays


def _line_numbers(rejects: pa.Table, chosen: pa.ChunkedArray) -> npt.NDArray[np.int64]:
    numbers: npt.NDArray[np.int64] = rejects.filter(chosen).column("line").to_numpy()
    return numbers


def _lines(source: Source, wanted: Sequence[int], limits: Limits) -> Iterator[bytes]:
    """Yield the physical lines of these numbers (from 1, ascending), no more of each than the limit of a record."""
    place, first, rest = 0, 1, b""
    with open_text(source) as (stream, _):
        while place < len(wanted):
            chunk = stream.read(limits.chunk_bytes)
            lines = (rest + chunk).splitlines(keepends=True)
            rest = b""
            if chunk and lines and not lines[-1].endswith(b"\n"):
                rest = lines.pop()[: limits.record_bytes]  # a CR may be half of a CRLF
            while place < len(wanted) and wanted[place] < first + len(lines):
                yield lines[wanted[place] - first]
                place += 1
            first += len(lines)
            if not chunk:
                return
