"""A case on paper, cases in a file: what they hold, who may, and that it is noted."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient

from linkage.web.app import create_app
from linkage.web.services import Services
from tests.oracles.queue_cases import make_case
from tests.web.conftest import SignIn

Load = Callable[..., Sequence[int]]


def test_the_sheet_shows_the_evidence_masked_who_printed_it_and_what_for(sign_in: SignIn, load: Load) -> None:
    (case,) = load(make_case("a", "b"))
    answer = sign_in("ani").post(f"/kasus/{case}/cetak", {"purpose": "berkas rapat"})
    assert answer.status_code == 200
    assert f"Lembar bukti kasus {case}" in answer.text
    assert "berkas rapat" in answer.text
    assert "SARI WULAN" not in answer.text
    assert "SHA-256" in answer.text


def test_that_a_sheet_was_printed_is_noted_with_its_purpose(sign_in: SignIn, load: Load, services: Services) -> None:
    (case,) = load(make_case("a", "b"))
    sign_in("ani").post(f"/kasus/{case}/cetak", {"purpose": "berkas rapat"})
    assert [(one.actor, one.what, one.reason) for one in services.queue.seen("a", by="made")] == [
        ("ani", "print", "berkas rapat")
    ]


def test_a_sheet_without_a_purpose_is_refused(sign_in: SignIn, load: Load) -> None:
    (case,) = load(make_case("a", "b"))
    assert sign_in("ani").post(f"/kasus/{case}/cetak", {"purpose": " "}).status_code == 422


@pytest.mark.parametrize("form", ["csv", "xlsx", "jsonl"])
def test_a_supervisor_takes_the_regions_cases_in_each_form(sign_in: SignIn, load: Load, form: str) -> None:
    own, _ = load(make_case("a", "b"), make_case("y", "z", scope="3204"))
    answer = sign_in("fitri").post("/antrean/ekspor", {"purpose": "laporan bulanan", "form": form})
    assert answer.status_code == 200
    assert answer.headers["content-disposition"].endswith(f'.{form}"')
    if form == "csv":
        rows = list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))
        numbers = {row["Kasus"] for row in rows}
    elif form == "xlsx":
        sheet = load_workbook(BytesIO(answer.content)).active
        assert sheet is not None
        numbers = {str(row[0]) for row in sheet.iter_rows(min_row=2, values_only=True)}
    else:
        numbers = {str(json.loads(line)["case"]) for line in answer.text.splitlines()}
    assert numbers == {str(own)}
    assert "SARI WULAN" not in answer.text


def test_who_is_no_supervisor_gets_no_file(sign_in: SignIn, load: Load) -> None:
    load(make_case("a", "b"))
    assert sign_in("ani").post("/antrean/ekspor", {"purpose": "laporan", "form": "csv"}).status_code == 403


def test_a_file_holds_no_more_rows_than_the_settings_allow(sign_in: SignIn, load: Load, services: Services) -> None:
    load(make_case("a", "b"), make_case("c", "d"), make_case("e", "f"))
    few = create_app(replace(services, settings=replace(services.settings, export_rows=4)))
    browser = sign_in("fitri")
    client = TestClient(few, base_url="https://localhost", cookies=dict(browser.client.cookies))
    answer = client.post("/antrean/ekspor", data={"csrf": browser.csrf(), "purpose": "laporan", "form": "jsonl"})
    assert len(answer.text.splitlines()) == 4


def test_the_eleventh_file_of_a_day_is_refused(sign_in: SignIn, load: Load) -> None:
    load(make_case("a", "b"))
    browser = sign_in("fitri")
    answers = [browser.post("/antrean/ekspor", {"purpose": "laporan", "form": "jsonl"}).status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]
