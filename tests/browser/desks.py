"""A browser window of one person, who notes whatever a page should not do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Request, Response, WebError

from linkage.web.visiting import COOKIE
from tests.browser.houses import House

WIDE: Final = {"width": 1366, "height": 768}
"""The laptop of an office."""
PHONE: Final = {"width": 360, "height": 740}
SMALL_PHONE: Final = {"width": 320, "height": 640}

_PATIENCE = 15_000
"""Milliseconds. A page that has not come by then will not."""

_STATUS = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")


class Desk:
    """A window at the page. ``name``: of who is signed in, "" for nobody; ``context``: as Playwright takes it."""

    def __init__(self, chromium: Browser, house: House, name: str = "", **context: Any) -> None:
        self.house = house
        self.name = name
        self.keys = 0
        self.complaints: list[str] = []
        self._refused: set[int] = set()
        here = {"locale": "id-ID", "timezone_id": "Asia/Jakarta", "viewport": WIDE, "reduced_motion": "reduce"}
        self.context = chromium.new_context(**{**here, **context})
        self.context.on("console", self._console)
        self.context.on("weberror", self._error)
        self.context.on("dialog", self._dialog)
        self.context.on("request", self._request)
        if name:
            # A cookie that is secure and of this host alone is given for https; this machine's own http counts as that.
            secure = house.address.replace("http:", "https:")
            self.context.add_cookies([{"name": COOKIE, "value": house.token(name), "url": secure, "httpOnly": True}])
        self.page = self.context.new_page()
        self.page.set_default_timeout(_PATIENCE)

    # --- going about

    def go(self, path: str, *, status: int = 200) -> Response:
        """Open a page by its address; another ``status`` than 200 is what the test wants to see."""
        if status != 200:
            self.expect(status)
        answer = self.page.goto(self.house.address + path)
        assert answer is not None
        assert answer.status == status, (path, answer.status)
        return answer

    def expect(self, status: int) -> None:
        """Let a refused page be no complaint from here on: the test asks for it."""
        self._refused.add(status)

    @contextmanager
    def onward(self) -> Iterator[None]:
        """Wait until what is done within has led to another page, and its keys are ready."""
        with self.page.expect_event("domcontentloaded"):
            yield

    def press(self, *keys: str) -> None:
        """Press keys, one after the other, and count them."""
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1

    def send(self, *keys: str) -> None:
        """Press keys of which the last leads to another page."""
        self.press(*keys[:-1])
        with self.onward():
            self.press(keys[-1])

    def click(self, button: str) -> None:
        """Click the button that says so and go where it leads."""
        with self.onward():
            self.page.get_by_role("button", name=button).filter(visible=True).first.click()

    # --- looking

    @property
    def path(self) -> str:
        """The path of the page, with what is asked of it."""
        return self.page.url.removeprefix(self.house.address)

    @property
    def case(self) -> int:
        """The number of the case that is open."""
        found = re.match(r"/kasus/(\d+)", self.path)
        assert found, self.path
        return int(found[1])

    @property
    def text(self) -> str:
        """What can be read on the page."""
        return self.page.locator("body").inner_text()

    def too_wide(self) -> int:
        """By how many pixels the page would have to be scrolled sideways."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))

    # --- coming back and leaving

    def come_back(self) -> None:
        """Make the window as it was when it was opened."""
        self.keys = 0
        self._refused.clear()
        self.page.set_viewport_size(WIDE)  # type: ignore[arg-type]
        self.page.emulate_media(media="screen", color_scheme="light", reduced_motion="reduce")

    def leave(self) -> None:
        """Close the window."""
        self.context.close()

    def told(self) -> list[str]:
        """Return what the window had to complain of since this was last asked."""
        complaints, self.complaints = self.complaints, []
        return [f"{self.name or 'nobody'}: {complaint}" for complaint in complaints]

    def _console(self, message: ConsoleMessage) -> None:
        status = _STATUS.match(message.text)
        if not (status and int(status[1]) in self._refused):
            self.complaints.append(f"{message.type} on {self.path}: {message.text}")

    def _error(self, error: WebError) -> None:
        self.complaints.append(f"script on {self.path}: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        self.complaints.append(f"a dialog: {dialog.message}")
        dialog.dismiss()

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.house.address}/", "data:")):
            self.complaints.append(f"a request to {request.url}")
