"""The API: the same queue and the same rules as the page, as JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.testclient import TestClient

from linkage.web.services import Services
from linkage.web.visiting import COOKIE
from tests.accounts.people import PASSWORD, digits, set_up
from tests.oracles.queue_cases import make_case
from tests.web.api.conftest import Caller
from tests.web.conftest import SignIn

Load = Callable[..., Sequence[int]]


def step(client: TestClient, case: int, action: str, version: int, **more: Any) -> Any:
    body = {"action": action, "version": version, "idem": f"{action}-{version}", **more}
    return client.post(f"/api/v1/cases/{case}/steps", json=body)


def test_a_case_goes_from_claim_to_approval(caller: Caller, load: Load) -> None:
    (case,) = load(make_case("a", "b"))
    claim = caller("ani").post("/api/v1/cases/next", json={}).json()
    assert (claim["case"]["id"], claim["case"]["state"]) == (case, "DALAM_VERIFIKASI")
    proposed = step(
        caller("ani"), case, "propose", claim["case"]["version"], token=claim["token"], verdict="duplicate",
        persons=[{"records": ["a", "b"], "keeps": "a"}],
    )  # fmt: skip
    assert proposed.json()["to_state"] == "DIUSULKAN"
    examined = caller("budi").post("/api/v1/cases/next", json={"examine": True}).json()
    approved = step(caller("budi"), case, "approve", examined["case"]["version"], token=examined["token"])
    assert (approved.status_code, approved.json()["to_state"]) == (200, "DISETUJUI")


def test_what_a_script_chooses_otherwise_than_the_rules_needs_a_reason_as_on_the_page(
    caller: Caller, load: Load
) -> None:
    (case,) = load(make_case("a", "b"))
    claim = caller("ani").post("/api/v1/cases/next", json={}).json()
    persons = [{"records": ["a", "b"], "keeps": "a", "fields": {"nama": "b"}}]
    given = {"token": claim["token"], "verdict": "duplicate", "persons": persons}
    refused = step(caller("ani"), case, "propose", claim["case"]["version"], **given)
    assert refused.status_code == 422
    taken = step(caller("ani"), case, "propose", claim["case"]["version"], **given, reason="akta")
    assert taken.json()["to_state"] == "DIUSULKAN"


def test_the_same_step_again_answers_the_same_and_changes_nothing(caller: Caller, load: Load) -> None:
    (case,) = load(make_case("a", "b"))
    client = caller("ani")
    claim = client.post(f"/api/v1/cases/{case}/claim", json={}).json()
    first, again = (
        step(client, case, "different", claim["case"]["version"], token=claim["token"], reason="namesakes")
        for _ in range(2)
    )
    assert first.json() == again.json()


def test_a_case_that_another_holds_says_who_and_until_when(caller: Caller, load: Load) -> None:
    (case,) = load(make_case("a", "b"))
    caller("ani").post(f"/api/v1/cases/{case}/claim", json={})
    refused = caller("budi").post(f"/api/v1/cases/{case}/claim", json={})
    assert refused.status_code == 409
    assert refused.json()["holder"] == "ani"
    assert refused.json()["until"]


def test_a_case_of_another_region_is_not_there(caller: Caller, load: Load) -> None:
    (case,) = load(make_case("y", "z", scope="3204"))
    assert caller("ani").get(f"/api/v1/cases/{case}").status_code == 404
    assert caller("ani").get("/api/v1/cases/999").json() == caller("ani").get("/api/v1/cases/998").json() | {
        "problem": caller("ani").get("/api/v1/cases/999").json()["problem"]
    }


def test_scores_are_told_when_they_are_asked_for(caller: Caller, load: Load) -> None:
    (case,) = load(make_case("a", "b"))
    client = caller("ani")
    assert [pair["match_probability"] for pair in client.get(f"/api/v1/cases/{case}").json()["pairs"]] == [None]
    assert client.get(f"/api/v1/cases/{case}?score=true").json()["pairs"][0]["match_probability"] > 0


def test_the_list_is_paged_to_its_end(caller: Caller, load: Load) -> None:
    numbers = set(load(make_case("a", "b"), make_case("c", "d"), make_case("e", "f")))
    client, seen, after = caller("ani"), [], {}
    while after is not None:
        answer = client.get("/api/v1/cases", params={"limit": 1, **after}).json()
        seen += [case["id"] for case in answer["cases"]]
        after = {name: answer[name] for name in ("after_turn", "after_case")} if answer["after_turn"] else None
    assert len(seen) == len(set(seen))
    assert set(seen) == numbers


def test_protected_values_are_opened_with_a_reason(caller: Caller, load: Load) -> None:
    (case,) = load(make_case("a", "b"))
    client = caller("ani")
    asked = {"record": "a", "fields": ["nama_ibu"], "reason": "cocokkan KK"}
    assert client.post(f"/api/v1/cases/{case}/open", json=asked).json() == {"values": {"nama_ibu": "SARI WULAN"}}
    assert client.post(f"/api/v1/cases/{case}/open", json=asked | {"reason": ""}).status_code == 422


def test_the_pages_cookie_is_no_key_to_the_api(sign_in: SignIn) -> None:
    browser = sign_in("ani")
    assert COOKIE in dict(browser.client.cookies)
    assert browser.get("/api/v1/me").status_code == 401


def test_a_name_a_password_and_a_code_make_a_session_that_can_be_ended(
    anonymous: TestClient, services: Services
) -> None:
    now = datetime.now(UTC)
    # Digits serve once: those that confirmed the invitation were of a while ago.
    secret = set_up(services.accounts, "ani", by="kepala", now=now - timedelta(minutes=5))
    asked = {"name": "ani", "password": PASSWORD, "code": digits(secret, now)}
    token = anonymous.post("/api/v1/sessions", json=asked).json()["token"]
    carried = {"Authorization": f"Bearer {token}"}
    assert anonymous.get("/api/v1/me", headers=carried).json()["name"] == "ani"
    assert anonymous.delete("/api/v1/sessions", headers=carried).status_code == 204
    assert anonymous.get("/api/v1/me", headers=carried).status_code == 401


def test_what_is_not_asked_for_is_refused_without_telling_the_values(caller: Caller) -> None:
    answer = caller("ani").post("/api/v1/cases/next", json={"examine": False, "actor": "budi"})
    assert answer.status_code == 422
    assert "budi" not in answer.text


def test_the_schema_is_for_who_is_signed_in(anonymous: TestClient, caller: Caller) -> None:
    assert anonymous.get("/api/v1/openapi.json").status_code == 401
    assert "/api/v1/cases/{number}/steps" in caller("ani").get("/api/v1/openapi.json").json()["paths"]
