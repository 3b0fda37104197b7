"""Files made to fill the memory or the disk end in rejects or one clear error, within a bound that the system holds."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

RunLimited = Callable[[str, int], str]

BOUND = 160
"""Megabytes that reading may take beyond those of a small file: chunks, their arrays, and no more."""


def _gzip_bomb(path: Path) -> None:
    packer = zlib.compressobj(9, wbits=31)
    with path.open("wb") as out:
        out.write(packer.compress(b"NAMA,NIK\n"))
        for _ in range(300):
            out.write(packer.compress(b"A,1\n" * (1 << 18)))
        out.write(packer.flush())


def _many_gzips(path: Path) -> None:
    path.write_bytes(gzip.compress(b"NAMA,NIK\n") + gzip.compress(b"A,1\n" * (1 << 20), 9) * 80)


def _zip_bomb(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive, archive.open("x.csv", "w") as member:
        member.write(b"NAMA,NIK\n")
        for _ in range(300):
            member.write(b"A,1\n" * (1 << 18))


def _lying_zip(path: Path) -> None:
    """A member of 300 MB whose directory says 20 bytes."""
    _zip_bomb(path)
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 20)
    path.write_bytes(content)


def _huge_directory(path: Path) -> None:
    """An archive of four bytes of content and 100 MB of directory."""
    entry = struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"x"
    with path.open("wb") as out:
        out.write(b"PK\x03\x04")
        out.write(entry * 2_000_000)
        out.write(struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 65535, 65535, len(entry) * 2_000_000, 4, 0))


def _one_line(path: Path) -> None:
    with path.open("wb") as out:
        out.write(b"NAMA,NIK\nANI,1\n")
        for _ in range(250):
            out.write(b"x" * (1 << 20))


def _quotes(path: Path) -> None:
    with path.open("wb") as out:
        out.write(b'NAMA,NIK\nANI,1\nB,"2\n' + b"C,3\n" * 40_000 + b'D,"')
        for _ in range(60):
            out.write(b'x""' * (1 << 20))


def _long_cells(path: Path) -> None:
    with path.open("wb") as out:
        out.write(b"NAMA,NIK\n" + b"ANI,1\n")
        for _ in range(20):
            out.write(b"B," + b"9" * 10_000_000 + b"\n")


def _wide(path: Path) -> None:
    path.write_bytes(b",".join(b"K%d" % number for number in range(10_000)) + b"\n" + b"1," * 9_999 + b"1\n")


def _headerless_line(path: Path) -> None:
    with path.open("wb") as out:
        for _ in range(250):
            out.write(b"1234567,'a'" * (1 << 16))


BOMBS: tuple[tuple[Callable[[Path], None], str, str], ...] = (
    (_gzip_bomb, "a.csv.gz", "FILE_TOO_LARGE"),
    (_many_gzips, "b.csv.gz", "FILE_TOO_LARGE"),
    (_zip_bomb, "c.zip", "FILE_TOO_LARGE"),
    (_lying_zip, "d.zip", "ARCHIVE_REFUSED"),
    (_huge_directory, "e.zip", "FILE_TOO_LARGE"),
    (_wide, "f.csv", "FILE_TOO_LARGE f.csv: the header has 10000 columns"),
    (_headerless_line, "g.csv", "UNREADABLE"),
    (_one_line, "h.csv", "1 accepted, 1 rejected: CELL_TOO_LONG"),
    (_long_cells, "i.csv", "1 accepted, 20 rejected: CELL_TOO_LONG"),
    (_quotes, "j.csv", "40001 accepted, 2 rejected: CELL_TOO_LONG, QUOTE_OPEN"),
)


def test_a_bomb_is_refused_or_rejected_in_bounded_memory(tmp_path: Path, run_limited: RunLimited) -> None:
    for make, name, _ in BOMBS:
        make(tmp_path / name)
    printed = run_limited(
        f"""
for name in {[name for _, name, _ in BOMBS]!r}:
    try:
        read = read_inputs([Path({str(tmp_path)!r}) / name], spec)
        codes = ", ".join(sorted(set(read.rejects.column("code").to_pylist())))
        print(f"{{read.inputs[0].accepted}} accepted, {{read.inputs[0].rejected}} rejected: {{codes}}")
    except LinkageError as error:
        print(getattr(error, "code", type(error).__name__), error)
""",
        BOUND,
    )
    for said, (_, _, says) in zip(printed.splitlines(), BOMBS, strict=True):
        assert said.startswith(says)
