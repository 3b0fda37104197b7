"""Reading again: who is drawn, what counts as agreement, what is told of a steward."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.review.cases import Action, Case, Decision, Family, Judgement, Lease, Pair, Record, Standing, State
from linkage.review.leases import token_digest
from linkage.review.people import Role, Scope, User
from linkage.review.readings import (
    FEWEST,
    Answer,
    Purpose,
    Reading,
    agreement_of,
    agrees,
    answer_of,
    blind,
    draw,
    one_person_share,
    sampled,
)
from linkage.review.resolution import PersonOut, one_person
from linkage.review.rules import Command, take
from tests.oracles.queue_cases import NOON, later, make_pair

KEY = b"a key of the tests"
ONE = Answer(one_person(("a", "b")))
TWO = Answer((PersonOut(("a",)), PersonOut(("b",))))
NONE = Answer(())


def decided(*history: Decision, state: State = State.BUKAN_GANDA) -> Case:
    records = tuple(Record(name, "3273", (), own=True) for name in ("a", "b"))
    return Case(
        *(7, "c7", "DUPLICATE", "3273", "3273", 0.5, state, 5, ("GANDA_ORANG",), "ani", later(9), None, None, "run1"),
        *("model", NOON, later(3), later(99), False, records, (Pair(**vars(make_pair("a", "b"))),), history),
    )


def decision(action: Action, persons: tuple[PersonOut, ...] = ()) -> Decision:
    return Decision(7, 2, action, "ani", State.DALAM_VERIFIKASI, State.BUKAN_GANDA, NOON, persons=persons)


def reading(agrees: bool, purpose: Purpose = Purpose.KNOWN, reader: str = "ani", first: str | None = None) -> Reading:
    return Reading(1, 7, purpose, reader, first, ONE, ONE if agrees else TWO, agrees, NOON)


@given(st.integers(1, 10**12), st.integers(1, 50), st.binary(min_size=1, max_size=40))
def test_a_draw_lies_between_0_and_1_and_is_the_same_again(case, seq, secret):
    assert 0.0 <= draw(secret, "x", case, seq) < 1.0
    assert draw(secret, "x", case, seq) == draw(secret, "x", case, seq)
    assert sampled(case, seq, 1.0, secret)
    assert not sampled(case, seq, 0.0, secret)


def test_the_share_that_is_read_again_is_the_one_asked_for():
    drawn = sum(sampled(case, 3, 0.05, KEY) for case in range(20_000))
    assert drawn / 20_000 == pytest.approx(0.05, abs=0.006)


def test_who_does_not_know_the_key_draws_others():
    ours = {case for case in range(2_000) if sampled(case, 3, 0.1, KEY)}
    theirs = {case for case in range(2_000) if sampled(case, 3, 0.1, b"another key")}
    assert len(ours & theirs) < len(ours) / 3


@given(st.integers(1, 10**6), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_keeps_those_of_a_smaller_one(case, one, other):
    small, large = sorted((one, other))
    assert sampled(case, 1, large, KEY) or not sampled(case, 1, small, KEY)


@pytest.mark.parametrize(
    ("action", "persons", "answer"),
    [
        (Action.PROPOSE, ONE.persons, ONE),
        (Action.APPROVE, ONE.persons, ONE),
        (Action.DIFFERENT, (), TWO),
        (Action.SET_ASIDE, (), NONE),
        (Action.NEED, (), None),
        (Action.ASK, (), None),
        (Action.ESCALATE, (), None),
        (Action.RELEASE, (), None),
    ],
)
def test_a_decision_answers_with_the_persons_it_sees(action, persons, answer):
    assert answer_of(decision(action, persons), decided()) == answer


def standing(*pairs: tuple[str, str, Standing]) -> Case:
    records = sorted({record for left, right, _ in pairs for record in (left, right)})
    return replace(
        decided(),
        records=tuple(Record(record, "3273", (), own=True) for record in records),
        pairs=tuple(Pair(**vars(make_pair(left, right)), standing=stands) for left, right, stands in pairs),
    )


def test_not_the_same_leaves_together_what_another_case_joined_and_parts_what_this_one_did():
    case = standing(("x", "z", Standing.PROPOSED), ("v", "w", Standing.PROPOSED))
    same = [
        Judgement(left, right, Family.PERSON, Standing.SAME, b"print", number)
        for left, right, number in (("x", "y", 3), ("v", "w", 7), ("v", "z", 7))
    ]
    records = (*case.records, Record("y", "3273", (), own=True))
    said = answer_of(decision(Action.DIFFERENT), replace(case, records=records, settled=tuple(same)))
    assert said == Answer(tuple(PersonOut(one) for one in (("v",), ("w",), ("x", "y"), ("z",))))


@pytest.mark.parametrize(
    ("case", "persons"),
    [
        (
            standing(("x", "y", Standing.SAME), ("x", "z", Standing.PROPOSED), ("y", "z", Standing.REOPENED)),
            [("x", "y"), ("z",)],
        ),
        (
            standing(("w", "x", Standing.SAME), ("x", "y", Standing.SAME), ("y", "z", Standing.PROPOSED)),
            [("w", "x", "y"), ("z",)],
        ),
        (
            standing(("x", "y", Standing.SAME), ("y", "z", Standing.SAME), ("x", "z", Standing.PROPOSED)),
            [("x",), ("y",), ("z",)],
        ),
        (
            standing(("x", "y", Standing.DIFFERENT), ("x", "z", Standing.PROPOSED), ("y", "z", Standing.ASIDE)),
            [("x",), ("y",), ("z",)],
        ),
    ],
)
def test_not_the_same_parts_what_was_put_forward_and_leaves_together_what_was_joined_before(case, persons):
    said = answer_of(decision(Action.DIFFERENT), case)
    blindly = Answer(tuple(PersonOut(records) for records in persons))
    assert said == blindly
    assert agrees(blindly, said)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ONE, ONE, True),
        (ONE, TWO, False),
        (ONE, NONE, False),
        (TWO, NONE, False),
        (NONE, NONE, True),
        (ONE, Answer(one_person(("a", "b"), "b")), True),
        (TWO, Answer((PersonOut(("b",)), PersonOut(("a",)))), True),
        (
            Answer((PersonOut(("a",), "a"), PersonOut(("b",)))),
            Answer((PersonOut(("a",)), PersonOut(("b",), "b"))),
            False,
        ),
        (Answer((PersonOut(("a",), "a"), PersonOut(("b",)))), TWO, True),
    ],
)
def test_answers_agree_when_they_see_the_same_persons_and_name_no_other_owner(one, other, same):
    assert agrees(one, other) is same
    assert agrees(other, one) is same


def test_a_blind_case_looks_as_one_just_taken_up_and_obeys_the_rules_of_any():
    lease = Lease("budi", "0" * 64, later(20))
    shown = blind(decided(decision(Action.DIFFERENT)), "budi", lease, at=later(10))
    assert (shown.state, shown.version, shown.assignee, shown.closed_at, shown.lease) == (
        *(State.DALAM_VERIFIKASI, 2, None, None, lease),
    )
    assert [(entry.actor, entry.action) for entry in shown.history] == [("budi", Action.CLAIM)]
    assert all(pair.standing.live for pair in shown.pairs)
    budi = User("budi", Scope("3273"), frozenset({Role.PETUGAS}))
    given_back = take(
        replace(shown, lease=Lease("budi", token_digest("t"), later(20))),
        Command(Action.RELEASE, token="t"),
        by=budi,
        now=later(11),
    )
    assert given_back.seq == 2


@pytest.mark.parametrize(("persons", "share"), [(ONE.persons, 1.0), ((), 0.0), (TWO.persons, 0.0)])
def test_the_observed_share_is_that_of_the_pairs_called_one_person(persons, share):
    assert one_person_share(decision(Action.PROPOSE, persons), [("a", "b")]) == share


def test_in_a_larger_case_the_observed_share_counts_pairs():
    persons = (PersonOut(("a", "b")), PersonOut(("c",)))
    pairs = [("a", "b"), ("a", "c"), ("b", "c")]
    assert one_person_share(decision(Action.PROPOSE, persons), pairs) == pytest.approx(1 / 3)


def test_below_ten_cases_no_share_is_told():
    few = [reading(True)] * (FEWEST - 1)
    told = agreement_of("ani", decisions=3, readings=few, judged=[(1.0, 0.9)] * (FEWEST - 1))
    assert (told.decisions, told.known, told.known_share, told.known_interval) == (3, FEWEST - 1, None, None)
    assert (told.second, told.second_share, told.drift, told.drift_interval) == (0, None, None, None)


def test_shares_have_wilson_s_interval():
    told = agreement_of("ani", decisions=0, readings=[reading(n < 9) for n in range(10)], judged=[])
    assert told.known_share == pytest.approx(0.9)
    assert told.known_interval == pytest.approx((0.5958, 0.9821), abs=1e-4)


def test_a_second_reading_tells_of_both_readers_and_a_known_one_of_its_reader_alone():
    readings = [reading(True, Purpose.SECOND, "budi", "ani"), reading(True, Purpose.KNOWN, "budi")] * 10
    ani = agreement_of("ani", decisions=0, readings=readings, judged=[])
    budi = agreement_of("budi", decisions=0, readings=readings, judged=[])
    assert (ani.second, ani.known) == (10, 0)
    assert (budi.second, budi.known) == (10, 10)


def test_a_steward_who_decides_as_the_model_expects_has_no_drift():
    judged = [(1.0, 0.75)] * 30 + [(0.0, 0.75)] * 10
    told = agreement_of("ani", decisions=40, readings=[], judged=judged)
    assert told.drift == pytest.approx(0.0)
    assert told.drift_interval is not None
    low, high = told.drift_interval
    assert low < 0.0 < high
    assert high == pytest.approx(0.1359, abs=1e-3)


@given(st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 1)), min_size=FEWEST, max_size=40))
def test_drift_lies_within_its_interval_and_both_within_minus_1_and_1(judged):
    told = agreement_of("ani", decisions=0, readings=[], judged=judged)
    assert told.drift is not None
    assert told.drift_interval is not None
    assert -1.0 <= told.drift_interval[0] <= told.drift + 1e-12
    assert told.drift - 1e-12 <= told.drift_interval[1] <= 1.0
    assert told.drift_interval[1] - told.drift_interval[0] <= 4.0
