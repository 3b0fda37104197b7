"""From an invitation to the first case, as somebody does it who has never been here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.accounts.people import PASSWORD, digits
from tests.browser.conftest import SitDown
from tests.browser.desks import Desk
from tests.browser.houses import House
from tests.browser.residents import twice_entered


def test_who_was_invited_sets_the_account_up_signs_in_and_comes_to_the_case_they_wanted(
    house: House, sit_down: SitDown
) -> None:
    (number,) = house.load(twice_entered("pertama"))
    code = house.accounts.invite("dewi", by="kepala")
    desk = sit_down(house)
    desk.go("/undangan")
    desk.page.get_by_label("Kode undangan").fill(code)
    desk.click("Lanjut")
    assert code not in desk.page.url
    assert desk.page.locator(".picture svg").is_visible()
    secret = desk.page.locator("code").inner_text()
    now = datetime.now(UTC)
    desk.page.get_by_label("Kode yang kini tampil").fill(digits(secret, now))
    desk.page.get_by_label("Kata sandi baru", exact=True).fill(PASSWORD)
    desk.page.get_by_label("Kata sandi baru, sekali lagi").fill(PASSWORD)
    desk.click("Simpan")

    desk.go(f"/kasus/{number}", status=401)
    _sign_in(desk, PASSWORD.upper(), digits(secret, now))
    assert desk.page.get_by_role("alert").is_visible()
    # The digits of before are used up; those of the next half minute are good already.
    _sign_in(desk, PASSWORD, digits(secret, now + timedelta(seconds=30)))
    assert desk.path == f"/kasus/{number}"
    assert "Apakah kedua data ini milik satu orang?" in desk.text

    desk.click("Keluar")
    desk.go(f"/kasus/{number}", status=401)
    assert "NURHALIZA" not in desk.page.content()


def _sign_in(desk: Desk, password: str, shown: str) -> None:
    desk.page.get_by_label("Nama pengguna").fill("dewi")
    desk.page.get_by_label("Kata sandi").fill(password)
    desk.page.get_by_label("Kode dari aplikasi").fill(shown)
    desk.click("Masuk")
