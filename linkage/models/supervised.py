"""A model learnt from labels, whole: from a matrix of features to log-odds that hold for the run at hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError
from linkage.models.boosting.trees import Boosting, boosting_from_plain
from linkage.models.calibration import Calibration, calibration_from_plain
from linkage.models.logistic import Logistic, logistic_from_plain
from linkage.models.prevalence import LARGEST_SHIFT, TrainingShare, training_share_from_plain
from linkage.models.stored_json import StoredForm, incomplete, keyed, listed, number, text, whole

Float32 = npt.NDArray[np.float32]
Float64 = npt.NDArray[np.float64]
Scorer = Boosting | Logistic

SCHEMA: Final = "tunggal/supervised/1"
SIZE_LIMIT: Final = 8 << 20
"""Bytes. 400 trees of 31 leaves take about 1 MB."""

_FORM: Final = StoredForm(SCHEMA, SIZE_LIMIT, numbers_in_line=True)
_KEYS: Final = frozenset({"features", "kind", "scorer", "calibration", "training_share", "prior_shift"})
_FEATURE_KEYS: Final = frozenset({"name", "group", "direction"})
_BITS: Final = 1.0 / float(np.log(2.0))


@dataclass(frozen=True)
class SupervisedModel:
    """What scores a pair by its features.

    ``feature_names``, ``groups`` (the evidence that each is explained under) and ``directions`` (-1, 0, 1) in the order
    of the matrix's columns. ``calibration`` makes the scorer's log-odds hold at the share of matches in training, of
    which ``training_share`` tells; ``prior_shift``, natural log-odds, leads from there to the run's.

    Raises:
        ModelError: features that are named twice, lists of different lengths, a direction or a shift that is none.
    """

    feature_names: tuple[str, ...]
    groups: tuple[str, ...]
    directions: tuple[int, ...]
    scorer: Scorer
    calibration: Calibration
    training_share: TrainingShare
    prior_shift: float = 0.0

    def __post_init__(self) -> None:
        sizes = {len(self.feature_names), len(self.groups), len(self.directions), self.scorer.n_features}
        if len(sizes) != 1 or len(set(self.feature_names)) != len(self.feature_names):
            raise ModelError("a model names each of its features once, with a group and a direction")
        if not set(self.directions) <= {-1, 0, 1}:
            raise ModelError("a direction is -1, 0 or 1")
        if not abs(self.prior_shift) <= LARGEST_SHIFT:
            raise ModelError(f"the shift of the prior lies between -{LARGEST_SHIFT} and {LARGEST_SHIFT}")

    def raw_log_odds(self, matrix: Float32, *, threads: int = 1) -> Float64:
        """Return the scorer's own natural log-odds, float64 (n,): what a calibration is fitted on.

        ``matrix`` float32 (n, n_features), nan where missing.

        Raises:
            ModelError: a matrix of another shape or type.
        """
        return self.scorer.log_odds(matrix, threads=threads)

    def training_log_odds(self, matrix: Float32, *, threads: int = 1) -> Float64:
        """Return natural log-odds, calibrated at the training share, float64 (n,).

        What :func:`~linkage.models.prevalence.estimate_prevalence` is given. Arguments and errors as
        :meth:`raw_log_odds`.
        """
        return self.calibration.apply(self.raw_log_odds(matrix, threads=threads))

    def log_odds(self, matrix: Float32, *, threads: int = 1) -> Float64:
        """Return natural log-odds at the run's share of matches, float64 (n,). Arguments as :meth:`raw_log_odds`."""
        return self.training_log_odds(matrix, threads=threads) + self.prior_shift

    def match_weight(self, matrix: Float32, *, threads: int = 1) -> Float64:
        """Return log2(p / (1 - p)) at the run's share, float64 (n,), in bits. Arguments as :meth:`raw_log_odds`."""
        return self.log_odds(matrix, threads=threads) * _BITS

    def with_prior_shift(self, prior_shift: float) -> SupervisedModel:
        """Return the same model for a run of another share of matches.

        Raises:
            ModelError: a shift beyond +-5.
        """
        return replace(self, prior_shift=prior_shift)

    def check_features(self, names: Sequence[str]) -> None:
        """Raise :class:`ModelError` unless the columns are this model's, each in its place."""
        found, expected = tuple(names), self.feature_names
        if found == expected:
            return
        lacking = [name for name in expected if name not in set(found)]
        foreign = [name for name in found if name not in set(expected)]
        parts = [f"{label} {', '.join(some[:3])}" for label, some in (("lacks", lacking), ("adds", foreign)) if some]
        raise ModelError(
            f"the features are not those of the model: the data {' and '.join(parts) or 'have them in another order'}",
            remedy="Train a model on these features, or use the spec that the model was trained for",
        )

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        features = zip(self.feature_names, self.groups, self.directions, strict=True)
        return {
            "features": [{"name": name, "group": group, "direction": way} for name, group, way in features],
            "kind": "boosting" if isinstance(self.scorer, Boosting) else "logistic",
            "scorer": self.scorer.plain(),
            "calibration": self.calibration.plain(),
            "training_share": self.training_share.plain(),
            "prior_shift": self.prior_shift,
        }

    def describe(self) -> str:
        """Return one line: what scores, with how many features, at which share of matches."""
        kind = f"{len(self.scorer.trees)} boosted trees" if isinstance(self.scorer, Boosting) else "logistic regression"
        share = self.training_share
        return (
            f"{kind} on {len(self.feature_names)} features, calibrated; {share.share:.1%} matches among the uncertain "
            f"training pairs; log-odds of the run {self.prior_shift:+.2f}"
        )


