"""The guide to the page says what is so: its settings, its commands, its keys, its calls of the API."""

from __future__ import annotations

import json
import re
import shlex
import tomllib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from linkage.accounts.settings import KEYS as ACCOUNT_KEYS
from linkage.accounts.settings import AccountSettings
from linkage.cli import main
from linkage.review.cases import State
from linkage.web.services import Services
from linkage.web.settings import DEFAULTS, WEB_KEYS, web_settings
from linkage.web.views.case_keys import DEFAULT_KEYS
from tests.accounts.people import PASSWORD, digits, set_up
from tests.oracles.queue_cases import make_case

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guide" / "page.md").read_text(encoding="utf-8")
ADDRESS = "https://localhost"
CALL = re.compile(r"(?:(?P<into>\w+)=\$\()?curl (?P<call>.*?)(?: \| jq -r \.(?P<part>\w+)\))?")
LITTLE = "argon2_time_cost = 1\nargon2_memory_kib = 8\n"


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


def rows(text: str) -> list[list[str]]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_each_setting_stands_there_with_what_is_usual() -> None:
    told = {row[0].strip("`"): row[1].strip("`") for row in rows(section("Settings")) if row[0].startswith("`")}
    assert told == {key: str(getattr(DEFAULTS, key)) for key in WEB_KEYS}


def test_each_setting_of_accounts_stands_with_the_accounts() -> None:
    text = (ROOT / "docs" / "guide" / "accounts.md").read_text(encoding="utf-8").split("\n## Settings\n")[1]
    told = {row[0].strip("`"): row[1] for row in rows(text) if row[0].startswith("`")}
    usual = AccountSettings()
    assert told == {key: str(getattr(usual, key)).lower() for key in ACCOUNT_KEYS}


def test_the_settings_shown_are_taken() -> None:
    shown = [tomllib.loads(block)["web"] for block in blocks("toml")]
    assert [web_settings(table, where="page.md").trial for table in shown] == [False, False]


def test_each_key_is_the_usual_one() -> None:
    cells = [row[place] for row in rows(section("Keys")) for place in (0, 2)]
    told = [key for cell in cells for key in re.findall(r"`(.)`", cell)]
    named = {key for action, key in DEFAULT_KEYS.items() if action not in ("help", "second", "third")}
    assert sorted(told) == sorted(named)
    assert f"`{DEFAULT_KEYS['help']}` lists them" in section("Keys")


def test_every_command_works_in_its_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINKAGE_USER", raising=False)
    (tmp_path / "linkage.toml").write_text(blocks("toml")[1] + LITTLE, encoding="utf-8")
    commands = re.findall(r"^\$ linkage (.+)$", PAGE, re.MULTILINE)
    assert len(commands) == 5
    for command in commands:
        assert main(shlex.split(command)) == 0, (command, capsys.readouterr().err)


def calling(client: TestClient, words: Sequence[str], body: str) -> str:
    """Do what ``curl`` would do with these words; a body that is read from a file is ``body``."""
    method, headers, content, url = "", {}, None, ""
    rest = iter(words)
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            headers[name] = value
        elif word == "--json":
            given = next(rest)
            content = body if given.startswith("@") else given
            headers["Content-Type"] = "application/json"
        elif word != "-sS":
            url = word
    answer = client.request(method or ("GET" if content is None else "POST"), url, headers=headers, content=content)
    assert answer.is_success, (words, answer.text)
    return answer.text


def test_every_call_of_the_api_works_in_its_order(
    app: FastAPI, services: Services, load: Callable[..., Sequence[int]]
) -> None:
    assert load(make_case("a", "b")) == [1]
    # Digits are good once: those that set the account up are some minutes old.
    before = datetime.now(UTC) - timedelta(minutes=5)
    secret = set_up(services.accounts, "ani", by="kepala", now=before)
    signing = json.dumps({"name": "ani", "password": PASSWORD, "code": digits(secret, datetime.now(UTC))})
    known = {"PAGE": ADDRESS}
    client = TestClient(app, base_url=ADDRESS)
    lines = [line for line in blocks("sh")[-1].splitlines() if "curl" in line]
    assert len(lines) == 8
    for line in lines:
        found = CALL.fullmatch(line)
        assert found is not None, line
        call = re.sub(r"\$([A-Z]+)", lambda name: known[name[1]], found["call"])
        told = calling(client, shlex.split(call), signing)
        if found["into"]:
            known[found["into"]] = str(json.loads(told)[found["part"]])
    assert services.queue.get(1, by="ani").state is State.BUKAN_GANDA
