"""Two stewards at one queue."""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import OpenHouse, SitDown
from tests.oracles.queue_cases import make_case

ROUNDS = 4


def _case_of(url: str) -> int | None:
    found = re.search(r"/kasus/(\d+)", url)
    return int(found[1]) if found else None


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_two_stewards_who_ask_for_the_next_case_at_once_never_hold_one(
    open_house: OpenHouse, sit_down: SitDown, store: str
) -> None:
    house = open_house(store)
    house.load(*(make_case(f"a{number}", f"b{number}") for number in range(2 * ROUNDS)))
    desks = [sit_down(house, "ani"), sit_down(house, "budi")]
    for desk in desks:
        desk.go("/")
    held: list[int] = []
    for _ in range(ROUNDS):
        # Both requests are on their way before either answer is waited for.
        for desk in desks:
            desk.page.evaluate("document.querySelector('form[action=\"/kasus/berikut\"] button').click()")
        for desk in desks:
            desk.page.wait_for_url(lambda url, seen=tuple(held): _case_of(url) not in (None, *seen))
            assert "Anda memegang kasus ini sampai" in desk.text
        held += [desk.case for desk in desks]
    assert len(set(held)) == len(held) == 2 * ROUNDS
