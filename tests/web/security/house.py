"""An office for the tests of security: a page over a real queue, everybody who may stand at it, and cases on demand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from secrets import token_urlsafe
from shutil import copy
from typing import Any

import sqlalchemy as sa
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from starlette.testclient import TestClient

from linkage.accounts.accounts import Accounts
from linkage.review.cases import Action, CaseIn, Verdict
from linkage.review.people import Role, Scope, User
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.tables import review_case
from linkage.web.app import create_app
from linkage.web.services import Services
from linkage.web.settings import WebSettings
from linkage.web.visiting import COOKIE
from tests.accounts.people import QUICK, SECRET
from tests.oracles.queue_cases import PLAIN, make_case, staff, step
from tests.web.conftest import Browser

EVERY_ROLE = frozenset(Role) - {Role.SISTEM}

OWN = User("sari", Scope("3273"), EVERY_ROLE)
FOREIGN = User("surya", Scope("3374"), EVERY_ROLE)
PARENT = User("prita", Scope("32"), EVERY_ROLE)
KEEPER = User("wayan", Scope("3273"), frozenset({Role.PENGELOLA}))

SINGLE = {
    Role.PETUGAS: "dewi",
    Role.PENYETUJU: "eko",
    Role.PENGAWAS: "fitri",
    Role.PENGELOLA: "wayan",
    Role.AUDITOR: "made",
}
"""Of Bandung (3273), who holds one role and no other."""


@dataclass
class House:
    """``portal``: the one thread that answers; a client would else begin one for each request. ``browsers``: those who
    are signed in, by name."""

    services: Services
    app: FastAPI
    portal: BlockingPortal
    browsers: dict[str, Browser] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def queue(self) -> SqlQueue:
        """The queue behind the page."""
        return self.services.queue

    def anonymous(self) -> TestClient:
        """A browser in which nobody is signed in. What fails inside the page is its own to answer."""
        return TestClient(self.app, base_url="https://localhost", follow_redirects=False, raise_server_exceptions=False)

    def sign_in(self, name: str) -> Browser:
        """A new session of a user, in a browser of its own."""
        self.services.accounts.link_oidc(name, f"tests:{name}", by="kepala")
        token = self.services.accounts.sign_in_trusted(f"tests:{name}").token
        client = self.anonymous()
        client.cookies.set(COOKIE, token)
        return Browser(name, client, self.services, token)

    def of(self, name: str) -> Browser:
        """The browser of a user, always the same."""
        if name not in self.browsers:
            self.browsers[name] = self.sign_in(name)
        return self.browsers[name]

    # --- cases

    def load(self, case: CaseIn) -> int:
        """Put a case into the queue beside the others and return its number."""
        self.queue.load("run-1", [case], complete=False)
        with self.queue.engine.connect() as connection:
            return int(connection.execute(sa.select(sa.func.max(review_case.c.id))).scalar_one())

    def fresh(self, **more: Any) -> int:
        """A case nobody has touched; of Bandung unless something else is said."""
        number = next(self._numbers)
        return self.load(make_case(f"s{number:04d}a", f"s{number:04d}b", **more))

    def held(self, name: str, **more: Any) -> int:
        """A case that a user holds in their browser."""
        case = self.fresh(**more)
        self.take_up(name, case)
        return case

    def take_up(self, name: str, case: int, *, examine: bool = False) -> None:
        """Let a user take a case up in their browser."""
        done = self.of(name).post(f"/kasus/{case}/ambil", {"examine": str(examine).lower()})
        assert done.status_code == 303, done.text

    def proposed(self, by: str = "budi") -> int:
        """A case for which somebody has proposed that its records are one person."""
        case = self.fresh()
        self.step(case, by, Action.PROPOSE, verdict=Verdict.DUPLICATE)
        return case

    def examined(self, name: str) -> int:
        """A proposal that a user holds to answer it."""
        case = self.proposed()
        self.take_up(name, case, examine=True)
        return case

    def approved(self) -> int:
        """A case that two people have decided."""
        case = self.proposed()
        self.step(case, "citra", Action.APPROVE)
        return case

    def published(self) -> int:
        """A case whose decision is published."""
        case = self.approved()
        effects = [effect.id for effect in self.queue.pending()]
        self.queue.mark_published(effects, case)
        return case

    def step(self, case: int, by: str, action: Action, **more: Any) -> None:
        """Let a user take a step past the page."""
        step(self.queue, case, by, action, at=datetime.now(UTC), **more)

    def fields(self, case: int) -> dict[str, str]:
        """What every form of a step carries beside its own: the version that is shown and a key never used."""
        return {"version": str(self.version(case)), "idem": token_urlsafe(16)}

    def version(self, case: int) -> int:
        """The version of a case; 0 where there is none."""
        with self.queue.engine.connect() as connection:
            found = connection.execute(sa.select(review_case.c.version).where(review_case.c.id == case))
            return int(found.scalar_one_or_none() or 0)

    def routes(self) -> set[tuple[str, str]]:
        """Method and path of all that the page answers."""
        return {
            (method, str(route.path))
            for route in iter_route_contexts(self.app.routes)
            for method in sorted(route.methods or ())
        }


@contextmanager
def open_house(staffed: Path, folder: Path, **settings: Any) -> Iterator[House]:
    """Open a house on a copy of the staffed queue, whose staff is joined by who holds every role. ``settings``: of the
    page, where they are not the usual ones."""
    copy(staffed, folder / "queue.db")
    queue = open_queue(f"sqlite:///{folder}/queue.db", settings=PLAIN)
    try:
        staff(queue, OWN, FOREIGN, PARENT, KEEPER)
        generous = {"openings_per_hour": 10_000, "searches_per_hour": 10_000, "exports_per_day": 10_000}
        web = WebSettings(**{**generous, **settings})
        services = Services(queue, Accounts(queue.sessions, QUICK, SECRET), PLAIN, web, SECRET)
        with start_blocking_portal() as portal:
            yield House(services, create_app(services), portal)
    finally:
        queue.close()
