"""Settings every test shares, and the one run that many of them look at."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

from tests.small_register import denpasar, residents_spec_text, semarang, write_csv

# The queue's databases: the suites of several folders run on them, and one server serves all.
pytest_plugins = ["tests.stores"]

# The first call of a kernel compiles it, which no deadline per example survives; repeatable examples keep main green.
settings.register_profile("house", deadline=None, derandomize=True, print_blob=True, max_examples=25)
# What `make soak` searches with: other examples each time, and many more of them.
settings.register_profile("deep", deadline=None, print_blob=True, max_examples=1000)
settings.load_profile(os.environ.get("LINKAGE_SEARCH", "house"))

# Two workers have a core each: threads of scikit-learn and BLAS beyond that wait for one another. Read when they are
# first imported, and by every process that a test starts.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

ROOT = Path(__file__).resolve().parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Do not count the lines that random and long tests run, nor those that link whole registers; and of a test that is
    asked of several stores, count on SQLite alone.

    Counting makes Python code half as slow again, and all these run lines again that other tests run.
    """
    for item in items:
        if (
            is_hypothesis_test(getattr(item, "obj", None))
            or item.get_closest_marker("slow")
            or any(name in item.nodeid for name in _WHOLE_REGISTERS)
            or {"postgresql", "memory"} & _asked_of(item)
        ):
            item.add_marker("no_cover")


def _asked_of(item: pytest.Item) -> set[str]:
    values = item.callspec.params.values() if hasattr(item, "callspec") else ()
    return {value for value in values if isinstance(value, str)}


_WHOLE_REGISTERS = (
    "tests/proposal/", "tests/interop/", "tests/standing/", "tests/lookback/test_explanation_of_trees",
    "tests/comparison/levels/test_cases", "tests/standardise/names/test_level",
    "tests/standardise/names/test_judgement",
)  # fmt: skip


@dataclass(frozen=True)
class SmallRun:
    """A finished ``dedupe`` of two regencies' extracts. Look, do not write: all tests share it."""

    folder: Path
    inputs: tuple[Path, ...]
    spec: Path


@pytest.fixture(scope="session")
def small_inputs(tmp_path_factory) -> SmallRun:
    """The small register's two files and a spec, without a run yet (``folder`` does not exist)."""
    home = tmp_path_factory.mktemp("small")
    spec = home / "spec.toml"
    spec.write_text(residents_spec_text(), encoding="utf-8")
    inputs = (write_csv(home / "semarang.csv", semarang()), write_csv(home / "denpasar.csv", denpasar()))
    return SmallRun(home / "out", inputs, spec)


@pytest.fixture(scope="session")
def small_run(small_inputs) -> SmallRun:
    """The small register deduplicated to a folder, in this process."""
    from linkage.cli import main

    arguments = ["dedupe", *map(str, small_inputs.inputs), "--spec", str(small_inputs.spec), "--quiet"]
    assert main([*arguments, "--out", str(small_inputs.folder), "--threads", "1"]) == 0
    return small_inputs


@pytest.fixture
def loggers_as_before() -> Iterator[None]:
    """Leave the loggers that ``linkage serve`` turns to standard error as they were found."""
    loggers = [logging.getLogger(name) for name in (None, "uvicorn", "uvicorn.error", "linkage")]
    kept = [(list(logger.handlers), logger.level, logger.propagate) for logger in loggers]
    yield
    for logger, (handlers, level, propagate) in zip(loggers, kept, strict=True):
        logger.handlers, logger.propagate = handlers, propagate
        logger.setLevel(level)


Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def linkage_command() -> Command:
    """Run ``linkage ARGUMENTS`` in a process of its own, as a shell would, and return what it said."""

    def run(*arguments: object, cwd: Path = ROOT, check: int | None = None) -> subprocess.CompletedProcess[str]:
        done = in_new_process(["-m", "linkage.cli", *map(str, arguments)], cwd=cwd)
        if check is not None:
            assert done.returncode == check, done.stderr
        return done

    return run


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "100"}


def in_new_process(arguments: Sequence[str], *, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run this Python with the checkout on its path."""
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        cwd=cwd,
        env=_environment(),
        timeout=240,
        check=False,
    )


@pytest.fixture(scope="session")
def python_script() -> Command:
    """Run a Python script, given as text, with arguments, in a process of its own."""

    def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
        return in_new_process(["-c", script, *map(str, arguments)])

    return run
