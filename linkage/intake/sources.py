"""Inputs before any row is read: what kind each is, its digest, its encoding, and the order they are taken in."""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Final, Literal, cast

import pyarrow as pa

from linkage.errors import InputDataError, InputMissingError, UsageError
from linkage.intake.limits import Limits

_READ_BYTES: Final = 4 << 20
_UNDEFINED_1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_EXPORT_UTF8: Final = "Export it as 'CSV UTF-8', delimiter comma, semicolon, bar or tab"


@dataclass(frozen=True)
class Source:
    """One input. ``stem`` is unique among the inputs of a command and begins its generated record ids.

    ``encoding``: Python's name, for text. ``bom``: three bytes to pass over. ``stamp``: size and time of the file when
    its digest was taken. ``table``: the data itself when it is in memory.
    """

    path: str
    name: str
    stem: str
    sha256: str
    bytes: int
    kind: Literal["csv", "parquet", "table"]
    encoding: str = ""
    bom: bool = False
    compressed: bool = False
    stamp: tuple[int, int] = (0, 0)
    table: pa.Table | None = None


def survey(item: Path | str | pa.Table, *, table_name: str, limits: Limits) -> Source:
    """Look an input over once, without keeping any of it.

    Raises:
        InputMissingError: no such file. UsageError: a folder or a device.
        InputDataError: EMPTY_FILE, ENCODING, UNREADABLE or FILE_TOO_LARGE.
    """
    if isinstance(item, pa.Table):
        digest, size = _table_digest(item)
        return Source("", table_name, table_name, digest, size, "table", table=item)
    path = Path(item)
    if not path.exists():
        raise InputMissingError("no such file", where=str(path), remedy="Check the name and the folder")
    if not path.is_file():
        raise UsageError("not a file", where=str(path), remedy="Name files; a folder or a device cannot be read twice")
    with readable(path.name):
        return _survey_file(path, limits)


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
    if source.table is None and _stamp(Path(source.path)) != source.stamp:
        raise InputDataError(
            "FILE_CHANGED", "the file changed while it was read", where=source.name, remedy="Run again"
        )


@contextmanager
def open_bytes(source: Source) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
    """Yield the decompressed bytes after a byte order mark, and the file below them, whose position is the progress."""
    with readable(source.name), Path(source.path).open("rb") as raw:
        stream = cast(IO[bytes], gzip.GzipFile(fileobj=raw)) if source.compressed else raw
        if source.bom:
            stream.read(len(codecs.BOM_UTF8))
        yield stream, raw


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Turn the failures of reading into one error, without the failing bytes that some of them quote."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, pa.ArrowException):
        problem = "the file is damaged or cut short"
    except OSError as error:
        problem = f"the file cannot be read ({error.strerror or 'damaged content'})"
    else:
        return
    raise InputDataError("UNREADABLE", problem, where=where, remedy="Copy or export it again")


def _survey_file(path: Path, limits: Limits) -> Source:
    name, stamp = path.name, _stamp(path)
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
        raw.seek(0)
        magic = raw.read(4)
    source = Source(str(path), name, _stem(name), digest, stamp[0], "csv", stamp=stamp)
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if not magic:
        raise _empty(name)
    if magic == b"PAR1":
        return replace(source, kind="parquet")
    compressed = magic[:2] == b"\x1f\x8b"
    if suffixes[-1:] in ([".parquet"], [".pq"]) or (suffixes[-1:] == [".gz"] and not compressed):
        raise InputDataError(
            "UNREADABLE", f"the content is not what {suffixes[-1]} says", where=name, remedy="Export it again"
        )
    if magic in (b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        problem = "a workbook or an archive, not a table of text"
        raise InputDataError("UNREADABLE", problem, where=name, remedy=_EXPORT_UTF8)
    return _survey_text(replace(source, compressed=compressed), limits)


def _survey_text(source: Source, limits: Limits) -> Source:
    """Find the encoding: UTF-8 if every byte allows it, else Windows-1252."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    not_utf8, not_1252, size, bom = -1, -1, 0, False
    with open_bytes(source) as (stream, _):
        while chunk := stream.read(_READ_BYTES):
            if not size:
                bom = chunk.startswith(codecs.BOM_UTF8)
                if chunk[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
                    raise _wrong_encoding(source, "UTF-16", 0)
            if (position := chunk.find(0)) >= 0:
                raise _wrong_encoding(source, "UTF-16 or no text at all (a NUL byte)", size + position)
            if not_utf8 < 0:
                pending = len(decoder.getstate()[0])
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    not_utf8 = size - pending + error.start
            if not_1252 < 0 and not chunk.isascii() and (match := _UNDEFINED_1252.search(chunk)):
                not_1252 = size + match.start()
            size += len(chunk)
            _check_size(source, size, limits)
    if not size:
        raise _empty(source.name)
    if not_utf8 < 0 and (pending := len(decoder.getstate()[0])):
        not_utf8 = size - pending
    if not_utf8 >= 0 and (bom or not_1252 >= 0):
        raise _wrong_encoding(source, "neither UTF-8 nor Windows-1252", not_utf8 if bom else max(not_utf8, not_1252))
    return replace(source, encoding="utf-8" if not_utf8 < 0 else "windows-1252", bom=bom)


def _check_size(source: Source, size: int, limits: Limits) -> None:
    bomb = source.compressed and size > (16 << 20) and size > limits.gz_ratio * source.bytes
    if bomb or size > limits.text_bytes:
        what = (
            f"more than {limits.gz_ratio} times its compressed size" if bomb else f"more than {limits.text_bytes} bytes"
        )
        raise InputDataError(
            "FILE_TOO_LARGE", f"the text is {what}", where=source.name, remedy="Split it, or raise the limit"
        )


def _wrong_encoding(source: Source, found: str, position: int) -> InputDataError:
    line, left = 1, position
    with open_bytes(replace(source, bom=False)) as (stream, _):
        while left > 0 and (chunk := stream.read(min(left, _READ_BYTES))):
            line += chunk.count(b"\n") or chunk.count(b"\r")
            left -= len(chunk)
    problem = f"the encoding is {found}, first seen at byte {position + 1} on line {line}"
    return InputDataError("ENCODING", problem, where=source.name, remedy=_EXPORT_UTF8)


def _empty(name: str) -> InputDataError:
    return InputDataError("EMPTY_FILE", "the file is empty", where=name, remedy="Export it again")


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _stem(name: str) -> str:
    plain = Path(name)
    return Path(plain.stem).stem if plain.suffix.lower() == ".gz" else plain.stem


class _DigestSink(io.RawIOBase):
    def __init__(self) -> None:
        self.digest = hashlib.sha256()
        self.size = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        view = memoryview(cast(bytes, data))
        self.digest.update(view)
        self.size += view.nbytes
        return view.nbytes


def _table_digest(table: pa.Table) -> tuple[str, int]:
    """Return a SHA-256 that does not depend on how the columns are cut into chunks, and the bytes it covers."""
    sink = _DigestSink()
    for field, column in zip(table.schema.remove_metadata(), table.columns, strict=True):
        bare = pa.schema([pa.field(field.name, field.type)])
        with pa.ipc.new_stream(pa.PythonFile(sink, "w"), bare) as stream:
            stream.write_table(pa.table([column.combine_chunks()], schema=bare))
    return sink.digest.hexdigest(), sink.size
