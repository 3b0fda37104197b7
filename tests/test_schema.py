"""A hand-over has exactly the columns its schema states, and every column says what it means."""

from __future__ import annotations

import pyarrow as pa
import pytest

from linkage import schema
from linkage.errors import SchemaError
from linkage.schema import ACCEPTED, CASES, CLUSTERS, PAIRS_HEAD, REJECTS, check_schema, pairs_schema

ALL = {"ACCEPTED": ACCEPTED, "CASES": CASES, "CLUSTERS": CLUSTERS, "PAIRS_HEAD": PAIRS_HEAD, "REJECTS": REJECTS}


def test_the_files_of_a_run_have_the_columns_and_types_of_the_contract():
    def columns(table: pa.Schema) -> list[tuple[str, str]]:
        return [(field.name, str(field.type)) for field in table]

    assert columns(pairs_schema(("nama", "nik"))) == [
        ("left_id", "string"),
        ("right_id", "string"),
        ("match_weight_log2", "double"),
        ("match_probability", "double"),
        ("rules", "uint64"),
        ("level_nama", "int8"),
        ("level_nik", "int8"),
    ]
    assert columns(CLUSTERS) == [("record_id", "string"), ("cluster_id", "string")]
    assert columns(CASES) == [
        ("case_id", "string"),
        ("kind", "string"),
        ("scope", "string"),
        ("priority", "double"),
        ("record_ids", "list<item: string>"),
        ("reasons", "list<item: string>"),
    ]
    assert columns(REJECTS) == [(name, "int64" if name == "line" else "string") for name in REJECTS.names]
    assert REJECTS.names == ["source", "line", "column", "code", "hint"]


@pytest.mark.parametrize("name", ALL)
def test_every_column_is_never_null_and_says_what_it_means(name):
    for field in ALL[name]:
        assert not field.nullable
        assert len(field.metadata[b"says"].split()) >= 3


def test_resident_columns_are_those_of_the_contract():
    assert list(schema.RESIDENT_COLUMNS) == [
        "record_id",
        "source",
        "nik",
        "no_kk",
        "nama",
        "jenis_kelamin",
        "tempat_lahir",
        "tanggal_lahir",
        "nama_ibu",
        "nama_ayah",
        "alamat",
        "rt",
        "rw",
        "kelurahan",
        "kecamatan",
        "kab_kota",
        "provinsi",
        "kode_wilayah",
        "nik_ibu",
        "nik_ayah",
        "no_akta_lhr",
        "agama",
        "shdk",
        "stat_kwn",
        "status_ktpel",
        "flag_status",
        "tgl_entri",
        "tgl_ubah",
        "kanal",
    ]


GOOD = pa.table({"record_id": ["a"], "cluster_id": ["a"]}).cast(pa.schema([*CLUSTERS]))


def test_the_very_schema_passes_whatever_its_metadata():
    check_schema(GOOD, CLUSTERS, where="clusters")
    check_schema(GOOD.replace_schema_metadata({"made by": "somebody"}), CLUSTERS, where="clusters")


@pytest.mark.parametrize(
    ("table", "says"),
    [
        (GOOD.drop_columns(["cluster_id"]), "expected"),
        (GOOD.select(["cluster_id", "record_id"]), "expected"),
        (GOOD.rename_columns(["record_id", "cluster"]), "cluster: string"),
        (GOOD.append_column("extra", pa.array([1])), "extra: int64"),
        (GOOD.set_column(0, "record_id", pa.array([1])), "record_id: int64"),
        (pa.table([pa.array([None], pa.string()), pa.array(["a"])], schema=CLUSTERS), "record_id holds nulls"),
    ],
    ids=["a column too few", "another order", "another name", "a column too many", "another type", "a null"],
)
def test_anything_else_is_refused_with_the_place_and_the_difference(table, says):
    with pytest.raises(SchemaError, match=says) as caught:
        check_schema(table, CLUSTERS, where="clusters")
    assert str(caught.value).startswith("clusters: ")
