"""Loading a run's cases into the queue, on every store."""

from dataclasses import replace

import pytest

from linkage.errors import InvariantError
from linkage.review.cases import REOPENED, Action, LoadResult, Scope, Standing, State
from tests.oracles.queue_cases import NOON, later, make_case

NATION = Scope("")


def test_cases_get_numbers_in_the_order_of_their_case_id(queue):
    cases = [make_case("a", "b"), make_case("c", "d"), make_case("e", "f")]
    assert queue.load("run1", cases, now=NOON) == LoadResult(3, 0, 0, 0, 0)
    ids = [queue.get(number, scope=NATION).case_id for number in (1, 2, 3)]
    assert ids == sorted(case.case_id for case in cases)


def test_a_case_comes_back_as_it_was_given(queue):
    given = make_case("b", "a", "c", scope="32", priority=0.25, reasons=("GANDA_ORANG", "TGL_DEFAULT"))
    queue.load("run1", [given], now=NOON)
    case = queue.get(1, scope=NATION)
    assert (case.kind, case.scope, case.priority, case.reasons) == ("DUPLICATE", "32", 0.25, given.reasons)
    assert (case.record_ids, case.state, case.version) == (("a", "b", "c"), State.BARU, 1)
    assert (case.run_id, case.opened_at, case.closed_at, case.history) == ("run1", NOON, None, ())
    shown = [(pair.left_id, pair.right_id, pair.fingerprint, pair.evidence) for pair in case.pairs]
    assert shown == [(pair.left_id, pair.right_id, pair.fingerprint, pair.evidence) for pair in given.pairs]
    assert {pair.standing for pair in case.pairs} == {Standing.PROPOSED}


def test_loading_the_same_run_again_changes_nothing(queue):
    cases = [make_case("a", "b"), make_case("c", "d", kind="SHARED_NIK"), make_case("e", "f", "g")]
    queue.load("run1", cases, now=NOON)
    before = [queue.get(number, scope=NATION) for number in (1, 2, 3)]
    head = queue.verify().head
    assert queue.load("run1", reversed(cases), now=later(5)) == LoadResult(0, 3, 0, 0, 0)
    assert [queue.get(number, scope=NATION) for number in (1, 2, 3)] == before
    assert queue.verify().head == head


def test_a_case_whose_records_changed_keeps_its_number(queue):
    queue.load("run1", [make_case("a", "b", "c")], now=NOON)
    result = queue.load("run2", [make_case("a", "b", "c", "d")], now=later(1))
    assert result == LoadResult(0, 1, 0, 0, 0, refreshed=1)
    case = queue.get(1, scope=NATION)
    assert (case.record_ids, case.version, case.state) == (("a", "b", "c", "d"), 2, State.BARU)
    assert [entry.action for entry in case.history] == [Action.REFRESH]


