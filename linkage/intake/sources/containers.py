"""Zip archives that strangers pack: their directory checked whole before a byte is unpacked.

Nothing is ever written under a member's name. What is refused: encryption, links and devices, names that point outside
or mean a device, archives in archives, packing methods other than deflate, members that overlap or contradict the
directory, and more members or bytes than the limits allow.
"""

from __future__ import annotations

import re
import stat
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO, Final

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.sources.file_names import has_odd_letters
from linkage.intake.sources.source import Member, readable

_TAIL_BYTES: Final = (1 << 16) + 22
_ENTRY_BYTES: Final = 400
"""What a member's entry in the directory may take on the average."""

_FREE_BYTES: Final = 16 << 20
_END: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x06"
_LOCAL: Final = struct.Struct("<4s5H3I2H")
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_PATCHED: Final = 0x20
_UTF8_NAME: Final = 0x800
_DEVICES: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)


@contextmanager
def open_archive(path: Path, *, where: str, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Yield an archive whose directory is small enough to be held; what fails inside is one error.

    Raises:
        InputDataError: UNREADABLE when it is damaged, FILE_TOO_LARGE, ARCHIVE_REFUSED.
    """
    try:
        with readable(where), path.open("rb") as raw:
            if _directory_bytes(raw) > limits.members * _ENTRY_BYTES + _TAIL_BYTES:
                raise _too_many(where, limits)
            with zipfile.ZipFile(raw) as archive:
                yield archive
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OverflowError, struct.error):
        problem = "a workbook or an archive that is damaged or cut short"
    else:
        return
    raise InputDataError(
        "UNREADABLE", problem, where=where, remedy="Save or pack it again, or export it as 'CSV UTF-8'"
    )


def checked_members(archive: zipfile.ZipFile, *, where: str, limits: Limits) -> list[Member]:
    """Return the files of an archive, folders left out, after every check that needs no unpacking.

    Raises:
        InputDataError: ARCHIVE_REFUSED or FILE_TOO_LARGE.
    """
    entries = archive.infolist()
    if len(entries) > limits.members:
        raise _too_many(where, limits)
    for name, times in Counter(entry.orig_filename for entry in entries).items():
        if times > 1:
            raise _refused(where, f"{times} files in it have the same name", name)
    raw = archive.fp
    if raw is None:
        raise _refused(where, "it is closed")
    members = [_checked(raw, entry, where) for entry in entries]
    _check_overlap(entries, members, archive.start_dir, where)
    return [member for member, entry in zip(members, entries, strict=True) if not entry.is_dir()]


def check_expansion(members: Sequence[Member], packed: int, *, where: str, limits: Limits) -> None:
    """Refuse an archive that unpacks to more than the limits allow, by what its directory says.

    ``packed``: bytes of the archive. Reading holds every member to its stated size.

    Raises:
        InputDataError: FILE_TOO_LARGE.
    """
    total = sum(member.size for member in members)
    pairs = [(total, packed), *((member.size, member.packed) for member in members)]
    if any(size > _FREE_BYTES and size > limits.ratio * small for size, small in pairs):
        what = f"more than {limits.ratio} times its compressed size"
    elif total > limits.text_bytes:
        what = f"more than {limits.text_bytes} bytes"
    else:
        return
    raise InputDataError(
        "FILE_TOO_LARGE", f"the archive unpacks to {what}", where=where, remedy="Split it, or raise the limit"
    )


def _directory_bytes(raw: IO[bytes]) -> int:
    """Return the largest size of the directory that any end record claims, or that the file can hold."""
    size = raw.seek(0, 2)
    raw.seek(max(0, size - _TAIL_BYTES))
    tail = raw.read(_TAIL_BYTES)
    raw.seek(0)
    claimed = [0]
    for magic, offset, width in ((_END, 12, "<I"), (_END_64, 40, "<Q")):
        at = tail.find(magic)
        while at >= 0:
            field = tail[at + offset : at + offset + struct.calcsize(width)]
            if len(field) == struct.calcsize(width):
                claimed.append(struct.unpack(width, field)[0])
            at = tail.find(magic, at + 1)
    # A 64-bit archive writes the largest number into the short record.
    return min(size, max(claim for claim in claimed if claim != 0xFFFFFFFF))


def _checked(raw: IO[bytes], entry: zipfile.ZipInfo, where: str) -> Member:
    name = entry.orig_filename
    _check_name(name, where)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(where, "it holds a link or a device", name)
    if entry.flag_bits & _ENCRYPTED:
        raise _refused(where, "it is protected by a password", name, "Pack it again without a password")
    if entry.flag_bits & _PATCHED or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(where, "it is packed by another method than deflate", name, "Pack it again as a plain .zip")
    stored = entry.compress_type == zipfile.ZIP_STORED
    if (stored and entry.compress_size != entry.file_size) or (entry.is_dir() and entry.file_size):
        raise _refused(where, "its directory contradicts itself", name)
    raw.seek(entry.header_offset)
    head = raw.read(_LOCAL.size)
    if len(head) < _LOCAL.size:
        raise _refused(where, "its directory points outside", name)
    magic, _, flags, method, *_, name_bytes, extra_bytes = _LOCAL.unpack(head)
    local = raw.read(name_bytes).decode("utf-8" if flags & _UTF8_NAME else "cp437", "replace")
    if magic != b"PK\x03\x04" or local != name or method != entry.compress_type or flags & _ENCRYPTED:
        raise _refused(where, "its directory contradicts its content", name)
    start = entry.header_offset + _LOCAL.size + name_bytes + extra_bytes
    return Member(name, start, entry.compress_size, entry.file_size, entry.CRC, not stored)


def _check_name(name: str, where: str) -> None:
    parts = PurePosixPath(name).parts
    outside = not parts or name.startswith("/") or ".." in parts or "\\" in name or re.match(r"[A-Za-z]:", name)
    if outside or has_odd_letters(name):
        raise _refused(where, "a name in it points outside, or has letters that no file name has")
    if any(_DEVICES.fullmatch(part.rstrip(" .")) for part in parts):
        raise _refused(where, "a name in it means a device", name)


def _check_overlap(entries: Sequence[zipfile.ZipInfo], members: Sequence[Member], end: int, where: str) -> None:
    spans = sorted(
        (entry.header_offset, member.start + member.packed, member.name)
        for entry, member in zip(entries, members, strict=True)
    )
    before = 0
    for start, stop, name in spans:
        if start < before or stop > end:
            raise _refused(where, "files in it overlap", name)
        before = stop


def _too_many(where: str, limits: Limits) -> InputDataError:
    return InputDataError(
        "FILE_TOO_LARGE",
        f"the archive holds more than {limits.members} files",
        where=where,
        remedy="Split it, or raise the limit",
    )


def _refused(where: str, problem: str, name: str = "", remedy: str = "Pack it again") -> InputDataError:
    place = f"{where}/{name}" if name else where
    return InputDataError("ARCHIVE_REFUSED", f"the archive is refused: {problem}", where=place, remedy=remedy)
