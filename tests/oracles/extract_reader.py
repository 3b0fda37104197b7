"""A slow reader of synthetic extracts, by the standard library alone, that undoes the habits of each dialect."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyarrow.parquet as pq

from linkage.synthetic.files.dialects import Dialect

Row = dict[str, Any]

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MONTH_NAMES = ["JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES"]
MONTHS = {name: number for number, name in enumerate(MONTH_NAMES, 1)}
SIAK = {
    "NIK": "nik",
    "NO_KK": "no_kk",
    "NAMA_LGKP": "nama",
    "JENIS_KLMIN": "jenis_kelamin",
    "TMPT_LHR": "tempat_lahir",
    "TGL_LHR": "tanggal_lahir",
    "AGAMA": "agama",
    "STAT_KWN": "stat_kwn",
    "STAT_HBKEL": "shdk",
    "NIK_IBU": "nik_ibu",
    "NAMA_LGKP_IBU": "nama_ibu",
    "NIK_AYAH": "nik_ayah",
    "NAMA_LGKP_AYAH": "nama_ayah",
    "NO_AKTA_LHR": "no_akta_lhr",
    "ALAMAT": "alamat",
    "NO_RT": "rt",
    "NO_RW": "rw",
    "PROP_NAME": "provinsi",
    "KAB_NAME": "kab_kota",
    "KEC_NAME": "kecamatan",
    "KEL_NAME": "kelurahan",
    "STATUS_KTPEL": "status_ktpel",
    "FLAG_STATUS": "flag_status",
    "TGL_ENTRI": "tgl_entri",
    "TGL_UBAH": "tgl_ubah",
}
FAITHS = ["ISLAM", "KRISTEN", "KATHOLIK", "HINDHU", "BUDHA", "KONG HUCHU", "KEPERCAYAAN TERHADAP TUHAN YME"]
MARITAL = ["BELUM KAWIN", "KAWIN", "CERAI HIDUP", "CERAI MATI"]
RELATIONS = [
    "KEPALA KELUARGA",
    "SUAMI",
    "ISTRI",
    "ANAK",
    "MENANTU",
    "CUCU",
    "ORANG TUA",
    "MERTUA",
    "FAMILI LAIN",
    "PEMBANTU",
    "LAINNYA",
]
WORDS = {"agama": FAITHS, "stat_kwn": MARITAL, "shdk": RELATIONS}
NOTHING = {"", "-", "TIDAK ADA", "N/A"}
ZERO_IS_NOTHING = {"nik", "no_kk", "nama_ibu", "nama_ayah", "nik_ibu", "nik_ayah", "no_akta_lhr", "alamat"} | {
    "tempat_lahir",
    "tanggal_lahir",
}


def dialect_by_header(path: Path, dialects: tuple[Dialect, ...]) -> Dialect:
    """Return the only one of some dialects whose header and kind of file fit a file."""
    found = [dialect for dialect in dialects if path.suffix == f".{dialect.extension}" and _fits(path, dialect)]
    assert len(found) == 1, path.name
    return found[0]


def read_extract(path: Path, dialect: Dialect) -> tuple[dict[int, Row], int]:
    """Return whole rows that have a name, as written, by the line on which they start, and the number of others.

    Columns are in upper case; nothing at all is None.
    """
    if dialect.extension == "parquet":
        rows = enumerate(pq.read_table(path).to_pylist(), 1)
        return {line: {name.upper(): value for name, value in row.items()} for line, row in rows}, 0
    if dialect.extension == "xlsx":
        return _read_sheet(path), 0
    good: dict[int, Row] = {}
    bad = 0
    with path.open(encoding=dialect.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=dialect.delimiter)
        header = [name.upper() for name in next(reader)]
        name = header.index("NAMA_LGKP" if dialect.siak else "NAMA")
        line = reader.line_num + 1
        for row in reader:
            if len(row) == len(header) and row[name]:
                good[line] = {key: value or None for key, value in zip(header, row, strict=True)}
            else:
                bad += 1
            line = reader.line_num + 1
    return good, bad


def plain_row(row: Row, dialect: Dialect) -> Row:
    """Return what a row as written says, in plain columns: ISO dates, L and P, codes, letters in upper case."""
    plain: Row = {SIAK[name]: row[name] for name in SIAK} if dialect.siak else {key.lower(): row[key] for key in row}
    if dialect.siak:
        parts = ("NO_PROP", 2), ("NO_KAB", 2), ("NO_KEC", 2), ("NO_KEL", 4)
        plain["kode_wilayah"] = "".join(row[name].zfill(width) for name, width in parts)
    for name, value in plain.items():
        text = value.upper() if isinstance(value, str) else value
        if text in NOTHING or (text == "0" and name in ZERO_IS_NOTHING):
            text = None
        plain[name] = _plain_value(name, text, dialect)
    return plain


def _plain_value(name: str, value: Any, dialect: Dialect) -> Any:
    if value is None:
        return None
    if name in ("nik", "no_kk"):
        return value.strip().lstrip("'")
    if name in ("tanggal_lahir", "tgl_entri", "tgl_ubah"):
        return _iso_date(value, dialect)
    if name == "jenis_kelamin":
        return {"1": "L", "2": "P", "LK": "L", "PR": "P", "LAKI-LAKI": "L", "PEREMPUAN": "P"}.get(value, value)
    if name in ("rt", "rw"):
        return str(value).zfill(3)
    if name in WORDS and value in WORDS[name]:
        return str(WORDS[name].index(value) + 1)
    return value.replace("\n", " ") if isinstance(value, str) else str(value)


def _iso_date(value: Any, dialect: Dialect) -> str:
    if isinstance(value, int):
        return (dt.date(1899, 12, 30) + dt.timedelta(value)).isoformat()
    if dialect.date == "yyyy-mm-dd":
        return str(value)
    day, month, year = value.replace("/", "-").split("-")
    return f"{year}-{MONTHS.get(month) or int(month):02}-{day}"


def _fits(path: Path, dialect: Dialect) -> bool:
    if dialect.extension != "csv":
        return True
    head = path.read_bytes().split(b"\n", 1)[0].removeprefix(b"\xef\xbb\xbf")
    name = ("nik" if dialect.lower_header else "NIK") if dialect.siak else "record_id"
    return head.startswith(f"{name}{dialect.delimiter}".encode())


def _read_sheet(path: Path) -> dict[int, Row]:
    with zipfile.ZipFile(path) as book:
        sheet = ElementTree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    rows: dict[int, dict[str, Any]] = {}
    for row in sheet.iter(f"{SHEET}row"):
        cells = {str(cell.get("r")).rstrip("0123456789"): _cell(cell) for cell in row.iter(f"{SHEET}c")}
        rows[int(str(row.get("r")))] = cells
    header = rows.pop(1)
    return {line: {name: cells.get(place) for place, name in _upper(header)} for line, cells in rows.items()}


def _upper(header: dict[str, Any]) -> list[tuple[str, str]]:
    return [(place, name.upper()) for place, name in header.items()]


def _cell(cell: ElementTree.Element) -> str | int:
    if cell.get("t") == "inlineStr":
        return "".join(text.text or "" for text in cell.iter(f"{SHEET}t"))
    assert cell.get("t") is None
    return int(str(cell.findtext(f"{SHEET}v")))
