"""A full disk, a lost permission, a database that is gone: a job ends clearly, and the next one as if undisturbed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa

from linkage.engine.local import LocalEngine
from linkage.errors import OutputError, ServiceUnavailableError
from linkage.nightly.job import run_nightly
from linkage.nightly.ledger import read_ledger
from linkage.nightly.project import load_project
from linkage.progress import Silent
from linkage.publishing.publish import open_reference, publish
from linkage.review.database import open_engine, translated

FULL = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2)
"""
CLOSED = """
import ctypes
class Header(ctypes.Structure):
    _fields_ = [("version", ctypes.c_uint32), ("process", ctypes.c_int)]
class Sets(ctypes.Structure):
    _fields_ = [("effective", ctypes.c_uint32), ("permitted", ctypes.c_uint32), ("inheritable", ctypes.c_uint32)]
# Even root is held by the permissions of files once it has given up its capabilities.
assert ctypes.CDLL(None).capset(ctypes.byref(Header(0x20080522, 0)), ctypes.byref((Sets * 2)())) == 0
"""
JOB = """
import importlib, sys
sys.exit(importlib.import_module(f"jobs.{sys.argv[1]}").main(sys.argv[2:]))
"""
JOBS = {"run": "nightly", "publish": "publish"}
pytestmark = pytest.mark.slow


@pytest.fixture
def start(before_and_after, tmp_path, monkeypatch):
    """Return a function that copies a project: ready for a run, or for a publication; with a database of its own."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")

    def make(command: str, database: str = "") -> Path:
        home = tmp_path / f"{command}{len(list(tmp_path.iterdir()))}"
        shutil.copytree(before_and_after["run" if database else command], home)
        if database:
            file = home / "linkage.toml"
            file.write_text(f'{file.read_text(encoding="utf-8")}\n[database]\nurl = "{database}"\n', encoding="utf-8")
            if command == "publish":
                run(home)
        return home

    return make


def run(home: Path, observer=None) -> None:
    run_nightly(load_project(home / "linkage.toml"), full=False, engine=LocalEngine(1), observer=observer or Silent())


def published(home: Path, observer=None) -> None:
    publish(load_project(home / "linkage.toml"), observer=observer or Silent())


WORK = {"run": run, "publish": published}


def job(condition: str, command: str, home: Path, *before: str) -> tuple[int, str]:
    """Run a job in a process of its own, under a condition; return its exit code and the last thing it said."""
    arguments = [JOBS[command], "--project", str(home / "linkage.toml"), "--log-format", "json"]
    done = subprocess.run(
        [sys.executable, "-c", condition + JOB, *before, *arguments],
        cwd=Path(__file__).parents[2],
        env={**os.environ},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Traceback" not in done.stderr, done.stderr
    said = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    return done.returncode, said[-1]["message"] if said and said[-1]["event"] == "failed" else ""


def state(home: Path) -> object:
    """What must be the same as without the trouble."""
    reference = open_reference(load_project(home / "linkage.toml"))
    rows = [(row.publication, row.state_hash, row.counts["persons_added"]) for row in reference.rows()]
    return read_ledger(home / "workspace" / "ledger.json").state_hash, rows


def heals(command: str, home: Path, undisturbed: Path) -> None:
    """The next run ends as one without trouble did; and so does the one after that."""
    WORK[command](undisturbed)
    for _ in range(2):
        assert job("", command, home) == (0, "")
        assert state(home) == state(undisturbed)


@pytest.mark.parametrize(
    ("command", "largest", "where"),
    [
        pytest.param("run", 100, "/workspace", marks=pytest.mark.soak),
        ("run", 6_000, "/workspace"),
        pytest.param("publish", 1_000, "/workspace", marks=pytest.mark.soak),
        pytest.param("publish", 7_000, "/workspace/reference", marks=pytest.mark.soak),
    ],
)
def test_no_file_may_grow_any_more(start, server, command, largest, where):
    home = start(command, server.fresh("queue_empty"))
    code, message = job(FULL, command, home, str(largest))
    assert code == 73
    assert f"{home}{where}" in message
    assert "free space" in message
    heals(command, home, start(command, server.fresh("queue_empty")))


@pytest.mark.parametrize(
    ("command", "place", "mode", "code"),
    [
        ("run", "workspace", 0o500, 73),
        *(
            pytest.param(*more, marks=pytest.mark.soak)
            for more in (
                ("run", "inbox", 0, 77),
                ("run", "workspace", 0, 77),
                ("publish", "workspace/ledger.json", 0, 77),
                ("run", "out", 0o500, 73),
                ("publish", "out", 0o500, 73),
                ("publish", "workspace/store/residents", 0, 77),
                ("publish", "workspace/queue.db", 0, 69),
            )
        ),
    ],
)
def test_a_permission_is_lost(start, command, place, mode, code):
    home, undisturbed = start(command), start(command)
    closed = home / place
    if not closed.exists():
        closed.mkdir()
    before = closed.stat().st_mode
    closed.chmod(mode)
    try:
        ended, message = job(CLOSED, command, home)
    finally:
        closed.chmod(before)
    assert ended == code
    assert str(closed) in message
    assert "Check" in message
    heals(command, home, undisturbed)


class Gone(Silent):
    """Takes a database away when a stage begins: whoever is connected is thrown out, and nobody comes in."""

    def __init__(self, server, address: str, stage: str) -> None:
        self.server, self.name, self.stage = server, sa.make_url(address).database, stage

    def let_in(self, yes: bool) -> None:
        with self.server.admin.connect() as connection:
            connection.execute(sa.text(f"ALTER DATABASE {self.name} WITH ALLOW_CONNECTIONS {yes}"))
            if not yes:
                query = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
                connection.execute(sa.text(query), {"name": self.name})

    def stage_started(self, name: str) -> None:
        if name == self.stage:
            self.let_in(False)


@pytest.mark.parametrize(
    ("command", "stage"),
    [
        ("run", "write"),
        *(
            pytest.param(*more, marks=pytest.mark.soak)
            for more in (("publish", "commit"), ("run", "intake"), ("run", "queue"), ("publish", "gather"))
        ),
    ],
)
def test_the_database_goes_away_in_the_middle(start, server, command, stage):
    address = server.fresh("queue_empty")
    home = start(command, address)
    gone = Gone(server, address, stage)
    with pytest.raises(ServiceUnavailableError, match="the database cannot be used") as caught:
        WORK[command](home, gone)
    assert caught.value.exit_code == 69
    code, message = job("", command, home)
    assert (code, "Check that it runs" in message) == (69, True)
    gone.let_in(True)
    heals(command, home, start(command, server.fresh("queue_empty")))


def test_a_disk_without_room_for_the_queue_is_no_database_that_is_away(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path}/queue.db")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")
        too_much = "CREATE TABLE large AS SELECT randomblob(1000000) AS filling"
        with pytest.raises(OutputError, match="disk of the database is full") as caught, translated("here"):
            connection.exec_driver_sql(too_much)
    engine.dispose()
    assert (caught.value.exit_code, caught.value.key) == (73, "queue.full")
