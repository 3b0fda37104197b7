"""Tables as logs, read from files."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake.fs import DeltaStorageHandler

from linkage.nightly.ledger import Ledger
from linkage.nightly.store import Store
from linkage.reference.store import Reference
from linkage.reference.tables import IN_REVIEW

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def no_python_in_arrow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read by Arrow alone: a thread of its that calls Python at the end of a command aborts it."""

    def called(*_: object) -> None:
        raise AssertionError("Python was called")

    for name in ("open_input_file", "open_input_stream", "get_file_info"):
        monkeypatch.setattr(DeltaStorageHandler, name, called)


@pytest.mark.usefixtures("no_python_in_arrow")
def test_the_reference_is_read_without_calling_python(tmp_path: Path) -> None:
    rows = pa.table({"record_id": ["A"], "change": ["added"]})
    written = Reference(tmp_path, b"k" * 32)
    written.commit(1, "publication", {IN_REVIEW: rows}, now=NOON, run_id="r", night=1, last_person=0, counts={})
    found = Reference(tmp_path, b"k" * 32).read(IN_REVIEW)
    assert found is not None
    assert found.to_pydict() == {"record_id": ["A"]}


@pytest.mark.usefixtures("no_python_in_arrow")
def test_the_standing_store_is_read_without_calling_python(tmp_path: Path) -> None:
    store = Store(tmp_path)
    rows = pa.table({"record_id": ["A", "B"], "province": ["32", "33"], "closed_by": ["", ""]})
    version, digest = store.write("residents", rows, night=1)
    store.commit(Ledger(run_id="r", tables={"residents": version}, state_hash={"residents": digest}))
    found = store.read("residents")
    assert found is not None
    assert sorted(found.column("record_id").to_pylist()) == ["A", "B"]
    wanted = store.read_records("residents", version, pa.array(["B"]))
    assert (wanted.num_rows, wanted.column("province").to_pylist(), store.rows("residents")) == (1, ["33"], 2)
