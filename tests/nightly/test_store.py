"""The standing store: only what the ledger names counts, one run at a time, and what changed is told."""

from __future__ import annotations

import json
import subprocess
import sys

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.change_log import changes
from linkage.errors import InvariantError, LockHeldError, OutputError
from linkage.nightly.change_log import current, logged, state_hash
from linkage.nightly.ledger import UNTOLD, FileEntry, Ledger
from linkage.nightly.store import Store, plain_strings
from linkage.nightly.succession import Gap, RegionState


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "workspace")


TABLE = pa.table({"record_id": ["b", "a"], "province": ["33", "51"], "reasons": [["x", "y"], []]})


def test_a_workspace_without_a_run_has_an_empty_ledger_and_no_tables(store):
    assert store.ledger == Ledger()
    assert store.read("residents") is None


def test_what_is_written_counts_once_the_ledger_names_it(store):
    with store.locked():
        version, _ = store.write("residents", TABLE, night=1)
        assert store.read("residents") is None
        store.commit(Ledger(run_id="one", tables={"residents": version}))
    again = Store(store.workspace)
    assert again.ledger == store.ledger
    assert sorted(again.read("residents").to_pylist(), key=str) == sorted(TABLE.to_pylist(), key=str)


def test_a_version_nobody_named_is_never_seen(store):
    with store.locked():
        first, _ = store.write("pairs", TABLE, night=1)
        store.commit(Ledger(tables={"pairs": first}))
        store.write("pairs", TABLE.slice(0, 1), night=2)
    assert Store(store.workspace).read("pairs").num_rows == 2
    with store.locked():
        third, _ = store.write("pairs", TABLE.slice(0, 0), night=3)
    assert third > first
    assert Store(store.workspace).read_version("pairs", third).num_rows == 0


def test_another_schema_may_follow(store):
    store.write("pairs", TABLE, night=1)
    version, _ = store.write("pairs", TABLE.append_column("level_new", pa.array([1, 2], pa.int8())), night=2)
    assert "level_new" in store.read_version("pairs", version).column_names


def test_a_version_that_is_gone_is_told(store):
    store.write("pairs", TABLE, night=1)
    with pytest.raises(InvariantError, match="version 7 of the store's pairs cannot be read"):
        store.read_version("pairs", 7)


def test_the_ledger_reads_back_exactly(store):
    ledger = Ledger(
        run_id="r",
        tables={"pairs": 3},
        counters={"record": 9},
        files={"a.csv 12": FileEntry("r", content="12"), "b.csv 13": FileEntry("r", code="EMPTY_FILE")},
        regions={
            "3374": RegionState((20260603, 3), "delta", "c.csv", (20260601, 1), (Gap((20260601, 1), (20260603, 3)),)),
            "5171": RegionState((20260601, 1), "delta", "d.csv"),
        },
        model="{}",
        spec_digest="d",
        state_hash={"pairs": "h"},
    )
    with store.locked():
        store.commit(ledger)
    assert Store(store.workspace).ledger == ledger


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 1}',
        '{"version": 2}',
        '{"version": 3}',
        '{"version": 4}',
        '{"version": 3, "files": {}, "regions": {}, "derived": {"who": 1}}',
        '{"version": [1]}',
        '{"version": 2, "files": {}, "regions": {}, "who": 2}',
        '{"version": 2, "files": {"a.csv 12": {"who": 1}}, "regions": {}}',
        '{"version": 2, "files": {}, "regions": {"3374": {"last": [1], "full": [1, 1], "gaps": []}}}',
        '{"version": 1, "files": [], "last_extract": 3}',
        '{"version": 1, "files": {}, "last_extract": {"3374": [1]}}',
        "\x00",
    ],
)
def test_a_damaged_ledger_is_told_and_never_taken_for_an_empty_one(store, text):
    store.workspace.mkdir()
    (store.workspace / "ledger.json").write_text(text, encoding="utf-8")
    with pytest.raises(InvariantError, match="ledger") as caught:
        Store(store.workspace)
    assert caught.value.where.endswith("ledger.json")


