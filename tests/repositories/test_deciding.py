"""Decisions, scopes and lists, on every store."""

import pytest

from linkage.errors import NotPermittedError, UsageError
from linkage.review.audit import AuditHead
from linkage.review.cases import Count, Scope, State
from tests.oracles.queue_cases import NOON, later, make_case

NATION = Scope("")
BANDUNG = Scope("3273")


@pytest.fixture
def loaded(queue):
    """A queue with case 1 in Bandung."""
    queue.load("run1", [make_case("rec-a", "rec-b", scope="3273")], now=NOON)
    return queue


def test_a_duplicate_needs_two_people(loaded):
    loaded.propose(1, "ani", surviving="rec-a", reason="KTP-el", scope=BANDUNG, now=later(1))
    with pytest.raises(NotPermittedError, match="case 1"):
        loaded.approve(1, "ani", scope=BANDUNG, now=later(2))
    loaded.approve(1, "budi", scope=BANDUNG, now=later(3))
    case = loaded.get(1, scope=BANDUNG)
    assert (case.state, case.closed_at, case.version) == (State.DISETUJUI, later(3), 3)
    approval = case.history[-1]
    assert (approval.proposer, approval.surviving_record, approval.verdict) == ("ani", "rec-a", "duplicate")


@pytest.mark.parametrize("disguise", ["ANI", " ani ", "Ani"])
def test_one_person_in_another_spelling_is_still_one_person(loaded, disguise):
    loaded.propose(1, "ani", scope=BANDUNG, now=later(1))
    with pytest.raises(NotPermittedError):
        loaded.approve(1, disguise, scope=BANDUNG, now=later(2))


def test_who_proposed_in_a_case_never_answers_a_later_proposal_in_it(loaded):
    loaded.propose(1, "ani", scope=BANDUNG, now=later(1))
    loaded.return_(1, "budi", "minta akta", scope=BANDUNG, now=later(2))
    loaded.propose(1, "citra", scope=BANDUNG, now=later(3))
    for answer in (
        lambda: loaded.approve(1, "ani", scope=BANDUNG, now=later(4)),
        lambda: loaded.return_(1, "ani", "x", scope=BANDUNG, now=later(4)),
        lambda: loaded.reject(1, "ani", "x", scope=BANDUNG, now=later(4)),
    ):
        with pytest.raises(NotPermittedError):
            answer()
    assert loaded.approve(1, "budi", scope=BANDUNG, now=later(5)).proposal_seq == 3


@pytest.mark.parametrize(("reason", "state"), [("twins", State.KEMBAR), ("namesakes", State.BUKAN_GANDA)])
def test_not_the_same_person_needs_one_person_and_becomes_a_cannot_link(loaded, reason, state):
    loaded.different(1, "ani", reason, scope=BANDUNG, now=later(1))
    case = loaded.get(1, scope=BANDUNG)
    assert case.state is state
    assert loaded.cannot_links() == (("rec-a", "rec-b", case.pairs[0].fingerprint),)


def test_a_shared_nik_is_split_and_neither_merged_nor_dismissed(queue):
    queue.load("run1", [make_case("a", "b", kind="SHARED_NIK")], now=NOON)
    with pytest.raises(NotPermittedError, match="SHARED_NIK"):
        queue.propose(1, "ani", scope=NATION, now=later(1))
    with pytest.raises(NotPermittedError, match="split"):
        queue.different(1, "ani", "other", scope=NATION, now=later(1))
    queue.propose(1, "ani", verdict="split", scope=NATION, now=later(1))
    queue.approve(1, "budi", scope=NATION, now=later(2))
    assert len(queue.cannot_links()) == 1


