"""What a terminal may show of a value, and which regions there are."""

import pytest

from linkage.errors import UsageError
from linkage.review.masking import masked, visible
from linkage.review.people import Scope


@pytest.mark.parametrize(
    ("field", "value", "expected"),
    [
        ("nik", "3301034107850012", "330103******0012"),
        ("nik", "33010341078500", "**************"),
        ("nik", " ", ""),
        ("nama_ibu", "S. AMINAH", "S* A*****"),
        ("nama_ayah", "\x1bBUDI  \u202eSANTOSO", "?**** ?*******"),
        ("tanggal_lahir", "01-07-1985", "1985-**-**"),
        ("tanggal_lahir", "01-07-85", "****-**-**"),
        ("alamat", "JL MELATI 7", "***"),
        ("nama", "SITI", "SITI"),
        ("nama", "SITI\x1b[2J\u202e", "SITI?[2J?"),
    ],
)
def test_values_are_masked_and_made_harmless(field, value, expected):
    assert masked(field, value) == expected


def test_what_cannot_be_seen_is_shown():
    assert visible("A\u200bB\tC\nD") == "A?B C D"


@pytest.mark.parametrize("code", ["3", "327", "32 73", "3273\n", "٣٢"])
def test_a_region_that_is_no_code_is_refused(code):
    with pytest.raises(UsageError, match="region"):
        Scope(code)
