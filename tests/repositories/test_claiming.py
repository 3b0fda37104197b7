"""Whose turn it is, who holds a case and until when, on every store."""

from dataclasses import replace
from datetime import timedelta

import pytest

from linkage.errors import CaseConflictError, NotPermittedError, UsageError
from linkage.review.cases import Action, State
from linkage.review.people import Role, Scope, User
from linkage.review.rules import Command
from tests.oracles.queue_cases import NOON, different, later, make_case, propose, staff, step

DISMISS = Command(Action.DIFFERENT, "other")


@pytest.fixture
def loaded(queue):
    """A queue with case 1 in Bandung."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    return queue


def test_the_next_case_is_the_one_whose_turn_is_first(queue):
    queue.load(
        "run1",
        [make_case(f"{one}1", f"{one}2", priority=p) for one, p in [("a", 0.1), ("b", 0.9), ("c", 0.5)]],
        now=NOON,
    )
    turns = [case.id for case in queue.list(by="ani")]
    assert [queue.claim(by=user, now=later(1)).case.id for user in ("ani", "budi", "citra")] == turns
    assert queue.claim(by="dewi", now=later(1)) is None


def test_ones_own_tier_goes_before_those_below_and_none_is_offered_from_above(queue):
    cases = [
        make_case("a", "b", scope="3273", priority=0.9),
        make_case("c", "d", scope="32", priority=0.1),
        make_case("e", "f", scope="", priority=0.9),
    ]
    queue.load("run1", cases, now=NOON)
    assert [queue.claim(by="hana", now=later(1)).case.office for _ in range(2)] == ["32", "3273"]
    assert queue.claim(by="hana", now=later(1)) is None
    assert queue.claim(by="gilang", now=later(1)) is None


def test_a_claim_says_until_when_and_starts_the_work(loaded):
    claim = loaded.claim(by="ani", now=later(1))
    case = loaded.get(1, by="budi")
    assert (claim.until, case.lease.owner, case.lease.until) == (later(11), "ani", later(11))
    assert (case.state, case.version, [e.action for e in case.history]) == (State.DALAM_VERIFIKASI, 2, [Action.CLAIM])
    assert len(claim.token) >= 43
    assert claim.token not in repr(case)


def test_a_live_lease_keeps_others_out_and_says_who_holds_it(loaded):
    """I1."""
    claim = loaded.claim(by="ani", now=later(1))
    head = loaded.head()
    assert loaded.claim(by="budi", now=later(10)) is None
    with pytest.raises(CaseConflictError) as caught:
        loaded.claim(by="budi", case=1, now=later(10))
    assert (caught.value.holder, caught.value.until) == ("ani", claim.until)
    with pytest.raises(CaseConflictError, match="ani"):
        loaded.take(1, replace(DISMISS, token=claim.token), by="budi", now=later(10))
    assert loaded.head() == head


def test_a_lease_that_is_over_frees_the_case_and_its_token_does_nothing_more(loaded):
    """I6."""
    first = loaded.claim(by="ani", now=later(1))
    with pytest.raises(CaseConflictError, match="ran out"):
        loaded.take(1, replace(DISMISS, token=first.token), by="ani", now=later(11))
    second = loaded.claim(by="budi", now=later(11))
    for minutes in (12, 25):
        with pytest.raises(CaseConflictError):
            loaded.take(1, replace(DISMISS, token=first.token), by="ani", now=later(minutes))
    with pytest.raises(CaseConflictError):
        loaded.renew(1, first.token, by="ani", now=later(12))
    assert loaded.take(1, replace(DISMISS, token=second.token), by="budi", now=later(20)).actor == "budi"


@pytest.mark.parametrize("token", [None, "", "x" * 43])
def test_a_step_without_the_token_of_the_lease_is_refused(loaded, token):
    """I6."""
    loaded.claim(by="ani", now=later(1))
    head = loaded.head()
    with pytest.raises(CaseConflictError):
        loaded.take(1, replace(DISMISS, token=token), by="ani", now=later(2))
    assert loaded.head() == head


def test_claiming_again_gives_a_new_token_and_voids_the_old_one(loaded):
    """I1."""
    old = loaded.claim(by="ani", now=later(1))
    new = loaded.claim(by="ani", case=1, now=later(2))
    with pytest.raises(CaseConflictError, match="elsewhere"):
        loaded.take(1, replace(DISMISS, token=old.token), by="ani", now=later(3))
    with pytest.raises(CaseConflictError):
        loaded.renew(1, old.token, by="ani", now=later(3))
    loaded.take(1, replace(DISMISS, token=new.token), by="ani", now=later(3))


def test_renewing_prolongs_the_lease_and_is_no_step(loaded):
    claim = loaded.claim(by="ani", now=later(1))
    version = loaded.get(1, by="ani").version
    assert loaded.renew(1, claim.token, by="ani", now=later(9)) == later(19)
    assert loaded.get(1, by="ani").version == version
    assert loaded.claim(by="budi", now=later(15)) is None
    loaded.take(1, replace(DISMISS, token=claim.token, version=version), by="ani", now=later(18))


def test_a_case_given_back_is_free_at_once(loaded):
    claim = loaded.claim(by="ani", now=later(1))
    loaded.take(1, Command(Action.RELEASE, token=claim.token), by="ani", now=later(2))
    assert loaded.claim(by="budi", now=later(2)).case.id == 1


def test_a_supervisor_takes_a_case_away_from_who_holds_it(loaded):
    claim = loaded.claim(by="ani", now=later(1))
    with pytest.raises(CaseConflictError):
        loaded.take(1, Command(Action.RELEASE), by="budi", now=later(2))
    loaded.take(1, Command(Action.RELEASE), by="fitri", now=later(2))
    with pytest.raises(CaseConflictError):
        loaded.take(1, replace(DISMISS, token=claim.token), by="ani", now=later(3))
    assert loaded.claim(by="budi", now=later(3)).case.id == 1


def test_an_assigned_case_comes_to_its_person_first_and_to_others_after_some_days(queue):
    queue.load("run1", [make_case("a", "b", priority=0.1), make_case("c", "d", priority=0.9)], now=NOON)
    slow = queue.list(by="ani")[-1].id
    step(queue, slow, "fitri", Action.ASSIGN, at=later(1), assignee="ani")
    assert queue.get(slow, by="ani").state is State.DITUGASKAN
    with pytest.raises(CaseConflictError, match="assigned"):
        queue.claim(by="budi", case=slow, now=later(2))
    assert queue.claim(by="budi", now=later(2)).case.id != slow
    assert queue.claim(by="citra", now=later(2)) is None
    assert queue.claim(by="ani", now=later(2)).case.id == slow
    step(queue, slow, "fitri", Action.ASSIGN, at=later(60), assignee="budi")
    assert queue.claim(by="citra", case=slow, now=later(60) + timedelta(days=7)).case.id == slow


def test_proposals_are_handed_to_who_may_answer_and_has_not_worked_on_them(queue):
    """I9."""
    queue.load("run1", [make_case("a", "b")], now=NOON)
    assert queue.claim(by="eko", examine=True, now=later(1)) is None
    propose(queue, 1, "ani", at=later(1))
    assert queue.claim(by="ani", examine=True, now=later(2)) is None
    assert queue.claim(by="budi", now=later(2)) is None, "there is nothing to work on"
    claim = queue.claim(by="eko", examine=True, now=later(2))
    assert (claim.case.id, claim.case.state) == (1, State.DIUSULKAN)
    assert queue.claim(by="budi", examine=True, now=later(3)) is None


@pytest.mark.parametrize(("user", "examine"), [("dewi", True), ("eko", False), ("fitri", False), ("made", True)])
def test_what_is_handed_out_follows_the_role(loaded, user, examine):
    with pytest.raises(NotPermittedError, match="role"):
        loaded.claim(by=user, examine=examine, now=later(1))


@pytest.mark.parametrize("change", ["inactive", "elsewhere", "role"])
def test_what_a_user_who_leaves_held_is_free_at_once_and_their_next_call_is_refused(queue, change):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    claim = queue.claim(by="ani", case=1, now=later(1))
    step(queue, 2, "fitri", Action.ASSIGN, at=later(1), assignee="ani")
    ani = queue.user("ani")
    after = {
        "inactive": replace(ani, active=False),
        "elsewhere": replace(ani, scope=Scope("3374")),
        "role": replace(ani, roles=frozenset({Role.AUDITOR})),
    }[change]
    queue.set_user(after, by="kepala", now=later(2))
    with pytest.raises((NotPermittedError, UsageError, CaseConflictError)):
        queue.take(1, replace(DISMISS, token=claim.token), by="ani", now=later(3))
    assert {queue.claim(by="budi", now=later(3)).case.id for _ in range(2)} == {1, 2}


@pytest.mark.parametrize(
    ("keeper", "user", "allowed"),
    [
        ("kepala", User("baru", Scope("3273"), frozenset({Role.PETUGAS})), True),
        ("ani", User("baru", Scope("3273"), frozenset({Role.PETUGAS})), False),
        ("lokal", User("baru", Scope("3273"), frozenset({Role.PETUGAS})), True),
        ("lokal", User("baru", Scope("3204"), frozenset({Role.PETUGAS})), False),
        ("lokal", User("baru", Scope(""), frozenset({Role.PETUGAS})), False),
        ("lokal", User("gilang", Scope("3273"), frozenset({Role.PETUGAS})), False),
        ("lokal", User("ani", Scope(""), frozenset({Role.PETUGAS})), False),
        ("kepala", User("kepala", Scope(""), frozenset({Role.PENGELOLA}), active=False), False),
        (None, User("baru", Scope(""), frozenset({Role.PENGELOLA})), False),
        ("nobody", User("baru", Scope(""), frozenset({Role.PENGELOLA})), False),
    ],
)
def test_users_are_kept_by_who_keeps_the_list_of_their_region(queue, keeper, user, allowed):
    staff(queue, User("lokal", Scope("3273"), frozenset({Role.PENGELOLA})))
    head = queue.head()
    if allowed:
        queue.set_user(user, by=keeper, now=later(1))
        assert queue.user(user.name) == user
        assert user in queue.users(by="ani")
    else:
        with pytest.raises(NotPermittedError):
            queue.set_user(user, by=keeper, now=later(1))
        assert queue.head() == head


@pytest.mark.parametrize("jump", [-60, 60])
def test_a_clock_that_jumps_an_hour_leaves_no_case_stuck_and_no_case_held_twice(loaded, jump):
    """I16."""
    claim = loaded.claim(by="ani", now=later(1))
    other = loaded.claim(by="budi", now=later(1 + jump))
    if jump > 0:
        assert other.case.id == 1
        with pytest.raises(CaseConflictError):
            loaded.take(1, replace(DISMISS, token=claim.token), by="ani", now=later(1))
    else:
        assert other is None
        loaded.take(1, replace(DISMISS, token=claim.token), by="ani", now=later(1 + jump))
    assert loaded.verify().sound


def test_nothing_starves_however_much_arrives_after_it(queue):
    """I15: cases of the greatest urgency that arrive each day do not keep the least urgent one waiting for ever."""
    queue.load("run0", [make_case("old1", "old2", priority=0.0)], now=NOON)
    for day in range(165, 400):
        moment = NOON + timedelta(days=day)
        news = make_case(f"n{day}a", f"n{day}b", priority=1.0, probability=0.5)
        queue.load(f"run{day}", [news], complete=False, now=moment)
        claim = queue.claim(by="ani", now=moment)
        if claim.case.id == 1:
            break
        queue.take(claim.case.id, replace(DISMISS, token=claim.token), by="ani", now=moment)
    assert 170 < day < 182, "its patience is 180 days"


def test_a_decided_case_is_not_handed_out(loaded):
    different(loaded, 1, "ani", "other", at=later(1))
    assert loaded.claim(by="budi", now=later(2)) is None
    with pytest.raises(CaseConflictError, match="BUKAN_GANDA"):
        loaded.claim(by="budi", case=1, now=later(2))
