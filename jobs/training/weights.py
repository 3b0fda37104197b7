"""Fellegi-Sunter weights from several registers of known truth, pooled: m from all true pairs, u from random ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from jobs.training.linked import LinkedRegister
from linkage.comparison.pair_pass import levels_of_pairs, possible_pairs
from linkage.engine.base import Engine
from linkage.evaluation.truth import true_pairs
from linkage.models.em import fit_labelled
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.patterns import PatternCounts
from linkage.spec import LinkageSpec
from linkage.stages.candidates import coincidence

DRAWS: Final = 1_000_000
"""Random pairs of each register."""

SMOOTHING: Final = 500
"""True pairs that the defaults count as: real offices do what no generator thought of."""


def pooled_weights(registers: Sequence[LinkedRegister], spec: LinkageSpec, engine: Engine, seed: int) -> FellegiSunter:
    """Return the model whose m and u are those of all registers together."""
    matches, random, chances, pairs, true = [], [], [], 0.0, 0
    for number, item in enumerate(registers):
        left, right = true_pairs(item.persons)
        work = item.candidates.work
        levels = levels_of_pairs(work, left, right)[:, work.program.weighted]
        matches.append(PatternCounts(levels, np.zeros(left.size, np.uint64), np.ones(left.size, np.int64)))
        drawn = engine.random(work, DRAWS, seed + number)
        random.append(PatternCounts(drawn.levels, drawn.rules, drawn.counts))
        chances.append(coincidence(item.records, spec))
        pairs += possible_pairs(item.records.n_records, item.records.left_count)
        true += left.size
    return fit_labelled(
        spec,
        _joined(matches),
        _joined(random),
        coincidence=_mean_of_known(np.array(chances)),
        n_pairs_total=pairs,
        prior=true / pairs,
        smoothing=SMOOTHING,
    )


def _mean_of_known(chances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    known = np.count_nonzero(~np.isnan(chances), axis=0)
    means: npt.NDArray[np.float64] = np.where(known > 0, np.nansum(chances, axis=0) / np.maximum(known, 1), np.nan)
    return means


def _joined(parts: Sequence[PatternCounts]) -> PatternCounts:
    return PatternCounts(
        np.concatenate([part.levels for part in parts]),
        np.concatenate([part.rules for part in parts]),
        np.concatenate([part.counts for part in parts]),
    )
