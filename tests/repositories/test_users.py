"""Who keeps the list of users, and what becomes of the work of one who leaves."""

import json
from dataclasses import replace

import pytest
import sqlalchemy as sa

from linkage.errors import NotPermittedError, UsageError
from linkage.review.cases import Action
from linkage.review.people import Role, Scope, User
from linkage.review.sql import open_queue
from linkage.review.tables import audit, queue_user
from tests.oracles.queue_cases import NOON, PLAIN, STAFF, later, make_case, staff, step

KEPT = {user.name: user for user in STAFF}
BANDUNG = User("rahma", Scope("3273"), frozenset({Role.PENGELOLA}))


@pytest.fixture
def staffed(sql_queue):
    staff(sql_queue, BANDUNG)
    return sql_queue


def test_the_first_user_needs_nobody_and_must_be_able_to_add_others(sql_queue):
    for powerless in (KEPT["ani"], replace(KEPT["kepala"], active=False)):
        with pytest.raises(UsageError, match="first user"):
            sql_queue.set_user(powerless, by=None, now=NOON)
    assert sql_queue.set_user(KEPT["kepala"], by=None, now=NOON) == KEPT["kepala"]
    with pytest.raises(NotPermittedError, match="first user"):
        sql_queue.set_user(KEPT["ani"], by=None, now=NOON)


def test_users_come_back_as_they_were_given(staffed):
    given = User("sari", Scope("3273"), frozenset({Role.PETUGAS, Role.AUDITOR}), hours=12.5)
    staffed.set_user(given, by="rahma", now=NOON)
    assert staffed.user(" SARI ") == given
    with pytest.raises(NotPermittedError):
        staffed.user("nobody")


@pytest.mark.parametrize(
    ("by", "user"),
    [
        ("ani", replace(KEPT["dewi"], active=False)),
        ("rahma", User("sari", Scope("3204"), frozenset({Role.PETUGAS}))),
        ("rahma", User("sari", Scope("32"), frozenset({Role.PETUGAS}))),
        ("rahma", replace(KEPT["gilang"], scope=Scope("3273"))),
        ("rahma", replace(KEPT["ani"], scope=Scope("3204"))),
        ("rahma", replace(BANDUNG, active=False)),
        ("rahma", replace(BANDUNG, roles=frozenset({Role.PETUGAS}))),
        ("nobody", KEPT["ani"]),
    ],
)
def test_only_who_keeps_the_list_of_both_regions_changes_it_and_nobody_shuts_themselves_out(staffed, by, user):
    before, head = staffed.users(by="kepala"), staffed.head()
    with pytest.raises(NotPermittedError):
        staffed.set_user(user, by=by, now=later(1))
    assert (staffed.users(by="kepala"), staffed.head()) == (before, head)


def test_one_sees_the_users_of_the_own_region_and_below_by_name(staffed):
    assert [user.name for user in staffed.users(by="gilang")] == ["gilang"]
    assert [user.name for user in staffed.users(by="hana")] == [
        "ani", "budi", "citra", "dewi", "eko", "fitri", "gilang", "hana", "indra", "made", "rahma",
    ]  # fmt: skip
    assert len(staffed.users(by="kepala")) == len(STAFF) + 1


@pytest.mark.parametrize(
    "change",
    [{"active": False}, {"scope": Scope("3204")}, {"roles": frozenset({Role.AUDITOR})}],
    ids=["inactive", "moved", "another role"],
)
def test_what_a_user_held_is_free_at_once_and_its_state_stays(staffed, change):
    staffed.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    first = staffed.claim(by="ani", now=later(1))
    assert first is not None
    other = 3 - first.case.id
    step(staffed, other, "fitri", Action.ASSIGN, at=later(1), assignee="ani")
    staffed.set_user(replace(KEPT["ani"], **change), by="kepala", now=later(2))
    held, given = staffed.get(first.case.id, by="budi"), staffed.get(other, by="budi")
    assert (held.state, held.lease) == (first.case.state, None)
    assert (given.state, given.assignee, given.assigned_until) == ("DITUGASKAN", None, None)
    with pytest.raises(Exception, match=r"user|case|hold|belongs"):
        staffed.renew(first.case.id, first.token, by="ani", now=later(3))
    assert {staffed.claim(by="budi", now=later(3)).case.id, staffed.claim(by="budi", now=later(3)).case.id} <= {1, 2}
    assert staffed.verify().sound


def test_a_change_of_hours_takes_nothing_from_anybody(staffed):
    staffed.load("run1", [make_case("a", "b")], now=NOON)
    claim = staffed.claim(by="ani", now=later(1))
    staffed.set_user(replace(KEPT["ani"], hours=20.0), by="rahma", now=later(2))
    assert staffed.renew(1, claim.token, by="ani", now=later(3)) > later(3)


def test_a_change_acts_on_the_next_call(staffed):
    staffed.load("run1", [make_case("a", "b")], now=NOON)
    assert len(staffed.list(by="budi")) == 1
    staffed.set_user(replace(KEPT["budi"], scope=Scope("3374")), by="kepala", now=later(1))
    assert staffed.list(by="budi") == ()
    staffed.set_user(replace(KEPT["budi"], active=False), by="kepala", now=later(2))
    with pytest.raises(NotPermittedError):
        staffed.list(by="budi")


def test_each_change_leaves_one_audit_row_that_says_who_made_whom_what(staffed):
    seq = staffed.head().seq
    staffed.set_user(User("sari", Scope("3273"), frozenset({Role.PETUGAS}), hours=8), by="rahma", now=NOON)
    assert staffed.head().seq == seq + 1
    with staffed.engine.connect() as connection:
        body = json.loads(connection.execute(sa.select(audit.c.body).where(audit.c.seq == seq + 1)).scalar_one())
    kept = {name: body[name] for name in ("action", "actor", "user", "region", "roles", "active")}
    assert kept == {
        "action": "user", "actor": "rahma", "user": "sari", "region": "3273", "roles": "petugas", "active": True,
    }  # fmt: skip
    assert float(body["hours"]) == 8


def test_users_outlive_the_process(url):
    queue = open_queue(url, settings=PLAIN)
    staff(queue)
    queue.close()
    again = open_queue(url, settings=PLAIN)
    assert {user.name: user for user in again.users(by="kepala")} == KEPT
    with again.engine.connect() as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(queue_user)).scalar_one() == len(KEPT)
    again.close()
