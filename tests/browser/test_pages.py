"""Every page there is, as everybody may have it: in light and dark, wide and narrow, with all of it unfolded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from fastapi.routing import APIRoute

from linkage.review.cases import Action
from linkage.web.routes import ROUTERS
from tests.browser.audit_of_pages import OF_LOOKS, small_targets, unfold, violations
from tests.browser.conftest import SitDown
from tests.browser.desks import PHONE, SMALL_PHONE, WIDE, Desk
from tests.browser.houses import House
from tests.browser.residents import NUR_HALIZAH, NURHALIZA, case_of, resident, twice_entered
from tests.oracles.queue_cases import different, propose, step

CASES = {
    "new": twice_entered("baru"),
    "free": twice_entered("bebas"),
    "proposed": twice_entered("usulan"),
    "shared": case_of(
        resident("satu", NURHALIZA),
        resident("dua", {**NUR_HALIZAH, "nik": NURHALIZA["nik"]}),
        kind="SHARED_NIK",
        reasons=("NIK_BERSAMA",),
    ),
    "moved": twice_entered("pindah", regions=("3273", "3204")),
    "three": case_of(
        resident("a", NURHALIZA), resident("b", NUR_HALIZAH, married=True), resident("c", {**NURHALIZA, "rt": ""})
    ),
    "closed": twice_entered("tutup"),
}


@dataclass(frozen=True)
class Visit:
    """How somebody comes to a page: the address, then keys, then buttons."""

    who: str
    path: str
    keys: str = ""
    status: int = 200


VISITS: Mapping[str, Visit] = {
    "signing in": Visit("", "/masuk"),
    "signing in, in English": Visit("", "/masuk?bahasa=en"),
    "an invitation": Visit("", "/undangan"),
    "home": Visit("dewi", "/"),
    "queue": Visit("dewi", "/antrean"),
    "queue, filtered to nothing": Visit("dewi", "/antrean?jenis=OPEN_MOVE&status=DITOLAK"),
    "search": Visit("dewi", "/cari"),
    "requests": Visit("dewi", "/permintaan"),
    "help": Visit("dewi", "/bantuan"),
    "profile": Visit("dewi", "/profil"),
    "a case in hand": Visit("dewi", "/kasus/{new}", "a"),
    "a case with its score": Visit("ani", "/kasus/{three}?bobot=1"),
    "a case of three in hand": Visit("ani", "/kasus/{three}", "a"),
    "a shared NIK in hand": Visit("citra", "/kasus/{shared}", "a"),
    "a proposal in hand": Visit("eko", "/kasus/{proposed}", "a"),
    "a question to answer": Visit("dewi", "/kasus/{moved}"),
    "a closed case": Visit("ani", "/kasus/{closed}"),
    "a case that is not there": Visit("gilang", "/kasus/{new}", status=404),
    "supervising": Visit("fitri", "/pengawas"),
    "what wants attention": Visit("fitri", "/pengawas/perhatian"),
    "agreement": Visit("fitri", "/pengawas/kesepakatan"),
    "stopped publications": Visit("lestari", "/pengawas/terbitan"),
    "users": Visit("kepala", "/pengelola"),
    "a new user": Visit("kepala", "/pengelola/tambah"),
    "a user": Visit("kepala", "/pengelola/pengguna/ani"),
    "who holds what": Visit("kepala", "/pengelola/pegangan"),
    "audit": Visit("made", "/pengelola/audit"),
}

OF_EACH_STYLE = {
    "signing in", "home", "queue", "help", "a case in hand", "a shared NIK in hand", "supervising", "users",
}  # fmt: skip
"""Pages that hold, between them, whatever the style sheets give a colour."""

ELSEWHERE = {"/static/{name}", "/masuk/oidc", "/masuk/oidc/kembali"}
"""Addresses that answer with no page of their own."""


@pytest.fixture(scope="module")
def numbers(house: House) -> Mapping[str, int]:
    """The cases by what has become of them."""
    number = dict(zip(CASES, house.load(*CASES.values()), strict=True))
    queue, now = house.queue, datetime.now(UTC)
    propose(queue, number["proposed"], "ani", at=now)
    different(queue, number["closed"], "ani", "siblings", at=now)
    step(
        queue,
        number["moved"],
        "hana",
        Action.ASK,
        at=now,
        region="3273",
        reason="Apakah ia tinggal di sana?",
        hold=True,
    )
    return number


@pytest.mark.parametrize("name", VISITS)
def test_a_page_is_for_everybody_in_light_and_dark_and_at_any_width(
    house: House, sit_down: SitDown, numbers: Mapping[str, int], name: str
) -> None:
    visit = VISITS[name]
    desk = sit_down(house, visit.who)
    desk.go(visit.path.format(**numbers), status=visit.status)
    if visit.keys:
        desk.send(*visit.keys)
    _fits_everybody(desk, dark=name in OF_EACH_STYLE)


def test_what_answers_a_form_is_for_everybody_too(house: House, sit_down: SitDown, numbers: Mapping[str, int]) -> None:
    ani, budi = sit_down(house, "ani"), sit_down(house, "budi")
    for desk in (ani, budi):
        desk.go(f"/kasus/{numbers['free']}")
    ani.send("a")
    budi.expect(409)
    budi.send("a")
    assert "ani" in budi.page.locator("main").inner_text()
    _fits_everybody(budi)

    ani.press("o")
    ani.page.locator(".open-values").get_by_role("checkbox").first.check()
    ani.page.locator(".open-values").get_by_role("textbox").fill("Dibandingkan dengan berkas")
    with ani.onward():
        ani.page.locator(".open-values button").click()
    assert NURHALIZA["nik"] in ani.text
    _fits_everybody(ani)

    budi.go("/cari")
    budi.page.get_by_label("nomor data").check()
    budi.page.locator("input[name=wanted]").fill("bebas-1")
    budi.click("Cari")
    assert f"Kasus {numbers['free']}" in budi.text
    _fits_everybody(budi)


def test_every_address_that_shows_a_page_is_visited() -> None:
    routes = [route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)]
    addresses = {route.path for route in routes if "GET" in route.methods and not route.path.startswith("/api/")}
    seen = {visit.path.partition("?")[0] for visit in VISITS.values()}
    forms = [re.compile(re.sub(r"{[^}]*}", "[^/]+", address)) for address in addresses - ELSEWHERE]
    assert not [form.pattern for form in forms if not any(form.fullmatch(path) for path in seen)]


def _fits_everybody(desk: Desk, *, dark: bool = False) -> None:
    """Colours depend on the theme and all else on the width: two ways to look, and each of both is seen."""
    page = desk.page
    looks = [(WIDE, "light", ()), (PHONE, "dark", OF_LOOKS)]
    for width, theme, rules in looks if dark else looks[:1]:
        page.set_viewport_size(width)
        page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        unfold(page)
        assert not violations(page, rules=rules), (width, theme)
    for width in (PHONE, SMALL_PHONE):
        page.set_viewport_size(width)
        assert desk.too_wide() <= 0, width
        assert not small_targets(page), width