def test_a_case_takes_the_open_one_that_shares_most_records_and_succeeds_the_other(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d", "e")], now=NOON)
    big = next(n for n in (1, 2) if len(queue.get(n, scope=NATION).record_ids) == 3)
    small = 3 - big
    result = queue.load("run2", [make_case("a", "b", "c", "d", "e")], now=later(1))
    assert result == LoadResult(0, 1, 0, 1, 0, refreshed=1)
    gone = queue.get(small, scope=NATION)
    assert (gone.state, gone.history[-1].reason, gone.history[-1].successor) == (State.DITARIK, "SUPERSEDED", big)


def test_a_case_that_falls_apart_goes_on_in_one_part_and_the_other_is_new(queue):
    queue.load("run1", [make_case("a", "b", "c", "d", "e")], now=NOON)
    result = queue.load("run2", [make_case("a", "b"), make_case("c", "d", "e")], now=later(1))
    assert (result.added, result.kept) == (1, 1)
    assert queue.get(1, scope=NATION).record_ids == ("c", "d", "e")


def test_a_question_about_a_nik_never_takes_the_place_of_a_question_about_a_person(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    result = queue.load("run2", [make_case("a", "b", kind="SHARED_NIK")], now=later(1))
    assert (result.added, result.withdrawn) == (1, 1)


def test_a_move_takes_the_place_of_a_duplicate_of_the_same_records(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.load("run2", [make_case("a", "b", kind="OPEN_MOVE", scope="")], now=later(1))
    case = queue.get(1, scope=NATION)
    assert (case.kind, case.scope, case.version) == ("OPEN_MOVE", "", 2)


def test_a_case_whose_region_alone_changed_moves_to_the_other_tier(queue):
    queue.load("run1", [make_case("a", "b", scope="3273")], now=NOON)
    assert queue.load("run2", [make_case("a", "b", scope="32")], now=later(1)).refreshed == 1
    assert (queue.get(1, scope=NATION).scope, queue.get(1, scope=NATION).version) == ("32", 2)


def test_what_a_complete_run_no_longer_finds_is_withdrawn_and_a_delta_leaves_it(queue):
    queue.load("run1", [make_case("a", "b"), make_case("c", "d")], now=NOON)
    assert queue.load("run2", [make_case("a", "b")], complete=False, now=later(1)).withdrawn == 0
    assert queue.load("run3", [make_case("a", "b")], now=later(2)) == LoadResult(0, 1, 1, 0, 0)
    gone = next(c for c in (queue.get(n, scope=NATION) for n in (1, 2)) if c.record_ids == ("c", "d"))
    assert (gone.state, gone.history[-1].reason, gone.closed_at) == (State.DITARIK, "NO_LONGER_FOUND", later(2))


def test_new_scores_are_taken_over_without_disturbing_who_looks_at_the_case(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.propose(1, "ani", scope=NATION, now=later(1))
    result = queue.load("run2", [make_case("a", "b", probability=0.99, priority=0.9)], now=later(2))
    case = queue.get(1, scope=NATION)
    assert result == LoadResult(0, 1, 0, 0, 0)
    assert (case.version, case.state, case.priority) == (2, State.DIUSULKAN, 0.9)
    assert case.pairs[0].match_probability == 0.99


def test_a_proposal_falls_when_a_compared_field_changes(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.propose(1, "ani", scope=NATION, now=later(1))
    queue.load("run2", [make_case("a", "b", revisions={"a": 1})], now=later(2))
    case = queue.get(1, scope=NATION)
    assert (case.state, case.version) == (State.DIKEMBALIKAN, 3)


@pytest.mark.parametrize("kind", ["DUPLICATE", "OPEN_MOVE"])
def test_a_pair_called_different_is_not_put_forward_again_whatever_the_kind(queue, kind):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.different(1, "ani", "siblings", scope=NATION, now=later(1))
    assert queue.load("run2", [make_case("a", "b", kind=kind)], now=later(2)) == LoadResult(0, 0, 0, 0, 1)
    assert queue.list(scope=NATION) == ()


def test_a_pair_called_different_is_put_forward_again_when_a_compared_field_changed(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.different(1, "ani", "other", scope=NATION, now=later(1))
    changed = make_case("a", "b", revisions={"b": 1})
    assert queue.load("run2", [changed], now=later(2)).added == 1
    case = queue.get(2, scope=NATION)
    assert REOPENED in case.reasons
    assert case.pairs[0].standing is Standing.REOPENED
    assert queue.get(1, scope=NATION).state is State.BUKAN_GANDA
    queue.different(2, "ani", "other", scope=NATION, now=later(3))
    assert queue.load("run3", [changed], now=later(4)).suppressed == 1


def test_a_pair_whose_change_was_taken_back_leaves_the_queue(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.different(1, "ani", "other", scope=NATION, now=later(1))
    queue.load("run2", [make_case("a", "b", revisions={"b": 1})], now=later(2))
    assert queue.load("run3", [make_case("a", "b")], now=later(3)) == LoadResult(0, 0, 1, 0, 1)
    assert queue.get(2, scope=NATION).history[-1].reason == "DECIDED_ELSEWHERE"


def test_an_approved_case_stays_decided_through_new_scores_and_new_values(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.propose(1, "ani", scope=NATION, now=later(1))
    queue.approve(1, "budi", scope=NATION, now=later(2))
    again = make_case("a", "b", probability=0.7, revisions={"a": 3})
    assert queue.load("run2", [again], now=later(3)) == LoadResult(0, 1, 0, 0, 0)
    assert queue.get(1, scope=NATION).state is State.DISETUJUI


def test_a_refused_proposal_is_not_put_forward_again_but_is_no_cannot_link(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.propose(1, "ani", scope=NATION, now=later(1))
    queue.reject(1, "budi", "bukti kurang", scope=NATION, now=later(2))
    assert queue.load("run2", [make_case("a", "b")], now=later(3)).suppressed == 1
    assert queue.cannot_links() == ()


def test_a_pair_the_model_adds_between_records_judged_together_does_not_ask_again(queue):
    queue.load("run1", [make_case("a", "b", "c", pairs=[("a", "b"), ("b", "c")])], now=NOON)
    queue.different(1, "ani", "siblings", scope=NATION, now=later(1))
    assert queue.load("run2", [make_case("a", "b", "c")], now=later(2)) == LoadResult(0, 0, 0, 0, 1)


def test_a_changed_record_reopens_its_pairs_and_the_ones_the_model_adds(queue):
    queue.load("run1", [make_case("a", "b", "c", pairs=[("a", "b"), ("b", "c")])], now=NOON)
    queue.different(1, "ani", "siblings", scope=NATION, now=later(1))
    queue.load("run2", [make_case("a", "b", "c", revisions={"c": 1})], now=later(2))
    standings = [pair.standing for pair in queue.get(2, scope=NATION).pairs]
    assert standings == [Standing.DIFFERENT, Standing.PROPOSED, Standing.REOPENED]


def test_a_new_record_beside_a_settled_pair_makes_a_case_that_shows_what_was_settled(queue):
    queue.load("run1", [make_case("a", "b")], now=NOON)
    queue.different(1, "ani", "siblings", scope=NATION, now=later(1))
    assert queue.load("run2", [make_case("a", "b", "c")], now=later(2)).added == 1
    standings = [pair.standing for pair in queue.get(2, scope=NATION).pairs]
    assert standings == [Standing.DIFFERENT, Standing.PROPOSED, Standing.PROPOSED]


def test_splitting_a_nik_settles_that_the_persons_differ_but_not_the_reverse(queue):
    shared, person = make_case("a", "b", kind="SHARED_NIK"), make_case("a", "b")
    queue.load("run1", [person], now=NOON)
    queue.different(1, "ani", "namesakes", scope=NATION, now=later(1))
    assert queue.load("run2", [shared], now=later(2)).added == 1
    queue.propose(2, "ani", verdict="split", surviving="a", scope=NATION, now=later(3))
    queue.approve(2, "budi", scope=NATION, now=later(4))
    assert queue.load("run3", [shared, person], now=later(5)) == LoadResult(0, 0, 0, 0, 2)


def test_a_decided_case_without_pairs_stays_decided(queue):
    case = make_case("a", "b", pairs=[])
    queue.load("run1", [case], now=NOON)
    queue.different(1, "ani", "other", scope=NATION, now=later(1))
    assert queue.load("run2", [case], now=later(2)) == LoadResult(0, 1, 0, 0, 0)


@pytest.mark.parametrize("pairs", [None, []])
def test_a_case_withdrawn_and_found_again_is_a_new_case(queue, pairs):
    queue.load("run1", [make_case("a", "b", pairs=pairs)], now=NOON)
    queue.load("run2", [], now=later(1))
    assert queue.load("run3", [make_case("a", "b", pairs=pairs)], now=later(2)).added == 1
    assert queue.get(2, scope=NATION).state is State.BARU


@pytest.mark.parametrize(
    "wrong",
    [
        replace(make_case("a", "b"), kind="MERGE"),
        replace(make_case("a", "b"), scope="327"),
        replace(make_case("a", "b"), priority=float("nan")),
        replace(make_case("a", "b"), record_ids=("b", "a")),
        replace(make_case("a", "b"), record_ids=("a", "c")),
        replace(make_case("a", "b"), record_ids=("a",), pairs=()),
        replace(make_case("a", "b", pairs=[]), record_ids=("a", "b\0")),
        make_case("a", "b", pairs=[("b", "a")]),
        make_case("a", "b", pairs=[("a", "b"), ("a", "b")]),
        make_case("a", "b", probability=1.5),
        replace(make_case("a", "b"), pairs=(replace(make_case("a", "b").pairs[0], fingerprint=b""),)),
    ],
)
def test_a_case_that_breaks_its_contract_stops_the_whole_load(queue, wrong):
    with pytest.raises(InvariantError):
        queue.load("run1", [make_case("x", "y"), wrong], now=NOON)
    assert queue.list(scope=NATION) == ()


def test_a_case_given_twice_stops_the_load(queue):
    with pytest.raises(InvariantError, match="given twice"):
        queue.load("run1", [make_case("a", "b"), make_case("a", "b")], now=NOON)
