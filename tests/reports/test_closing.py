"""Which semester may be closed when, and with which data."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime

import pytest

from linkage.cli import main
from linkage.errors import InputMissingError, UsageError
from linkage.nightly.project import load_project
from linkage.nightly.succession import RegionState
from linkage.reports.closing import check_closing, refuse_later_data
from linkage.reports.document import document_of
from linkage.reports.edition import close_semester, edition
from linkage.reports.semesters import Semester, closed_semesters
from tests.small_register import people

FIRST = Semester(2026, 1)
BEFORE = Semester(2025, 2)
AFTER = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)


def sent(*days: int) -> dict[str, RegionState]:
    """The newest extracts of so many regions."""
    return {f"33{at:02}": RegionState((day, 1), "full", "", (day, 1), ()) for at, day in enumerate(days, 1)}


@pytest.mark.parametrize("days", [(), (20251231,), (20260402, 20251231), (20260401, 20260402)])
def test_what_offices_send_up_to_three_months_after_a_cut_off_belongs_to_it(days):
    refuse_later_data(sent(*days), BEFORE)


@pytest.mark.parametrize("days", [(20260630,), (20260630, 20260630, 20251231), (20260701, 20260630)])
@pytest.mark.parametrize("anyway", [False, True])
def test_data_of_the_next_cut_off_are_never_frozen_as_those_of_a_semester(days, anyway):
    with pytest.raises(UsageError, match="the data are of semester 2026-1, not of 2025-2") as caught:
        refuse_later_data(sent(*days), BEFORE, anyway=anyway)
    assert caught.value.remedy.startswith("Close 2026-1 when it is over; of 2025-2, residents are counted as they")


@pytest.mark.parametrize("days", [(20260403,), (20251231, 20260630), (20251231, 20251231, 20300101)])
def test_regions_that_are_far_beyond_a_cut_off_are_named_and_it_is_closed_with_them_only_when_told(days):
    with pytest.raises(UsageError, match="1 regions have sent extracts of long after semester 2025-2") as caught:
        refuse_later_data(sent(*days), BEFORE)
    day = date.fromisoformat(str(days[-1]))
    assert caught.value.problem.endswith(f": 33{len(days):02} ({day})")
    assert "--anyway" in caught.value.remedy
    refuse_later_data(sent(*days), BEFORE, anyway=True)


def test_no_semester_is_closed_before_its_end_or_before_one_that_is_closed(published):
    project = load_project(published.nightly.file)
    with pytest.raises(UsageError, match=r"semester 2026-2 is not over\. Close it after 2026-12-31"):
        check_closing(project, FIRST.after, now=AFTER, anyway=True)
    close_semester(project, "2026-1", now=AFTER)
    with pytest.raises(UsageError, match="2026-1 is closed, so 2025-2 before it cannot be closed any more") as caught:
        close_semester(project, "2025-2", now=AFTER, anyway=True)
    assert "restore a backup" in caught.value.remedy.lower()
    with pytest.raises(UsageError, match="semester 2026-1 is closed"):
        check_closing(project, FIRST, now=AFTER, anyway=True)
    assert closed_semesters(project.workspace) == (FIRST,)


def test_data_of_a_later_semester_are_not_closed_as_those_of_an_earlier_one(published):
    project = load_project(published.nightly.file)
    for region in ("3374", "5171"):
        published.nightly.put(f"{region}_delta_20260630_2.csv", people(30, region, seed=8))
    published.nightly.nights = 28
    published.nightly.run()
    with pytest.raises(UsageError, match="the data are of semester 2026-1, not of 2025-2"):
        close_semester(project, "2025-2", now=AFTER, anyway=True)
    assert close_semester(project, "2026-1", now=AFTER).is_file()


def folder_lost(published) -> str:
    """Remove the folder of the first night, as who makes room would, and return its name."""
    (night,) = (path.parent for path in (published.nightly.home / "out").glob("*/quality.parquet"))
    shutil.rmtree(night)
    return night.name


def test_a_semester_is_not_closed_without_the_folder_of_a_night_unless_told(published, capsys):
    project, file = load_project(published.nightly.file), str(published.nightly.file)
    run = folder_lost(published)
    with pytest.raises(InputMissingError, match=f"folders of nightly runs are gone.*: {run}"):
        check_closing(project, FIRST, now=AFTER)
    assert main(["report", "--close-semester", "2026-1", "--project", file]) == 66
    assert run in capsys.readouterr().err
    assert closed_semesters(project.workspace) == ()
    assert main(["report", "--close-semester", "2026-1", "--anyway", "--project", file]) == 0
    assert closed_semesters(project.workspace) == (FIRST,)


def test_what_was_not_counted_when_a_semester_was_closed_is_no_zero(published):
    project = load_project(published.nightly.file)
    folder_lost(published)
    close_semester(project, "2026-1", now=AFTER, anyway=True)
    found = edition(project, date(2026, 6, 30), FIRST)
    assert not any(found.told.has(name) for name in ("files", "rows_read", "rejects", "refused_files", "late"))
    assert (found.told.number("3374", "records") or 0) > 0
    assert not found.stand.recall, "it was the full run"
    (quality,) = (one for one in document_of(found, "3374").sections if one.key == "quality")
    shown = {row[0].shown: row[1].shown for row in quality.parts[0].rows}
    assert shown["Baris dibaca"] == "–"


def test_nights_that_a_former_semester_counted_may_go_after_it_was_closed(published):
    project = load_project(published.nightly.file)
    close_semester(project, "2026-1", now=AFTER)
    folder_lost(published)
    close_semester(project, "2026-2", now=datetime(2027, 1, 1, 3, 0, tzinfo=UTC))
    assert closed_semesters(project.workspace) == (FIRST, FIRST.after)
