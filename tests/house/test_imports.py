"""Imports go down only, and importing the package does nothing but import."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LINTER = Path(sys.executable).parent / "lint-imports"

WATCH_IMPORT = """
import sys
seen = []
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        path, mode, flags = arguments
        writes = any(letter in str(mode or "") for letter in "wax+")
        if writes and "__pycache__" not in path or not path.endswith((".py", ".pyc", ".pth", ".so")) and not writes:
            seen.append(f"open {path} {mode}")
    elif event.partition(".")[0] in ("socket", "sqlite3", "subprocess", "urllib") or event in ("os.system", "os.fork"):
        seen.append(event)
import encodings.idna, linkage.errors
sys.addaudithook(watch)
import linkage
found = list(seen)
assert not found, found
"""


def python(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], cwd=cwd, capture_output=True, text=True, check=False)


def lint(cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [str(LINTER), "--no-cache", "--no-logo"]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def checkout_copy(root: Path, tmp_path: Path) -> Path:
    """The Python files of the package and the jobs, and the contracts, in a folder of their own."""
    only_code = shutil.ignore_patterns("__pycache__", "data", "*.json", "*.csv")
    for name in ("linkage", "jobs"):
        shutil.copytree(root / name, tmp_path / name, ignore=only_code)
    shutil.copy(root / "pyproject.toml", tmp_path)
    return tmp_path


def test_imports_go_down_only(root: Path) -> None:
    result = lint(root)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize(
    ("file", "line", "reported"),
    [
        ("errors.py", "import linkage.review", "linkage.errors -> linkage.review"),
        ("similarity/packed.py", "from linkage import models", "linkage.similarity.packed -> linkage.models"),
        (
            "decision/__init__.py",
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import linkage.intake",
            "linkage.decision -> linkage.intake",
        ),
        ("models/__init__.py", "def late() -> None:\n    import pandas", "linkage.models -> pandas"),
        ("engine/__init__.py", "import jobs", "linkage.engine -> jobs"),
        ("helpers.py", "", "- linkage.helpers"),
    ],
    ids=["upward", "two floors up", "for types only", "a frame library", "a job", "a module without a floor"],
)
def test_an_import_the_contracts_forbid_is_reported(checkout_copy: Path, file: str, line: str, reported: str) -> None:
    path = checkout_copy / "linkage" / file
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(f"{before}\n{line}\n", encoding="utf-8")
    result = lint(checkout_copy)
    assert result.returncode == 1
    assert reported in result.stdout


def test_importing_linkage_opens_nothing_but_code(root: Path) -> None:
    result = python("-B", "-c", WATCH_IMPORT, cwd=root)
    assert result.returncode == 0, result.stderr


def test_importing_linkage_loads_no_frame_library_no_estimators_and_no_web_stack(root: Path) -> None:
    heavy = ("pandas", "polars", "sklearn", "scipy", "recordlinkage", "fastapi", "pyspark", "IPython")
    code = f"import sys, linkage; print(*(name for name in {heavy!r} if name in sys.modules))"
    result = python("-c", code, cwd=root)
    assert (result.returncode, result.stdout.strip()) == (0, ""), result.stderr


def test_importing_linkage_warns_of_nothing(root: Path) -> None:
    result = python("-W", "error", "-c", "import linkage", cwd=root)
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
