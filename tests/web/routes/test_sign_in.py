"""Setting an account up with a code that somebody was told, and signing in with it, as the forms show it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from linkage.web.services import Services
from tests.accounts.people import PASSWORD, digits, set_up


def invited(anonymous: TestClient, invitation: str, **fields: str) -> tuple[int, str]:
    answer = anonymous.post("/undangan", data={"invitation": invitation, **fields})
    return answer.status_code, unescape(answer.text)


def test_a_code_leads_through_telephone_and_password_to_the_sign_in(anonymous: TestClient, services: Services) -> None:
    code = services.accounts.invite("ani", by="kepala")
    assert 'name="invitation"' in anonymous.get("/undangan").text
    status, text = invited(anonymous, code.lower().replace("-", " "))
    assert (status, "<strong>ani</strong>" in text, "<svg" in text) == (200, True, True)
    (secret,) = re.findall(r'<code class="wraps">([A-Z2-7]+)</code>', text)
    assert f"secret={secret}" in re.findall(r'<a href="(otpauth://totp/[^"]+)"', text)[0]
    shown = digits(secret, datetime.now(UTC))
    status, text = invited(anonymous, code, password=PASSWORD, again="lain sama sekali", code=shown)
    assert (status, "Kedua kata sandi tidak sama." in text) == (422, True)
    status, text = invited(anonymous, code, password=PASSWORD, again=PASSWORD, code="000000")
    assert (status, "jam" in text, "<svg" in text) == (422, True, True), "the code stays good, and says what to look at"
    answer = anonymous.post(
        "/undangan", data={"invitation": code, "password": PASSWORD, "again": PASSWORD, "code": shown}
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/masuk")
    assert PASSWORD not in text


def test_a_code_that_is_none_is_asked_for_again(anonymous: TestClient) -> None:
    status, text = invited(anonymous, "AAAA-BBBB")
    assert status == 401
    assert 'role="alert"' in text
    assert 'name="password"' not in text


@pytest.mark.parametrize(
    ("onward", "location"),
    [
        ("/kasus/7", "/kasus/7"),
        ("https://jahat.example", "/"),
        ("//jahat.example", "/"),
        ("/\\jahat.example", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("javascript:alert(1)", "/"),
    ],
)
def test_who_has_signed_in_goes_on_where_they_wanted_to_within_the_page(
    anonymous: TestClient, services: Services, onward: str, location: str
) -> None:
    secret = set_up(services.accounts, "ani", by="kepala", now=datetime.now(UTC) - timedelta(minutes=5))
    form = {"name": "ani", "password": PASSWORD, "code": digits(secret, datetime.now(UTC)), "onward": onward}
    answer = anonymous.post("/masuk", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, location)


def test_a_page_that_asks_to_sign_in_leads_back_to_itself(anonymous: TestClient) -> None:
    answer = anonymous.get("/kasus/7")
    assert answer.status_code == 401
    assert '<input type="hidden" name="onward" value="/kasus/7">' in answer.text
