"""What every answer carries (checks 11, 12 and 14): headers, one cookie, nothing that is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from http.cookies import SimpleCookie
from importlib import resources
from pathlib import Path

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from linkage.web.guard import LARGEST_BODY
from linkage.web.pages import static_path
from linkage.web.visiting import COOKIE
from tests.web.security.house import OWN, House, open_house
from tests.web.security.matrix import ROWS, ask

SAYS = "sebuah nilai dari dalam"


@pytest.fixture(scope="module")
def house(sqlite_staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A page in which one address fails, as no other does."""
    with open_house(sqlite_staffed, tmp_path_factory.mktemp("house"), searches_per_hour=1) as opened:

        def broken() -> None:
            raise RuntimeError(SAYS)

        opened.app.router.add_api_route("/rusak", broken)
        yield opened


def wrong(house: House) -> dict[str, Response]:
    """An answer of every status that refuses something."""
    sari, nobody = house.of(OWN.name), house.anonymous()
    sari.post("/cari", {"by": "data", "wanted": "x"})
    large = "x" * (LARGEST_BODY + 1)
    return {
        "400 host": nobody.get("/", headers={"Host": "jahat.example"}),
        "401": nobody.get("/"),
        "401 api": nobody.get("/api/v1/me"),
        "403 form": sari.client.post("/keluar"),
        "403 site": sari.post("/keluar", headers={"Sec-Fetch-Site": "cross-site"}),
        "404": sari.get("/tidak-ada"),
        "404 static": nobody.get("/static/tidak-ada.css"),
        "404 case": sari.get("/kasus/999999"),
        "404 api": nobody.get("/api/v1/tidak-ada"),
        "405": sari.client.put("/antrean"),
        "409": sari.post(f"/kasus/{house.fresh()}/bukan-ganda", {"version": "1", "idem": "a", "why": "twins"}),
        "413": sari.post("/cari", {"by": "data", "wanted": large}),
        "422": sari.post("/cari", {"wanted": "x", "more": "y"}),
        "422 path": sari.get("/kasus/nol"),
        "429": sari.post("/cari", {"by": "data", "wanted": "x"}),
        "500": sari.get("/rusak"),
    }


def test_each_refusal_is_what_it_should_be(house: House) -> None:
    told = {name: answer.status_code for name, answer in wrong(house).items()}
    assert told == {name: int(name[:3]) for name in told}


def answers(house: House) -> dict[str, Response]:
    """An answer of every route, to who is signed in and to nobody, and every refusal."""
    found = wrong(house) | {"static": house.anonymous().get(static_path("page.css"))}
    for row in ROWS:
        found[str(row)] = ask(house, row, OWN.name, 1)
        found[f"{row} by nobody"] = ask(house, row, None, 1)
    return found


@pytest.fixture(scope="module")
def given(house: House) -> dict[str, Response]:
    return answers(house)


