"""An input before any row is read: what kind it is, its digest, its encoding, and the order inputs are taken in."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from gzip import BadGzipFile
from pathlib import Path
from typing import Literal

import pyarrow as pa

from linkage.errors import InputDataError
from linkage.intake.options import NOTHING_STATED, ReadOptions

Kind = Literal["csv", "parquet", "xlsx", "delta", "query", "table"]


@dataclass(frozen=True)
class Member:
    """A file inside a zip archive, as its directory describes it.

    ``start``: byte of the archive where the packed bytes begin. ``packed`` and ``size``: bytes before and after
    unpacking. ``crc``: CRC-32 of the unpacked bytes. ``deflated``: else stored as it is.
    """

    name: str
    start: int
    packed: int
    size: int
    crc: int
    deflated: bool


@dataclass(frozen=True)
class Source:
    """One input. ``stem`` is unique among the inputs of a command and begins its generated record ids.

    ``path``: the file; of a query its URL without a password, empty for a table. ``member``: the file inside an archive
    at ``path``, and ``place`` where it lies there; ``sha256`` and ``bytes`` are the member's then. ``encoding``:
    Python's name, for text. ``bom``: bytes of the mark to pass over. ``stamp``: size and time of the file when its
    digest was taken; zeros when that says nothing. ``options``: what the user states. ``table``: the data itself when
    it is in memory. ``spool``: a temporary file: the rows of a query, or the Parquet file or workbook unpacked.
    """

    path: str
    name: str
    stem: str
    sha256: str
    bytes: int
    kind: Kind
    encoding: str = ""
    bom: bool = False
    compressed: bool = False
    stamp: tuple[int, int] = (0, 0)
    member: str = ""
    options: ReadOptions = NOTHING_STATED
    table: pa.Table | None = field(default=None, repr=False)
    spool: str = ""
    place: Member | None = None


def in_order(sources: Sequence[Source], *, keep_order: bool) -> list[Source]:
    """Return the sources by (name, digest), or as given, with unique stems.

    Raises:
        InputDataError: FILE_TWICE when two have the same name and content.
    """
    ordered = list(sources) if keep_order else sorted(sources, key=lambda source: (source.name, source.sha256))
    seen = Counter((source.name, source.sha256) for source in ordered)
    for source in ordered:
        if seen[source.name, source.sha256] > 1:
            raise InputDataError(
                "FILE_TWICE", "the file is given twice", where=source.name, remedy="Name every file once"
            )
    count = Counter(source.stem for source in ordered)
    marked = [
        replace(source, stem=f"{source.stem}~{source.sha256[:8]}") if count[source.stem] > 1 else source
        for source in ordered
    ]
    if len({source.stem for source in marked}) < len(marked):
        # The same content under two names (a.csv, a.txt): only the whole name tells them apart.
        marked = [replace(source, stem=f"{source.name}~{source.sha256[:8]}") for source in ordered]
    return marked


def check_unchanged(source: Source) -> None:
    """Raise FILE_CHANGED when the file is not the one whose digest was taken."""
    if source.stamp != (0, 0) and stamp_of(Path(source.path)) != source.stamp:
        raise InputDataError(
            "FILE_CHANGED", "the file changed while it was read", where=source.name, remedy="Run again"
        )


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Turn the failures of reading into one error, without the failing bytes that some of them quote."""
    problem = "the file is damaged or cut short"
    try:
        yield
    except (EOFError, zlib.error, BadGzipFile, UnicodeDecodeError, pa.ArrowException):
        pass
    except OSError as error:
        # Without a word of the system it is Arrow that says so, of what it decodes.
        if error.strerror:
            problem = f"the file cannot be read ({error.strerror})"
    else:
        return
    raise InputDataError("UNREADABLE", problem, where=where, remedy="Copy or export it again")


def stamp_of(path: Path) -> tuple[int, int]:
    """Return size and time of change in nanoseconds; of a Delta table those of its log."""
    log = path / "_delta_log"
    status = (log if log.is_dir() else path).stat()
    return status.st_size, status.st_mtime_ns


def stem_of(name: str) -> str:
    """Return a file's name without its folder and ending; ``.gz`` counts as a second ending."""
    plain = Path(name)
    return Path(plain.stem).stem if plain.suffix.lower() == ".gz" else plain.stem
