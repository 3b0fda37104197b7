"""Where the queues of the houses live: SQLite in each workspace, or databases of a PostgreSQL server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from benchmarks.review_queue.server import postgresql

Fresh = Callable[[str], str]


@contextmanager
def databases(chosen: str) -> Iterator[Fresh]:
    """Yield what gives the URL of an empty database of a name. ``chosen``: sqlite, postgresql (a server of its own),
    or the URL of a database on a server where databases can be made; one of the same name is dropped first."""
    if chosen == "sqlite":
        yield lambda name: ""
    elif chosen == "postgresql":
        with postgresql() as url:
            yield lambda name: _made(url, name)
    else:
        yield lambda name: _made(chosen, name)


def _made(url: str, name: str) -> str:
    home = sa.make_url(url)
    engine = sa.create_engine(home.set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    quoted = engine.dialect.identifier_preparer.quote_identifier(name)
    with engine.connect() as connection:
        connection.execute(sa.text(f"DROP DATABASE IF EXISTS {quoted}"))
        connection.execute(sa.text(f"CREATE DATABASE {quoted}"))
    engine.dispose()
    return home.set(database=name).render_as_string(hide_password=False)
