"""What the audit chain tells beside the work on cases: to whom, how far back, and never a resident's value."""

import shutil
from dataclasses import replace

import pytest
import sqlalchemy as sa

from linkage.errors import NotPermittedError
from linkage.review.acts import TOLD, act_of
from linkage.review.people import Role, Scope, User
from linkage.review.publications import StopReason
from linkage.review.sql import acts, open_queue
from linkage.review.tables import audit
from tests.oracles.queue_cases import NOON, PLAIN, STAFF, later, make_case, nik_digest, propose, staff

BANDUNG = User("rahma", Scope("3273"), frozenset({Role.PENGELOLA}))
WAKIL = User("wakil", Scope(""), frozenset({Role.PENGELOLA}))
KNOWN = {user.name: user for user in STAFF}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def worked(request, tmp_path_factory):
    """A queue in which two regions worked, opened, searched and changed users; the tests read it only."""
    if request.param == "sqlite":
        file = tmp_path_factory.mktemp("acts") / "queue.db"
        shutil.copy(request.getfixturevalue("sqlite_staffed"), file)
        queue = open_queue(f"sqlite:///{file}", settings=PLAIN)
    else:
        queue = open_queue(request.getfixturevalue("server").fresh("queue_staffed"), settings=PLAIN)
    for case in (make_case("a", "b"), make_case("c", "d", scope="3374")):
        queue.load("run1", [case], complete=False, now=NOON)
    staff(queue, BANDUNG)
    propose(queue, 1, "ani", at=later(1))
    queue.open_fields(1, "a", ["nik", "nama_ibu"], "cocokkan dengan KK", by="budi", now=later(2))
    queue.open_fields(2, "c", ["nik"], "cocokkan dengan KK", by="oka", now=later(3))
    queue.find(nik_digest("a"), by="joko", now=later(4))
    queue.find(nik_digest("zz"), by="oka", now=later(5))
    queue.set_user(replace(KNOWN["dewi"], active=False), by="rahma", now=later(6))
    queue.free_user("ani", by="rahma", now=later(7))
    queue.stop_publication(1, [StopReason("MERGE_RATE", 0.3, 0.1)], now=later(8))
    queue.release_publication(1, reason="benar", by="lestari", now=later(9))
    queue.set_user(WAKIL, by="kepala", now=later(10))
    queue.erase(["e"], by="kepala", approved_by="wakil", reason="surat 12", now=later(11))
    yield queue
    queue.close()


def told(queue, by, **more):
    return [(act.action, act.actor) for act in queue.acts(by=by, **more).acts]


def test_acts_are_told_newest_first_to_the_auditor_and_the_keeper_of_the_nation(worked):
    newest = [
        *(("erase", "kepala"), ("user", "kepala")),
        *(("resume_publication", "lestari"), ("stop_publication", "sistem"), ("free", "rahma"), ("user", "rahma")),
        *(("search", "oka"), ("search", "joko"), ("open", "oka"), ("open", "budi"), ("user", "kepala")),
    ]
    for by in ("nanda", "kepala"):
        assert told(worked, by)[: len(newest)] == newest
    erased = worked.acts(by="nanda", limit=20).acts[0]
    assert erased.details == (("records", "e"), ("approver", "wakil"))
    opened = worked.acts(by="nanda", limit=20).acts[9]
    assert opened.details == (("case", "1"), ("fields", "nama_ibu,nik"))
    assert opened.at == later(2)


def test_a_region_is_told_of_its_own_people_and_cases_alone(worked):
    for by in ("made", "rahma"):
        mine = told(worked, by)
        assert mine[:4] == [("free", "rahma"), ("user", "rahma"), ("search", "joko"), ("open", "budi")]
        assert "oka" not in {actor for _, actor in mine}


def test_nobody_else_is_told(worked):
    for by in ("ani", "eko", "fitri", "lestari"):
        with pytest.raises(NotPermittedError):
            worked.acts(by=by)


def test_pages_follow_each_other_without_a_gap(worked, monkeypatch):
    whole = worked.acts(by="nanda", limit=1000)
    assert whole.older is None
    for read, limit in ((2_000, 4), (3, 50)):
        monkeypatch.setattr(acts, "MOST_READ", read)
        found, after = [], None
        for _ in range(len(whole.acts) + 1):
            piece = worked.acts(by="nanda", after=after, limit=limit)
            found += piece.acts
            after = piece.older
            if after is None:
                break
        assert tuple(found) == whole.acts


def test_the_index_of_acts_serves_the_list(worked):
    query = sa.select(audit.c.seq).where(acts.ACTS, audit.c.seq < 10**6).order_by(audit.c.seq.desc()).limit(10)
    compiled = str(query.compile(worked.engine, compile_kwargs={"literal_binds": True}))
    explain = "EXPLAIN QUERY PLAN " if worked.engine.dialect.name == "sqlite" else "EXPLAIN "
    with worked.engine.connect() as connection:
        if explain == "EXPLAIN ":
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        plan = "\n".join(str(row) for row in connection.exec_driver_sql(explain + compiled))
    assert "ix_audit_acts" in plan or "audit_pkey" in plan or "INTEGER PRIMARY KEY" in plan


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", "null", '{"action":"open"}', '{"action":"open","at":"yesterday"}', '{"action":"open","at":5}'],
)
def test_a_body_that_no_program_wrote_is_no_act(body):
    assert act_of(1, body) is None


def test_of_a_body_only_what_is_known_to_be_harmless_is_told():
    body = (
        '{"action":"open","actor":"ani","at":"2026-11-21T12:00:00+00:00","case":7,"nik":"x","content":"y","cases":""}'
    )
    assert act_of(1, body).details == (("case", "7"),)
    assert not {"nik", "reason", "content", "why"} & set(TOLD)
