"""Sound files of every kind, made by code: what fuzzing begins with.

A file is a mapping of paths to bytes, all below one folder, and the first path is the input. People are invented, and
their values are :data:`CANARIES`: texts that stand nowhere else, so that one of them in a message is a leak.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Mapping
from functools import cache

import pyarrow as pa
import pyarrow.parquet as pq

Files = Mapping[str, bytes]

HEADER = ("NIK", "NAMA_LGKP", "JENIS_KLMIN", "TGL_LHR", "NO_PROP", "NO_KAB", "TINGGI", "CATATAN")
ROWS = (
    ("3374015507911234", "ZYXQWANI, PUTRI", "P", "15/07/1991", "33", "74", "1.512,5", "kvarnbo 1"),
    ("3374011203885678", "QVARTZBUDI", "L", "12/03/1988", "33", "74", "165,25", ""),
    ("5171024406759012", "WEXFORDIANA \u00c9LODIE", "2", "04-06-1975", "51", "71", "150", "kain\nzeilen"),
    ("5171020101803456", 'VIZCAYO "GUS"', "1", "1980-01-01", "51", "71", "-", "Jl. Xanthe 7; RT 1"),
)
CANARIES = (
    *("zyxqwani", "qvartzbudi", "wexfordiana", "vizcayo", "kvarnbo", "xanthe", "zeilen"),
    *(row[0] for row in ROWS),
    *("15/07/1991", "12/03/1988", "04-06-1975", "1980-01-01", "1991-07-15", "1988-03-12", "1975-06-04"),
)
"""In lower case; no message may hold one of them."""


def csv_bytes(
    delimiter: str = ",", end: str = "\n", encoding: str = "utf-8", quote: str = '"', times: int = 1
) -> bytes:
    """Return the rows as CSV, ``times`` over."""

    def cell(value: str) -> str:
        return '"' + value.replace('"', '""') + '"' if any(mark in value for mark in (delimiter, '"', "\n")) else value

    lines = [delimiter.join(map(cell, row)) for row in (HEADER, *ROWS * times)]
    return (end.join(lines) + end).encode(encoding)


def columns() -> dict[str, list[str]]:
    """Return the rows column by column."""
    return dict(zip(HEADER, map(list, zip(*ROWS, strict=True)), strict=True))


def parquet_bytes(table: pa.Table | None = None, **settings: object) -> bytes:
    """Return a table, or the rows, as a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(pa.table(columns()) if table is None else table, sink, **settings)
    return sink.getvalue()


