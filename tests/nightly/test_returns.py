"""The return to a region tells what to mend, in two languages, and no resident's value."""

from __future__ import annotations

import csv
import hashlib
import re
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random

import pyarrow as pa
import pytest

from linkage.engine.local import LocalEngine
from linkage.intake.reasons import HINTS
from linkage.lookback.verification import verify_run
from linkage.nightly.notices import Notice
from linkage.nightly.returns import RETURNS, Sent, region_return, words_of, write_returns
from linkage.progress import Silent
from linkage.schema import REJECTS
from tests.small_register import denpasar, semarang

ROOT = Path(__file__).parents[2]
NIGHT = date(2026, 6, 2)


def rejects(*rows):
    return pa.table(
        [pa.array(column, item.type) for column, item in zip(zip(*rows, strict=True), REJECTS, strict=True)], REJECTS
    )


def read(path):
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_refused_files_and_rejected_rows_are_returned_to_who_sent_them_and_can_be_verified(project):
    rows = semarang()
    project.put("3374_full_20260601_1.csv", [rows[0] | {"NAMA_LGKP": ""}, *rows[1:]])
    (project.home / "inbox" / "3374_full_20260602_2.csv").write_bytes(b"")
    project.put("rubbish.csv", rows[:3])
    project.put("5171_full_20260601_1.csv", denpasar())
    result = project.run()
    folder = result.folder / "returns"
    assert sorted(path.name for path in folder.iterdir()) == ["3374.csv", "3374.txt", "unknown.csv", "unknown.txt"]
    told = [(row["file"], row["line"], row["code"], row["outcome"]) for row in read(folder / "3374.csv")]
    assert told == [
        ("3374_full_20260601_1.csv", "2", "NAME_MISSING", "rejected"),
        ("3374_full_20260602_2.csv", "0", "EMPTY_FILE", "refused"),
    ]
    text = (folder / "3374.txt").read_text(encoding="utf-8")
    assert "3374 Kota Semarang" in text
    counted = f"{len(rows)} baris dibaca, {len(rows) - 1} diterima, 1 ditolak"
    assert counted in text
    assert f"{len(rows)} rows read, {len(rows) - 1} accepted, 1 rejected" in text
    assert "PENGEMBALIAN BERKAS" in text
    assert "Send a mended file under a new sequence number" in text
    for row in rows:
        assert row["NIK"] not in text
    outputs = result.manifest.outputs
    for path in folder.iterdir():
        assert outputs[f"returns/{path.name}"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert verify_run(result.folder, rerun=False, engine=LocalEngine(1), observer=Silent())


def test_a_return_tells_the_day_of_western_indonesian_time(project, monkeypatch):
    project.put("3374_full_20260601_1.csv", [semarang()[0] | {"NAMA_LGKP": ""}, *semarang()[1:]])
    monkeypatch.setattr(project, "moment", lambda: datetime(2026, 6, 2, 21, 15, tzinfo=UTC))
    text = (project.run().folder / "returns" / "3374.txt").read_text(encoding="utf-8")
    assert "2026-06-03" in text
    assert "2026-06-02" not in text


def test_a_night_without_anything_to_mend_returns_nothing(project):
    project.put("3374_full_20260601_1.csv", semarang())
    assert not (project.run().folder / "returns").exists()


def test_every_code_a_file_or_row_can_be_given_has_words_in_two_languages():
    code = "".join(
        path.read_text(encoding="utf-8")
        for part in ("nightly", "intake")
        for path in (ROOT / "linkage" / part).rglob("*.py")
    )
    raised = set(re.findall(r'InputDataError\(\s*"([A-Z_]+)"', code)) | set(HINTS)
    raised |= set(re.findall(r'"((?:EXTRACT|CLOSING|CLOSED|SOURCE)_[A-Z_]+)"', code))
    other = words_of("OTHER")
    unsaid = {name for name in raised if words_of(name) is other}
    assert unsaid == set()
    for name in raised:
        assert all(words_of(name)[part][language] for part in ("says", "do") for language in ("id", "en"))


def test_a_new_code_is_told_in_general():
    table = region_return([Sent("3374", "a.csv", "refused", 0, 0, rejects(("a.csv", 0, "", "BRAND_NEW", "why")))], [])
    assert table.schema.equals(RETURNS)
    assert table.column("tindakan")[0].as_py().startswith("Perbaiki")


@pytest.mark.parametrize("name", ["=1+1.csv", "  @x.csv", "＝x.csv", "-x.csv"])
def test_no_name_of_a_sender_becomes_a_formula(tmp_path, name):
    sent = [Sent("3374", name, "refused", 0, 0, rejects((name, 0, name, "ENCODING", "why")))]
    write_returns(tmp_path, sent, [], night=NIGHT)
    (row,) = read(tmp_path / "returns" / "3374.csv")
    assert (row["file"], row["column"]) == (f"'{name}", f"'{name}")


def test_the_bytes_do_not_depend_on_the_order_of_the_files(tmp_path):
    sent = [
        Sent(
            "3374",
            f"{n}.csv",
            "taken",
            9,
            6,
            rejects(*((f"{n}.csv", line, "A", "NAME_MISSING", "x") for line in (9, 4, 11))),
        )
        for n in range(5)
    ]
    notices = [Notice(f"{n}.csv", "3374", "delta", 20260601, n, "taken", "EXTRACT_GAP", 1, "x") for n in range(5)]
    first = write_returns(tmp_path / "a", sent, notices, night=NIGHT) if (tmp_path / "a").mkdir() is None else {}
    for seed in range(3):
        Random(seed).shuffle(sent)
        Random(seed + 9).shuffle(notices)
        (tmp_path / f"b{seed}").mkdir()
        assert write_returns(tmp_path / f"b{seed}", sent, notices, night=NIGHT) == first
    assert "3 baris, pada baris 4, 9, 11" in (tmp_path / "a" / "returns" / "3374.txt").read_text(encoding="utf-8")
