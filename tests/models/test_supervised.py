"""A supervised model is learnt, stored, read and taken apart as a whole."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from linkage.errors import ModelError
from linkage.evaluation.calibration import expected_calibration_error
from linkage.models import stored_json
from linkage.models.attribution import attribute
from linkage.models.boosting.training import BoostingSettings
from linkage.models.learning import LogisticSettings, fit_supervised
from linkage.models.matrix import choose_units
from linkage.models.prevalence import estimate_prevalence
from linkage.models.store import from_json as read_fellegi_sunter
from linkage.models.supervised import SCHEMA, SIZE_LIMIT, SupervisedModel, from_json, read_card, to_json

NAMES = ("name_similarity", "gap_days", "same_house", "rarity")
GROUPS = ("name", "birth", "place", "name")
SETTINGS = {"boosting": BoostingSettings(most_trees=40, fewest_per_leaf=20), "logistic": LogisticSettings()}


def pairs(n: int, seed: int, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    same = rng.random(n) < 1 / (1 + np.exp(1.5 - shift))
    centre = np.where(same[:, None], [0.75, 0.3, 0.7, 0.6], [0.4, 0.6, 0.4, 0.5])
    matrix = np.clip(rng.normal(centre, 0.22), 0, 1).astype(np.float32)
    matrix[rng.random(matrix.shape) < 0.1] = np.nan
    return matrix, same


def learn(kind: str, **changes: Any) -> SupervisedModel:
    matrix, same = pairs(8_000, 0)
    arguments: dict[str, Any] = {
        "feature_names": NAMES,
        "groups": GROUPS,
        "directions": (1, -1, 1, 0),
        "units": np.arange(len(same)) // 2,
        "seed": 3,
        "settings": SETTINGS[kind],
    }
    return fit_supervised(matrix, same, None, **(arguments | changes))


@pytest.fixture(scope="module", params=["boosting", "logistic"])
def model(request) -> SupervisedModel:
    return learn(request.param)


def rewritten(model: SupervisedModel, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The stored model after a change, with a digest that is right again."""
    plain = json.loads(to_json(model))["content"]["model"]
    change(plain)
    return stored_json.StoredForm(SCHEMA, SIZE_LIMIT).write(plain, {})


def test_learning_again_gives_the_same_bytes(model: SupervisedModel) -> None:
    kind = "boosting" if hasattr(model.scorer, "trees") else "logistic"
    assert to_json(learn(kind)) == to_json(model)


def test_probabilities_hold_on_other_pairs_of_the_same_kind(model: SupervisedModel) -> None:
    matrix, same = pairs(40_000, 1)
    assert expected_calibration_error(1 / (1 + np.exp(-model.log_odds(matrix))), same).error < 0.03


def test_probabilities_hold_where_matches_are_rarer_once_the_prior_is_found(model: SupervisedModel) -> None:
    matrix, same = pairs(80_000, 2, shift=-2.0)
    found = estimate_prevalence(model.training_log_odds(matrix), model.training_share)
    assert found.shift == pytest.approx(-2.0, abs=0.35)
    moved = model.with_prior_shift(found.shift)
    assert expected_calibration_error(1 / (1 + np.exp(-moved.log_odds(matrix))), same).error < 0.02
    assert expected_calibration_error(1 / (1 + np.exp(-model.log_odds(matrix))), same).error > 0.05


def test_a_model_reads_back_whole_with_its_card(model: SupervisedModel) -> None:
    data = to_json(model.with_prior_shift(-1 / 3), {"trained_on": "invented residents"})
    back = from_json(data, feature_names=NAMES)
    assert back == model.with_prior_shift(-1 / 3)
    assert read_card(data) == {"trained_on": "invented residents"}
    assert to_json(back, read_card(data)) == data
    matrix, _ = pairs(500, 5)
    assert back.match_weight(matrix).tolist() == (model.with_prior_shift(-1 / 3)).match_weight(matrix).tolist()


