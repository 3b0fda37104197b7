"""The page over a real queue on SQLite, with its staff, and browsers in which they are signed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from linkage.accounts.accounts import Accounts
from linkage.accounts.sessions import Visitor
from linkage.review.cases import CaseIn
from linkage.review.sql import SqlQueue, open_queue
from linkage.web.app import create_app
from linkage.web.services import Services
from linkage.web.settings import WebSettings
from linkage.web.visiting import COOKIE, form_token
from tests.accounts.people import QUICK, SECRET
from tests.oracles.queue_cases import PLAIN

_HIDDEN = re.compile(r'<input type="hidden" name="(version|idem)" value="([^"]*)">')


@dataclass(frozen=True)
class Browser:
    """A user at the page. It follows no redirect by itself, so that a test sees each."""

    name: str
    client: TestClient
    services: Services
    token: str

    def get(self, path: str, **more: Any) -> Response:
        """Ask for a page."""
        return self.client.get(path, **more)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **more: Any) -> Response:
        """Send a form with the token of the session, and without the version and key of a step."""
        return self.client.post(path, data={"csrf": self.csrf(), **(fields or {})}, **more)

    def step(self, case: int, path: str, fields: Mapping[str, Any] | None = None) -> Response:
        """Look at a case and send one of its forms, with the version and a key that stand on the page."""
        found = dict(_HIDDEN.findall(self.get(f"/kasus/{case}").text))
        return self.post(f"/kasus/{case}/{path}", {**found, **(fields or {})})

    def csrf(self) -> str:
        """A token for a form of this session, as each page has its own."""
        return form_token(self._visitor)

    @cached_property
    def _visitor(self) -> Visitor:
        visitor = self.services.accounts.visitor(self.token)
        assert visitor is not None
        return visitor


@pytest.fixture
def web_queue(sqlite_staffed: Path, tmp_path: Path) -> Iterator[SqlQueue]:
    """A queue that knows the staff of ``tests/oracles/queue_cases.py``."""
    shutil.copy(sqlite_staffed, tmp_path / "queue.db")
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", settings=PLAIN)
    yield queue
    queue.close()


@pytest.fixture
def services(web_queue: SqlQueue) -> Services:
    """What the page works with. Passwords are hashed quickly."""
    return Services(web_queue, Accounts(web_queue.sessions, QUICK, SECRET), PLAIN, WebSettings(), SECRET)


@pytest.fixture
def app(services: Services) -> FastAPI:
    """The application."""
    return create_app(services)


@pytest.fixture
def anonymous(app: FastAPI) -> TestClient:
    """A browser in which nobody is signed in."""
    return TestClient(app, base_url="https://localhost", follow_redirects=False)


SignIn = Callable[[str], Browser]


@pytest.fixture
def sign_in(app: FastAPI, services: Services) -> SignIn:
    """A function that signs one of the staff in, in a browser of their own."""

    def signed(name: str) -> Browser:
        services.accounts.link_oidc(name, f"tests:{name}", by="kepala")
        token = services.accounts.sign_in_trusted(f"tests:{name}").token
        client = TestClient(app, base_url="https://localhost", follow_redirects=False)
        client.cookies.set(COOKIE, token)
        return Browser(name, client, services, token)

    return signed


@pytest.fixture
def load(web_queue: SqlQueue) -> Callable[..., Sequence[int]]:
    """A function that puts cases into the queue and returns their numbers, in the order given."""

    def loaded(*cases: CaseIn) -> Sequence[int]:
        web_queue.load("run-1", cases)
        number = {summary.case_id: summary.id for summary in web_queue.list(by="kirana", limit=500)}
        return [number[case.case_id] for case in cases]

    return loaded
