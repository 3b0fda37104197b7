"""A process of the queue killed with SIGKILL at every statement it sends, and what it leaves behind."""

import multiprocessing
import secrets
import shutil
from concurrent.futures import ProcessPoolExecutor

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.config import Config

from linkage.review.sql import open_queue
from linkage.review.tables import case_record, counter, review_case
from tests.oracles.crash_works import TOKEN, WORKS, dump, finish, killed_at_every_statement, prepare
from tests.oracles.queue_cases import NOON, PLAIN

ON_POSTGRESQL = ("load", "claim", "propose", "approve")


@pytest.fixture(autouse=True)
def known_tokens(monkeypatch):
    monkeypatch.setattr(secrets, "token_urlsafe", lambda nbytes=None: TOKEN)


@pytest.fixture(scope="module")
def process():
    """A process without threads, from which others are forked."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["pytest", "alembic.command", "alembic.config", "tests.oracles.crash_works"])
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        yield pool


def check(process, work, disturbed, undisturbed, *, statements):
    before = dump(undisturbed)
    finish(work, undisturbed)
    assert process.submit(killed_at_every_statement, work, disturbed).result() >= statements
    done = dump(undisturbed)
    assert done != before, "there was something to do"
    assert dump(disturbed) == done
    finish(work, disturbed)
    assert dump(disturbed) == done, "who never heard that it was done does it again, and it is done once"
    queue = open_queue(disturbed, settings=PLAIN)
    assert queue.verify().sound
    queue.close()


@pytest.mark.parametrize("work", [name for name in WORKS if name != "open"])
def test_killed_anywhere_the_work_was_not_begun_and_is_done_once(process, work, sqlite_staffed, tmp_path):
    first, second = (f"sqlite:///{tmp_path}/{name}.db" for name in ("first", "second"))
    shutil.copy(sqlite_staffed, tmp_path / "first.db")
    prepare(work, first)
    shutil.copy(tmp_path / "first.db", tmp_path / "second.db")
    check(process, work, first, second, statements=8)


@pytest.mark.slow
@pytest.mark.parametrize("work", ON_POSTGRESQL)
def test_killed_anywhere_on_postgresql_the_work_was_not_begun_and_is_done_once(process, work, server):
    first = server.fresh("queue_staffed")
    prepare(work, first)
    second = server.fresh(str(sa.make_url(first).database))
    check(process, work, first, second, statements=8)


@pytest.mark.slow
def test_killed_anywhere_while_it_is_made_the_database_is_made_by_the_next(process, tmp_path):
    first, second = (f"sqlite:///{tmp_path}/{name}.db" for name in ("first", "second"))
    check(process, "open", first, second, statements=60)


@pytest.mark.slow
def test_killed_anywhere_while_it_is_upgraded_the_database_is_upgraded_by_the_next(process, tmp_path):
    first, second = (f"sqlite:///{tmp_path}/{name}.db" for name in ("first", "second"))
    make_old(first)
    shutil.copy(tmp_path / "first.db", tmp_path / "second.db")
    check(process, "open", first, second, statements=60)


def make_old(url):
    """A queue of the first version, with a case that somebody works on."""
    engine = sa.create_engine(url)
    config = Config()
    config.set_main_option("script_location", "linkage.review:migrations")
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.execute(sa.update(counter).values(value=1))
        connection.execute(
            sa.insert(review_case).values(
                id=1, case_id="case1", kind="DUPLICATE", scope="3273", priority=0.5, reasons=["GANDA_ORANG"],
                records=2, state="BARU", version=1, run_id="run1", content=b"c", assignee="ani", opened_at=NOON,
                snapshot=b"s",
            )
        )  # fmt: skip
        old = sa.table(case_record.name, sa.column("case"), sa.column("record_id"))
        connection.execute(sa.insert(old), [{"case": 1, "record_id": record} for record in ("r1", "r2")])
    engine.dispose()