def test_a_ledger_of_the_first_version_is_brought_up_to_this_one(store):
    store.workspace.mkdir()
    old = {
        "version": 1,
        "run_id": "r",
        "tables": {"pairs": 3},
        "counters": {"record": 9},
        "files": {"3374_full_20260601_1.csv 12": "q", "3374_delta_20260602_2.csv 13": "r", "kota.csv 14": "r"},
        "last_extract": {"3374": [20260602, 2], "5171": [20260601, 1]},
        "model": "{}",
        "spec_digest": "d",
        "state_hash": {"pairs": "h"},
    }
    (store.workspace / "ledger.json").write_text(json.dumps(old), encoding="utf-8")
    read = Store(store.workspace).ledger
    assert read == Ledger(
        run_id="r",
        tables={"pairs": 3},
        counters={"record": 9},
        files={mark: FileEntry(run, code=UNTOLD) for mark, run in old["files"].items()},
        regions={
            "3374": RegionState((20260602, 2), "", "", full=(20260602, 2)),
            "5171": RegionState((20260601, 1), "", ""),
        },
        model="{}",
        spec_digest="d",
        state_hash={"pairs": "h"},
    )
    with store.locked():
        store.commit(read)
    assert Store(store.workspace).ledger == read


HOLDER = """
import sys
from pathlib import Path
from linkage.nightly.store import Store
with Store(Path(sys.argv[1])).locked():
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_is_told_who_holds_the_lock_and_gets_it_when_the_first_is_killed(store):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(store.workspace)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(LockHeldError, match=f"held by process {holder.pid} on ") as caught, store.locked():
            pass
        assert caught.value.exit_code == 75
    finally:
        holder.kill()
        holder.communicate()
    with store.locked():
        assert (store.workspace / "lock").is_file()


def test_whoever_gets_the_lock_sees_the_ledger_of_the_one_before(store):
    late = Store(store.workspace)
    with store.locked():
        store.commit(Ledger(run_id="first"))
    with late.locked():
        assert late.ledger.run_id == "first"


def test_a_workspace_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"), Store(tmp_path / "file" / "workspace").locked():
        pass


def test_state_hashes_look_at_content_alone():
    other = pa.table(
        {
            "reasons": pa.array([[], ["x", "y"]], pa.large_list(pa.string())),
            "province": pa.array(["51", "33"]).dictionary_encode(),
            "record_id": pa.chunked_array([["a"], ["b"]]),
        }
    )
    assert state_hash(plain_strings(other)) == state_hash(TABLE)
    assert state_hash(TABLE.slice(0, 1)) != state_hash(TABLE)
    assert state_hash(TABLE.drop_columns(["reasons"])) != state_hash(TABLE)
    shifted = TABLE.set_column(2, "reasons", pa.array([["x"], ["y"]]))
    assert state_hash(shifted) != state_hash(TABLE)


def rows(values: dict[str, int | None]) -> pa.Table:
    return pa.table({"key": pa.array(list(values), pa.string()), "value": pa.array(list(values.values()), pa.int64())})


STATES = st.dictionaries(st.sampled_from("abcdef"), st.none() | st.integers(0, 2))


@given(old=STATES, new=STATES)
def test_changes_are_what_was_added_changed_and_closed_and_nothing_else(old, new):
    told = {row["key"]: (row["value"], row["change"]) for row in changes(rows(old), rows(new), ("key",)).to_pylist()}
    expected = {key: (value, "added") for key, value in new.items() if key not in old}
    expected |= {key: (value, "changed") for key, value in new.items() if key in old and old[key] != value}
    expected |= {key: (value, "closed") for key, value in old.items() if key not in new}
    assert told == expected


def log_of(nights: list[dict[str, str]]) -> pa.Table:
    """A log of residents: by night, record id to content, or to who closed it (in small letters)."""
    parts = []
    for night, told in enumerate(nights):
        closed = [value.islower() for value in told.values()]
        table = pa.table(
            {
                "record_id": pa.array(list(told), pa.string()),
                "nama": pa.array(
                    [None if shut else value for value, shut in zip(told.values(), closed, strict=True)], pa.string()
                ),
                "closed_by": pa.array(
                    [value if shut else "" for value, shut in zip(told.values(), closed, strict=True)], pa.string()
                ),
                "change": pa.array(["closed" if shut else "changed" for shut in closed], pa.string()),
            }
        )
        parts.append(logged(table, night))
    return pa.concat_tables(parts)


NIGHTS = st.lists(st.dictionaries(st.sampled_from("abc"), st.sampled_from(["X", "Y", "p"])), max_size=5)


@given(first=st.dictionaries(st.sampled_from("abc"), st.sampled_from("XY"), min_size=3), later=NIGHTS)
def test_the_last_word_of_a_log_counts_and_who_was_closed_stays_with_the_last_content(first, later):
    log = log_of([first, *later])
    expected = {name: (value, "") for name, value in first.items()}
    for night in later:
        for name, value in night.items():
            expected[name] = (expected[name][0], value) if value.islower() else (value, "")
    found = {row["record_id"]: (row["nama"], row["closed_by"]) for row in current(log, "residents").to_pylist()}
    assert found == expected
    clusters = log.rename_columns(["record_id", "cluster_id", "closed_by", "change", "night"])
    standing = {row["record_id"]: row["cluster_id"] for row in current(clusters, "clusters").to_pylist()}
    assert standing == {name: value for name, (value, closed) in expected.items() if not closed}


def test_a_hash_grows_by_the_rows_that_are_appended_and_knows_no_order():
    whole = pa.concat_tables([TABLE, TABLE.slice(1)])
    assert state_hash(TABLE.slice(1), state_hash(TABLE)) == state_hash(whole) == state_hash(whole.take([2, 0, 1]))
    assert state_hash(whole) != state_hash(TABLE)
    assert len(state_hash(TABLE)) == 64


def test_what_a_killed_run_appended_does_not_come_back(store):
    row = {"left_id": ["a"], "right_id": ["b"], "change": ["added"]}
    with store.locked():
        version, digest = store.write("pairs", pa.table(row).drop_columns(["change"]), night=1)
        store.commit(Ledger(tables={"pairs": version}, state_hash={"pairs": digest}))
        store.append("pairs", pa.table(row | {"right_id": ["killed"]}), night=2)
        version, digest = store.append("pairs", pa.table(row | {"right_id": ["c"]}), night=2)
        store.commit(Ledger(tables={"pairs": version}, state_hash={"pairs": digest}))
    assert sorted(store.read("pairs").column("right_id").to_pylist()) == ["b", "c"]
    assert store.schema("pairs").names == ["left_id", "right_id"]
    assert state_hash(store.read_log("pairs", version)) == digest


def test_without_a_state_before_everything_is_added():
    table = changes(None, rows({"a": 1}), ("key",))
    assert table.to_pylist() == [{"key": "a", "value": 1, "change": "added"}]


def test_closed_rows_come_last_by_their_key():
    table = changes(rows({"z": 1, "c": 1, "b": 1}), rows({"z": 2, "y": 1}), ("key",))
    assert table.column("key").to_pylist() == ["z", "y", "b", "c"]


def test_the_ledger_is_plain_json_that_a_person_can_read(store):
    with store.locked():
        store.commit(Ledger(run_id="one"))
    assert json.loads((store.workspace / "ledger.json").read_text(encoding="utf-8"))["run_id"] == "one"


def test_who_stands_otherwise_since_a_night_is_who_changed_in_a_column_that_counts(store):
    def night(number, rows, write):
        names = ("record_id", "province", "line", "nama", "closed_by", "change")
        table = pa.table({name: [row[place] for row in rows] for place, name in enumerate(names)})
        version, digest = write("residents", table, night=number)
        store.commit(Ledger(tables={"residents": version}, state_hash={"residents": digest}))

    with store.locked():
        night(1, [(one, "33", place, "ADI", "", "added") for place, one in enumerate("abcde")], store.write)
        night(2, [("a", "33", 9, "ADI", "", "changed"), ("b", "33", 1, "ADHI", "", "changed")], store.append)
        night(3, [("c", "33", 2, "ADI", "x.csv", "closed"), ("b", "33", 1, "ADI", "", "changed")], store.append)
        night(4, [("f", "51", 1, "IDA", "", "added"), ("d", "33", 9, "ADI", "", "changed")], store.append)
    for since, changed, also in ((0, "abcdef", ""), (1, "cf", "ad"), (2, "bcf", "d"), (3, "f", "d"), (4, "", "")):
        assert sorted(store.changed_since("residents", since, but=["line"]).to_pylist()) == sorted(changed)
        assert sorted(store.changed_since("residents", since).to_pylist()) == sorted(changed + also)
