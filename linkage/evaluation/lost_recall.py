"""How much recall was lost to blocking, estimated without truth from the rules that found pairs meet.

A true pair that every rule finds could hardly have been missed; one that a single rule finds nearly was. How many no
rule found is what capture-recapture estimates from the others, with blocking rules as the lists. W. E. Winkler,
"Matching and record linkage" (in Cox et al., Business Survey Methods, Wiley 1995) and T. N. Herzog, F. J. Scheuren and
W. E. Winkler, "Data Quality and Record Linkage Techniques" (Springer 2007) use it so.

Rules are no independent lists: they read common fields, and errors pile up on some pairs. They are put into three or
four lists by what they read (:mod:`linkage.evaluation.unseen.lists`), and four estimators that go wrong in different
ways (:mod:`linkage.evaluation.unseen.estimators`) give their median; the interval counts how far they are apart, how
much is chance, and what none of them sees. ``benchmarks/lost_recall.py`` holds them against known truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError
from linkage.evaluation.unseen.estimators import (
    chao_lower_bound,
    latent_class,
    log_linear,
    sample_coverage,
    two_lists,
)
from linkage.evaluation.unseen.lists import Float64, Int64, UInt64, cells, group_rules, list_codes

_Z: Final = 1.959964
_SHARED_ERROR: Final = 0.3
"""Standard deviation, in natural logarithms, of what all estimators get wrong together, as on registers with truth."""

_TWO_LISTS_ERROR: Final = 0.8
"""The same when there are only two lists: their dependence cannot be seen at all."""

_SPREAD: Final = 1.2533
"""A standard deviation in mean absolute deviations, by the normal law."""

_FARTHEST: Final = 2.0
"""One estimator may run away when cells are empty; beyond this, in natural logarithms, it says no more."""

_REPLICATES: Final = 200
_LEAST: Final = 0.5
"""An estimate of no missed pair is taken for half a one: none was seen, which does not mean that there is none."""


@dataclass(frozen=True)
class RegionRecall:
    """The same for the pairs with a record in one region; ``region`` is the caller's number."""

    region: int
    found: float
    missed: float
    recall: float
    low: float
    high: float


@dataclass(frozen=True)
class LostRecall:
    """What blocking found and missed of the true pairs.

    ``found``: expected true pairs among those given; ``missed``: how many no rule brought. ``recall`` = found / (found
    + missed), with a 95 % interval ``low`` to ``high``, 0 to 1; nan without enough rules or pairs. ``estimates``:
    missed pairs by each estimator. ``lists``: the rules of each list, by number. ``blind_fields`` are read by every
    rule: pairs that differ there cannot be found or estimated, so ``low`` is 0.
    """

    found: float
    missed: float
    recall: float
    low: float
    high: float
    estimates: dict[str, float]
    lists: tuple[tuple[int, ...], ...]
    blind_fields: tuple[str, ...]
    regions: tuple[RegionRecall, ...] = ()


def estimate_lost_recall(
    masks: UInt64,
    probability: Float64,
    rules_fields: Sequence[frozenset[str]],
    regions: npt.NDArray[np.int32] | None = None,
    *,
    seed: int = 0,
) -> LostRecall:
    """Estimate the recall of blocking from the pairs it found.

    Args:
        masks: uint64 (n,), the rules each pair meets, bit r for rule r; pairs that meet none are left out.
        probability: float64 (n,), that it is a true pair, 0 to 1. A sum of them is an expected number of true pairs.
        rules_fields: the fields that each rule reads.
        regions: int32 (n, 2), the region of either record, -1 unknown; a pair counts in each of its regions.
        seed: of the resampling that tells chance.

    Raises:
        UsageError: arrays of different length, a probability outside 0 to 1, or more than 64 rules.
    """
    _check(masks, probability, rules_fields, regions)
    three = group_rules(rules_fields, 3)
    found = float(probability[masks != 0].sum())
    blind = tuple(sorted(frozenset.intersection(*rules_fields))) if rules_fields else ()
    if any(not fields for fields in rules_fields):  # a rule without keys compares all pairs
        return LostRecall(found, 0.0, 1.0, 1.0, 1.0, {}, three, (), ())
    if len(three) < 2 or found <= 0.0:
        nan = float("nan")
        return LostRecall(found, nan, nan, 0.0, 1.0, {}, three, blind, ())
    codes = list_codes(masks, three)
    whole = cells(codes, probability, len(three))
    estimates = _estimates(masks, probability, rules_fields, whole)
    logs = np.log(np.maximum(list(estimates.values()), _LEAST))
    centre = float(np.median(logs))
    apart = (_SPREAD * float(np.minimum(np.abs(logs - centre), _FARTHEST).mean())) ** 2
    rng = np.random.default_rng(seed)
    shared = _SHARED_ERROR if len(three) > 2 else _TWO_LISTS_ERROR
    systematic = apart + shared**2
    missed = float(np.exp(centre))
    recall, low, high = _interval(found, missed, systematic + _chance(whole, rng)[0])
    by_region: tuple[RegionRecall, ...] = ()
    if regions is not None:
        offset = centre - float(np.log(np.maximum(_direct(whole), _LEAST)))
        by_region = _by_region(codes, probability, regions, whole, offset, systematic, rng, blind=bool(blind))
    return LostRecall(found, missed, recall, 0.0 if blind else low, high, estimates, three, blind, by_region)


