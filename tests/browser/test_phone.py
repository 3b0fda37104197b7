"""The case page in one hand."""

from __future__ import annotations

import pytest

from linkage.review.cases import State
from tests.browser.conftest import SitDown
from tests.browser.desks import PHONE, SMALL_PHONE
from tests.browser.houses import House
from tests.browser.residents import twice_entered


@pytest.mark.parametrize("size", [PHONE, SMALL_PHONE], ids=lambda size: f"{size['width']} px")
def test_a_decision_is_in_reach_of_the_thumb_and_sent_by_taps(
    house: House, sit_down: SitDown, size: dict[str, int]
) -> None:
    (number,) = house.load(twice_entered(f"telepon-{size['width']}"))
    desk = sit_down(house, "dewi", viewport=size, has_touch=True, is_mobile=True)
    desk.go(f"/kasus/{number}")
    with desk.onward():
        desk.page.get_by_role("button", name="Ambil kasus ini").tap()
    verdict = desk.page.locator("summary", has_text="Gabung: satu orang")
    place = verdict.bounding_box()
    assert place is not None
    assert 0 <= place["y"] <= place["y"] + place["height"] <= size["height"], "in sight without scrolling"
    verdict.tap()
    with desk.onward():
        desk.page.locator("details[open] button.main").tap()
    assert house.queue.get(number, by="dewi").state is State.DIUSULKAN
    assert desk.too_wide() <= 0
