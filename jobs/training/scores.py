"""How good a supervised model is on registers that it has not seen: figures for its card."""

from __future__ import annotations

from typing import Any

from jobs.training.linked import LabelledSurvivors, LinkedRegister
from linkage.evaluation.calibration import expected_calibration_error
from linkage.evaluation.metrics import pair_curve
from linkage.features.matrix import feature_matrix
from linkage.models.fellegi_sunter import probability
from linkage.models.prevalence import estimate_prevalence
from linkage.models.supervised import SupervisedModel


def scores_on(linked: LinkedRegister, survivors: LabelledSurvivors, model: SupervisedModel) -> dict[str, Any]:
    """Return the figures of a model on one register, its share of matches estimated as in a run.

    ``ece``: expected calibration error of pairs between .01 and .99; ``by_chance``: what it would be by chance alone.
    """
    _, matrix = feature_matrix(survivors.evidence)
    share = estimate_prevalence(model.training_log_odds(matrix), model.training_share)
    weight = model.with_prior_shift(share.shift).match_weight(matrix)
    found = survivors.survivors
    curve = pair_curve(found.left, found.right, weight, linked.persons)
    _, best = curve.best_f1()
    calibration = expected_calibration_error(probability(weight), survivors.same)
    return {
        "register": linked.name,
        "best_f1": round(best.f1, 4),
        "default_f1": round(curve.at(0.0).f1, 4),
        "recall_at_99": round(curve.recall_at_precision(0.99), 4),
        "ece": round(calibration.error, 4),
        "by_chance": round(calibration.noise, 4),
        "uncertain_pairs": calibration.n_pairs,
        "prior_shift": round(share.shift, 3),
    }
