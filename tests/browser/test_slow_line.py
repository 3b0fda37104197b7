"""A slow line: little is fetched, and nothing that is asked for twice or from afar.

First paint under a second on a line of 400 kbit/s and 400 ms: from the click to the first letters of a page, once the
browser keeps the styles and the script, as it does after the first page of the day. That page must ask twice, for its
text and then for its styles, and so takes twice the line's delay before anything else. What a page can do about either
is to be small and to ask for little; that is asserted here, not the time of a machine that does other things besides.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from linkage.review.cases import State
from tests.browser.conftest import SitDown
from tests.browser.desks import Desk
from tests.browser.houses import House
from tests.browser.residents import twice_entered

LINE: Final = {"latency": 400, "downloadThroughput": 400_000 / 8, "uploadThroughput": 400_000 / 8, "offline": False}

FIRST_VISIT: Final = 25_000
"""Bytes over the line for the first page of the day, headers included: half a second of the slow line."""
LATER: Final = 10_000
"""Bytes of each page after it, whose styles and scripts the browser has kept: 0.2 s."""
FILES: Final = 5
"""The page, its styles, the script, the sign."""


@dataclass
class Traffic:
    """What came over the line. ``kept``: files that the browser had already."""

    bytes: int = 0
    asked: list[str] = field(default_factory=list)
    kept: int = 0


@pytest.mark.parametrize("path", ["/", "/kasus/{number}", "/antrean"])
def test_a_page_is_small_and_what_it_needs_is_kept(house: House, sit_down: SitDown, path: str) -> None:
    (number,) = house.load(twice_entered(f"lambat{len(path)}"))
    ani = sit_down(house, "ani", anew=True)
    with _listening(ani) as first:
        ani.go(path.format(number=number))
    assert first.bytes <= FIRST_VISIT
    assert len(first.asked) <= FILES
    with _listening(ani) as again:
        ani.go(path.format(number=number))
    assert again.bytes <= LATER
    assert len(again.asked) == 1, "nothing but the page itself"


def test_a_case_is_taken_and_decided_on_a_slow_line(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("pelan"))
    ani = sit_down(house, "ani", anew=True)
    ani.context.new_cdp_session(ani.page).send("Network.emulateNetworkConditions", dict(LINE))
    ani.go(f"/kasus/{number}")
    ani.send("a")
    ani.send("b", "1")
    assert house.queue.get(number, by="ani").state is State.KEMBAR


@contextmanager
def _listening(desk: Desk) -> Iterator[Traffic]:
    traffic = Traffic()
    wire = desk.context.new_cdp_session(desk.page)
    wire.send("Network.enable")
    from_cache: set[str] = set()

    def answered(event: dict[str, Any]) -> None:
        response = event["response"]
        if response.get("fromDiskCache") or event["requestId"] in from_cache:
            traffic.kept += 1
        else:
            traffic.asked.append(response["url"])

    def finished(event: dict[str, Any]) -> None:
        traffic.bytes += int(event["encodedDataLength"])

    wire.on("Network.requestServedFromCache", lambda event: from_cache.add(event["requestId"]))
    wire.on("Network.responseReceived", answered)
    wire.on("Network.loadingFinished", finished)
    yield traffic
    desk.page.wait_for_load_state("networkidle")
    wire.detach()
