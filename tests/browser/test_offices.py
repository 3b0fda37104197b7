"""A case of two regencies: both are asked and answer, then the tier above them decides."""

from __future__ import annotations

import pytest

from linkage.review.cases import State
from tests.browser.conftest import SitDown
from tests.browser.desks import Desk
from tests.browser.houses import House
from tests.browser.residents import NURHALIZA, twice_entered


@pytest.mark.parametrize(
    ("regions", "tier"),
    [
        pytest.param({"3273": "dewi", "3204": "gilang"}, ("hana", "indra"), id="province"),
        pytest.param({"3273": "dewi", "3374": "oka"}, ("joko", "kirana"), id="centre"),
    ],
)
def test_both_offices_answer_and_the_tier_above_them_decides(
    house: House, sit_down: SitDown, regions: dict[str, str], tier: tuple[str, str]
) -> None:
    here, there = regions
    (number,) = house.load(twice_entered(f"pindah-{there}", regions=(here, there)))
    proposer, approver = (sit_down(house, name) for name in tier)
    proposer.go(f"/kasus/{number}")
    proposer.send("a")
    for region in regions:
        _ask(proposer, region, f"Apakah ia tinggal di wilayah {region}?")
    for region, name in regions.items():
        local = sit_down(house, name)
        local.go("/permintaan")
        assert f"Apakah ia tinggal di wilayah {region}?" in local.text
        with local.onward():
            local.page.get_by_role("link", name=f"Kasus {number}").first.click()
        assert not local.page.get_by_text("Gabung: satu orang").count(), "who is asked does not decide"
        local.press("j")
        local.page.keyboard.type(f"Ya, menurut {name}.")
        local.click("Kirim jawaban")
        assert f"Ya, menurut {name}." in local.text
    proposer.go(f"/kasus/{number}")
    assert all(f"Ya, menurut {name}." in proposer.text for name in regions.values())
    proposer.send("a")
    proposer.send("g", "Enter")
    approver.go(f"/kasus/{number}")
    approver.send("a")
    approver.send("s", "Enter")
    case = house.queue.get(number, by=approver.name)
    assert case.state is State.DISETUJUI
    assert {*tier, *regions.values()} <= {entry.actor for entry in case.history}


def test_an_office_that_is_asked_sees_its_own_record_and_the_other_in_brief(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("ringkas", regions=("3273", "3204")))
    gilang = sit_down(house, "gilang")
    gilang.go(f"/kasus/{number}")
    assert "PADASUKA" in gilang.text
    assert NURHALIZA["kelurahan"] not in gilang.text
    assert "ringkasan saja" in gilang.text


def test_behind_the_walls_of_a_region_a_case_is_not_there(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("tembok"))
    for stranger in ("gilang", "oka"):
        desk = sit_down(house, stranger)
        for path in ("", "?bobot=1", f"?selesai={number}"):
            desk.go(f"/kasus/{number}{path}", status=404)
            shown = desk.page.content()
            assert not [value for value in NURHALIZA.values() if len(value) > 3 and value in shown]


def test_a_form_typed_by_hand_does_not_climb_the_walls(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("panjat"))
    desk = sit_down(house, "gilang")
    desk.go("/")
    csrf = desk.page.locator("input[name=csrf]").first.input_value()
    step = {"version": "1", "idem": "kunci-satu-kali-1"}
    forms: dict[str, dict[str, str]] = {
        "ambil": {},
        "perpanjang": {},
        "urungkan": {},
        "buka-data": {"field": "nik", "reason": "ingin tahu"},
        "cetak": {"purpose": "arsip"},
        "bukan-ganda": {**step, "why": "twins"},
        "langkah/lepas": step,
    }
    for path, fields in forms.items():
        address = f"{house.address}/kasus/{number}/{path}"
        answer = desk.page.request.post(address, form={"csrf": csrf, **fields}, max_redirects=0)
        assert answer.status == 404, path
        assert not [value for value in NURHALIZA.values() if len(value) > 3 and value in answer.text()], path
    assert house.queue.get(number, by="ani").version == 1


def _ask(desk: Desk, region: str, question: str) -> None:
    desk.press("i")
    form = desk.page.locator("form[action$='/tanya']")
    form.locator("select[name=region]").select_option(region)
    form.get_by_role("textbox").fill(question)
    with desk.onward():
        form.get_by_role("button", name="tetap di sini").click()
