"""The administrator's pages: the list, rights no wider than one's own, invitations, sessions, what is held."""

from __future__ import annotations

import re

import pytest

from linkage.errors import SignInRefusedError
from linkage.review.people import Role, Scope, User
from tests.oracles.queue_cases import make_case, staff

BANDUNG = User("rahma", Scope("3273"), frozenset({Role.PENGELOLA}))
BOTH = User("sinta", Scope("32"), frozenset({Role.PENGELOLA, Role.AUDITOR}))
PAGES = ("/pengelola", "/pengelola/tambah", "/pengelola/pegangan", "/pengelola/pengguna/dewi")
NEW = {"name": "Tuti.W", "region": "3273", "role": ["petugas", "penyetuju"], "hours": "12,5"}
DEEDS = ("undang", "akhiri-sesi", "bebaskan", "nonaktifkan", "aktifkan")


@pytest.fixture
def rahma(web_queue, sign_in):
    """A browser of who keeps the list of Bandung."""
    staff(web_queue, BANDUNG, BOTH)
    return sign_in("rahma")


def do(browser, name, deed, *, sure=True):
    """Send the form of a deed, as somebody who is sure."""
    return browser.post(f"/pengelola/pengguna/{name}/tindakan/{deed}", {"sure": "true"} if sure else {})


def test_who_keeps_the_list_sees_every_page_and_nobody_else_does(rahma, sign_in, anonymous):
    assert [rahma.get(path).status_code for path in PAGES] == [200] * len(PAGES)
    for name in ("ani", "fitri"):
        other = sign_in(name)
        assert {other.get(path).status_code for path in PAGES} == {403}
    assert {anonymous.get(path).status_code for path in PAGES} == {401}


def test_an_auditor_who_keeps_no_list_is_sent_to_the_audit(sign_in):
    made = sign_in("made")
    assert made.get("/pengelola").headers["location"] == "/pengelola/audit"
    assert {made.get(path).status_code for path in PAGES[1:]} == {403}


def test_a_form_typed_by_hand_is_refused_to_who_keeps_no_list(rahma, sign_in, web_queue):
    for name in ("ani", "fitri", "made"):
        other, before = sign_in(name), web_queue.head()
        answers = [other.post("/pengelola/tambah", NEW), other.post("/pengelola/pengguna/dewi/ubah", NEW)]
        answers += [do(other, "dewi", deed) for deed in DEEDS]
        assert {answer.status_code for answer in answers} <= {403, 422}
        assert web_queue.head() == before


def test_the_list_holds_the_users_of_the_region_alone_and_can_be_narrowed(rahma):
    names = re.findall(r'href="/pengelola/pengguna/([^"]+)"', rahma.get("/pengelola").text)
    assert names == sorted(names)
    assert {"ani", "rahma", "made"} <= set(names)
    assert not {"gilang", "hana", "joko", "oka", "kepala"} & set(names)
    assert re.findall(r'href="/pengelola/pengguna/([^"]+)"', rahma.get("/pengelola?nama=AN").text) == ["ani"]
    assert rahma.get("/pengelola?wilayah=32730").status_code == 422


def test_a_user_is_added_under_a_plain_name_and_never_over_another(rahma, web_queue):
    answer = rahma.post("/pengelola/tambah", NEW)
    assert answer.headers["location"] == "/pengelola/pengguna/tuti.w?selesai=simpan"
    assert web_queue.user("tuti.w") == User(
        "tuti.w", Scope("3273"), frozenset({Role.PETUGAS, Role.PENYETUJU}), hours=12.5
    )
    for name in ("tuti.w", "ani", "gilang"):
        before = web_queue.user(name)
        refused = rahma.post("/pengelola/tambah", {**NEW, "name": name, "role": "auditor"})
        assert refused.status_code == 422
        assert "sudah ada" in refused.text
        assert web_queue.user(name) == before


WRONG = (
    {"region": "pusat"},
    {"region": "32"},
    {"region": "3204"},
    {"region": ""},
    {"region": "x"},
    {"role": []},
    {"role": "sistem"},
    {"name": "sistem"},
    {"name": "a b"},
    {"hours": "200"},
    {"hours": "-1"},
    {"active": "true"},
)


def test_nobody_gives_rights_beyond_their_own_region_or_that_there_are_not(rahma, web_queue):
    before = web_queue.users(by="kepala")
    answers = {str(wrong): rahma.post("/pengelola/tambah", {**NEW, **wrong}).status_code for wrong in WRONG}
    assert set(answers.values()) == {403, 422}, answers
    assert web_queue.users(by="kepala") == before