def zip_bytes(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return an archive of these members, the same bytes on every day."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)
    return sink.getvalue()


_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook_parts() -> dict[str, bytes]:
    """Return the parts of a small workbook with shared and inline texts, numbers, dates, times, flags and errors."""
    shared = [*HEADER, *(row[1] for row in ROWS), *(row[0] for row in ROWS)]
    rows = ['<row r="1">' + "".join(f'<c r="{"ABCDEFGH"[at]}1" t="s"><v>{at}</v></c>' for at in range(8)) + "</row>"]
    for number, (day, height, note) in enumerate(
        (
            ("33434", "150.5", '<c r="H2" t="b"><v>1</v></c>'),
            ("32214.75", "1e3", '<c r="H3" t="e"><v>#N/A</v></c>'),
            ("60", "-5", '<c r="H4" s="2"><v>0.5</v></c>'),
            ("2958465", "165", '<c r="H5" t="d"><v>1980-01-01T00:00:00</v></c>'),
        ),
        2,
    ):
        nik, name = 12 + number - 2, 8 + number - 2
        rows.append(
            f'<row r="{number}"><c r="A{number}" t="s"><v>{nik}</v></c><c r="B{number}" t="s"><v>{name}</v></c>'
            f'<c r="C{number}" t="inlineStr"><is><r><t>L</t></r></is></c><c r="D{number}" s="1"><v>{day}</v></c>'
            f'<c r="E{number}"><v>33</v></c><c r="F{number}" t="str"><f>70+4</f><v>74</v></c>'
            f'<c r="G{number}"><v>{height}</v></c>{note}</row>'
        )
    return {
        "[Content_Types].xml": b"<Types/>",
        "_rels/.rels": (
            f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="a" Type="{_OFFICE}/officeDocument"'
            ' Target="xl/workbook.xml"/></Relationships>'
        ).encode(),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><workbookPr date1904="0"/><sheets>'
            '<sheet name="Data" sheetId="1" r:id="b"/><sheet name="Lain" sheetId="2" state="hidden" r:id="b"/>'
            "</sheets></workbook>"
        ).encode(),
        "xl/_rels/workbook.xml.rels": (
            f'<Relationships xmlns="{_RELATIONS}">'
            f'<Relationship Id="b" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="c" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
            f'<Relationship Id="d" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ).encode(),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_SPREADSHEET}"><numFmts><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
            '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="20"/></cellXfs></styleSheet>'
        ).encode(),
        "xl/sharedStrings.xml": (
            f'<sst xmlns="{_SPREADSHEET}">' + "".join(f"<si><t>{_xml(text)}</t></si>" for text in shared) + "</sst>"
        ).encode(),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_SPREADSHEET}"><dimension ref="A1:H5"/><sheetData>{"".join(rows)}</sheetData>'
            "</worksheet>"
        ).encode(),
    }


