"""Residents whose names are written to do harm: on every page they are letters and nothing more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pytest

from linkage.review.cases import Action, CaseIn
from tests.browser.audit_of_pages import unfold
from tests.browser.conftest import SitDown
from tests.browser.desks import SMALL_PHONE, WIDE, Desk
from tests.browser.houses import House
from tests.browser.residents import NUR_HALIZAH, NURHALIZA, case_of, resident, twice_entered
from tests.oracles.queue_cases import step

PAYLOADS: Final = {
    "markup": "<img src=x onerror=alert(1)><script>alert(2)</script><svg onload=alert(3)>",
    "attribute": "\" onmouseover=alert(4) autofocus onfocus=alert(5) x='",
    "template": "{{7*7}}{% raw %}${7*7}#{7*7}",
    "address": "javascript:alert(6)",
    "closing": "</textarea></title></style></option></select><form action=//penipu.example>",
    "backwards": "BUDI \u202eINAHDAR\u202c\u2066\u200b\ufeff",
    "control": "SITI\x01\x1b[31m\x7f\r\nSet-Cookie: a=b",
    "endless": "A" * 10_000,
    "stacked": "A" + "\u0301" * 2_000,
}
_MADE: Final = (
    "main img, main script, main svg[onload], form[action*=penipu], [onmouseover], [onfocus], a[href^=javascript]"
)
"""What the payloads would make, were they taken for markup."""

_FIELDS: Final = (
    "nama", "nama_ibu", "tempat_lahir", "alamat", "kelurahan", "nik", "kecamatan", "kab_kota", "status_ktpel", "agama",
    "pekerjaan",
)  # fmt: skip


def _hostile(first: int) -> CaseIn:
    """A case in which every field of a record says another payload, beginning with the one of that number.

    Over three cases, three payloads apart, each is somebody's name, masked or not, or that of one of the family.
    """
    said = list(PAYLOADS.values())

    def values(shift: int) -> dict[str, str]:
        return {name: said[(first + shift + place) % len(said)] for place, name in enumerate(_FIELDS)}

    kin = said[(first + 2) % len(said)]
    one = resident(f"jahat{first}-1", {**NURHALIZA, **values(0)}, kin=kin)
    return case_of(one, resident(f"jahat{first}-2", {**NUR_HALIZAH, **values(1)}, kin=f"{kin}."))


@pytest.mark.parametrize("first", range(0, len(PAYLOADS), 3))
def test_hostile_names_are_letters_wherever_they_are_shown(house: House, sit_down: SitDown, first: int) -> None:
    (number,) = house.load(_hostile(first))
    ani = sit_down(house, "ani")
    ani.go(f"/kasus/{number}")
    _inert(ani)
    ani.send("a")
    ani.press("o")
    opening = ani.page.locator(".open-values")
    for box in opening.get_by_role("checkbox").all():
        box.check()
    opening.get_by_role("textbox").fill("Dibandingkan dengan berkas")
    with ani.onward():
        opening.get_by_role("button").click()
    _inert(ani)
    ani.page.set_viewport_size(SMALL_PHONE)
    unfold(ani.page)
    assert ani.too_wide() <= 0
    ani.page.set_viewport_size(WIDE)
    ani.go(f"/kasus/{number}")
    ani.send("g", "Enter")
    ani.go(f"/kasus/{number}")
    _inert(ani)


def test_what_a_colleague_writes_is_letters_too(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(_hostile(1))
    ani, eko = sit_down(house, "ani"), sit_down(house, "eko")
    ani.go(f"/kasus/{number}")
    ani.send("a")
    ani.press("g")
    ani.page.locator("details[open] input[name=reason]").fill(PAYLOADS["markup"])
    with ani.onward():
        ani.page.locator("details[open] button.main").click()
    eko.go(f"/kasus/{number}")
    assert PAYLOADS["markup"] in eko.text
    _inert(eko)
    eko.page.locator("summary", has_text="Cetak lembar bukti").click()
    eko.page.locator("form[action$='/cetak'] input[name=purpose]").fill(PAYLOADS["markup"])
    eko.click("Siapkan lembar")
    assert PAYLOADS["markup"] in eko.text
    _inert(eko)


def test_what_another_office_asks_is_letters_too(house: House, sit_down: SitDown) -> None:
    (number,) = house.load(twice_entered("tanya", regions=("3273", "3204")))
    question = "".join(PAYLOADS[name] for name in ("markup", "attribute", "template", "closing"))
    step(house.queue, number, "hana", Action.ASK, at=datetime.now(UTC), region="3204", reason=question, hold=True)
    gilang = sit_down(house, "gilang")
    for path in ("/permintaan", f"/kasus/{number}"):
        gilang.go(path)
        assert PAYLOADS["markup"] in gilang.text
        _inert(gilang)


def test_a_hostile_search_is_answered_without_a_trace_in_the_address(house: House, sit_down: SitDown) -> None:
    ani = sit_down(house, "ani")
    ani.go("/cari")
    for payload in (PAYLOADS["markup"], PAYLOADS["template"]):
        ani.page.get_by_label("nomor data").check()
        ani.page.locator("input[name=wanted]").fill(payload)
        with ani.onward():
            ani.page.locator("main button.main").click()
        assert ani.path == "/cari"
        _inert(ani)


def _inert(desk: Desk) -> None:
    """Nothing was made of a payload; that nothing ran and nothing was fetched, the desk notes by itself."""
    assert not desk.page.locator(_MADE).count()
    assert "7*7" not in desk.text or "{{7*7}}" in desk.text
    assert "\u202e" not in desk.text
