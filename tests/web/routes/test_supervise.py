"""The supervisor's pages: who sees them, what stands there, what may be done from them."""

from __future__ import annotations

import re

import pytest

from linkage.review.cases import Action
from linkage.review.publications import StopReason
from tests.oracles.queue_cases import approved, make_case, propose, step

PAGES = ("/pengawas", "/pengawas/perhatian", "/pengawas/kesepakatan", "/pengawas/terbitan")
POSTS = {
    "/pengawas/tugaskan": {"number": 1, "who": "dewi", "idem": "k1"},
    "/pengawas/lepas": {"number": 1, "idem": "k2"},
    "/pengawas/berjawaban-pasti": {"number": 1, "idem": "k3"},
    "/pengawas/terbitan/1/loloskan": {"reason": "sudah diperiksa"},
}


@pytest.fixture
def one(load):
    return load(make_case("a", "b"))[0]


def test_a_supervisor_sees_every_page_and_nobody_else_does(sign_in, anonymous, one):
    fitri = sign_in("fitri")
    assert [fitri.get(path).status_code for path in PAGES] == [200] * len(PAGES)
    for name in ("ani", "eko", "made", "kepala"):
        other = sign_in(name)
        assert {other.get(path).status_code for path in PAGES} == {403}
    assert {anonymous.get(path).status_code for path in PAGES} == {401}


def test_a_form_typed_by_hand_is_refused_to_who_is_no_supervisor(sign_in, web_queue, one):
    web_queue.stop_publication(1, [StopReason("MERGE_RATE", 0.3, 0.1)])
    for name in ("ani", "made", "kepala"):
        other, before = sign_in(name), web_queue.head()
        assert {other.post(path, fields).status_code for path, fields in POSTS.items()} == {403}
        assert web_queue.head() == before


def test_a_form_without_its_token_or_with_a_field_too_many_changes_nothing(sign_in, web_queue, one):
    fitri, before = sign_in("fitri"), web_queue.head()
    for path, fields in POSTS.items():
        assert fitri.client.post(path, data=fields).status_code == 403
        assert fitri.post(path, {**fields, "actor": "ani"}).status_code == 422
    assert web_queue.head() == before


def test_the_overview_tells_the_backlog_the_oldest_case_and_the_flow(sign_in, load, web_queue):
    numbers = load(make_case("a", "b"), make_case("c", "d", kind="CONFLICT"), make_case("e", "f", scope="3374"))
    step(web_queue, numbers[0], "ani", Action.DIFFERENT, at=None, reason="twins")
    text = sign_in("fitri").get("/pengawas").text
    assert "data satu orang bertentangan" in text
    assert f'<a href="/kasus/{numbers[1]}">' in text
    assert f"/kasus/{numbers[2]}" not in text
    assert len(re.findall(r'<rect class="(?:opened|decided)" x=', text)) == 2
    assert "style=" not in text


def test_a_case_is_given_to_a_steward_and_that_is_said(sign_in, web_queue, one):
    fitri = sign_in("fitri")
    answer = fitri.post("/pengawas/tugaskan", {"number": one, "who": " Dewi ", "idem": "k1"})
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        f"/pengawas/perhatian?selesai=tugaskan&kasus={one}",
    )
    assert web_queue.get(one, by="fitri").assignee == "dewi"
    assert f"Kasus {one} sudah ditugaskan." in fitri.get(answer.headers["location"]).text


def test_a_case_is_not_given_to_who_cannot_work_on_it_and_the_name_is_kept(sign_in, web_queue, one):
    fitri = sign_in("fitri")
    for who in ("gilang", "nobody", "fitri"):
        answer = fitri.post("/pengawas/tugaskan", {"number": one, "who": who, "idem": "k1"})
        assert (answer.status_code, f'value="{who}"' in answer.text) == (422, True)
    assert web_queue.get(one, by="fitri").assignee is None


def test_a_case_is_taken_from_who_holds_it_once(sign_in, web_queue, one):
    fitri = sign_in("fitri")
    web_queue.claim(by="ani", case=one)
    assert f"Lepaskan kasus {one}" in fitri.get("/pengawas/perhatian").text
    assert fitri.post("/pengawas/lepas", {"number": one, "idem": "k1"}).status_code == 303
    assert web_queue.get(one, by="fitri").lease is None
    assert fitri.post("/pengawas/lepas", {"number": one, "idem": "k2"}).status_code == 409


def test_a_case_of_another_region_is_not_there_for_a_supervisor(sign_in, load):
    (other,) = load(make_case("e", "f", scope="3374"))
    fitri = sign_in("fitri")
    for path in ("tugaskan", "lepas", "berjawaban-pasti"):
        fields = {"number": other, "idem": path} | ({"who": "oka"} if path == "tugaskan" else {})
        assert fitri.post(f"/pengawas/{path}", fields).status_code == 404


