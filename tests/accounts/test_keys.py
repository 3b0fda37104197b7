"""Each purpose has a key of its own, derived from the project's secret."""

import pytest

from linkage.accounts.keys import Keys
from linkage.errors import ConfigurationError
from tests.accounts.people import SECRET

KEYS = Keys(SECRET)


def test_a_second_factors_secret_is_read_with_the_same_secret_for_the_same_user_alone():
    stored = KEYS.encrypt("JBSWY3DPEHPK3PXP", "ani")
    assert stored != KEYS.encrypt("JBSWY3DPEHPK3PXP", "ani")
    assert Keys(SECRET).decrypt(stored, "ani") == "JBSWY3DPEHPK3PXP"
    for keys, name, given in ((KEYS, "budi", stored), (Keys(SECRET * 2), "ani", stored), (KEYS, "ani", stored[:-1])):
        with pytest.raises(ConfigurationError, match="another secret"):
            keys.decrypt(given, name)


def test_what_is_made_for_one_purpose_is_of_no_use_for_another():
    made = {KEYS.subject("account", "x"), KEYS.subject("address", "x"), KEYS.csrf("x"), Keys(SECRET * 2).csrf("x")}
    assert len({one.rpartition(":")[2] for one in made}) == 4
    assert KEYS.subject("account", "x") == Keys(SECRET).subject("account", "x")
