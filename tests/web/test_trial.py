"""A trial: stewards of three tiers who are there at once, on invented data, on one's own machine and nowhere else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from linkage.accounts.accounts import Accounts
from linkage.errors import ConfigurationError
from linkage.review.sql import SqlQueue, open_queue
from linkage.web.app import create_app
from linkage.web.services import Services
from linkage.web.settings import WebSettings
from linkage.web.trial import trial_users
from tests.accounts.people import QUICK, SECRET
from tests.oracles.queue_cases import PLAIN, make_case

TIERS = {"kota": "3273", "provinsi": "32", "pusat": ""}
TRIAL = WebSettings(mode="trial")


@pytest.fixture
def tried(tmp_path: Path) -> Iterator[SqlQueue]:
    """A queue without users: the regency with most cases is alone in its province, another shares a case with it."""
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", settings=PLAIN)
    cases = [make_case(f"bali{number}", f"lain{number}", scope="5171") for number in range(3)]
    cases += [make_case("a", "b", scope="3273"), make_case("c", "d", scope="32", regions={"c": "3273", "d": "3204"})]
    queue.load("run-1", [*cases, make_case("e", "f", scope="", regions={"e": "3273", "f": "5171"})])
    yield queue
    queue.close()


def browser(queue: SqlQueue, settings: WebSettings = TRIAL) -> TestClient:
    services = Services(queue, Accounts(queue.sessions, QUICK, SECRET), PLAIN, settings, SECRET)
    return TestClient(create_app(services), base_url="https://localhost", follow_redirects=False)


def test_the_regency_is_one_whose_province_has_cases_too(tried: SqlQueue) -> None:
    users = {user.name: user.scope.code for user in trial_users(tried)}
    works = ("petugas", "penyetuju", "pengawas")
    assert users == {f"{work}.{tier}": code for tier, code in TIERS.items() for work in works} | {"percobaan": ""}


def test_where_no_province_has_cases_the_regency_with_most_is_taken(tmp_path: Path) -> None:
    queue = open_queue(f"sqlite:///{tmp_path}/queue.db", settings=PLAIN)
    queue.load("run-1", [make_case("a", "b", scope="5171"), make_case("c", "d"), make_case("e", "f")])
    assert {user.scope.code for user in trial_users(queue)} == {"3273", "32", ""}
    queue.close()


def test_a_second_start_finds_the_same_stewards(tried: SqlQueue) -> None:
    assert trial_users(tried) == trial_users(tried)


@pytest.mark.parametrize("tier", TIERS)
def test_every_tier_finds_work(tried: SqlQueue, tier: str) -> None:
    trial_users(tried)
    client = browser(tried)
    signed = client.post("/percobaan", data={"name": f"petugas.{tier}"})
    assert (signed.status_code, signed.headers["location"]) == (303, "/")
    claim = tried.claim(by=f"petugas.{tier}")
    assert claim is not None
    assert claim.case.office == TIERS[tier]
    assert f'href="/profil">petugas.{tier}</a>' in client.get("/").text


def test_the_stewards_stand_under_their_offices_with_their_roles_in_words(tried: SqlQueue) -> None:
    trial_users(tried)
    text = unescape(browser(tried).get("/masuk").text)
    assert re.findall(r"<legend>(.*?)</legend>", text) == ["Kota Bandung", "Provinsi Jawa Barat", "Pusat"]
    names = re.findall(r'<button name="name" value="([a-z.]+)"', text)
    assert names[:3] == ["petugas.kota", "penyetuju.kota", "pengawas.kota"]
    assert len(names) == 10


@pytest.mark.parametrize(
    ("query", "accepted", "told"), [("?bahasa=en", "", "Sign out"), ("", "en-GB", "Sign out"), ("", "", "Keluar")]
)
def test_a_steward_goes_on_in_the_language_of_the_sign_in_page(
    tried: SqlQueue, query: str, accepted: str, told: str
) -> None:
    trial_users(tried)
    client = browser(tried)
    form = client.get(f"/masuk{query}", headers={"accept-language": accepted}).text
    (action,) = re.findall(r'action="(/percobaan[^"]*)"', form)
    client.post(action, data={"name": "petugas.kota"})
    assert f">{told}</button>" in client.get("/").text


def test_who_is_no_steward_of_the_trial_does_not_get_in(tried: SqlQueue) -> None:
    trial_users(tried)
    assert browser(tried).post("/percobaan", data={"name": "sistem"}).status_code == 404


def test_in_production_there_is_no_such_way_in(tried: SqlQueue) -> None:
    trial_users(tried)
    client = browser(tried, replace(TRIAL, mode="production"))
    assert client.post("/percobaan", data={"name": "petugas.pusat"}).status_code == 404
    assert "petugas.pusat" not in client.get("/masuk").text


def test_another_name_than_this_machines_own_is_not_answered(tried: SqlQueue) -> None:
    trial_users(tried)
    client = browser(tried)
    for host in ("tinjau.example.id", "192.0.2.7", "localhost.example.id"):
        assert client.get("/masuk", headers={"host": host}).status_code == 400


def test_a_queue_that_people_work_on_is_left_to_them(web_queue: SqlQueue) -> None:
    with pytest.raises(ConfigurationError, match="people work on"):
        trial_users(web_queue)
