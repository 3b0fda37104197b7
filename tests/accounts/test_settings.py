"""The keys of accounts in a project's ``[web]`` table."""

import pytest

from linkage.accounts.settings import DEFAULTS, KEYS, LIMITS, AccountSettings, account_settings
from linkage.errors import ConfigurationError


def test_every_key_is_optional_and_others_are_left_to_others():
    assert account_settings({}, where="linkage.toml") == DEFAULTS == AccountSettings()
    assert account_settings({"port": 8000, "attempts": 5}, where="linkage.toml") == AccountSettings(attempts=5)
    assert {*LIMITS, "second_factor"} == KEYS


def test_the_usual_ones_are_stated():
    assert (DEFAULTS.idle.total_seconds(), DEFAULTS.longest.total_seconds()) == (1800, 43_200)
    assert (DEFAULTS.argon2_time_cost, DEFAULTS.argon2_memory_kib, DEFAULTS.argon2_parallelism) == (3, 65_536, 1)
    assert (DEFAULTS.code_hours, DEFAULTS.second_factor) == (24, True)


@pytest.mark.parametrize(
    ("key", "value"),
    [("attempts", 0), ("attempts", True), ("attempts", 5.5), ("attempts", "5"), ("session_hours", 169),
     ("session_idle_minutes", -1), ("argon2_memory_kib", 7), ("second_factor", 1), ("second_factor", "no")],
)  # fmt: skip
def test_a_value_out_of_range_is_refused_with_its_place(key, value):
    with pytest.raises(ConfigurationError, match=rf"linkage\.toml \[web\] {key}"):
        account_settings({key: value}, where="linkage.toml")
