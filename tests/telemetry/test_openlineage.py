"""Events of a lineage: what the standard asks for, one whole line each."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import OutputError
from linkage.run.manifest import new_run_id
from linkage.telemetry.account import Account, Dataset, file_written
from linkage.telemetry.openlineage import Job, append_events, run_event
from tests.oracles.lineage_events import check_event, events_of

NOW = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
JOB = Job("tunggal", "run", new_run_id())


@pytest.mark.parametrize("kind", ["START", "COMPLETE", "FAIL", "ABORT"])
def test_every_event_has_what_the_standard_asks_for(kind, tmp_path):
    pq.write_table(pa.table({"record_id": ["R1", "R2"], "n": [1, 2]}), tmp_path / "pairs.parquet")
    (tmp_path / "a.jsonl").write_text("{}\n")
    account = Account(
        inputs=(Dataset("/inbox/a.csv", "ab" * 32, (("nik", "string"),), 7, 120), Dataset("/store/residents", "cd")),
        outputs=(file_written(tmp_path / "pairs.parquet", "ef" * 32), file_written(tmp_path / "a.jsonl", "01" * 32)),
        model="23" * 32,
    )
    event = run_event(kind, JOB, NOW, account, problem="no room" if kind == "FAIL" else "")
    check_event(event)
    pairs, anchor = event["outputs"]
    assert pairs["facets"]["schema"]["fields"] == [
        {"name": "record_id", "type": "string"},
        {"name": "n", "type": "int64"},
    ]
    assert pairs["outputFacets"]["outputStatistics"]["rowCount"] == 2
    assert "rowCount" not in anchor["outputFacets"]["outputStatistics"]
    assert event["inputs"][0]["facets"]["version"]["datasetVersion"] == "ab" * 32
    assert event["run"]["facets"]["tunggal_model"]["digest"] == "23" * 32
    assert ("errorMessage" in event["run"]["facets"]) == (kind == "FAIL")


def test_a_line_that_was_cut_off_does_not_swallow_the_next(tmp_path):
    path = tmp_path / "lineage.ndjson"
    append_events(path, [run_event("START", JOB, NOW)])
    whole = path.read_bytes()
    path.write_bytes(whole + whole[:30])
    append_events(path, [run_event("COMPLETE", JOB, NOW)])
    lines = path.read_bytes().splitlines(keepends=True)
    assert (lines[0], lines[1]) == (whole, whole[:30] + b"\n")
    assert b'"COMPLETE"' in lines[2]
    assert len(lines) == 3


def test_a_message_of_many_lines_is_one_line(tmp_path):
    append_events(tmp_path / "l", [run_event("FAIL", JOB, NOW, problem='a\r\n{"eventType": "COMPLETE"}\u2028b')])
    (event,) = events_of(tmp_path / "l")
    assert event["eventType"] == "FAIL"


def test_a_file_that_cannot_be_written_is_told(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        append_events(tmp_path, [run_event("START", JOB, NOW)])
