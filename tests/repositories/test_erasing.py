"""Erasing a record from the queue: values go from every case, decisions stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from linkage.errors import NotPermittedError, UsageError
from linkage.review.cases import State
from linkage.review.people import Role, Scope, User
from linkage.review.sql import open_queue
from linkage.review.tables import case_pair, case_record, record_value
from tests.oracles.queue_cases import NOON, PLAIN, approved, later, make_case, nik_digest, staff

ASKED = later(10)


def asked(queue, *records: str, **given: object) -> int:
    told = {"by": "kepala", "approved_by": "wakil", "reason": "permintaan penduduk", "now": ASKED, **given}
    return queue.erase(records, **told)


@pytest.fixture
def keepers(queue):
    queue.set_user(User("wakil", Scope(""), frozenset({Role.PENGELOLA})), by="kepala")
    return queue


@pytest.fixture
def held(keepers):
    """Numbers: a decided and an open case with rec-a, and an open one without it."""
    decided, waits, other = (
        make_case("rec-a", "rec-b"),
        make_case("rec-a", "rec-c", kind="CONFLICT"),
        make_case("x", "y"),
    )
    keepers.load("run1", [decided, waits, other], now=NOON)
    number = {line.case_id: line.id for line in keepers.list(by="joko", limit=10)}
    approved(keepers, number[decided.case_id], at=later(1))
    return keepers, number[decided.case_id], number[waits.case_id], number[other.case_id]


def values(queue, case: int) -> dict[str, bool]:
    return {one.record_id: bool(one.values) for one in queue.view(case, by="ani", now=ASKED).records}


def test_values_evidence_and_search_keys_of_the_record_go_from_every_case(held):
    queue, decided, waits, other = held
    assert asked(queue, "rec-a") == 2
    assert values(queue, decided) == {"rec-a": False, "rec-b": True}
    assert values(queue, waits) == {"rec-a": False, "rec-c": True}
    assert values(queue, other) == {"x": True, "y": True}
    assert all(pair.evidence == () for pair in queue.view(decided, by="ani", now=ASKED).pairs)
    assert queue.find(nik_digest("rec-a"), by="ani", now=ASKED) == ()


def test_a_case_that_waits_is_withdrawn_and_what_was_decided_stays(held):
    queue, decided, waits, other = held
    effects, links = queue.pending(), queue.cannot_links()
    asked(queue, "rec-a")
    states = [queue.get(case, by="ani").state for case in (decided, waits, other)]
    assert states == [State.DISETUJUI, State.DITARIK, State.BARU]
    assert (queue.pending(), queue.cannot_links()) == (effects, links)
    assert queue.verify().sound


def test_a_correction_leaves_open_cases_alone(held):
    queue, decided, waits, _ = held
    assert asked(queue, "rec-a", fields=["nama"]) == 1
    assert values(queue, decided) == {"rec-a": False, "rec-b": True}
    assert values(queue, waits) == {"rec-a": True, "rec-c": True}


def test_the_same_asked_at_the_same_instant_adds_nothing(held):
    queue, *_ = held
    asked(queue, "rec-a")
    head = queue.head()
    assert asked(queue, "rec-a") == 0
    assert queue.head() == head
    assert asked(queue, "rec-a", now=ASKED + timedelta(days=1)) == 2


@pytest.mark.parametrize(
    ("by", "approved_by"), [("kepala", "kepala"), ("kepala", "joko"), ("joko", "wakil"), ("kepala", "nobody")]
)
def test_it_takes_two_keepers_of_the_nation(held, by, approved_by):
    queue, decided, *_ = held
    with pytest.raises(NotPermittedError):
        asked(queue, "rec-a", by=by, approved_by=approved_by)
    assert values(queue, decided)["rec-a"]


def test_a_reason_is_needed(held):
    with pytest.raises(UsageError):
        asked(held[0], "rec-a", reason=" ")


def test_no_value_of_the_record_stays_in_the_tables(url):
    queue = open_queue(url, settings=PLAIN)
    staff(queue)
    queue.set_user(User("wakil", Scope(""), frozenset({Role.PENGELOLA})), by="kepala")
    queue.load("run1", [make_case("rec-a", "rec-b")], now=NOON)
    assert asked(queue, "rec-a") == 1
    with queue.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.set_config("linkage.scope", "all", True)))
        assert [row.record_id for row in connection.execute(sa.select(record_value))] == ["rec-b"]
        briefs = {row.record_id: (row.brief, row.nik_digest) for row in connection.execute(sa.select(case_record))}
        assert briefs["rec-a"] == ([], None)
        assert briefs["rec-b"][0]
        assert [(row.evidence, row.explained) for row in connection.execute(sa.select(case_pair))] == [([], None)]
    queue.close()
