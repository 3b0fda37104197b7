"""A workbook as a package: its parts, walked as XML in bounded memory, and what they say of sheets and styles.

A part is fed to expat piece by piece and no tree is built: an element of four bytes costs nothing when it is passed
over. What would still grow (names, one tag, depth) is bounded here; what a handler keeps, it bounds itself. Nothing
outside the file is ever opened, and macros, pictures and links to other workbooks are not read at all.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, Protocol
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, STRIP_RE, is_date_format, is_timedelta_format

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.sources.source import readable

_PIECE: Final = 1 << 16
_SMALL_PART: Final = 16 << 20
_TAG_BYTES: Final = 4 << 20
_NAMES: Final = 10_000
_DEPTH: Final = 100
_RATIO_FROM: Final = 16 << 20
_DAY_OR_YEAR: Final = re.compile(r"(?<![_\\])[dyDY]")
_SAVE_AGAIN: Final = "Open it in a spreadsheet and save it as .xlsx again, or export CSV UTF-8"

DATE: Final = "date"
TIME: Final = "time"
"""What a number is shown as by the style of its cell."""


class Handlers(Protocol):
    """What is told of each element; a name may carry a prefix."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def text(self, data: str) -> None:
        """Text inside an element, or a piece of it."""


@dataclass(frozen=True)
class Sheet:
    """One worksheet: its ``name``, whether the workbook hides it, and its ``part`` of the package."""

    name: str
    hidden: bool
    part: str


