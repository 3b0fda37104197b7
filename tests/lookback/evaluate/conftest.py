"""An invented register with its truth, deduplicated through the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from linkage.cli import main


@dataclass(frozen=True)
class Judged:
    """A register, its truth, and the folder of a run over it. Look, do not write."""

    register: Path
    truth: Path
    run: Path


@pytest.fixture(scope="session")
def judged(tmp_path_factory) -> Judged:
    """Four thousand residents of two regencies."""
    home = tmp_path_factory.mktemp("judged")
    register, run = home / "register.parquet", home / "run"
    made = ["synth", "--records", "4000", "--regions", "2", "--seed", "3", "--preset", "hard", "--out", str(register)]
    assert main(made) == 0
    assert main(["dedupe", str(register), "--out", str(run), "--quiet", "--threads", "1"]) == 0
    return Judged(register, home / "register_truth.parquet", run)
