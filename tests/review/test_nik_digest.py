"""The keyed digest by which a NIK is searched."""

import hashlib
import hmac

import pytest

from linkage.errors import ConfigurationError
from linkage.identifiers import Nik
from linkage.review.nik_digest import nik_digest

KEY = b"sixteen bytes or"
NIK = "3273014101800012"


@pytest.mark.parametrize("written", [NIK, " 3273 0141 0180 0012 ", "3273.0141.0180.0012", f"'{NIK}"])
def test_one_number_has_one_digest_however_it_is_written(written):
    assert nik_digest(KEY, written) == nik_digest(KEY, NIK)
    assert len(nik_digest(KEY, NIK) or b"") == 32


def test_the_digest_depends_on_the_number_and_on_the_key_and_is_no_other_digest_of_the_number():
    made = nik_digest(KEY, NIK)
    others = [
        nik_digest(KEY, "3273014101800013"),
        nik_digest(KEY[::-1], NIK),
        hashlib.sha256(NIK.encode()).digest(),
        hmac.digest(KEY, NIK.encode(), "sha256"),
        bytes.fromhex(Nik(NIK).digest(KEY)),
    ]
    assert made not in others


@pytest.mark.parametrize("text", ["", "327301410180001", "1" * 16, "3273014101800000", "3273019913800012", "RATNA"])
def test_what_is_no_nik_cannot_be_searched(text):
    assert nik_digest(KEY, text) is None


def test_a_short_key_is_refused_without_naming_it():
    with pytest.raises(ConfigurationError) as caught:
        nik_digest(b"short", NIK)
    assert "short" not in str(caught.value).split("bytes")[0]
    assert NIK not in str(caught.value)
