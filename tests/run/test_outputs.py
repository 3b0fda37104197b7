"""A run's folder appears whole or not at all, and never in the place of something else."""

from __future__ import annotations

import pyarrow as pa
import pytest

from linkage.errors import OutputError
from linkage.run.outputs import prepare_folder, publish_folder, staged, write_tables, write_text


class Account:
    """Stands for a manifest."""

    def to_json(self) -> str:
        return "{}\n"


def hidden(folder):
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def test_nothing_is_seen_before_the_run_is_published_and_nothing_is_left_after(tmp_path):
    out = tmp_path / "deep" / "out"
    with staged(out) as staging:
        write_tables(staging, {"pairs": pa.table({"a": [1]})})
        assert not out.exists()
        publish_folder(staging, out, Account())
    assert sorted(path.name for path in out.iterdir()) == ["manifest.json", "pairs.parquet"]
    assert hidden(out.parent) == []


def test_a_run_that_fails_leaves_no_folder_behind(tmp_path):
    with pytest.raises(ZeroDivisionError), staged(tmp_path / "out"):
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_run_left_is_swept_away(tmp_path):
    left = prepare_folder(tmp_path / "out")
    (left / "half.parquet").write_bytes(b"half")
    assert list(prepare_folder(tmp_path / "out").iterdir()) == []


def test_an_earlier_run_stays_until_the_new_one_is_whole(tmp_path):
    out = tmp_path / "out"
    for text in ("first", "second"):
        with staged(out) as staging:
            write_text(staging / "told.txt", text)
            assert not out.exists() or (out / "told.txt").read_text() == "first"
            publish_folder(staging, out, Account())
    assert (out / "told.txt").read_text() == "second"
    assert hidden(tmp_path) == []


def test_a_folder_with_something_else_in_it_is_refused(tmp_path):
    (tmp_path / "letter.txt").write_text("keep me")
    with pytest.raises(OutputError, match="holds no earlier run"):
        prepare_folder(tmp_path)
    assert (tmp_path / "letter.txt").read_text() == "keep me"


@pytest.mark.parametrize("place", ["file", "file/out", "file/deeper/out"])
def test_a_file_is_never_replaced_nor_taken_for_a_folder(tmp_path, place):
    (tmp_path / "file").write_text("keep me")
    with pytest.raises(OutputError) as caught:
        prepare_folder(tmp_path / place)
    assert caught.value.where == str(tmp_path / place)
    assert caught.value.exit_code == 73
    assert (tmp_path / "file").read_text() == "keep me"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("place", [".", "/"])
def test_a_place_without_a_name_of_its_own_is_refused(place, tmp_path, monkeypatch):
    from pathlib import Path

    monkeypatch.chdir(tmp_path)
    with pytest.raises(OutputError, match="folder of their own"):
        prepare_folder(Path(place))


def test_a_small_file_is_replaced_in_one_step(tmp_path):
    write_text(tmp_path / "ledger.json", "old")
    write_text(tmp_path / "ledger.json", "new")
    assert (tmp_path / "ledger.json").read_text() == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["ledger.json"]
