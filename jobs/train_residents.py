"""Make the model that ships for residents: ``python -m jobs.train_residents`` (``make model``).

It learns from invented registers whose truth is known, no two alike (:mod:`jobs.training.registers`): first the
Fellegi-Sunter weights, then what guards say, then boosted trees on the features of the pairs that survive those
weights, calibrated on registers that nothing was learned from. All seeds stand in the card, so that benchmarks can use
others.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import linkage
from jobs.guard_weights import Guarded, learn_weights, pooled
from jobs.training.linked import LabelledSurvivors, link_register, survivors_of
from jobs.training.matrices import LabelledMatrix, labelled_matrix, stacked
from jobs.training.registers import TrainingRegister, calibration_plans, training_plans, validation_plans
from jobs.training.scores import scores_on
from jobs.training.weights import pooled_weights
from linkage.engine.base import Engine
from linkage.engine.local import LocalEngine
from linkage.models.boosting.training import BoostingSettings
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.learning import fit_supervised, recalibrated
from linkage.models.linkage_model import LinkageModel, to_json
from linkage.models.supervised import SupervisedModel
from linkage.spec import LinkageSpec, guard_weight_lines, load_builtin_spec
from linkage.version import VERSION

DATA: Final = Path(linkage.__file__).parent / "models" / "data"
WEIGHTS: Final = DATA / "residents_fellegi_sunter.json"
MODEL: Final = DATA / "residents.json"

SEEDS: Final = (11, 12)
"""Of two sets of training registers, some two million records together; validation registers are of the first."""

CALIBRATED_ON: Final = (13, 14)
"""Of two sets more, drawn and of preset ``hard``, which nothing is learned from: a scorer is too sure of registers
like those it has seen."""

SETTINGS: Final = BoostingSettings(learning_rate=0.06, most_trees=400, leaves=31, fewest_per_leaf=80)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, write both model files, and say what was learned; the guard weights go into the spec by hand."""
    spec, engine = load_builtin_spec(), LocalEngine()
    plans = [plan for seed in SEEDS for plan in training_plans(seed)]
    registers = [link_register(plan, spec, engine) for plan in plans]
    weights = pooled_weights(registers, spec, engine, SEEDS[0])
    calibrating = [plan for seed in CALIBRATED_ON for plan in (*training_plans(seed), *calibration_plans(seed))]
    card = _card(plans, calibrating, spec)
    DATA.mkdir(exist_ok=True)
    WEIGHTS.write_bytes(to_json(LinkageModel(weights), card))
    _tell(weights)
    parts, guarded = [], []
    for item in registers:
        survivors = survivors_of(item, spec, engine, str(WEIGHTS))
        parts.append(labelled_matrix(survivors))
        guarded.append(_guarded(survivors))
    learned = learn_weights(pooled(guarded))
    sys.stdout.writelines(f"{line}\n" for line in ("[guard_weights]", *guard_weight_lines(learned)))
    supervised = _learn(stacked(parts))
    del registers, parts, guarded
    others = stacked([_labelled(plan, spec, engine) for plan in calibrating])
    supervised = recalibrated(supervised, others.matrix, others.same, others.weight, others.registers)
    validated = []
    for plan in validation_plans(SEEDS[0]):
        linked = link_register(plan, spec, engine)
        validated.append(scores_on(linked, survivors_of(linked, spec, engine, str(WEIGHTS)), supervised))
        sys.stdout.write(f"{validated[-1]}\n")
    MODEL.write_bytes(to_json(LinkageModel(weights, supervised), card | {"validation": validated}))
    sys.stdout.write(f"{supervised.describe()}\n")
    return 0


def _labelled(plan: TrainingRegister, spec: LinkageSpec, engine: Engine) -> LabelledMatrix:
    return labelled_matrix(survivors_of(link_register(plan, spec, engine), spec, engine, str(WEIGHTS)))


def _learn(labelled: LabelledMatrix) -> SupervisedModel:
    return fit_supervised(
        labelled.matrix,
        labelled.same,
        labelled.weight,
        feature_names=[item.name for item in labelled.features],
        groups=[item.group for item in labelled.features],
        directions=[item.direction for item in labelled.features],
        units=labelled.units,
        seed=SEEDS[0],
        settings=SETTINGS,
    )


def _guarded(item: LabelledSurvivors) -> Guarded:
    pairs = Guarded(
        weight=item.weight,
        true=item.same,
        guards=item.guards,
        names=item.facts.name_relation,
        niks=item.facts.nik_relation,
    )
    return pairs.where(item.guards != 0)


def _card(
    plans: Sequence[TrainingRegister], calibrating: Sequence[TrainingRegister], spec: LinkageSpec
) -> dict[str, Any]:
    return {
        "version": VERSION,
        "libraries": {name: version(name) for name in ("numpy", "scikit-learn")},
        "spec_digest": spec.digest(),
        "learned_from": _told(plans),
        "calibrated_on": _told(calibrating),
        "made_by": "python -m jobs.train_residents",
    }


def _told(plans: Sequence[TrainingRegister]) -> dict[str, Any]:
    return {
        "registers": len(plans),
        "records": sum(plan.plan.records for plan in plans),
        "seeds": [plan.plan.seed for plan in plans],
        "made_by": "jobs.training.registers",
    }


def _tell(model: FellegiSunter) -> None:
    for item in model.comparisons:
        bits = ", ".join(f"{name} {bit:+.1f}" for name, bit in zip(item.level_names, item.level_weights(), strict=True))
        sys.stdout.write(f"{item.name}: {bits}\n")


if __name__ == "__main__":
    sys.exit(main())
