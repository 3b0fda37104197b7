"""Delta tables: the newest version in a fixed order, and logs that cannot be trusted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake

from linkage.errors import InputDataError
from linkage.intake import Limits
from linkage.intake.columns.typed_text import as_text
from linkage.intake.readers.delta import DeltaReader, delta_digest
from linkage.intake.sources.source import Source


def make(path: Path, **options: Any) -> Path:
    """Write a table of two versions: two residents, then one more with another column."""
    write_deltalake(path, pa.table({"NAMA": ["ANI", "BUDI"], "KAB": ["33 01", "33 02"]}), **options)
    more = pa.table({"NAMA": ["EKA"], "KAB": ["33 02"], "RT": pa.array([5], pa.int32())})
    write_deltalake(path, more, mode="append", schema_mode="merge")
    return path


def opened(path: Path, limits: Limits | None = None) -> DeltaReader:
    digest, size = delta_digest(path, Limits())
    return DeltaReader(Source(str(path), path.name, path.name, digest, size, "delta"), limits or Limits())


def read(path: Path, names: list[str], limits: Limits | None = None) -> list[tuple[Any, ...]]:
    reader = opened(path, limits)
    found: list[tuple[Any, ...]] = []
    for batch in reader.batches([reader.header.index(name) for name in names]):
        columns = [as_text(array, kind="text", column="C", where="f").to_pylist() for array in batch.columns]
        found += zip(batch.lines.tolist(), *columns, strict=True)
    return found


def refusal(action: Callable[[], object]) -> str:
    with pytest.raises(InputDataError) as error:
        action()
    assert "ANI" not in str(error.value)
    return error.value.code


@pytest.mark.parametrize("partition_by", [None, ["KAB"]])
def test_the_newest_version_is_read_file_by_file(tmp_path: Path, partition_by: list[str] | None) -> None:
    path = make(tmp_path / "t", partition_by=partition_by)
    reader = opened(path)
    assert reader.header == ("NAMA", "KAB", "RT")
    assert reader.form == {"format": "delta", "version": "1"}
    rows = read(path, ["RT", "NAMA", "KAB"])
    assert [row[0] for row in rows] == [1, 2, 3]
    assert {row[1:] for row in rows} == {(None, "ANI", "33 01"), (None, "BUDI", "33 02"), ("5", "EKA", "33 02")}
    assert read(path, ["RT", "NAMA", "KAB"], Limits(batch_rows=1)) == rows
    assert len(read(path, ["KAB"])) == 3


def test_rows_stand_in_the_order_of_the_files_paths(tmp_path: Path) -> None:
    path = tmp_path / "t"
    for name in "CABD":
        write_deltalake(
            path, pa.table({"NAMA": [f"{name}1", f"{name}2"], "KAB": [name] * 2}), mode="append", partition_by=["KAB"]
        )
    assert [row[1] for row in read(path, ["NAMA"])] == ["A1", "A2", "B1", "B2", "C1", "C2", "D1", "D2"]


def test_rows_that_were_deleted_or_replaced_are_gone(tmp_path: Path) -> None:
    path = make(tmp_path / "t")
    DeltaTable(path).delete("\"NAMA\" = 'ANI'")
    assert sorted(row[1] for row in read(path, ["NAMA"])) == ["BUDI", "EKA"]
    write_deltalake(path, pa.table({"NAMA": ["DEWI"]}), mode="overwrite", schema_mode="overwrite")
    assert read(path, ["NAMA"]) == [(1, "DEWI")]


def test_the_digest_is_that_of_the_files_and_not_of_the_version(tmp_path: Path) -> None:
    path = make(tmp_path / "t")
    digest, size = delta_digest(path, Limits())
    assert size == sum(file.stat().st_size for file in path.glob("*.parquet"))
    shutil.copytree(path, tmp_path / "copy")
    DeltaTable(path).create_checkpoint()
    assert delta_digest(tmp_path / "copy", Limits()) == delta_digest(path, Limits()) == (digest, size)
    write_deltalake(tmp_path / "copy", pa.table({"NAMA": ["DEWI"]}), mode="append", schema_mode="merge")
    assert delta_digest(tmp_path / "copy", Limits())[0] != digest
    DeltaTable(tmp_path / "copy").restore(1)
    assert delta_digest(tmp_path / "copy", Limits())[0] == digest
    assert opened(tmp_path / "copy").form["version"] == "3"


def test_a_table_that_changed_since_its_digest_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "t")
    digest, size = delta_digest(path, Limits())
    write_deltalake(path, pa.table({"NAMA": ["DEWI"]}), mode="append", schema_mode="merge")
    source = Source(str(path), "t", "t", digest, size, "delta")
    assert refusal(lambda: DeltaReader(source, Limits())) == "FILE_CHANGED"


def test_a_long_cell_costs_its_row_and_the_limits_hold_for_the_whole(tmp_path: Path) -> None:
    path = make(tmp_path / "t")
    write_deltalake(path, pa.table({"NAMA": ["x" * 200]}), mode="append", schema_mode="merge")
    batches = list(opened(path, Limits(cell_bytes=100)).batches([0]))
    assert sum(len(batch.lines) for batch in batches) == 3
    assert [reject.code for batch in batches for reject in batch.rejects] == ["CELL_TOO_LONG"]
    for limits in (Limits(rows=2), Limits(members=2), Limits(page_bytes=50)):
        assert refusal(lambda limits=limits: read(path, ["NAMA"], limits)) == "FILE_TOO_LARGE"  # type: ignore[misc]


def edit_log(path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the actions of the first version."""
    log = path / "_delta_log" / "00000000000000000000.json"
    actions = [json.loads(line) for line in log.read_text().splitlines()]
    for action in actions:
        change(action)
    log.write_text("\n".join(json.dumps(action) for action in actions) + "\n")