def recall_manifest(lost: LostRecall, rule_names: Sequence[str], region_names: Sequence[str] = ()) -> dict[str, Any]:
    """Return the estimate as plain JSON values for the manifest; numbers that are not known are None.

    ``region_names``: by region number, as text; without them the number.
    """
    plain = asdict(lost)
    plain["lists"] = [[rule_names[rule] for rule in rules] for rules in lost.lists]
    plain["blind_fields"] = list(lost.blind_fields)
    plain["regions"] = [
        {**asdict(item), "region": region_names[item.region] if region_names else str(item.region)}
        for item in lost.regions
    ]
    rounded: dict[str, Any] = _rounded(plain)
    return rounded


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(item) for item in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 6)
    return value


def _check(
    masks: UInt64,
    probability: Float64,
    rules_fields: Sequence[frozenset[str]],
    regions: npt.NDArray[np.int32] | None,
) -> None:
    if masks.shape != probability.shape or (regions is not None and regions.shape != (masks.size, 2)):
        raise UsageError("masks, probabilities and regions are not of the same pairs")
    if len(rules_fields) > 64:
        raise UsageError(f"a mask holds 64 rules, not {len(rules_fields)}")
    if probability.size and not (probability.min() >= 0.0 and probability.max() <= 1.0):
        raise UsageError("a probability lies between 0 and 1")


def _estimates(
    masks: UInt64, probability: Float64, rules_fields: Sequence[frozenset[str]], whole: Float64
) -> dict[str, float]:
    """Return the missed pairs by each estimator that the number of rules allows."""
    if whole.size == 3:
        return {"sample_coverage": float(two_lists(whole))}
    estimates = {"sample_coverage": float(sample_coverage(whole)), "log_linear": log_linear(whole, 3)}
    if len(rules_fields) > 3:
        four = group_rules(rules_fields, 4)
        estimates["latent_class"] = latent_class(cells(list_codes(masks, four), probability, 4), 4)
    times = np.bincount(np.bitwise_count(masks), weights=probability, minlength=len(rules_fields) + 1)[1:]
    estimates["chao"] = chao_lower_bound(times.astype(np.float64))
    return estimates


def _direct(counts: Float64) -> Float64:
    """Return the unseen (...,) by the one estimator that is quick enough to repeat for regions and replicates."""
    return two_lists(counts) if counts.shape[-1] == 3 else sample_coverage(counts)


def _chance(counts: Float64, rng: np.random.Generator) -> Float64:
    """Return the variance of the logarithm of the estimate (g,) by a parametric bootstrap: each cell is Poisson."""
    drawn = rng.poisson(np.broadcast_to(counts, (_REPLICATES, *np.atleast_2d(counts).shape))).astype(np.float64)
    logs: Float64 = np.log(np.maximum(_direct(drawn), _LEAST)).var(axis=0)
    return logs


def _by_region(
    codes: Int64,
    probability: Float64,
    regions: npt.NDArray[np.int32],
    whole: Float64,
    offset: float,
    systematic: float,
    rng: np.random.Generator,
    *,
    blind: bool,
) -> tuple[RegionRecall, ...]:
    """Return the estimate of every region, drawn towards the whole by as much as chance may have moved it.

    The logarithm of missed / found of a region is a draw around that of the whole; the variance between regions is
    found by moments (R. DerSimonian and N. Laird, "Meta-analysis in clinical trials", Controlled Clinical Trials 7,
    1986, 177-188).
    """
    one, other = regions[:, 0], regions[:, 1]
    again = other != one  # a pair within a region counts once there
    region = np.concatenate([one, other[again]])
    code, weight = np.concatenate([codes, codes[again]]), np.concatenate([probability, probability[again]])
    kept = (region >= 0) & (code > 0)
    numbers, place = np.unique(region[kept], return_inverse=True)
    width = whole.size + 1
    table = np.bincount(place * width + code[kept], weights=weight[kept], minlength=numbers.size * width)
    counts = table.reshape(numbers.size, width)[:, 1:]
    found = counts.sum(axis=1)
    of_whole = float(np.log(np.maximum(_direct(whole), _LEAST) / whole.sum()))
    # An empty cell of a small region says nothing: two pairs as the whole has them are added. And no unseen number is
    # known better than if it had been counted.
    filled = counts + 2.0 * whole / whole.sum()
    share = np.log(np.maximum(_direct(filled), 1e-3) / filled.sum(axis=1))
    chance = _chance(filled, rng) + np.exp(-of_whole) / filled.sum(axis=1)
    between = _between(share, chance, of_whole)
    pull = between / (between + chance)
    centre = of_whole + pull * (share - of_whole) + offset
    variance = pull * chance + (1.0 - pull) * between + systematic
    result = []
    for row, number in enumerate(numbers.tolist()):
        missed = float(found[row] * np.exp(centre[row]))
        recall, low, high = _interval(float(found[row]), missed, float(variance[row]))
        result.append(RegionRecall(number, float(found[row]), missed, recall, 0.0 if blind else low, high))
    return tuple(result)


def _between(share: Float64, chance: Float64, centre: float) -> float:
    """Return the variance of the regions' true values around the whole, at least 0.01: no two regions are alike."""
    weight = 1.0 / chance
    spread = float((weight * (share - centre) ** 2).sum()) - share.size
    return max(spread / float(weight.sum()), 0.01)


def _interval(found: float, missed: float, variance: float) -> tuple[float, float, float]:
    """Return recall and its interval from the missed pairs and the variance of their logarithm.

    How many pairs are missed is itself a draw around what is expected: where that is few, it may well be none.
    """
    sd = (variance + 1.0 / max(missed, _LEAST)) ** 0.5
    most, least = missed * float(np.exp(_Z * sd)), missed * float(np.exp(-_Z * sd))
    least = 0.0 if least < _LEAST else least
    return found / (found + missed), found / (found + most), found / (found + least)
