"""Signing in and what ends a session (checks 5, 11, 16 and 17), through the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any

import pyotp
import pytest
import sqlalchemy as sa
from httpx2 import Response
from starlette.testclient import TestClient

from linkage.accounts.tables import account, held_case, sign_in_attempt, web_session
from linkage.review.people import Role, Scope
from linkage.web.visiting import COOKIE
from tests.accounts.people import PASSWORD, QUICK
from tests.oracles.queue_cases import STAFF
from tests.web.security.house import House

NAME = "citra"


@dataclass
class Phone:
    """A phone with a second factor. What it showed before counts as not used, so that no test waits for new digits."""

    house: House
    secret: str

    def digits(self) -> str:
        """What it shows now."""
        with self.house.queue.engine.begin() as connection:
            connection.execute(sa.update(account).where(account.c.name == NAME).values(totp_step=None))
        return pyotp.TOTP(self.secret).now()


@pytest.fixture(autouse=True)
def as_before(house: House) -> Iterator[None]:
    """What is tried too often, and who is changed, in one test is no matter of another."""
    yield
    house.browsers.pop(NAME, None)
    for name in (NAME, "dewi"):
        house.queue.set_user(next(user for user in STAFF if user.name == name), by="kepala")
    with house.queue.engine.begin() as connection:
        connection.execute(sa.delete(sign_in_attempt))


@pytest.fixture
def phone(house: House) -> Phone:
    """The phone of citra, who has set her account up by the page."""
    code = house.services.accounts.invite(NAME, by="kepala")
    nobody = house.anonymous()
    shown = nobody.post("/undangan", data={"invitation": code})
    secret = house.services.accounts.open_invitation(code).totp_secret
    assert secret in re.sub(r"\s", "", shown.text)
    found = Phone(house, secret)
    accepted = {"invitation": code, "password": PASSWORD, "again": PASSWORD, "code": found.digits()}
    assert nobody.post("/undangan", data=accepted).status_code == 303
    return found


def enter(client: TestClient, phone: Phone | None, **typed: str) -> Response:
    """Send the form to sign in, right unless something else is typed."""
    code = phone.digits() if phone else "000000"
    return client.post("/masuk", data={"name": NAME, "password": PASSWORD, "code": code, **typed})


def test_a_session_begins_with_one_cookie_that_browsers_guard(house: House, phone: Phone) -> None:
    answer = enter(house.anonymous(), phone)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert len(answer.headers.get_list("set-cookie")) == 1
    cookies = SimpleCookie(answer.headers["set-cookie"])
    assert list(cookies) == [COOKIE] == ["__Host-sesi"]
    one = cookies[COOKIE]
    assert (one["path"], one["domain"], one["secure"], one["httponly"]) == ("/", "", True, True)
    assert one["samesite"].lower() == "lax"
    # It ends with the browser; how long it lasts the server says, not the cookie.
    assert (one["max-age"], one["expires"]) == ("", "")
    assert re.fullmatch(r"[\w-]{43}", one.value)


def test_a_second_sign_in_has_a_token_of_its_own_and_ends_the_first(house: House, phone: Phone) -> None:
    client = house.anonymous()
    enter(client, phone)
    first = client.cookies[COOKIE]
    assert enter(client, phone).status_code == 303
    assert client.cookies[COOKIE] != first
    client.cookies.set(COOKIE, first)
    client.cookies.delete(COOKIE)
    client.cookies.set(COOKIE, first)
    assert client.get("/").status_code == 401


def test_a_token_that_a_stranger_planted_is_no_session_after_signing_in(house: House, phone: Phone) -> None:
    client = house.anonymous()
    client.cookies.set(COOKIE, "planted")
    enter(client, phone)
    other = house.anonymous()
    other.cookies.set(COOKIE, "planted")
    assert other.get("/").status_code == 401


def test_a_token_is_worth_nothing_after_signing_out(house: House, phone: Phone) -> None:
    client = house.anonymous()
    enter(client, phone)
    token = client.cookies[COOKIE]
    csrf = re.findall(r'name="csrf" value="(\w+)"', client.get("/").text)[0]
    assert client.post("/keluar", data={"csrf": csrf}).status_code == 303
    assert COOKIE not in client.cookies
    replayed = house.anonymous()
    replayed.cookies.set(COOKIE, token)
    assert (replayed.get("/").status_code, replayed.post("/keluar", data={"csrf": csrf}).status_code) == (401, 401)
    bearer = {"Authorization": f"Bearer {token}"}
    assert replayed.get("/api/v1/me", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("column", "ago"),
    [("seen_at", QUICK.idle), ("expires_at", timedelta(seconds=1))],
    ids=["not used for a while", "at its longest"],
)
def test_a_session_ends_by_itself(house: House, column: str, ago: timedelta) -> None:
    citra = house.sign_in(NAME)
    assert citra.get("/").status_code == 200
    with house.queue.engine.begin() as connection:
        connection.execute(sa.update(web_session).values({column: datetime.now(UTC) - ago}))
    assert citra.get("/").status_code == 401


WRONG = [
    {"password": "bukan kata sandinya"},
    {"code": "000000"},
    {"code": ""},
    {"name": "tidak.ada"},
    {"name": "budi"},
    {"name": "'; DROP TABLE account; --"},
    {"name": ""},
]


def test_whatever_is_wrong_the_answer_is_the_same(house: House, phone: Phone) -> None:
    told = {repr(typed): enter(house.anonymous(), phone, **typed) for typed in WRONG[:2]}
    told |= {repr(typed): enter(house.anonymous(), None, **typed) for typed in WRONG[3:6]}
    assert {answer.status_code for answer in told.values()} == {401}
    assert len({answer.text for answer in told.values()}) == 1
    assert not [answer for answer in told.values() if "set-cookie" in answer.headers]


def test_who_tries_too_often_is_told_the_same_whoever_they_try(house: House, phone: Phone) -> None:
    def tried(name: str) -> list[str]:
        found = [enter(house.anonymous(), None, name=name, password="salah") for _ in range(QUICK.attempts + 1)]
        assert {answer.status_code for answer in found} <= {401, 429}
        return [re.sub(r"[0-9]+ menit", "n menit", answer.text) for answer in found]

    known = tried(NAME)
    with house.queue.engine.begin() as connection:
        connection.execute(sa.delete(sign_in_attempt).where(sign_in_attempt.c.subject.startswith("address:")))
    assert known == tried("tidak.ada")
    assert known[0] != known[-1]
    assert enter(house.anonymous(), phone).status_code in (401, 429)


def test_digits_serve_once(house: House, phone: Phone) -> None:
    code = phone.digits()
    assert enter(house.anonymous(), None, code=code).status_code == 303
    assert enter(house.anonymous(), None, code=code).status_code == 401


def test_an_invitation_serves_once_and_its_code_stands_in_no_address(house: House) -> None:
    code = house.services.accounts.invite("dewi", by="kepala")
    nobody = house.anonymous()
    assert nobody.get("/undangan", params={"invitation": code}).text.count(code) == 0
    secret = house.services.accounts.open_invitation(code).totp_secret
    typed = {"invitation": code, "password": PASSWORD, "again": PASSWORD, "code": pyotp.TOTP(secret).now()}
    assert [nobody.post("/undangan", data=typed).status_code for _ in range(2)] == [303, 401]


def test_a_weak_password_opens_no_account(house: House) -> None:
    code = house.services.accounts.invite("dewi", by="kepala")
    secret = house.services.accounts.open_invitation(code).totp_secret
    for password in ("pendek", "dewi" * 4, "1234567890123456", "passwordpassword"):
        typed = {"invitation": code, "password": password, "again": password, "code": pyotp.TOTP(secret).now()}
        assert house.anonymous().post("/undangan", data=typed).status_code == 422


# --- what a change of the list of users does at once

CHANGES: list[dict[str, Any]] = [{"active": False}, {"scope": Scope("3374")}]


@pytest.mark.parametrize("change", CHANGES, ids=["switched off", "moved"])
def test_who_is_switched_off_or_moved_is_outside_at_the_next_request(house: House, change: dict[str, Any]) -> None:
    case = house.held(NAME)
    citra, second = house.of(NAME), house.sign_in(NAME)
    bearer = {"Authorization": f"Bearer {citra.token}"}
    typed = {**house.fields(case), "why": "twins", "csrf": citra.csrf()}
    house.queue.set_user(replace(house.queue.user(NAME), **change), by="kepala")
    told = [
        citra.get(f"/kasus/{case}"),
        second.get("/"),
        citra.client.post(f"/kasus/{case}/bukan-ganda", data=typed),
        house.anonymous().get("/api/v1/me", headers=bearer),
    ]
    assert [answer.status_code for answer in told] == [401] * 4
    with house.queue.engine.connect() as connection:
        sessions = sa.select(web_session.c.key).where(web_session.c.name == NAME)
        assert connection.execute(sessions).all() == []
        assert connection.execute(sa.select(held_case).where(held_case.c.case == case)).all() == []
    house.take_up("ani", case)


def test_a_role_that_is_taken_away_is_gone_at_the_next_request(house: House) -> None:
    case = house.held(NAME)
    citra = house.of(NAME)
    house.queue.set_user(replace(house.queue.user(NAME), roles=frozenset({Role.AUDITOR})), by="kepala")
    assert citra.post(f"/kasus/{case}/bukan-ganda", {**house.fields(case), "why": "twins"}).status_code == 403


def test_an_administrator_ends_sessions_and_frees_cases_by_the_page(house: House) -> None:
    case = house.held(NAME)
    kepala = house.of("kepala")
    assert kepala.post(f"/pengelola/pengguna/{NAME}/tindakan/bebaskan", {"sure": "true"}).status_code == 303
    assert kepala.post(f"/pengelola/pengguna/{NAME}/tindakan/akhiri-sesi", {"sure": "true"}).status_code == 303
    assert house.of(NAME).get("/").status_code == 401
    house.take_up("ani", case)