def test_only_a_confirmed_case_becomes_a_known_one(sign_in, web_queue, one):
    fitri, fields = sign_in("fitri"), {"number": one, "idem": "k1"}
    assert fitri.post("/pengawas/berjawaban-pasti", fields).status_code == 409
    approved(web_queue, one, at=None)
    step(web_queue, one, "ani", Action.CARRY_OUT, at=None)
    step(web_queue, one, "kirana", Action.CONFIRM, at=None)
    assert fitri.post("/pengawas/berjawaban-pasti", fields).status_code == 303


def test_what_rose_waits_and_came_back_is_listed(sign_in, load, web_queue):
    rose, asked, back = load(make_case("a", "b"), make_case("c", "d", scope="32"), make_case("e", "f"))
    step(web_queue, rose, "dewi", Action.ESCALATE, at=None, reason="tiga provinsi", hold=True)
    step(web_queue, asked, "hana", Action.ASK, at=None, reason="KK?", region="3204", hold=True)
    propose(web_queue, back, "ani", at=None)
    step(web_queue, back, "budi", Action.RETURN, at=None, reason="lampirkan akta")
    text = sign_in("indra").get("/pengawas/perhatian").text
    for said in ("tiga provinsi", f"Kasus {rose}", f"Kasus {asked}", f"Kasus {back}"):
        assert said in text


def test_agreement_is_told_by_name_with_what_it_is_and_is_not(sign_in, web_queue, one):
    propose(web_queue, one, "ani", at=None)
    text = sign_in("fitri").get("/pengawas/kesepakatan").text
    assert "bukan peringkat" in text
    assert ">ani<" in text
    lestari = sign_in("lestari")
    assert ">ani<" not in lestari.get("/pengawas/kesepakatan").text, "the centre's own office first"
    assert ">ani<" in lestari.get("/pengawas/kesepakatan?kantor=3273").text
    assert ">ani<" not in sign_in("indra").get("/pengawas/kesepakatan?kantor=3374").text
    assert lestari.get("/pengawas/kesepakatan?kantor=x").status_code == 422
    assert "belum cukup (0 dari 10 kasus)" in text


def test_a_stopped_publication_is_told_in_words_and_figures_and_let_pass_with_a_reason(sign_in, web_queue):
    reasons = [StopReason("MERGE_RATE", 0.314, 0.05, "3273"), StopReason("CLUSTER_SIZE", 41, 20)]
    web_queue.stop_publication(7, reasons)
    lestari = sign_in("lestari")
    assert "1 terbitan ditahan" in lestari.get("/pengawas").text
    text = lestari.get("/pengawas/terbitan").text
    for said in ("31,4 %", "(batas 5,0 %)", "Kota Bandung", "41", "Data terbanyak yang menjadi satu orang"):
        assert said in text
    assert lestari.post("/pengawas/terbitan/7/loloskan", {"reason": " "}).status_code == 422
    refused = lestari.post("/pengawas/terbitan/7/loloskan", {"reason": "NIK 3174031207870004"})
    assert (refused.status_code, web_queue.is_released(7)) == (422, False)
    assert lestari.post("/pengawas/terbitan/7/loloskan", {"reason": "pindahan desa"}).status_code == 303
    assert web_queue.is_released(7)
    again = lestari.post("/pengawas/terbitan/7/loloskan", {"reason": "sekali lagi"})
    assert again.status_code == 409
    assert "sudah diloloskan oleh lestari" in again.text


def test_a_stopped_publication_leads_to_the_cases_that_make_its_reasons(sign_in, web_queue):
    web_queue.stop_publication(7, [StopReason("BRIDGE", 4, 3, "3273", (12, 5)), StopReason("COVERAGE_DROP", 0.1, 0.05)])
    text = sign_in("lestari").get("/pengawas/terbitan").text
    assert '<a href="/kasus/12">Kasus 12</a>, <a href="/kasus/5">Kasus 5</a>' in text
    assert text.count("Kasus yang menyebabkannya") == 1


def test_a_publication_of_the_nation_is_not_let_pass_by_a_regency(sign_in, web_queue):
    web_queue.stop_publication(7, [StopReason("MERGE_RATE", 0.3, 0.1)])
    fitri = sign_in("fitri")
    assert "Terbitan 7" not in fitri.get("/pengawas/terbitan").text
    assert fitri.post("/pengawas/terbitan/7/loloskan", {"reason": "boleh"}).status_code == 422
    assert not web_queue.is_released(7)
