"""What counts as an extract in the inbox, and what must wait for the next run."""

from __future__ import annotations

import pytest

from linkage.errors import InputMissingError
from linkage.nightly import arrivals
from linkage.nightly.arrivals import CHANGED, UNREADABLE, files_in, new_files
from linkage.nightly.ledger import UNTOLD, FileEntry


def names(inbox, taken=None):
    return [arrival.path.name for arrival in new_files(files_in(inbox), taken or {})]


def test_files_and_delta_tables_are_extracts_and_other_folders_are_not(tmp_path):
    for name in ("b.csv", "a.sql.toml", "a.csv.meta.toml", ".hidden", "c.csv.part", "d.csv.PART", "e~", "f.tmp"):
        (tmp_path / name).write_text("x")
    (tmp_path / "archive").mkdir()
    (tmp_path / "3374_full_20260601_1" / "_delta_log").mkdir(parents=True)
    (tmp_path / "coming.part" / "_delta_log").mkdir(parents=True)
    assert names(tmp_path) == ["3374_full_20260601_1", "a.sql.toml", "b.csv"]


def test_a_file_is_known_by_name_content_and_sidecar(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("x")
    taken = {arrival.mark: FileEntry("run") for arrival in files_in(tmp_path)}
    assert names(tmp_path, taken) == []
    (tmp_path / "a.csv.meta.toml").write_text("confirmed = true")
    assert names(tmp_path, taken) == ["a.csv"]
    (tmp_path / "a.csv.meta.toml").unlink()
    file.write_text("y")
    assert names(tmp_path, taken) == ["a.csv"]


def test_a_file_of_an_older_ledger_is_known_whatever_sidecar_it_has(tmp_path):
    (tmp_path / "a.csv").write_text("x")
    (arrival,) = files_in(tmp_path)
    (tmp_path / "a.csv.meta.toml").write_text("confirmed = true")
    assert names(tmp_path, {arrival.mark: FileEntry("run", code=UNTOLD)}) == []
    assert names(tmp_path, {arrival.mark: FileEntry("run", code="EXTRACT_SHRUNK")}) == ["a.csv"]


def test_the_digest_of_a_delta_table_changes_with_any_of_its_files_and_not_with_their_order(tmp_path):
    found = []
    for inbox in ("one", "two", "three", "four"):
        table = tmp_path / inbox / "t"
        (table / "_delta_log").mkdir(parents=True)
        files = {"a.parquet": "1", "_delta_log/0.json": "2"} | ({"b.parquet": "3"} if inbox == "three" else {})
        files |= {"a.parquet": "4"} if inbox == "four" else {}
        for name in sorted(files, reverse=inbox == "two"):
            (table / name).write_text(files[name])
        (arrival,) = files_in(tmp_path / inbox)
        found.append(arrival.digest)
    assert found[0] == found[1]
    assert len(set(found)) == 3


def test_a_file_that_grows_while_it_is_looked_at_waits(tmp_path, monkeypatch):
    file = tmp_path / "a.csv"
    file.write_text("x")
    digest_of = arrivals.sha256_of

    def grow(path):
        digest = digest_of(path)
        with path.open("a") as stream:
            stream.write("more")
        return digest

    monkeypatch.setattr(arrivals, "sha256_of", grow)
    (arrival,) = files_in(tmp_path)
    assert (arrival.unready, arrival.mark) == (CHANGED, "")


@pytest.mark.parametrize(("error", "unready"), [(FileNotFoundError, CHANGED), (PermissionError, UNREADABLE)])
def test_a_file_that_goes_away_or_cannot_be_opened_waits_and_the_others_do_not(tmp_path, monkeypatch, error, unready):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(name)
    digest_of = arrivals.sha256_of

    def refuse(path):
        if path.name == "a.csv":
            raise error
        return digest_of(path)

    monkeypatch.setattr(arrivals, "sha256_of", refuse)
    assert [arrival.unready for arrival in files_in(tmp_path)] == [unready, ""]


def test_an_arrival_notices_that_its_file_has_changed_or_gone(tmp_path):
    file = tmp_path / "a.csv"
    file.write_text("x")
    (arrival,) = files_in(tmp_path)
    assert not arrival.has_changed()
    file.write_text("xy")
    assert arrival.has_changed()
    file.unlink()
    assert arrival.has_changed()


def test_without_an_inbox_it_is_told(tmp_path):
    with pytest.raises(InputMissingError, match="no inbox folder"):
        files_in(tmp_path / "none")
