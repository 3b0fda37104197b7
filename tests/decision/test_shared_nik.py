"""Two people on one NIK are not joined: neither by their own pair nor through a third record."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.decision.guards import Guard
from linkage.decision.kinds import Row
from tests.decision.strategies import worlds
from tests.oracles.decision import Pair, Person, Settings

KNOWING = Settings(answered_at=0.8, guards_weighed=True)
CHILD = Person("a", region=3273, nik="N", kk="K", birth="2003-12-04", certificate="C")


def differ(one, other):
    return bool(one and other) and one != other


@pytest.mark.parametrize(
    "birth", ["2003-12-04", "2003-12-05", "2003-04-12", "1903-12-04", "2004-12-04", "1999-01-31", ""]
)
def test_a_third_record_does_not_join_two_names_and_certificates_on_one_nik(decided, birth):
    people = [CHILD, replace(CHILD, id="b", birth=birth, certificate="D"), Person("c", region=3273, kk="K")]
    pairs = [Pair(0, 1, p=1.0, name="similar", nik="equal", weight=20.0), Pair(0, 2, p=0.9999), Pair(1, 2, p=0.9998)]
    decision, cases, clusters = decided(people, pairs, KNOWING)
    assert decision.pair_kind[0] == Row.SHARED_NIK
    assert clusters == ["a", "b", "a"]
    assert {case.kind: "CONTRADICTORY" in case.reasons for case in cases} == {"SHARED_NIK": False, "DUPLICATE": True}


@given(
    st.sampled_from(["similar", "partial", "phonetic", "different", "missing"]),
    st.floats(0.5, 0.9994),
    st.integers(1, 12),
    st.integers(1, 12),
)
def test_exchanging_day_and_month_changes_nothing_about_twins_on_one_nik(decided, name, p, day, month):
    born, exchanged = f"2003-{month:02}-{day:02}", f"2003-{day:02}-{month:02}"
    pair = Pair(0, 1, p=p, name=name, nik="equal", weight=20.0)
    for other in (born, exchanged):
        people = [replace(CHILD, birth=born), replace(CHILD, id="b", birth=other, certificate="")]
        decision, _, _ = decided(people, [pair], KNOWING)
        assert (decision.pair_guard[0], decision.pair_kind[0]) == (Guard.TWIN, Row.SHARED_NIK)


@given(worlds())
def test_two_names_and_certificates_on_one_nik_in_one_family_and_regency_are_never_joined(decided, world):
    people, pairs, settings = world
    people = [replace(person, nik="N", kk="K", certificate="CD"[at % 2]) for at, person in enumerate(people)]
    decision, _, _ = decided(people, pairs, replace(settings, guards_weighed=True))
    for pair, kind in zip(pairs, decision.pair_kind, strict=True):
        one, other = people[pair.left], people[pair.right]
        names_and_papers_differ = pair.name != "equal" and differ(one.certificate, other.certificate)
        if names_and_papers_differ and not differ(one.region, other.region):
            assert decision.cluster_labels[pair.left] != decision.cluster_labels[pair.right]
            assert kind in (Row.NO_CASE, Row.SHARED_NIK)
