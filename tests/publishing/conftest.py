"""One project whose first night is over, copied for every test."""

from __future__ import annotations

import pytest

from tests.publishing.published import Project

SECRET = "a secret of at least thirty-two characters"


@pytest.fixture(scope="session")
def begun(tmp_path_factory) -> Project:
    """Do not change it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKAGE_TEST_KEY", SECRET)
        return Project.begun(tmp_path_factory.mktemp("published") / "template")


@pytest.fixture
def project(begun, tmp_path, monkeypatch) -> Project:
    monkeypatch.setenv("LINKAGE_TEST_KEY", SECRET)
    return begun.copied(tmp_path / "project")
