"""Programs of an office that call the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from linkage.web.services import Services

Caller = Callable[[str], TestClient]


@pytest.fixture
def caller(app: FastAPI, services: Services) -> Caller:
    """A function that returns a client which carries a session of one of the staff."""

    def called(name: str) -> TestClient:
        services.accounts.link_oidc(name, f"tests:{name}", by="kepala")
        token = services.accounts.sign_in_trusted(f"tests:{name}").token
        return TestClient(app, base_url="https://localhost", headers={"Authorization": f"Bearer {token}"})

    return called
