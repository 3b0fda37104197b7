"""Which key does what."""

from __future__ import annotations

from linkage.accounts.preferences import Preferences
from linkage.web.views.case_keys import DEFAULT_KEYS, keys_of


def test_no_two_actions_have_the_same_usual_key() -> None:
    assert len(set(DEFAULT_KEYS.values())) == len(DEFAULT_KEYS)


def test_the_usual_keys_can_be_kept_as_a_users_own() -> None:
    assert keys_of(Preferences(keys=dict(DEFAULT_KEYS))) == DEFAULT_KEYS


def test_nothing_has_a_key_when_keys_are_off() -> None:
    assert keys_of(Preferences(shortcuts_on=False)) == {}


def test_a_key_of_ones_own_takes_the_place_of_the_usual_one() -> None:
    assert keys_of(Preferences(keys={"merge": "Y"}))["merge"] == "y"


def test_a_key_that_was_given_away_does_nothing_else() -> None:
    keys = keys_of(Preferences(keys={"merge": "b"}))
    assert keys["merge"] == "b"
    assert "different" not in keys


def test_an_action_that_the_page_does_not_know_has_no_key() -> None:
    assert "dance" not in keys_of(Preferences(keys={"dance": "d"}))
