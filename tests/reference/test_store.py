"""The reference on disk: what counts is what the ledger names."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pyarrow as pa
import pytest

from linkage.errors import InvariantError, OutputError
from linkage.reference.store import Reference
from linkage.reference.tables import IN_REVIEW, MEMBERSHIP, PERSONS
from tests.reference.small import KEY, NOON, World, decided, person, undone


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "reference", {f"r{number}": {} for number in range(1, 5)})


def reviewed(*records: str, change: str = "added") -> pa.Table:
    return pa.table({"record_id": list(records), "change": [change] * len(records)})


def commit(reference, number, rows, **others):
    told = {"now": NOON, "run_id": "run", "night": 1, "last_person": 0, "counts": {}, **others}
    return reference.commit(number, "publication", {IN_REVIEW: rows}, **told)


def test_nothing_is_published_at_first(tmp_path):
    reference = Reference(tmp_path, KEY)
    assert (reference.number, reference.rows(), reference.read(PERSONS), reference.at(NOON)) == (0, (), None, 0)


def test_another_reader_sees_what_was_committed(world):
    state = world.publish()
    other = Reference(world.folder, KEY)
    assert (other.number, other.last().state_hash, other.state_hash()) == (1, state, state)
    assert other.read(PERSONS).equals(world.reference.read(PERSONS))


def test_a_table_is_read_as_it_stood_at_any_publication(world):
    hashes = [world.publish()]
    before = world.persons()
    world.decisions.append(decided(1, person("r1", "r2", keeps="r2")))
    hashes.append(world.publish())
    world.decisions.append(undone(2, 1))
    world.publish()
    assert [world.reference.state_hash(number) for number in (1, 2)] == hashes
    told = world.reference.read(PERSONS, 1)
    assert {row["person_id"]: row for row in told.to_pylist()} == before
    assert world.reference.read(MEMBERSHIP, 2, pa.array(["r2"])).to_pylist()[0]["person_id"] == "P000000000001"


def test_an_instant_means_the_last_publication_before_it(world):
    world.publish()
    world.publish()
    first = world.reference.rows()[0].published_at
    moments = [first - timedelta(seconds=1), first, first + timedelta(minutes=59), first + timedelta(hours=1)]
    assert [world.reference.at(moment) for moment in moments] == [0, 1, 1, 2]


def test_what_was_appended_without_a_commit_is_taken_back(world):
    state = world.publish()
    half = Reference(world.folder, KEY)
    half._append(IN_REVIEW, half._as_log(IN_REVIEW, reviewed("r1"), 2))
    half._append(PERSONS, half._as_log(PERSONS, half.read(PERSONS).append_column("change", pa.array(["added"] * 4)), 2))
    reader = Reference(world.folder, KEY)
    assert (reader.state_hash(), reader.read(IN_REVIEW)) == (state, None)
    assert reader.roll_back() == 2
    assert reader.roll_back() == 0
    commit(reader, 2, reviewed("r3"))
    assert Reference(world.folder, KEY).read(IN_REVIEW).to_pylist() == [{"record_id": "r3"}]
    assert reader.state_hash() == state


KILLED = dedent(
    """
    import os, signal, sys
    from pathlib import Path
    import linkage.reference.store as store
    from tests.reference.small import World, decided, person
    folder, left = Path(sys.argv[1]), int(sys.argv[2])
    write = store.write_deltalake
    def killing(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        write(*arguments, **options)
    store.write_deltalake = killing
    world = World(folder, {f"r{number}": {} for number in range(1, 5)})
    world.number = world.reference.number
    if world.number == 0:
        world.publish()
    world.decisions.append(decided(1, person("r1", "r2", keeps="r2")))
    world.publish()
    """
)


@pytest.mark.slow
@pytest.mark.parametrize("writes", range(8))
def test_killed_before_any_write_and_started_again_it_ends_in_the_same_state(tmp_path, writes):
    undisturbed = World(tmp_path / "whole", {f"r{number}": {} for number in range(1, 5)})
    undisturbed.publish()
    undisturbed.decisions.append(decided(1, person("r1", "r2", keeps="r2")))
    expected = undisturbed.publish()
    folder = tmp_path / "killed"
    ends = []
    for left in (writes, 99):
        command = [sys.executable, "-c", KILLED, str(folder), str(left)]
        ends.append(subprocess.run(command, check=False, cwd=Path.cwd()).returncode)
    assert ends[1] == 0
    assert ends[0] in (0, -signal.SIGKILL)
    assert Reference(folder, KEY).state_hash() == expected


def test_a_row_without_rules_of_its_own_stands_under_those_of_the_row_before(world):
    assert [commit(world.reference, 1, reviewed("r1")).rules] == [None]
    commit(world.reference, 2, reviewed("r2"), rules="a digest")
    commit(world.reference, 3, reviewed("r3"))
    assert [row.rules for row in Reference(world.folder, KEY).rows()] == [None, "a digest", "a digest"]


def test_a_number_is_used_once(world):
    world.publish()
    with pytest.raises(InvariantError, match="not newer"):
        commit(world.reference, 1, reviewed("r1"))


def test_a_row_that_was_altered_shows(world):
    world.publish()
    other = Reference(world.folder, b"another secret of at least thirty-two bytes")
    assert world.reference.broken_seals(PERSONS) == 0
    assert other.broken_seals(PERSONS) == 4


def test_a_field_that_the_spec_gains_changes_no_row_of_old(world):
    state = world.publish()
    for record in world.records:
        world.records[record] = {"agama": None}
    assert world.publish() == state
    assert world.reference.broken_seals(PERSONS) == 0


def test_a_place_that_cannot_be_written_is_an_error_that_says_so(world):
    world.publish()
    (world.folder / IN_REVIEW).write_text("in the way")
    with pytest.raises(OutputError, match="cannot be written"):
        commit(world.reference, 2, reviewed("r1"))


def test_tables_without_their_ledger_are_left_alone_and_the_error_says_so(world):
    world.publish()
    world.records["r1"] = {"nama": "LAIN"}
    world.publish()
    shutil.rmtree(world.folder / "ledger")
    with pytest.raises(InvariantError, match="ledger of the reference is gone"):
        Reference(world.folder, KEY).roll_back()
    assert (world.folder / PERSONS).is_dir()


def test_a_damaged_ledger_is_an_error_that_says_so(world):
    world.publish()
    for file in (world.folder / "ledger").glob("*.parquet"):
        file.write_bytes(b"no parquet")
    with pytest.raises(InvariantError, match="damaged"):
        Reference(world.folder, KEY)
