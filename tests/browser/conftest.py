"""A real Chromium at a real server: one browser for the folder, one server for a module, one window for a user."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from linkage.review.settings import QueueSettings
from tests.browser.desks import Desk
from tests.browser.houses import House, serving
from tests.oracles.queue_cases import PLAIN

CHROMIUM = "/usr/bin/chromium"

OpenHouse = Callable[..., House]
SitDown = Callable[..., Desk]


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """The browser. It ends with the folder: while it runs, this thread cannot begin an event loop of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def open_house(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenHouse]:
    """A function that serves the page over a queue of its own, on SQLite or PostgreSQL, whose staff is known."""
    with ExitStack() as closing:

        def opened(store: str = "sqlite", settings: QueueSettings = PLAIN) -> House:
            if store == "sqlite":
                file = tmp_path_factory.mktemp("house") / "queue.db"
                shutil.copy(request.getfixturevalue("sqlite_staffed"), file)
                url = f"sqlite:///{file}"
            else:
                server = request.getfixturevalue("server")
                url = server.fresh("queue_staffed")
                closing.callback(server.drop, url)
            return closing.enter_context(serving(url, settings))

        yield opened


@pytest.fixture(scope="module")
def house(open_house: OpenHouse) -> House:
    """The page over a queue on SQLite."""
    return open_house()


@pytest.fixture(scope="module")
def windows(chromium: Browser, open_house: OpenHouse) -> Iterator[dict[tuple[str, str], Desk]]:
    """The windows that stay open from test to test, by address and user: to open one takes a second of work."""
    kept: dict[tuple[str, str], Desk] = {}
    yield kept
    for desk in kept.values():
        desk.leave()


@pytest.fixture
def sit_down(chromium: Browser, windows: dict[tuple[str, str], Desk]) -> Iterator[SitDown]:
    """A function that opens a browser window in which one of the staff is signed in, or nobody.

    ``anew``: a window that nobody has used, as are all with settings of their own; else a user's window stays open.
    When the test ends, no window may have seen an error, a dialog, or a request to another place.
    """
    desks: list[Desk] = []

    def seated(house: House, name: str = "", *, anew: bool = False, **context: Any) -> Desk:
        key = (house.address, name)
        if anew or context or not name:
            desk = Desk(chromium, house, name, **context)
        elif key in windows:
            desk = windows[key]
            desk.come_back()
        else:
            desk = windows[key] = Desk(chromium, house, name)
        desks.append(desk)
        return desk

    yield seated
    for desk in desks:
        if desk not in windows.values():
            desk.leave()
    told = [complaint for desk in desks for complaint in desk.told()]
    assert not told


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let nothing of this folder be skipped in silence: the browser must be there."""
    if any(Path(__file__).parent in item.path.parents for item in items) and not Path(CHROMIUM).exists():
        raise pytest.UsageError(f"{CHROMIUM} is missing: run scripts/setup.sh browser")