@pytest.mark.parametrize(
    "name",
    [
        "../other.parquet",
        "%2E%2E/other.parquet",
        "{folder}/other.parquet",
        "file://{folder}/other.parquet",
        "link.parquet",
        "gone.parquet",
        "a%00b",
    ],
)
def test_a_log_that_names_a_file_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    path = make(tmp_path / "t")
    shutil.copy(next(path.glob("*.parquet")), tmp_path / "other.parquet")
    (path / "link.parquet").symlink_to(tmp_path / "other.parquet")

    def change(action: dict[str, Any]) -> None:
        if "add" in action:
            action["add"]["path"] = name.format(folder=tmp_path)

    edit_log(path, change)
    assert refusal(lambda: delta_digest(path, Limits())) == "UNREADABLE"


def test_a_log_reached_by_a_link_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "t")
    shutil.move(path / "_delta_log", tmp_path / "log")
    (path / "_delta_log").symlink_to(tmp_path / "log")
    assert refusal(lambda: delta_digest(path, Limits())) == "UNREADABLE"


@pytest.mark.parametrize(
    "protocol",
    [
        {"minReaderVersion": 9, "minWriterVersion": 9},
        {
            "minReaderVersion": 3,
            "minWriterVersion": 7,
            "readerFeatures": ["variantType"],
            "writerFeatures": ["variantType"],
        },
    ],
)
def test_a_table_that_asks_for_more_than_is_read_is_refused(tmp_path: Path, protocol: dict[str, Any]) -> None:
    path = make(tmp_path / "t")
    edit_log(path, lambda action: action.update(protocol=protocol) if "protocol" in action else None)
    assert refusal(lambda: delta_digest(path, Limits())) == "UNREADABLE"


def test_deletion_vectors_are_refused_whatever_the_protocol_says(tmp_path: Path) -> None:
    path = make(tmp_path / "t")

    def change(action: dict[str, Any]) -> None:
        if "add" in action:
            action["add"]["deletionVector"] = {
                "storageType": "u",
                "pathOrInlineDv": "vBn[lx{q8@P<9BNH/isA",
                "offset": 1,
                "sizeInBytes": 36,
                "cardinality": 1,
            }

    edit_log(path, change)
    assert refusal(lambda: read(path, ["NAMA"])) == "UNREADABLE"


def test_column_mapping_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "t")

    def change(action: dict[str, Any]) -> None:
        if "protocol" in action:
            action["protocol"] = {"minReaderVersion": 2, "minWriterVersion": 5}
        if "metaData" in action:
            action["metaData"]["configuration"] = {
                "delta.columnMapping.mode": "name",
                "delta.columnMapping.maxColumnId": "2",
            }
            schema = json.loads(action["metaData"]["schemaString"])
            for number, field in enumerate(schema["fields"], 1):
                field["metadata"] = {
                    "delta.columnMapping.id": number,
                    "delta.columnMapping.physicalName": field["name"],
                }
            action["metaData"]["schemaString"] = json.dumps(schema)

    edit_log(path, change)
    (path / "_delta_log" / "00000000000000000001.json").unlink()
    with pytest.raises(InputDataError, match="column mapping"):
        delta_digest(path, Limits())


def outcome(path: Path) -> str:
    try:
        return f"{len(read(path, ['NAMA']))} rows"
    except InputDataError as error:
        return error.code


def test_a_missing_or_broken_log_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    assert refusal(lambda: delta_digest(tmp_path / "none", Limits())) == "UNREADABLE"
    path = make(tmp_path / "t")
    DeltaTable(path).create_checkpoint()
    codes = set()
    for content in (b"", b"{", b'{"add": 5}\n', b"\xff\xfe", b"null\n"):
        (path / "_delta_log" / "00000000000000000002.json").write_bytes(content)
        codes.add(outcome(path))
    assert codes <= {"3 rows", "UNREADABLE"}
    for checkpoint in (path / "_delta_log").glob("*.parquet"):
        checkpoint.write_bytes(b"PAR1" + b"x" * 50 + b"PAR1")
    assert refusal(lambda: delta_digest(path, Limits())) == "UNREADABLE"
