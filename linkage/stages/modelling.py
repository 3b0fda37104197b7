"""Which model judges a run: the shipped one, a stored one, or one trained on the input (design: Models)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import fixed_by_rule
from linkage.comparison.pair_pass import CountedPatterns, Weights, build_weights, possible_pairs
from linkage.comparison.program import fields_of_comparisons
from linkage.comparison.tables import with_frequencies
from linkage.encode import EncodedRecords
from linkage.engine.base import Engine
from linkage.errors import InputMissingError, UsageError
from linkage.models.chance import estimate_u
from linkage.models.defaults import comparison_model, default_model
from linkage.models.em import FEWEST_RECORDS, fit
from linkage.models.fellegi_sunter import FellegiSunter, log2odds
from linkage.models.patterns import PatternCounts, TrainingCounts
from linkage.models.prior import estimate_prior
from linkage.models.related import RelatedSolution, settle_prior
from linkage.models.store import from_json, to_json
from linkage.models.term_frequency import value_adjustments
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates, coincidence
from linkage.stages.frequencies import Frequencies, count_values


@dataclass(frozen=True)
class SampleSize:
    """So many pairs are counted for a model, or as many as there are: ``candidates`` about, and ``random`` ones."""

    candidates: int
    random: int


TO_LEARN: Final = SampleSize(1_000_000, 1_000_000)
"""For all of a model. m of a rare level takes many pairs, and so does u where nothing is known of it before."""

SETTLED_BY: Final = 500_000
"""Candidate pairs that tell the prior; of a model that brings its m nothing else is learned from them."""

FEWEST_DRAWN: Final = 250_000
"""Random pairs for the u of a small register, where the model's own u tells about the levels too rare to be seen."""

FEWEST_PAIRS: Final = 1_000
"""Of fewer pairs than this chance tells nothing: the rough u of the spec's defaults is better."""


@dataclass(frozen=True)
class ChosenModel:
    """The model of a run, where it came from, and what to say about it; ``adjustments``: bits per value of a field."""

    model: FellegiSunter
    origin: str
    adjustments: dict[str, npt.NDArray[np.float64]]
    warnings: tuple[str, ...] = ()

    def describe(self) -> dict[str, Any]:
        """Return what the manifest says of the model."""
        stored = to_json(self.model)
        return {
            "origin": self.origin,
            "sha256": hashlib.sha256(stored).hexdigest(),
            "prior": self.model.prior,
            "comparisons": {
                item.name: {"levels": item.level_names[1:], "m": item.m, "u": item.u} for item in self.model.comparisons
            },
        }


def read_model(name_or_path: str, spec: LinkageSpec) -> FellegiSunter:
    """Return a built-in model by name, or one stored at a path.

    Raises:
        InputMissingError: neither exists. ModelError: it is damaged or was made for another spec.
    """
    builtin = resources.files("linkage") / "models" / "data" / f"{name_or_path}.json"
    if name_or_path.isidentifier() and builtin.is_file():
        return from_json(builtin.read_bytes(), spec=spec, where=f"built-in model {name_or_path}")
    path = Path(name_or_path)
    if not path.is_file():
        raise InputMissingError("no such model", where=name_or_path, remedy="Give a JSON file or 'residents'")
    return from_json(path.read_bytes(), spec=spec, where=path.name)


def choose_model(
    candidates: Candidates,
    records: EncodedRecords,
    spec: LinkageSpec,
    engine: Engine,
    *,
    model: str = "",
    train: bool = False,
    as_is: bool = False,
    fixed: FellegiSunter | None = None,
    frequencies: Frequencies | None = None,
    seed: int = 0,
) -> ChosenModel:
    """Return the model for these records.

    ``fixed`` (the standing model of a nightly project) is taken as it is. ``frequencies``: those of the records, or of
    the last full run. A stored model keeps its m; u and prior are properties of the register at hand and are estimated
    from it, or taken as they are with ``as_is``. Otherwise, or with ``train``, everything is estimated, except from
    fewer than 200 records or without convergence: then the spec's defaults serve, with a warning.

    Raises:
        UsageError: ``as_is`` without a model. InputMissingError, ModelError: as :func:`read_model`.
    """
    counted = frequencies or count_values(records, spec)
    if fixed is not None:
        return _with_adjustments(fixed, "standing model", counted, spec)
    wanted = model or spec.model
    if wanted and not train:
        stored = read_model(wanted, spec)
        if as_is:
            return _with_adjustments(stored, f"{wanted}, as it is", counted, spec)
        training = count_for_training(candidates, records, spec, engine, sample=to_settle(records.n_records), seed=seed)
        return _with_adjustments(_settle(stored, training, spec, u_known=True), wanted, counted, spec)
    if as_is:
        raise UsageError("no model to take as it is", remedy="Name one with --model, or in the spec")
    training = count_for_training(candidates, records, spec, engine, seed=seed)
    if records.n_records >= FEWEST_RECORDS:
        result = fit(spec, training)
        if result.converged and not result.found_households:
            return _with_adjustments(result.model, "trained on the input", counted, spec, result.warnings)
        warnings = (*result.warnings, "the spec's default m and u are used")
    else:
        warnings = (f"fewer than {FEWEST_RECORDS} records: the spec's default m and u are used",)
    start = default_model(spec, spec.prior or min(0.5, 1.0 / max(records.n_records, 1)), training.coincidence)
    settled = _settle(start, training, spec, u_known=training.n_pairs_total < FEWEST_PAIRS)
    return _with_adjustments(settled, "spec defaults", counted, spec, warnings)


