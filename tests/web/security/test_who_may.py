"""Who may ask what (checks 1 and 3): every route, asked by everybody, with forms typed by hand."""

from __future__ import annotations

import re

import pytest

from linkage.review.people import Role
from tests.web.security.house import FOREIGN, OWN, PARENT, SINGLE, House
from tests.web.security.matrix import ALL, ROWS, SIGN_OUT, Row, ask, covered, ready


def test_every_route_has_a_row_and_every_row_a_route(house: House) -> None:
    assert covered() == house.routes()


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_route_answers_each_office_as_the_table_says(house: House, row: Row) -> None:
    case = ready(house, row, OWN.name)
    told = {
        "foreign": ask(house, row, FOREIGN.name, case).status_code,
        "anonymous": ask(house, row, None, case).status_code,
        "own": ask(house, row, OWN.name, case).status_code,
        "parent": ask(house, row, PARENT.name, ready(house, row, PARENT.name)).status_code,
    }
    assert told == {"own": row.own, "foreign": row.foreign, "parent": row.parent, "anonymous": row.anonymous}


@pytest.mark.parametrize("row", [row for row in ROWS if row.anonymous == 401 and row.roles != ALL], ids=str)
def test_a_route_serves_the_roles_that_the_table_names_and_no_others(house: House, row: Row) -> None:
    others = {role: name for role, name in SINGLE.items() if role not in row.roles}
    case = ready(house, row, OWN.name) if others else 0
    told = {role: ask(house, row, name, case).status_code for role, name in others.items()}
    for role in row.roles:
        told[role] = ask(house, row, SINGLE[role], ready(house, row, SINGLE[role])).status_code
    assert told == {role: row.own if role in row.roles else row.refused(role) for role in SINGLE}


def test_what_is_refused_to_another_office_is_told_as_what_does_not_exist(house: House) -> None:
    case, surya = house.fresh(), house.of(FOREIGN.name)
    for path in ("/kasus/{}", "/api/v1/cases/{}"):
        bearer = {"Authorization": f"Bearer {surya.token}"}
        foreign, none = (surya.get(path.format(number), headers=bearer) for number in (case, 10**9 + case))
        assert foreign.status_code == none.status_code == 404
        # The number itself may stand there, for it was asked for; and what is new in every answer.
        told = [answer.text.replace(str(10**9 + case), str(case)).split("<main")[-1] for answer in (foreign, none)]
        assert told[0].partition("<script")[0] == told[1].partition("<script")[0]


def test_no_list_count_search_or_file_tells_another_office_of_a_case(house: House) -> None:
    case = house.fresh(kind="CONFLICT")
    record = house.queue.get(case, by="kirana").records[0].record_id
    surya = house.of(FOREIGN.name)
    bearer = {"Authorization": f"Bearer {surya.token}"}
    told = [
        surya.get("/").text,
        surya.get("/antrean").text,
        surya.get("/antrean?wilayah=3273").text,
        surya.get("/permintaan").text,
        surya.post("/cari", {"by": "data", "wanted": record}).text,
        surya.post("/antrean/ekspor", {"purpose": "uji", "form": "jsonl"}).text,
        surya.get("/api/v1/cases?within=32", headers=bearer).text,
        surya.get("/api/v1/counts", headers=bearer).text,
    ]
    assert not [text for text in told if f"/kasus/{case}" in text or record in text or '"office":"3273"' in text]


def test_who_signs_out_and_only_they_are_outside(house: House) -> None:
    method, path = SIGN_OUT
    first, second = house.sign_in(OWN.name), house.sign_in(OWN.name)
    assert house.anonymous().request(method, path, data={"csrf": "0" * 96}).status_code == 401
    assert first.post(path).status_code == 303
    assert (first.get("/").status_code, second.get("/").status_code) == (401, 200)


def test_only_the_centre_confirms(house: House) -> None:
    row = next(row for row in ROWS if row.path.endswith("konfirmasi"))
    case = ready(house, row, OWN.name)
    assert ask(house, row, "kirana", case).status_code == 303


def test_a_province_asks_an_office_of_its_own_and_that_office_answers_only_when_asked(house: House) -> None:
    row = next(row for row in ROWS if row.path.endswith("jawab"))
    case = ready(house, row, OWN.name)
    assert ask(house, row, "gilang", case).status_code == 409
    assert ask(house, row, SINGLE[Role.PETUGAS], case).status_code == 303


@pytest.mark.parametrize("office", ["3374", "33", "", "pusat"])
def test_an_office_named_in_an_address_opens_nothing_of_it(house: House, office: str) -> None:
    theirs = house.fresh(scope="3374")
    house.take_up("oka", theirs)
    sari = house.of(OWN.name)
    bearer = {"Authorization": f"Bearer {sari.token}"}
    for path, name in (
        ("/antrean", "wilayah"),
        ("/pengawas/kesepakatan", "kantor"),
        ("/pengelola", "wilayah"),
        ("/api/v1/cases", "within"),
    ):
        answer = sari.get(path, params={name: office}, headers=bearer)
        assert answer.status_code in (200, 404, 422), path
        assert not re.search(rf"\boka\b|\bsurya\b|/kasus/{theirs}\b|\"id\":{theirs},", answer.text), path
