"""What is kept no longer: the values of cases that no run found again."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from linkage.review.sql import open_queue
from linkage.review.tables import case_pair, case_record, record_value
from tests.oracles.queue_cases import NOON, PLAIN, approved, later, make_case, nik_digest, staff

LONG_AFTER = NOON + timedelta(days=PLAIN.values_days + 1)


@pytest.fixture
def withdrawn(queue):
    """Case 1 withdrawn, case 2 decided, case 3 open."""
    gone, done, kept = (make_case(f"rec-{n}a", f"rec-{n}b") for n in range(3))
    numbers = {case.case_id: n for n, case in enumerate(sorted([gone, done, kept], key=lambda c: c.case_id), start=1)}
    queue.load("run1", [gone, done, kept], now=NOON)
    approved(queue, numbers[done.case_id], at=later(1))
    queue.load("run2", [done, kept], now=later(2))
    return queue, numbers[gone.case_id], numbers[done.case_id], numbers[kept.case_id]


def test_before_the_time_is_over_nothing_is_deleted_and_the_chain_gets_no_row(withdrawn):
    queue, *_ = withdrawn
    head = queue.head()
    assert queue.retain(now=NOON + timedelta(days=PLAIN.values_days)) == 0
    assert queue.head() == head


def test_values_evidence_and_search_keys_of_withdrawn_cases_go_once(withdrawn):
    queue, gone, done, kept = withdrawn
    assert queue.retain(now=LONG_AFTER) == 2
    case = queue.view(gone, by="ani", now=LONG_AFTER)
    assert all(record.values == () for record in case.records)
    assert all(record.family == () for record in case.records)
    assert all((pair.evidence, pair.explained) == ((), None) for pair in case.pairs)
    assert queue.find(nik_digest("rec-0a"), by="ani", now=LONG_AFTER) == ()
    for number in (done, kept):
        kept = queue.view(number, by="ani", now=LONG_AFTER)
        assert all(record.values and record.family for record in kept.records)
        assert all(pair.evidence and pair.explained for pair in kept.pairs)
    head = queue.head()
    assert queue.retain(now=LONG_AFTER) == 0
    assert queue.head() == head
    assert queue.verify().sound


def test_no_value_stays_in_any_table_of_the_database(url):
    queue = open_queue(url, settings=PLAIN)
    staff(queue)
    queue.load("run1", [make_case("rec-a", "rec-b")], now=NOON)
    queue.load("run2", [], now=later(1))
    assert queue.retain(now=LONG_AFTER) == 2
    with queue.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.set_config("linkage.scope", "all", True)))
        assert connection.execute(sa.select(record_value)).all() == []
        assert {(tuple(row.brief), row.nik_digest) for row in connection.execute(sa.select(case_record))} == {
            ((), None)
        }
        assert [(row.evidence, row.explained) for row in connection.execute(sa.select(case_pair))] == [([], None)]
    queue.close()
