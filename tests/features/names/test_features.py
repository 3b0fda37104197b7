"""What two names say of one person: what agrees, what contradicts, how rare it is."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jellyfish import jaro_winkler_similarity

from linkage.errors import InvariantError
from linkage.features.names.couples import SAME, SHORTENED, SLIPPED, SOUNDS, UNLIKE
from linkage.features.names.features import name_features
from linkage.features.names.spelled import MOST_BITS, rarity_bits
from linkage.standardise.names.columns import canonical_names
from linkage.standardise.names.slip import token_counts

# Who stands in the register, and how often.
REGISTER = {
    "BUDI SUPARNO": 60,
    "BUDI SUPARNP": 1,
    "BUDI SOEPARNO": 9,
    "BUDI S": 3,
    "BUDI": 40,
    "BUDI HARTONO": 55,
    "SUPARNO BUDI": 2,
    "HASAN BASRI": 30,
    "HUSEIN BASRI": 31,
    "HASANAH BASRI": 20,
    "SITI NURHAYATI": 12,
    "SITI NUR HAYATI": 11,
    "WAYAN SUPARNO": 4,
    "MADE SUPARNO": 5,
    "BUDI XQZRNO": 1,
    "WAYAN": 3,
    "RINA": 50,
    "RINI": 50,
}
BITS = {
    "matched_bits", "matched_bits_most", "contradicting_bits", "extra_bits", "value_bits",
    "weakest_rarer_bits", "weakest_commoner_bits",
}  # fmt: skip


def measured(left, right, *, register=REGISTER, full=True, texts=None):
    """Return the features of one pair of names, None standing for a missing one."""
    content = canonical_names(pa.array(sorted(register), pa.string()))
    order = content.values.to_pylist()
    counts = np.array([register[name] for name in order], np.int64)
    codes = [np.array([-1 if name is None else order.index(name)], np.int32) for name in (left, right)]
    features, columns = name_features(
        "nama",
        *codes,
        content.names,
        token_counts(content.names, counts),
        counts,
        content.values if texts is None else texts,
        int(counts.sum()),
        full,
    )
    assert columns.dtype == np.float32
    assert columns.shape == (1, len(features))
    assert {feature.group for feature in features} == {"nama"}
    by_feature = zip(features, columns[0].tolist(), strict=True)
    return {feature.name.removeprefix("nama_"): value for feature, value in by_feature}


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        ("BUDI SUPARNO", "BUDI SUPARNP", {"paired": 1, "weakest_relation": SLIPPED, "weakest_edits": 1}),
        ("BUDI SUPARNO", "BUDI SOEPARNO", {"paired": 1, "weakest_relation": SOUNDS, "weakest_first_letter": 1}),
        ("BUDI SUPARNO", "BUDI S", {"paired": 1, "weakest_relation": SHORTENED, "weakest_edits": 6, "tokens_most": 2}),
        ("BUDI SUPARNO", "BUDI", {"paired": 1, "contradicting": 0, "weakest_relation": SAME, "tokens_most": 2}),
        ("BUDI SUPARNO", "BUDI HARTONO", {"paired": 0.5, "contradicting": 1, "weakest_first_letter": 0}),
        ("BUDI SUPARNO", "SUPARNO BUDI", {"paired": 1, "weakest_relation": SAME, "weakest_similarity": 1}),
        ("HASAN BASRI", "HUSEIN BASRI", {"paired": 0.5, "contradicting": 1, "weakest_relation": UNLIKE}),
        ("SITI NURHAYATI", "SITI NUR HAYATI", {"paired": 1, "extra_bits": 0, "joined_similarity": 1}),
        ("WAYAN SUPARNO", "MADE SUPARNO", {"paired": 1, "contradicting": 0, "weakest_relation": UNLIKE}),
        ("WAYAN", "WAYAN SUPARNO", {"paired": 1, "contradicting": 0}),
        ("WAYAN SUPARNO", "BUDI SUPARNO", {"paired": 1, "contradicting": 0, "weakest_relation": SAME}),
        ("RINA", "RINI", {"paired": 1, "weakest_relation": SLIPPED, "weakest_odd": 0}),
    ],
)  # fmt: skip
def test_a_pair_of_names_is_measured_token_by_token(left, right, expected):
    found = measured(left, right)
    assert {name: found[name] for name in expected} == pytest.approx(expected)


def test_rarity_is_that_of_the_commoner_form():
    found = measured("BUDI SUPARNO", "BUDI SUPARNP")
    records = sum(REGISTER.values())
    tokens: dict[str, int] = {}
    for name, count in REGISTER.items():
        for token in name.split():
            tokens[token] = tokens.get(token, 0) + count
    budi, suparno, slip = (-np.log2((tokens[token] + 1) / (records + 2)) for token in ("BUDI", "SUPARNO", "SUPARNP"))
    assert found["matched_bits"] == pytest.approx(budi + suparno)
    assert found["matched_bits_most"] == pytest.approx(max(budi, suparno))
    assert (found["weakest_rarer_bits"], found["weakest_commoner_bits"]) == pytest.approx((slip, suparno))
    assert found["value_bits"] == pytest.approx(-np.log2(61 / (records + 2)))


def test_what_contradicts_is_told_from_what_one_side_has_more():
    other = measured("BUDI SUPARNO", "BUDI HARTONO")
    assert other["contradicting_bits"] > 0
    assert other["extra_bits"] == 0
    more = measured("BUDI SUPARNO", "BUDI")
    assert more["contradicting_bits"] == 0
    assert more["extra_bits"] > 0


def test_a_slip_has_a_form_that_nobody_bears_and_twins_have_two_names():
    slip, twins = measured("BUDI SUPARNO", "BUDI SUPARNP"), measured("HASAN BASRI", "HUSEIN BASRI")
    assert slip["weakest_rarer_bits"] > twins["weakest_rarer_bits"]


def test_letters_that_stand_together_in_no_name_are_seen():
    assert measured("BUDI SUPARNO", "BUDI XQZRNO")["weakest_odd"] > 0


def test_the_weakest_couple_is_measured_as_everywhere():
    found = measured("BUDI SUPARNO", "BUDI HARTONO")
    assert found["weakest_similarity"] == pytest.approx(jaro_winkler_similarity("SUPARNO", "HARTONO"))
    assert found["joined_similarity"] == pytest.approx(jaro_winkler_similarity("BUDISUPARNO", "BUDIHARTONO"))


@pytest.mark.parametrize("pair", [("BUDI", None), (None, "BUDI"), (None, None)])
def test_a_missing_name_says_nothing(pair):
    assert np.isnan(list(measured(*pair).values())).all()


def test_parents_have_six_of_the_same_features():
    full, brief = measured("BUDI SUPARNO", "BUDI HARTONO"), measured("BUDI SUPARNO", "BUDI HARTONO", full=False)
    assert len(brief) == 6
    assert brief == {name: full[name] for name in brief}


NAMES = st.sampled_from(sorted(REGISTER))
DIRECTIONS = {
    "paired": 1,
    "contradicting": -1,
    "matched_bits": 1,
    "matched_bits_most": 1,
    "weakest_similarity": 1,
    "weakest_edits": -1,
    "joined_similarity": 1,
}


def test_a_similarity_never_speaks_against_and_all_else_may_speak_either_way():
    nobody = np.zeros(0, np.int32)
    content = canonical_names(pa.array(["BUDI"], pa.string()))
    features, columns = name_features(
        "nama", nobody, nobody, content.names, np.ones(1, np.int64), np.ones(1, np.int64), content.values, 1, True
    )
    assert columns.shape == (0, 16)
    directions = {feature.name.removeprefix("nama_"): feature.direction for feature in features}
    assert {name: direction for name, direction in directions.items() if direction} == DIRECTIONS


@settings(max_examples=60, deadline=None)
@given(NAMES, NAMES)
def test_the_order_of_the_two_names_says_nothing(left, right):
    assert measured(left, right) == measured(right, left)


@given(NAMES)
@settings(max_examples=20, deadline=None)
def test_a_name_beside_itself_is_at_its_best(name):
    own = measured(name, name)
    for other in REGISTER:
        against = measured(name, other)
        for feature, direction in DIRECTIONS.items():
            assert direction * own[feature] >= direction * against[feature] - 1e-5


@settings(max_examples=40, deadline=None)
@given(NAMES, NAMES, st.lists(st.sampled_from(["AAN", "ZULKIFLI", "É", "AGUS SALIM", "NUR BUDI"]), unique=True))
def test_but_for_rarity_other_names_of_the_column_change_nothing(left, right, others):
    alone = measured(left, right, register=dict.fromkeys({left, right}, 1))
    among = measured(left, right, register=dict.fromkeys({left, right, *others}, 1))
    assert {name: alone[name] for name in alone if name not in BITS} == {
        name: among[name] for name in among if name not in BITS
    }


def test_rarity_stays_between_nothing_and_its_limit():
    bits = rarity_bits(np.array([0, 1, 10, 10_000_000, 20_000_000], np.int64), 10_000_000)
    assert (np.diff(bits) <= 0).all()
    assert (bits[0], bits[-1]) == (MOST_BITS, 0.0)


def test_texts_of_another_column_are_refused():
    with pytest.raises(InvariantError):
        measured("BUDI", "RINA", texts=pa.array(["BUDI"] * len(REGISTER)))
