"""Which model judges a run: the shipped one, a stored one, or one trained on the input (design: Models)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
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
from linkage.models.linkage_model import LinkageModel, from_json, to_json
from linkage.models.patterns import PatternCounts, TrainingCounts
from linkage.models.prior import estimate_prior
from linkage.models.related import RelatedSolution, settle_prior
from linkage.models.supervised import SupervisedModel
from linkage.models.term_frequency import value_adjustments
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates, coincidence
from linkage.stages.frequencies import Frequencies, count_values
from linkage.standardise.frequencies.regional import MOST_BITS, RegionalFrequencies


@dataclass(frozen=True)
class SampleSize:
    """So many pairs are counted for a model, or as many as there are: ``candidates`` about, and ``random`` ones."""

    candidates: int
    random: int


TO_LEARN: Final = SampleSize(1_000_000, 8_000_000)
"""At most, for all of a model: m of a rare level takes many pairs, and so does u where nothing is known of it."""

MOST_DRAWN: Final = 1_000_000
"""Random pairs at most for the u of a model that brings its own."""

SETTLED_BY: Final = 500_000
"""Candidate pairs that tell the prior; of a model that brings its m nothing else is learned from them."""

FEWEST_DRAWN: Final = 250_000
"""Random pairs for the u of a small register, where the model's own u tells about the levels too rare to be seen."""

FEWEST_PAIRS: Final = 1_000
"""Of fewer pairs than this chance tells nothing: the rough u of the spec's defaults is better."""


@dataclass(frozen=True)
class ChosenModel:
    """The model of a run, where it came from, and what to say about it.

    ``model`` tells what survives, and scores the survivors where there is no ``supervised`` one. ``settled``: whether
    its prior is that of another run, so that the supervised one's share of matches is not estimated anew either.
    ``adjustments``: bits per value of a field, in the nation; ``regional``: what shifts them where two people live.
    """

    model: FellegiSunter
    origin: str
    adjustments: dict[str, npt.NDArray[np.float64]]
    warnings: tuple[str, ...] = ()
    regional: Mapping[str, RegionalFrequencies] = field(default_factory=dict)
    supervised: SupervisedModel | None = None
    settled: bool = False

    @property
    def whole(self) -> LinkageModel:
        """Both models as what is stored."""
        return LinkageModel(self.model, self.supervised)

    @property
    def digest(self) -> str:
        """The SHA-256, in hex, of both models as they are stored."""
        return hashlib.sha256(to_json(self.whole)).hexdigest()

    def describe(self) -> dict[str, Any]:
        """Return what the manifest says of the model."""
        said = {
            "origin": self.origin,
            "sha256": hashlib.sha256(to_json(LinkageModel(self.model))).hexdigest(),
            "prior": self.model.prior,
            "comparisons": {
                item.name: {"levels": item.level_names[1:], "m": item.m, "u": item.u} for item in self.model.comparisons
            },
        }
        if self.supervised is not None:
            said["supervised"] = {
                "says": self.supervised.describe(),
                "sha256": self.digest,
                "prior_shift": self.supervised.prior_shift,
            }
        return said