def test_records_called_different_before_cannot_be_proposed_as_one_person(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.different(1, "ani", "twins", scope=NATION, now=later(1))
    queue.load("run2", [make_case("a", "b", "c")], now=later(2))
    with pytest.raises(NotPermittedError, match="different"):
        queue.propose(2, "ani", scope=NATION, now=later(3))


def test_a_dismissal_is_about_the_pairs_put_forward_and_not_about_what_was_approved_before(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.propose(1, "ani", scope=NATION, now=later(1))
    queue.approve(1, "budi", scope=NATION, now=later(2))
    queue.load("run2", [make_case("a", "b", "c")], now=later(3))
    queue.different(2, "ani", "namesakes", scope=NATION, now=later(4))
    assert [(left, right) for left, right, _ in queue.cannot_links()] == [("a", "c"), ("b", "c")]


def test_an_assigned_case_is_its_holders_until_it_is_assigned_anew(loaded):
    loaded.assign(1, "kepala", "ani", scope=BANDUNG, now=later(1))
    assert loaded.get(1, scope=BANDUNG).state is State.DITUGASKAN
    for attempt in (
        lambda: loaded.start(1, "budi", scope=BANDUNG, now=later(2)),
        lambda: loaded.propose(1, "budi", scope=BANDUNG, now=later(2)),
        lambda: loaded.different(1, "budi", "other", scope=BANDUNG, now=later(2)),
    ):
        with pytest.raises(NotPermittedError, match="assigned"):
            attempt()
    loaded.assign(1, "kepala", "budi", scope=BANDUNG, now=later(3))
    loaded.start(1, "budi", scope=BANDUNG, now=later(4))
    assert loaded.get(1, scope=BANDUNG).state is State.DALAM_VERIFIKASI
    loaded.propose(1, "budi", scope=BANDUNG, now=later(5))


def test_a_case_that_changed_since_it_was_shown_is_not_decided(loaded):
    loaded.load("run2", [make_case("rec-a", "rec-b", revisions={"rec-a": 1})], now=later(1))
    with pytest.raises(UsageError, match="changed since"):
        loaded.propose(1, "ani", version=1, scope=BANDUNG, now=later(2))
    loaded.propose(1, "ani", version=2, scope=BANDUNG, now=later(3))


@pytest.mark.parametrize(
    "attempt",
    [
        lambda q: q.approve(1, "budi", scope=BANDUNG, now=later(1)),
        lambda q: q.return_(1, "budi", "x", scope=BANDUNG, now=later(1)),
        lambda q: q.propose(1, "ani", surviving="rec-z", scope=BANDUNG, now=later(1)),
        lambda q: q.propose(1, "ani", verdict="merge", scope=BANDUNG, now=later(1)),
        lambda q: q.propose(1, "ani", reason="a\x1b[2J", scope=BANDUNG, now=later(1)),
        lambda q: q.propose(1, "ani", reason="x" * 2001, scope=BANDUNG, now=later(1)),
        lambda q: q.propose(1, "", scope=BANDUNG, now=later(1)),
        lambda q: q.propose(1, "sistem", scope=BANDUNG, now=later(1)),
        lambda q: q.different(1, "ani", "because", scope=BANDUNG, now=later(1)),
        lambda q: q.propose(2, "ani", scope=BANDUNG, now=later(1)),
    ],
)
def test_a_step_that_makes_no_sense_is_refused_and_changes_nothing(loaded, attempt):
    before, head = loaded.get(1, scope=BANDUNG), loaded.verify().head
    with pytest.raises(UsageError) as caught:
        attempt(loaded)
    assert "rec-" not in str(caught.value)
    assert loaded.get(1, scope=BANDUNG) == before
    assert loaded.verify().head == head


@pytest.mark.parametrize("answer", ["return_", "reject"])
def test_an_answer_that_is_not_yes_gives_a_reason(loaded, answer):
    loaded.propose(1, "ani", scope=BANDUNG, now=later(1))
    with pytest.raises(UsageError, match="reason"):
        getattr(loaded, answer)(1, "budi", "  ", scope=BANDUNG, now=later(2))


@pytest.mark.parametrize(
    ("case_scope", "user", "allowed"),
    [
        ("3273", "3273", True),
        ("3273", "32", True),
        ("3273", "", True),
        ("3273", "3204", False),
        ("3273", "33", False),
        ("32", "3273", False),
        ("32", "32", True),
        ("", "32", False),
        ("", "", True),
    ],
)
def test_a_user_decides_where_the_own_region_covers_the_case(queue, case_scope, user, allowed):
    queue.load("run1", [make_case("a", "b", scope=case_scope)], now=NOON)
    scope = Scope(user)
    assert len(queue.list(scope=scope)) == allowed
    assert len(queue.counts(scope=scope)) == allowed
    if allowed:
        queue.different(1, "ani", "other", scope=scope, now=later(1))
        assert queue.get(1, scope=scope).state is State.BUKAN_GANDA
    else:
        with pytest.raises(NotPermittedError):
            queue.different(1, "ani", "other", scope=scope, now=later(1))
        with pytest.raises(NotPermittedError):
            queue.get(1, scope=scope)
        assert queue.get(1, scope=NATION).state is State.BARU


def test_the_list_runs_by_falling_priority_then_number_and_takes_filters(queue):
    cases = [
        make_case("a", "b", priority=0.2, scope="3273"),
        make_case("c", "d", priority=0.9, scope="32", kind="CONFLICT"),
        make_case("e", "f", priority=0.9, scope="3374"),
        make_case("g", "h", priority=0.9, scope=""),
    ]
    queue.load("run1", cases, now=NOON)
    everything = queue.list(scope=NATION)
    assert [(-case.priority, case.id) for case in everything] == sorted((-c.priority, c.id) for c in everything)
    assert [case.priority for case in everything] == [0.9, 0.9, 0.9, 0.2]
    assert queue.list(scope=NATION, limit=2) == everything[:2]
    assert [case.kind for case in queue.list(scope=NATION, kind="CONFLICT")] == ["CONFLICT"]
    assert {case.scope for case in queue.list(scope=NATION, within="32")} == {"32", "3273"}
    assert {case.scope for case in queue.list(scope=Scope("32"))} == {"32", "3273"}
    assert queue.list(scope=Scope("32"), within="33") == ()
    queue.different(everything[0].id, "ani", "other", scope=NATION, now=later(1))
    assert [case.id for case in queue.list(scope=NATION)] == [case.id for case in everything[1:]]
    decided = queue.list(scope=NATION, state=State.BUKAN_GANDA)
    assert [case.id for case in decided] == [everything[0].id]


def test_counts_tell_kind_state_and_scope(queue):
    cases = [make_case("a", "b"), make_case("c", "d"), make_case("e", "f", kind="OPEN_MOVE", scope="")]
    queue.load("run1", cases, now=NOON)
    assert queue.counts(scope=NATION) == (
        Count("DUPLICATE", State.BARU, "3273", 2),
        Count("OPEN_MOVE", State.BARU, "", 1),
    )
    assert queue.counts(scope=Scope("3273")) == (Count("DUPLICATE", State.BARU, "3273", 2),)


def test_the_audit_chain_grows_by_one_row_for_each_change_and_is_sound(loaded):
    loaded.propose(1, "ani", scope=BANDUNG, now=later(1))
    anchor = loaded.verify().head
    loaded.approve(1, "budi", scope=BANDUNG, now=later(2))
    report = loaded.verify(anchor=anchor)
    assert (report.rows, report.head.seq, report.sound) == (3, 3, True)
    assert loaded.verify(anchor=AuditHead(2, "f" * 64)).first_bad == 2
    assert loaded.verify(anchor=AuditHead(9, "f" * 64)).first_bad == 4