class Package:
    """An XLSX file. ``walked`` and ``size``: bytes of the part at hand that are read, and that it says to have."""

    def __init__(self, path: str, limits: Limits, *, where: str) -> None:
        """Read the directory of the archive.

        Raises:
            InputDataError: UNREADABLE (no archive, encrypted, another kind of workbook), FILE_TOO_LARGE.
        """
        self._path = path
        self._limits = limits
        self._where = where
        self._read: dict[str, int] = {}
        self._total = 0
        self.walked = self.size = 0
        with self._sound():
            self._check_start()
            with zipfile.ZipFile(path) as archive:
                self._members = {member.filename: member for member in archive.infolist()}
        self._main = self._target("_rels/.rels", "", "/officeDocument")
        if self._main.endswith(".bin"):
            raise self.unreadable("a binary workbook (.xlsb), which is not read")

    def unreadable(self, problem: str) -> InputDataError:
        """Return the error of a workbook that cannot be used."""
        return InputDataError("UNREADABLE", problem, where=self._where, remedy=_SAVE_AGAIN)

    def too_large(self, problem: str) -> InputDataError:
        """Return the error of a workbook that asks for more than the limits grant."""
        return InputDataError("FILE_TOO_LARGE", problem, where=self._where, remedy="Split it, or raise the limit")

    def sheets(self) -> tuple[tuple[Sheet, ...], bool]:
        """Return the worksheets in the order of the workbook, and whether its days count from 1904."""
        relations = {key: target for key, kind, target in self._relations(self._main) if kind.endswith("/worksheet")}
        sheets: list[Sheet] = []
        since_1904 = False
        for name, attributes in self._elements(self._main):
            if name == "workbookPr":
                since_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet":
                key = next((value for label, value in attributes.items() if label.endswith(":id")), "")
                if key in relations:
                    hidden = attributes.get("state", "visible") != "visible"
                    sheets.append(Sheet(attributes.get("name", ""), hidden, relations[key]))
        return tuple(sheets), since_1904

    def shared_strings(self) -> str:
        """Return the part that holds the texts shared by cells; empty when there is none."""
        found = (target for _, kind, target in self._relations(self._main) if kind.endswith("/sharedStrings"))
        return next((target for target in found if target in self._members), "")

    def moments(self) -> dict[str, str]:
        """Return DATE or TIME per number of a cell style that shows numbers so."""
        part = next((target for _, kind, target in self._relations(self._main) if kind.endswith("/styles")), "")
        formats = {str(number): code for number, code in BUILTIN_FORMATS.items()}
        found: dict[str, str] = {}
        group, number = "", 0
        for name, attributes in self._elements(part) if part in self._members else ():
            if name in ("numFmts", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs"):
                group = name
            elif name == "numFmt" and group == "numFmts":
                formats[attributes.get("numFmtId", "0")] = attributes.get("formatCode", "")[:255]
            elif name == "xf" and group == "cellXfs":
                if moment := _moment(formats.get(attributes.get("numFmtId", "0"), "")):
                    found[str(number)] = moment
                number += 1
        return found

    def walk(self, part: str, handlers: Handlers, most: int = 0) -> Iterator[None]:
        """Feed a part to handlers and yield after each piece; leaving the loop early is fine.

        Args:
            part: its name in the package.
            handlers: what is told.
            most: bytes the part may have; 0: what the limits grant.

        Raises:
            InputDataError: UNREADABLE, FILE_TOO_LARGE.
        """
        with self._sound():
            member = self._members[part]
            if member.flag_bits & 1 or member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise self.unreadable("a part is encrypted or packed in a way that workbooks do not use")
            self.walked, self.size = 0, member.file_size
            names: dict[str, str] = {}
            parser = self._parser(handlers, names)
            with zipfile.ZipFile(self._path) as archive, archive.open(member) as stream:
                while piece := stream.read(_PIECE):
                    self._count(len(piece), member, most)
                    parser.Parse(piece, False)
                    if len(names) > _NAMES or self.walked - parser.CurrentByteIndex > _TAG_BYTES:
                        raise self.too_large("a part has too many names, or a tag that is too long")
                    yield
                parser.Parse(b"", True)
        yield

    def _parser(self, handlers: Handlers, names: dict[str, str]) -> expat.XMLParserType:
        parser = expat.ParserCreate(intern=names)
        parser.buffer_text = True
        parser.StartElementHandler = handlers.start
        parser.EndElementHandler = handlers.end
        parser.CharacterDataHandler = handlers.text

        def refuse(*_: object) -> None:
            raise self.unreadable("a part declares a DOCTYPE, which workbooks do not have")

        parser.StartDoctypeDeclHandler = refuse
        return parser

    def _count(self, read: int, member: zipfile.ZipInfo, most: int) -> None:
        self.walked += read
        if (further := self.walked - self._read.get(member.filename, 0)) > 0:
            # A part that is walked again costs what it did, but is no larger.
            self._read[member.filename] = self.walked
            self._total += further
        packed = max(1, member.compress_size)
        if self.walked > _RATIO_FROM and self.walked > self._limits.ratio * packed:
            raise self.too_large(f"a part is more than {self._limits.ratio} times its compressed size")
        if most and self.walked > most:
            raise self.too_large(f"a part has more than {most} bytes")
        if self._total > self._limits.workbook_bytes:
            raise self.too_large(f"the workbook has more than {self._limits.workbook_bytes} bytes")

    def _check_start(self) -> None:
        """Refuse what is no archive, and a directory of more members than allowed before it is loaded."""
        entries, tail = 0, b""
        with Path(self._path).open("rb") as raw:
            if raw.read(8).startswith(b"\xd0\xcf\x11\xe0"):
                raise self.unreadable("a workbook with a password, or one of the old kind (.xls)")
            raw.seek(0)
            while piece := raw.read(1 << 20):
                entries += (tail + piece).count(b"PK\x01\x02")
                tail = piece[-3:]
        if entries > self._limits.members:
            raise self.too_large(f"the archive has more than {self._limits.members} members")

    def _elements(self, part: str) -> Iterator[tuple[str, Mapping[str, str]]]:
        """Yield the elements of a small part, without their prefixes, as they begin."""
        found = _Elements(self)
        for _ in self.walk(part, found, _SMALL_PART):
            yield from found.taken()

    def _relations(self, part: str) -> list[tuple[str, str, str]]:
        """Return (key, kind, part) of the relations inside the package."""
        folder, name = posixpath.split(part)
        beside = posixpath.join(folder, "_rels", f"{name}.rels")
        return self._related(beside, folder) if beside in self._members else []

    def _related(self, rels: str, folder: str) -> list[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []
        for name, attributes in self._elements(rels):
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, attributes.get("Target", ""))).lstrip("/")
                found.append((attributes.get("Id", ""), attributes.get("Type", ""), target))
            if len(found) > self._limits.members:
                raise self.too_large(f"the workbook has more than {self._limits.members} parts")
        return found

    def _target(self, rels: str, folder: str, kind: str) -> str:
        if rels in self._members:
            for _, label, target in self._related(rels, folder):
                if label.endswith(kind) and target in self._members:
                    return target
        raise self.unreadable("an archive that is no workbook")

    @contextmanager
    def _sound(self) -> Iterator[None]:
        """Turn the failures of archives and XML into one error, without what they quote."""
        try:
            with readable(self._where):
                yield
        except (
            zipfile.BadZipFile,
            expat.ExpatError,
            zlib.error,
            struct.error,
            NotImplementedError,
            LookupError,
            OverflowError,
            ValueError,
        ):
            pass
        else:
            return
        raise self.unreadable("the workbook is damaged or cut short")


class _Elements:
    """Keeps the elements that began since it was last asked."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._begun: list[tuple[str, Mapping[str, str]]] = []
        self._depth = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._begun.append((name.rpartition(":")[2], attributes))
        self._depth = deeper(self._depth, self._package)

    def end(self, name: str) -> None:
        self._depth -= 1

    def text(self, data: str) -> None:
        pass

    def taken(self) -> list[tuple[str, Mapping[str, str]]]:
        begun, self._begun = self._begun, []
        return begun


def deeper(depth: int, package: Package) -> int:
    """Return the next depth of nested elements; raises InputDataError FILE_TOO_LARGE when it is absurd."""
    if depth >= _DEPTH:
        raise package.too_large("elements are nested too deeply")
    return depth + 1


@lru_cache(maxsize=1024)
def _moment(code: str) -> str:
    """Return whether a number format shows a date or a time; empty for neither."""
    if is_timedelta_format(code):
        return TIME
    if not is_date_format(code):
        return ""
    bare = STRIP_RE.sub("", code.split(";")[0])
    return TIME if not _DAY_OR_YEAR.search(bare) and set("hsHS") & set(bare) else DATE
