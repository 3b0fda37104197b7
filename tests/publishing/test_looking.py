"""The reference as of a day."""

from __future__ import annotations

import stat
from datetime import UTC, datetime

import pyarrow.parquet as pq
import pytest

from linkage.days import day_of
from linkage.errors import UsageError
from linkage.publishing.looking import as_of, changes_of, export, log_lines, person
from linkage.publishing.reverting import ask_to_undo, undoing
from linkage.reference.store import Reference


@pytest.fixture
def joined(project):
    """A project with two publications: before and after a decision."""
    project.publish()
    case = project.case_of("DUPLICATE")
    project.approve(case)
    project.publish()
    return project, case


def test_a_number_a_day_and_an_instant_name_a_publication(joined):
    project, _ = joined
    reference = project.reference
    first, second = reference.rows()
    assert as_of(reference, None) == as_of(reference, "2") == 2
    assert as_of(reference, "1") == as_of(reference, first.published_at.isoformat()) == 1
    assert as_of(reference, day_of(second.published_at).isoformat()) == 2


def test_a_day_is_one_of_western_indonesian_time_and_so_is_what_the_log_says(tmp_path):
    reference = Reference(tmp_path / "reference", b"k" * 32)
    for number, hour in ((1, 16), (2, 17)):  # 23:15 of the 24th, and 00:15 of the 25th
        moment = datetime(2026, 11, 24, hour, 15, tzinfo=UTC)
        reference.commit(number, "publication", {}, now=moment, run_id="r", night=1, last_person=0, counts={})
    assert [as_of(reference, day) for day in ("2026-11-24", "2026-11-25")] == [1, 2]
    assert as_of(reference, "2026-11-24T17:14") == as_of(reference, "2026-11-25T00:14+07:00") == 1
    assert [line.split()[1:3] for line in log_lines(reference.rows())[1:]] == [
        ["2026-11-25", "00:15:00"],
        ["2026-11-24", "23:15:00"],
    ]


@pytest.mark.parametrize("wrong", ["3", "0", "2026-01-01", "2026-13-01", "yesterday", "-1"])
def test_what_names_none_is_refused(joined, wrong):
    with pytest.raises(UsageError):
        as_of(joined[0].reference, wrong)


def test_before_the_first_publication_there_is_nothing_to_see(project):
    with pytest.raises(UsageError, match="nothing has been published"):
        as_of(project.reference, None)


def test_a_person_is_found_by_a_record_with_all_its_records_and_no_whole_number(joined):
    project, case = joined
    seen = person(project.reference, case.record_ids[1], 2)
    assert [record for record, *_ in seen.members] == list(case.record_ids)
    assert {number for *_, number in seen.members} == {case.id}
    assert dict(seen.values)["nik"].count("*") > 0
    assert changes_of(project.reference, seen.head["person_id"]) == ((2, "added"),)


def test_who_was_not_there_yet_is_nobody(joined):
    project, case = joined
    with pytest.raises(UsageError, match="no such person"):
        person(project.reference, case.record_ids[1], 1)


def test_a_table_is_exported_for_its_owner_alone(joined, tmp_path):
    reference, out = joined[0].reference, tmp_path / "persons.parquet"
    assert export(reference, "persons", 1, out) == pq.read_table(out).num_rows == reference.read("persons", 1).num_rows
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert export(reference, "nik_alias", 1, tmp_path / "none.parquet") == 0


def test_the_log_tells_each_publication_in_a_line_newest_first(joined):
    lines = log_lines(joined[0].reference.rows())
    assert [line.split()[0] for line in lines] == ["publication", "2", "1"]


def test_what_undoing_would_part_is_told_before_anybody_asks(joined):
    project, case = joined
    found = undoing(project.reference, case.id)
    assert (len(found.persons), len(found.own), found.case) == (1, 2, None)


def test_undoing_is_asked_for_by_one_and_approved_by_another(joined):
    project, case = joined
    with project.queue() as queue:
        told = ask_to_undo(
            queue, project.reference, case.id, reason="keliru", different=True, by="joko", now=project.moment()
        )
        assert queue.get(told.case, by="kirana").reverts == case.id
        claim = queue.claim(by="kirana", case=told.case, examine=True, now=project.moment())
        assert len(claim.case.history[-2].persons or claim.case.history[-3].persons) == 2


def test_what_is_not_published_is_not_undone_here(joined):
    with pytest.raises(UsageError, match="published"):
        undoing(joined[0].reference, 999)
