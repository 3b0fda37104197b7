"""Every command of the guide to operations, in its order, on invented people."""

from __future__ import annotations

import importlib
import re
import shlex
from pathlib import Path

import pytest

from linkage import errors
from linkage.checking.model_check import AT_LEAST, AT_MOST, check_bars
from linkage.cli import main

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "operations.md"


def carry_out(command: str) -> int:
    program, *words = shlex.split(command)
    if program == "linkage":
        return main(words)
    assert (program, words[0]) == ("python", "-m")
    return importlib.import_module(words[1]).main(words[2:])


@pytest.mark.slow
def test_every_command_of_the_guide_works_in_its_order(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LINKAGE_USER", raising=False)
    commands = re.findall(r"^\$ (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) > 20
    for told in commands:
        capsys.readouterr()
        # The page names some backup; there is one of now.
        newest = max((path.parent for path in Path("backup").glob("*/manifest.json")), default="")
        command = re.sub(r"backup/\S+-\.\.\.", str(newest), told)
        try:
            code = carry_out(command)
        except SystemExit as stopped:  # --version ends by itself
            code = stopped.code
        assert code == 0, (command, capsys.readouterr())


def test_every_command_stands_where_the_test_finds_it():
    text = GUIDE.read_text(encoding="utf-8")
    assert set(re.findall(r"```(\w+)", text)) == {"console"}
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        assert [line for line in block.splitlines() if not line.startswith(("$ linkage ", "$ python -m jobs."))] == []


def test_the_bars_of_the_guide_are_those_that_ship():
    text = GUIDE.read_text(encoding="utf-8")
    shipped = check_bars(None)
    told: dict[str, float] = {}
    for line in text.splitlines():
        names = re.findall(r"`(\w+)`", line.split("|")[1]) if line.startswith("| `") else []
        if names and set(names) <= {*AT_LEAST, *AT_MOST}:
            told |= dict(zip(names, map(float, line.split("|")[3].split(",")), strict=True))
    assert told == shipped


def test_what_to_do_when_names_codes_that_exist():
    known = {kind.exit_code for kind in vars(errors).values() if isinstance(kind, type) and hasattr(kind, "exit_code")}
    rows = re.findall(r"^\| ([\d, a-z]*) \| .+ \| .+ \| .+ \|$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    codes = {int(code) for row in rows for code in re.findall(r"\d+", row)}
    assert codes - known == {0, 137, 143, 130}
    assert {66, 69, 70, 71, 73, 75, 77, 78, 79} <= codes
