"""The files of a publication."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import stat
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import InvariantError
from linkage.publishing.change_sets import whole_alias_list, write_publication
from linkage.publishing.usulan_sheet import COLUMNS, SAYS
from linkage.reference.asking import usulan_of
from linkage.reference.decisions import Decided, holding
from linkage.reference.persons import groups
from linkage.reference.store import Reference
from linkage.reference.tables import NIK_ALIAS, NIK_ALIAS_SCHEMA, USULAN, bare
from linkage.reference.usulan import Action
from tests.oracles.decided import decided, merge, nik, person, revert, sent

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NAME = "RATNA CANARY"

RECORDS = {
    "A": sent(1, status_ktpel="CARD_ISSUED", nama=NAME, nama_ibu="SARI CANARY"),
    "B": sent(2, nama=NAME, given="=HYPERLINK(1)"),
    "C": sent(3, region="3374", nama=NAME),
    "D": sent(4, region="3374", status_ktpel="CARD_ISSUED", nama=NAME),
}
FIRST = decided(1, person("A", "B", "C", "D", keeps="A"))


def alias(number: int, status: str, change: str) -> pa.Table:
    """One closed NIK of person P1."""
    row = {"nik": nik(number), "person_id": "P1", "nik_now": nik(1), "status": status, "case": 1}
    table = pa.Table.from_pylist([row], schema=bare(NIK_ALIAS_SCHEMA))
    return table.append_column("change", pa.array([change], pa.string()))


def published(folder: Path) -> Reference:
    """Three publications: a decision, its confirmation, its undoing."""
    reference = Reference(folder, b"k" * 32)
    every: list[Decided] = []
    confirmed = decided(2, *FIRST.persons, case=1, confirmed=True)
    aliases = [
        alias(2, "DIUSULKAN", "added"),
        alias(2, "TERKONFIRMASI", "changed"),
        alias(2, "TERKONFIRMASI", "closed"),
    ]
    for number, (news, closed) in enumerate(zip((FIRST, confirmed, revert(3, 1)), aliases, strict=True), 1):
        every.append(news)
        rows = usulan_of([news], groups(holding(every)), RECORDS, reference.read(USULAN))
        reference.commit(
            number,
            "publication",
            {USULAN: rows, NIK_ALIAS: closed},
            now=NOON,
            run_id="r",
            night=1,
            last_person=4,
            counts={},
        )
    return reference


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return published(tmp_path_factory.mktemp("published") / "reference")


@pytest.fixture
def folder(reference: Reference, tmp_path: Path) -> Path:
    """The files of the first publication."""
    write_publication(reference, 1, tmp_path / "000001")
    return tmp_path / "000001"


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file as a spreadsheet reads them."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def test_each_office_gets_a_file_with_its_own_tasks_and_the_centre_one_too(folder: Path) -> None:
    assert sorted(path.name for path in (folder / "usulan").iterdir()) == [
        "3273.csv", "3273.parquet", "3374.csv", "3374.parquet", "pusat.csv", "pusat.parquet",
    ]  # fmt: skip
    (semarang,) = rows(folder / "usulan" / "3374.csv")
    assert tuple(semarang) == COLUMNS
    assert (semarang["usulan"], semarang["tindakan"], semarang["status"]) == ("U1-2", "PENONAKTIFAN", "DIUSULKAN")
    assert [row["tindakan"] for row in rows(folder / "usulan" / "pusat.csv")] == ["PENGHAPUSAN_REKAMAN_GANDA"]


def test_a_nik_is_text_that_no_spreadsheet_damages(folder: Path) -> None:
    (row,) = rows(folder / "usulan" / "3374.csv")
    assert (row["nik"], row["nik_tetap"]) == (f"'{nik(3)}", f"'{nik(1)}")
    table = pq.read_table(folder / "usulan" / "3374.parquet")
    assert table.column("nik").to_pylist() == [nik(3)]


def test_what_begins_like_a_formula_is_never_computed(folder: Path) -> None:
    (row,) = rows(folder / "usulan" / "3273.csv")
    assert row["id_kantor"] == "'=HYPERLINK(1)"


def test_the_files_hold_no_name_but_where_a_name_is_corrected(folder: Path, tmp_path: Path) -> None:
    assert not [path for path in folder.rglob("*") if path.is_file() and b"CANARY" in path.read_bytes()]
    reference = Reference(tmp_path / "reference", b"k" * 32)
    news = merge(1, "A", "B", keeps="A", nama="B")
    records = {"A": sent(1), "B": sent(2, nama=NAME)}
    table = usulan_of([news], groups(holding([news])), records, None)
    reference.commit(1, "publication", {USULAN: table}, now=NOON, run_id="r", night=1, last_person=2, counts={})
    write_publication(reference, 1, tmp_path / "names")
    told = rows(tmp_path / "names" / "usulan" / "3273.csv")
    assert [(row["tindakan"], row["nilai_baru"]) for row in told if NAME in str(row.values())] == [("PEMBETULAN", NAME)]


def test_only_their_owner_can_read_the_files(folder: Path) -> None:
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()}
    folders = {stat.S_IMODE(path.stat().st_mode) for path in (folder, folder / "usulan", folder / "alias")}
    assert (modes, folders) == ({0o600}, {0o700})


def test_the_manifest_tells_each_file_and_its_counts_balance(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    files = {one["name"]: one for one in manifest["files"]}
    assert set(files) == {
        str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file() and path.name != "manifest.json"
    }
    for name, one in files.items():
        content = (folder / name).read_bytes()
        assert (one["sha256"], one["bytes"]) == (hashlib.sha256(content).hexdigest(), len(content))
    told = Counter(row["status"] for path in (folder / "usulan").glob("*.csv") for row in rows(path))
    assert manifest["usulan"] == dict(told) == {"DIUSULKAN": 3}
    assert sum(one["rows"] for name, one in files.items() if name.startswith("usulan") and name.endswith(".csv")) == 3


def test_the_same_publication_gives_the_same_bytes_wherever_it_is_written(tmp_path: Path) -> None:
    contents = []
    for place in ("one", "other"):
        reference = published(tmp_path / place / "reference")
        for number in (3, 1, 2):
            write_publication(reference, number, tmp_path / place / str(number))
        whole = sorted((tmp_path / place).glob("[0-9]/**/*.*"))
        contents.append([(str(path.relative_to(tmp_path / place)), path.read_bytes()) for path in whole])
    assert len(contents[0]) > 10
    assert contents[0] == contents[1]


def test_a_later_publication_changes_nothing_in_the_files_of_an_earlier_one(
    reference: Reference, folder: Path, tmp_path: Path
) -> None:
    early = Reference(tmp_path / "reference", b"k" * 32)
    table = usulan_of([FIRST], groups(holding([FIRST])), RECORDS, None)
    early.commit(
        1,
        "publication",
        {USULAN: table, NIK_ALIAS: alias(2, "DIUSULKAN", "added")},
        now=NOON,
        run_id="r",
        night=1,
        last_person=4,
        counts={},
    )
    write_publication(early, 1, tmp_path / "early")
    assert (tmp_path / "early" / "manifest.json").read_bytes() == (folder / "manifest.json").read_bytes()


def test_files_that_a_killed_publication_left_half_written_are_written_anew(
    reference: Reference, folder: Path, tmp_path: Path
) -> None:
    whole = (folder / "manifest.json").read_bytes()
    half = tmp_path / ".000007.partial"
    (half / "usulan").mkdir(parents=True)
    (half / "usulan" / "3273.csv").write_text("half")
    shutil.copytree(folder, tmp_path / "000007")
    (tmp_path / "000007" / "manifest.json").unlink()
    write_publication(reference, 1, tmp_path / "000007")
    assert (tmp_path / "000007" / "manifest.json").read_bytes() == whole
    assert not half.exists()


def test_a_folder_that_is_whole_is_left_alone(reference: Reference, folder: Path) -> None:
    (folder / "usulan" / "3273.csv").write_text("moved on by its reader")
    write_publication(reference, 1, folder)
    assert (folder / "usulan" / "3273.csv").read_text() == "moved on by its reader"


def test_a_publication_that_was_never_committed_has_no_files(reference: Reference, tmp_path: Path) -> None:
    with pytest.raises(InvariantError, match="not in the ledger"):
        write_publication(reference, 9, tmp_path / "000009")
    assert not list(tmp_path.iterdir())


def test_an_undone_decision_tells_the_offices_that_nothing_is_asked_any_more(
    reference: Reference, tmp_path: Path
) -> None:
    write_publication(reference, 3, tmp_path / "3")
    told = [(row["usulan"], row["status"]) for row in rows(tmp_path / "3" / "usulan" / "3273.csv")]
    assert told == [("U1-1", "DIBATALKAN")]


def test_institutions_are_told_of_a_closed_nik_when_the_centre_confirmed_it_and_when_it_was_undone(
    reference: Reference, tmp_path: Path
) -> None:
    told = []
    for number in (1, 2, 3):
        write_publication(reference, number, tmp_path / str(number))
        told.append([(row["sequence"], row["status"]) for row in rows(tmp_path / str(number) / "alias" / "alias.csv")])
    assert told == [[], [("1", "BERLAKU")], [("2", "DICABUT")]]
    assert [whole_alias_list(reference, number).num_rows for number in (1, 2, 3)] == [0, 1, 0]


def test_the_day_that_institutions_read_is_the_one_of_western_indonesian_time(tmp_path: Path) -> None:
    reference = Reference(tmp_path / "reference", b"k" * 32)
    night = datetime(2026, 11, 24, 21, 15, tzinfo=UTC)
    changed = {NIK_ALIAS: alias(2, "TERKONFIRMASI", "added")}
    reference.commit(1, "publication", changed, now=night, run_id="r", night=1, last_person=4, counts={})
    write_publication(reference, 1, tmp_path / "1")
    assert [row["since"] for row in rows(tmp_path / "1" / "alias" / "alias.csv")] == ["2026-11-25"]
    assert json.loads((tmp_path / "1" / "manifest.json").read_text())["alias_sequence"] == 1


def test_what_offices_answered_is_no_news_to_them(tmp_path: Path) -> None:
    reference = published(tmp_path / "reference")
    answered = reference.read(USULAN)
    assert answered is not None
    answered = answered.append_column("change", pa.array(["changed"] * answered.num_rows))
    reference.commit(4, "confirmations", {USULAN: answered}, now=NOON, run_id="r", night=1, last_person=4, counts={})
    write_publication(reference, 4, tmp_path / "4")
    assert sorted(path.name for path in (tmp_path / "4").iterdir()) == ["alias", "manifest.json"]


@pytest.mark.parametrize("action", Action)
def test_every_action_is_explained_in_the_sheet(action: Action) -> None:
    assert SAYS[action]
