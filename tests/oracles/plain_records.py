"""Records with plain columns and their truth, of nobody at all, in any number and at once."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from linkage.synthetic.truth.table import TRUTH

_ROWS: tuple[dict[str, str | None], ...] = (
    {},
    {"nama": "D'ANGELO RÉMY", "alamat": 'JL. "MELATI"; BLOK A|B, LT. 2 NO. 7', "jenis_kelamin": "P", "agama": "3"},
    {"nik": None, "no_kk": None, "tempat_lahir": None, "nama_ibu": None, "alamat": None, "agama": "6", "shdk": "11"},
    {"nik_ibu": None, "nik_ayah": None, "nama_ayah": None, "no_akta_lhr": None, "status_ktpel": None, "shdk": "10"},
    {"tanggal_lahir": "1899-12-30", "tgl_entri": "2009-08-17", "rt": "000", "rw": "120", "agama": "4", "stat_kwn": "4"},
    {"tanggal_lahir": "1945-05-31", "jenis_kelamin": "P", "agama": "5", "stat_kwn": "2", "shdk": "3", "kanal": None},
)
_USUAL: dict[str, str | None] = {
    "record_id": "",
    "source": "3371",
    "nik": "3371031234567895",
    "no_kk": "3371030101100017",
    "nama": "CONTOH BUATAN",
    "jenis_kelamin": "L",
    "tempat_lahir": "KOTA MAGELANG",
    "tanggal_lahir": "1991-08-09",
    "nama_ibu": "IBU REKAAN",
    "nama_ayah": "AYAH REKAAN",
    "alamat": "JL. CONTOH NO. 12",
    "rt": "004",
    "rw": "011",
    "kelurahan": "KRAMAT",
    "kecamatan": "MAGELANG UTARA",
    "kab_kota": "KOTA MAGELANG",
    "provinsi": "JAWA TENGAH",
    "kode_wilayah": "3371031002",
    "nik_ibu": "3371034101600003",
    "nik_ayah": "3371030101580004",
    "no_akta_lhr": "3371-LT-15072014-0012",
    "agama": "1",
    "shdk": "4",
    "stat_kwn": "1",
    "status_ktpel": "CARD_ISSUED",
    "flag_status": "0",
    "tgl_entri": "2014-10-02",
    "tgl_ubah": "2020-12-01",
    "kanal": "LOKET",
}


def plain_records(count: int, source: str = "3371", first: int = 0) -> pa.Table:
    """Return records of one regency, all text, null for missing; the six kinds of row come in turn."""
    # Repeating six rows is fast enough for a million of them.
    base = pa.Table.from_pylist([_USUAL | row | {"source": source} for row in _ROWS])
    table = base.take(pa.array([number % len(_ROWS) for number in range(first, first + count)], pa.int64()))
    ids = pa.array([f"{source}-{number:08}" for number in range(first + 1, first + count + 1)], pa.string())
    schema = pa.schema([(name, pa.string()) for name in _USUAL])
    return table.set_column(0, "record_id", ids).cast(schema)


def truth_of(records: pa.Table) -> pa.Table:
    """Return a truth for records that says a thing of each type, and another of each record."""
    values: dict[str, list[Any]] = {}
    for field in TRUTH:
        if pa.types.is_list(field.type):
            values[field.name] = [[field.name]] * records.num_rows
        elif pa.types.is_integer(field.type):
            values[field.name] = list(range(records.num_rows))
        else:
            values[field.name] = [f"{field.name} {record}" for record in records["record_id"].to_pylist()]
    return pa.table(values, schema=TRUTH)
