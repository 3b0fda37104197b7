"""The beginning of the day and the list of the queue, over a real queue."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from linkage.review.cases import Action
from linkage.web.views.queue_page import PAGE
from tests.oracles.queue_cases import answer, make_case, propose, step

NOW = datetime.now(UTC)
ROWS = re.compile(r'<th scope="row"><a href="/kasus/(\d+)">')


def listed(answer_):
    return [int(number) for number in ROWS.findall(answer_.text)]


def test_the_day_begins_with_the_next_case_and_its_key(sign_in, load):
    load(make_case("a", "b"))
    page = sign_in("ani").get("/")
    assert page.status_code == 200
    assert 'data-key="n"' in page.text
    assert 'data-key="u"' in page.text
    assert ">1</a> <span>kasus terbuka" in page.text
    assert "Tidak ada. Ambil kasus berikut untuk mulai." in page.text


def test_a_button_that_is_pressed_twice_hands_out_one_case(sign_in, load, web_queue):
    first, second = load(make_case("a", "b", priority=0.9), make_case("c", "d", priority=0.1))
    ani = sign_in("ani")
    page = {"csrf": ani.csrf()}
    there, again = (ani.post("/kasus/berikut", page).headers["location"] for _ in range(2))
    assert there == again == f"/kasus/{first}"
    assert [case.id for case in web_queue.desk(by="ani").held] == [first]
    assert ani.post("/kasus/berikut").headers["location"] == f"/kasus/{second}"


@pytest.mark.parametrize(
    ("name", "shown", "hidden"),
    [
        ("dewi", "Kasus berikut", "Usulan berikut"),
        ("eko", "Usulan berikut", "Kasus berikut"),
        ("made", "Selamat bekerja", "/kasus/berikut"),
        ("fitri", "kasus terbuka", "Di tangan Anda"),
        ("kepala", "Pengelolaan", 'href="/cari"'),
    ],
)
def test_who_has_no_such_work_is_offered_none(sign_in, load, name, shown, hidden):
    load(make_case("a", "b"))
    text = sign_in(name).get("/").text
    assert shown in text
    assert hidden not in text


def test_the_next_case_is_handed_out_and_stands_on_the_desk(sign_in, load):
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    assert ani.post("/kasus/berikut").headers["location"] == f"/kasus/{number}"
    text = ani.get("/").text
    assert "Sedang Anda pegang" in text
    assert f'<a href="/kasus/{number}">' in text
    assert f'<a href="/kasus/{number}">' not in sign_in("budi").get("/").text


def test_a_desk_names_what_came_back_what_was_given_and_what_is_waited_for(sign_in, load, web_queue):
    back, given, waiting = load(make_case("a", "b"), make_case("c", "d"), make_case("e", "f"))
    propose(web_queue, back, "ani", at=NOW)
    answer(web_queue, back, "budi", at=NOW, action=Action.RETURN, reason="lampirkan akta")
    step(web_queue, given, "fitri", Action.ASSIGN, at=NOW, assignee="ani")
    step(web_queue, waiting, "ani", Action.NEED, at=NOW, reason="akta", due_at=NOW + timedelta(days=3))
    text = sign_in("ani").get("/").text
    headings = ("Usulan Anda yang dikembalikan", "Ditugaskan kepada Anda", "Menunggu dokumen atau jawaban")
    places = [text.index(f"<h3>{heading}</h3>") for heading in headings]
    assert places == sorted(places)
    for number, place in zip((back, given, waiting), places, strict=True):
        assert text.index(f'<a href="/kasus/{number}">', place) > place
    assert "3 hari lagi" in text
    assert "<span>diusulkan</span>" in text


def test_what_was_just_saved_can_be_taken_back_from_home(sign_in, load, web_queue):
    (number,) = load(make_case("a", "b"))
    ani = sign_in("ani")
    ani.post("/kasus/berikut")
    left = ani.step(number, "bukan-ganda", {"why": "siblings", "onward": "next"})
    assert left.headers["location"] == f"/?selesai={number}&tadi=different"
    text = ani.get(left.headers["location"]).text
    assert f"Kasus {number} tersimpan." in text
    assert f'action="/kasus/{number}/urungkan"' in text
    assert "tidak ada kasus berikut" in text
    assert ani.post(f"/kasus/{number}/urungkan").status_code == 303
    assert web_queue.get(number, by="ani").history[-1].action is Action.CLAIM


def test_who_has_nothing_to_do_is_told_what_they_may_do(sign_in):
    ani = sign_in("ani")
    location = ani.post("/kasus/berikut").headers["location"]
    assert location == "/?kosong=1"
    text = ani.get(location).text
    assert "Saat ini tidak ada kasus berikut untuk Anda." in text
    assert 'href="/permintaan"' in text


def test_a_list_holds_what_the_user_may_see_and_leads_to_each_case(sign_in, load):
    own, west, java, semarang = load(
        make_case("a", "b"), make_case("c", "d", scope="32"), make_case("e", "f", scope=""),
        make_case("g", "h", scope="3374"),
    )  # fmt: skip
    seen = {
        "ani": {own, west, java},
        "hana": {own, west, java},
        "oka": {java, semarang},
        "kirana": {own, west, java, semarang},
    }
    assert {name: set(listed(sign_in(name).get("/antrean"))) for name in seen} == seen


def test_filters_stand_in_the_address(sign_in, load, web_queue):
    plain, move, proposed, given = load(
        make_case("a", "b"), make_case("c", "d", kind="OPEN_MOVE", scope="32"), make_case("e", "f"), make_case("g", "h")
    )  # fmt: skip
    propose(web_queue, proposed, "dewi", at=NOW)
    step(web_queue, given, "fitri", Action.ASSIGN, at=NOW, assignee="ani")
    ani = sign_in("ani")
    expected = {
        "status=DIUSULKAN": {proposed},
        "jenis=OPEN_MOVE": {move},
        "wilayah=3273": {plain, proposed, given},
        "wilayah=3374": set(),
        "saya=1": {given},
        "umur=0": {plain, move, proposed, given},
        "umur=90": set(),
        "giliran=menunggu": set(),
        "giliran=siap&status=BARU&jenis=&wilayah=&umur=&saya=&sesudah=": {plain, move},
        "status=TERKONFIRMASI": set(),
    }
    assert {query: set(listed(ani.get(f"/antrean?{query}"))) for query in expected} == expected
    assert "Tidak ada kasus yang sesuai." in ani.get("/antrean?umur=90").text
    chosen = ani.get("/antrean?jenis=OPEN_MOVE").text
    assert '<option value="OPEN_MOVE" selected>' in chosen
    assert 'aria-current="true"' in chosen


UNKNOWN = (
    "status=baru", "status=BARU'--", "jenis=X", "wilayah=327", "wilayah=32%25", "giliran=ya", "umur=8", "saya=2",
    "urut=nama", "sesudah=20261399T120000000000-7", "sesudah=x", "sesudah=20261121T120000000000-7;",
)  # fmt: skip


def test_a_filter_that_nobody_knows_is_refused(sign_in):
    ani = sign_in("ani")
    answers = {query: ani.get(f"/antrean?{query}") for query in UNKNOWN}
    assert {query: answer.status_code for query, answer in answers.items()} == dict.fromkeys(UNKNOWN, 422)
    assert all("Isian tidak sesuai" in answer.text for answer in answers.values())


def test_pages_follow_each_other_without_losing_or_repeating_a_case(sign_in, load):
    numbers = load(*(make_case(f"a{n}", f"b{n}") for n in range(PAGE + 5)))
    kirana = sign_in("kirana")
    first = kirana.get("/antrean?jenis=DUPLICATE")
    (onward,) = re.findall(r'href="([^"]+)" rel="next"', first.text)
    second = kirana.get(onward.replace("&amp;", "&"))
    assert len(listed(first)) == PAGE
    assert sorted(listed(first) + listed(second)) == sorted(numbers)
    assert 'rel="next"' not in second.text
    assert "ke halaman pertama" in second.text
    assert f"{PAGE + 5} kasus" in second.text


def test_looking_at_lists_changes_and_notes_nothing(sign_in, load, web_queue):
    load(make_case("a", "b"))
    ani = sign_in("ani")
    before = web_queue.head()
    for path in ("/", "/antrean", "/cari", "/permintaan", "/bantuan"):
        assert ani.get(path).status_code == 200
    assert web_queue.head() == before


def test_no_list_holds_a_residents_value(sign_in, load):
    load(make_case("a", "b"))
    ani = sign_in("ani")
    for path in ("/", "/antrean"):
        assert "RATNA" not in ani.get(path).text


def test_who_is_not_signed_in_is_asked_to(anonymous):
    for path in ("/", "/antrean", "/cari", "/permintaan", "/bantuan"):
        answered = anonymous.get(path)
        assert answered.status_code == 401
        assert 'name="password"' in answered.text
