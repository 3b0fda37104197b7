"""A nightly project in a folder, run in this process."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from linkage.engine.local import LocalEngine
from linkage.nightly.job import NightlyResult, run_nightly
from linkage.nightly.ledger import Ledger
from linkage.nightly.project import load_project
from linkage.nightly.store import Store
from linkage.progress import Observer, Silent
from linkage.review.sql import SqlQueue, open_queue
from tests.oracles.queue_cases import PLAIN, staff
from tests.small_register import Row, residents_spec_text, write_csv

FIRST_NIGHT = datetime(2026, 6, 2, 1, 0, tzinfo=UTC)
TABLES = ("pairs", "clusters", "cases", "rejects", "quality", "notices")

_QUEUE_TABLES = {
    "review_case": "select *, closed_at is null as is_open from review_case",
    "case_record": "select * from case_record",
    "case_pair": "select * from case_pair",
    "record_value": "select * from record_value",
    "judgement": "select * from judgement",
    "decision": "select * from decision",
    "counter": "select * from counter",
    "audit_head": "select seq from audit_head",
}
_OF_THE_RUN = {"run_id", "at", "opened_at", "closed_at"}


class Nightly:
    """A project folder: put extracts in, run a night, look at what is there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.nights = 0
        self.first: NightlyResult | None = None
        (home / "inbox").mkdir(parents=True)
        (home / "spec.toml").write_text(residents_spec_text(), encoding="utf-8")
        self.file = home / "linkage.toml"
        # The secret comes from outside, so that two projects give equal fingerprints.
        self.file.write_text('[intake]\nspec = "spec.toml"\n\n[keys]\nenv = "LINKAGE_TEST_KEY"\n', encoding="utf-8")

    def put(self, name: str, rows: Iterable[Mapping[str, str]]) -> Path:
        """Send an extract."""
        return write_csv(self.home / "inbox" / name, rows)

    def describe(self, name: str, text: str) -> None:
        """Put a sidecar beside an extract."""
        (self.home / "inbox" / f"{name}.meta.toml").write_text(text, encoding="utf-8")

    def release(self, name: str) -> Path:
        """Move a refused extract from quarantine back into the inbox."""
        (path,) = (self.home / "quarantine").rglob(name)
        return path.rename(self.home / "inbox" / name)

    def set(self, toml: str) -> None:
        """Add keys to the project's ``[intake]``."""
        text = self.file.read_text(encoding="utf-8")
        self.file.write_text(text.replace("[intake]\n", f"[intake]\n{toml}\n"), encoding="utf-8")

    def noticed(self, result: NightlyResult) -> list[tuple[str, str, str, int]]:
        """What a run noticed: source (else region), outcome, code, count."""
        rows = self.written(result, "notices").to_pylist()
        return [(row["source"] or row["region"], row["outcome"], row["code"], row["count"]) for row in rows]

    def run(self, *, full: bool = False, observer: Observer | None = None) -> NightlyResult | None:
        """Run one night; each is a day after the one before."""
        self.nights += 1
        return run_nightly(
            load_project(self.file),
            full=full,
            engine=LocalEngine(1),
            observer=observer or Silent(),
            now=self.moment(),
        )

    def moment(self) -> datetime:
        """Now, for the project."""
        return FIRST_NIGHT + timedelta(days=self.nights)

    @property
    def store(self) -> Store:
        return Store(self.home / "workspace")

    @property
    def ledger(self) -> Ledger:
        return self.store.ledger

    def residents(self) -> dict[str, Row]:
        """Standing residents by record id, closed ones too."""
        table = self.store.read("residents")
        return {} if table is None else {row["record_id"]: row for row in table.sort_by("record_id").to_pylist()}

    def open_by(self, column: str) -> dict[str, str]:
        """Record ids of the open residents by the value of a column."""
        rows = [row for row in self.residents().values() if row["closed_by"] == ""]
        return {row[column]: row["record_id"] for row in rows}

    def written(self, result: NightlyResult, name: str) -> pa.Table:
        return pq.read_table(result.folder / f"{name}.parquet")

    def cases(self) -> list[Row]:
        table = self.store.read("cases")
        assert table is not None
        return table.to_pylist()

    def clusters(self) -> dict[str, str]:
        table = self.store.read("clusters")
        assert table is not None
        return dict(zip(*(column.to_pylist() for column in table.columns), strict=True))

    def queue(self) -> SqlQueue:
        """The open queue, with the staff of the tests."""
        queue = open_queue(load_project(self.file).database_url, settings=PLAIN)
        staff(queue)
        return queue

    def queue_content(self) -> list[tuple[object, ...]]:
        """Everything the queue holds of cases and pairs, but for run ids and moments."""
        connection = sqlite3.connect(self.home / "workspace" / "queue.db")
        found: list[tuple[object, ...]] = []
        connection.row_factory = sqlite3.Row
        for table, query in _QUEUE_TABLES.items():
            for row in connection.execute(query):
                values = {name: row[name] for name in row.keys() if name not in _OF_THE_RUN}  # noqa: SIM118 - a Row
                found.append((table, *values.items()))
        connection.close()
        return sorted(found, key=repr)

    def state(self) -> dict[str, object]:
        """What must be the same however the nights went: ledger, queue, files in the inbox that were taken."""
        ledger = self.ledger
        return {
            "hashes": dict(ledger.state_hash),
            "counters": dict(ledger.counters),
            "files": sorted(ledger.files),
            "regions": dict(ledger.regions),
            "model": ledger.model,
            "spec": ledger.spec_digest,
            "queue": self.queue_content(),
        }

    def results(self) -> list[dict[str, str]]:
        """Digests of the tables of every run's folder, oldest first."""
        folders = sorted((self.home / "out").iterdir())
        assert all((folder / "manifest.json").is_file() for folder in folders), "every folder there is a whole one"
        return [
            {name: hashlib.sha256((folder / f"{name}.parquet").read_bytes()).hexdigest() for name in TABLES}
            for folder in folders
        ]

    def manifest(self, result: NightlyResult) -> dict[str, object]:
        return json.loads((result.folder / "manifest.json").read_text(encoding="utf-8"))

    def values(self, table: pa.Table, column: str, value: str) -> pa.Table:
        return table.filter(pc.equal(table.column(column), value))


@pytest.fixture
def nightly(tmp_path, monkeypatch) -> Callable[..., Nightly]:
    """Make a project; the first one lies in ``one``, another where it is told."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")

    def make(name: str = "one") -> Nightly:
        return Nightly(tmp_path / name)

    return make


@pytest.fixture
def project(nightly) -> Nightly:
    return nightly()
