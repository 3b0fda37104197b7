"""A project of two regencies with one night, decisions and a publication, whose reports are looked at."""

from __future__ import annotations

from datetime import date

import pytest

from linkage.nightly.project import load_project
from linkage.reports.edition import Edition, edition
from tests.publishing.published import Project
from tests.small_register import people

SECRET = "a secret of at least thirty-two characters"
DAY = date(2026, 6, 20)


@pytest.fixture(scope="session")
def _begun(tmp_path_factory) -> Project:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKAGE_TEST_KEY", SECRET)
        return Project.begun(tmp_path_factory.mktemp("reports") / "template")


@pytest.fixture
def project(_begun, tmp_path, monkeypatch) -> Project:
    """One night is over, nothing is decided."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", SECRET)
    return _begun.copied(tmp_path / "project")


@pytest.fixture(scope="session")
def _published(_begun, tmp_path_factory) -> Project:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINKAGE_TEST_KEY", SECRET)
        project = _begun.copied(tmp_path_factory.mktemp("reports") / "published")
        project.approve(project.case_of("DUPLICATE"))
        project.publish()
        return project


@pytest.fixture
def published(_published, tmp_path, monkeypatch) -> Project:
    """A duplicate was decided, and all is published."""
    monkeypatch.setenv("LINKAGE_TEST_KEY", SECRET)
    return _published.copied(tmp_path / "published")


@pytest.fixture
def of_today(published) -> Edition:
    return edition(load_project(published.nightly.file), DAY)


def next_semester(published: Project) -> None:
    """A night of the next semester: Denpasar sends twenty residents more, nine of them with digits in their names."""
    rows = people(20, "5171", seed=9)
    for row in rows[:9]:
        row["NAMA_LGKP"] += " 12"
    published.nightly.put("5171_delta_20260801_2.csv", rows)
    published.nightly.nights = 60
    published.nightly.run()
