"""What is written can be read back, and the truth names every record's place in it."""

from __future__ import annotations

import csv
import datetime as dt
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from linkage.errors import OutputError, UsageError
from linkage.synthetic import (
    DIALECTS,
    TRUTH,
    Dialect,
    Register,
    RegisterPlan,
    make_register,
    write_register,
    write_single,
)

MONTHS = ("JAN", "FEB", "MAR", "APR", "MEI", "JUN", "JUL", "AGU", "SEP", "OKT", "NOV", "DES")
Found = dict[int, dict[str, str | None]]


def _dialect_of(path: Path) -> Dialect:
    if path.suffix == ".parquet":
        return DIALECTS[4]
    head = path.read_bytes().split(b"\n", 1)[0]
    for dialect in DIALECTS[:4]:
        names = "nik|" if dialect.lower_header else "NIK" if dialect.siak else "record_id"
        start = names if dialect.lower_header or not dialect.siak else names + dialect.delimiter
        if head.removeprefix(b"\xef\xbb\xbf").startswith(start.encode()):
            return dialect
    raise AssertionError(path.name)


def _read(path: Path) -> tuple[Found, int]:
    """Return whole rows with a name by the line on which they start (by the csv module), and the number of others."""
    dialect = _dialect_of(path)
    if dialect.extension == "parquet":
        return dict(enumerate(pq.read_table(path).to_pylist(), 1)), 0
    good: Found = {}
    bad = 0
    with path.open(encoding=dialect.encoding, newline="") as file:
        reader = csv.reader(file, delimiter=dialect.delimiter)
        header = [name.upper() for name in next(reader)]
        name = header.index("NAMA_LGKP") if dialect.siak else header.index("NAMA")
        line = reader.line_num + 1
        for row in reader:
            if len(row) == len(header) and row[name]:
                good[line] = dict(zip(header, row, strict=True))
            else:
                bad += 1
            line = reader.line_num + 1
    return good, bad


def _day(text: str) -> dt.date:
    if text[4] == "-":
        return dt.date.fromisoformat(text)
    day, month, year = text.replace("/", "-").split("-")
    return dt.date(int(year), MONTHS.index(month) + 1 if month in MONTHS else int(month), int(day))


def test_the_folder_is_a_project_with_identified_extracts(folder: Path, hard: Register) -> None:
    project = tomllib.loads((folder / "linkage.toml").read_text(encoding="utf-8"))
    assert project == {"project": {"workspace": "workspace", "out": "out"}, "intake": {"inbox": "inbox"}}
    stems = sorted(path.stem for path in (folder / "inbox").iterdir())
    assert stems == [f"{region}_full_20260630_001" for region in sorted(hard.regions)]


def test_all_dialects_are_written_and_keep_their_habits(folder: Path) -> None:
    paths = {_dialect_of(path).name: path for path in (folder / "inbox").iterdir()}
    assert set(paths) == {dialect.name for dialect in DIALECTS}
    assert b"\r\n" in paths["siak_semicolon"].read_bytes()
    assert paths["siak_comma"].read_bytes().startswith(b"\xef\xbb\xbf")
    assert b"-MEI-" in paths["siak_pipe"].read_bytes()
    good, _ = _read(paths["siak_comma"])
    assert all(row["NIK"] == "" or str(row["NIK"]).startswith(" ") for row in good.values())
    assert all(row["PNYDNG_CCT"] == "0" for row in good.values())
    good, _ = _read(paths["plain_comma"])
    assert any(str(row["NAMA"]) != str(row["NAMA"]).upper() for row in good.values())
    good, _ = _read(paths["siak_semicolon"])
    assert {row["JENIS_KLMIN"] for row in good.values()} == {"1", "2"}
    assert {len(str(row["NO_RT"])) for row in good.values()} == {3}


def test_the_truth_names_every_whole_row_by_file_line_and_id_and_no_other(folder: Path) -> None:
    truth = pq.read_table(folder / "truth.parquet")
    assert truth.schema.equals(TRUTH)
    placed = {(row["source_file"], row["line"]): row["record_id"] for row in truth.to_pylist()}
    assert len(placed) == truth.num_rows == len(set(placed.values()))
    found = {}
    for path in (folder / "inbox").iterdir():
        for line, row in _read(path)[0].items():
            given = row.get("RECORD_ID") or row.get("record_id")
            found[(path.stem, line)] = given or f"{path.stem}:{line}"
    assert found == placed


