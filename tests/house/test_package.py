"""What is locked, and what ends up in the wheel."""

import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

PIN = re.compile(r"^([a-z0-9.-]+)==([^ ;]+)(?: ; [^\\]+)? \\$", re.MULTILINE)
LOCK_LINE = re.compile(r"[a-z0-9.-]+==[^ ;]+( ; [^\\:]+)? \\|    --hash=sha256:[0-9a-f]{64}( \\)?|    #[^:@]*")


@pytest.fixture
def project(root: Path) -> dict[str, Any]:
    """The project table of pyproject.toml."""
    with (root / "pyproject.toml").open("rb") as file:
        return dict(tomllib.load(file)["project"])


def pins(root: Path, lock: str) -> dict[str, str]:
    return dict(PIN.findall((root / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")))


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9_.-]", text, maxsplit=1)[0].lower().replace("_", "-") for text in requirements}


@pytest.mark.parametrize("lock", ["base", "test"])
def test_a_lock_holds_versions_and_hashes_and_names_no_place_to_fetch_from(root: Path, lock: str) -> None:
    lines = (root / "requirements" / f"{lock}.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not LOCK_LINE.fullmatch(line)] == []


@pytest.mark.parametrize("lock", ["base", "test"])
def test_every_locked_version_has_a_hash(root: Path, lock: str) -> None:
    text = (root / "requirements" / f"{lock}.txt").read_text(encoding="utf-8")
    entries = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert len(entries) == len(pins(root, lock)) > 20
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_the_test_lock_holds_the_base_lock_version_for_version(root: Path) -> None:
    assert pins(root, "base").items() <= pins(root, "test").items()


def test_the_locks_hold_what_the_project_asks_for_and_what_builds_it(root: Path, project: dict[str, Any]) -> None:
    assert names(project["dependencies"]) | {"setuptools"} <= pins(root, "base").keys()
    assert names(project["optional-dependencies"]["test"]) <= pins(root, "test").keys()


def test_the_extras_and_the_command_are_there(project: dict[str, Any]) -> None:
    extras = {"web", "postgres", "mysql", "oracle", "notebooks", "spark", "test"}
    assert extras <= project["optional-dependencies"].keys()
    assert project["scripts"] == {"linkage": "linkage.cli:main"}


@pytest.mark.slow
def test_a_wheel_holds_every_module_and_data_file_of_the_package(root: Path, tmp_path: Path) -> None:
    copy, out = tmp_path / "source", tmp_path / "wheel"
    out.mkdir()
    leave_out = shutil.ignore_patterns("__pycache__")
    for name in ("linkage", "jobs"):
        shutil.copytree(root / name, copy / name, ignore=leave_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(root / name, copy)
    build = f"from setuptools.build_meta import build_wheel; build_wheel({str(out)!r})"
    subprocess.run([sys.executable, "-c", build], cwd=copy, check=True, capture_output=True)
    (wheel,) = out.iterdir()
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {path.relative_to(copy).as_posix() for path in (copy / "linkage").rglob("*") if path.is_file()}
    assert "linkage/specs/residents.toml" in wanted
    assert wanted - packed == set()
