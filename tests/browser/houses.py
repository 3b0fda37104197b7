"""The page, served on this machine by the server that offices run, over a real queue."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from linkage.accounts.accounts import Accounts
from linkage.review.cases import CaseIn
from linkage.review.settings import QueueSettings
from linkage.review.sql import SqlQueue, open_queue
from linkage.web.app import create_app
from linkage.web.server import address_of, listening, server_of
from linkage.web.services import Services
from linkage.web.settings import WebSettings
from tests.accounts.people import QUICK, SECRET

_ANYWHERE = WebSettings(port=0)


@dataclass(frozen=True)
class House:
    """A served page. ``address``: of its front door."""

    address: str
    services: Services

    @property
    def queue(self) -> SqlQueue:
        """The queue behind the page."""
        return self.services.queue

    @property
    def accounts(self) -> Accounts:
        """Who signs in."""
        return self.services.accounts

    def load(self, *cases: CaseIn, run: str = "run-1") -> Sequence[int]:
        """Put cases into the queue, beside none that are there, and return their numbers in the order given."""
        self.queue.load(run, cases)
        number = {summary.case_id: summary.id for summary in self.queue.list(by="kirana", limit=500)}
        return [number[case.case_id] for case in cases]

    def token(self, name: str) -> str:
        """Begin a session for one of the staff."""
        subject = f"tests:{name}"
        self.accounts.link_oidc(name, subject, by="kepala")
        return self.accounts.sign_in_trusted(subject).token


@contextmanager
def serving(url: str, settings: QueueSettings) -> Iterator[House]:
    """Serve the page over the queue at ``url``. Passwords are hashed quickly."""
    queue = open_queue(url, settings=settings, secret=SECRET)
    services = Services(queue, Accounts(queue.sessions, QUICK, SECRET), settings, _ANYWHERE, SECRET)
    server = server_of(create_app(services), _ANYWHERE)
    taken = listening(_ANYWHERE)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]}, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            time.sleep(0.01)
        yield House(address_of(_ANYWHERE, taken), services)
    finally:
        server.should_exit = True
        thread.join()
        taken.close()
        queue.close()
