"""Cases on paper or in a file, on every store: who may take them out, what is noted, and that nothing else leaves."""

import hashlib
import json

import pytest
import sqlalchemy as sa

from linkage.errors import NotPermittedError, UnknownCaseError, UsageError
from linkage.review.exports import ExportForm
from linkage.review.tables import audit
from tests.oracles.queue_cases import NOON, later, make_case, staff


@pytest.fixture
def loaded(queue):
    """Case 1 in Bandung, case 2 in Kabupaten Bandung."""
    queue.load("run1", [make_case("a", "b"), make_case("y", "z", scope="3204")], now=NOON)
    return queue


def listed(cases):
    return "\n".join(f"{case.id} {record.record_id}" for case in cases for record in case.records).encode()


def test_a_sheet_is_printed_by_who_may_open_the_case_and_it_is_noted_what_for(loaded):
    content = loaded.export([1], listed, form=ExportForm.PRINT, purpose="berkas rapat", by="ani", now=later(1))
    assert content == b"1 a\n1 b"
    (seen,) = loaded.seen("a", by="made")
    assert (seen.actor, seen.what, seen.reason, seen.at) == ("ani", "print", "berkas rapat", later(1))
    assert loaded.verify().sound


def test_the_chain_seals_how_many_records_left_and_the_digest_of_the_file(sql_queue):
    staff(sql_queue)
    sql_queue.load("run1", [make_case("a", "b")], now=NOON)
    content = sql_queue.export([1], listed, form=ExportForm.CSV, purpose="laporan", by="fitri", now=later(1))
    (act,) = [row for row in bodies(sql_queue) if row["action"] == "export"]
    assert (act["cases"], act["records"], act["form"]) == (1, 2, "csv")
    assert act["sha256"] == hashlib.sha256(content).hexdigest()
    assert "laporan" not in str(act)


@pytest.mark.parametrize(
    ("by", "form", "allowed"),
    [
        ("ani", ExportForm.PRINT, True),
        ("eko", ExportForm.PRINT, True),
        ("fitri", ExportForm.PRINT, True),
        ("made", ExportForm.PRINT, False),
        ("kepala", ExportForm.PRINT, False),
        ("fitri", ExportForm.CSV, True),
        ("ani", ExportForm.CSV, False),
        ("eko", ExportForm.XLSX, False),
        ("made", ExportForm.JSONL, False),
    ],
)
def test_files_are_for_supervisors_and_sheets_for_who_works_on_cases(loaded, by, form, allowed):
    def take():
        return loaded.export([1], listed, form=form, purpose="laporan", by=by, now=later(1))

    if allowed:
        assert take()
        return
    head = loaded.head()
    with pytest.raises(NotPermittedError):
        take()
    assert loaded.head() == head


@pytest.mark.parametrize(
    ("numbers", "purpose", "error"),
    [([1, 2], "laporan", UnknownCaseError), ([99], "laporan", UnknownCaseError), ([1], "  ", UsageError)],
    ids=["another region's case among them", "no such case", "no purpose"],
)
def test_what_may_not_leave_takes_everything_else_back_with_it(loaded, numbers, purpose, error):
    head = loaded.head()
    with pytest.raises(error):
        loaded.export(numbers, listed, form=ExportForm.CSV, purpose=purpose, by="fitri", now=later(1))
    assert loaded.head() == head


def test_a_record_in_two_of_the_cases_is_noted_once(loaded):
    loaded.load("run2", [make_case("a", "b"), make_case("a", "c", kind="SHARED_NIK")], now=later(1), complete=False)
    cases = [case.id for case in loaded.list(by="fitri")]
    loaded.export(cases, listed, form=ExportForm.JSONL, purpose="laporan", by="fitri", now=later(2))
    assert [one.what for one in loaded.seen("a", by="made")] == ["jsonl"]
    assert loaded.verify().sound


def bodies(queue):
    """What the rows of the audit chain say."""
    with queue.sessions.look(None) as look:
        stored = look.connection.execute(sa.select(audit.c.body).order_by(audit.c.seq)).scalars()
        return [json.loads(body) for body in stored]