def read_model(name_or_path: str, spec: LinkageSpec) -> LinkageModel:
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
    weights_only: bool = False,
    fixed: LinkageModel | None = None,
    frequencies: Frequencies | None = None,
    seed: int = 0,
) -> ChosenModel:
    """Return the model for these records.

    ``fixed`` (the standing model of a nightly project) is taken as it is. ``frequencies``: those of the records, or of
    the last full run. A stored model keeps its m; u and prior are properties of the register at hand and are estimated
    from it, or taken as they are with ``as_is``; ``weights_only`` leaves its supervised part aside. Otherwise, or with
    ``train``, everything is estimated, except from fewer than 200 records or without convergence: then the spec's
    defaults serve, with a warning.

    Raises:
        UsageError: ``as_is`` without a model. InputMissingError, ModelError: as :func:`read_model`.
    """
    counted = frequencies or count_values(records, spec)
    if fixed is not None:
        return standing_model(fixed, counted, spec)
    wanted = model or spec.model
    if wanted and not train:
        stored = read_model(wanted, spec)
        if weights_only:
            stored = LinkageModel(stored.weights)
        if as_is:
            taken = with_adjustments(stored.weights, f"{wanted}, as it is", counted, spec)
            return _scored_by(stored.supervised, taken, True)
        training = count_for_training(candidates, records, spec, engine, sample=to_settle(records.n_records), seed=seed)
        own = _settle(stored.weights, training, spec, u_known=True)
        return _scored_by(stored.supervised, with_adjustments(own, wanted, counted, spec), False)
    if as_is:
        raise UsageError("no model to take as it is", remedy="Name one with --model, or in the spec")
    training = count_for_training(candidates, records, spec, engine, seed=seed)
    if records.n_records >= FEWEST_RECORDS:
        result = fit(spec, training)
        if result.converged and not result.found_households:
            return with_adjustments(result.model, "trained on the input", counted, spec, result.warnings)
        warnings = (*result.warnings, "the spec's default m and u are used")
    else:
        warnings = (f"fewer than {FEWEST_RECORDS} records: the spec's default m and u are used",)
    start = default_model(spec, spec.prior or min(0.5, 1.0 / max(records.n_records, 1)), training.coincidence)
    settled = _settle(start, training, spec, u_known=training.n_pairs_total < FEWEST_PAIRS)
    return with_adjustments(settled, "spec defaults", counted, spec, warnings)


def standing_model(fixed: LinkageModel, frequencies: Frequencies, spec: LinkageSpec) -> ChosenModel:
    """Return the model that the last full run fixed, with the term frequencies that it fixed."""
    chosen = with_adjustments(fixed.weights, "standing model", frequencies, spec)
    return _scored_by(fixed.supervised, chosen, True)


def to_settle(n_records: int) -> SampleSize:
    """Return how many pairs settle u and prior of a model that brings its m.

    The larger the register, the rarer the chance agreements that still matter: the prior falls with its size.
    """
    return SampleSize(SETTLED_BY, min(max(4 * n_records, FEWEST_DRAWN), MOST_DRAWN))


def to_learn(n_records: int) -> SampleSize:
    """Return how many pairs teach a whole model; the larger the register, the rarer what still tells people apart."""
    return SampleSize(TO_LEARN.candidates, min(max(40 * n_records, MOST_DRAWN), TO_LEARN.random))


def count_for_training(
    candidates: Candidates,
    records: EncodedRecords,
    spec: LinkageSpec,
    engine: Engine,
    *,
    sample: SampleSize | None = None,
    seed: int = 0,
) -> TrainingCounts:
    """Count agreement patterns of candidate and random pairs: all that the estimators see.

    ``sample``: how many; None is enough for all of a model.
    """
    sample = sample or to_learn(records.n_records)
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
    numbers = [(index, item.field) for index, item in enumerate(spec.comparisons) if item.term_frequency]
    regional = tuple((index, chosen.regional[name]) for index, name in numbers if name in chosen.regional)
    work = replace(candidates.work, tables=tables, regional=regional)
    lowest = min(spec.survive_probability, spec.review_threshold)
    lowest_log2, review_log2 = (float(log2odds(np.float64(p))) for p in (lowest, spec.review_threshold))
    # Pairs are dropped by national frequencies; those that a region lifts to the review threshold must be left.
    lifted = MOST_BITS - (review_log2 - lowest_log2) if regional else 0.0
    least = lowest_log2 - max(lifted, 0.0) - chosen.model.prior_log2odds
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


def with_adjustments(
    model: FellegiSunter, origin: str, frequencies: Frequencies, spec: LinkageSpec, warnings: tuple[str, ...] = ()
) -> ChosenModel:
    """Return a model with the term frequencies of the records at hand, or of the last full run."""
    return ChosenModel(model, origin, value_bits(model, frequencies, spec), warnings, frequencies.regional)


def _scored_by(supervised: SupervisedModel | None, chosen: ChosenModel, settled: bool) -> ChosenModel:
    return replace(chosen, supervised=supervised, settled=settled)


def _patterns(counted: CountedPatterns) -> PatternCounts:
    return PatternCounts(counted.levels, counted.rules, counted.counts)
