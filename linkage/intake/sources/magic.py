"""What a file is, told by its first bytes and never by its name alone."""

from __future__ import annotations

import re
from typing import Final

from linkage.errors import InputDataError

HEAD_BYTES: Final = 512
"""So many bytes from the beginning are enough to tell."""

PARQUET: Final = b"PAR1"
GZIP: Final = b"\x1f\x8b"
ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")

_TABLE: Final = "Save it as .xlsx or as 'CSV UTF-8'"
_PACK: Final = "Unpack it, or pack the files as .zip or .gz"

_ARCHIVES: Final = (
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a rar archive"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"\x28\xb5\x2f\xfd", "Zstandard data"),
    (b"\x04\x22\x4d\x18", "LZ4 data"),
)
_BZIP2: Final = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_DOCUMENTS: Final = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old (.xls) or a password-protected workbook", _TABLE),
    (b"%PDF-", "a PDF document", "Ask for the table itself as CSV or XLSX"),
    (b"{\\rtf", "a text document", _TABLE),
    (b"\x89PNG", "a picture", "Ask for the table itself as CSV or XLSX"),
    (b"\xff\xd8\xff", "a picture", "Ask for the table itself as CSV or XLSX"),
    (b"SQLite format 3\x00", "an SQLite database", "Name a query on it: sqlite:///FILE#SELECT ..."),
    (b"ARROW1\x00\x00", "an Arrow file", "Save it as Parquet"),
    (b"ORC", "an ORC file", "Save it as Parquet"),
    (b"Obj\x01", "an Avro file", "Save it as Parquet"),
    (b"<stata_dta>", "a Stata file", "Save it as CSV or Parquet"),
    (b"$FL2", "an SPSS file", "Save it as CSV or Parquet"),
    (b"\x00\x01\x00\x00Standard ", "an Access database", "Export the table as 'CSV UTF-8'"),
)
_MARKUP: Final = re.compile(rb"\s*<(?:!doctype|\?xml|html|table|meta)\b|\s*<\?xml", re.IGNORECASE)
_JSON: Final = re.compile(rb'\s*(?:\[\s*)?\{\s*"')
_DBASE: Final = re.compile(rb"[\x03\x30\x31\x83\x8b\xf5][\x00-\xc8][\x01-\x0c][\x01-\x1f]", re.DOTALL)


def refuse_foreign(head: bytes, *, where: str) -> None:
    """Refuse what is surely no table of text, naming what it is.

    Raises:
        InputDataError: ARCHIVE_REFUSED for other archives, UNREADABLE for other documents.
    """
    for magic, what in _ARCHIVES:
        if head.startswith(magic):
            raise InputDataError("ARCHIVE_REFUSED", f"the file is {what}", where=where, remedy=_PACK)
    if _BZIP2.match(head):
        raise InputDataError("ARCHIVE_REFUSED", "the file is bzip2 data", where=where, remedy=_PACK)
    if head[257:262] == b"ustar":
        raise InputDataError("ARCHIVE_REFUSED", "the file is a tar archive", where=where, remedy=_PACK)
    for magic, what, remedy in _DOCUMENTS:
        # Three letters may begin a header too.
        if head.startswith(magic) and (len(magic) > 3 or any(byte < 9 for byte in head)):
            raise InputDataError("UNREADABLE", f"the file is {what}", where=where, remedy=remedy)
    plain = head.removeprefix(b"\xef\xbb\xbf")
    if _MARKUP.match(plain):
        problem = "the file is a page of HTML or XML, whatever its name says"
        raise InputDataError("UNREADABLE", problem, where=where, remedy=f"Open it in a spreadsheet. {_TABLE}")
    if _JSON.match(plain):
        raise InputDataError("UNREADABLE", "the file is JSON", where=where, remedy="Export it as CSV or Parquet")
    if b"\x00" in head and _DBASE.match(head):
        raise InputDataError("UNREADABLE", "the file is a dBase table (.dbf)", where=where, remedy=_TABLE)
