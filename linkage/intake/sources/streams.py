"""The bytes of a source: unpacked as they are read, and decoded to UTF-8 where the file is written otherwise."""

from __future__ import annotations

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Final, Protocol, cast

from linkage.errors import InputDataError
from linkage.intake.sources.source import Member, Source, readable

BYTE_ORDER_MARKS: Final[Mapping[str, bytes]] = {
    "utf-8": codecs.BOM_UTF8,
    "utf-32-le": codecs.BOM_UTF32_LE,
    "utf-32-be": codecs.BOM_UTF32_BE,
    "utf-16-le": codecs.BOM_UTF16_LE,
    "utf-16-be": codecs.BOM_UTF16_BE,
}
"""Marks at the beginning of a text, the longer before those they begin with."""

_PACKED_BYTES: Final = 1 << 16


class ByteStream(Protocol):
    """What reading asks of a stream."""

    def read(self, size: int, /) -> bytes:
        """Return some bytes, none only at the end."""
        ...


class Position(Protocol):
    """What progress asks of a stream."""

    def tell(self) -> int:
        """Return the bytes of the source used up so far."""
        ...


@contextmanager
def open_bytes(source: Source) -> Iterator[tuple[ByteStream, Position]]:
    """Yield the unpacked bytes after a byte order mark, and the stream whose position is the progress."""
    with readable(source.name), Path(source.path).open("rb") as raw:
        stream: ByteStream = raw
        position: Position = raw
        if source.place is not None:
            member = MemberStream(raw, source.place, where=source.name)
            stream, position = cast(ByteStream, io.BufferedReader(member, _PACKED_BYTES)), member
        elif source.compressed:
            stream = cast(ByteStream, gzip.GzipFile(fileobj=raw))
        if source.bom:
            stream.read(len(BYTE_ORDER_MARKS[source.encoding]))
        yield stream, position


@contextmanager
def open_text(source: Source) -> Iterator[tuple[ByteStream, Position]]:
    """Yield the text as UTF-8, without its mark, and the stream whose position is the progress."""
    with open_bytes(source) as (stream, position):
        yield stream if source.encoding == "utf-8" else _Utf8Stream(stream, source.encoding), position


class _Utf8Stream:
    """Decodes as it reads. The codec's state goes over from one piece to the next."""

    def __init__(self, stream: ByteStream, encoding: str) -> None:
        self._stream = stream
        self._decoder = codecs.getincrementaldecoder(encoding)()
        self._ascii_stays = encoding in ("windows-1252", "cp1252")

    def read(self, size: int, /) -> bytes:
        while chunk := self._stream.read(size):
            if self._ascii_stays and chunk.isascii():
                return chunk
            if text := self._decoder.decode(chunk):
                return text.encode("utf-8", "replace")
        return self._decoder.decode(b"", True).encode("utf-8", "replace")


class MemberStream(io.RawIOBase):
    """The unpacked bytes of one archive member, which must be exactly what the archive's directory says.

    Never unpacks more than asked for. Raises InputDataError: UNREADABLE when the packed bytes are damaged,
    ARCHIVE_REFUSED when size or content are not those of the directory.
    """

    def __init__(self, raw: IO[bytes], member: Member, *, where: str) -> None:
        self._raw = raw
        self._member = member
        self._where = where
        self._left = member.packed
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS) if member.deflated else None
        self._tail = b""
        self._size = 0
        self._crc = 0
        raw.seek(member.start)

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def tell(self) -> int:
        """Return the bytes unpacked so far."""
        return self._size

    def readinto(self, buffer: Any, /) -> int:
        """Fill a part of the buffer and return its bytes; 0 at the end."""
        data = self._unpack(len(buffer))
        buffer[: len(data)] = data
        self._size += len(data)
        self._crc = zlib.crc32(data, self._crc)
        if self._size > self._member.size:
            raise self._refused("is longer than the archive's directory says")
        if not data:
            self._check_end()
        return len(data)

    def _unpack(self, size: int) -> bytes:
        if self._inflate is None:
            return self._packed(size)
        while not self._inflate.eof:
            packed = self._tail or self._packed(_PACKED_BYTES)
            if not packed:
                return b""
            data = self._inflate.decompress(packed, size)
            self._tail = self._inflate.unconsumed_tail
            if data:
                return data
        return b""

    def _packed(self, size: int) -> bytes:
        data = self._raw.read(min(size, self._left))
        self._left -= len(data)
        return data

    def _check_end(self) -> None:
        ended = self._inflate is None or self._inflate.eof
        if not ended or self._size < self._member.size or self._crc != self._member.crc:
            problem = "the file is damaged or cut short inside the archive"
            raise InputDataError("UNREADABLE", problem, where=self._where, remedy="Pack or copy it again")
        if self._left or (self._inflate is not None and self._inflate.unused_data):
            raise self._refused("has packed bytes after its end")

    def _refused(self, what: str) -> InputDataError:
        return InputDataError(
            "ARCHIVE_REFUSED", f"the file in the archive {what}", where=self._where, remedy="Pack it again"
        )
