"""Fuzzing in processes of its own: memory and time that the system bounds, kernels as plain Python, and coverage."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import in_new_process
from tests.intake.fuzz.checks import lay_out, read_soundly
from tests.intake.fuzz.edits import edited, random_edits
from tests.intake.fuzz.seeds import Files
from tests.intake.fuzz.targets import targets

ROOT = Path(__file__).resolve().parents[3]
MEGABYTES = 160
"""What reading small files may take beyond the first: libraries that are loaded late."""
MEGABYTES_DELTA = 600
"""The Delta library sets addresses aside for each of its threads, and reads its own symbols at the first error."""

RunLimited = Callable[[str, int], str]

_READ_ALL = f"""
import json, sys
sys.path.insert(0, {str(ROOT)!r})
from tests.conftest import in_new_process
from tests.intake.fuzz.checks import read_soundly
paths = json.loads(Path("PATHS").read_text())
print(json.dumps([read_soundly(Path(path)).code for path in paths]))
"""


def _edited_files(name: str, count: int) -> Iterator[Files]:
    target = targets()[name]
    assert target.files is not None
    for number in range(count):
        chance = random.Random(f"{name} {number}")
        yield target.files(edited(chance.choice(target.seeds), random_edits(chance, target.acts), target.words))


def _laid_out(home: Path, names: list[str], each: int) -> list[Path]:
    paths = [
        lay_out(home / f"{name}-{number}", files)
        for name in names
        for number, files in enumerate(_edited_files(name, each))
    ]
    (home / "paths.json").write_text(json.dumps([str(path) for path in paths]))
    return paths


@pytest.mark.slow
@pytest.mark.parametrize("delta", [False, True])
def test_hundreds_of_edited_files_are_read_or_refused_in_bounded_memory(
    tmp_path: Path, run_limited: RunLimited, monkeypatch: pytest.MonkeyPatch, delta: bool
) -> None:
    monkeypatch.setenv("MALLOC_ARENA_MAX", "1")
    all_names = [name for name, target in targets().items() if target.files is not None]
    paths = _laid_out(tmp_path, [name for name in all_names if name.startswith("delta") == delta], 40)
    codes = json.loads(
        run_limited(_READ_ALL.replace("PATHS", str(tmp_path / "paths.json")), MEGABYTES_DELTA if delta else MEGABYTES)
    )
    assert len(codes) == len(paths) >= 80
    assert {"", "UNREADABLE"} <= set(codes)


@pytest.mark.slow
def test_kernels_as_plain_python_index_nothing_outside_and_find_the_same(
    tmp_path: Path, run_limited: RunLimited, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = _laid_out(tmp_path, ["csv"], 60)
    monkeypatch.setenv("NUMBA_DISABLE_JIT", "1")
    monkeypatch.setenv("PYTHONWARNINGS", "ignore:overflow encountered:RuntimeWarning")
    codes = json.loads(run_limited(_READ_ALL.replace("PATHS", str(tmp_path / "paths.json")), MEGABYTES))
    assert codes == [read_soundly(path).code for path in paths]


@pytest.mark.soak
def test_a_short_run_led_by_coverage_finds_nothing(tmp_path: Path) -> None:
    command = ["-m", "benchmarks.fuzz_readers", "xlsx", "--runs", "400", "--seed", "1", "--work", str(tmp_path)]
    done = in_new_process(command)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "stat::number_of_executed_units: 400" in done.stderr
    assert not list((tmp_path / "xlsx").glob("*-*"))


@pytest.mark.slow
def test_a_run_led_by_coverage_finds_what_is_wrong_and_keeps_it(tmp_path: Path) -> None:
    """A limit that no message keeps stands for a fault."""
    script = (
        "import sys, tests.intake.fuzz.checks as checks; checks.LONGEST = 0;"
        "from benchmarks.fuzz_readers import main; main(sys.argv[1:])"
    )
    done = in_new_process(["-c", script, "options", "--runs", "9999", "--seed", "1", "--work", str(tmp_path)])
    assert "a message without end" in done.stderr + done.stdout
    assert done.returncode != 0
    assert list((tmp_path / "options").glob("crash-*"))
