"""Linking with the toolkit's candidate pairs or classifiers; what comes back is the usual result."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RuleReport
from linkage.comparison.pair_pass import Survivors
from linkage.engine.base import Engine
from linkage.engine.local import LocalEngine
from linkage.interop.recordlinkage.classifier import FittedClassifier, fitted
from linkage.interop.recordlinkage.features import Form, check_form, feature_frame, index_of
from linkage.interop.recordlinkage.labels import Pairs
from linkage.interop.recordlinkage.pair_engine import JudgedEngine, PairEngine, distinct_pairs, packed
from linkage.interop.recordlinkage.records import FrameRecords, Spec, read_frames, this_year
from linkage.models.defaults import default_model
from linkage.models.linkage_model import LinkageModel
from linkage.pipeline import Linked, LinkOptions, link_records
from linkage.progress import Silent, Stages
from linkage.run.account import give_account
from linkage.run.manifest import new_run_id
from linkage.run.one_off import LinkageResult
from linkage.stages.facts import NIK

_INDEX = "recordlinkage index"


def link_with_index(
    pairs: Any, x: Any, x_link: Any = None, *, spec: Spec = None, model: str | Path | None = None
) -> LinkageResult:
    """Find duplicates in ``x``, or links between ``x`` and ``x_link``, among given pairs only.

    Args:
        pairs: a ``MultiIndex``, or an indexer of the toolkit (``Index``, ``Block``, ``SortedNeighbourhood``, ...) that
            makes one of the frames. A pair given twice counts once.
        x, x_link: pandas frames with unique labels.
        spec, model: as in :func:`linkage.dedupe`. The spec's blocking rules do not choose pairs here; a model that is
            trained still learns from them, and ``rules`` tells which of them meet a pair, 0 for none.

    Raises:
        UsageError: pairs or frames that make no sense. LinkageError: as :func:`linkage.dedupe`.
    """
    began = datetime.now(UTC)
    frames = read_frames(x, x_link, spec)
    chosen = _chosen_pairs(frames, pairs)
    name = str(model) if model is not None else ""
    return _link(frames, chosen, PairEngine(LocalEngine(), chosen), began, model=name)


def link_with_classifier(
    classifier: Any,
    x: Any,
    x_link: Any = None,
    *,
    spec: Spec = None,
    pairs: Any = None,
    matches: Any = None,
    form: Form = "similarity",
    missing: bool = False,
) -> LinkageResult:
    """Find duplicates or links with a classifier of the toolkit as the model.

    Its probability becomes ``match_probability`` (within 1e-12 of 0 and 1 at most), to which the spec's thresholds,
    guards and guard weights apply as to any other.

    Args:
        classifier: ``ECMClassifier``, ``NaiveBayesClassifier``, ``LogisticRegressionClassifier``, ``SVMClassifier``.
        x, x_link, spec: as in :func:`link_with_index`.
        pairs: as there; None for the candidate pairs of the spec's rules.
        matches: a ``MultiIndex`` of true pairs, either way round. The classifier is then fitted on the candidate
            pairs: in place, as its own ``fit`` does. Without it the classifier must be fitted on :func:`features` with
            the same ``form`` and ``missing``; only an ECM learns here without matches. An SVM, which knows no
            probabilities, always needs them.
        form, missing: as in :func:`features`.

    Raises:
        UsageError: the classifier is not fitted or does not suit the features; pairs or frames that make no sense.
        LinkageError: as :func:`linkage.dedupe`.
    """
    began = datetime.now(UTC)
    check_form(form)
    frames = read_frames(x, x_link, spec)
    chosen = None if pairs is None else _chosen_pairs(frames, pairs)
    true_pairs = None if matches is None else frames.record_pairs(matches)[0]
    judges: list[FittedClassifier] = []

    def judge(every: Survivors) -> npt.NDArray[np.float64]:
        index = index_of(frames, every.left, every.right)
        frame = feature_frame(every.levels, frames.spec, index, form=form, missing=missing)
        is_match = None if true_pairs is None else _among(every, true_pairs)
        judges.append(fitted(classifier, frame, is_match))
        return judges[-1].probability(frame)

    least = min(frames.spec.survive_probability, frames.spec.review_threshold)
    inner = LocalEngine() if chosen is None else PairEngine(LocalEngine(), chosen)
    # Beside the classifier, Fellegi-Sunter only weighs what else than the NIK says (kind of case SHARED_NIK).
    unused = None if NIK in frames.spec.field_names else LinkageModel(default_model(frames.spec, 0.5))
    result = _link(frames, chosen, JudgedEngine(inner, judge, least), began, fixed_model=unused, weights_only=True)
    told = {**judges[-1].describe(), "form": form, "missing": missing}
    if unused is None:
        told["evidence_without_nik"] = result.manifest.model
    return replace(result, manifest=replace(result.manifest, model=told))


def _chosen_pairs(frames: FrameRecords, pairs: Any) -> Pairs:
    """Return the record pairs of an index, or of what an indexer makes of the frames."""
    if not hasattr(pairs, "nlevels") and callable(getattr(pairs, "index", None)):
        pairs = pairs.index(frames.x, frames.x_link)
    return distinct_pairs(frames.record_pairs(pairs)[0])


def _among(every: Survivors, true_pairs: Pairs) -> npt.NDArray[np.bool_]:
    """Tell which of the pairs (n,) are true ones."""
    known = np.stack([every.left, every.right], axis=1)
    return np.isin(packed(known), packed(true_pairs))


def _link(
    frames: FrameRecords,
    chosen: Pairs | None,
    engine: Engine,
    began: datetime,
    *,
    model: str = "",
    fixed_model: LinkageModel | None = None,
    weights_only: bool = False,
) -> LinkageResult:
    spec, intake = frames.spec, frames.intake
    stages = Stages(Silent())
    for warning in intake.warnings:
        stages.warn(warning)
    options = LinkOptions(
        latest_year=this_year(),
        left_count=frames.left_count,
        model=model,
        fixed_model=fixed_model,
        weights_only=weights_only,
    )
    linked = link_records(intake.accepted, spec, options, engine, stages)
    if chosen is not None:
        linked = _with_report(linked, chosen)
    manifest = give_account(
        linked,
        stages,
        run_id=new_run_id(began.timestamp()),
        command="dedupe" if frames.x_link is None else "link",
        options={
            "model": model,
            "latest_year": options.latest_year,
            "pairs": "given" if chosen is not None else "spec",
        },
        inputs=intake.inputs,
        counts={},
        outputs={},
        began=began,
    )
    return LinkageResult(
        pairs=linked.pairs,
        clusters=linked.clusters,
        cases=linked.cases,
        rejects=intake.rejects,
        quality=intake.quality,
        manifest=manifest,
    )


def _with_report(linked: Linked, chosen: Pairs) -> Linked:
    """Return the same, telling of the given pairs instead of the rules that did not choose them."""
    count = len(chosen)
    report = RuleReport(_INDEX, int(np.unique(chosen).size), count, min(2, 2 * count), count, 0, 0, 0, 0, 0)
    candidates = replace(linked.candidates, reports=(report,))
    return replace(linked, candidates=candidates, counts={**linked.counts, "pairs_planned": count})
