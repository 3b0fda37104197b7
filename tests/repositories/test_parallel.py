"""Many people at one queue in the same moment, on both databases."""

from functools import partial

import pytest

from linkage.review.cases import Action, Claim, LoadResult
from linkage.review.people import Role
from linkage.review.rules import Command
from linkage.review.sql import open_queue
from tests.oracles.at_once import at_once
from tests.oracles.queue_cases import PLAIN, later, make_case, propose
from tests.oracles.sql_guards import (
    MANY,
    crew,
    load,
    many_get_a_case_each,
    one_key_is_one_decision,
    one_of_many_gets_the_case,
    one_of_many_posts_succeeds,
    servers,
)
from tests.oracles.stored import assert_whole


@pytest.fixture
def opened(staffed_url):
    """A queue in a database, which knows the staff."""
    queue = open_queue(staffed_url, settings=PLAIN)
    yield queue
    queue.close()


@pytest.mark.parametrize(
    "trial", [one_of_many_posts_succeeds, one_of_many_gets_the_case, many_get_a_case_each, one_key_is_one_decision]
)
def test_of_fifty_at_once_none_is_in_anothers_way(opened, staffed_url, trial):
    trial(opened, staffed_url)
    assert opened.verify().sound


def test_fifty_approvals_at_once_are_one_effect(opened, staffed_url):
    load(opened, 1)
    propose(opened, 1, "ani", at=later(1))
    token = opened.claim(by="budi", case=1, examine=True, now=later(2)).token
    command = Command(Action.APPROVE, token=token)
    with servers(staffed_url) as turn:
        told = at_once([partial(next(turn).take, 1, command, by="budi", now=later(3)) for _ in range(MANY)])
    assert sum(not isinstance(one, Exception) for one in told) == 1
    assert len(opened.pending()) == 1
    assert_whole(staffed_url)


def test_a_publication_marked_by_many_at_once_is_news_once(opened, staffed_url):
    load(opened, 1)
    propose(opened, 1, "ani", at=later(1))
    token = opened.claim(by="budi", case=1, examine=True, now=later(2)).token
    opened.take(1, Command(Action.APPROVE, token=token), by="budi", now=later(3))
    effects = [effect.id for effect in opened.pending()]
    with servers(staffed_url) as turn:
        told = at_once([partial(next(turn).mark_published, effects, 1, now=later(4)) for _ in range(10)])
    assert sorted(told) == [0] * 9 + [1]


def test_cases_are_loaded_while_others_are_taken_up(opened, staffed_url):
    load(opened, 25)
    names = crew(opened, 20)
    more = [make_case(f"a{number}", f"b{number}") for number in range(40)]
    with servers(staffed_url) as turn:
        loads = [partial(next(turn).load, "run2", more, now=later(1)) for _ in range(3)]
        told = at_once([partial(next(turn).claim, by=name, now=later(1)) for name in names] + loads)
    assert len({one.case.id for one in told if isinstance(one, Claim)}) == 20
    results = [one for one in told if isinstance(one, LoadResult)]
    assert sorted(result.added for result in results) == [0, 0, 15], "what the first load brought, the others keep"
    assert all(result.withdrawn == 0 for result in results)
    assert sum(count.cases for count in opened.counts(by="kepala")) == 40
    assert_whole(staffed_url)


def test_a_user_disabled_while_many_work_holds_nothing_afterwards(opened, staffed_url):
    load(opened, 20)
    names = crew(opened, 10)
    leaving = [opened.user(name) for name in names[:5]]
    gone = [type(user)(user.name, user.scope, frozenset({Role.PETUGAS}), active=False) for user in leaving]
    with servers(staffed_url) as turn:
        at_once(
            [partial(next(turn).claim, by=name, now=later(1)) for name in names]
            + [partial(next(turn).set_user, user, by="kepala", now=later(1)) for user in gone]
        )
    holders = {line.held_by for line in opened.list(by="kepala")} - {None}
    assert holders == set(names[5:])
