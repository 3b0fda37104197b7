"""A Parquet file looked through before the library decodes it.

The library believes what a file says of itself: a footer of nested groups overruns its stack, a page header makes it
allocate what the header asks for. So footer and page headers are walked here first, and held against the limits.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import IO, Final

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.readers.thrift_compact import BINARY, I64, LIST, STRUCT, Compact, CompactError

_FOOTER_BYTES: Final = 32 << 20
_DEPTH: Final = 64
_NODES_PER_COLUMN: Final = 16
_LABELS: Final = 10_000
_PAGES: Final = 1_000_000
_HEADER_BYTES: Final = (1 << 9, 1 << 13, 1 << 20, 1 << 24)
_DICTIONARY_PAGE: Final = 2
_CHUNK: Final = 3
_DELTAS: Final = (5, 6, 7)


@dataclass(frozen=True)
class Chunk:
    """One column of a row group: its values, and the bytes of the file it has."""

    values: int
    start: int
    packed: int


@dataclass(frozen=True)
class Page:
    """What a page header says: kind, bytes after (``size``) and before (``packed``) unpacking, values, encoding.

    ``start``: the byte behind the header.
    """

    kind: int
    size: int
    packed: int
    values: int
    encoding: int
    start: int


class ParquetGuard:
    """Checks one file; ``where`` names it in errors. ``group_rows``: rows of each row group, after ``check_footer``.

    Nothing is asked of the library's own view of the row groups: for some damaged files that ends the process. All
    methods raise InputDataError: UNREADABLE for what is damaged or encrypted, FILE_TOO_LARGE for what asks for more
    than the limits grant.
    """

    def __init__(self, path: str, limits: Limits, *, where: str) -> None:
        self._path = Path(path)
        self._limits = limits
        self._where = where
        self.group_rows: list[int] = []
        self._leaves = 0
        self._chunks = array("q")

    def check_footer(self) -> None:
        """Check the footer: its size, that it can be decoded, and the shape of the schema in it."""
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - 8))
            tail = file.read(8)
            if tail[4:] == b"PARE":
                raise self._unreadable("the file is encrypted")
            length = int.from_bytes(tail[:4], "little")
            if size < 12 or tail[4:] != b"PAR1" or length > size - 12:
                raise self._unreadable("the file has no footer: it is damaged or cut short")
            if length > _FOOTER_BYTES:
                raise self._too_large(f"the footer has more than {_FOOTER_BYTES} bytes")
            file.seek(size - 8 - length)
            footer = file.read(length)
        try:
            self._check_metadata(Compact(footer))
            if len(self._chunks) != _CHUNK * self._leaves * len(self.group_rows) or min(self.group_rows, default=0) < 0:
                raise CompactError("a row group without all columns")
        except CompactError:
            problem = "the footer is damaged"
        else:
            return
        raise self._unreadable(problem)

    def check_pages(self, leaves: Sequence[int] | None = None) -> dict[int, int]:
        """Walk the page headers of these columns, by their leaf in the schema; of all without ``leaves``.

        Return those that have pages of deltas, which the library cannot read as dictionaries, each with the bytes of
        its largest page: there a value may repeat the one before for a few bits, so that each may be as long.
        """
        largest: dict[int, int] = {}
        with_deltas: set[int] = set()
        pages = 0
        with self._path.open("rb") as file:
            size = file.seek(0, 2)
            for group, leaf in product(range(len(self.group_rows)), range(self._leaves) if leaves is None else leaves):
                place = _CHUNK * (group * self._leaves + leaf)
                chunk = Chunk(*self._chunks[place : place + _CHUNK])
                total = 0
                for page in self._pages(file, size, chunk):
                    pages += 1
                    total += max(page.size, page.packed)
                    self._check_page(page, chunk, total)
                    largest[leaf] = max(largest.get(leaf, 1), page.size)
                    if page.encoding in _DELTAS:
                        with_deltas.add(leaf)
                    if pages > _PAGES:
                        raise self._too_large(f"the columns have more than {_PAGES} pages")
        return {leaf: largest[leaf] for leaf in sorted(with_deltas)}

    def _check_page(self, page: Page, chunk: Chunk, total: int) -> None:
        most = self._limits.page_bytes
        if total > most:
            raise self._too_large(f"a column of a row group has more than {most} bytes")
        if page.values > (page.size if page.kind == _DICTIONARY_PAGE else chunk.values):
            raise self._unreadable("a page claims more values than it can have")
        if page.encoding in _DELTAS and 4 * page.values > most:
            raise self._too_large(f"a page has values for more than {most} bytes")

    def _pages(self, file: IO[bytes], size: int, chunk: Chunk) -> Iterator[Page]:
        position, end = chunk.start, chunk.start + chunk.packed
        if position < 4 or end > size or chunk.packed < 0:
            raise self._unreadable("a column lies outside the file")
        while position < end:
            page = self._page(file, position)
            position = page.start + page.packed
            if page.packed < 0 or page.size < 0 or page.values < 0 or position > size:
                raise self._unreadable("a page lies outside the file")
            yield page

    def _page(self, file: IO[bytes], position: int) -> Page:
        for most in _HEADER_BYTES:
            file.seek(position)
            data = file.read(most)
            try:
                return _page_header(Compact(data), position)
            except CompactError:
                if len(data) < most:
                    break
        raise self._unreadable("a page header is damaged")

    def _check_metadata(self, footer: Compact) -> None:
        for field, kind in footer.fields():
            if field == 2 and kind == LIST:
                self._check_schema(footer)
            elif field == 4 and kind == LIST:
                for _ in range(footer.items()[0]):
                    self._read_group(footer)
            elif field == 5 and kind == LIST:
                start = footer.position
                if footer.items()[0] > _LABELS:
                    raise self._too_large(f"the footer has more than {_LABELS} labels")
                footer.position = start
                footer.skip(kind)
            elif field == 8:
                raise self._unreadable("columns of the file are encrypted")
            else:
                footer.skip(kind)

    def _read_group(self, footer: Compact) -> None:
        rows = -1
        for field, kind in footer.fields():
            if field == 1 and kind == LIST:
                for _ in range(footer.items()[0]):
                    self._read_chunk(footer)
            elif field == 3 and kind == I64:
                rows = footer.signed()
            else:
                footer.skip(kind)
        self.group_rows.append(rows)

    def _read_chunk(self, footer: Compact) -> None:
        numbers = dict.fromkeys((5, 7, 9, 11), 0)
        for field, kind in footer.fields():
            if field == 1:
                raise self._unreadable("a column lies in another file")
            if field == 3 and kind == STRUCT:
                for inner, of in footer.fields():
                    if inner in numbers and of == I64:
                        numbers[inner] = footer.signed()
                    else:
                        footer.skip(of)
            else:
                footer.skip(kind)
        values, packed, data, dictionary = numbers.values()
        self._chunks.extend((values, min(data, dictionary) if dictionary > 0 else data, packed))

    def _check_schema(self, footer: Compact) -> None:
        """Walk the schema, which stands as a list of nodes, each with its number of children, parents first."""
        count, kind = footer.items()
        if kind != STRUCT:
            raise CompactError("a schema of no nodes")
        if count > _NODES_PER_COLUMN * self._limits.columns:
            raise self._too_large(f"the file has more than {self._limits.columns} columns")
        open_groups: list[int] = []
        for number in range(count):
            children = _children(footer)
            if not number and children > self._limits.columns:
                raise self._too_large(f"the file has more than {self._limits.columns} columns")
            while open_groups and not open_groups[-1]:
                open_groups.pop()
            if open_groups:
                open_groups[-1] -= 1
            if children < 0 or children > count:
                raise CompactError("a node has more children than there are nodes")
            open_groups.append(children)
            self._leaves += not children and number > 0
            if len(open_groups) > _DEPTH:
                raise self._too_large(f"columns are nested more than {_DEPTH} deep")

    def _unreadable(self, problem: str) -> InputDataError:
        return InputDataError("UNREADABLE", problem, where=self._where, remedy="Copy or export it again")

    def _too_large(self, problem: str) -> InputDataError:
        return InputDataError("FILE_TOO_LARGE", problem, where=self._where, remedy="Split it, or raise the limit")


def _children(footer: Compact) -> int:
    children = 0
    for field, kind in footer.fields():
        if field == 5 and BINARY > kind > 3:
            children = footer.signed()
        else:
            footer.skip(kind)
    return children


def _page_header(header: Compact, position: int) -> Page:
    found = {1: -1, 2: -1, 3: -1}
    inner = {1: 0, 2: 0, 4: 0}
    wide = False
    for field, kind in header.fields():
        if field in found and kind == 5:
            found[field] = header.signed()
        elif field in (5, 7, 8) and kind == STRUCT:
            wide = field == 8
            for number, of in header.fields():
                if number in inner and of == 5:
                    inner[number] = header.signed()
                else:
                    header.skip(of)
        else:
            header.skip(kind)
    if -1 in found.values():
        raise CompactError("a page without kind or size")
    return Page(found[1], found[2], found[3], inner[1], inner[4 if wide else 2], position + header.position)
