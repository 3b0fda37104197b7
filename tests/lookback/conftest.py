"""A finished run that a test may spoil."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest


class Copy:
    """A copy of the small run with inputs of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.folder = home / "out"

    def change_manifest(self, change) -> None:
        """Let ``change`` alter the manifest's JSON value in place."""
        path = self.folder / "manifest.json"
        data = json.loads(path.read_text(encoding="utf-8"))
        change(data)
        path.write_text(json.dumps(data), encoding="utf-8")


@pytest.fixture
def copy(small_run, tmp_path) -> Copy:
    """The small run, its inputs beside it, its manifest pointing to them."""
    copied = Copy(tmp_path / "home")
    shutil.copytree(small_run.folder.parent, copied.home)

    def move_inputs(data):
        for item in data["inputs"]:
            item["path"] = str(copied.home / item["name"])

    copied.change_manifest(move_inputs)
    return copied
