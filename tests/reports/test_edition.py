"""The figures of a project: counted once, for every region, net of what people decided."""

import json
from datetime import UTC, date, datetime, timedelta

import pyarrow.compute as pc
import pytest

from linkage.errors import InvariantError, UsageError
from linkage.nightly.project import load_project
from linkage.nightly.store import Store
from linkage.publishing.overview import look_over
from linkage.publishing.status import status_text
from linkage.reports.document import Table, document_of
from linkage.reports.edition import close_semester, edition
from linkage.reports.quality import ToMend
from linkage.reports.semesters import Semester, closed_semesters, instant
from linkage.review.cases import Verdict
from tests.nightly.conftest import Nightly
from tests.reports.conftest import next_semester
from tests.small_register import COLUMNS, denpasar, people, semarang, write_csv

DAY = date(2026, 6, 20)
AFTER = datetime(2026, 7, 1, 3, 0, tzinfo=UTC)


def value(told, region, measure):
    """The figure itself, hidden or not."""
    return int(told.values[told.places[region], told.columns[measure]])


def shown(document, key):
    """The first table of a section, as texts by first cell."""
    (section,) = [one for one in document.sections if one.key == key]
    table = section.parts[0]
    assert isinstance(table, Table)
    return {row[0].shown: [cell.shown for cell in row[1:]] for row in table.rows}


def test_there_is_a_report_of_each_regency_province_and_the_nation(of_today):
    assert of_today.regions == ("", "33", "51", "3374", "5171")


def test_residents_are_counted_by_the_office_that_sent_them(of_today, published):
    residents = Store(load_project(published.nightly.file).workspace).read("residents")
    for region in ("3374", "5171"):
        assert value(of_today.told, region, "records") == pc.sum(pc.equal(residents["region"], region)).as_py()
    assert value(of_today.told, "", "records") == residents.num_rows


def test_the_records_that_the_status_tells_are_the_active_residents_of_the_report_and_those_that_are_history(project):
    moved = 7
    rows = [row | {"FLAG_STATUS": "3" if at < moved else "0"} for at, row in enumerate(semarang())]
    write_csv(project.nightly.home / "inbox" / "3374_full_20260602_2.csv", rows, (*COLUMNS, "FLAG_STATUS"))
    project.nightly.run()
    of = load_project(project.nightly.file)
    active = value(edition(of, DAY).told, "", "records")
    assert active == len(semarang()) + len(denpasar()) - moved
    said = status_text(look_over(of), "id")
    assert f"{active + moved} rekaman (termasuk yang tidak aktif), " in said


def test_a_decided_duplicate_counts_once_in_the_coverage(of_today, published):
    told, members = of_today.told, published.members()
    assert value(told, "", "persons") == len(set(members.values())) == len(members) - 1
    assert value(told, "3374", "merged") == 1
    assert told.number("3374", "merged") is None, "one is few"


def test_active_records_are_those_that_wait_those_taken_out_and_the_persons_in_every_region(published):
    project = load_project(published.nightly.file)
    before = edition(project, DAY)
    with published.queue() as queue:
        assert value(before.told, "", "waiting") == len(queue.open_records()) > 0
    published.nightly.put("3374_full_20260604_3.csv", [*semarang()[:-9], *people(30, "3374", seed=8)])
    published.nightly.run()
    after = edition(project, DAY)
    assert value(after.told, "3374", "waiting") >= 30, "they came since"
    for told in (before.told, after.told):
        for region in ("", "33", "51", "3374", "5171"):
            parts = [value(told, region, part) for part in ("waiting", "merged", "persons")]
            assert value(told, region, "records") == sum(parts)
    lines = shown(document_of(before, "5171", "en"), "coverage")
    names = ["Active resident records", "Records not in the reference yet", "Duplicate records taken out"]
    assert list(lines)[:4] == [*names, "Residents in the reference"]


def test_cases_are_counted_where_all_their_records_are(of_today):
    told = of_today.told
    assert (value(told, "3374", "found"), value(told, "5171", "found"), value(told, "", "found")) == (2, 0, 5)
    assert value(told, "3374", "same") == value(told, "3374", "decided") == 1
    between = ("OPEN_MOVE", "SHARED_NIK", "BOTH_ENROLLED")
    assert [value(told, "+", f"found.{kind}") for kind in between] == [1, 1, 1]
    assert value(told, "", "open") == value(told, "", "found") - 1