def test_only_regions_of_ones_own_are_offered(rahma, sign_in):
    offered = re.findall(r'<option value="([^"]+)"', rahma.get("/pengelola/tambah").text)
    assert offered == ["3273"]
    everywhere = re.findall(r'<option value="([^"]+)"', sign_in("kepala").get("/pengelola/tambah").text)
    assert everywhere[0] == "pusat"
    assert len(everywhere) > 500


def test_a_user_is_changed_and_stays_active_or_not(rahma, web_queue):
    change = {"region": "3273", "role": "auditor", "hours": ""}
    assert rahma.post("/pengelola/pengguna/dewi/ubah", change).status_code == 303
    assert web_queue.user("dewi") == User("dewi", Scope("3273"), frozenset({Role.AUDITOR}))
    do(rahma, "dewi", "nonaktifkan")
    rahma.post("/pengelola/pengguna/dewi/ubah", {**change, "hours": "3"})
    assert not web_queue.user("dewi").active


def test_a_change_out_of_the_region_or_that_shuts_oneself_out_is_refused(rahma, web_queue):
    for name, region in (("dewi", "3204"), ("dewi", "pusat"), ("rahma", "3273")):
        before = web_queue.user(name)
        assert rahma.post(f"/pengelola/pengguna/{name}/ubah", {"region": region, "role": "petugas"}).status_code == 403
        assert web_queue.user(name) == before


def test_a_user_of_another_region_is_as_unknown_as_nobody(rahma, web_queue):
    before = web_queue.head()
    pages = {}
    for name in ("gilang", "hana", "kepala", "nobody"):
        pages[name] = rahma.get(f"/pengelola/pengguna/{name}")
        answers = [pages[name], rahma.post(f"/pengelola/pengguna/{name}/ubah", {"region": "3273", "role": "petugas"})]
        answers += [do(rahma, name, deed) for deed in DEEDS]
        assert {answer.status_code for answer in answers} == {404}
    assert web_queue.head() == before


def test_what_cannot_be_taken_back_is_asked_twice(rahma, sign_in, web_queue):
    dewi, before = sign_in("dewi"), web_queue.head().seq
    for deed in DEEDS[:-1]:
        asked = do(rahma, "dewi", deed, sure=False)
        assert asked.status_code == 200
        assert "Ya, lanjutkan" in asked.text
    assert (dewi.get("/profil").status_code, web_queue.head().seq) == (200, before)


def test_who_is_switched_off_is_out_at_once_and_holds_nothing(rahma, sign_in, load, web_queue):
    (number,) = load(make_case("a", "b"))
    dewi = sign_in("dewi")
    web_queue.claim(by="dewi", case=number)
    assert do(rahma, "dewi", "nonaktifkan").status_code == 303
    assert dewi.get("/").status_code == 401
    assert web_queue.get(number, by="ani").lease is None
    do(rahma, "dewi", "aktifkan")
    assert dewi.get("/").status_code == 401, "the old session does not come back"


def test_sessions_are_shown_and_ended(rahma, sign_in):
    dewi = sign_in("dewi")
    assert "terakhir dipakai" in rahma.get("/pengelola/pengguna/dewi").text
    assert do(rahma, "dewi", "akhiri-sesi").status_code == 303
    assert dewi.get("/").status_code == 401
    assert "Tidak ada sesi" in rahma.get("/pengelola/pengguna/dewi").text


def test_an_invitation_is_told_once_and_stands_in_no_address(rahma, services, sign_in):
    dewi = sign_in("dewi")
    answer = do(rahma, "dewi", "undang")
    code = re.search(r'<code class="code">([^<]+)</code>', answer.text).group(1)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert services.accounts.open_invitation(code).name == "dewi"
    assert dewi.get("/").status_code == 401, "what the account had ends at once"
    assert code not in rahma.get("/pengelola/pengguna/dewi").text
    do(rahma, "dewi", "undang")
    with pytest.raises(SignInRefusedError):
        services.accounts.open_invitation(code)


def test_nobody_invites_themselves(rahma):
    assert do(rahma, "rahma", "undang").status_code == 403


def test_what_is_held_in_the_region_is_listed_and_freed(rahma, load, web_queue):
    mine, other = load(make_case("a", "b"), make_case("c", "d", scope="3374"))
    web_queue.claim(by="dewi", case=mine)
    web_queue.claim(by="oka", case=other)
    text = rahma.get("/pengelola/pegangan").text
    assert "dewi" in text
    assert "oka" not in text
    assert do(rahma, "dewi", "bebaskan").status_code == 303
    assert web_queue.get(mine, by="ani").lease is None
    assert web_queue.get(other, by="oka").lease is not None


def test_who_both_keeps_the_list_and_audits_sees_both(rahma, sign_in):
    sinta = sign_in("sinta")
    assert [sinta.get(path).status_code for path in ("/pengelola", "/pengelola/audit")] == [200, 200]
