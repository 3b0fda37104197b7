"""Inputs that once ended otherwise than they may, as small as they could be made; and inputs of the same kind."""

from __future__ import annotations

from typing import NamedTuple

from tests.intake.fuzz.seeds import parquet_bytes


class Finding(NamedTuple):
    """``name``: what was wrong. ``target``: what reads the ``data``. ``code``: how it ends; empty when it is read."""

    name: str
    target: str
    data: bytes
    code: str


def _fewer_values(values: int) -> bytes:
    """A Parquet file whose first dictionary has four values and says to have fewer: its rows name the others."""
    data = parquet_bytes(compression="none")
    at = data.index(b"\x4c\x15\x08")
    return data[:at] + bytes((0x4C, 0x15, 2 * values)) + data[at + 3 :]


_ROW = "3374015507911234,ZYXQWANI,15/07/1991"

FINDINGS = (
    Finding("a sidecar of lists in lists used up the stack", "sidecar", b"a=" + b"[" * 5000, "SIDECAR"),
    Finding("a number of 5,000 digits in a sidecar", "sidecar", b"a=" + b"9" * 5000, "SIDECAR"),
    Finding("a dotted name took time by the square of its parts", "sidecar", b"a." * 30_000 + b"a=1", "SIDECAR"),
    Finding("a number of 5,000 digits in a file of a query", "query", b"a=" + b"9" * 5000, "QUERY_FILE"),
    Finding("a dotted name in a file of a query", "query", b"a." * 30_000 + b"a=1", "QUERY_FILE"),
    Finding("a file of a query of any length was cut and read", "query", b"#" * 70_000, "QUERY_FILE"),
    Finding(
        "a database with a name that no file system takes",
        "query",
        b'[query]\nurl = "sqlite:///' + b"a" * 5000 + b'"\nsql = "SELECT 1"',
        "InputMissingError",
    ),
    Finding(
        "a row joined to the header, whose line end was lost, was quoted",
        "csv",
        f"NIK,TGL_LHR,NO_KK{_ROW}\n{_ROW}\n".encode(),
        "NO_NAME_COLUMN",
    ),
    Finding(
        "a name of a column coloured the terminal",
        "csv",
        "NIK\x1b[31m,TGL_LHR,KOTA\x1b[0m\u202e\n1,2,3\n".encode(),
        "NO_NAME_COLUMN",
    ),
    Finding("a name of a column broke the line of a log", "csv", 'NIK,"NAMA\u2028LGKP"\n1,\n'.encode(), ""),
    Finding(
        "a mark of UTF-8 before a row was passed over where a chunk began",
        "csv",
        b"NIK,NAMA\n" + b'\xef\xbb\xbf1,"A"\n' * 30,
        "",
    ),
    Finding("a mark of UTF-8 before a quoted cell", "csv", b'NIK,NAMA\n\xef\xbb\xbf"1,A\n', ""),
    Finding("rows of a Parquet file named values that its dictionary lacks", "parquet", _fewer_values(1), "UNREADABLE"),
    Finding("a Parquet file with an empty dictionary", "parquet", _fewer_values(0), "UNREADABLE"),
    Finding("the same inside a Delta table", "delta_data", _fewer_values(1), "UNREADABLE"),
)
