"""Loading a run's cases into the queue, on every store."""

from dataclasses import replace

import pytest

from linkage.errors import CaseConflictError, InvariantError
from linkage.review.cases import REOPENED, Action, Aside, LoadResult, Standing, State
from linkage.review.people import Role, Scope, User
from linkage.review.resolution import PersonOut
from tests.oracles.queue_cases import (
    NOON,
    answer,
    approved,
    different,
    later,
    make_case,
    make_record,
    propose,
    split,
    staff,
    step,
)


def test_cases_get_numbers_in_the_order_of_their_case_id(queue):
    cases = [make_case("a", "b"), make_case("c", "d"), make_case("e", "f")]
    assert queue.load("run1", cases, now=NOON) == LoadResult(3, 0, 0, 0, 0)
    ids = [queue.get(number, by="joko").case_id for number in (1, 2, 3)]
    assert ids == sorted(case.case_id for case in cases)


def test_a_case_comes_back_as_it_was_given(queue):
    given = make_case("b", "a", "c", scope="32", priority=0.25, reasons=("GANDA_ORANG", "TGL_DEFAULT"))
    queue.load("run1", [given], now=NOON)
    case = queue.get(1, by="joko")
    assert (case.kind, case.scope, case.priority, case.reasons) == ("DUPLICATE", "32", 0.25, given.reasons)
    assert (case.record_ids, case.state, case.version) == (("a", "b", "c"), State.BARU, 1)
    assert (case.run_id, case.opened_at, case.closed_at, case.history) == ("run1", NOON, None, ())
    shown = [(pair.left_id, pair.right_id, pair.fingerprint, pair.evidence) for pair in case.pairs]
    assert shown == [(pair.left_id, pair.right_id, pair.fingerprint, pair.evidence) for pair in given.pairs]
    assert {pair.standing for pair in case.pairs} == {Standing.PROPOSED}


def test_loading_the_same_run_again_changes_nothing(queue):
    cases = [make_case("a", "b"), make_case("c", "d", kind="SHARED_NIK"), make_case("e", "f", "g")]
    queue.load("run1", cases, now=NOON)
    before = [queue.get(number, by="joko") for number in (1, 2, 3)]
    head = queue.head()
    assert queue.load("run1", reversed(cases), now=later(5)) == LoadResult(0, 3, 0, 0, 0)
    assert [queue.get(number, by="joko") for number in (1, 2, 3)] == before
    assert queue.head() == head


def test_a_case_whose_records_changed_keeps_its_number(queue):
    queue.load("run1", [make_case("a", "b", "c")], now=NOON)
    result = queue.load("run2", [make_case("a", "b", "c", "d")], now=later(1))
    assert result == LoadResult(0, 1, 0, 0, 0, refreshed=1)
    case = queue.get(1, by="joko")
    assert (case.record_ids, case.version, case.state) == (("a", "b", "c", "d"), 2, State.BARU)
    assert [entry.action for entry in case.history] == [Action.REFRESH]


