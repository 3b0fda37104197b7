"""Keys that are wanted: which clash, which are unfit, what is kept."""

from __future__ import annotations

from linkage.accounts.preferences import Preferences
from linkage.web.views.case_keys import DEFAULT_KEYS
from linkage.web.views.profile_page import changed, current, is_sound, key_lines


def by_action(lines):
    return {line.action: line for line in lines}


def test_the_usual_keys_are_sound_and_nothing_of_them_is_kept():
    assert is_sound(key_lines({}))
    assert changed(key_lines(dict(DEFAULT_KEYS))) == {}


def test_a_clash_is_told_at_both_actions_whatever_the_case():
    lines = by_action(key_lines({"merge": "B"}))
    assert (lines["merge"].clash, lines["different"].clash) == (("different",), ("merge",))
    assert not is_sound(lines.values())


def test_what_is_no_single_character_is_unfit():
    for key in ("", "gg", " ", "\n", "\x00"):
        assert by_action(key_lines({"merge": key}))["merge"].unfit


def test_what_is_stored_for_actions_that_are_no_more_is_left_out():
    lines = current(Preferences(keys={"merge": "w", "flown": "q"}))
    assert (by_action(lines)["merge"].key, "flown" in by_action(lines)) == ("w", False)
    assert changed(lines) == {"merge": "w"}
