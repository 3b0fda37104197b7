"""What a pair's evidence says: a table of cases, and that nothing is ever left without words."""

from __future__ import annotations

import math
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.features.findings import Known, Rarity, findings_of
from linkage.spec import load_builtin_spec
from linkage.standardise.addresses.relation import RELATIONS
from linkage.standardise.dates.relation import DIFFERENCES
from linkage.words.catalogue import Finding, joined, topics
from linkage.words.explained import EvidenceGroup, GuardSaid

CASES = tomllib.loads((Path(__file__).parents[1] / "cases" / "words.toml").read_text(encoding="utf-8"))["case"]
MOST = {"birth_difference": len(DIFFERENCES) - 1, "address_relation": len(RELATIONS) - 1, "nik_dates_fit": 2}
LEAST = {"address_relation": 1}
SPEC = load_builtin_spec()


@pytest.mark.parametrize("case", CASES, ids=[case["says"] for case in CASES])
def test_a_pair_is_told_in_these_words(case: dict) -> None:
    rarity = {name: Rarity(*counts) for name, counts in case.get("rarity", {}).items()}
    found = findings_of(case["topic"], Known(case.get("values", {}), case.get("levels", {}), rarity))
    assert joined(found, "id") == case["id"]
    assert joined(found, "en") == case["en"]


@st.composite
def anything_known(draw: st.DrawFn) -> Known:
    values = {}
    for name in topics():
        small = st.integers(LEAST.get(name, 0), MOST.get(name, 2)).map(float)
        real = st.floats(-20, 20) if name.endswith(("bits", "weight", "margin", "namesakes", "most")) else small
        values[name] = draw(st.one_of(st.just(math.nan), real))
    levels = {item.name: draw(st.sampled_from(item.level_names)) for item in SPEC.comparisons}
    counts = st.builds(Rarity, st.integers(2, 900), st.integers(1_000, 90_000), st.integers(0, 5), st.integers(0, 99))
    return Known(values, levels, {name: draw(counts) for name in ("nama", "nama_ibu", "nama_ayah")}, -20.0)


@given(anything_known())
def test_whatever_is_known_there_are_words_for_it_in_both_languages(known: Known) -> None:
    for topic in {*topics().values(), "nik_and_birth", "household"}:
        found = findings_of(topic, known)
        for language in ("id", "en"):
            said = joined(found, language)
            assert "{" not in said
            assert bool(said) == bool(found)


@pytest.mark.parametrize("topic", sorted({*topics().values(), "nik_and_birth", "household"} - {"pattern", "family"}))
def test_of_a_pair_of_which_nothing_is_known_a_topic_says_nothing(topic: str) -> None:
    assert findings_of(topic, Known()) == ()
    group = EvidenceGroup(topic, -0.4, (), ())
    assert group.sentence("id").endswith(": tidak dapat dibandingkan")


def test_what_counts_against_its_own_sense_is_told_to_do_so() -> None:
    same, other = (Finding("card.equal"),), (Finding("card.different"),)
    assert EvidenceGroup("card", 2.0, same, ()).sentence("id") == "Nomor KK sama"
    assert EvidenceGroup("card", -2.0, same, ()).sentence("id") == (
        "Nomor KK sama, tetapi orang yang berlainan pun sering demikian"
    )
    assert (
        EvidenceGroup("card", 2.0, other, ()).sentence("en")
        == "Family cards differ, but of one person this is as common"
    )
    assert EvidenceGroup("card", -0.3, same, ()).sentence("en") == "Same family card"


def test_a_suspicion_tells_whether_it_still_holds() -> None:
    assert GuardSaid("twin", True).finding.say("id") == "Polanya seperti anak kembar: pasangan ini tidak digabungkan"
    assert GuardSaid("twin", False).finding.say("id") == "Polanya seperti anak kembar, tetapi bukti lain lebih kuat"
