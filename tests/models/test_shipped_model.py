"""The model that ships for residents fits the spec that ships, and says what residents' offices would expect."""

from importlib import resources

import numpy as np
import pytest

from linkage.models.store import from_json, read_card
from linkage.spec import load_builtin_spec


@pytest.fixture(scope="module")
def stored() -> bytes:
    return (resources.files("linkage") / "models" / "data" / "residents.json").read_bytes()


def test_it_has_the_comparisons_and_levels_of_the_built_in_spec(stored: bytes) -> None:
    from_json(stored, spec=load_builtin_spec())


def test_its_card_names_the_register_it_learned_from(stored: bytes) -> None:
    card = read_card(stored)
    assert card["register"]["seed"] == 7_001
    assert card["true_pairs"] > 10_000


def test_full_agreement_speaks_for_a_match_and_difference_against_it(stored: bytes) -> None:
    for row in from_json(stored).weights():
        levels = row[np.flatnonzero(row)]
        assert levels[0] < 0 < levels[-1]


def test_a_missing_value_says_nothing(stored: bytes) -> None:
    assert not from_json(stored).weights()[:, 0].any()


def test_one_certificate_is_among_the_strongest_evidence_and_two_speak_against_one_person(stored: bytes) -> None:
    model = from_json(stored, spec=load_builtin_spec())
    weights = {item.name: item.level_weights() for item in model.comparisons}
    assert weights["no_akta_lhr"][-1] > weights["nama"].max()
    assert weights["no_akta_lhr"][1] < -3.0