def _xml(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


DATA_FILE = "part-0.parquet"


def delta_log(size: int) -> bytes:
    """Return the log of a Delta table of one version and one data file of ``size`` bytes, with its statistics."""
    fields = [{"name": name, "type": "string", "nullable": True, "metadata": {}} for name in (*HEADER, "OFFICE")]
    smallest = {"NAMA_LGKP": ROWS[1][1], "NIK": ROWS[0][0]}
    add = {
        "path": DATA_FILE,
        "partitionValues": {"OFFICE": "kvarnbo"},
        "size": size,
        "modificationTime": 0,
        "dataChange": True,
        "stats": json.dumps({"numRecords": 4, "minValues": smallest, "maxValues": smallest, "nullCount": {"NIK": 0}}),
    }
    actions = (
        {"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}},
        {
            "metaData": {
                "id": "00000000-0000-0000-0000-000000000000",
                "format": {"provider": "parquet", "options": {}},
                "schemaString": json.dumps({"type": "struct", "fields": fields}),
                "partitionColumns": ["OFFICE"],
                "configuration": {},
                "createdTime": 0,
            }
        },
        {"add": add},
    )
    return "".join(json.dumps(action) + "\n" for action in actions).encode()


def delta_files(log: bytes | None = None) -> dict[str, bytes]:
    """Return the files of a Delta table, with this log of version 0."""
    data = parquet_bytes()
    first = "tabel/_delta_log/00000000000000000000.json"
    return {"tabel": b"", first: delta_log(len(data)) if log is None else log, f"tabel/{DATA_FILE}": data}


@cache
def database_bytes() -> bytes:
    """Return an SQLite database with the rows in table ``penduduk``."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute(
            "CREATE TABLE penduduk (NIK, NAMA_LGKP, JENIS_KLMIN, TGL_LHR, NO_PROP, NO_KAB, TINGGI, CATATAN)"
        )
        connection.executemany("INSERT INTO penduduk VALUES (?, ?, ?, ?, ?, ?, ?, ?)", ROWS)
        connection.commit()
        content = connection.serialize()
    connection.close()
    return content


QUERY = (
    b'[query]\nurl = "sqlite:///db.sqlite"\n'
    b'sql = "SELECT * FROM penduduk WHERE NIK > \'1\' ORDER BY 1"\nname = "kota"\n'
)
SIDECAR = (
    b'region = "3374"\nkind = "full"\ncut_off = 2026-06-30\nsequence = 1\n[reading]\ndelimiter = "comma"\n'
    b'quote = "double"\nencoding = "utf-8"\nheader = true\ndecimal = ","\ndate_order = "dmy"\nsheet = "Data"\n'
)


def every_csv() -> tuple[bytes, ...]:
    """Return the ways in which CSV is written."""
    plain = csv_bytes()
    return (
        plain,
        csv_bytes(";", "\r\n", "utf-8-sig"),
        csv_bytes("\t", "\r", "utf-16"),
        csv_bytes("|", "\n", "cp1252"),
        b"sep=;\r\n" + csv_bytes(";", "\r\n"),
        b"DATA PENDUDUK;;;;;;;\n\n" + csv_bytes(";"),
        "\n".join(";".join(f"'{cell}'" for cell in row) for row in (HEADER, *ROWS)).replace("\nz", " z").encode(),
        csv_bytes(times=8),
    )


def every_parquet() -> tuple[bytes, ...]:
    """Return the ways in which Parquet stores columns: compression, versions, encodings, types, nulls and lists."""
    typed = pa.table(
        {
            "NIK": [row[0] for row in ROWS],
            "NAMA_LGKP": pa.array([row[1] for row in ROWS]).dictionary_encode(),
            "TGL_LHR": pa.array([None, 1, 20_000, -700_000], pa.date32()),
            "TINGGI": pa.array([1.5, float("nan"), None, float("inf")]),
            "CATATAN": pa.array([b"kvarnbo", None, b"", b"zeilen"]),
            "TGL_ENTRI": pa.array([0, 1 << 40, None, 2], pa.timestamp("us", "Asia/Jakarta")),
            "DAFTAR": pa.array([["kvarnbo"], [], None, ["zeilen", "zeilen"]]),
        }
    )
    return (
        parquet_bytes(compression="none"),
        parquet_bytes(use_dictionary=False, compression="none", column_encoding="DELTA_BYTE_ARRAY"),
        parquet_bytes(use_dictionary=False, compression="gzip", data_page_version="2.0", row_group_size=2),
        parquet_bytes(compression="zstd", write_page_checksum=True),
        parquet_bytes(typed, compression="snappy", version="1.0"),
        parquet_bytes(typed, compression="none", store_schema=False, write_statistics=False),
    )


@cache
def sound_files() -> Mapping[str, tuple[Files, ...]]:
    """Return inputs that must be read, by kind."""
    plain, book = csv_bytes(), workbook_parts()
    return {
        "csv": tuple({"kota.csv": content} for content in every_csv()),
        "gzip": (
            {"kota.csv.gz": gzip.compress(plain, 6, mtime=0)},
            {"kota.csv.gz": gzip.compress(plain[:200], 0, mtime=0) + gzip.compress(plain[200:], 9, mtime=0)},
            {"kota.csv.gz": gzip.compress(csv_bytes(";", "\r\n", "utf-16"), mtime=0)},
        ),
        "zip": (
            {"kota.zip": zip_bytes({"a.csv": plain})},
            {"kota.zip": zip_bytes({"map/": b"", "map/a.csv": plain, "map/b.txt": csv_bytes(";")}, zipfile.ZIP_STORED)},
            {"kota.zip": zip_bytes({"a.xlsx": zip_bytes(book), "b.parquet": parquet_bytes(), "c.csv": plain})},
        ),
        "xlsx": ({"kota.xlsx": zip_bytes(book)}, {"kota.xlsx": zip_bytes(book, zipfile.ZIP_STORED)}),
        "parquet": tuple({"kota.parquet": content} for content in every_parquet()),
        "delta": (delta_files(),),
        "sidecar": ({"kota.csv": plain, "kota.csv.meta.toml": SIDECAR},),
        "query": ({"kota.sql.toml": QUERY, "db.sqlite": database_bytes()},),
    }
