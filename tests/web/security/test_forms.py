"""Forms and methods (checks 7 to 10): nothing beyond what is asked for, no step skipped, none from another site."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa

from linkage.accounts import tables as accounts
from linkage.review.cases import Action
from linkage.review.tables import metadata
from tests.oracles.at_once import at_once
from tests.web.security.house import FOREIGN, OWN, House
from tests.web.security.matrix import FORMS, ROWS, Row, ask, ready

POSTED = [row for row in ROWS if row.method == "POST" and row.path != "/api/v1/cases/{number}/revert"]
"""All that takes fields."""

PREPARED: dict[str, int] = {}


def prepared(house: House, row: Row) -> int:
    """A case that sari may take the step in; it is the same for all who are refused, for they change nothing."""
    if str(row) not in PREPARED:
        PREPARED[str(row)] = ready(house, row, OWN.name)
    return PREPARED[str(row)]


FORGED = ("scope", "approved_by")


@pytest.mark.parametrize("row", POSTED, ids=str)
def test_a_field_that_is_not_asked_for_is_refused_and_nothing_happens(house: House, row: Row) -> None:
    case = prepared(house, row)
    before = house.version(case)
    told = {}
    for name in FORGED:
        told[name] = ask(house, _more(row, **{name: "3273"}), OWN.name, case).status_code
    assert told == dict.fromkeys(FORGED, 422)
    assert house.version(case) == before


def _more(row: Row, **fields: Any) -> Row:
    given = row.fields
    return replace(row, fields=lambda house, case: {**given(house, case), **fields})


STRANGE = ("a\0b", "9" * 5_000, "9999-12-31")


@pytest.mark.parametrize("row", [row for row in ROWS if row.method == "POST"], ids=str)
def test_no_value_of_a_form_makes_the_page_fail(house: House, row: Row) -> None:
    case = prepared(house, row)
    names = row.fields(house, case)
    told = [ask(house, _more(row, **dict.fromkeys(names, value)), OWN.name, case).status_code for value in STRANGE]
    assert max(told) < 500


SKIPPED = [
    ("usulkan", "fresh", {"verdict": "duplicate"}),
    ("bukan-ganda", "fresh", {"why": "twins"}),
    ("kesampingkan", "fresh", {"why": "WAFAT"}),
    ("tunggu", "fresh", {"due": "2099-01-01", "reason": "akta"}),
    ("langkah/teruskan", "fresh", {"reason": "lintas wilayah"}),
    ("langkah/lepas", "fresh", {}),
    ("langkah/setujui", "fresh", {}),
    ("langkah/setujui", "proposed", {}),
    ("langkah/kembalikan", "proposed", {"reason": "akta"}),
    ("langkah/tolak", "proposed", {"reason": "akta"}),
    ("langkah/laksanakan", "proposed", {}),
    ("langkah/buka-kembali", "fresh", {"reason": "salah"}),
    ("langkah/buka-kembali", "published", {"reason": "salah"}),
    ("jawab", "fresh", {"reason": "ya"}),
    ("urungkan", "fresh", None),
    ("pembatalan", "approved", None),
    ("ambil", "published", None),
    ("perpanjang", "fresh", None),
]


@pytest.mark.parametrize(("path", "come", "fields"), SKIPPED, ids=lambda part: part if isinstance(part, str) else "")
def test_a_step_before_its_time_is_a_conflict_and_changes_nothing(
    house: House, path: str, come: str, fields: dict[str, str] | None
) -> None:
    case: int = getattr(house, come)()
    before = house.version(case)
    carried = {} if fields is None else {**house.fields(case), **fields}
    assert house.of(OWN.name).post(f"/kasus/{case}/{path}", carried).status_code == 409
    assert house.version(case) == before


def test_the_centre_confirms_nothing_that_was_not_carried_out(house: House) -> None:
    case = house.approved()
    assert house.of("kirana").post(f"/kasus/{case}/langkah/konfirmasi", house.fields(case)).status_code == 409


@pytest.mark.parametrize("off", [-1, 1, 1_000])
def test_a_version_that_is_not_the_present_one_is_a_conflict(house: House, off: int) -> None:
    case = house.held(OWN.name)
    typed = house.fields(case) | {"version": str(house.version(case) + off), "why": "twins"}
    assert house.of(OWN.name).post(f"/kasus/{case}/bukan-ganda", typed).status_code == 409


def test_a_form_sent_twice_is_taken_once_and_answered_the_same(house: House) -> None:
    case, sari = house.held(OWN.name), house.of(OWN.name)
    typed = house.fields(case) | {"why": "twins"}
    first, second = (sari.post(f"/kasus/{case}/bukan-ganda", typed) for _ in range(2))
    assert (first.status_code, first.headers["location"]) == (second.status_code, second.headers["location"])
    taken = [entry.action for entry in house.queue.get(case, by=OWN.name).history]
    assert taken.count(Action.DIFFERENT) == 1
    assert sari.post(f"/kasus/{case}/bukan-ganda", typed | {"why": "siblings"}).status_code == 422


def test_of_fifty_forms_sent_at_once_one_is_taken(house: House) -> None:
    case, sari = house.held(OWN.name), house.of(OWN.name)
    forms = [{**house.fields(case), "why": "twins", "csrf": sari.csrf()} for _ in range(50)]
    told: list[Any] = at_once([partial(sari.client.post, f"/kasus/{case}/bukan-ganda", data=typed) for typed in forms])
    assert sorted(answer.status_code for answer in told) == [303] + [409] * 49
    assert [entry.action for entry in house.queue.get(case, by=OWN.name).history].count(Action.DIFFERENT) == 1


def test_who_proposed_does_not_approve_by_a_form_typed_by_hand(house: House) -> None:
    case, sari = house.proposed(OWN.name), house.of(OWN.name)
    assert sari.post(f"/kasus/{case}/ambil", {"examine": "true"}).status_code == 403
    assert sari.post(f"/kasus/{case}/langkah/setujui", house.fields(case)).status_code in (403, 409)
    assert not [effect for effect in house.queue.pending() if effect.case == case]


# --- from where


@pytest.mark.parametrize("row", FORMS, ids=str)
def test_a_form_without_the_token_of_its_session_is_refused(house: House, row: Row) -> None:
    case = prepared(house, row)
    before = house.version(case)
    client, fields = house.of(OWN.name).client, dict(row.fields(house, case))
    other = house.of("ani").csrf()
    told = [client.post(row.address(case), data={**fields, **token}).status_code for token in ({}, {"csrf": other})]
    assert told == [403, 403]
    assert house.version(case) == before


def test_a_token_is_of_one_session_and_whole(house: House) -> None:
    sari = house.of(OWN.name)
    own = sari.csrf()
    forged = ["", "zz", "00", own[:-2], own + "00", "0" * len(own), house.sign_in(OWN.name).csrf()]
    told = [sari.client.post("/profil/tombol", data={"usual": "true", "csrf": token}).status_code for token in forged]
    assert told == [403] * len(forged)
    assert sari.client.post("/profil/tombol", data={"usual": "true", "csrf": own}).status_code == 303


ELSEWHERE = [
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://jahat.example"},
    {"Origin": "https://localhost.jahat.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=lambda headers: " ".join(*headers.items()))
def test_a_request_that_another_site_caused_is_refused_whatever_it_carries(
    house: House, headers: dict[str, str]
) -> None:
    row = next(row for row in FORMS if row.path == "/profil/tombol")
    assert ask(house, row, OWN.name, 0, **headers).status_code == 403
    assert house.anonymous().post("/masuk", data={"name": "a", "password": "b"}, headers=headers).status_code == 403


def test_no_form_is_taken_from_another_site(house: House) -> None:
    case = house.held(OWN.name)
    rows = [row for row in ROWS if row.method == "POST"]
    headers = ELSEWHERE[0]
    told = {str(row): ask(house, row, OWN.name, case, **headers).status_code for row in rows}
    assert told == dict.fromkeys(told, 403)


def test_a_cookie_alone_opens_nothing_of_the_api(house: House) -> None:
    sari, case = house.of(OWN.name), house.fresh()
    for row in ROWS:
        if row.api:
            assert sari.client.request(row.method, row.address(case)).status_code == 401


# --- looking changes nothing

NOTES = {"audit", "audit_head", "sighting"}
"""Where it is noted that a case was seen."""


def contents(house: House) -> dict[str, list[str]]:
    """All rows of all tables but the notes of looking, and when a session was last used."""
    with house.queue.engine.connect() as connection:
        return {
            table.name: sorted(
                repr([value for column, value in row.items() if column != "seen_at"])
                for row in connection.execute(sa.select(table)).mappings()
            )
            for table in (*metadata.sorted_tables, *accounts.metadata.sorted_tables)
            if table.name not in NOTES
        }


def test_looking_changes_nothing_but_the_note_that_a_case_was_seen(house: House) -> None:
    case, people = house.proposed(), (OWN.name, FOREIGN.name, "made")
    for name in people:
        house.of(name)
    before = contents(house)
    asked = [row for row in ROWS if row.method == "GET"]
    for name in people:
        for row in asked:
            ask(house, row, name, case)
    for row in asked:
        for method in ("HEAD", "OPTIONS"):
            assert house.of(OWN.name).client.request(method, row.address(case)).status_code == 405, row
    assert contents(house) == before


def test_a_page_that_needs_a_form_is_not_asked_for_by_its_address(house: House) -> None:
    case, looked_at = house.held(OWN.name), {row.path for row in ROWS if row.method == "GET"}
    told = {
        row.path: house.of(OWN.name).get(row.address(case), params=dict(row.fields(house, case))).status_code
        for row in FORMS
        if row.path not in looked_at
    }
    assert set(told.values()) <= {404, 405, 422}, told
