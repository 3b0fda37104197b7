"""A code told to a person once lets them set a password and a second factor, and nothing else does."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from linkage.errors import CredentialRefusedError, LinkageError, NotPermittedError, SignInRefusedError, UsageError
from linkage.review.people import Role
from tests.accounts.people import PASSWORD, after, digits, everything, others, set_up, sign_in, told
from tests.oracles.queue_cases import NOON


def test_who_was_invited_sets_a_password_and_a_second_factor_and_signs_in(accounts, staffed):
    code = accounts.invite("kepala", by=None, now=NOON)
    invited = accounts.open_invitation(code, now=after(hours=1))
    assert invited.name == "kepala"
    assert invited.totp_uri.startswith("otpauth://totp/Tunggal:kepala?")
    accounts.accept(code, PASSWORD, digits(invited.totp_secret, after(hours=2)), now=after(hours=2))
    signed = sign_in(accounts, "kepala", invited.totp_secret, after(hours=3))
    assert signed.user == staffed.user("kepala")
    assert [body["action"] for body in told(staffed)] == ["invite", "account", "sign_in"]
    assert staffed.verify().sound


def test_looking_at_an_invitation_does_not_use_it_up_and_shows_the_same_secret(accounts):
    code = accounts.invite("kepala", by=None, now=NOON)
    typed = [code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "]
    assert len({accounts.open_invitation(text, now=NOON) for text in typed}) == 1


def test_a_code_is_random_and_never_the_same(accounts):
    codes = {accounts.invite("kepala", by=None, now=NOON) for _ in range(5)}
    assert len(codes) == 5
    assert {len(code.replace("-", "")) for code in codes} == {32}, "160 bits in base 32"


def test_a_code_is_good_once_and_for_a_day_and_until_the_next_one(accounts):
    code = accounts.invite("kepala", by=None, now=NOON)
    with pytest.raises(SignInRefusedError):
        accounts.open_invitation(code, now=after(hours=24))
    second = accounts.invite("kepala", by=None, now=NOON)
    with pytest.raises(SignInRefusedError):
        accounts.open_invitation(code, now=NOON)
    secret = accounts.open_invitation(second, now=NOON).totp_secret
    accounts.accept(second, PASSWORD, digits(secret, NOON), now=NOON)
    for attempt in (lambda: accounts.open_invitation(second, now=NOON),
                    lambda: accounts.accept(second, PASSWORD, digits(secret, NOON), now=NOON)):  # fmt: skip
        with pytest.raises(SignInRefusedError, match="no longer good"):
            attempt()


@pytest.mark.parametrize("code", ["", "AAAA-BBBB", "\0", "\ud800", "x" * 100_000])
def test_what_is_no_code_is_refused_like_an_old_one(accounts, code):
    with pytest.raises(SignInRefusedError, match="no longer good"):
        accounts.open_invitation(code)


def test_a_code_that_two_use_at_once_is_good_for_one(accounts):
    code = accounts.invite("kepala", by=None, now=NOON)
    shown = digits(accounts.open_invitation(code, now=NOON).totp_secret, NOON)

    def accept(number):
        try:
            accounts.accept(code, f"{PASSWORD} {number}", shown, now=NOON)
        except LinkageError as error:
            return type(error)
        return None

    with ThreadPoolExecutor(4) as pool:
        assert sorted(map(str, pool.map(accept, range(4)))) == sorted(map(str, [None, *[SignInRefusedError] * 3]))


def test_wrong_digits_or_a_weak_password_leave_the_code_good(accounts):
    code = accounts.invite("kepala", by=None, now=NOON)
    secret = accounts.open_invitation(code, now=NOON).totp_secret
    for password, shown, why in ((PASSWORD, "000000", "DIGITS"), (PASSWORD, digits(secret, after(minutes=5)), "DIGITS"),
                                 ("pendek", digits(secret, NOON), "SHORT")):  # fmt: skip
        with pytest.raises(CredentialRefusedError) as refused:
            accounts.accept(code, password, shown, now=NOON)
        assert refused.value.code == why
    accounts.accept(code, PASSWORD, digits(secret, NOON), now=NOON)


def test_only_the_first_keeper_of_the_list_is_invited_by_nobody(accounts):
    with pytest.raises(UsageError, match="must keep the list"):
        accounts.invite("ani", by=None)
    set_up(accounts, "kepala")
    with pytest.raises(NotPermittedError, match="only the first"):
        accounts.invite("kepala", by=None)


@pytest.mark.parametrize(
    ("name", "by"),
    [("budi", "ani"), ("kepala", "kepala"), ("hana", "bandung"), ("oka", "bandung"), ("nobody", "kepala"),
     ("ani", "nobody"), ("dewi", "lestari")],
)  # fmt: skip
def test_only_who_keeps_the_list_of_that_region_invites_another(accounts, staffed, name, by):
    keeper = replace(staffed.user("dewi"), name="bandung", roles=frozenset({Role.PENGELOLA}))
    staffed.set_user(keeper, by="kepala")
    with pytest.raises(NotPermittedError):
        accounts.invite(name, by=by, now=NOON)
    assert accounts.invite("ani", by="bandung", now=NOON)


def test_an_inactive_user_is_not_invited_and_does_not_accept(accounts, staffed):
    code = accounts.invite("ani", by="kepala", now=NOON)
    staffed.set_user(replace(staffed.user("ani"), active=False), by="kepala")
    with pytest.raises(SignInRefusedError):
        accounts.open_invitation(code, now=NOON)
    with pytest.raises(NotPermittedError, match="no active user"):
        accounts.invite("ani", by="kepala", now=NOON)


def test_a_new_invitation_ends_the_old_password_the_old_phone_and_the_sessions(accounts, staffed):
    secret = set_up(accounts, "ani", by="kepala")
    token = sign_in(accounts, "ani", secret, after(minutes=1)).token
    code = accounts.invite("ani", by="kepala", now=after(minutes=2))
    assert accounts.visitor(token, now=after(minutes=2)) is None
    with pytest.raises(SignInRefusedError):
        sign_in(accounts, "ani", secret, after(minutes=3))
    fresh = accounts.open_invitation(code, now=after(minutes=3)).totp_secret
    assert fresh != secret
    assert told(staffed)[-1] | {"at": ""} == told(staffed)[-1] | {"at": "", "sessions": 1, "user": "ani"}


def test_no_secret_stands_in_the_database(accounts, staffed):
    code = accounts.invite("kepala", by=None, now=NOON)
    secret = accounts.open_invitation(code, now=NOON).totp_secret
    before = everything(staffed)
    accounts.accept(code, PASSWORD, digits(secret, NOON), now=NOON)
    token = sign_in(accounts, "kepala", secret, after(minutes=1)).token
    with pytest.raises(SignInRefusedError):
        sign_in(accounts, "salah ketik kata sandi", secret, after(minutes=1))
    csrf = accounts.visitor(token, now=after(minutes=1)).csrf
    kept = before + everything(staffed) + repr(told(staffed))
    plain = code.replace("-", "")
    for value in (code, plain, secret, PASSWORD, token, csrf, "192.0.2.7", "salah ketik"):
        assert value not in kept


def test_without_a_second_factor_a_password_is_enough(staffed):
    plain = others(staffed, second_factor=False)
    code = plain.invite("kepala", by=None, now=NOON)
    plain.accept(code, PASSWORD, "", now=NOON)
    assert plain.sign_in("kepala", PASSWORD, "", address="", now=NOON).user.name == "kepala"
    with pytest.raises(SignInRefusedError):
        others(staffed).sign_in("kepala", PASSWORD, "", address="", now=NOON)
