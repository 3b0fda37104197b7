"""Everybody's own page: language, keys, password, sessions, roles in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from linkage.web.views.case_keys import DEFAULT_KEYS, keys_of
from linkage.web.visiting import COOKIE
from tests.accounts import people
from tests.web.conftest import Browser

LOOK = {"language": "en", "time_zone": "Asia/Jayapura", "shortcuts_on": "true"}
POSTS = ("tampilan", "tombol", "kata-sandi", "sesi-lain")


def keys(**changed):
    """The form of keys, as usual but for some."""
    return {"key": [changed.get(action, key) for action, key in DEFAULT_KEYS.items()]}


def test_everybody_sees_their_own_page_with_their_roles_in_words(sign_in, anonymous):
    for name in ("ani", "eko", "fitri", "kepala", "made"):
        assert sign_in(name).get("/profil").status_code == 200
    text = sign_in("eko").get("/profil").text
    assert "Menyetujui, mengembalikan, atau menolak usulan orang lain" in text
    assert "Mengambil kasus, mengusulkan" not in text
    assert anonymous.get("/profil").status_code == 401


def test_a_form_without_its_token_or_with_a_field_too_many_is_refused(sign_in):
    ani = sign_in("ani")
    for path in POSTS:
        assert ani.client.post(f"/profil/{path}", data=LOOK).status_code == 403
        assert ani.post(f"/profil/{path}", {"name": "budi"}).status_code == 422


def test_language_time_zone_and_whether_keys_are_on_are_kept(sign_in, services):
    ani = sign_in("ani")
    assert ani.post("/profil/tampilan", LOOK).headers["location"] == "/profil?selesai=tampilan"
    answer = ani.get("/profil")
    assert answer.headers["content-language"] == "en"
    assert "WIT" in answer.text
    ani.post("/profil/tampilan", {key: value for key, value in LOOK.items() if key != "shortcuts_on"})
    assert not services.accounts.preferences("ani").shortcuts_on
    assert ani.post("/profil/tampilan", {**LOOK, "time_zone": "Europe/Paris"}).status_code == 422


def test_keys_are_changed_and_changed_back(sign_in, services):
    ani = sign_in("ani")
    assert ani.post("/profil/tombol", keys(merge="W", help="!")).status_code == 303
    wanted = services.accounts.preferences("ani")
    assert dict(wanted.keys) == {"merge": "w", "help": "!"}
    assert keys_of(wanted)["merge"] == "w"
    assert "biasanya G" in ani.get("/profil").text
    assert ani.post("/profil/tombol", {"usual": "true"}).status_code == 303
    assert dict(services.accounts.preferences("ani").keys) == {}


def test_two_actions_may_change_places(sign_in, services):
    ani = sign_in("ani")
    assert ani.post("/profil/tombol", keys(merge="b", different="g")).status_code == 303
    found = keys_of(services.accounts.preferences("ani"))
    assert (found["merge"], found["different"], len(set(found.values()))) == ("b", "g", len(DEFAULT_KEYS))


CLASHING = (
    ({"merge": "b"}, "B dipakai untuk orang yang sama dan juga untuk bukan ganda"),
    ({"merge": "gg"}, "isi satu huruf"),
    ({"merge": ""}, "isi satu huruf"),
    ({"merge": "\x07"}, "isi satu huruf"),
)


def test_keys_that_cannot_be_had_together_are_told_and_nothing_is_stored(sign_in, services):
    ani = sign_in("ani")
    for changed, said in CLASHING:
        answer = ani.post("/profil/tombol", keys(**changed))
        assert (answer.status_code, said in answer.text) == (422, True), changed
    assert dict(services.accounts.preferences("ani").keys) == {}


def test_too_few_or_too_many_keys_are_refused(sign_in):
    ani = sign_in("ani")
    for given in ({}, {"key": ["w"]}, {"key": ["w"] * 101}):
        assert ani.post("/profil/tombol", given).status_code == 422


def test_ones_other_sessions_are_ended_and_this_one_goes_on(sign_in):
    here, there = sign_in("ani"), sign_in("ani")
    assert here.get("/profil").text.count("terakhir dipakai") == 2
    assert here.post("/profil/sesi-lain").status_code == 303
    assert (here.get("/profil").status_code, there.get("/profil").status_code) == (200, 401)


def test_who_came_by_another_service_has_no_password_to_change_here(sign_in):
    assert "akun kantor" in sign_in("ani").get("/profil").text


@pytest.fixture
def with_password(services, app):
    """A browser of ani, signed in with a password; the other session is on another device."""
    now = datetime.now(UTC)
    secret = people.set_up(services.accounts, "ani", by="kepala", now=now - timedelta(seconds=60))
    services.accounts.link_oidc("ani", "tests:ani", by="kepala")
    token = people.sign_in(services.accounts, "ani", secret, now).token
    client = TestClient(app, base_url="https://localhost", follow_redirects=False)
    client.cookies.set(COOKIE, token)
    return Browser("ani", client, services, token)


def test_a_password_is_changed_with_the_old_one_and_ends_other_sessions(with_password, sign_in):
    ani, there = with_password, sign_in("ani")
    new = {"old": people.PASSWORD, "new": "tujuh ikan mas di kolam", "again": "tujuh ikan mas di kolam"}
    assert ani.post("/profil/kata-sandi", new).headers["location"] == "/profil?selesai=sandi"
    assert (ani.get("/profil").status_code, there.get("/profil").status_code) == (200, 401)
    assert ani.post("/profil/kata-sandi", new).status_code == 422, "the old one is old now"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"old": "kucing tetangga sebelah"}, "Kata sandi lama tidak tepat"),
        ({"again": "tujuh ikan lele di kolam"}, "tidak sama"),
        ({"new": "123456789012", "again": "123456789012"}, "problem"),
        ({"new": people.PASSWORD, "again": people.PASSWORD}, "problem"),
    ],
)
def test_a_password_that_cannot_be_taken_is_told_and_never_repeated(with_password, sign_in, changed, said):
    there = sign_in("ani")
    form = {"old": people.PASSWORD, "new": "tujuh ikan mas di kolam", "again": "tujuh ikan mas di kolam", **changed}
    answer = with_password.post("/profil/kata-sandi", form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert not [value for value in form.values() if value in answer.text]
    assert there.get("/profil").status_code == 200
