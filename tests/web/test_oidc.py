"""Signing in by an office's own service, against a real provider that can also misbehave."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import httpx2
import pytest
from joserfc.jwk import RSAKey
from starlette.testclient import TestClient

from linkage.errors import ConfigurationError
from linkage.web.app import create_app
from linkage.web.services import Services
from linkage.web.settings import web_settings
from linkage.web.visiting import COOKIE
from tests.oracles.office_sign_in import CLIENT, LEVEL, Office, running_office


@pytest.fixture(scope="module")
def provider() -> Iterator[Office]:
    with running_office() as office:
        yield office


@pytest.fixture
def office(provider: Office) -> Office:
    provider.subject, provider.tells, provider.signs_with = "pegawai-17", {}, provider.key
    return provider


@pytest.fixture
def visitor(services: Services, office: Office) -> TestClient:
    """A browser of an office that has its own sign-in; its officer 17 is ani."""
    settings = replace(services.settings, oidc_issuer=office.issuer, oidc_client=CLIENT, oidc_acr=LEVEL)
    services.accounts.link_oidc("ani", f"{office.issuer} pegawai-17", by="kepala")
    app = create_app(replace(services, settings=settings))
    return TestClient(app, base_url="https://localhost", follow_redirects=False)


def way(visitor: TestClient) -> str:
    """Go to the office's sign-in and return the path it sends the browser back to."""
    there = visitor.get("/masuk/oidc")
    assert there.status_code == 303
    back = httpx2.get(there.headers["location"]).headers["location"]
    return back.removeprefix("https://localhost")


def test_whom_the_office_vouches_for_is_signed_in(visitor: TestClient) -> None:
    back = visitor.get(way(visitor))
    assert (back.status_code, back.headers["location"]) == (303, "/")
    assert "ani" in visitor.get("/").text


def test_an_officer_whom_nobody_linked_is_told_so_and_stays_outside(visitor: TestClient, office: Office) -> None:
    office.subject = "pegawai-18"
    assert visitor.get(way(visitor)).status_code == 401
    assert visitor.get("/").status_code == 401


@pytest.mark.parametrize(
    "tells",
    [
        {"iss": "https://lain.example.id"},
        {"aud": "lain"},
        {"exp": int(time.time()) - 3600},
        {"nonce": "lain"},
        {"nonce": None},
        {"acr": "satu-faktor"},
        {"acr": None},
        {"sub": None},
    ],
    ids=lambda tells: "-".join(f"{name}" for name in tells),
)
def test_a_token_that_is_not_as_it_must_be_lets_nobody_in(
    visitor: TestClient, office: Office, tells: dict[str, Any]
) -> None:
    office.tells = tells
    assert visitor.get(way(visitor)).status_code == 401


def test_a_token_signed_by_somebody_else_lets_nobody_in(visitor: TestClient, office: Office) -> None:
    stranger = RSAKey.generate_key(2048, private=True)
    office.signs_with = stranger
    assert visitor.get(way(visitor)).status_code == 401


def test_the_way_back_of_another_browser_lets_nobody_in(visitor: TestClient) -> None:
    stolen = way(visitor)
    visitor.cookies.clear()
    way(visitor)
    assert visitor.get(stolen).status_code == 401
    visitor.cookies.clear()
    assert visitor.get(stolen).status_code == 401


def test_a_way_back_serves_once(visitor: TestClient) -> None:
    back = way(visitor)
    begun = visitor.cookies[COOKIE]
    assert visitor.get(back).status_code == 303
    visitor.cookies.clear()
    visitor.cookies.set(COOKIE, begun)
    assert visitor.get(back).status_code == 401


def test_a_link_to_the_offices_sign_in_ends_nobodys_session(visitor: TestClient) -> None:
    visitor.get(way(visitor))
    assert visitor.get("/masuk/oidc").headers["location"] == "/"
    assert "ani" in visitor.get("/").text


def test_a_service_that_is_silent_is_told_as_such(services: Services) -> None:
    settings = replace(services.settings, oidc_issuer="http://127.0.0.1:9", oidc_client=CLIENT, oidc_acr=LEVEL)
    app = create_app(replace(services, settings=settings))
    assert TestClient(app, base_url="https://localhost").get("/masuk/oidc").status_code == 503


def test_offices_without_such_a_service_have_no_such_page(anonymous: TestClient) -> None:
    assert anonymous.get("/masuk/oidc").status_code == 404


def test_in_production_the_level_of_authentication_must_be_named() -> None:
    table = {"oidc_issuer": "https://masuk.example.id", "oidc_client": CLIENT}
    with pytest.raises(ConfigurationError, match="level of authentication"):
        web_settings(table, where="linkage.toml")
