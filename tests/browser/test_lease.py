"""The lease is lost while somebody types: the page says who has the case now, and keeps what was typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from linkage.review.cases import Action
from linkage.review.settings import QueueSettings
from tests.browser.conftest import OpenHouse, SitDown
from tests.browser.desks import Desk
from tests.browser.houses import House
from tests.browser.residents import twice_entered
from tests.oracles.queue_cases import PLAIN

TYPED = "Akta nikah 2015 menyebut kedua nama"
RENEWED = timedelta(minutes=2, seconds=1)
"""After so long the page prolongs the lease, or learns that it cannot."""


def _begin_to_type(desk: Desk, number: int) -> None:
    desk.go(f"/kasus/{number}")
    desk.send("a")
    desk.press("g")
    desk.page.locator("details[open] input[name=reason]").fill(TYPED)


def _time_passes(desk: Desk) -> None:
    with desk.page.expect_response("**/perpanjang"):
        desk.page.clock.fast_forward(int(RENEWED.total_seconds() * 1000))


@pytest.fixture
def ani_types(house: House, sit_down: SitDown) -> tuple[Desk, int]:
    """Ani, in the middle of a sentence, at a page whose clock the test turns."""
    (number,) = house.load(twice_entered("sewa"))
    ani = sit_down(house, "ani", anew=True)
    ani.page.clock.install()
    _begin_to_type(ani, number)
    return ani, number


def test_a_page_in_use_prolongs_its_lease(house: House, ani_types: tuple[Desk, int]) -> None:
    ani, number = ani_types
    before = house.queue.get(number, by="ani").lease
    _time_passes(ani)
    after = house.queue.get(number, by="ani").lease
    assert before is not None
    assert after is not None
    assert after.until > before.until
    assert not ani.page.locator("[data-lost]").is_visible()


def test_who_loses_a_case_while_typing_is_told_who_has_it_and_keeps_the_text(
    house: House, sit_down: SitDown, ani_types: tuple[Desk, int]
) -> None:
    ani, number = ani_types
    fitri = sit_down(house, "fitri")
    fitri.go(f"/kasus/{number}")
    fitri.click("Lepaskan kasus")
    budi = sit_down(house, "budi")
    budi.go(f"/kasus/{number}")
    budi.send("a")

    ani.expect(409)
    _time_passes(ani)
    lost = ani.page.locator("[data-lost]")
    lost.wait_for()
    assert "budi" in lost.inner_text()
    assert ani.page.locator("details[open] input[name=reason]").input_value() == TYPED

    ani.page.locator("details[open] button.main").click()
    ani.page.locator("#ketikan").wait_for()
    assert ani.page.locator("#ketikan").input_value() == TYPED
    assert "budi" in ani.text
    ani.page.get_by_role("link", name="Lihat kasusnya lagi").click()
    ani.page.get_by_text("Dipegang budi sampai").wait_for()
    assert house.queue.get(number, by="ani").history[-1].action is Action.CLAIM


def test_a_lease_that_ran_out_is_said_to_have_and_can_be_taken_again(open_house: OpenHouse, sit_down: SitDown) -> None:
    house = open_house(settings=_short())
    (number,) = house.load(twice_entered("lewat"))
    ani = sit_down(house, "ani")
    _begin_to_type(ani, number)
    ani.page.wait_for_timeout(1_000 * 60 * _short().lease_minutes)
    ani.expect(409)
    with ani.onward():
        ani.page.locator("details[open] button.main").click()
    assert ani.page.locator("#ketikan").input_value() == TYPED
    with ani.onward():
        ani.page.get_by_role("link", name="Lihat kasusnya lagi").click()
    ani.send("a")
    assert "Anda memegang kasus ini sampai" in ani.text


def _short() -> QueueSettings:
    return replace(PLAIN, lease_minutes=0.02)