def test_voting_age_in_open_cases_counts_the_records_of_open_cases(of_today, published):
    with published.queue() as queue:
        waiting = len(queue.open_records())
    told = of_today.told
    assert 0 < value(told, "", "obliged_in_cases") + value(told, "", "children_in_cases") <= waiting


def test_before_the_first_publication_a_report_says_so(project):
    found = edition(load_project(project.nightly.file), DAY)
    document = document_of(found, "3374")
    (section,) = [one for one in document.sections if one.key == "coverage"]
    assert [part.note for part in section.parts] == [
        "Bagian ini belum tersedia: data acuan nasional belum dipublikasikan."
    ]
    assert ("Publikasi data acuan", "belum dipublikasikan") in document.facts


def test_without_a_run_there_is_nothing_to_report(tmp_path, monkeypatch):
    monkeypatch.setenv("LINKAGE_TEST_KEY", "a secret of at least thirty-two characters")
    with pytest.raises(UsageError, match="no run yet"):
        edition(load_project(Nightly(tmp_path / "empty").file), DAY)


def test_a_report_says_of_which_extracts_it_is_and_when_it_was_counted(published):
    project = load_project(published.nightly.file)
    published.nightly.put("3374_delta_20260605_2.csv", people(30, "3374", seed=8))
    published.nightly.run()
    now = datetime(2026, 6, 21, 2, 5, tzinfo=UTC)
    found = edition(project, DAY, now=now)
    facts = {region: dict(document_of(found, region).facts) for region in ("3374", "5171", "33", "")}
    assert [facts[region]["Ekstrak terakhir"] for region in ("3374", "5171", "33")] == [
        "keadaan 5 Juni 2026",
        "keadaan 1 Juni 2026",
        "keadaan 5 Juni 2026",
    ]
    whole = "paling lama keadaan 1 Juni 2026, paling baru keadaan 5 Juni 2026, menurut daerah"
    assert facts[""]["Ekstrak terakhir"] == whole
    assert {one["Dihitung pada"] for one in facts.values()} == {"21 Juni 2026 pukul 09.05 WIB"}
    english = dict(document_of(found, "3374", "en").facts)
    assert english["Counted on"] == "21 June 2026 at 09:05, western Indonesian time"


def test_a_closed_semester_says_of_which_extracts_it_is_and_when_it_was_closed(published):
    project = load_project(published.nightly.file)
    path = close_semester(project, "2026-1", now=AFTER).with_suffix(".json")
    facts = dict(document_of(edition(project, DAY, Semester(2026, 1)), "3374").facts)
    assert facts["Ekstrak terakhir"] == "keadaan 1 Juni 2026"
    assert facts["Dihitung pada"] == "1 Juli 2026 pukul 10.00 WIB"
    older = {name: one for name, one in json.loads(path.read_text()).items() if name not in ("counted", "extracts")}
    path.write_text(json.dumps(older))
    facts = dict(document_of(edition(project, DAY, Semester(2026, 1)), "3374").facts)
    assert not {"Ekstrak terakhir", "Dihitung pada"} & set(facts)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 5, 31), "there was no run yet on 2026-05-31"),
        (date(2025, 1, 1), "there was no run yet on 2025-01-01"),
        (date(2026, 6, 22), "2026-06-22 is still to come"),
    ],
)
def test_days_to_come_and_days_before_the_first_run_are_not_reported(published, day, told):
    project, now = load_project(published.nightly.file), datetime(2026, 6, 20, 18, 0, tzinfo=UTC)
    with pytest.raises(UsageError, match=told) as refused:
        edition(project, day, now=now)
    assert refused.value.remedy == "Give a day from 2026-06-03 to 2026-06-21", "a day begins at 17.00 UTC"
    for possible in (date(2026, 6, 3), date(2026, 6, 21)):
        assert edition(project, possible, now=now).stand.counted == now


def test_rows_to_mend_are_named_by_file_line_column_and_code(project):
    rows = people(30, "3374", seed=1)
    rows[4] |= {"NAMA_LGKP": ""}
    rows[7] |= {"NIK": ""}
    project.nightly.put("3374_delta_20260602_2.csv", rows)
    project.nightly.run()
    found = edition(load_project(project.nightly.file), DAY)
    mend = [row for row in found.to_mend("3374") if row.source == "3374_delta_20260602_2.csv"]
    assert ToMend("3374_delta_20260602_2.csv", 6, "NAMA_LGKP", "NAME_MISSING") in mend
    assert ToMend("3374_delta_20260602_2.csv", 9, "NIK", "NIK_KOSONG") in mend
    assert value(found.told, "3374", "rejects") == 1
    assert value(found.told, "3374", "rows_read") == len(semarang()) + 30
    assert not [row for row in found.to_mend("5171") if row.source.startswith("3374")]


