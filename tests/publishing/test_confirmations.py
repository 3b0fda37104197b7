"""What offices have carried out comes back: into the reference, and into the queue."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from linkage.errors import InvariantError, LockHeldError, NotPermittedError, UsageError
from linkage.nightly.project import load_project
from linkage.nightly.store import Store
from linkage.publishing import confirmations
from linkage.publishing.confirmations import take_confirmations
from linkage.publishing.verifying import verify_publication
from linkage.reference.tables import USULAN
from linkage.reference.usulan import Status, usulan_counts, usulan_of_table
from linkage.review.cases import Action, State
from linkage.review.publications import StopReason
from linkage.review.sql import open_queue
from tests.oracles.decided import nik
from tests.oracles.published_office import Office, published_office
from tests.oracles.queue_cases import PLAIN, later, staff, step
from tests.publishing.published import forget_publications

DONE = "DILAKSANAKAN"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with published_office(tmp_path) as made:
        yield made


def test_the_example_asks_two_offices(office: Office) -> None:
    rows = usulan_of_table(office.reference.read(USULAN))
    assert sorted((one.case, one.region, one.action.value) for one in rows) == [
        (1, "3273", "PEMBETULAN"),
        (1, "3273", "PENONAKTIFAN"),
        (2, "3374", "PENONAKTIFAN"),
    ]


def test_when_all_that_a_case_asked_for_is_carried_out_the_case_is_too(office: Office) -> None:
    done = office.take(office.fill("3273", DONE))
    assert (done.taken, done.carried_out, done.left, done.refused) == (2, (1,), (), ())
    assert office.state(1) is State.DILAKSANAKAN_SIAK
    assert office.state(2) is State.DISETUJUI
    assert sorted(office.stand().values()) == ["DILAKSANAKAN", "DILAKSANAKAN", "DIUSULKAN"]


def test_the_ledger_tells_of_it_as_a_publication_of_its_own_kind(office: Office) -> None:
    done = office.take(office.fill("3273", DONE))
    assert done.row is not None
    assert (done.row.publication, done.row.kind) == (2, "confirmations")
    assert (done.row.night, done.row.last_person, done.row.run_id) == (7, 4, "r")
    assert done.row.counts == {"usulan_dilaksanakan": 2, "usulan_gagal": 0}
    assert done.row.state_hash == office.reference.rows()[0].state_hash


def test_the_same_sheet_again_changes_nothing(office: Office) -> None:
    sheet = office.fill("3273", DONE)
    first, again = office.take(sheet), office.take(sheet)
    assert (again.row, again.taken, again.known, again.carried_out) == (None, 0, first.taken, ())
    assert office.reference.number == 2


def test_what_could_not_be_carried_out_keeps_the_case_where_it_is(office: Office) -> None:
    first = min(name for name in office.stand() if name.startswith(_prefix(office, "3273")))
    others = {name: DONE for name in office.stand() if name != first}
    office.take(office.fill("3273", others))
    done = office.take(office.fill("3273", {first: "GAGAL"}, note="TIDAK_DITEMUKAN", name="again.csv"))
    (failed,) = [one for one in usulan_of_table(office.reference.read(USULAN)) if one.usulan_id == first]
    assert (done.taken, failed.status, failed.note) == (1, Status.GAGAL, "TIDAK_DITEMUKAN")
    assert office.state(1) is State.DISETUJUI
    office.take(office.fill("3273", DONE, name="third.csv"))
    assert office.state(1) is State.DILAKSANAKAN_SIAK


def _prefix(office: Office, region: str) -> str:
    rows = usulan_of_table(office.reference.read(USULAN))
    return next(one.usulan_id for one in rows if one.region == region).partition("-")[0]


def test_a_case_that_another_office_is_in_charge_of_is_left_to_it(office: Office) -> None:
    sheet = office.fill("3374", DONE)
    done = office.take(sheet, by="oka")
    assert (done.taken, done.carried_out, done.left) == (1, (), (2,))
    assert office.state(2) is State.DISETUJUI
    assert office.take(sheet, by="joko").carried_out == (2,)


def test_an_office_answers_for_no_other(office: Office) -> None:
    done = office.take(office.fill("3374", DONE), by="ani")
    assert [(one.line, one.code) for one in done.refused] == [(2, "USULAN_FOREIGN")]
    assert (done.row, done.taken) == (None, 0)


def test_a_damaged_sheet_keeps_no_other_back(office: Office) -> None:
    (office.folder / "broken.csv").write_bytes(b"")
    done = office.take(office.folder / "broken.csv", office.fill("3273", DONE))
    assert [(one.source, one.line, one.code) for one in done.refused] == [("broken.csv", 0, "EMPTY_FILE")]
    assert done.carried_out == (1,)


@pytest.mark.parametrize("by", ["fitri", "made", "nobody"])
def test_only_who_works_on_cases_may_say_so(office: Office, by: str) -> None:
    with pytest.raises(NotPermittedError):
        office.take(office.fill("3273", DONE), by=by)
    assert office.reference.number == 1


def test_killed_between_the_reference_and_the_queue_the_same_command_does_the_rest(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    class KilledError(BaseException):
        pass

    def killed(*_: object) -> None:
        raise KilledError

    sheet = office.fill("3273", DONE)
    with monkeypatch.context() as patch:
        patch.setattr(confirmations, "_carry_out", killed)
        with pytest.raises(KilledError):
            office.take(sheet)
    assert (office.reference.number, office.state(1)) == (2, State.DISETUJUI)
    done = office.take(sheet)
    assert (done.row, done.carried_out) == (None, (1,))
    assert office.state(1) is State.DILAKSANAKAN_SIAK


def test_a_case_that_somebody_moved_on_by_hand_is_no_trouble(office: Office) -> None:
    step(office.queue, 1, "ani", Action.CARRY_OUT, at=later(10))
    done = office.take(office.fill("3273", DONE))
    assert (done.taken, done.carried_out, done.left) == (2, (), ())


def test_a_number_that_a_stopped_publication_has_is_not_given_again(office: Office) -> None:
    office.queue.stop_publication(2, [StopReason("MERGE_RATE", 0.5, 0.1)], now=later(20))
    done = office.take(office.fill("3273", DONE))
    assert done.row is not None
    assert done.row.publication == 3


def test_a_number_that_went_out_before_an_older_backup_was_restored_is_not_given_again(office: Office) -> None:
    sent = office.project.out / "publications" / "000007"
    sent.mkdir(parents=True)
    (sent / "manifest.json").write_text(json.dumps({"alias_sequence": 3}), encoding="utf-8")
    done = office.take(office.fill("3273", DONE))
    assert done.row is not None
    assert done.row.publication == 8
    feed = (office.project.out / "publications/000008/alias/alias.csv").read_text(encoding="utf-8-sig")
    assert [line.split(",")[0] for line in feed.splitlines()] == ["sequence", "4"]
    assert "SUSUN_ULANG" in feed
    assert verify_publication(sent.with_name("000008"), reference=office.reference, rerun=True)


def test_a_publication_that_was_killed_half_way_goes_first(office: Office) -> None:
    step(office.queue, 1, "ani", Action.CARRY_OUT, at=later(10))
    step(office.queue, 1, "joko", Action.CONFIRM, at=later(11))
    office.queue.mark_published([effect.id for effect in office.queue.pending()], 2, now=later(12))
    with pytest.raises(LockHeldError, match="not finished"):
        office.take(office.fill("3273", DONE))
    assert office.reference.number == 1


def test_a_queue_older_than_the_reference_is_refused_and_nothing_is_taken(office: Office) -> None:
    sheet = office.fill("3273", DONE)
    forget_publications(office.project.workspace / "queue.db")
    with pytest.raises(InvariantError, match=r"older than the reference.*linkage restore"):
        office.take(sheet)
    assert office.reference.number == 1
    assert set(office.stand().values()) == {"DIUSULKAN"}


def test_while_a_run_works_nothing_is_taken(office: Office) -> None:
    sheet = office.fill("3273", DONE)
    with Store(office.project.workspace).locked(), pytest.raises(LockHeldError):
        office.take(sheet)


def test_before_anything_was_published_there_is_nothing_to_answer(tmp_path: Path, office: Office) -> None:
    sheet = office.fill("3273", DONE)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "linkage.toml").write_text("[project]\n", encoding="utf-8")
    project = load_project(tmp_path / "other" / "linkage.toml")
    project.workspace.mkdir()
    queue = open_queue(project.database_url, settings=PLAIN)
    staff(queue)
    queue.close()
    with pytest.raises(UsageError, match="nothing was published"):
        take_confirmations(project, [sheet], "ani", later(1))


def test_a_new_nik_that_an_office_tells_is_kept_nowhere(office: Office) -> None:
    fresh = nik(777)
    sheet = office.fill("3273", DONE)
    lines = sheet.read_text().splitlines()
    sheet.write_text("\n".join([lines[0], *(f"{line}{fresh}" for line in lines[1:])]) + "\n")
    done = office.take(sheet)
    assert {one.code for one in done.refused} == {"NIK_INVALID"}
    told = [
        path for path in office.project.workspace.rglob("*") if path.is_file() and fresh.encode() in path.read_bytes()
    ]
    assert not told


def test_counts_follow_what_was_answered(office: Office) -> None:
    office.take(office.fill("3273", DONE))
    by_status: dict[Status, int] = {}
    for (_, status), number in usulan_counts(office.reference).items():
        by_status[status] = by_status.get(status, 0) + number
    assert by_status == {Status.DILAKSANAKAN: 2, Status.DIUSULKAN: 1}


def test_each_number_of_the_ledger_gets_its_files_also_where_a_publication_was_killed_before_it_wrote_them(
    office: Office,
) -> None:
    office.take(office.fill("3273", DONE))
    written = office.project.out / "publications"
    assert sorted(path.name for path in written.iterdir()) == ["000001", "000002"]
    assert (written / "000001" / "usulan" / "3273.csv").is_file()
    assert not (written / "000002" / "usulan").exists()
