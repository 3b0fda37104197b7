"""What a run will cost, told without it: pairs, seconds and memory, and what each blocking rule is worth.

Blocks are made as a run makes them. A sample of their pairs tells how many a run compares, how well they agree, and the
kernel itself, let loose on some of the blocks, how long that takes here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.pair_sample import PairSample, sample_pairs
from linkage.blocking.plan import Estimate, RuleCost, by_rule, of_run, plan_blocking
from linkage.comparison.pair_pass import PairWork, levels_of_pairs
from linkage.encode import EncodedRecords
from linkage.models.defaults import default_model
from linkage.models.fellegi_sunter import probability
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates, coincidence
from linkage.stages.facts import frequency_adjustments
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import ChosenModel, read_model, survive_weights, with_adjustments
from linkage.stages.pace import seconds_per_pair

DRAWS: Final = 500_000
"""Pairs drawn; up to so many in all, every number is exact."""

_AGREES_WELL: Final = 0.5


@dataclass(frozen=True)
class RuleForecast:
    """One rule.

    ``wide_blocks``: blocks at least half as large as its largest. ``agreeing``: of the pairs that only this rule
    brings, those more likely a match than not. ``seconds``: wall time of its pairs, on all threads.
    """

    cost: RuleCost
    wide_blocks: int
    agreeing: Estimate
    seconds: float


@dataclass(frozen=True)
class Forecast:
    """The rules in their order, and all of them together.

    ``compared``: pairs; ``agreeing``: those more likely a match than not; ``surviving``: those that will be kept, and
    ``survivor_bytes`` what they take. ``seconds``: wall time of comparing, on ``threads``. ``bytes_per_record``: what
    the pass keeps in memory of blocks and tables.
    """

    records: int
    threads: int
    rules: tuple[RuleForecast, ...]
    compared: Estimate
    agreeing: Estimate
    surviving: Estimate
    seconds: float
    bytes_per_record: float
    survivor_bytes: float


def forecast(
    candidates: Candidates,
    records: EncodedRecords,
    spec: LinkageSpec,
    *,
    threads: int,
    model: str = "",
    draws: int = DRAWS,
    seed: int = 0,
) -> Forecast:
    """Foretell the pair pass over these candidates.

    Pairs are judged by the model named, else the spec's, else by the spec's own m and u: good enough to tell how well
    pairs agree, though a run estimates anew. A pair agrees well when its probability is at least a half, were every
    second record of a person who has two.
    """
    chosen = judging_model(records, spec, model)
    candidates, weights = survive_weights(chosen, candidates, spec)
    work = candidates.work
    blocks = work.blocks
    sample = sample_pairs(
        blocks.starts,
        blocks.members,
        blocks.offsets,
        blocks.blocks,
        left_end=blocks.left_end,
        right_start=blocks.right_start,
        draws=draws,
        seed=seed,
    )
    plan = plan_blocking(sample, candidates.reports)
    likely = _probability(sample, work, records, spec, chosen)
    well = likely >= _AGREES_WELL
    pace = seconds_per_pair(work, weights, sample.pairs, threads, seed)
    alone = sample.masks == np.uint64(1) << sample.drawn_from.astype(np.uint64)
    agreeing = by_rule(sample, alone & well)
    rules = []
    for rule, cost in enumerate(plan.rules):
        sizes = np.diff(blocks.starts[rule])
        rules.append(
            RuleForecast(
                cost=cost,
                wide_blocks=int((2 * sizes >= sizes.max(initial=1)).sum()),
                agreeing=agreeing[rule],
                seconds=float(sample.pairs[rule] * pace[rule] / threads),
            )
        )
    surviving = of_run(sample, likely >= min(spec.survive_probability, spec.review_threshold))
    return Forecast(
        records=records.n_records,
        threads=threads,
        rules=tuple(rules),
        compared=plan.compared,
        agreeing=of_run(sample, well),
        surviving=surviving,
        seconds=sum(rule.seconds for rule in rules),
        bytes_per_record=_bytes((blocks, work.tables)) / max(records.n_records, 1),
        survivor_bytes=surviving.pairs * (4 + 4 + 8 + 8 + len(spec.comparisons)),
    )


def judging_model(records: EncodedRecords, spec: LinkageSpec, name: str = "") -> ChosenModel:
    """Return the model that tells how well pairs agree: the one named, the spec's, or the spec's own m and u."""
    prior = spec.prior or min(0.5, 1.0 / max(records.n_records, 1))
    named = name or spec.model
    if named:
        model = read_model(named, spec).weights.with_prior(prior)
    else:
        model = default_model(spec, prior, coincidence(records, spec))
    return with_adjustments(model, named or "spec defaults", count_values(records, spec), spec)


def _probability(
    sample: PairSample, work: PairWork, records: EncodedRecords, spec: LinkageSpec, chosen: ChosenModel
) -> npt.NDArray[np.float64]:
    levels = levels_of_pairs(work, sample.left, sample.right)
    adjusted = frequency_adjustments(sample.left, sample.right, levels, records, spec, chosen)
    return probability(chosen.model.match_weight(levels[:, work.program.weighted], adjusted))


def _bytes(value: Any) -> int:
    """Return the bytes of all arrays in nested tuples."""
    if isinstance(value, np.ndarray):
        return int(value.nbytes)
    return sum(map(_bytes, value)) if isinstance(value, tuple) else 0
