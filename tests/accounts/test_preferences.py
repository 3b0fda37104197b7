"""A user chooses language, time zone and keys among what there is."""

import pytest

from linkage.accounts.preferences import LANGUAGES, TIME_ZONES, Preferences
from linkage.errors import UsageError


def test_bahasa_indonesia_and_jakarta_are_usual():
    assert Preferences() == Preferences("id", True, {}, "Asia/Jakarta")
    assert (LANGUAGES, TIME_ZONES) == (("id", "en"), ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"))


@pytest.mark.parametrize("keys", [{"same": "s"}, {"same": "+", "other": "-"}, {"same": "é"}])
def test_a_key_is_any_character_that_can_be_seen(keys):
    assert Preferences(keys=keys).keys == keys


@pytest.mark.parametrize(
    "wrong",
    [
        {"language": "nl"},
        {"time_zone": "Europe/Amsterdam"},
        {"keys": {"same": ""}},
        {"keys": {"same": "ss"}},
        {"keys": {"same": " "}},
        {"keys": {"same": "\n"}},
        {"keys": {"same": "\u200b"}},
        {"keys": {"same": "s", "other": "s"}},
        {"keys": {"same": "s", "other": "S"}},
        {"keys": {"x" * 51: "s"}},
        {"keys": {str(number): chr(0x4E00 + number) for number in range(101)}},
    ],
)
def test_other_choices_are_refused(wrong):
    with pytest.raises(UsageError):
        Preferences(**wrong)


def test_preferences_do_not_change_with_the_mapping_they_were_made_from():
    keys = {"same": "s"}
    made = Preferences(keys=keys)
    keys["same"] = "x"
    assert made.keys == {"same": "s"}
