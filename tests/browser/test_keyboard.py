"""The hands stay on the keyboard: from the first case of the day to the approval."""

from __future__ import annotations

import pytest

from linkage.review.cases import State
from tests.browser.conftest import OpenHouse, SitDown
from tests.browser.houses import House
from tests.browser.residents import twice_entered

KEYS = 3
"""Strokes that a median case may take, from where it is seen to where the next one is."""


@pytest.mark.parametrize("store", ["sqlite", "postgresql"])
def test_from_claim_to_approval_by_keys_alone(open_house: OpenHouse, sit_down: SitDown, store: str) -> None:
    house = open_house(store)
    house.load(twice_entered("nur"), twice_entered("nis"))
    dewi = sit_down(house, "dewi")
    dewi.go("/")
    dewi.send("n")
    first = dewi.case

    dewi.keys = 0
    dewi.send("g", "Enter")
    assert dewi.keys <= KEYS
    assert dewi.case != first, "the next case comes at once"
    assert house.queue.get(first, by="dewi").state is State.DIUSULKAN

    dewi.send("z")
    assert dewi.case == first
    assert "Anda memegang kasus ini sampai" in dewi.text
    assert house.queue.get(first, by="dewi").state is State.DALAM_VERIFIKASI
    dewi.send("g", "Enter")

    eko = sit_down(house, "eko")
    eko.go("/")
    eko.send("u")
    assert eko.case == first
    assert "Usulan dewi" in eko.text
    eko.keys = 0
    eko.send("s", "Enter")
    assert eko.keys <= KEYS
    case = house.queue.get(first, by="eko")
    assert case.state is State.DISETUJUI
    assert {entry.actor for entry in case.history} == {"dewi", "eko"}


def test_twins_are_told_apart_in_two_strokes(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("kembar"))
    ani = sit_down(house, "ani")
    ani.go(f"/kasus/{number}")
    ani.send("a")
    ani.keys = 0
    ani.send("b", "1")
    assert ani.keys == 2
    assert house.queue.get(number, by="ani").state is State.KEMBAR


def test_keys_that_are_switched_off_do_nothing(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("mati"))
    desk = sit_down(house, "budi")
    desk.go(f"/kasus/{number}")
    desk.send("a")
    desk.go("/profil")
    desk.page.get_by_label("Tombol pintas satu huruf").uncheck()
    desk.click("Simpan")
    desk.go(f"/kasus/{number}")
    assert not desk.page.locator("main kbd").count()
    desk.press(*"gbkixzon?")
    assert not desk.page.locator("details[open]").count()
    assert desk.case == number


def test_a_key_that_a_user_chose_takes_the_place_of_the_usual_one(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("ganti"))
    desk = sit_down(house, "citra")
    desk.go("/profil")
    desk.page.get_by_label("orang yang sama", exact=True).fill("m")
    desk.click("Simpan tombol")
    desk.go(f"/kasus/{number}")
    desk.send("a")
    desk.press("g")
    assert not desk.page.locator("details.verdict[open]").count()
    desk.press("m")
    assert desk.page.locator("details.verdict[open] summary kbd").inner_text() == "M"


def test_keys_are_letters_where_one_types_and_the_browsers_own_with_ctrl_and_alt(
    house: House, sit_down: SitDown
) -> None:
    (number,) = house.load(twice_entered("ketik"))
    desk = sit_down(house, "dewi")
    desk.go(f"/kasus/{number}")
    desk.send("a")
    desk.press("Control+g", "Alt+g", "Control+i", "Alt+b")
    assert not desk.page.locator("details.verdict[open]").count()
    desk.press("i")
    desk.page.keyboard.type("bagian gizi kkk")
    assert desk.page.locator(":focus").input_value() == "bagian gizi kkk"
    assert desk.page.locator("details.verdict[open]").count() == 1
    desk.press("Escape")
    assert not desk.page.locator("details.verdict[open]").count()
    assert desk.case == number
