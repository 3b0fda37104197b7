"""The checkout, as the tests of the house see it."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout's top folder."""
    return ROOT


@pytest.fixture(scope="session")
def package_files(root: Path) -> list[Path]:
    """Every Python file that is installed: the package and the jobs."""
    files = sorted([*(root / "linkage").rglob("*.py"), *(root / "jobs").rglob("*.py")])
    assert len(files) > 20
    return files


@pytest.fixture(scope="session")
def pages(root: Path) -> list[Path]:
    """Every page of prose that belongs to the project."""
    folders = ("docs", "jobs", "benchmarks", "notebooks", "linkage", "requirements")
    found = sorted([*root.glob("*.md"), *(page for folder in folders for page in (root / folder).rglob("*.md"))])
    assert root / "README.md" in found
    return found
