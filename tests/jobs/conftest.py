"""A project whose first night waits in its inbox, and the same after that night, for tests that disturb them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.nightly.conftest import Nightly
from tests.small_register import denpasar, semarang


def arrived(home: Path) -> Nightly:
    """A project with two extracts in its inbox."""
    project = Nightly(home)
    project.put("3374_full_20260601_1.csv", semarang())
    project.put("5171_full_20260601_1.csv", denpasar())
    return project


@pytest.fixture(scope="session")
def before_and_after(tmp_path_factory) -> dict[str, Path]:
    """Where a command begins: ``run`` before the first night, ``publish`` after it."""
    place = tmp_path_factory.mktemp("projects")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
        arrived(place / "run")
        shutil.copytree(place / "run", place / "publish")
        night = object.__new__(Nightly)
        night.home, night.file, night.nights, night.first = (
            place / "publish",
            place / "publish" / "linkage.toml",
            0,
            None,
        )
        assert night.run() is not None
    return {"run": place / "run", "publish": place / "publish"}
