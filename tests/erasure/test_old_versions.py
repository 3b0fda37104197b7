"""Former versions of a table, and what its log tells of their values, are let go of."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from deltalake import DeltaTable, write_deltalake

from linkage.erasure.old_versions import forget_versions
from linkage.errors import OutputError

CANARY = "ZZZZ CANARY"


def rows(*names: str) -> pa.Table:
    return pa.table({"nama": list(names)})


def found(folder) -> list[str]:
    """Files that hold the canary."""
    return [
        path.name
        for path in folder.rglob("*")
        if path.is_file()
        and (
            CANARY.encode() in path.read_bytes()
            or (path.suffix == ".parquet" and CANARY in str(pq.ParquetFile(path).read().to_pylist()))
        )
    ]


@pytest.fixture
def table(tmp_path):
    """Version 0 holds the canary, 1 does not and counts, 2 is what a killed run appended."""
    folder = tmp_path / "table"
    write_deltalake(str(folder), rows(CANARY, "AGUS"))
    write_deltalake(str(folder), rows("AGUS"), mode="overwrite")
    write_deltalake(str(folder), rows(CANARY), mode="append")
    return folder


def test_only_what_the_wanted_version_needs_is_left(table):
    assert len(found(table)) == 4
    forget_versions(table, 1)
    assert found(table) == []
    assert DeltaTable(str(table), version=1).to_pyarrow_table() == rows("AGUS")


def test_the_table_goes_on_as_before(table):
    forget_versions(table, 1)
    write_deltalake(str(table), rows("BUDI"), mode="append")
    assert sorted(DeltaTable(str(table)).to_pyarrow_table()["nama"].to_pylist()) == ["AGUS", "BUDI"]
    DeltaTable(str(table)).restore(1)
    assert DeltaTable(str(table)).to_pyarrow_table() == rows("AGUS")


def test_doing_it_again_does_nothing(table):
    forget_versions(table, 1)
    forget_versions(table, 1)
    assert DeltaTable(str(table), version=1).to_pyarrow_table() == rows("AGUS")


def test_a_table_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(OutputError):
        forget_versions(tmp_path / "none", 0)
