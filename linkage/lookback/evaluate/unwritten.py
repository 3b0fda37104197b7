"""What a manifest says of the matches its run did not write: blocking's loss, and the pairs below review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from linkage.evaluation.estimated.unseen_pairs import UnseenPairs
from linkage.evaluation.figures import Figure


@dataclass(frozen=True)
class BlockingLoss:
    """Recall of blocking as the run estimated it (:mod:`linkage.evaluation.lost_recall`); nan where it could not.

    ``found``, ``missed``: expected matches. ``blind_fields``: fields that every rule reads. ``regions``: by regency
    code, ``0`` for unknown; a pair counts in each of its regions.
    """

    recall: Figure
    found: float
    missed: float
    blind_fields: tuple[str, ...]
    regions: tuple[tuple[str, float, float, Figure], ...]
    """Code, found, missed, recall."""


def blocking_loss(told: Mapping[str, Any]) -> BlockingLoss:
    """Return the ``recall`` part of a manifest."""
    regions = tuple((item["region"], item["found"], item["missed"], _figure(item)) for item in told.get("regions", ()))
    return BlockingLoss(
        _figure(told), _number(told, "found"), _number(told, "missed"), tuple(told.get("blind_fields", ())), regions
    )


def unseen_pairs(loss: BlockingLoss, expected_written: float) -> UnseenPairs:
    """Return the matches a run did not write; ``expected_written`` is the sum of the written probabilities."""
    recall = loss.recall
    # What blocking found counts every pair that was judged; what is not written lies below the review threshold.
    below = max(loss.found - expected_written, 0.0) if loss.found == loss.found else 0.0
    if recall.value != recall.value:
        return UnseenPairs(below)
    return UnseenPairs(below, _lost(recall.value), _lost(recall.high), _lost(recall.low))


def _lost(recall: float) -> float:
    """Return the matches lost for each one found."""
    return 1.0 / recall - 1.0 if recall > 0.0 else float("inf")


def _figure(told: Mapping[str, Any]) -> Figure:
    return Figure(*(_number(told, name) for name in ("recall", "low", "high")))


def _number(told: Mapping[str, Any], name: str) -> float:
    value = told.get(name)
    return float("nan") if value is None else float(value)
