"""The models that ship for residents fit the spec that ships, and say what residents' offices would expect."""

from importlib import resources

import numpy as np
import pytest

from linkage.features.family.block import FEATURES as FAMILY
from linkage.models import store
from linkage.models.linkage_model import LinkageModel, from_json, read_card
from linkage.spec import load_builtin_spec


def stored(name: str) -> bytes:
    return (resources.files("linkage") / "models" / "data" / f"{name}.json").read_bytes()


@pytest.fixture(scope="module")
def model() -> LinkageModel:
    return from_json(stored("residents"), spec=load_builtin_spec())


def test_the_weights_that_ship_alone_are_those_beside_the_supervised_model(model: LinkageModel) -> None:
    alone = from_json(stored("residents_fellegi_sunter"), spec=load_builtin_spec())
    assert alone == LinkageModel(model.weights)
    assert store.from_json(stored("residents_fellegi_sunter")) == model.weights


def test_its_card_names_the_registers_it_learned_from_and_others_it_was_calibrated_on() -> None:
    card = read_card(stored("residents"))
    learned, calibrated = card["learned_from"], card["calibrated_on"]
    assert learned["records"] > 1_000_000
    assert len(set(learned["seeds"])) == learned["registers"]
    assert not set(learned["seeds"]) & set(calibrated["seeds"])


@pytest.mark.parametrize("name", ["residents", "residents_fellegi_sunter"])
def test_its_card_names_the_spec_that_ships(name: str) -> None:
    assert read_card(stored(name))["spec_digest"] == load_builtin_spec().digest()


def test_its_card_tells_how_it_did_on_registers_it_had_not_seen() -> None:
    told = read_card(stored("residents"))["validation"]
    assert len(told) == 8
    assert min(item["best_f1"] for item in told) > 0.95


def test_full_agreement_speaks_for_a_match_and_difference_against_it(model: LinkageModel) -> None:
    for row in model.weights.weights():
        levels = row[np.flatnonzero(row)]
        assert levels[0] < 0 < levels[-1]


def test_a_missing_value_says_nothing(model: LinkageModel) -> None:
    assert not model.weights.weights()[:, 0].any()


def test_one_certificate_is_among_the_strongest_evidence_and_two_speak_against_one_person(model: LinkageModel) -> None:
    weights = {item.name: item.level_weights() for item in model.weights.comparisons}
    assert weights["no_akta_lhr"][-1] > weights["nama"].max()
    assert weights["no_akta_lhr"][1] < -3.0


def test_the_supervised_model_knows_of_families_names_and_dates(model: LinkageModel) -> None:
    supervised = model.supervised
    assert supervised is not None
    assert {item.name for item in FAMILY} <= set(supervised.feature_names)
    assert {"nama", "nama_ibu", "nama_ayah", "nik", "birth_date", "household", "guards"} <= set(supervised.groups)


def test_it_starts_at_the_share_of_matches_of_its_training(model: LinkageModel) -> None:
    assert model.supervised is not None
    assert model.supervised.prior_shift == 0.0


def test_the_channel_of_entry_and_the_order_of_records_are_no_evidence(model: LinkageModel) -> None:
    """They tell how a generator writes copies, or how an office types, and nothing of persons."""
    assert model.supervised is not None
    assert not [name for name in model.supervised.feature_names if "kanal" in name or "record" in name]
