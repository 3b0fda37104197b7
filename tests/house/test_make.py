"""The commands of the Makefile and what CI calls."""

import os
import re
import subprocess
from pathlib import Path

import pytest


def make(*arguments: str, cwd: Path, **variables: str) -> str:
    environment = {key: value for key, value in os.environ.items() if key not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")}
    result = subprocess.run(
        ["make", *arguments],
        cwd=cwd,
        env=environment | variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
    )
    return result.stdout


def test_make_alone_lists_every_command_a_reader_is_told_of(root: Path, pages: list[Path]) -> None:
    listed = set(re.findall(r"^  make (\w+) ", make("--no-print-directory", cwd=root), re.MULTILINE))
    told = {
        command
        for page in pages
        for command in re.findall(r"`make (\w+)|^make (\w+)", page.read_text(encoding="utf-8"), re.M)
    }
    assert {"demo", "test", "setup", "check", "soak"} <= listed
    assert {first or second for first, second in told} <= listed


def test_the_readme_names_the_two_commands_of_a_fresh_machine(root: Path) -> None:
    blocks = re.findall(r"```sh\n(.*?)```", (root / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert re.findall(r"^make (\w+)", blocks[0], re.MULTILINE) == ["demo", "test"]


def test_the_demo_needs_neither_root_nor_the_packages_of_the_tests(root: Path) -> None:
    plan = make("--dry-run", "--always-make", "--no-print-directory", "demo", cwd=root)
    assert re.findall(r"setup\.sh (\w+)", plan) == ["base"]


def test_make_test_runs_everything_that_ci_promises(root: Path) -> None:
    plan = make("--dry-run", "--always-make", "--no-print-directory", "test", cwd=root)
    expected = (
        "setup.sh test",
        "setup.sh browser",
        "ruff check",
        "ruff format --check",
        "lint-imports",
        "mypy",
        "pytest",
    )
    assert [part for part in expected if part not in plan] == []


def test_what_make_starts_keeps_the_bytecode_of_modules_even_where_the_shell_says_no(root: Path) -> None:
    rule = "word: ; @echo $${PYTHONDONTWRITEBYTECODE-unset}"
    said = make("--no-print-directory", f"--eval={rule}", "word", cwd=root, PYTHONDONTWRITEBYTECODE="1")
    assert said == "unset\n"


def test_ci_runs_make_test_and_can_be_started(root: Path) -> None:
    script = root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "exec make test" in script.read_text(encoding="utf-8")


@pytest.mark.parametrize("script", ["scripts/setup.sh", ".ci/run"])
def test_the_shell_scripts_parse(root: Path, script: str) -> None:
    subprocess.run(["bash", "-n", script], cwd=root, check=True)


def test_setup_refuses_a_word_it_does_not_know(root: Path) -> None:
    result = subprocess.run(["scripts/setup.sh", "everything"], cwd=root, capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (2, "usage: setup.sh base|test|browser\n")