def test_a_case_takes_the_open_one_that_shares_most_records_and_succeeds_the_other(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d", "e")], now=NOON)
    big = next(n for n in (1, 2) if len(queue.get(n, by="joko").record_ids) == 3)
    small = 3 - big
    result = queue.load("run2", [make_case("a", "b", "c", "d", "e")], now=later(1))
    assert result == LoadResult(0, 1, 0, 1, 0, refreshed=1)
    gone = queue.get(small, by="joko")
    assert (gone.state, gone.history[-1].reason, gone.history[-1].successor) == (State.DITARIK, "SUPERSEDED", big)


def test_a_case_that_falls_apart_goes_on_in_one_part_and_the_other_is_new(queue):
    queue.load("run1", [make_case("a", "b", "c", "d", "e")], now=NOON)
    result = queue.load("run2", [make_case("a", "b"), make_case("c", "d", "e")], now=later(1))
    assert (result.added, result.kept) == (1, 1)
    assert queue.get(1, by="joko").record_ids == ("c", "d", "e")


def test_a_question_about_a_nik_never_takes_the_place_of_a_question_about_a_person(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    result = queue.load("run2", [make_case("a", "b", kind="SHARED_NIK")], now=later(1))
    assert (result.added, result.withdrawn) == (1, 1)


def test_a_move_takes_the_place_of_a_duplicate_of_the_same_records(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.load("run2", [make_case("a", "b", kind="OPEN_MOVE", scope="")], now=later(1))
    case = queue.get(1, by="joko")
    assert (case.kind, case.scope, case.version) == ("OPEN_MOVE", "", 2)


def test_a_case_whose_region_alone_changed_moves_to_the_other_tier(queue):
    queue.load("run1", [make_case("a", "b", scope="3273")], now=NOON)
    assert queue.load("run2", [make_case("a", "b", scope="32")], now=later(1)).refreshed == 1
    assert (queue.get(1, by="joko").scope, queue.get(1, by="joko").version) == ("32", 2)


def test_what_a_complete_run_no_longer_finds_is_withdrawn_and_a_delta_leaves_it(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    assert queue.load("run2", [make_case("a", "b")], complete=False, now=later(1)).withdrawn == 0
    assert queue.load("run3", [make_case("a", "b")], now=later(2)) == LoadResult(0, 1, 1, 0, 0)
    gone = next(c for c in (queue.get(n, by="joko") for n in (1, 2)) if c.record_ids == ("c", "d"))
    assert (gone.state, gone.history[-1].reason, gone.closed_at) == (State.DITARIK, "NO_LONGER_FOUND", later(2))


def test_new_scores_are_taken_over_without_disturbing_who_looks_at_the_case(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    propose(queue, 1, "ani", at=later(1))
    result = queue.load("run2", [make_case("a", "b", probability=0.99, priority=0.9)], now=later(2))
    case = queue.get(1, by="joko")
    assert result == LoadResult(0, 1, 0, 0, 0)
    assert (case.version, case.state, case.priority) == (3, State.DIUSULKAN, 0.9)
    assert case.pairs[0].match_probability == 0.99


def test_a_proposal_falls_when_a_compared_field_changes(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    propose(queue, 1, "ani", at=later(1))
    queue.load("run2", [make_case("a", "b", revisions={"a": 1})], now=later(2))
    case = queue.get(1, by="joko")
    assert (case.state, case.version) == (State.DIKEMBALIKAN, 4)


@pytest.mark.parametrize("kind", ["DUPLICATE", "OPEN_MOVE"])
def test_a_pair_called_different_is_not_put_forward_again_whatever_the_kind(queue, kind):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    assert queue.load("run2", [make_case("a", "b", kind=kind)], now=later(2)) == LoadResult(0, 0, 0, 0, 1)
    assert queue.list(by="joko") == ()


def test_a_pair_called_different_is_put_forward_again_when_a_compared_field_changed(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    changed = make_case("a", "b", revisions={"b": 1})
    assert queue.load("run2", [changed], now=later(2)).added == 1
    case = queue.get(2, by="joko")
    assert REOPENED in case.reasons
    assert case.pairs[0].standing is Standing.REOPENED
    assert queue.get(1, by="joko").state is State.BUKAN_GANDA
    different(queue, 2, "ani", "other", at=later(3))
    assert queue.load("run3", [changed], now=later(4)).suppressed == 1


def test_a_pair_whose_change_was_taken_back_leaves_the_queue(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    queue.load("run2", [make_case("a", "b", revisions={"b": 1})], now=later(2))
    assert queue.load("run3", [make_case("a", "b")], now=later(3)) == LoadResult(0, 0, 1, 0, 1)
    assert queue.get(2, by="joko").history[-1].reason == "DECIDED_ELSEWHERE"


def test_an_approved_case_stays_decided_through_new_scores_and_new_values(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    propose(queue, 1, "ani", at=later(1))
    answer(queue, 1, "budi", at=later(2))
    again = make_case("a", "b", probability=0.7, revisions={"a": 3})
    assert queue.load("run2", [again], now=later(3)) == LoadResult(0, 1, 0, 0, 0)
    assert queue.get(1, by="joko").state is State.DISETUJUI


def test_a_refused_proposal_is_not_put_forward_again_but_is_no_cannot_link(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    propose(queue, 1, "ani", at=later(1))
    answer(queue, 1, "budi", at=later(2), action=Action.REJECT, reason="bukti kurang")
    assert queue.load("run2", [make_case("a", "b")], now=later(3)).suppressed == 1
    assert queue.cannot_links() == ()


def test_a_pair_the_model_adds_between_records_judged_together_does_not_ask_again(queue):
    queue.load("run1", [make_case("a", "b", "c", pairs=[("a", "b"), ("b", "c")])], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    assert queue.load("run2", [make_case("a", "b", "c")], now=later(2)) == LoadResult(0, 0, 0, 0, 1)


def test_a_changed_record_reopens_its_pairs_and_the_ones_the_model_adds(queue):
    queue.load("run1", [make_case("a", "b", "c", pairs=[("a", "b"), ("b", "c")])], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    queue.load("run2", [make_case("a", "b", "c", revisions={"c": 1})], now=later(2))
    standings = [pair.standing for pair in queue.get(2, by="joko").pairs]
    assert standings == [Standing.DIFFERENT, Standing.PROPOSED, Standing.REOPENED]


def test_a_new_record_beside_a_settled_pair_makes_a_case_that_shows_what_was_settled(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "siblings", at=later(1))
    assert queue.load("run2", [make_case("a", "b", "c")], now=later(2)).added == 1
    standings = [pair.standing for pair in queue.get(2, by="joko").pairs]
    assert standings == [Standing.DIFFERENT, Standing.PROPOSED, Standing.PROPOSED]


def test_splitting_a_nik_settles_that_the_persons_differ_but_not_the_reverse(queue):
    shared, person = make_case("a", "b", kind="SHARED_NIK"), make_case("a", "b")
    queue.load("run1", [person], now=NOON)
    different(queue, 1, "ani", "namesakes", at=later(1))
    assert queue.load("run2", [shared], now=later(2)).added == 1
    split(queue, 2, "ani", "a", "b", owner="a", at=later(3))
    answer(queue, 2, "budi", at=later(4))
    assert queue.load("run3", [shared, person], now=later(5)) == LoadResult(0, 0, 0, 0, 2)


def test_a_decided_case_without_pairs_stays_decided(queue):
    case = make_case("a", "b", pairs=[])
    queue.load("run1", [case], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    assert queue.load("run2", [case], now=later(2)) == LoadResult(0, 1, 0, 0, 0)


@pytest.mark.parametrize("pairs", [None, []])
def test_a_case_withdrawn_and_found_again_is_a_new_case(queue, pairs):
    queue.load("run1", [make_case("a", "b", pairs=pairs)], now=NOON)
    queue.load("run2", [], now=later(1))
    assert queue.load("run3", [make_case("a", "b", pairs=pairs)], now=later(2)).added == 1
    assert queue.get(2, by="joko").state is State.BARU


@pytest.mark.parametrize(
    "wrong",
    [
        replace(make_case("a", "b"), kind="MERGE"),
        replace(make_case("a", "b"), scope="327"),
        replace(make_case("a", "b"), priority=float("nan")),
        replace(make_case("a", "b"), records=(make_record("b"), make_record("a"))),
        replace(make_case("a", "b"), records=(make_record("a"), make_record("c"))),
        replace(make_case("a", "b"), records=(make_record("a"),), pairs=()),
        replace(make_case("a", "b", pairs=[]), records=(make_record("a"), make_record("b\0"))),
        make_case("a", "b", regions={"a": "327301"}),
        make_case("a", "b", pairs=[("b", "a")]),
        make_case("a", "b", pairs=[("a", "b"), ("a", "b")]),
        make_case("a", "b", probability=1.5),
        replace(make_case("a", "b"), pairs=(replace(make_case("a", "b").pairs[0], fingerprint=b""),)),
    ],
)
def test_a_case_that_breaks_its_contract_stops_the_whole_load(queue, wrong):
    with pytest.raises(InvariantError):
        queue.load("run1", [make_case("x", "y"), wrong], now=NOON)
    assert queue.list(by="joko") == ()


def test_a_case_given_twice_stops_the_load(queue):
    with pytest.raises(InvariantError, match="given twice"):
        queue.load("run1", [make_case("a", "b"), make_case("a", "b")], now=NOON)


def test_what_a_run_says_it_was_found_by_and_with_is_kept(queue):
    queue.load("run1", [make_case("a", "b")], model="f00d", now=NOON)
    case = queue.get(1, by="ani")
    assert (case.run_id, case.model, case.office, case.regions) == ("run1", "f00d", "3273", {"3273"})


def test_a_delta_withdraws_what_it_says_is_gone_and_nothing_else(queue):
    there, lost = make_case("a", "b"), make_case("c", "d")
    queue.load("run1", [there, lost], now=NOON)
    result = queue.load("run2", [], complete=False, gone=[lost.case_id], now=later(1))
    assert result == LoadResult(0, 0, 1, 0, 0)
    assert [case.case_id for case in queue.list(by="ani")] == [there.case_id]


def test_a_run_that_changes_a_case_takes_it_from_who_holds_it_and_has_not_seen_the_change(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    claim = queue.claim(by="ani", now=later(1))
    queue.load("run2", [make_case("a", "b", "c")], now=later(2))
    case = queue.get(1, by="ani")
    assert (case.state, case.lease, case.version) == (State.DALAM_VERIFIKASI, None, claim.case.version + 1)
    with pytest.raises(CaseConflictError):
        queue.renew(1, claim.token, by="ani", now=later(3))
    with pytest.raises(CaseConflictError):
        step(queue, 1, "ani", Action.DIFFERENT, at=later(3), reason="other", hold=False)
    assert queue.claim(by="ani", now=later(4)).case.record_ids == ("a", "b", "c")


def test_a_run_that_changes_what_waits_for_papers_brings_it_back(queue):
    queue.load("run1", [make_case("a", "b", scope="32")], now=NOON)
    step(queue, 1, "hana", Action.NEED, at=later(1), reason="akta", due_at=later(6000))
    queue.load("run2", [make_case("a", "b", scope="32", revisions={"a": 1})], now=later(2))
    case = queue.get(1, by="hana")
    assert (case.state, case.due_at, case.asked()) == (State.DIKEMBALIKAN, None, frozenset())
    assert queue.claim(by="hana", now=later(3)).case.id == 1


def test_an_assignment_ends_when_another_office_decides_from_now_on(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    step(queue, 1, "fitri", Action.ASSIGN, at=later(1), assignee="ani")
    queue.load("run2", [make_case("a", "b", scope="32")], now=later(2))
    case = queue.get(1, by="hana")
    assert (case.office, case.state, case.assignee) == ("32", State.BARU, None)
    assert queue.claim(by="hana", now=later(3)).case.id == 1


def test_a_proposal_that_falls_takes_the_examiners_lease_with_it(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    propose(queue, 1, "ani", at=later(1))
    queue.claim(by="budi", examine=True, now=later(2))
    queue.load("run2", [make_case("a", "b", revisions={"a": 1})], now=later(3))
    assert queue.get(1, by="budi").lease is None
    assert queue.claim(by="citra", now=later(4)).case.id == 1


def test_a_case_that_is_withdrawn_is_nobodys(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    step(queue, 1, "ani", Action.NEED, at=later(1), reason="akta", due_at=later(60))
    queue.load("run2", [], now=later(2))
    case = queue.get(1, by="ani")
    assert (case.state, case.assignee, case.lease, case.due_at) == (State.DITARIK, None, None, None)


def test_a_case_parted_into_ab_and_c_makes_ac_different_though_nobody_scored_it(queue):
    queue.load("run1", [make_case("a", "b", "c", pairs=[("a", "b"), ("b", "c")])], now=NOON)
    propose(queue, 1, "ani", at=later(1), persons=[PersonOut(("a", "b"), "a"), PersonOut(("c",))])
    answer(queue, 1, "budi", at=later(2))
    assert [(left, right) for left, right, _ in queue.cannot_links()] == [("b", "c")]
    assert queue.load("run2", [make_case("a", "b", "c")], now=later(3)) == LoadResult(0, 0, 0, 0, 1)
    again = queue.load("run3", [make_case("a", "b", "c", "d")], now=later(4))
    assert again.added == 1
    standings = {(pair.left_id, pair.right_id): pair.standing for pair in queue.get(2, by="ani").pairs}
    assert standings["a", "b"] is Standing.SAME
    assert standings["a", "c"] is standings["b", "c"] is Standing.DIFFERENT
    assert standings["a", "d"] is Standing.PROPOSED


def test_records_called_one_person_in_a_chain_are_one_for_every_pair(queue):
    queue.load("run1", [make_case("a", "b", "c", pairs=[("a", "b"), ("b", "c")])], now=NOON)
    approved(queue, 1, at=later(1))
    assert queue.load("run2", [make_case("a", "b", "c")], now=later(2)) == LoadResult(0, 1, 0, 0, 0)


@pytest.mark.parametrize("why", list(Aside))
def test_what_was_set_aside_stays_aside_while_unchanged_and_is_no_cannot_link(queue, why):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    step(queue, 1, "ani", Action.SET_ASIDE, at=later(1), reason=why)
    assert queue.load("run2", [make_case("a", "b", probability=0.99)], now=later(2)) == LoadResult(0, 0, 0, 0, 1)
    assert queue.cannot_links() == ()
    assert queue.load("run3", [make_case("a", "b", revisions={"a": 1})], now=later(3)).added == 1


def test_a_judgement_that_was_taken_back_is_forgotten(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    step(queue, 1, "ani", Action.REOPEN, at=later(2), reason="salah pilih")
    assert queue.cannot_links() == ()
    assert queue.load("run2", [make_case("a", "b")], now=later(3)) == LoadResult(0, 1, 0, 0, 0)
    queue.load("run3", [], now=later(4))
    assert queue.load("run4", [make_case("a", "b")], now=later(5)).added == 1


def test_pairs_judged_since_an_entry_of_the_chain_are_told_with_the_newest_such_entry(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    start = queue.head().seq
    assert queue.judged_since(start) == ((), start)
    different(queue, 1, "ani", "other", at=later(1))
    newest = queue.head().seq
    queue.claim(by="ani", now=later(2))
    pairs = tuple((pair.left_id, pair.right_id) for pair in queue.get(1, by="ani").pairs)
    assert queue.judged_since(start) == (pairs, newest)
    assert queue.judged_since(newest) == ((), newest)


def test_pairs_called_different_are_told_as_they_were_after_an_entry_of_the_chain(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    start = queue.head().seq
    different(queue, 1, "ani", "other", at=later(1))
    called, answered = queue.cannot_links(), queue.head().seq
    step(queue, 1, "ani", Action.REOPEN, at=later(2), reason="salah pilih")
    assert called
    assert [queue.cannot_links(until) for until in (start, answered, queue.head().seq)] == [(), called, ()]


def test_decided_cases_are_those_that_tell_who_is_who(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d"), make_case("e", "f"), make_case("g", "h")], now=NOON)
    different(queue, 1, "ani", "twins", at=later(1))
    approved(queue, 2, at=later(1))
    step(queue, 3, "ani", Action.SET_ASIDE, at=later(1), reason="WAFAT")
    assert [case.id for case in queue.decided()] == [1, 2]


def test_an_office_gets_what_its_stewards_hours_can_do_and_the_rest_waits_in_turn(queue):
    """I15: what waits is let in as room is made, and nobody who is out of work is sent home."""
    hours = 2 * 7 / 30 / 30  # within the horizon: two cases
    staff(queue, User("ani", Scope("3273"), frozenset({Role.PETUGAS, Role.PENYETUJU}), hours=hours))
    cases = [make_case(f"{one}1", f"{one}2", priority=place / 10) for place, one in enumerate("abcde")]
    queue.load("run1", cases, now=NOON)
    everything = queue.list(by="ani")
    assert [case.waiting for case in everything] == [False, False, True, True, True]
    assert sum(count.cases for count in queue.counts(by="ani") if count.waiting) == 3
    assert queue.sweep(now=later(1)) == (0, 0)
    different(queue, everything[1].id, "ani", "other", at=later(2))
    assert queue.sweep(now=later(3)) == (0, 1)
    assert queue.sweep(now=later(3)) == (0, 0)
    assert [case.waiting for case in queue.list(by="ani")] == [False, False, True, True]
    offered = [queue.claim(by="ani", now=later(4)).case.id for _ in range(4)]
    assert offered == [case.id for place, case in enumerate(everything) if place != 1]
    assert queue.claim(by="ani", now=later(4)) is None


def test_a_run_that_is_loaded_over_and_over_neither_loses_nor_doubles_anything(queue):
    """I12 and I13: every case that was ever added is open, decided or withdrawn, and counted once."""
    queue.load("run1", [make_case("a", "b"), make_case("c", "d"), make_case("e", "f", "g")], now=NOON)
    different(queue, 1, "ani", "other", at=later(1))
    approved(queue, 2, at=later(1))
    added = 3
    for night, cases in enumerate([[make_case("e", "f")], [], [make_case("e", "f", "g")]], start=2):
        added += queue.load(f"run{night}", [make_case("a", "b"), *cases], now=later(night)).added
        assert sum(count.cases for count in queue.counts(by="joko")) == added
