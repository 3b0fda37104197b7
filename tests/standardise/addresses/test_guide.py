"""The guide to places and addresses says what the code does."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from linkage.standardise.addresses import relation as address_relations
from linkage.standardise.places import relation as place_relations
from linkage.standardise.places.places import canonical_place

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs" / "guide" / "addresses.md").read_text(encoding="utf-8")
ROWS = [[cell.strip() for cell in line.strip("|").split("|")] for line in GUIDE.splitlines() if line.startswith("|")]


@pytest.mark.parametrize("row", [row for row in ROWS if len(row) == 3 and row[0].startswith("`")])
def test_each_place_of_the_guide_is_read_so(row: list[str]) -> None:
    written, (read, *_) = re.findall("`([^`]+)`", row[0]), [*re.findall("`([^`]+)`", row[1]), ""]
    assert {canonical_place(text) for text in written} == {read}


@pytest.mark.parametrize("module", [address_relations, place_relations])
def test_the_guide_names_every_relation(module) -> None:
    told = {name for row in ROWS for name in re.findall("`([A-Z_]+)`", row[0])}
    names = {name for name in vars(module) if re.match("SAME|DIFFERENT|UN(KNOWN|CERTAIN)|MISSING", name)}
    assert names <= told


def test_the_code_of_the_guide_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-W", "error", "-c", block], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
