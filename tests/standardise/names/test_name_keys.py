"""The phonetic keys of a whole name, and general encodings of a token."""

from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.name_keys import GeneralEncodings, NameKeys, general_encodings, name_keys
from linkage.standardise.names.person_name import read_name


def keys(raw: str) -> NameKeys:
    return name_keys(read_name(raw))


def test_full_keys_hear_the_spelling_and_leave_out_soft_tokens() -> None:
    assert keys("DJOKO TJAHJONO").full & keys("JOKO CAHYONO").full
    assert keys("NI MADE SARI").full == keys("SARI").full
    assert not keys("SUPARNO").full & keys("SUPARNI").full


def test_ordered_keys_ignore_the_order_of_words_and_full_keys_do_not() -> None:
    assert keys("BUDI SANTOSO").ordered == keys("SANTOSO BUDI").ordered
    assert not keys("BUDI SANTOSO").full & keys("SANTOSO BUDI").full


def test_joined_keys_ignore_blanks() -> None:
    assert keys("DWI NINGSIH").joined == keys("DWININGSIH").joined


def test_first_and_last_keys_are_those_of_the_hard_tokens() -> None:
    assert keys("NI MADE SARI DEWI").first == keys("SARI").full
    assert keys("BUDI HARTONO").last == keys("HARTONO").full


def test_a_placeholder_has_no_keys() -> None:
    assert keys("BAYI NY SITI") == NameKeys()


def test_a_name_has_at_most_eight_full_keys() -> None:
    assert len(keys("KHODIJAH CHOIRUL ROCHMAN DZULKIFLI").full) == 8


def test_general_encodings_are_those_of_the_literature() -> None:
    assert general_encodings("ROBERT") == GeneralEncodings("R163", "RBRT", "RABAD", "RBRT")


@given(st.text(max_size=8))
def test_a_token_beyond_a_to_z_has_no_general_encoding(token: str) -> None:
    plain = bool(token) and set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    assert plain or general_encodings(token) == GeneralEncodings()
