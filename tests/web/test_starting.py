"""Before a process answers anybody it has done what the first visitor would wait for."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import anyio
import pytest
from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from linkage.review.database import CONNECTIONS
from linkage.review.sql import SqlQueue
from linkage.web.services import Services
from linkage.web.starting import SWITCH_SECONDS, make_ready
from tests.oracles.queue_cases import make_case


@pytest.fixture
def unsettled() -> Iterator[None]:
    """The interpreter as it was, afterwards."""
    seconds, thresholds = sys.getswitchinterval(), gc.get_threshold()
    yield
    sys.setswitchinterval(seconds)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


def test_threads_are_no_more_than_the_connections_that_stay_open(app: FastAPI) -> None:
    async def bound() -> float:
        async with app.router.lifespan_context(app):
            return current_default_thread_limiter().total_tokens

    assert anyio.run(bound) == CONNECTIONS


@pytest.mark.usefixtures("unsettled")
def test_the_queue_is_counted_before_anybody_asks(
    services: Services, web_queue: SqlQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    web_queue.load("run1", [make_case("a", "b")])
    make_ready(services)
    monkeypatch.setattr(web_queue, "counted", lambda: pytest.fail("counted while somebody waits"))
    assert [count.cases for count in services.figures.counted(web_queue.user("ani")).counts] == [1]
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