def test_a_changed_digit_is_refused(model: SupervisedModel) -> None:
    data = to_json(model)
    place = data.index(b"training_share")
    digit = next(at for at in range(place, len(data)) if data[at] in b"123456789")
    with pytest.raises(ModelError, match="SHA-256"):
        from_json(data[:digit] + b"0" + data[digit + 1 :])


def test_one_kind_of_model_is_not_read_as_the_other(model: SupervisedModel) -> None:
    with pytest.raises(ModelError, match="schema"):
        read_fellegi_sunter(to_json(model)[: 1 << 20])
    assert stored_json.schema_of(to_json(model), size_limit=SIZE_LIMIT) == SCHEMA


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("name_similarity", "gap_days", "same_house"), "lacks rarity"),
        ((*NAMES, "twins"), "adds twins"),
        (("other", *NAMES[1:]), "lacks name_similarity and adds other"),
        (NAMES[::-1], "another order"),
    ],
)
def test_foreign_features_are_refused_by_name(model: SupervisedModel, names: tuple[str, ...], says: str) -> None:
    with pytest.raises(ModelError, match=says):
        from_json(to_json(model), feature_names=names)


@pytest.mark.parametrize(
    "change",
    [
        lambda plain: plain.update(kind="pickle"),
        lambda plain: plain.update(scorer=[]),
        lambda plain: plain.update(prior_shift=7.0),
        lambda plain: plain.update(prior_shift=1),
        lambda plain: plain.update(code="import"),
        lambda plain: plain["features"].pop(),
        lambda plain: plain["features"][0].update(name=NAMES[1]),
        lambda plain: plain["features"][0].update(direction=2),
        lambda plain: plain["features"][0].update(direction=True),
        lambda plain: plain["calibration"].update(first_slope=-1.0),
        lambda plain: plain["training_share"].update(share=1.0),
    ],
)
def test_content_of_a_wrong_shape_is_refused_even_with_a_right_digest(model: SupervisedModel, change) -> None:
    with pytest.raises(ModelError):
        from_json(rewritten(model, change))


def test_more_of_a_feature_with_a_direction_never_pushes_the_other_way(model: SupervisedModel) -> None:
    matrix, _ = pairs(200, 6)
    for feature, direction in enumerate(model.directions):
        steps = np.linspace(0, 1, 40, dtype=np.float32)
        rows = np.repeat(matrix, 40, axis=0)
        rows[:, feature] = np.tile(steps, len(matrix))
        change = np.diff(model.match_weight(rows).reshape(-1, 40), axis=1) * direction
        assert change.min() >= -1e-12


def test_the_parts_of_a_weight_add_up_to_it(model: SupervisedModel) -> None:
    matrix, _ = pairs(60, 7)
    moved = model.with_prior_shift(-1.25)
    parts = attribute(moved, matrix)
    assert parts.total.tolist() == moved.match_weight(matrix).tolist()
    by_feature = parts.expectation + parts.features.sum(axis=1) + parts.calibration + parts.prior
    by_group = parts.expectation + sum(parts.by_group().values()) + parts.calibration + parts.prior
    assert np.abs(by_feature - parts.total).max() < 1e-9
    assert np.abs(by_group - parts.total).max() < 1e-9
    assert list(parts.by_group()) == ["name", "birth", "place"]
    assert parts.prior == pytest.approx(-1.25 / np.log(2))


def test_a_line_says_what_the_model_is(model: SupervisedModel) -> None:
    assert "on 4 features, calibrated" in model.describe()


def test_rows_of_one_unit_are_never_divided() -> None:
    units = np.random.default_rng(0).integers(0, 300, 2_000)
    chosen = choose_units(units, 0.3, 1)
    assert not set(units[chosen]) & set(units[~chosen])
    assert len(set(units[chosen])) == round(0.3 * len(set(units)))
    order = np.random.default_rng(1).permutation(2_000)
    assert choose_units(units[order], 0.3, 1).tolist() == chosen[order].tolist()


@pytest.mark.parametrize("changes", [{"calibration_share": 0.0}, {"calibration_share": 1e-9}, {"units": np.zeros(3)}])
def test_too_little_to_calibrate_on_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        learn("logistic", **changes)
