"""Residents' values (checks 6, 13, 14 and 24): shut until they are opened, inert everywhere, told nowhere."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from httpx2 import Response

from tests.oracles.queue_cases import STAFF
from tests.web.security.house import FOREIGN, KEEPER, OWN, PARENT, House, open_house
from tests.web.security.matrix import ROWS, ask
from tests.web.security.values import CANARY, HOSTILE, NEVER, SHUT, canary, telling


@pytest.fixture(scope="module")
def case(house: House) -> int:
    """The case with the canaries; sari holds it."""
    number = house.load(canary("kenari1", "kenari2"))
    house.take_up(OWN.name, number)
    return number


PEOPLE = {(user.scope, user.roles): user.name for user in (*STAFF, OWN, PARENT, FOREIGN, KEEPER)}
"""One of each region with each set of roles."""

ADDRESSES = ("/", "/antrean", "/antrean?wilayah=3273", "/permintaan", "/kasus/{}?bobot=1", "/pengelola/audit")
ADDRESSES_OF_THE_API = ("/api/v1/cases", "/api/v1/cases/{}?score=true")


@pytest.mark.parametrize("name", PEOPLE.values())
def test_no_page_and_no_json_shows_a_protected_value_to_anybody(house: House, case: int, name: str) -> None:
    browser = house.of(name)
    bearer = {"Authorization": f"Bearer {browser.token}"}
    for address in (*ADDRESSES, *ADDRESSES_OF_THE_API):
        holds_none(browser.get(address.format(case), headers=bearer))


@pytest.mark.parametrize("name", [OWN.name, PARENT.name])
def test_none_of_all_pages_shows_one_to_who_holds_every_role(house: House, case: int, name: str) -> None:
    for row in ROWS:
        if row.method == "GET":
            holds_none(ask(house, row, name, case))


def holds_none(answer: Response) -> None:
    """A page holds no value that is shut; its headers, title and address hold none at all."""
    assert not [value for value in SHUT if value in answer.text], answer.url
    said = f"{answer.headers} {re.findall('<title>.*</title>', answer.text)} {answer.url}"
    assert not [value for value in NEVER if value in said], answer.url


def test_what_is_posted_shows_no_protected_value_either(house: House, case: int) -> None:
    sari = house.of(OWN.name)
    bearer = {"Authorization": f"Bearer {sari.token}"}
    told = [
        sari.post("/cari", {"by": "nik", "wanted": CANARY["nik"]}),
        sari.post("/cari", {"by": "nik", "wanted": CANARY["nik"][:15]}),
        sari.post("/cari", {"by": "data", "wanted": "kenari1"}),
        sari.post("/cari", {"by": "kasus", "wanted": CANARY["nama_ibu"]}),
        sari.post(f"/kasus/{case}/cetak", {"purpose": "uji"}),
        sari.post(f"/kasus/{case}/perpanjang"),
        *(sari.post("/antrean/ekspor", {"purpose": "uji", "form": form}) for form in ("csv", "jsonl")),
        sari.client.post("/api/v1/search", json={"nik": CANARY["nik"]}, headers=bearer),
        sari.client.post("/api/v1/search", json={"nik": CANARY["nama_ibu"]}, headers=bearer),
        sari.client.post(f"/api/v1/cases/{case}/claim", json={}, headers=bearer),
    ]
    for answer in told:
        assert not [value for value in SHUT if value in answer.text], answer.text
    sari.post(f"/kasus/{case}/ambil")


def test_opening_shows_what_was_named_and_once(house: House, case: int) -> None:
    sari = house.of(OWN.name)
    opened = sari.post(f"/kasus/{case}/buka-data", {"field": ["nama_ibu"], "reason": "cocokkan KK", "record": "1"})
    assert CANARY["nama_ibu"] in opened.text
    assert not [value for value in SHUT if value in opened.text and value not in CANARY["nama_ibu"]]
    assert opened.headers["cache-control"] == "no-store"
    assert CANARY["nama_ibu"] not in sari.get(f"/kasus/{case}").text
    noted = [(one.actor, one.what, one.reason) for one in house.queue.seen("kenari1", by="made")]
    assert noted.count((OWN.name, "nama_ibu", "cocokkan KK")) == 1


@pytest.mark.parametrize("reason", ["", "   ", CANARY["nik"], "a\0b", "x" * 2_001])
def test_nothing_is_opened_without_a_reason_that_can_be_kept(house: House, case: int, reason: str) -> None:
    answer = house.of(OWN.name).post(f"/kasus/{case}/buka-data", {"field": ["nama_ibu"], "reason": reason})
    assert answer.status_code == 422
    assert not [value for value in NEVER if value in answer.text]


def test_a_refusal_repeats_nothing_that_was_typed_into_it(house: House, case: int) -> None:
    sari, secret = house.of(OWN.name), CANARY["nik"]
    bearer = {"Authorization": f"Bearer {sari.token}"}
    told = [
        sari.get(f"/kasus/{secret}0000000000"),
        sari.get(f"/{CANARY['nama_ibu']}"),
        sari.get(f"/antrean?status={secret}&jenis={CANARY['nama_ibu']}"),
        sari.get(f"/antrean?{secret}=1"),
        sari.post("/cari", {"by": secret, "wanted": CANARY["nama_ibu"]}),
        sari.post("/cari", {secret: secret, "wanted": secret}),
        sari.post(f"/kasus/{case}/usulkan", {**house.fields(case), "verdict": secret, "value": CANARY["nama_ibu"]}),
        sari.client.post("/api/v1/search", json={"nik": {"x": secret}}, headers=bearer),
        sari.client.post("/api/v1/search", json={secret: secret}, headers=bearer),
        sari.client.post(f"/api/v1/cases/{case}/steps", content=secret.encode(), headers=bearer),
        house.anonymous().post("/masuk", data={"name": secret, "password": CANARY["nama_ibu"]}),
    ]
    for answer in told:
        assert answer.status_code >= 400, answer.url
        assert not [value for value in NEVER if value in f"{answer.text} {answer.headers}"], answer.text


def test_where_one_goes_on_after_signing_in_is_a_page_of_this_house(house: House) -> None:
    from linkage.web.routes.sign_in import _home

    for onward in (
        "//jahat.example",
        "/\\jahat.example",
        "https://jahat.example",
        "javascript:alert(1)",
        "/\r\nA: b",
        "",
    ):
        assert _home(onward).headers["location"] == "/"


# --- values that want to be more


class Seen(HTMLParser):
    """What a browser would make of a page: its elements, their attributes and its text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def hostile(house: House) -> int:
    """The case with the hostile values; sari holds it."""
    number = house.load(telling(HOSTILE, "h"))
    house.take_up(OWN.name, number)
    return number


