"""A password is long, not guessed first, stored by argon2id, and never cut off."""

import pytest

from linkage.accounts.passwords import LONGEST, SHORTEST, Hasher, breached, check_password
from linkage.accounts.settings import AccountSettings
from linkage.errors import CredentialRefusedError
from tests.accounts.people import QUICK

QUICKLY = Hasher(QUICK)


@pytest.mark.parametrize(
    "password",
    [
        "sembilan kuda lumping",
        "hujan di bulan kemarau",
        "correct horse battery staple",
        "kX9#vQ2!mZ7p",
        "zwqkvtrbnxlm",
        "ａｂｃ kuda terbang",
        "сорок тысяч обезьян",
        "38472910562839475610",
        "a" + "bcd efg" * 18,
        " spasi di depan itu baik",
    ],
)
def test_a_long_password_of_any_characters_is_taken(password):
    check_password(password, "ani")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("", "SHORT"),
        ("kX9#vQ2!mZ7", "SHORT"),
        ("ﬃﬃ" * 2, "COMMON"),
        ("x" * (LONGEST + 1), "LONG"),
        ("\ufdfa" * 20, "LONG"),
        ("password1234", "COMMON"),
        ("PassWord!!!!!!", "COMMON"),
        ("1q2w3e4r5t6y", "COMMON"),
        ("qwerty123456", "COMMON"),
        ("Bismillah2026!", "COMMON"),
        ("sayangku123456", "COMMON"),
        ("indonesiamerdeka", "COMMON"),
        ("monkey dragon", "COMMON"),
        ("ｐａｓｓｗｏｒｄ１２３４", "COMMON"),
        ("081234567890", "COMMON"),
        ("3273011203900001", "COMMON"),
        ("12-03-1990-12-03", "COMMON"),
        ("abcabcabcabcab", "COMMON"),
        ("aaaaaaaaaaaaaaaa", "COMMON"),
        ("ЀЁЂЃЄЅІЇЈЉЊЋЌ", "COMMON"),
        ("ani.wijaya.2026", "NAMED"),
        ("wijaya123wijaya", "NAMED"),
        ("dukcapil-2026!!", "NAMED"),
        ("TunggalDukcapil1", "NAMED"),
        ("Disdukcapil#3273", "NAMED"),
    ],
)
def test_a_password_that_is_short_long_or_tried_first_is_refused(password, why):
    with pytest.raises(CredentialRefusedError) as refused:
        check_password(password, "ani.wijaya")
    assert refused.value.code == why
    if password:
        assert password not in str(refused.value)


def test_the_list_of_what_is_tried_first_is_long_and_holds_long_ones_too():
    listed = breached()
    assert len(listed) > 5000
    assert {"123456", "password", "qwertyuiop", "bismillah", "qwerty123456"} <= listed
    assert sum(len(password) >= SHORTEST for password in listed) > 200
    assert all(password == password.casefold() for password in listed)
    for password in listed:
        if len(password) >= SHORTEST:
            with pytest.raises(CredentialRefusedError):
                check_password(password, "ani")


def test_every_character_counts_up_to_the_last():
    longest = "kuda " * 25 + "abc"
    assert len(longest) == LONGEST
    stored = QUICKLY.hash(longest)
    assert QUICKLY.verify(stored, longest)
    assert not QUICKLY.verify(stored, longest[:-1])
    assert not QUICKLY.verify(stored, longest + "x")
    assert not QUICKLY.verify(stored, longest.upper())


def test_the_same_word_from_another_keyboard_is_the_same_password():
    stored = QUICKLY.hash("café ｋｏｐｉ panas")
    assert QUICKLY.verify(stored, "cafe\u0301 kopi panas")


def test_there_is_no_password_that_fits_nobody_or_a_damaged_hash():
    assert not QUICKLY.verify(None, "nobody's password")
    assert not QUICKLY.verify("not a hash", "nobody's password")


def test_the_same_password_is_stored_differently_each_time():
    assert QUICKLY.hash("kuda lumping") != QUICKLY.hash("kuda lumping")


def test_the_stated_parameters_are_those_of_the_hash():
    stated = Hasher(AccountSettings())
    stored = stated.hash("sembilan kuda lumping")
    assert stored.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert not stated.outdated(stored)
    assert stated.outdated(QUICKLY.hash("sembilan kuda lumping"))
