"""What the package is made of (check 25): a list that other programs read."""

from __future__ import annotations

import json
import os
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, frozenset[str]]]:
    """What ``make sbom`` lists: version and digests by name."""
    out = tmp_path_factory.mktemp("sbom") / "sbom.json"
    # What is installed is not looked at again, for who runs the tests has it; and that the form is right costs seconds.
    command = ["make", "--silent", "--old-file=.venv/.test", "sbom", f"SBOM={out}", "SBOM_CHECK=--no-validate"]
    # As typed by hand, also where make itself runs the tests.
    environment = {
        name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS")
    }
    subprocess.run(command, cwd=ROOT, env=environment, check=True, timeout=120, capture_output=True)
    told = json.loads(out.read_text(encoding="utf-8"))
    assert told["bomFormat"] == "CycloneDX"
    return {one["name"]: (one["version"], frozenset(_digests(one))) for one in told["components"]}


def _digests(component: dict[str, Any]) -> Iterator[str]:
    for place in component.get("externalReferences", []):
        yield from (one["content"] for one in place.get("hashes", []))


def locked() -> dict[str, tuple[str, frozenset[str]]]:
    """Every package of the lock with its version and digests."""
    text = (ROOT / "requirements/base.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==(\S+)[^\n]*((?:\n +--hash=\S+[^\n]*)*)", text, re.MULTILINE)
    return {name: (version, frozenset(re.findall(r"sha256:([0-9a-f]{64})", more))) for name, version, more in found}


def test_it_lists_every_locked_package_with_version_and_digests(
    listed: dict[str, tuple[str, frozenset[str]]],
) -> None:
    assert len(locked()) > 20
    assert listed == locked()


def test_it_lists_what_the_project_says_that_it_needs(listed: dict[str, tuple[str, frozenset[str]]]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["web"]]
    names = {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in needed}
    assert names <= {name.lower().replace("_", "-") for name in listed}
