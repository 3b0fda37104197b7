"""All of the work can be done in a browser that runs no script."""

from __future__ import annotations

from linkage.review.cases import Action, State
from tests.browser.conftest import SitDown
from tests.browser.houses import House
from tests.browser.residents import twice_entered


def test_without_scripts_one_takes_proposes_undoes_asks_answers_and_approves(house: House, sit_down: SitDown) -> None:
    number, moved = house.load(twice_entered("polos"), twice_entered("polos-pindah", regions=("3273", "3204")))
    dewi, eko, hana = (sit_down(house, name, java_script_enabled=False) for name in ("dewi", "eko", "hana"))

    dewi.go("/")
    dewi.click("Kasus berikut")
    assert dewi.case == number
    dewi.page.locator("summary", has_text="Gabung: satu orang").click()
    dewi.click("Usulkan")
    assert house.queue.get(number, by="dewi").state is State.DIUSULKAN
    dewi.click("Batalkan")
    assert house.queue.get(number, by="dewi").state is State.DALAM_VERIFIKASI
    dewi.page.locator("summary", has_text="Gabung: satu orang").click()
    dewi.click("Usulkan")

    eko.go(f"/kasus/{number}")
    eko.click("Periksa usulan ini")
    eko.page.locator("summary", has_text="Setujui").click()
    eko.page.locator("details[open] button.main").click()
    eko.page.get_by_text("tersimpan").wait_for()
    assert house.queue.get(number, by="eko").state is State.DISETUJUI

    hana.go(f"/kasus/{moved}")
    hana.click("Ambil kasus ini")
    hana.page.locator("summary", has_text="Perlu informasi").click()
    form = hana.page.locator("form[action$='/tanya']")
    form.locator("select").select_option("3273")
    form.get_by_role("textbox").fill("Apakah ia masih di sana?")
    with hana.onward():
        form.get_by_role("button", name="tetap di sini").click()
    dewi.go(f"/kasus/{moved}")
    dewi.page.get_by_label("Jawaban kantor Anda").fill("Sudah pindah.")
    dewi.click("Kirim jawaban")
    assert house.queue.get(moved, by="hana").history[-1].action is Action.ANSWER
