"""Refused files leave the inbox once, whole, with their sidecar, wherever a run is killed on the way."""

from __future__ import annotations

import gzip
import shutil
import signal
import zipfile

import pytest
from deltalake import write_deltalake

from linkage.nightly.arrivals import files_in
from linkage.nightly.ledger import FileEntry
from linkage.nightly.quarantine import count_quarantined, move_refused
from tests.small_register import COLUMNS, SEMARANG, people, semarang, table, write_csv

EXTRACT = "3374_full_20260601_1.csv"


def tree(folder):
    """Every file below a folder and its bytes."""
    if not folder.is_dir():
        return {}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Place:
    """An inbox and a quarantine, without a project."""

    def __init__(self, folder):
        self.inbox, self.quarantine = folder / "inbox", folder / "quarantine"
        self.inbox.mkdir(parents=True)
        self.files = {}

    def refuse(self, run="run-1", region="3374", code="ENCODING"):
        self.files |= {
            arrival.mark: FileEntry(run, code=code, region=region)
            for arrival in files_in(self.inbox)
            if arrival.mark not in self.files
        }

    def move(self):
        return move_refused(self.inbox, self.quarantine, files_in(self.inbox), self.files)


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_a_refused_file_goes_below_its_region_and_run_with_its_sidecar_and_others_stay(place):
    (place.inbox / "a.csv").write_text("broken")
    (place.inbox / "a.csv.meta.toml").write_text("confirmed = true")
    place.refuse()
    (place.inbox / "new.csv").write_text("not decided upon")
    taken = place.inbox / "taken.csv"
    taken.write_text("taken")
    (arrival,) = (item for item in files_in(place.inbox) if item.path == taken)
    place.files[arrival.mark] = FileEntry("run-1", content=arrival.digest)
    assert place.move() == ()
    assert tree(place.quarantine) == {"3374/run-1/a.csv": b"broken", "3374/run-1/a.csv.meta.toml": b"confirmed = true"}
    assert sorted(tree(place.inbox)) == ["new.csv", "taken.csv"]
    assert count_quarantined(place.quarantine, place.files) == 1


def test_a_delta_table_and_a_file_with_a_query_go_whole(place):
    write_deltalake(str(place.inbox / "3374_full_20260601_1"), table(semarang()[:3]))
    (place.inbox / "3374_full_20260601_2.sql.toml").write_text("query = 1")
    held = tree(place.inbox)
    place.refuse(region="")
    assert place.move() == ()
    assert tree(place.quarantine / "unknown" / "run-1") == held
    assert list(place.inbox.iterdir()) == []


def test_nothing_is_overwritten_and_what_is_there_already_goes(place):
    target = place.quarantine / "3374" / "run-1" / "a.csv"
    target.parent.mkdir(parents=True)
    target.write_text("somebody mended it in place")
    (place.inbox / "a.csv").write_text("broken")
    place.refuse()
    place.move()
    both = {"3374/run-1/a.csv": b"somebody mended it in place", "3374/run-1~2/a.csv": b"broken"}
    assert tree(place.quarantine) == both
    shutil.copy(place.quarantine / "3374" / "run-1~2" / "a.csv", place.inbox)
    place.move()
    assert (tree(place.quarantine), tree(place.inbox)) == (both, {})


def test_a_file_that_changed_since_it_was_looked_at_stays(place):
    file = place.inbox / "a.csv"
    file.write_text("broken")
    place.refuse()
    found = files_in(place.inbox)
    file.write_text("mended and sent again")
    assert move_refused(place.inbox, place.quarantine, found, place.files) == ()
    assert (tree(place.inbox), tree(place.quarantine)) == ({"a.csv": b"mended and sent again"}, {})


def test_a_link_that_counts_from_the_inbox_stays(place, tmp_path):
    (tmp_path / "elsewhere.csv").write_text("broken")
    (place.inbox / "a.csv").symlink_to("../elsewhere.csv")
    place.refuse()
    place.move()
    assert (place.inbox / "a.csv").read_text() == "broken"


def test_a_sidecar_that_came_before_its_file_stays(place):
    for name, text in (("a.csv", "broken"), ("a.csv.meta.toml", "confirmed = true")):
        (place.inbox / name).write_text(text)
    place.refuse()
    place.move()
    (place.inbox / "a.csv.meta.toml").write_text("confirmed = true")
    place.move()
    assert list(tree(place.inbox)) == ["a.csv.meta.toml"]


def test_what_cannot_be_moved_is_said_and_stays(place):
    place.quarantine.write_text("no folder")
    (place.inbox / "a.csv").write_text("broken")
    place.refuse()
    (problem,) = place.move()
    assert problem.startswith("a.csv: cannot be moved into quarantine")
    assert tree(place.inbox) == {"a.csv": b"broken"}