def test_what_stood_in_files_before_the_last_full_extract_is_not_to_be_mended_any_more(project):
    rows = semarang()
    rows[9] |= {"NIK": ""}
    project.nightly.put("3374_full_20260603_3.csv", rows)
    project.nightly.run()
    found = edition(load_project(project.nightly.file), DAY)
    assert {row.source for row in found.to_mend("3374")} == {"3374_full_20260603_3.csv"}


def test_a_semester_is_closed_once_after_its_cut_off_and_stays_as_it_was(published):
    project = load_project(published.nightly.file)
    with pytest.raises(UsageError, match="not over"):
        close_semester(project, "2026-1", now=AFTER - timedelta(days=1))
    with pytest.raises(UsageError, match="not closed"):
        edition(project, DAY, Semester(2026, 1))
    path = close_semester(project, "2026-1", now=AFTER)
    assert (path.name, closed_semesters(project.workspace)) == ("2026-1.parquet", (Semester(2026, 1),))
    before = document_of(edition(project, DAY, Semester(2026, 1)), "33")
    published.approve(published.case_of("OPEN_MOVE"), verdict=Verdict.FINISH_MOVE)
    published.publish()
    with pytest.raises(UsageError, match="is closed"):
        close_semester(project, "2026-1", now=AFTER)
    assert document_of(edition(project, DAY, Semester(2026, 1)), "33") == before
    assert before.edition == "DKB semester 1 tahun 2026"


def test_a_report_after_a_closed_semester_shows_before_and_after(published):
    project = load_project(published.nightly.file)
    close_semester(project, "2026-1", now=AFTER)
    next_semester(published)
    found = edition(project, date(2026, 8, 2))
    told = shown(document_of(found, "", "en"), "residents")
    before, now = value(found.before, "", "records"), value(found.told, "", "records")
    assert now == before + 20
    assert told["Active resident records"] == [f"{now} records", f"{before} records", "+20"]
    (quality,) = [one for one in document_of(found, "5171").sections if one.key == "quality"]
    lines = {row[0].shown: [cell.shown for cell in row[1:]] for part in quality.parts[1:] for row in part.rows}
    (anomaly,) = [cells for name, cells in lines.items() if name.endswith("(NAMA_ANOMALI)")]
    assert anomaly == ["9", "0"], "what was not found before was looked for"


def test_what_happens_between_the_cut_off_and_the_closing_counts_in_the_closed_semester_and_not_again(published):
    project = load_project(published.nightly.file)
    published.nightly.put("3374_delta_20260630_2.csv", people(30, "3374", seed=8))
    published.nightly.nights = 28
    published.nightly.run()
    assert instant(date(2026, 7, 1)) < published.nightly.moment() < AFTER
    close_semester(project, "2026-1", now=AFTER)
    closed = edition(project, DAY, Semester(2026, 1))
    later = edition(project, date(2026, 7, 20))
    assert value(closed.told, "3374", "rows_read") == len(semarang()) + 30
    assert value(later.told, "3374", "files") == 0
    assert (value(closed.told, "", "found"), value(later.told, "", "found")) == (5, 0)
    assert (closed.stand.period, later.stand.period) == (
        (date(2026, 1, 1), date(2026, 7, 1)),
        (date(2026, 7, 1), date(2026, 7, 20)),
    )


def test_figures_that_were_changed_after_they_were_frozen_are_not_reported(published):
    project = load_project(published.nightly.file)
    path = close_semester(project, "2026-1", now=AFTER)
    path.write_bytes(path.read_bytes() + b"0")
    with pytest.raises(InvariantError, match="not what was frozen"):
        edition(project, DAY, Semester(2026, 1))


@pytest.mark.parametrize("name", ["2026", "2026-3", "26-1", "2026-1.parquet", "../2026-1"])
def test_what_is_no_semester_is_refused(name):
    with pytest.raises(UsageError, match="no semester"):
        Semester.named(name)


def test_a_semester_has_the_cut_offs_of_the_dkb():
    assert [(one.start, one.cut_off) for one in (Semester(2026, 1), Semester(2026, 2))] == [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 12, 31)),
    ]
    assert Semester.of(date(2026, 6, 30)) == Semester(2026, 1) < Semester.of(date(2026, 7, 1))
