"""``linkage train``: a supervised model from labels, on the pairs that a finished run compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.encode import EncodedRecords, encode
from linkage.engine.base import Engine
from linkage.errors import UsageError
from linkage.features.evidence import PairEvidence
from linkage.features.feature import FeatureBlock
from linkage.features.matrix import feature_matrix
from linkage.labelling.cross_fitting import CrossFitted, Kind, LabelledRows, cross_fit, settings_for
from linkage.labelling.labels import Labels, read_labels
from linkage.labelling.trained import LabelCounts, Trained
from linkage.labelling.training import LabelledPairs, labelled_pairs
from linkage.labelling.training_figures import training_figures
from linkage.lookback.reread import accepted_records, stored_model, stored_snapshot, stored_spec
from linkage.models.linkage_model import LinkageModel
from linkage.models.prevalence import estimate_prevalence
from linkage.progress import Stages
from linkage.run.manifest import RunManifest, read_manifest, sha256_of
from linkage.spec import LinkageSpec
from linkage.stages.candidates import plan_candidates
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import standing_model
from linkage.stages.survivors import family_units, surviving_pairs

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

BOOSTING_FROM: Final = 1_000
"""Labels from which trees know more than a logistic model does on registers of any size (docs/guide/training.md)."""

FEWEST: Final = {"logistic": 40, "boosting": 100}
"""Labels of either kind, same and different, without which nothing is learned."""


def train(
    run: Path, files: Sequence[Path], engine: Engine, stages: Stages, *, kind: Kind | None = None, seed: int = 0
) -> Trained:
    """Return the model that the labels teach on the pairs of a run, whose inputs are read again.

    The run's Fellegi-Sunter weights go with the model: they tell what survives. ``kind``: by the number of labels when
    None. The same run, labels and seed give the same model, whatever the order of the labels.

    Raises:
        UsageError: too few labels. InputMissingError, InputDataError, InvariantError: the run, its inputs or the labels
            are not there, or not what they were. ModelError: the run's model has other features than its records give.
    """
    manifest = read_manifest(run)
    labels = read_labels(files, across=manifest.command == "link")
    digests = tuple(sorted(map(sha256_of, files)))
    spec = stored_spec(manifest)
    own = stored_model(manifest, spec)
    with stages.stage("encode"):
        accepted, left_count = accepted_records(manifest, spec)
        latest = int(manifest.options["latest_year"])
        records = encode(accepted, spec, latest_year=latest, left_count=left_count, threads=engine.threads)
        known = labelled_pairs(labels.labels, records.ids, left_count=left_count)
        chosen_kind(known.same, kind, unknown=known.unknown)
    with stages.stage("compare"):
        evidence = _evidence(records, spec, manifest, own, engine)
    with stages.stage("model"):
        features, matrix = feature_matrix(evidence)
        places, same, missed = _places(known, evidence)
        left, right = evidence.survivors.left[places], evidence.survivors.right[places]
        rows = LabelledRows(features, matrix[places], same, family_units(left, right, same, evidence.people.kk))
        kind = chosen_kind(rows.same, kind)
        settings = settings_for(kind, places.size)
        fitted = cross_fit(rows, settings, every=matrix, seed=seed)
        stated = fitted.model.training_log_odds(matrix, threads=engine.threads)
        share = estimate_prevalence(stated, fitted.model.training_share)
        of_run = _weight_of_run(own, evidence, (features, matrix))[places]
        figures = training_figures(_bits(fitted), of_run, rows.same, rows.units, seed=seed)
    return Trained(
        model=LinkageModel(own.weights, fitted.model),
        kind=kind,
        settings=settings,
        seed=seed,
        counts=_counts(labels, known, rows, missed),
        figures=figures,
        share=share,
        manifest=manifest,
        labels_sha256=digests,
    )


def _evidence(
    records: EncodedRecords, spec: LinkageSpec, manifest: RunManifest, own: LinkageModel, engine: Engine
) -> PairEvidence:
    """Return the survivors of the run, found again under its weights."""
    snapshot = stored_snapshot(manifest)
    frequencies = count_values(records, spec) if snapshot is None else snapshot.frequencies(records, spec.older_regions)
    candidates = plan_candidates(records, spec, snapshot, threads=engine.threads)
    chosen = standing_model(LinkageModel(own.weights), frequencies, spec)
    return surviving_pairs(candidates, records, spec, chosen, frequencies, engine)


def _places(known: LabelledPairs, evidence: PairEvidence) -> tuple[Int64, Bool, Bool]:
    """Return the rows of labelled pairs among the survivors, ascending, and which are one person; and which of the
    labelled pairs, bool (n_labelled,), did not survive."""
    n = evidence.records.n_records
    low, high = np.minimum(known.left, known.right).astype(np.int64), np.maximum(known.left, known.right)
    wanted, survivors = low * n + high, evidence.survivors
    keys = survivors.left.astype(np.int64) * n + survivors.right
    order = np.argsort(keys, kind="stable")
    place = np.minimum(np.searchsorted(keys, wanted, sorter=order), max(keys.size - 1, 0))
    found = np.zeros(wanted.size, np.bool_) if not keys.size else keys[order[place]] == wanted
    rows, same = order[place[found]], known.same[found]
    ascending = np.argsort(rows, kind="stable")
    return rows[ascending], same[ascending], ~found


def chosen_kind(same: Bool, kind: Kind | None, *, unknown: int = 0) -> Kind:
    """Return what to learn from these labels, bool (n,): ``kind``, or by their number when None.

    ``unknown``: how many labels are of other records.

    Raises:
        UsageError: too few of either kind for it.
    """
    chosen: Kind = kind or ("boosting" if same.size >= BOOSTING_FROM else "logistic")
    least, n_same = FEWEST[chosen], int(same.sum())
    if min(n_same, same.size - n_same) < least:
        if kind is None and chosen == "boosting":
            return chosen_kind(same, "logistic", unknown=unknown)
        foreign = f", and {unknown} labelled pairs of records that the run did not read" if unknown else ""
        other = f"; --kind logistic needs {FEWEST['logistic']}" if chosen == "boosting" else ""
        raise UsageError(
            f"{chosen} needs {least} labelled pairs of either kind; "
            f"there are {n_same} same and {same.size - n_same} different{foreign}",
            where="--labels",
            remedy=f"Label more with linkage label{other}",
        )
    return chosen


def _weight_of_run(own: LinkageModel, evidence: PairEvidence, block: FeatureBlock) -> Float64:
    """Return the match weights in bits that the run's own model gives, float64 (n_pairs,)."""
    if own.supervised is None:
        return evidence.kin_weight
    features, matrix = block
    own.supervised.check_features([item.name for item in features])
    weight: Float64 = own.supervised.match_weight(matrix)
    return weight


def _bits(fitted: CrossFitted) -> Float64:
    bits: Float64 = fitted.stated / np.log(2.0)
    return bits


def _counts(labels: Labels, known: LabelledPairs, rows: LabelledRows, missed: Bool) -> LabelCounts:
    n_same = int(rows.same.sum())
    return LabelCounts(
        same=n_same,
        different=rows.same.size - n_same,
        unsure=known.unsure,
        unknown=known.unknown,
        not_compared=int(missed.sum()),
        same_not_compared=int((missed & known.same).sum()),
        rejected=len(labels.rejects),
        labellers=len({label.labeller for label in labels.labels}),
        units=int(np.unique(rows.units).size),
    )
