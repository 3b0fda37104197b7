"""Sheets of usulan that came back from an office: what stands in them, row by row, in whatever form they were saved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.readers.formats import open_reader
from linkage.intake.sources.source import Source
from linkage.intake.sources.survey import survey_all
from linkage.publishing.usulan_sheet import ACTION, NEW_NIK, NIK, NOTE, RECORD_ID, STATUS, USULAN_ID

_WANTED: Final[Mapping[str, tuple[str, ...]]] = {
    USULAN_ID: ("usulan", "usulan_id"),
    STATUS: ("status",),
    NOTE: ("catatan", "note"),
    NEW_NIK: ("nik_baru", "new_nik"),
    ACTION: ("tindakan", "action"),
    RECORD_ID: ("id_rekaman", "record_id"),
    NIK: ("nik",),
}
"""Columns that are read, and how they may be called; all others are left alone."""

NEEDED: Final = (USULAN_ID, ACTION, RECORD_ID, STATUS)
"""Without these a sheet is refused: the number alone cannot tell a row whose cells were shifted."""


@dataclass(frozen=True, repr=False)
class Answer:
    """A row of a sheet: where it stands, and what the office wrote; blanks and apostrophes around it are gone.

    ``action``, ``record_id``, ``nik``: what the sheet says that was asked; ``nik`` is empty where it has none.
    """

    source: str
    line: int
    usulan_id: str
    status: str
    note: str
    new_nik: str
    action: str
    record_id: str
    nik: str


@dataclass(frozen=True)
class Refused:
    """A row, or a whole file (``line`` 0), that is not taken. ``column``: the sheet's, empty for a whole row."""

    source: str
    line: int
    column: str
    code: str


def read_sheets(files: Sequence[Path], limits: Limits) -> tuple[tuple[Answer, ...], tuple[Refused, ...]]:
    """Return the rows of sheets in the order of (name, digest), then of their lines, and what cannot be read.

    A file that cannot be read whole, or that was given twice, is refused as a whole; the others are read.

    Raises:
        InputMissingError: a file does not exist.
    """
    answers: list[Answer] = []
    refused: list[Refused] = []
    sources: list[Source] = []
    for file in files:
        try:
            sources += survey_all(file, table_name=file.stem, limits=limits)
        except InputDataError as error:
            refused.append(Refused(file.name, 0, "", error.code))
    seen: set[str] = set()
    for source in sorted(sources, key=lambda source: (source.name, source.sha256)):
        if source.sha256 in seen:
            refused.append(Refused(source.name, 0, "", "FILE_TWICE"))
            continue
        seen.add(source.sha256)
        try:
            rows, rejects = _read(source, limits)
        except InputDataError as error:
            refused.append(Refused(source.name, 0, "", error.code))
            continue
        answers += rows
        refused += rejects
    return tuple(answers), tuple(refused)


def _read(source: Source, limits: Limits) -> tuple[list[Answer], list[Refused]]:
    reader = open_reader(source, limits)
    names = [name.strip().casefold() for name in reader.header]
    places = {
        column: next((names.index(name) for name in called if name in names), None)
        for column, called in _WANTED.items()
    }
    missing = [column for column in NEEDED if places[column] is None]
    if missing:
        raise InputDataError("COLUMNS_MISSING", f"the sheet lacks {', '.join(missing)}", where=source.name)
    used = sorted({place for place in places.values() if place is not None})
    answers: list[Answer] = []
    refused: list[Refused] = []
    for batch in reader.batches(used):
        refused += (Refused(source.name, line, some.column, some.code) for some in batch.rejects for line in some.lines)
        columns = {
            column: [""] * len(batch.lines) if place is None else list(_texts(batch.columns[used.index(place)]))
            for column, place in places.items()
        }
        rows = zip(batch.lines.tolist(), *(columns[column] for column in _WANTED), strict=True)
        answers += (Answer(source.name, *row) for row in rows)
    refused = [Refused(one.source, int(one.line), one.column, one.code) for one in refused]
    return answers, refused


def _texts(cells: pa.Array | pa.ChunkedArray) -> Iterator[str]:
    for cell in cells.to_pylist():
        yield "" if cell is None else str(cell).strip().lstrip("'").strip()