def test_the_record_on_a_line_is_the_one_that_the_truth_describes(folder: Path, hard: Register) -> None:
    by_line = {path.stem: _read(path)[0] for path in (folder / "inbox").iterdir()}
    truth = pq.read_table(folder / "truth.parquet").to_pylist()
    plain = sorted(
        zip(hard.records.to_pylist(), hard.truth["person_id"].to_pylist(), strict=True),
        key=lambda row: row[0]["record_id"],
    )
    assert [row["person_id"] for row in truth] == [person for _, person in plain]
    for row, (record, _) in zip(truth, plain, strict=True):
        found = {key.upper(): value for key, value in by_line[row["source_file"]][row["line"]].items()}
        name = found.get("NAMA_LGKP") or found["NAMA"]
        assert str(name).upper() == record["nama"].upper()
        assert (found["NIK"] or "").strip() == (record["nik"] or "")
        birth = found.get("TGL_LHR") or found["TANGGAL_LAHIR"]
        assert _day(str(birth)) == dt.date.fromisoformat(record["tanggal_lahir"])


def test_damaged_rows_come_at_the_rate_of_the_plan_and_can_be_left_out(tmp_path: Path) -> None:
    for rate in (0.0, 0.05):
        plan = RegisterPlan(2_000, 4, 4, dirty_row_rate=rate)
        *paths, _, _ = write_register(plan, tmp_path / str(rate))
        for path in paths:
            good, bad = _read(path)
            assert bad == round(len(good) * rate)


def test_a_line_break_inside_an_address_moves_the_lines_behind_it(tmp_path: Path) -> None:
    *paths, truth, _ = write_register(RegisterPlan(12_000, 2, 6), tmp_path)
    path = next(path for path in paths if _dialect_of(path).broken_lines)
    good, bad = _read(path)
    lines = {row["line"] for row in pq.read_table(truth).to_pylist() if row["source_file"] == path.stem}
    assert lines == set(good)
    assert max(lines) > len(good) + bad + 1


def test_files_are_the_same_bytes_for_the_same_plan(tmp_path: Path) -> None:
    plan = RegisterPlan(700, 5, 9)
    for name in ("one", "two"):
        write_register(plan, tmp_path / name)
    names = sorted(path.relative_to(tmp_path / "one") for path in (tmp_path / "one").rglob("*") if path.is_file())
    assert len(names) == 7
    for name in names:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


@pytest.mark.parametrize("records", [1, 7])
def test_regions_without_a_resident_still_send_an_extract(tmp_path: Path, records: int) -> None:
    paths = write_register(RegisterPlan(records, 6, 2), tmp_path)
    assert len(paths) == 8
    assert sum(len(_read(path)[0]) for path in paths[:-2]) == records


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_single_table_has_its_truth_beside_it(tmp_path: Path, ending: str) -> None:
    register = make_register(RegisterPlan(400, 2, 3))
    path, truth_path = write_single(register, tmp_path / "deep" / f"all{ending}")
    truth = pq.read_table(truth_path).to_pylist()
    if ending == ".csv":
        with path.open(encoding="utf-8", newline="") as file:
            found = [row["record_id"] for row in csv.DictReader(file)]
    else:
        found = pq.read_table(path)["record_id"].to_pylist()
    assert found == [row["record_id"] for row in truth] == register.records["record_id"].to_pylist()
    assert [row["line"] for row in truth] == list(
        range(2 if ending == ".csv" else 1, len(found) + (2 if ending == ".csv" else 1))
    )
    assert {row["source_file"] for row in truth} == {"all"}


def test_what_cannot_be_written_is_said_without_a_trace_of_residents(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    plan = RegisterPlan(10, 1, 1)
    with pytest.raises(OutputError):
        write_register(plan, tmp_path / "file")
    with pytest.raises(UsageError):
        write_single(plan, tmp_path / "all.xlsx")