EXPECTED = {
    "strict-transport-security": "max-age=31536000; includeSubDomains",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


def test_every_answer_carries_every_header(given: dict[str, Response]) -> None:
    for name, answer in given.items():
        assert {key: answer.headers.get(key) for key in EXPECTED} == EXPECTED, name


def test_every_answer_has_a_policy_of_its_own_that_lets_nothing_foreign_run(given: dict[str, Response]) -> None:
    nonces = set()
    for name, answer in given.items():
        policy = dict(part.partition(" ")[::2] for part in answer.headers["content-security-policy"].split("; "))
        nonce = re.fullmatch(r"'nonce-([\w-]{20,})'", policy["script-src"])
        assert nonce is not None, name
        nonces.add(nonce[1])
        for kind in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            assert policy[kind] == "'none'", (name, kind)
        for kind in ("style-src", "img-src", "connect-src", "form-action"):
            assert policy[kind] == "'self'", (name, kind)
        assert "unsafe" not in str(policy), name
        assert "require-trusted-types-for" in policy, name
        for tag in re.findall(
            r"<script[^>]*>", answer.text if "html" in answer.headers.get("content-type", "") else ""
        ):
            assert f'nonce="{nonce[1]}"' in tag, name
    assert len(nonces) == len(given)


def test_no_page_holds_a_style_or_a_script_of_its_own(given: dict[str, Response]) -> None:
    for name, answer in given.items():
        if "text/html" in answer.headers.get("content-type", ""):
            assert not re.search(r"<[^>]*\s(?:on\w+|style)\s*=", answer.text), name
            assert not re.search(r"<script[^>]*>[^<]", answer.text), name
            assert not re.search(r"(?:href|src|action)=[\"']?(?:javascript|data|https?):", answer.text), name


def test_no_answer_invites_another_site(given: dict[str, Response]) -> None:
    assert not [name for name, answer in given.items() if "access-control" in str(answer.headers).lower()]


def test_every_answer_says_what_it_is(given: dict[str, Response]) -> None:
    for name, answer in given.items():
        if answer.content:
            assert answer.headers.get("content-type", ""), name


def test_nothing_is_kept_by_a_browser_or_on_the_way_but_the_pages_own_files(given: dict[str, Response]) -> None:
    told = {name: answer.headers["cache-control"] for name, answer in given.items()}
    assert told.pop("static") == "public, max-age=31536000, immutable"
    assert told == dict.fromkeys(told, "no-store")


def test_no_answer_tells_by_what_it_is_served_or_what_failed_inside(given: dict[str, Response]) -> None:
    for name, answer in given.items():
        assert not {"server", "x-powered-by"} & set(answer.headers), name
        assert SAYS not in answer.text, name
        assert not re.search(r"Traceback|RuntimeError|sqlalchemy|pydantic|starlette", answer.text), name


def test_no_answer_but_signing_in_or_out_sets_a_cookie_and_there_is_one(
    house: House, given: dict[str, Response]
) -> None:
    assert not [name for name, answer in given.items() if "set-cookie" in answer.headers]
    out = house.sign_in(OWN.name).post("/keluar")
    cookies = SimpleCookie(out.headers["set-cookie"])
    assert list(cookies) == [COOKIE] == ["__Host-sesi"]
    one = cookies[COOKIE]
    assert (one.value, one["path"], one["domain"], one["secure"], one["httponly"]) == ("", "/", "", True, True)
    assert one["samesite"].lower() == "lax"


def test_the_pages_scripts_keep_nothing_and_read_no_cookie() -> None:
    files = resources.files("linkage.web").joinpath("static").iterdir()
    for file in files:
        if file.name.endswith(".js"):
            text = file.read_text(encoding="utf-8")
            assert not re.findall(
                r"localStorage|sessionStorage|indexedDB|document\.cookie|innerHTML|eval\(|https?:", text
            )


@pytest.mark.parametrize(
    "host",
    ["jahat.example", "localhost.jahat.example", "jahat@localhost", "localhost/jahat", "[", "", "localhost:x", "a b"],
)
def test_under_another_name_or_none_there_is_no_page(house: House, host: str) -> None:
    assert house.anonymous().get("/masuk", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["localhost", "localhost:8400", "127.0.0.1:8400", "[::1]:8400", "LOCALHOST"])
def test_under_its_own_names_there_is_one(house: House, host: str) -> None:
    assert house.anonymous().get("/masuk", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("length", ["9" * 5000, "-1", "1e9", "\u00b2", str(LARGEST_BODY + 1)])
def test_a_length_that_is_none_or_too_great_is_refused(house: House, length: str) -> None:
    headers = {b"Content-Length": length.encode("latin-1"), b"Host": b"localhost"}
    assert house.anonymous().post("/masuk", headers=headers).status_code == 413


def test_a_body_without_an_end_is_left_where_it_is_too_large(house: House) -> None:
    sent = 0

    def body() -> Iterator[bytes]:
        nonlocal sent
        for _ in range(1_000):
            sent += 1_000
            yield b"x" * 1_000

    client: TestClient = house.of(OWN.name).client
    answer = client.post("/cari", content=body(), headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.status_code in (400, 413)
    assert EXPECTED.items() <= dict(answer.headers).items()


@pytest.mark.parametrize("path", ["/docs", "/redoc", "/openapi.json", "/metrics", "/healthz", "/debug", "/.git/config"])
def test_what_describes_or_measures_the_page_is_closed(house: House, path: str) -> None:
    assert (house.anonymous().get(path).status_code, house.of(OWN.name).get(path).status_code) == (404, 404)