CHILD = """
import errno, os, shutil, signal, sys
from pathlib import Path
from linkage.nightly import quarantine
from linkage.nightly.arrivals import files_in
from linkage.nightly.ledger import FileEntry

folder, elsewhere, kill_at, entries = Path(sys.argv[1]), sys.argv[2] == "elsewhere", int(sys.argv[3]), sys.argv[4:]
steps = []

def before_and_after(owner, name):
    real = getattr(owner, name)
    def step(*arguments, **options):
        steps.append(name)
        if len(steps) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        made = real(*arguments, **options)
        steps.append(name)
        if len(steps) == kill_at:
            os.kill(os.getpid(), signal.SIGKILL)
        return made
    setattr(owner, name, step)

rename = Path.rename
def across(self, target):
    if (self.parent == folder / "inbox") and (folder / "quarantine") in Path(target).parents:
        raise OSError(errno.EXDEV, "another file system")
    return rename(self, target)
if elsewhere:
    Path.rename = across
for name in ("rename", "unlink"):
    before_and_after(Path, name)
for name in ("copy2", "copytree", "rmtree"):
    before_and_after(shutil, name)
before_and_after(os, "fsync")
files = {mark: FileEntry("run-1", code="ENCODING", region="3374") for mark in entries}
quarantine.move_refused(folder / "inbox", folder / "quarantine", files_in(folder / "inbox"), files)
"""


@pytest.mark.slow
@pytest.mark.parametrize("file_system", ["same", pytest.param("elsewhere", marks=pytest.mark.soak)])
def test_killed_at_any_step_and_run_again_it_ends_the_same(tmp_path, python_script, file_system):
    died = 0
    for kill_at in range(1, 100):
        place = Place(tmp_path / str(kill_at))
        (place.inbox / "a.csv").write_text("broken")
        (place.inbox / "a.csv.meta.toml").write_text("confirmed = true")
        write_deltalake(str(place.inbox / "3374_full_20260601_1"), table(semarang()[:3]))
        (place.inbox / "3374_full_20260601_1.meta.toml").write_text("confirmed = true")
        whole = tree(place.inbox)
        place.refuse()
        child = python_script(CHILD, tmp_path / str(kill_at), file_system, kill_at, *place.files)
        died += child.returncode == -signal.SIGKILL
        seen = {*tree(place.inbox), *tree(place.quarantine / "3374" / "run-1")}
        assert set(whole) <= seen, "nothing is ever lost"
        assert place.move() == ()
        assert (tree(place.inbox), tree(place.quarantine / "3374" / "run-1")) == ({}, whole), kill_at
        assert [path.name for path in place.quarantine.iterdir()] == ["3374"]
        assert list(place.inbox.iterdir()) == []
        if child.returncode == 0:
            break
        assert child.returncode == -signal.SIGKILL, child.stderr
    assert child.returncode == 0
    assert died >= {"same": 8, "elsewhere": 20}[file_system]


def test_a_night_moves_what_it_refused_when_it_counts(project):
    project.put(EXTRACT, semarang())
    (project.home / "inbox" / "3374_full_20260602_2.csv").write_bytes(b"")
    result = project.run()
    run = result.manifest.run_id
    assert list(tree(project.home / "quarantine")) == [f"3374/{run}/3374_full_20260602_2.csv"]
    assert list(tree(project.home / "inbox")) == [EXTRACT]
    assert count_quarantined(project.home / "quarantine", project.ledger.files) == 1
    project.release("3374_full_20260602_2.csv")
    assert count_quarantined(project.home / "quarantine", project.ledger.files) == 0
    assert project.run() is None, "it is known"
    assert count_quarantined(project.home / "quarantine", project.ledger.files) == 1


def test_a_night_killed_after_its_commit_leaves_the_move_to_the_next(project, monkeypatch):
    from linkage.nightly import job

    project.put(EXTRACT, semarang())
    (project.home / "inbox" / "3374_full_20260602_2.csv").write_bytes(b"")
    calls = []

    def die(*arguments):
        calls.append(arguments)
        if len(calls) == 1:
            return ()
        raise KeyboardInterrupt

    with monkeypatch.context() as killed:
        killed.setattr(job, "move_refused", die)
        with pytest.raises(KeyboardInterrupt):
            project.run()
    assert tree(project.home / "quarantine") == {}
    assert project.run() is None
    assert [path.rsplit("/", 1)[1] for path in tree(project.home / "quarantine")] == ["3374_full_20260602_2.csv"]


