"""How frequent matches are among the pairs of a run, found from the calibrated scores of those pairs alone.

Where matches are rarer than in training, the same features mean less: the log-odds of every pair move by one number,
the *shift*. It comes from the share of matches, estimated by EM (M. Saerens, P. Latinne, C. Decaestecker, "Adjusting
the outputs of a classifier to new a priori probabilities", Neural Computation 14 (2002) 21-41), which supposes that
within matches, and within other pairs, the scores are spread as they were in training.

For all pairs of a run that does not hold: how many hopeless pairs survive depends on the run's own Fellegi-Sunter
model, and how many pairs are plain matches on how carefully a region writes. So only pairs between two scores are
counted, in training and in the run: there the supposition is needed, and there it decides.

Nor does one shift fit every pair. Where fewer records are repeated, the closed records of those who moved are as many
as ever, and match as before: the log-odds of uncertain pairs move by somewhat less than the share says. How much of a
shift is *followed* is learned from registers of different shares.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.errors import ModelError
from linkage.models.stored_json import keyed, number

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]

ZONE: Final = (-5.0, 5.0)
"""Natural log-odds at the training share, p from 0.007 to 0.993: who lies beyond is not counted. A wider zone is surer
of its share when all is spread as in training, and misled when the plain pairs are not."""
FEWEST_PAIRS: Final = 100
"""Below this many pairs in the zone the training share is kept."""
LARGEST_SHIFT: Final = 5.0
"""Natural log-odds either way; what asks for more is no other prevalence but another kind of data."""
_LARGEST_ERROR: Final = 1.0
_FOLLOWED: Final = (0.5, 1.0)
_STEP: Final = 0.01
_MAX_ROUNDS: Final = 20_000
_TOLERANCE: Final = 1e-10
_LARGEST: Final = 1e6
_KEYS: Final = frozenset({"share", "low", "high", "followed"})

KEPT_FEW: Final = "too few uncertain pairs to estimate the share of matches; the training share is kept"
KEPT_VAGUE: Final = "the scores do not tell the share of matches; the training share is kept"
KEPT_NOT_CONVERGED: Final = "the estimate of the share of matches did not converge; the training share is kept"
CUT: Final = "the estimated share of matches lies far from that of training; the shift is cut"


@dataclass(frozen=True)
class TrainingShare:
    """Which share of the training pairs between two calibrated scores were matches.

    ``share`` in (0, 1); ``low`` and ``high`` in natural log-odds, ends included; ``followed``: how much of the shift
    that another share asks for is made, in (0, 1].

    Raises:
        ModelError: a share outside (0, 1), a zone that is empty, or nothing that is followed.
    """

    share: float
    low: float = ZONE[0]
    high: float = ZONE[1]
    followed: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 < self.share < 1.0 or not -_LARGEST <= self.low < self.high <= _LARGEST:
            raise ModelError("a training share lies between 0 and 1, between two scores of which one is greater")
        if not 0.0 < self.followed <= 1.0:
            raise ModelError("of a shift more than nothing, and at most all, is followed")

    def within(self, log_odds: Float64) -> Bool:
        """Return bool (n,): which calibrated scores at the training share are counted."""
        chosen: Bool = (log_odds >= self.low) & (log_odds <= self.high)
        return chosen

    def plain(self) -> dict[str, Any]:
        """Return the JSON form."""
        return {"share": self.share, "low": self.low, "high": self.high, "followed": self.followed}


@dataclass(frozen=True)
class Prevalence:
    """What a run's scores say of its share of matches.

    ``share``: of matches among the ``n_pairs`` pairs counted. ``shift``: what is to be added to every score, what its
    log-odds exceed those of training by as far as that is followed. ``standard_error`` of the shift, nan where nothing
    was estimated. ``warnings``: sentences; when there is one, the training share was kept (a shift of 0) or the shift
    was cut.
    """

    share: float
    shift: float
    standard_error: float
    n_pairs: int
    warnings: tuple[str, ...] = ()


def training_share(
    log_odds: Float64, same: Bool, sample_weight: Float64 | None = None, *, zone: tuple[float, float] = ZONE
) -> TrainingShare:
    """Return the share of matches among labelled pairs whose calibrated ``log_odds`` lie in the zone.

    Arguments as of :func:`~linkage.models.calibration.fit_calibration`, of the same pairs, calibrated. Without a match,
    or anything else, in the zone: one half, as the calibrated log-odds of 0 mean.

    Raises:
        ModelError: an empty zone.
    """
    weight = np.ones(same.shape[0]) if sample_weight is None else sample_weight
    counted = TrainingShare(0.5, *zone).within(log_odds)
    matches, total = float(weight[counted & same].sum()), float(weight[counted].sum())
    return TrainingShare(matches / total if 0.0 < matches < total else 0.5, *zone)


def training_share_from_plain(value: Any) -> TrainingShare:
    """Return the share in this JSON form.

    Raises:
        ModelError: see :class:`TrainingShare`.
        KeyError, TypeError, ValueError: not the JSON form.
    """
    item = keyed(value, _KEYS)
    return TrainingShare(number(item["share"]), number(item["low"]), number(item["high"]), number(item["followed"]))


def shift(share: float, training: float) -> float:
    """Return what natural log-odds move by when matches have one share (0, 1) and had another in training."""
    return float(np.log(share) - np.log1p(-share) - np.log(training) + np.log1p(-training))


def followed_share(log_odds: Float64, same: Bool, registers: Int64, training: TrainingShare) -> float:
    """Return how much of the estimated shifts should be made: that under which the uncertain pairs are likeliest.

    At least half. A register counts by the root of its uncertain pairs. Where none has a shift, all is followed.

    Args:
        log_odds: float64 (n,), of labelled pairs, natural, calibrated at the training share.
        same: bool (n,): one person.
        registers: int64 (n,): the register that a pair is of; shares of matches should differ between them.
        training: the share, and the zone that is counted.
    """
    parts = []
    for register in np.unique(registers):
        chosen = registers == register
        moved = estimate_prevalence(log_odds[chosen], replace(training, followed=1.0)).shift
        near = training.within(log_odds[chosen] + moved)
        sign = np.where(same[chosen][near], 1.0, -1.0)
        if near.any() and moved != 0.0:
            parts.append((sign, log_odds[chosen][near], moved))

    if not parts:
        return 1.0

    def loss(followed: float) -> float:
        of_registers = (
            np.logaddexp(0.0, -sign * (stated + followed * moved)).sum() / sign.size**0.5
            for sign, stated, moved in parts
        )
        return float(sum(of_registers))

    from scipy.optimize import minimize_scalar

    return float(minimize_scalar(loss, bounds=_FOLLOWED, method="bounded").x)


def estimate_prevalence(log_odds: Float64, training: TrainingShare) -> Prevalence:
    """Return the share of matches among the pairs of a run, and the shift that follows.

    The likelihood of a share has one top, so EM needs one start. Scores are rounded to a hundredth, so that the order
    of the pairs cannot matter and a round costs the same for any number of pairs.

    Args:
        log_odds: float64 (n,), of all scored pairs, natural, calibrated at the training share.
        training: the share, and the zone that is counted.
    """
    counted = log_odds[training.within(log_odds)]
    if counted.size < FEWEST_PAIRS:
        return _kept(training, counted.size, KEPT_FEW)
    steps, pairs = np.unique(np.rint(counted / _STEP).astype(np.int64), return_counts=True)
    # How much likelier such a score is among matches than among other pairs, in training.
    ratio = np.exp(steps * _STEP - shift(training.share, 0.5))
    share = training.share
    for _ in range(_MAX_ROUNDS):
        before, share = share, float(pairs @ (share * ratio / (share * ratio + 1.0 - share))) / counted.size
        # Nearer to an end than the largest shift allows, the rest of the way does not matter.
        if abs(share - before) <= _TOLERANCE * min(share, 1.0 - share) or not 1e-9 < share < 1.0 - 1e-9:
            break
    else:
        return _kept(training, counted.size, KEPT_NOT_CONVERGED)
    share = min(max(share, 1e-9), 1.0 - 1e-9)
    moved = shift(share, training.share)
    if abs(moved) > LARGEST_SHIFT:
        moved = float(np.copysign(LARGEST_SHIFT, moved))
        share = float(1.0 / (1.0 + np.exp(-moved - shift(training.share, 0.5))))
        return Prevalence(share, training.followed * moved, float("nan"), counted.size, (CUT,))
    error = _standard_error(share, ratio, pairs)
    if not error <= _LARGEST_ERROR:
        return _kept(training, counted.size, KEPT_VAGUE)
    return Prevalence(share, training.followed * moved, training.followed * error, counted.size)


def _standard_error(share: float, ratio: Float64, pairs: npt.NDArray[np.int64]) -> float:
    """Return the error of the log-odds of a share, from how sharply the likelihood falls beside its top."""
    slope = (ratio - 1.0) / (share * ratio + 1.0 - share)
    information = float(pairs @ slope**2) * (share * (1.0 - share)) ** 2
    return float(information**-0.5) if information > 0.0 else float("inf")


def _kept(training: TrainingShare, n_pairs: int, warning: str) -> Prevalence:
    return Prevalence(training.share, 0.0, float("nan"), n_pairs, (warning,))
