"""A project that published twice, with a decision about the canary; copied for every test."""

from __future__ import annotations

import pytest

from linkage.nightly.project import load_project
from linkage.review.people import Role, Scope, User
from tests.erasure.forgotten import Forgotten
from tests.publishing.published import Project

SECRET = "a secret of at least thirty-two characters"


@pytest.fixture(scope="session")
def merged(tmp_path_factory) -> Forgotten:
    """Do not change it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKAGE_TEST_KEY", SECRET)
        project = Project.begun(tmp_path_factory.mktemp("erasure") / "template")
        with project.queue() as queue:
            queue.set_user(User("wakil", Scope(""), frozenset({Role.PENGELOLA})), by="kepala")
        assert project.publish() is not None
        for kind in ("BOTH_ENROLLED", "DUPLICATE"):
            project.approve(project.case_of(kind))
        assert project.publish() is not None
        assert load_project(project.nightly.file).secret() == SECRET.encode()
        return Forgotten(project)


@pytest.fixture
def project(merged, tmp_path, monkeypatch) -> Forgotten:
    monkeypatch.setenv("LINKAGE_TEST_KEY", SECRET)
    return Forgotten(merged.project.copied(tmp_path / "project"))
