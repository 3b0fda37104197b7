"""How a regency's office writes its extract: column names, marks between fields, dates, sex, letters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DateStyle = Literal["yyyy-mm-dd", "dd-mm-yyyy", "dd/mm/yyyy", "dd-MON-yyyy"]

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES")
_DATES: Final = ("tanggal_lahir", "tgl_entri", "tgl_ubah")
_NAMES: Final = ("nama", "nama_ibu", "nama_ayah", "tempat_lahir", "alamat", "kelurahan", "kecamatan")
_PARTS: Final = {"NO_PROP": (0, 2), "NO_KAB": (2, 4), "NO_KEC": (4, 6), "NO_KEL": (6, 10)}

SIAK_COLUMNS: Final[Mapping[str, str]] = {
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
    "NO_PROP": "kode_wilayah",
    "NO_KAB": "kode_wilayah",
    "NO_KEC": "kode_wilayah",
    "NO_KEL": "kode_wilayah",
    "PROP_NAME": "provinsi",
    "KAB_NAME": "kab_kota",
    "KEC_NAME": "kecamatan",
    "KEL_NAME": "kelurahan",
    "STATUS_KTPEL": "status_ktpel",
    "FLAG_STATUS": "flag_status",
    "TGL_ENTRI": "tgl_entri",
    "TGL_UBAH": "tgl_ubah",
}
"""SIAK column names, and the plain column each is made from."""

PROTECTED_COLUMN: Final = "PNYDNG_CCT"
"""A protected column that real extracts carry; always 0 here. Readers must drop it."""


@dataclass(frozen=True)
class Dialect:
    """One way of writing an extract.

    ``extension`` csv or parquet; ``siak``: SIAK column names, no record id, region codes in four columns;
    ``sexes``: how male and female are written; ``padded``: RT and RW in three digits; ``mixed_case``: names in
    title case; ``broken_lines``: some addresses hold a line break; ``leading_blank``: a blank before each NIK and
    family card number, as Oracle's TO_CHAR leaves it.
    """

    name: str
    extension: str
    siak: bool
    date: DateStyle
    sexes: tuple[str, str]
    delimiter: str = ","
    encoding: str = "utf-8"
    newline: str = "\n"
    lower_header: bool = False
    padded: bool = True
    mixed_case: bool = False
    broken_lines: bool = False
    leading_blank: bool = False


DIALECTS: Final = (
    Dialect("siak_semicolon", "csv", True, "dd-mm-yyyy", ("1", "2"), ";", "cp1252", "\r\n"),
    Dialect(
        "siak_comma", "csv", True, "dd/mm/yyyy", ("L", "P"), ",", "utf-8-sig", broken_lines=True, leading_blank=True
    ),
    Dialect("plain_comma", "csv", False, "yyyy-mm-dd", ("L", "P"), mixed_case=True),
    Dialect("siak_pipe", "csv", True, "dd-MON-yyyy", ("LAKI-LAKI", "PEREMPUAN"), "|", lower_header=True, padded=False),
    Dialect("plain_parquet", "parquet", False, "yyyy-mm-dd", ("Laki-laki", "Perempuan")),
)
"""The dialects in the order in which the regions of a register use them, again and again."""

_BROKEN_SHARE: Final = 0.002


def in_dialect(records: pa.Table, dialect: Dialect, rng: np.random.Generator) -> pa.Table:
    """Return records with plain columns as the dialect writes them: its columns, all text, null for missing."""
    columns = {name: records.column(name).combine_chunks() for name in records.schema.names}
    for name in _DATES:
        columns[name] = write_dates(columns[name], dialect.date)
    columns["jenis_kelamin"] = pc.if_else(pc.equal(columns["jenis_kelamin"], "L"), *dialect.sexes)
    if not dialect.padded:
        for name in ("rt", "rw"):
            columns[name] = _unpadded(columns[name])
    if dialect.mixed_case:
        for name in _NAMES:
            columns[name] = pc.utf8_title(columns[name])
    if dialect.leading_blank:
        for name in ("nik", "no_kk"):
            columns[name] = pc.binary_join_element_wise("", columns[name], " ")
    if dialect.broken_lines:
        broken = pc.replace_substring(columns["alamat"], " NO. ", "\nNO. ")
        chosen = pa.array(rng.random(records.num_rows) < _BROKEN_SHARE)
        columns["alamat"] = pc.if_else(chosen, broken, columns["alamat"])
    if not dialect.siak:
        return pa.table(columns)
    named = {name: _siak_column(name, columns[plain]) for name, plain in SIAK_COLUMNS.items()}
    named[PROTECTED_COLUMN] = pa.array(["0"]).take(pa.array(np.zeros(records.num_rows, np.int64)))
    return pa.table({name.lower() if dialect.lower_header else name: values for name, values in named.items()})


def write_dates(dates: pa.StringArray, style: DateStyle) -> pa.StringArray:
    """Return ``yyyy-mm-dd`` texts in another style; months are Indonesian (MEI, AGU, OKT, DES)."""
    if style == "yyyy-mm-dd":
        return dates
    year, month, day = (pc.utf8_slice_codeunits(dates, start, stop) for start, stop in ((0, 4), (5, 7), (8, 10)))
    if style == "dd-MON-yyyy":
        month = pa.array(_MONTHS).take(pc.subtract(pc.cast(month, pa.int64()), 1))
    return pc.binary_join_element_wise(day, month, year, "/" if style == "dd/mm/yyyy" else "-")


def _siak_column(name: str, values: pa.StringArray) -> pa.StringArray:
    if name not in _PARTS:
        return values
    start, stop = _PARTS[name]
    return _unpadded(pc.utf8_slice_codeunits(values, start, stop))


def _unpadded(values: pa.StringArray) -> pa.StringArray:
    bare = pc.utf8_ltrim(values, "0")
    return pc.if_else(pc.equal(bare, ""), "0", bare)