def to_settle(n_records: int) -> SampleSize:
    """Return how many pairs settle u and prior of a model that brings its m.

    The larger the register, the rarer the chance agreements that still matter: the prior falls with its size.
    """
    return SampleSize(SETTLED_BY, min(max(4 * n_records, FEWEST_DRAWN), TO_LEARN.random))


def count_for_training(
    candidates: Candidates,
    records: EncodedRecords,
    spec: LinkageSpec,
    engine: Engine,
    *,
    sample: SampleSize = TO_LEARN,
    seed: int = 0,
) -> TrainingCounts:
    """Count agreement patterns of candidate and random pairs: all that the estimators see."""
    share = min(1.0, sample.candidates / max(candidates.pairs_planned, 1))
    counted = engine.count(candidates.work, share)
    all_pairs = possible_pairs(records.n_records, records.left_count)
    drawn = engine.random(candidates.work, min(sample.random, all_pairs), seed)
    return TrainingCounts(
        candidates=PatternCounts(counted.levels, counted.rules, counted.counts / share),
        random=_patterns(drawn),
        coincidence=coincidence(records, spec),
        fixed_by_rule=fixed_by_rule(spec.rules, fields_of_comparisons(spec)),
        n_pairs_total=float(max(all_pairs, 1)),
    )


def survive_weights(chosen: ChosenModel, candidates: Candidates, spec: LinkageSpec) -> tuple[Candidates, Weights]:
    """Return the candidates with term frequencies laid in, and the weights the *survive* fold judges by.

    A pair survives when its probability reaches ``survive_probability``, or ``review_threshold`` if that is lower.
    """
    tables = with_frequencies(candidates.work.tables, candidates.fields, chosen.adjustments)
    work = replace(candidates.work, tables=tables)
    lowest = min(spec.survive_probability, spec.review_threshold)
    least = float(log2odds(np.float64(lowest))) - chosen.model.prior_log2odds
    return replace(candidates, work=work), build_weights(chosen.model.weights(), spec, work.program, least)


def _settle(
    model: FellegiSunter, training: TrainingCounts, spec: LinkageSpec, *, u_known: bool, rounds: int = 3
) -> FellegiSunter:
    """Return the model with u and prior of this register: how often strangers agree depends on its size and make-up.

    ``u_known``: the model's own u, learned elsewhere, counts for levels too rare to be seen here; else only what the
    spec states does.
    """
    defaults = []
    for item, own in zip(spec.weighted, model.comparisons, strict=True):
        # A spec lists its levels best first, a model from "different" on.
        defaults.append(replace(item, m=own.m[::-1], u=own.u[::-1] if u_known else item.u))
    m = [np.array(own.m) for own in model.comparisons]
    apart: RelatedSolution | None = None
    for step in range(rounds):
        u = estimate_u(
            defaults,
            training.random,
            training.coincidence,
            n_pairs_total=training.n_pairs_total,
            prior=model.prior,
            m=m,
        )
        model = FellegiSunter(tuple(map(comparison_model, defaults, m, u)), model.prior)
        if step and apart is None:
            prior = estimate_prior(model, training.candidates, training.n_pairs_total)
        else:
            prior, apart = settle_prior(model, training, resume=apart)
        model = model.with_prior(prior)
    return model


def value_bits(model: FellegiSunter, frequencies: Frequencies, spec: LinkageSpec) -> dict[str, npt.NDArray[np.float64]]:
    """Return the term-frequency adjustment in bits per distinct value, by field."""
    return {
        item.field: value_adjustments(frequencies.counts[item.field], frequencies.present[item.field], own)
        for item, own in zip(spec.weighted, model.comparisons, strict=True)
        if item.term_frequency
    }


def _with_adjustments(
    model: FellegiSunter, origin: str, frequencies: Frequencies, spec: LinkageSpec, warnings: tuple[str, ...] = ()
) -> ChosenModel:
    return ChosenModel(model, origin, value_bits(model, frequencies, spec), warnings)


def _patterns(counted: CountedPatterns) -> PatternCounts:
    return PatternCounts(counted.levels, counted.rules, counted.counts)