def pages(house: House, case: int) -> dict[str, Response]:
    """The pages that show the values of a case."""
    sari = house.of(OWN.name)
    return {
        "case": sari.get(f"/kasus/{case}"),
        "score": sari.get(f"/kasus/{case}?bobot=1"),
        "opened": sari.post(f"/kasus/{case}/buka-data", {"field": ["nama"], "reason": "uji"}),
        "sheet": sari.post(f"/kasus/{case}/cetak", {"purpose": "<img src=x onerror=alert(1)> {{7*7}}"}),
        "list": sari.get("/antrean"),
        "found": sari.post("/cari", {"by": "data", "wanted": "h00"}),
    }


def test_hostile_values_are_text_on_every_page(house: House, hostile: int) -> None:
    plain = house.fresh()
    house.take_up(OWN.name, plain)
    usual = {tag for answer in pages(house, plain).values() for tag, _ in Seen(answer.text).elements}
    for where, answer in pages(house, hostile).items():
        seen = Seen(answer.text)
        assert {tag for tag, _ in seen.elements} <= usual, where
        for tag, attributes in seen.elements:
            assert not [name for name in attributes if name.startswith("on")], (where, tag)
            for name in ("href", "src", "action"):
                assert re.match(r"/|#|\?|$", attributes.get(name) or ""), (where, tag, attributes)
        for sign in "\0\x1b\x07\r\u202e\u200b":
            assert sign not in answer.text, (where, ascii(sign))
        assert "set-cookie" not in answer.headers
    text = Seen(pages(house, hostile)["case"].text).text
    assert "<img src=x onerror=alert(1)>" in text
    assert "{{ 7*7 }}" in text
    assert "49{" not in text


def test_hostile_values_are_values_in_json(house: House, hostile: int) -> None:
    sari = house.of(OWN.name)
    answer = sari.get(f"/api/v1/cases/{hostile}", headers={"Authorization": f"Bearer {sari.token}"})
    assert (answer.headers["content-type"], answer.headers["x-content-type-options"]) == ("application/json", "nosniff")
    told = [record["values"]["nama"] for record in json.loads(answer.text)["records"]]
    assert len(told) == len(HOSTILE)
    assert told[0] == HOSTILE[0]
    assert not [sign for value in told for sign in value if ord(sign) < 32]


def test_opening_again_and_again_is_refused(sqlite_staffed: Path, tmp_path: Path) -> None:
    with open_house(sqlite_staffed, tmp_path, openings_per_hour=2) as house:
        number, ani = house.fresh(), house.of("ani")
        asked = {"field": ["nik"], "reason": "cocokkan KK"}
        told = [ani.post(f"/kasus/{number}/buka-data", asked).status_code for _ in range(3)]
        record = house.queue.get(number, by="ani").records[0].record_id
        by_api = house.anonymous().post(
            f"/api/v1/cases/{number}/open",
            json={"record": record, "fields": ["nik"], "reason": "cocokkan KK"},
            headers={"Authorization": f"Bearer {ani.token}"},
        )
        assert [*told, by_api.status_code] == [200, 200, 429, 429]
        assert house.of("budi").post(f"/kasus/{number}/buka-data", asked).status_code == 200
