"""A nightly run whose folder was removed takes its figures along: they are not counted, which is no zero."""

import io
import shutil
from datetime import UTC, date, datetime

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from linkage.cli import main
from linkage.nightly.project import load_project
from linkage.reports.document import document_of
from linkage.reports.edition import close_semester, edition
from linkage.reports.html import html
from linkage.reports.pdf import pdf
from linkage.reports.workbook import workbook
from tests.reports.conftest import DAY, next_semester
from tests.small_register import people

AFTER = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def lost(published) -> str:
    """The folder of the first night was removed, as who makes room would; its name."""
    (night,) = (path.parent for path in (published.nightly.home / "out").glob("*/quality.parquet"))
    shutil.rmtree(night)
    return night.name


def lines_of(document, key):
    """All lines of a section's tables, as texts by first cell."""
    (section,) = [one for one in document.sections if one.key == key]
    rows = [row for part in section.parts for row in getattr(part, "rows", ())]
    return {row[0].shown: [cell.shown for cell in row[1:]] for row in rows}


def test_quality_is_not_counted_without_the_folder_of_a_night_and_the_report_warns(published, lost, capsys, tmp_path):
    published.nightly.put("3374_delta_20260602_2.csv", people(30, "3374", seed=8))
    published.nightly.run()
    found = edition(load_project(published.nightly.file), DAY)
    assert found.stand.lost == (lost,)
    assert not any(found.told.has(name) for name in ("files", "rows_read", "rejects"))
    assert found.told.number("3374", "records") > 30
    document = document_of(found, "3374")
    assert lines_of(document, "quality")["Baris dibaca"] == ["–"]
    assert document.warnings[0].startswith(
        "Perhatian: mutu data ekstrak tidak dihitung, karena folder hasil 1 proses malam"
    )
    (warning,) = document.warnings
    assert f'<p class="warning">{warning}</p>' in html(document)
    assert warning in [cell.value for cell in load_workbook(io.BytesIO(workbook(document)))["Laporan"]["A"]]
    assert "mutu data ekstrak tidak dihitung" in PdfReader(io.BytesIO(pdf(document))).pages[0].extract_text()
    where = ["--out", str(tmp_path / "made"), "--project", str(published.nightly.file)]
    assert main(["report", "--region", "3374", "--date", DAY.isoformat(), *where]) == 0
    assert "folders of nightly runs are gone (1)" in capsys.readouterr().err


def test_a_report_of_all_nights_warns_of_nothing(published, capsys, tmp_path):
    where = ["--out", str(tmp_path / "made"), "--project", str(published.nightly.file)]
    assert main(["report", "--region", "3374", "--date", DAY.isoformat(), *where]) == 0
    assert capsys.readouterr().err == ""
    assert document_of(edition(load_project(published.nightly.file), DAY), "3374").warnings == ()


def test_a_semester_that_was_frozen_without_them_says_so_ever_after(published, lost, capsys):
    project = load_project(published.nightly.file)
    assert main(["report", "--close-semester", "2026-1", "--anyway", "--project", str(published.nightly.file)]) == 0
    assert "the quality of the extracts was not counted" in capsys.readouterr().err
    closed = edition(project, DAY, (later := edition(project, date(2026, 8, 2))).before_stand.semester)
    assert closed.stand.lost == later.before_stand.lost == (lost,)
    assert later.stand.lost == (), "the night was of the period before"
    assert document_of(closed, "", "en").warnings[0].startswith("Warning: the quality of the extracts was not counted")


def test_what_was_not_counted_in_the_semester_before_is_no_zero(published, lost):
    project = load_project(published.nightly.file)
    close_semester(project, "2026-1", now=AFTER, anyway=True)
    next_semester(published)
    lines = lines_of(document_of(edition(project, date(2026, 8, 2)), "5171"), "quality")
    (anomaly,) = [cells for name, cells in lines.items() if name.endswith("(NAMA_ANOMALI)")]
    assert anomaly == ["9", "–"]
    assert lines["Baris dibaca"][1] == "–"