def to_json(model: SupervisedModel, card: Mapping[str, Any] | None = None) -> bytes:
    """Return the model as JSON bytes, the same for the same model and card.

    ``card``: where it comes from (training data, seeds, metrics, versions of the libraries): JSON values with text
    keys, no resident's data.

    Raises:
        ModelError: the card holds something JSON cannot, or the result exceeds :data:`SIZE_LIMIT`.
    """
    return _FORM.write(model.plain(), card)


def from_json(data: bytes, *, feature_names: Sequence[str] | None = None, where: str = "model") -> SupervisedModel:
    """Return the model in these bytes, after checking its digest, and that it fits ``feature_names`` when given.

    Raises:
        ModelError: too large, no JSON, another schema, a digest that differs, trees that are none, numbers outside
            their range, or other features.
    """
    stored, _ = _FORM.read(data, where)
    try:
        model = supervised_from_plain(stored)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise incomplete(where) from error
    except ModelError as error:
        raise ModelError(error.problem, where=error.where or where, remedy=error.remedy) from error
    if feature_names is not None:
        model.check_features(feature_names)
    return model


def read_card(data: bytes, *, where: str = "model") -> dict[str, Any]:
    """Return the card stored with a model; checks the digest as :func:`from_json`, and nothing of the model."""
    return _FORM.read(data, where)[1]


def supervised_from_plain(value: Any) -> SupervisedModel:
    """Return the model in this JSON form.

    Raises:
        ModelError: values that make no model. KeyError, TypeError, ValueError, OverflowError: not the JSON form.
    """
    item = keyed(value, _KEYS)
    features = [keyed(entry, _FEATURE_KEYS) for entry in listed(item["features"])]
    return SupervisedModel(
        feature_names=tuple(text(entry["name"]) for entry in features),
        groups=tuple(text(entry["group"]) for entry in features),
        directions=tuple(whole(entry["direction"]) for entry in features),
        scorer=_scorer(item["kind"], item["scorer"], len(features)),
        calibration=calibration_from_plain(item["calibration"]),
        training_share=training_share_from_plain(item["training_share"]),
        prior_shift=number(item["prior_shift"]),
    )


def _scorer(kind: Any, value: Any, n_features: int) -> Scorer:
    if kind == "boosting":
        return boosting_from_plain(value, n_features)
    if kind == "logistic":
        return logistic_from_plain(value)
    raise ValueError("an unknown kind of scorer")
