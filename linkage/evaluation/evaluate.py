"""How good is a result? Everything that the truth can tell of pairs, clusters and cases, with intervals."""

from __future__ import annotations

import numpy as np

from linkage.evaluation.accuracy import (
    EQUAL_PRECISION,
    Scored,
    b_cubed,
    candidate_recall,
    cluster_figures,
    curve,
    figures_of,
)
from linkage.evaluation.breakdown import Found, error_counts, recall_by_error, recall_by_error_count, recall_by_kind
from linkage.evaluation.calibration import expected_calibration_error
from linkage.evaluation.circumstances import Circumstances, People
from linkage.evaluation.fairness.groups import Fairness, fairness_of
from linkage.evaluation.fairness.standardised import error_strata
from linkage.evaluation.joined import joined_pairs
from linkage.evaluation.known_pairs import Bool, Int64, KnownPairs
from linkage.evaluation.predicted import listed_sums, within
from linkage.evaluation.result import Evaluation


def evaluate(
    pairs: Scored,
    clusters: Int64,
    cases: Int64,
    truth: KnownPairs,
    *,
    link_threshold: float,
    circumstances: Circumstances | None = None,
    people: People | None = None,
    seed: int = 0,
) -> Evaluation:
    """Measure a result against the truth.

    Args:
        pairs: those the run kept, each once, with their probabilities.
        clusters: int64 (n_records,), equal numbers are one cluster; -1 for none.
        cases: int64 (n_records,), likewise of cases that propose a merge.
        truth: of the same records, in the same order.
        link_threshold: the run's, a probability.
        seed: of the resampling.
    """
    given, crowd = circumstances or Circumstances(), people or People()
    rng = np.random.default_rng(seed)
    sure = truth.is_known(pairs.left, pairs.right)
    known = pairs.take(sure)
    place = truth.place_among(known.left, known.right)
    linked = known.probability >= link_threshold
    told = curve(known, truth, rng=rng)
    found = Found(
        place >= 0,
        _reaches(known, place, link_threshold),
        within(clusters, truth.left, truth.right),
        within(cases, truth.left, truth.right),
    )
    members = truth.members()
    counts = None if given.errors is None else error_counts(given.errors, truth)
    return Evaluation(
        records=int(members.size),
        persons=int(np.unique(truth.person[members]).size),
        true_pairs=int(truth.left.size),
        labelled_pairs=None if truth.labelled is None else int(truth.labelled.size),
        unknown_pairs=int((~sure).sum()),
        link_threshold=link_threshold,
        curve=told,
        default=figures_of(listed_sums(truth, known.left[linked], known.right[linked]), truth, rng=rng),
        clusters=cluster_figures(clusters, truth, rng=rng),
        b_cubed=b_cubed(clusters, truth, rng=rng),
        proposed=cluster_figures(cases, truth, rng=rng),
        candidates=candidate_recall(place, truth, rng=rng),
        joined={name: joined_pairs(group, clusters, cases, truth, rng=rng) for name, group in given.shared.items()},
        by_kind=() if given.kind is None else recall_by_kind(given.kind, given.kinds, found, truth, rng=rng),
        by_error_count=() if counts is None else recall_by_error_count(counts, found, truth, rng=rng),
        by_error=()
        if given.errors is None
        else recall_by_error(given.errors, given.error_names, found, truth, rng=rng),
        calibration=expected_calibration_error(
            known.probability,
            truth.is_true(known.left, known.right),
            clusters=truth.unit[known.left],
            seed=seed,
        ),
        fairness=_fairness(known, place, truth, crowd, counts, told.equal_threshold, link_threshold),
    )


def _reaches(known: Scored, place: Int64, threshold: float) -> Bool:
    reached: Bool = np.append(known.probability, -1.0)[place] >= threshold
    return reached


def _fairness(
    known: Scored,
    place: Int64,
    truth: KnownPairs,
    people: People,
    errors: Int64 | None,
    equal_threshold: float,
    link_threshold: float,
) -> Fairness | None:
    """Return the fairness at one threshold for all; None when nothing is known of the people, or no pair is true."""
    if not people.divisions or not truth.left.size:
        return None
    reached = not np.isnan(equal_threshold)
    threshold = equal_threshold if reached else link_threshold
    chosen = f"precision {EQUAL_PRECISION} over all" if reached else "the run's, for no threshold is precise enough"
    same = []
    present = np.zeros(truth.left.size, np.int64)
    if people.present is not None:
        present = people.present[truth.left] & people.present[truth.right]
        same.append(f"the same of {', '.join(people.fields)} present on both sides")
    if errors is not None:
        same.append("as many errors on the two records")
    hit = _reaches(known, place, threshold)
    taken = known.probability >= threshold
    return fairness_of(
        people.divisions,
        hit,
        error_strata(errors, present),
        truth,
        (known.left[taken], known.right[taken]),
        threshold=threshold,
        chosen=chosen,
        same=" and ".join(same),
    )
