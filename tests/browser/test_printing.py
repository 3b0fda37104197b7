"""The evidence sheet on paper."""

from __future__ import annotations

import re
from pathlib import Path

from tests.browser.audit_of_pages import violations
from tests.browser.conftest import SitDown
from tests.browser.houses import House
from tests.browser.residents import NUR_HALIZAH, NURHALIZA, twice_entered

A4 = (595, 842)
"""Points."""


def test_the_evidence_sheet_is_one_or_two_pages_of_a4_masked_and_without_the_menu(
    house: House, sit_down: SitDown, tmp_path: Path
) -> None:
    (number,) = house.load(twice_entered("lembar"))
    ani = sit_down(house, "ani")
    ani.go(f"/kasus/{number}")
    ani.page.locator("summary", has_text="Cetak lembar bukti").click()
    form = ani.page.locator("form[action$='/cetak']")
    form.get_by_role("textbox").fill("Rapat dengan kecamatan")
    with ani.onward():
        form.get_by_role("button").click()
    assert not violations(ani.page)

    ani.page.emulate_media(media="print")
    shown = ani.text
    for field in ("nik", "no_kk", "nama_ibu", "tanggal_lahir", "alamat"):
        assert NURHALIZA[field] not in shown
        assert NUR_HALIZAH[field] not in shown
    assert "Rapat dengan kecamatan" in shown
    assert "NURHALIZA PUTRI" in shown
    assert not ani.page.locator("nav, button, a, input").filter(visible=True).count()

    paper = ani.page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[0 0 ([0-9.]+) ([0-9.]+)\]", paper)
    assert 1 <= len(sizes) <= 2
    assert {(round(float(width)), round(float(height))) for width, height in sizes} == {A4}
    assert f"/kasus/{number}".encode() not in paper


def test_a_case_page_on_paper_leaves_out_what_cannot_be_pressed_there(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("kertas"))
    ani = sit_down(house, "ani")
    ani.go(f"/kasus/{number}")
    ani.send("a")
    ani.page.emulate_media(media="print")
    assert not ani.page.locator("button, nav, input:not([type=hidden])").filter(visible=True).count()
    assert "NURHALIZA PUTRI" in ani.text
