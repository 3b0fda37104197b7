"""A run judged without truth: what its probabilities claim, what labels say of the claim, what blocking lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.union_find import components
from linkage.errors import InputDataError
from linkage.evaluation.estimated.claim import Claim, claimed
from linkage.evaluation.estimated.clerical import ClericalEstimate, LabelledPairs, clerical_estimate
from linkage.evaluation.estimated.sample import draw_sample
from linkage.evaluation.estimated.strata import Int64, stratify
from linkage.evaluation.estimated.unseen_pairs import UnseenPairs
from linkage.evaluation.figures import plain
from linkage.lookback.evaluate.unwritten import BlockingLoss, blocking_loss, unseen_pairs
from linkage.lookback.evaluate.written import WrittenRun

_SAME: Final = "same"
_UNSURE: Final = "unsure"


class ClericalLabel(Protocol):
    """What people say of a pair: ``label`` is same, different or unsure; ``inclusion`` None when nobody drew it."""

    @property
    def left_id(self) -> str: ...  # noqa: D102
    @property
    def right_id(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def inclusion(self) -> float | None: ...  # noqa: D102


@dataclass(frozen=True)
class ByLabels:
    """What labels say. ``unsure``, ``unwritten``, ``undrawn``: labels left out, of which nobody was sure, of pairs the
    run did not write, and that nobody drew while others were drawn. ``drawn``: inclusion probabilities are known; else
    the labels of a band are taken for a random sample of it.

    ``if_same``, ``if_different``: the estimate were every unsure pair one person, or two; None without such a pair.
    """

    estimate: ClericalEstimate
    unsure: int
    unwritten: int
    undrawn: int
    drawn: bool
    if_same: ClericalEstimate | None
    if_different: ClericalEstimate | None


@dataclass(frozen=True)
class Estimated:
    """A run judged without truth; ``below_review``: expected matches that were compared and not written."""

    run_id: str
    command: str
    records: int
    link_threshold: float
    review_threshold: float
    below_review: float
    claim: Claim
    blocking: BlockingLoss
    labels: ByLabels | None

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values; what is not known is None."""
        told: dict[str, Any] = plain(asdict(self))
        names = ("region", "found", "missed", "recall")
        told["blocking"]["regions"] = [dict(zip(names, row, strict=True)) for row in told["blocking"]["regions"]]
        return told


def estimate_run(run: WrittenRun, labels: Sequence[ClericalLabel] | None = None) -> Estimated:
    """Estimate precision and recall of a run at its threshold.

    ``labels``: one a pair, of several labellers already made one.

    Raises:
        InputDataError: no label is of a pair the run wrote.
    """
    probability = run.probability
    loss = blocking_loss(run.manifest.recall)
    unseen = unseen_pairs(loss, float(probability.sum()))
    return Estimated(
        run_id=run.manifest.run_id,
        command=run.manifest.command,
        records=run.clusters.num_rows,
        link_threshold=run.link_threshold,
        review_threshold=float(run.manifest.thresholds["review_threshold"]),
        below_review=unseen.below_review,
        claim=claimed(probability, _units(run.pairs), run.link_threshold, unseen),
        blocking=loss,
        labels=None if labels is None else _by_labels(run, labels, unseen),
    )


def sample_table(run: WrittenRun, count: int, *, seed: int) -> pa.Table:
    """Return pairs for people to judge: ``left_id, right_id, inclusion, stratum``, in the order of asking.

    ``inclusion``: the probability of being drawn. ``stratum``: its band of match weight in bits.

    Raises:
        UsageError: a count below 1.
    """
    probability = run.probability
    code, strata = stratify(run.weight_log2, run.link_threshold)
    drawn = draw_sample(probability, code, count, rng=np.random.default_rng(seed))
    names = pa.array([stratum.name for stratum in strata], pa.string())
    rows = pa.array(drawn.rows)
    return pa.table(
        {
            "left_id": run.pairs.column("left_id").take(rows),
            "right_id": run.pairs.column("right_id").take(rows),
            "inclusion": drawn.inclusion,
            "stratum": names.take(pa.array(code[drawn.rows])),
        }
    )


def pair_rows(pairs: pa.Table, left: pa.Array, right: pa.Array, *, across: bool) -> Int64:
    """Return the row of each wanted pair among ``pairs``, int64 (n,), -1 where it is not there.

    ``across``: left and right are two files; else either order will do.
    """
    keys = _keys(pairs.column("left_id"), pairs.column("right_id"))
    rows = pc.index_in(_keys(left, right), value_set=keys)
    if not across:
        rows = pc.coalesce(rows, pc.index_in(_keys(right, left), value_set=keys))
    found: Int64 = pc.fill_null(rows, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found


def _keys(left: Any, right: Any) -> pa.Array:
    keys = pc.binary_join_element_wise(left, right, "\0")
    return keys.combine_chunks() if isinstance(keys, pa.ChunkedArray) else keys


def _units(pairs: pa.Table) -> Int64:
    """Return equal numbers for pairs that hang together over records, int64 (n_pairs,)."""
    ids = pa.chunked_array([*pairs.column("left_id").chunks, *pairs.column("right_id").chunks], pa.string())
    if not len(ids):
        return np.zeros(0, np.int64)
    codes = ids.combine_chunks().dictionary_encode().indices.to_numpy(zero_copy_only=False).astype(np.int32)
    left, right = codes[: pairs.num_rows], codes[pairs.num_rows :]
    units: Int64 = components(left, right, int(codes.max()) + 1)[left].astype(np.int64)
    return units


def _by_labels(run: WrittenRun, labels: Sequence[ClericalLabel], unseen: UnseenPairs) -> ByLabels:
    left, right = (pa.array([getattr(item, side) for item in labels], pa.string()) for side in ("left_id", "right_id"))
    row = pair_rows(run.pairs, left, right, across=run.manifest.command == "link")
    answer = np.array([item.label for item in labels], np.str_)
    inclusion = np.array([np.nan if item.inclusion is None else item.inclusion for item in labels], np.float64)
    written = row >= 0
    drawn = bool((~np.isnan(inclusion[written])).any())
    counted = written & ~np.isnan(inclusion) if drawn else written
    if not (counted & (answer != _UNSURE)).any():
        raise InputDataError(
            "LABELS_OF_NO_PAIR",
            "no label that is same or different is of a pair of the run",
            where="labels",
            remedy="The ids must be those of pairs.parquet",
        )
    given = LabelledPairs(
        row[counted], answer[counted] == _SAME, inclusion[counted] if drawn else np.ones(counted.sum())
    )
    sure = answer[counted] != _UNSURE

    def told(chosen: LabelledPairs) -> ClericalEstimate:
        return clerical_estimate(run.probability, run.weight_log2, run.link_threshold, chosen, unseen)

    return ByLabels(
        told(LabelledPairs(given.row[sure], given.same[sure], given.inclusion[sure])),
        unsure=int((~sure).sum()),
        unwritten=int((~written).sum()),
        undrawn=int((written & ~counted).sum()),
        drawn=drawn,
        if_same=None if sure.all() else told(replace(given, same=given.same | ~sure)),
        if_different=None if sure.all() else told(given),
    )
