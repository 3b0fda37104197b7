"""One Arrow schema per hand-over, a sentence per column.

Every table that passes from one part of the house to another, or into a file, has its schema here,
and is checked at the door with :func:`check_schema`. Field metadata key ``says`` holds the sentence.
"""

from __future__ import annotations

import pyarrow as pa

from linkage.errors import SchemaError

TEXT_CODES = pa.dictionary(pa.int32(), pa.string())
"""Type of an accepted text column: int32 codes and one dictionary of distinct values."""


def column(name: str, kind: pa.DataType, says: str, *, nullable: bool = False) -> pa.Field:
    """Return an Arrow field that carries its one-sentence meaning."""
    return pa.field(name, kind, nullable=nullable, metadata={"says": says})


RESIDENT_COLUMNS: dict[str, str] = {
    "record_id": "id given by the sender; unique per command (dedupe) or file (link)",
    "source": "the office or file that sent the record",
    "nik": "national identity number, 16 digits, text",
    "no_kk": "family card number, 16 digits, text",
    "nama": "full name as registered",
    "jenis_kelamin": "sex: 1 or L male, 2 or P female",
    "tempat_lahir": "place of birth, free text",
    "tanggal_lahir": "date of birth",
    "nama_ibu": "mother's full name",
    "nama_ayah": "father's full name",
    "alamat": "street or hamlet",
    "rt": "neighbourhood unit, 0 = none",
    "rw": "group of neighbourhood units, 0 = none",
    "kelurahan": "village, by name",
    "kecamatan": "sub-district, by name",
    "kab_kota": "regency or city, by name",
    "provinsi": "province, by name",
    "kode_wilayah": "region code, 4 to 10 digits (province, regency, sub-district, village)",
    "nik_ibu": "mother's NIK",
    "nik_ayah": "father's NIK",
    "no_akta_lhr": "number of the birth certificate",
    "agama": "religion",
    "shdk": "relation to the head of the family",
    "stat_kwn": "marital status",
    "status_ktpel": "status of the electronic identity card",
    "flag_status": "0 active; other values are history",
    "tgl_entri": "date the record was entered",
    "tgl_ubah": "date the record was last changed",
    "kanal": "channel by which it was entered",
}
"""The plain column names of a resident record. All but ``nama`` are optional."""

ACCEPTED = pa.schema(
    [
        column("record_id", pa.string(), "given id, or <stem>:<line>"),
        column("source_file", pa.dictionary(pa.int32(), pa.string()), "stem of the file the record came from"),
        column("line", pa.int64(), "line on which the record starts; the header is line 1"),
    ]
)
"""Accepted records begin with these; every spec field found in the input follows as TEXT_CODES."""

REJECTS = pa.schema(
    [
        column("source", pa.string(), "the file's name"),
        column("line", pa.int64(), "line on which the row starts; 0 when the whole file is meant"),
        column("column", pa.string(), "the file's own column name; empty when the whole row is meant"),
        column("code", pa.string(), "reason code, upper case"),
        column("hint", pa.string(), "what to do, without a resident's value"),
    ]
)

QUALITY = pa.schema(
    [
        column("region", pa.string(), "regency of the row's office, 4 digits; empty when unknown"),
        column("source", pa.string(), "the file's name"),
        column("field", pa.string(), "field of the spec; empty when the whole row is meant"),
        column("column", pa.string(), "the file's own column name, or names joined with +; empty for the whole row"),
        column("code", pa.string(), "code of the rule (docs/guide/quality.md)"),
        column("severity", pa.string(), "reject, error, warning or info"),
        column("count", pa.int64(), "rows that the rule holds for"),
        column("rows", pa.int64(), "rows of that region in that file, rejected ones included"),
        column("example_lines", pa.list_(pa.int64()), "the first five lines; the header is line 1"),
    ]
)
"""The quality return: counts per region, file, column and rule, and never a value."""

PAIRS_HEAD = pa.schema(
    [
        column("left_id", pa.string(), "smaller record id by UTF-8 bytes (dedupe, run); record of LEFT (link)"),
        column("right_id", pa.string(), "the other record"),
        column("match_weight_log2", pa.float64(), "log2(p / (1 - p)) of the final probability"),
        column("match_probability", pa.float64(), "probability that both records are one person"),
        column("rules", pa.uint64(), "bit r is set when the pair meets blocking rule r"),
    ]
)
"""Pairs begin with these; one int8 column ``level_<comparison>`` per comparison follows."""

CLUSTERS = pa.schema(
    [
        column("record_id", pa.string(), "every accepted record, singletons too"),
        column("cluster_id", pa.string(), "one-off runs: the smallest record id of the cluster"),
    ]
)

CASES = pa.schema(
    [
        column("case_id", pa.string(), "first 16 hex digits of SHA-256 over kind and sorted record ids"),
        column("kind", pa.string(), "SHARED_NIK, OPEN_MOVE, CONFLICT, DUPLICATE or BOTH_ENROLLED"),
        column("scope", pa.string(), "regency (4 digits), province (2) or nation (empty)"),
        column("priority", pa.float64(), "0 to 1, larger first"),
        column("record_ids", pa.list_(pa.string()), "the records, sorted by UTF-8 bytes"),
        column("reasons", pa.list_(pa.string()), "reason codes, sorted"),
    ]
)

CHANGE = column("change", pa.string(), "added, changed or closed (delta runs only)")


def pairs_schema(comparisons: tuple[str, ...]) -> pa.Schema:
    """Return the schema of ``pairs.parquet`` for these comparisons, in their order."""
    says = "agreement level: 0 missing, 1 different, larger is closer"
    return pa.schema([*PAIRS_HEAD, *(column(f"level_{name}", pa.int8(), says) for name in comparisons)])


def check_schema(table: pa.Table, schema: pa.Schema, *, where: str) -> None:
    """Raise :class:`SchemaError` unless ``table`` has exactly the names and types of ``schema``.

    Nulls in a column that the schema calls not nullable are an error too.
    """
    if not table.schema.equals(schema, check_metadata=False):
        expected = ", ".join(f"{field.name}: {field.type}" for field in schema)
        found = ", ".join(f"{field.name}: {field.type}" for field in table.schema)
        raise SchemaError(f"expected ({expected}), found ({found})", where=where)
    for field in schema:
        if not field.nullable and table.column(field.name).null_count:
            raise SchemaError(f"column {field.name} holds nulls", where=where)
