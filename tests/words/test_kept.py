"""The evidence of a pair as it is kept: nothing that is said of it is lost."""

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from linkage.words.catalogue import Finding
from linkage.words.explained import EvidenceGroup, Explained, GuardSaid, WeighedFeature
from linkage.words.kept import from_json, to_json, without_details

BITS = st.floats(allow_nan=False, allow_infinity=False)
NAMES = st.text(min_size=1, max_size=8)
FILLS = st.one_of(st.integers(-(2**40), 2**40), NAMES)
FINDINGS = st.recursive(
    st.builds(Finding, NAMES, st.dictionaries(NAMES, FILLS, max_size=3)),
    lambda inner: st.builds(Finding, NAMES, st.dictionaries(NAMES, st.one_of(FILLS, inner), max_size=3)),
    max_leaves=3,
)
SEVERAL = st.lists(FINDINGS, max_size=3).map(tuple)
FEATURES = st.lists(st.builds(WeighedFeature, NAMES, BITS, BITS), max_size=2).map(tuple)
GROUPS = st.builds(EvidenceGroup, NAMES, BITS, SEVERAL, FEATURES)


@st.composite
def explanations(draw):
    """Evidence of a pair; what its families say is a group of its own, one that counts, or nothing."""
    groups = draw(st.lists(GROUPS, max_size=4, unique_by=lambda group: group.group).map(tuple))
    family = draw(st.one_of(st.none(), GROUPS, *([st.sampled_from(groups)] if groups else [])))
    return Explained(
        left_id=draw(NAMES),
        right_id=draw(NAMES),
        model=draw(st.sampled_from(["supervised", "fellegi_sunter"])),
        weight_log2=draw(BITS),
        probability=draw(st.floats(0.0, 1.0)),
        link_threshold=draw(st.floats(0.0, 1.0)),
        start=draw(st.lists(st.tuples(NAMES, BITS), max_size=2).map(tuple)),
        groups=groups,
        calibration=draw(BITS),
        missing=draw(SEVERAL),
        family=family,
        guards=draw(st.lists(st.builds(GuardSaid, NAMES, st.booleans()), max_size=2).map(tuple)),
        rules=draw(st.lists(NAMES, max_size=3).map(tuple)),
        levels=draw(st.dictionaries(NAMES, NAMES, max_size=2)),
    )


@given(explanations())
def test_what_is_kept_comes_back_but_for_features_and_levels(explained):
    text = json.dumps(to_json(explained), allow_nan=False)
    assert from_json(json.loads(text), explained.left_id, explained.right_id) == without_details(explained)


@given(explanations())
def test_the_records_ids_are_not_kept(explained):
    ids = replace(explained, left_id="R000000000001", right_id="R000000000002")
    assert "R00000000000" not in json.dumps(to_json(ids))


def test_what_is_kept_says_the_same_sentences():
    suspicion = Finding("suspicion.holds", {"pattern": Finding("pattern.twin")})
    name = EvidenceGroup("name", 3.0, (Finding("name.few", {"count": 3, "total": 90_000}), suspicion), ())
    explained = Explained(
        "a", "b", "supervised", 3.0, 0.9, 0.5, (("share", 0.0),), (name,), 0.0, (), None, (), (), {"nama": "equal"}
    )
    again = from_json(to_json(explained), "a", "b")
    assert [group.sentence("id") for group in again.groups] == [name.sentence("id")]
    assert again.terms("en") == explained.terms("en")