REGIONS = (
    "1101",
    "1201",
    "1301",
    "1401",
    "1501",
    "1601",
    "1701",
    "1801",
    "1901",
    "2101",
    "3101",
    "3201",
    "3301",
    "3401",
)
REGIONS += (
    "3501",
    "3601",
    "5101",
    "5201",
    "5301",
    "6101",
    "6201",
    "6301",
    "6401",
    "6501",
    "7101",
    "7201",
    "7301",
    "7401",
)
REGIONS += ("7501", "7601", "8101", "8201", "3173", "3273", "3374", "3471", "3578", "5171", "7371", "1271")


def residents_of(code, seed):
    """Eight invented people of a regency: those of Semarang, with numbers and names of their own."""
    rows = people(8, SEMARANG, seed=seed)
    letters = chr(65 + seed % 26) + chr(65 + seed // 26)
    return [
        row
        | {
            "NIK": code + row["NIK"][4:],
            "NO_KK": code + row["NO_KK"][4:],
            "KODE_WILAYAH": code,
            "NAMA_LGKP": f"{row['NAMA_LGKP']} {letters}AN",
        }
        for row in rows
    ]


@pytest.mark.slow
def test_of_forty_regions_each_file_is_taken_once_or_quarantined_and_the_others_go_on(project):
    inbox = project.home / "inbox"
    own = {code: residents_of(code, number) for number, code in enumerate(REGIONS, 1)}
    late, rest = REGIONS[:6], REGIONS[6:]
    for code in rest:
        project.put(f"{code}_full_20260601_1.csv", own[code])
    first = project.run()
    assert first.manifest.counts["files_read"] == len(rest)

    twice, yesterday, cut, strange, empty, bomb, healthy = (rest[at : at + 4] for at in (0, 4, 8, 12, 16, 20, 24))
    bad = set()
    for code in late:
        project.put(f"{code}_full_20260602_1.csv", own[code])
    for code in healthy:
        project.put(f"{code}_delta_20260602_2.csv", [own[code][0] | {"ALAMAT": "JL BARU 1"}])
    for code in twice:
        project.put(f"{code}_delta_20260602_2.csv", [own[code][0] | {"ALAMAT": "JL BARU 1"}])
        shutil.copy(inbox / f"{code}_delta_20260602_2.csv", inbox / f"{code}_delta_20260602_3.csv")
        bad.add(f"{code}_delta_20260602_3.csv")
    for code in yesterday:
        project.put(f"{code}_delta_20260531_9.csv", [own[code][0] | {"ALAMAT": "JL LAMA 1"}])
        bad.add(f"{code}_delta_20260531_9.csv")
    for code in cut:
        path = inbox / f"{code}_full_20260602_2.csv.gz"
        write_csv(inbox / "whole.csv.tmp", own[code])
        path.write_bytes(gzip.compress((inbox / "whole.csv.tmp").read_bytes())[:-40])
        (inbox / "whole.csv.tmp").unlink()
        bad.add(path.name)
    for code in strange:
        (inbox / f"{code}_full_20260602_2.csv").write_bytes(
            "NIK,NAMA_LGKP\n1,A\n".encode("utf-16")[1:] + b"\xff\x00\xd8"
        )
        bad.add(f"{code}_full_20260602_2.csv")
    for code in empty:
        (inbox / f"{code}_full_20260602_2.csv").write_bytes(b"")
        bad.add(f"{code}_full_20260602_2.csv")
    for code in bomb:
        with zipfile.ZipFile(inbox / f"{code}_full_20260602_2.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("data.csv", ",".join(COLUMNS) + "\n" + "0" * 60_000_000)
        bad.add(f"{code}_full_20260602_2.zip")
    sent = {path.name for path in inbox.iterdir()}

    second = project.run()
    counts = second.manifest.counts
    assert (counts["files_read"], counts["files_refused"]) == (len(late) + len(healthy) + len(twice), len(bad))
    quarantined = {path.rsplit("/", 1)[1] for path in tree(project.home / "quarantine")}
    assert quarantined == bad
    assert {path.name for path in inbox.iterdir()} == sent - bad
    assert {path.name for path in (project.home / "quarantine").iterdir()} == {name[:4] for name in bad}
    returned = {path.stem for path in (second.folder / "returns").glob("*.csv")}
    assert {name[:4] for name in bad} <= returned
    assert not returned & set(healthy)
    rows = [row for row in project.residents().values() if row["closed_by"] == ""]
    assert len(rows) == 8 * len(REGIONS), "nobody was lost and nobody stands twice"
    assert project.run() is None, "each was decided upon once"
