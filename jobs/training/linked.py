"""An invented register, encoded and planned, with the person of each record: what both kinds of model learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jobs.training.registers import TrainingRegister, invent
from linkage.comparison.pair_pass import Survivors
from linkage.decision.evidence import PairFacts
from linkage.encode import EncodedRecords, encode
from linkage.engine.base import Engine
from linkage.features.evidence import PairEvidence
from linkage.intake import read_inputs
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates, plan_candidates
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import choose_model
from linkage.stages.survivors import family_units, surviving_pairs
from linkage.standardise.column import Int64, UInt8

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]


@dataclass(frozen=True)
class LinkedRegister:
    """A register ready for the pair pass; ``persons`` int64 (n_records,): the person of each record."""

    name: str
    records: EncodedRecords
    persons: Int64
    candidates: Candidates


@dataclass(frozen=True)
class LabelledSurvivors:
    """The survivors of a register under a stored model, settled on it as every run does.

    ``weight`` float64 (n_pairs,): Fellegi-Sunter with the prior, in bits. ``same`` bool: one person. ``guards`` uint8.
    ``units`` int64: pairs of one person, or of one family, have one number.
    """

    survivors: Survivors
    weight: Float64
    facts: PairFacts
    guards: UInt8
    same: Bool
    units: Int64
    evidence: PairEvidence


def link_register(register: TrainingRegister, spec: LinkageSpec, engine: Engine) -> LinkedRegister:
    """Invent a register and prepare it."""
    table, truth = invent(register)
    accepted = read_inputs([table], spec).accepted
    records = encode(accepted, spec, latest_year=register.plan.cut_off.year, threads=engine.threads)
    candidates = plan_candidates(records, spec, threads=engine.threads)
    return LinkedRegister(register.name, records, _persons(truth, records.ids), candidates)


def survivors_of(linked: LinkedRegister, spec: LinkageSpec, engine: Engine, model: str) -> LabelledSurvivors:
    """Return the survivors under the weights of a stored model."""
    records = linked.records
    frequencies = count_values(records, spec)
    chosen = choose_model(
        linked.candidates, records, spec, engine, model=model, weights_only=True, frequencies=frequencies
    )
    evidence = surviving_pairs(linked.candidates, records, spec, chosen, frequencies, engine)
    survivors = evidence.survivors
    same = linked.persons[survivors.left] == linked.persons[survivors.right]
    return LabelledSurvivors(
        survivors,
        evidence.weight,
        evidence.facts,
        evidence.guards,
        same,
        family_units(survivors.left, survivors.right, same, evidence.people.kk),
        evidence,
    )


def _persons(truth: pa.Table, ids: pa.StringArray) -> Int64:
    row = pc.index_in(ids, value_set=truth.column("record_id").combine_chunks())
    persons = truth.column("person_id").combine_chunks().take(row)
    numbers = pc.index_in(persons, value_set=pc.unique(persons)).to_numpy(zero_copy_only=False)
    return np.asarray(numbers, np.int64)
