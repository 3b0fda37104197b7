"""Who proves to be a user gets a session; whoever does not learns nothing, and not often."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
import sqlalchemy as sa

from linkage.accounts import tables
from linkage.accounts.accounts import Accounts
from linkage.accounts.passwords import Hasher
from linkage.errors import ConfigurationError, CredentialRefusedError, NotPermittedError, SignInRefusedError, UsageError
from tests.accounts.people import OFFICE, PASSWORD, QUICK, SECRET, after, digits, others, set_up, sign_in, told
from tests.oracles.queue_cases import NOON

NEW = "tujuh gunung berapi"


@pytest.fixture
def phone(accounts) -> str:
    """The secret in the phone of ani, who has an account."""
    return set_up(accounts, "ani", by="kepala")


class CountingHasher(Hasher):
    """A hasher that counts how often it worked."""

    checked = 0

    def verify(self, stored: str | None, password: str) -> bool:
        self.checked += 1
        return super().verify(stored, password)


def refusal(accounts, name, secret, now, **typed) -> SignInRefusedError:
    with pytest.raises(SignInRefusedError) as refused:
        sign_in(accounts, name, secret, now, **typed)
    return refused.value


def test_whatever_is_wrong_the_answer_and_the_work_are_the_same(accounts, staffed, phone, monkeypatch):
    set_up(accounts, "budi", by="kepala")
    staffed.set_user(replace(staffed.user("budi"), active=False), by="kepala")
    lax = others(staffed, attempts=100, address_attempts=100)
    hasher = CountingHasher(QUICK)
    monkeypatch.setattr(lax, "_hasher", hasher)
    now = after(minutes=1)
    errors = [
        refusal(lax, "ani", phone, now, password="salah sama sekali"),
        refusal(lax, "ani", phone, now, shown="123456"),
        refusal(lax, "ani", phone, now, shown=""),
        refusal(lax, "ani", phone, now, password=""),
        refusal(lax, "ani", phone, now, password="x" * 1_000_000),
        refusal(lax, "ani", phone, now, password="\ud800\0"),
        refusal(lax, "nobody", phone, now),
        refusal(lax, "no\0body", phone, now),
        refusal(lax, "'; --", phone, now),
        refusal(lax, "", phone, now),
        refusal(lax, "sistem", phone, now),
        refusal(lax, "dewi", phone, now),
        refusal(lax, "budi", phone, now),
    ]
    assert len({str(error) for error in errors}) == 1
    assert {error.retry_after for error in errors} == {None}
    assert hasher.checked == len(errors), "a hash is worked out each time, once"
    assert sign_in(lax, " ANI ", phone, now).user.name == "ani", "a name is written in any case"


def test_digits_are_good_once(accounts, phone):
    now = after(minutes=1)
    sign_in(accounts, "ani", phone, now)
    refusal(accounts, "ani", phone, now)
    refusal(accounts, "ani", phone, now, shown=digits(phone, after(seconds=30)))
    sign_in(accounts, "ani", phone, after(seconds=90))


def test_the_digits_that_confirmed_an_invitation_are_used_up(accounts, phone):
    refusal(accounts, "ani", phone, NOON)


def test_a_clock_may_be_half_a_minute_off(accounts, phone):
    now = after(minutes=5)
    refusal(accounts, "ani", phone, now, shown=digits(phone, after(minutes=4)))
    sign_in(accounts, "ani", phone, now, shown=digits(phone, after(minutes=4, seconds=30)))
    shown = digits(phone, after(minutes=5, seconds=30))
    sign_in(accounts, "ani", phone, now, shown=f"{shown[:3]} {shown[3:]}")
    refusal(accounts, "ani", phone, now, shown=digits(phone, after(minutes=6)))


def test_the_same_digits_sent_many_times_at_once_open_one_session(staffed, accounts, phone):
    lax = others(staffed, attempts=100, address_attempts=100)

    def attempt(_):
        try:
            return sign_in(lax, "ani", phone, after(minutes=1)).token
        except SignInRefusedError:
            return None

    with ThreadPoolExecutor(6) as pool:
        tokens = [token for token in pool.map(attempt, range(6)) if token]
    assert len(tokens) == 1
    assert len(accounts.sessions_of("ani", now=after(minutes=1))) == 1


# --- throttling


def test_an_account_is_closed_after_some_failures_and_the_chain_tells_it_once(accounts, staffed, phone):
    for number in range(3):
        assert refusal(accounts, "ani", phone, after(minutes=number), password="salah sekali").retry_after is None
    closed = refusal(accounts, "ani", phone, after(minutes=3))
    assert closed.retry_after == 12 * 60
    assert refusal(accounts, "ani", phone, after(minutes=14.99), address="elsewhere").retry_after > 0
    sign_in(accounts, "ani", phone, after(minutes=15))
    assert [body["action"] for body in told(staffed)].count("sign_in_closed") == 1
    assert staffed.verify().sound


def test_a_name_nobody_has_is_closed_like_any_other(accounts, phone):
    errors = [refusal(accounts, "nobody", phone, NOON) for _ in range(4)]
    assert [error.retry_after is None for error in errors] == [True, True, True, False]


def test_an_address_is_closed_after_more_failures_whoever_was_tried(accounts, phone):
    for number in range(6):
        assert refusal(accounts, f"guess{number}", phone, after(minutes=1)).retry_after is None
    assert refusal(accounts, "ani", phone, after(minutes=1)).retry_after == 15 * 60
    sign_in(accounts, "ani", phone, after(minutes=1), address="198.51.100.9")


def test_success_forgives_the_account_and_not_the_address(accounts, phone):
    for number in range(1, 4):
        refusal(accounts, "ani", phone, after(minutes=number), password="salah sekali")
        refusal(accounts, "ani", phone, after(minutes=number), password="salah sekali")
        if number < 3:
            sign_in(accounts, "ani", phone, after(minutes=number), address="198.51.100.9")
    assert refusal(accounts, "dewi", phone, after(minutes=3)).retry_after is not None, "six from this address"


def test_a_new_invitation_opens_a_closed_account(accounts, phone):
    for _ in range(4):
        refusal(accounts, "ani", phone, after(minutes=1), password="salah sekali", address="far away")
    fresh = set_up(accounts, "ani", by="kepala", now=after(minutes=2))
    sign_in(accounts, "ani", fresh, after(minutes=3))


def test_many_attempts_at_once_are_no_more_than_many_after_each_other(accounts, phone):
    def attempt(number):
        return refusal(accounts, "ani", phone, after(minutes=1), password=f"tebakan {number}").retry_after

    with ThreadPoolExecutor(8) as pool:
        waits = list(pool.map(attempt, range(8)))
    assert waits.count(None) == 3


def test_a_clock_set_back_shuts_nobody_out(accounts, phone):
    for _ in range(4):
        refusal(accounts, "ani", phone, after(hours=5), password="salah sekali")
    sign_in(accounts, "ani", phone, after(minutes=1))


# --- stronger hashes


def test_a_password_is_hashed_again_when_the_parameters_have_changed(accounts, staffed, phone):
    stored = sa.select(tables.account.c.password_hash).where(tables.account.c.name == "ani")
    with staffed.engine.connect() as connection:
        before = connection.execute(stored).scalar_one()
    sign_in(accounts, "ani", phone, after(minutes=1))
    stronger = others(staffed, argon2_memory_kib=16)
    sign_in(stronger, "ani", phone, after(minutes=2))
    with staffed.engine.connect() as connection:
        later = connection.execute(stored).scalar_one()
    assert ("m=8,t=1,p=1" in before, "m=16,t=1,p=1" in later) == (True, True)
    sign_in(stronger, "ani", phone, after(minutes=3))


# --- passwords of one's own


def test_a_changed_password_ends_the_other_sessions(accounts, staffed, phone):
    here, there = (sign_in(accounts, "ani", phone, after(minutes=number)).token for number in (1, 2))
    accounts.set_password("ani", PASSWORD, NEW, keep=here, now=after(minutes=3))
    assert accounts.visitor(here, now=after(minutes=3)).user.name == "ani"
    assert accounts.visitor(there, now=after(minutes=3)) is None
    refusal(accounts, "ani", phone, after(minutes=4))
    sign_in(accounts, "ani", phone, after(minutes=4), password=NEW)
    assert told(staffed)[-2]["action"] == "password"


def test_a_password_is_changed_by_who_knows_the_old_one_and_not_often_tried(accounts, phone):
    token = sign_in(accounts, "ani", phone, after(minutes=1)).token
    for wait in (True, True, True, False):
        with pytest.raises(SignInRefusedError) as refused:
            accounts.set_password("ani", "tidak tahu lagi", NEW, keep=token, now=after(minutes=2))
        assert (refused.value.retry_after is None) == wait
    for chosen, why in ((PASSWORD, "SAME"), ("password1234", "COMMON")):
        with pytest.raises(CredentialRefusedError) as weak:
            accounts.set_password("ani", PASSWORD, chosen, keep=token, now=after(minutes=30))
        assert weak.value.code == why


# --- another service vouches


def test_whom_another_service_knows_signs_in_without_a_password(accounts, staffed):
    accounts.link_oidc("ani", "https://sso.example.go.id|42", by="kepala", now=NOON)
    signed = accounts.sign_in_trusted("https://sso.example.go.id|42", now=after(minutes=1))
    visitor = accounts.visitor(signed.token, now=after(minutes=1))
    assert (visitor.user.name, visitor.trusted) == ("ani", True)
    assert [body["action"] for body in told(staffed)] == ["link", "sign_in"]
    assert "sso.example" not in repr(told(staffed))
    accounts.link_oidc("ani", "https://sso.example.go.id|42", by="kepala", now=after(minutes=2))
    assert accounts.visitor(signed.token, now=after(minutes=2)) is not None, "nothing has changed"
    accounts.link_oidc("ani", None, by="kepala", now=after(minutes=2))
    assert accounts.visitor(signed.token, now=after(minutes=2)) is None


@pytest.mark.parametrize("subject", ["ani", "", "sso|43", "a\0b"])
def test_a_subject_that_nobody_is_linked_to_is_refused_also_when_it_is_a_users_name(accounts, subject):
    accounts.link_oidc("ani", "sso|42", by="kepala", now=NOON)
    with pytest.raises(SignInRefusedError):
        accounts.sign_in_trusted(subject, now=NOON)


def test_an_inactive_user_is_not_vouched_for(accounts, staffed):
    accounts.link_oidc("ani", "sso|42", by="kepala", now=NOON)
    staffed.set_user(replace(staffed.user("ani"), active=False), by="kepala")
    with pytest.raises(SignInRefusedError):
        accounts.sign_in_trusted("sso|42", now=NOON)


def test_only_who_keeps_the_list_links_and_a_subject_is_one_users(accounts):
    accounts.link_oidc("ani", "sso|42", by="kepala", now=NOON)
    with pytest.raises(UsageError, match="another user"):
        accounts.link_oidc("budi", "sso|42", by="kepala", now=NOON)
    for name, subject, by, error in (("budi", "sso|7", "ani", NotPermittedError), ("budi", "", "kepala", UsageError),
                                     ("nobody", "sso|7", "kepala", NotPermittedError)):  # fmt: skip
        with pytest.raises(error):
            accounts.link_oidc(name, subject, by=by, now=NOON)


# --- the secret


def test_a_short_secret_is_refused(staffed):
    for secret in (b"", b"rahasia"):
        with pytest.raises(ConfigurationError, match="at least 32"):
            Accounts(staffed.sessions, QUICK, secret)


def test_under_another_secret_second_factors_cannot_be_read(staffed, phone):
    with pytest.raises(ConfigurationError, match="another secret"):
        sign_in(Accounts(staffed.sessions, QUICK, SECRET[::-1]), "ani", phone, after(minutes=1))


def test_nothing_that_is_typed_is_logged_or_told_in_an_error(accounts, phone, caplog):
    with caplog.at_level(logging.DEBUG):
        error = refusal(accounts, "ani", phone, after(minutes=1), password="salah sekali", shown="123456")
        signed = sign_in(accounts, "ani", phone, after(minutes=1))
    for text in (caplog.text, str(error), repr(signed), repr(accounts.visitor(signed.token, now=after(minutes=1)))):
        assert not any(value in text for value in (PASSWORD, "salah sekali", phone, signed.token, OFFICE))
