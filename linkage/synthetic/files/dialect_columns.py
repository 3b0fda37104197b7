"""Plain records turned into the columns of a dialect."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.files.dialects import DateStyle, Dialect
from linkage.synthetic.files.spreadsheet_damage import first_fifteen_digits, general_format
from linkage.synthetic.streams import Float64

SIAK_COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
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
)
"""SIAK column names, and the plain column each is made from."""

PROTECTED_COLUMN: Final = "PNYDNG_CCT"
"""A protected column that real extracts carry; always 0 here. Readers must drop it."""

LABELS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "agama": {
            "1": "ISLAM",
            "2": "KRISTEN",
            "3": "KATHOLIK",
            "4": "HINDHU",
            "5": "BUDHA",
            "6": "KONG HUCHU",
            "7": "KEPERCAYAAN TERHADAP TUHAN YME",
        },
        "stat_kwn": {"1": "BELUM KAWIN", "2": "KAWIN", "3": "CERAI HIDUP", "4": "CERAI MATI"},
        "shdk": {
            "1": "KEPALA KELUARGA",
            "2": "SUAMI",
            "3": "ISTRI",
            "4": "ANAK",
            "5": "MENANTU",
            "6": "CUCU",
            "7": "ORANG TUA",
            "8": "MERTUA",
            "9": "FAMILI LAIN",
            "10": "PEMBANTU",
            "11": "LAINNYA",
        },
    }
)
"""SIAK codes as words, religions in the misspellings that extracts carry (HINDHU, BUDHA, KONG HUCHU)."""

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES")
_DATES: Final = ("tanggal_lahir", "tgl_entri", "tgl_ubah")
_NAMES: Final = ("nama", "nama_ibu", "nama_ayah", "tempat_lahir", "alamat", "kelurahan", "kecamatan")
_CODES: Final = ("rt", "rw", "agama", "stat_kwn", "shdk", "flag_status")
_PARENTS: Final = ("nik_ibu", "nik_ayah")
_IDS: Final = ("record_id", "source")
# Fields in which an office writes something for nothing. In codes and flags a 0 would say something.
_FILLED: Final = ("nik", "no_kk", "tempat_lahir", "tanggal_lahir", "nama_ibu", "nama_ayah", "no_akta_lhr", "alamat")
_PARTS: Final = {"NO_PROP": (0, 2), "NO_KAB": (2, 4), "NO_KEC": (4, 6), "NO_KEL": (6, 10)}
_BROKEN_SHARE: Final = 0.002


def in_dialect(records: pa.Table, dialect: Dialect, rng: np.random.Generator) -> pa.Table:
    """Return records with plain columns as the dialect writes them: its columns, all text, null for missing.

    Chance is drawn row by row, so that tables given one after the other become what the whole would have become.
    """
    columns = {name: pc.cast(records.column(name).combine_chunks(), pa.string()) for name in records.schema.names}
    luck: Float64 = rng.random((records.num_rows, 2))
    for name in _DATES:
        columns[name] = write_dates(columns[name], dialect.date)
    columns["jenis_kelamin"] = pc.if_else(pc.equal(columns["jenis_kelamin"], "L"), *dialect.sexes)
    if not dialect.padded:
        for name in ("rt", "rw"):
            columns[name] = _unpadded(columns[name])
    if dialect.labels:
        for name, labels in LABELS.items():
            columns[name] = _labelled(columns[name], labels)
    if dialect.spreadsheet:
        columns["no_kk"] = first_fifteen_digits(columns["no_kk"])
        for name in ("nik", *_PARENTS):
            columns[name] = general_format(columns[name])
    if dialect.before_numbers:
        for name in ("nik", "no_kk"):
            columns[name] = pc.binary_join_element_wise("", columns[name], dialect.before_numbers)
    _set_letters(columns, dialect)
    if dialect.broken_lines:
        broken = pc.replace_substring(columns["alamat"], " NO. ", "\nNO. ")
        columns["alamat"] = pc.if_else(pa.array(luck[:, 0] < _BROKEN_SHARE), broken, columns["alamat"])
    if dialect.empties:
        _fill_empties(columns, dialect, luck[:, 1])
    return _siak_table(columns, dialect, records.num_rows) if dialect.siak else pa.table(columns)


def write_dates(dates: pa.StringArray, style: DateStyle) -> pa.StringArray:
    """Return ``yyyy-mm-dd`` texts in another style; months are Indonesian (MEI, AGU, OKT, DES), null stays null."""
    if style == "yyyy-mm-dd":
        return dates
    year, month, day = (pc.utf8_slice_codeunits(dates, start, stop) for start, stop in ((0, 4), (5, 7), (8, 10)))
    if "MON" in style:
        month = pa.array(_MONTHS).take(pc.subtract(pc.cast(month, pa.int64()), 1))
    if not style.endswith("yyyy"):
        year = pc.utf8_slice_codeunits(year, 2, 4)
    return pc.binary_join_element_wise(day, month, year, "/" if "/" in style else "-")


def cell_columns(names: list[str], dialect: Dialect) -> tuple[frozenset[str], frozenset[str]]:
    """Return the columns whose cells are real dates (from ``yyyy-mm-dd``), and those whose cells are numbers."""
    if not dialect.typed_cells:
        return frozenset(), frozenset()
    plain = {name: SIAK_COLUMNS.get(name.upper(), name) if dialect.siak else name for name in names}
    dates = frozenset(name for name, source in plain.items() if source in _DATES)
    return dates, frozenset(name for name, source in plain.items() if source in _CODES or name.upper() in _PARTS)


def _set_letters(columns: dict[str, pa.StringArray], dialect: Dialect) -> None:
    if dialect.letters == "title":
        for name in _NAMES:
            columns[name] = pc.utf8_title(columns[name])
    elif dialect.letters == "lower":
        for name in columns:
            if name not in _IDS:
                columns[name] = pc.utf8_lower(columns[name])


def _fill_empties(columns: dict[str, pa.StringArray], dialect: Dialect, luck: Float64) -> None:
    words = pa.array(dialect.empties)
    chosen = (luck * len(words)).astype(np.int64)
    for place, name in enumerate((*_FILLED, *_PARENTS)):
        if columns[name].null_count:
            columns[name] = pc.coalesce(columns[name], words.take(pa.array((chosen + place) % len(words))))


def _siak_table(columns: dict[str, pa.StringArray], dialect: Dialect, count: int) -> pa.Table:
    for name in _PARENTS:
        columns[name] = pc.fill_null(columns[name], "0")
    named = {name: _siak_column(name, columns[plain]) for name, plain in SIAK_COLUMNS.items()}
    named[PROTECTED_COLUMN] = pa.repeat("0", count)
    return pa.table({name.lower() if dialect.lower_header else name: values for name, values in named.items()})


def _siak_column(name: str, values: pa.StringArray) -> pa.StringArray:
    if name not in _PARTS:
        return values
    start, stop = _PARTS[name]
    return _unpadded(pc.utf8_slice_codeunits(values, start, stop))


def _labelled(codes: pa.StringArray, labels: Mapping[str, str]) -> pa.StringArray:
    places = pc.index_in(codes, pa.array(list(labels)))
    return pc.coalesce(pa.array(list(labels.values())).take(places), codes)


def _unpadded(values: pa.StringArray) -> pa.StringArray:
    bare = pc.utf8_ltrim(values, "0")
    return pc.if_else(pc.equal(bare, ""), "0", bare)
