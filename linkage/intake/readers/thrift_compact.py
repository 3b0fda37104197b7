"""Thrift's compact protocol, as far as it takes to look into a Parquet file before a library opens it.

Source: Apache Thrift, "Thrift compact protocol encoding"; Apache Parquet, ``parquet.thrift``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

TRUE: Final = 1
BYTE: Final = 3
I64: Final = 6
DOUBLE: Final = 7
BINARY: Final = 8
LIST: Final = 9
SET: Final = 10
MAP: Final = 11
STRUCT: Final = 12
_DEPTH: Final = 32


class CompactError(ValueError):
    """The bytes are no compact Thrift, or end too early."""


class Compact:
    """Reads forward through ``data`` from ``position``; every length is held against the bytes that are there.

    All methods raise :class:`CompactError`.
    """

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position

    def number(self) -> int:
        """Return an unsigned number of at most 64 bits."""
        result = shift = 0
        data, position = self.data, self.position
        while position < len(data):
            byte = data[position]
            position += 1
            result |= (byte & 127) << shift
            if byte < 128:
                self.position = position
                return result
            shift += 7
            if shift > 63:
                break
        raise CompactError("a number does not end")

    def signed(self) -> int:
        """Return a signed number (zigzag)."""
        number = self.number()
        return (number >> 1) ^ -(number & 1)

    def binary(self) -> bytes:
        """Return a string of bytes."""
        size = self.number()
        start = self.position
        self._pass(size)
        return self.data[start : self.position]

    def fields(self) -> Iterator[tuple[int, int]]:
        """Yield (field, type) of a struct; the caller reads or skips each value."""
        field = 0
        while True:
            head = self._byte()
            if not head:
                return
            field = field + (head >> 4) if head >> 4 else self.signed()
            yield field, head & 15

    def items(self) -> tuple[int, int]:
        """Return (count, type) of a list; each item takes a byte or more."""
        head = self._byte()
        count = head >> 4
        if count == 15:
            count = self.number()
        if count > len(self.data) - self.position:
            raise CompactError("a list is longer than the data")
        return count, head & 15

    def skip(self, kind: int, depth: int = 0) -> None:
        """Pass over a value; a flag in a struct has no bytes of its own."""
        if depth > _DEPTH:
            raise CompactError("structs are nested too deeply")
        if kind == BYTE:
            self._pass(1)
        elif BYTE < kind <= I64:
            self.number()
        elif kind == DOUBLE:
            self._pass(8)
        elif kind == BINARY:
            self._pass(self.number())
        elif kind in (LIST, SET):
            count, item = self.items()
            for _ in range(count):
                self.skip(BYTE if item < BYTE else item, depth + 1)
        elif kind == MAP:
            self._skip_map(depth)
        elif kind == STRUCT:
            for _, inner in self.fields():
                self.skip(inner, depth + 1)
        elif kind > STRUCT or kind < TRUE:
            raise CompactError("an unknown type")

    def _skip_map(self, depth: int) -> None:
        count = self.number()
        if count > len(self.data) - self.position:
            raise CompactError("a map is longer than the data")
        kinds = self._byte() if count else 0
        for _ in range(count):
            for kind in (kinds >> 4, kinds & 15):
                self.skip(BYTE if kind < BYTE else kind, depth + 1)

    def _byte(self) -> int:
        self._pass(1)
        return self.data[self.position - 1]

    def _pass(self, count: int) -> None:
        if count > len(self.data) - self.position:
            raise CompactError("the data end too early")
        self.position += count
