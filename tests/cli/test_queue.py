"""``linkage queue`` from the command line, and the guide to it, on a queue of invented cases."""

import json
import re
import shlex
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest

from linkage.cli import main
from linkage.nightly.project import load_project
from linkage.review.nik_digest import nik_digest
from linkage.review.sql import open_queue
from tests.oracles.queue_cases import make_case

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "queue.md"
ARRIVING = (
    make_case("rec-1", "rec-2"),
    make_case("rec-3", "rec-4", "rec-5"),
    make_case("rec-6", "rec-7", kind="SHARED_NIK"),
    make_case("rec-8", "rec-9", kind="CONFLICT"),
    make_case("rec-a", "rec-b", kind="OPEN_MOVE", scope=""),
    make_case("rec-c", "rec-d"),
    make_case("rec-e", "rec-f"),
    make_case("rec-g", "rec-h"),
)


@pytest.fixture
def project(tmp_path, monkeypatch) -> Path:
    """A project whose queue holds the cases, numbered from 1, and no users."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("LINKAGE_USER", raising=False)
    (tmp_path / "workspace").mkdir()
    text = "[queue]\nsecond_reading_share = 0\nknown_share = 0\n"
    (tmp_path / "linkage.toml").write_text(text, encoding="utf-8")
    settings = load_project(tmp_path / "linkage.toml")
    queue = open_queue(settings.database_url, settings=settings.queue, secret=settings.secret())
    for number, case in enumerate(ARRIVING, start=1):
        queue.load(f"run{number}", [case], complete=False, model="model")
    queue.close()
    return tmp_path


@pytest.fixture
def staffed(project) -> Path:
    """The project with an office of three, and one steward of another regency."""
    add = ["queue", "user", "add"]
    assert main([*add, "kepala", "--region", "pusat", "--roles", "pengelola,pengawas"]) == 0
    for name, region, roles in (("ani", "3273", "petugas"), ("sari", "3273", "penyetuju"), ("made", "3374", "petugas"),
                                ("dewi", "3273", "petugas")):  # fmt: skip
        assert main([*add, name, "--region", region, "--roles", roles, "--as", "kepala"]) == 0
    return project


def in_days(number: int) -> str:
    return f"{datetime.now(UTC) + timedelta(days=number):%Y-%m-%d}"


def the_case(capsys, number: int, by: str) -> dict[str, object]:
    told: dict[str, object] = json.loads(said(capsys, "show", str(number), "--json", "--as", by))
    return told


def said(capsys, *arguments: str, code: int = 0) -> str:
    capsys.readouterr()
    assert main(["queue", *arguments]) == code, capsys.readouterr().err
    told = capsys.readouterr()
    return told.out if code in (0, 99) else told.err


def test_every_command_of_the_guide_works_in_its_order(project, capsys):
    commands = re.findall(r"^\$ linkage (.+)$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(commands) > 30
    for command in commands:
        capsys.readouterr()
        # The page names any day; the queue takes one of the next months.
        today = re.sub(r"--due \d{4}-\d\d-\d\d", f"--due {in_days(30)}", command)
        assert main(shlex.split(today)) == 0, (command, capsys.readouterr().err)


def test_a_case_is_told_to_scripts_however_it_was_decided(staffed, capsys):
    decide = [
        ("1", "propose", "--keeps", "1", "--as", "ani"),
        ("1", "approve", "--as", "sari"),
        ("2", "different", "--reason", "siblings", "--as", "ani"),
        ("3", "propose", "--keeps", "1", "--as", "ani"),
        ("3", "approve", "--as", "sari"),
        ("4", "propose", "--verdict", "resolve", "--keeps", "1", "--as", "ani"),
        ("4", "reject", "--reason", "bukan", "--as", "sari"),
        ("6", "set_aside", "--reason", "WAFAT", "--as", "ani"),
        ("7", "different", "--reason", "twins", "--as", "ani"),
        ("7", "reopen", "--reason", "akta baru", "--as", "ani"),
    ]
    for command in decide:
        said(capsys, "decide", *command)
    told = {number: the_case(capsys, number, "ani")["settled"] for number in (1, 2, 3, 4, 6, 7, 8)}
    assert told[3] == [{"left": "rec-6", "right": "rec-7", "family": "shared", "standing": "different", "case": 3}]
    assert [[one["standing"] for one in settled] for settled in told.values()] == [
        ["same"], ["different"] * 3, ["different"], ["rejected"], ["aside"], ["undecided"], [],
    ]  # fmt: skip


def test_who_asks_comes_from_the_option_or_the_environment(staffed, monkeypatch, capsys):
    assert "Tambahkan --as NAMA, atau isi LINKAGE_USER." in said(capsys, "list", code=2)
    monkeypatch.setenv("LINKAGE_USER", "ani")
    assert "DUPLICATE" in said(capsys, "list")


def test_a_stranger_is_refused(staffed, capsys):
    assert said(capsys, "list", "--as", "siapa", code=77) == (
        "linkage: Pengguna: Tidak ada pengguna aktif dengan nama ini."
        " Periksa penulisannya, atau hubungi pengelola hak akses.\n"
    )


def test_two_people_decide_and_the_proposer_is_not_one_of_the_second(staffed, capsys):
    shown = said(capsys, "show", "1", "--as", "ani", "--language", "en")
    assert "linkage queue decide 1 propose --verdict duplicate --keeps 1 --version 1" in shown
    decide = ("decide", "1")
    assert "DIUSULKAN" in said(capsys, *decide, "propose", "--keeps", "1", "--version", "1", "--as", "ani")
    assert "Untuk langkah “periksa usulan ini” diperlukan peran penyetuju usulan." in said(
        capsys, *decide, "approve", "--as", "Ani", code=77
    )
    assert said(capsys, *decide, "approve", "--as", "sari") == "1: disetujui (DIUSULKAN -> DISETUJUI)\n"
    assert "DUPLICATE" in said(capsys, "pending")


def test_a_record_without_a_nik_is_refused_in_words_and_nothing_is_taken_up(staffed, capsys):
    case = make_case("rec-j", "rec-k")
    bare = replace(case.records[0], values=tuple(pair for pair in case.records[0].values if pair[0] != "nik"))
    settings = load_project(staffed / "linkage.toml")
    with closing(open_queue(settings.database_url, settings=settings.queue, secret=settings.secret())) as queue:
        queue.load("run9", [replace(case, records=(bare, case.records[1]))], complete=False, model="model")
    number = str(len(ARRIVING) + 1)
    before = the_case(capsys, len(ARRIVING) + 1, "ani")
    told = said(capsys, "decide", number, "propose", "--keeps", "1", "--reason", "KTP-el", "--as", "ani", code=2)
    assert "Data yang Anda pilih tidak mempunyai NIK yang dapat dipakai" in told
    assert the_case(capsys, len(ARRIVING) + 1, "ani") == before
    assert "--keeps 2 --version 1" in said(capsys, "show", number, "--as", "ani", "--language", "en")
    said(capsys, "decide", number, "propose", "--keeps", "2", "--as", "ani")


def test_a_case_another_holds_says_who_and_ends_with_75(staffed, capsys):
    said(capsys, "claim", "1", "--as", "dewi")
    told = said(capsys, "decide", "1", "different", "--reason", "twins", "--as", "ani", code=75)
    assert told.startswith("linkage: Kasus 1: Kasus ini sedang dikerjakan oleh dewi. Sampai 20")
    assert told.endswith("Tunggu sampai selesai, atau ambil kasus berikutnya.\n")


def test_a_refusal_comes_in_the_language_that_is_asked_for_and_in_a_log_always_in_english(staffed, capsys):
    said(capsys, "claim", "1", "--as", "dewi")
    again = ("claim", "1", "--as", "ani")
    english = said(capsys, *again, "--language", "en", code=75)
    assert english.startswith("linkage: Case 1: dewi is working on this case. Until 20")
    assert english.endswith("Wait for them, or take the next case.\n")
    logged = json.loads(said(capsys, *again, "--log-format", "json", code=75))
    assert "case 1: dewi holds the case until" in logged["message"]


def test_a_version_that_is_no_longer_the_present_one_stops_the_step(staffed, capsys):
    said(capsys, "claim", "1", "--as", "ani")
    told = said(capsys, "decide", "1", "different", "--reason", "twins", "--version", "1", "--as", "ani", code=75)
    assert "Kasus 1: Kasus ini sudah berubah sejak ditampilkan kepada Anda." in told
    said(capsys, "decide", "1", "different", "--reason", "twins", "--version", "2", "--as", "ani")


@pytest.mark.parametrize(
    ("step", "code"),
    [
        (["propose", "--verdict", "split"], 77),
        (["different", "--reason", "cousins"], 2),
        (["need", "--reason", "akta", "--due", in_days(400)], 2),
        (["ask", "--region", "3374", "--reason", "kenal?"], 2),
        (["propose", "--idem", "kunci #1"], 2),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else None,
)
def test_a_step_that_the_rules_refuse_takes_nothing_up(staffed, capsys, step, code):
    before = the_case(capsys, 1, "ani")
    said(capsys, "decide", "1", *step, "--as", "ani", code=code)
    assert the_case(capsys, 1, "ani") == before
    assert "DIUSULKAN" in said(capsys, "decide", "1", "propose", "--as", "dewi")


def test_a_refused_step_ends_neither_the_waiting_nor_the_question_to_another_office(project, staffed, capsys):
    ask = ("decide", "5", "ask", "--region", "3374", "--reason", "masih di sana?")
    assert main(["queue", "user", "add", "putu", "--region", "pusat", "--roles", "petugas", "--as", "kepala"]) == 0
    said(capsys, "decide", "1", "need", "--reason", "akta", "--due", in_days(30), "--as", "ani")
    said(capsys, *ask, "--as", "putu")
    for number, by in ((1, "ani"), (5, "putu")):
        before = the_case(capsys, number, by)
        said(capsys, "decide", str(number), "different", "--reason", "cousins", "--as", by, code=2)
        assert the_case(capsys, number, by) == before
        assert before["state"] == "MENUNGGU_DOKUMEN"
    assert "DITUGASKAN" in said(capsys, "decide", "5", "answer", "--reason", "ya", "--as", "made")


def test_a_refused_step_does_not_make_an_approver_one_who_worked_on_the_case(staffed, capsys):
    add = ["queue", "user", "add", "rina", "--region", "3273", "--roles", "petugas,penyetuju", "--as", "kepala"]
    assert main(add) == 0
    said(capsys, "decide", "1", "propose", "--verdict", "split", "--as", "rina", code=77)
    said(capsys, "decide", "1", "propose", "--as", "ani")
    assert "DISETUJUI" in said(capsys, "decide", "1", "approve", "--as", "rina")


def test_a_waiting_may_last_as_long_as_the_project_says(project, staffed, capsys):
    need = ("decide", "1", "need", "--reason", "akta", "--due", in_days(300), "--as", "ani")
    assert "Batas waktunya harus dalam 180 hari ke depan." in said(capsys, *need, code=2)
    text = (project / "linkage.toml").read_text(encoding="utf-8")
    (project / "linkage.toml").write_text(f"{text}patient_days = 400\n", encoding="utf-8")
    assert "MENUNGGU_DOKUMEN" in said(capsys, *need)


@pytest.mark.parametrize("held_before", [False, True])
def test_a_case_whose_step_the_database_refuses_is_given_back_to_whom_it_belonged(
    project, staffed, capsys, held_before
):
    if held_before:
        said(capsys, "claim", "1", "--as", "ani")
    with closing(sqlite3.connect(project / "workspace" / "queue.db")) as database, database:
        database.execute(
            "CREATE TRIGGER no_room BEFORE INSERT ON decision WHEN NEW.action = 'different'"
            " BEGIN SELECT RAISE(ABORT, 'no room'); END"
        )
    told = said(capsys, "decide", "1", "different", "--reason", "twins", "--as", "ani", code=70)
    assert "the database refused a change" in told
    lease = the_case(capsys, 1, "ani")["lease"]
    assert (lease is not None) is held_before


def test_a_proposal_that_was_taken_up_can_be_given_back(staffed, capsys):
    said(capsys, "decide", "1", "propose", "--as", "ani")
    said(capsys, "next", "--examine", "--as", "sari")
    assert said(capsys, "release", "1", "--as", "sari") == "1: dilepaskan\n"
    assert the_case(capsys, 1, "sari")["lease"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        ["show", "99999999999999999999"],
        ["decide", "9223372036854775808", "approve"],
        ["list", "--limit", "9223372036854775808"],
    ],
    ids=" ".join,
)
def test_a_number_that_no_database_holds_is_refused(staffed, capsys, arguments):
    with pytest.raises(SystemExit) as ended:
        main(["queue", *arguments, "--as", "ani"])
    assert ended.value.code == 2
    assert "must be at most 9223372036854775807" in capsys.readouterr().err


@pytest.mark.parametrize(
    "place",
    ["2026-11-22T00:00:00+00:00/9999999999999999999", "2026-11-22T00:00:00+00:00/-1", "0001-01-01T00:00:00+14:00/1"],
)
def test_a_place_in_the_list_that_no_database_holds_is_none(staffed, capsys, place):
    assert "Tempat itu tidak ada dalam daftar." in said(capsys, "list", "--after", place, "--as", "ani", code=2)


def test_the_greatest_number_is_one_like_any_other(staffed, capsys):
    most = str(2**63 - 1)
    assert "Tidak ada kasus dengan nomor ini yang dapat Anda buka." in said(capsys, "show", most, "--as", "ani", code=2)
    assert "DUPLICATE" in said(capsys, "list", "--limit", most, "--as", "ani")
    assert said(capsys, "list", "--after", f"2999-01-01T00:00:00+00:00/{most}", "--as", "ani") == "Tidak ada kasus.\n"
    record = ("decide", "1", "propose", "--keeps", "1" * 5000)
    assert "Kasus ini tidak memuat data yang Anda sebut." in said(capsys, *record, "--as", "ani", code=2)


def test_the_same_key_takes_a_step_once(staffed, capsys):
    step = ("decide", "1", "propose", "--keeps", "2", "--idem", "k1", "--as", "ani")
    assert said(capsys, *step) == said(capsys, *step)
    history = json.loads(said(capsys, "show", "1", "--json", "--as", "ani"))["history"]
    assert [entry["action"] for entry in history] == ["claim", "propose"]


def test_a_nik_is_read_from_standard_input_and_never_shown(project, staffed, capsys, monkeypatch):
    settings = load_project(project / "linkage.toml")
    nik = "3273014101800001"
    queue = open_queue(settings.database_url, settings=settings.queue, secret=settings.secret())
    made = make_case("rec-x", "rec-y")
    records = tuple(replace(one, nik_digest=nik_digest(settings.secret(), nik)) for one in made.records)
    queue.load("run9", [replace(made, records=records)], complete=False)
    queue.close()
    monkeypatch.setattr("sys.stdin", StringIO(nik + "\n"))
    told = said(capsys, "find-nik", "--as", "ani")
    assert told.splitlines()[1].split()[:2] == ["9", "DUPLICATE"]
    assert nik not in told
    monkeypatch.setattr("sys.stdin", StringIO("12\n"))
    assert "Ini bukan NIK yang dapat dicari." in said(capsys, "find-nik", "--as", "ani", code=2)


def test_a_protected_value_is_opened_with_a_reason_only(staffed, capsys):
    told = said(capsys, "open", "1", "2", "nama_ibu", "--reason", "akta dibandingkan", "--as", "ani")
    assert told == "Ibu kandung: SARI WULAN\n"
    assert "Alasannya belum diisi." in said(
        capsys, "open", "1", "2", "nama_ibu", "--reason", " ", "--as", "ani", code=2
    )


def test_the_list_goes_on_where_its_page_ended(staffed, capsys):
    first = said(capsys, "list", "--limit", "3", "--as", "ani")
    after = first.splitlines()[-1].split()[-1]
    numbers = [line.split()[0] for line in first.splitlines()[1:4]]
    second = said(capsys, "list", "--limit", "3", "--after", after, "--as", "ani")
    assert not set(numbers) & {line.split()[0] for line in second.splitlines()[1:4]}
    assert "Tempat itu tidak ada dalam daftar." in said(capsys, "list", "--after", "gestern", "--as", "ani", code=2)


def test_when_there_is_nothing_to_do_next_says_so_and_ends_with_99(staffed, capsys):
    assert said(capsys, "next", "--examine", "--as", "sari", code=99) == "Tidak ada kasus untuk Anda saat ini.\n"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "99"], 2, "Case 99: There is no case of this number that you can open."),
        (["decide", "1", "approve"], 75, "Case 1: This case is now “new”, so the step “take the proposal up” cannot"),
        (["decide", "1", "propose", "--keeps", "3"], 2, "Case 1: You named a record that the case does not hold."),
        (["list", "--state", "OPEN"], 2, "There is no state of this name. Choose one of: new (BARU)"),
        (["user", "add", "x", "--region", "Semarang", "--roles", "petugas"], 2, "Region: That is no code of a region."),
        (["user", "add", "x", "--region", "3273", "--roles", "raja"], 2, "--roles: There is no such role."),
        (["user", "add", "x", "--region", "3273", "--roles", "petugas"], 77, "User x: Only who keeps the list"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_refusal_says_why(staffed, capsys, arguments, code, says):
    who = "sari" if "approve" in arguments else "ani"
    told = said(capsys, *arguments, "--as", who, "--language", "en", code=code)
    assert told.startswith(f"linkage: {says}")
