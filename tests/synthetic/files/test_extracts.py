"""A register's folder: the extracts of every night under their names, and a truth that knows each record's place."""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.errors import InvariantError, OutputError, UsageError
from linkage.synthetic.files import extracts
from linkage.synthetic.files.dialects import ALL_DIALECTS, DIALECTS, Dialect
from linkage.synthetic.files.extracts import write_register, write_single
from linkage.synthetic.parts import Part
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.register import Register
from linkage.synthetic.truth.table import TRUTH
from tests.oracles.extract_reader import Row, dialect_by_header, plain_row, read_extract
from tests.oracles.plain_records import plain_records, truth_of

REGIONS = ("1101", "3371", "3578", "5103", "9171", "9471")


def _part(region: str, night: int, count: int, first: int = 0) -> Part:
    records = plain_records(count, region, first)
    return Part(region, night, records, truth_of(records))


def _register(plan: RegisterPlan, sizes: dict[str, int]) -> Register:
    records = pa.concat_tables([plain_records(count, region) for region, count in sizes.items()])
    # Regencies are in the order in which they were chosen, which is not that of their codes.
    return Register(plan, records, truth_of(records), tuple(reversed(REGIONS[: plan.regions])))


@pytest.fixture
def several() -> Register:
    """Six regencies, one of them without residents."""
    plan = RegisterPlan(2_000, 6, 11, dirty_row_rate=0.01)
    return _register(plan, dict(zip(REGIONS, (300, 700, 50, 0, 800, 150), strict=True)))


@pytest.fixture
def nights(monkeypatch: pytest.MonkeyPatch) -> RegisterPlan:
    """A plan of three nights over three regencies, whose parts are given; the second is quiet in the second night."""
    plan = RegisterPlan(900, 3, 5, nights=3, cut_off=dt.date(2026, 3, 1), dirty_row_rate=0.01)
    parts = [
        *(_part("1101", 1, 200), _part("1101", 1, 100, 200), _part("1101", 2, 9), _part("1101", 3, 0)),
        *(_part("3371", 1, 0), _part("3371", 2, 0), _part("3371", 3, 4)),
        *(_part("9171", 1, 500), _part("9171", 2, 0), _part("9171", 2, 6), _part("9171", 3, 2)),
    ]

    def given(asked: RegisterPlan, folder: Path, *, last_state: bool) -> Iterator[Part]:
        assert folder.is_dir()
        assert asked == plan
        return (part for part in parts if part.night == 1 or not last_state)

    monkeypatch.setattr(extracts, "register_parts", given)
    return plan


def _read(path: Path, dialects: tuple[Dialect, ...] = DIALECTS) -> tuple[dict[int, Row], int]:
    return read_extract(path, dialect_by_header(path, dialects))


def test_the_folder_is_a_project_with_identified_extracts(several: Register, tmp_path: Path) -> None:
    written = write_register(several, tmp_path)
    project = tomllib.loads((tmp_path / "linkage.toml").read_text(encoding="utf-8"))
    where = {"project": {"workspace": "workspace", "out": "out"}, "intake": {"inbox": "inbox"}}
    assert project == where | {"web": {"mode": "trial"}}
    assert [path.stem for path in written[:-2]] == [f"{region}_full_20260630_001" for region in REGIONS]
    assert written[-2:] == (tmp_path / "truth.parquet", tmp_path / "linkage.toml")
    assert sorted(path for path in tmp_path.rglob("*") if path.is_file()) == sorted(written)


def test_regencies_use_the_usual_dialects_in_turn(several: Register, tmp_path: Path) -> None:
    *paths, _, _ = write_register(several, tmp_path)
    assert [dialect_by_header(path, DIALECTS) for path in paths] == [*DIALECTS, DIALECTS[0]]


def test_regencies_use_the_dialects_that_the_plan_names(tmp_path: Path) -> None:
    names = ("plain_xlsx", "siak_empties", "plain_labels")
    plan = RegisterPlan(90, 3, 1, dialects=names)
    *paths, truth, _ = write_register(_register(plan, dict.fromkeys(REGIONS[:3], 30)), tmp_path)
    chosen = tuple(ALL_DIALECTS[name] for name in names)
    assert [dialect_by_header(path, chosen) for path in paths] == list(chosen)
    assert sum(len(_read(path, chosen)[0]) for path in paths) == pq.read_metadata(truth).num_rows == 90


def test_the_truth_names_every_whole_row_by_file_line_and_id_and_no_other(several: Register, tmp_path: Path) -> None:
    *paths, truth_path, _ = write_register(several, tmp_path)
    truth = pq.read_table(truth_path)
    assert truth.schema.equals(TRUTH)
    placed = {(row["source_file"], row["line"]): row["record_id"] for row in truth.to_pylist()}
    assert len(placed) == truth.num_rows == len(set(placed.values())) == 2_000
    found = {
        (path.stem, line): row.get("RECORD_ID") or f"{path.stem}:{line}"
        for path in paths
        for line, row in _read(path)[0].items()
    }
    assert found == placed


def test_the_record_on_a_line_is_the_one_that_the_truth_describes(several: Register, tmp_path: Path) -> None:
    *paths, truth_path, _ = write_register(several, tmp_path)
    by_file = {path.stem: path for path in paths}
    rows = {stem: _read(path)[0] for stem, path in by_file.items()}
    truth = pq.read_table(truth_path).to_pylist()
    records = several.records.to_pylist()
    assert [row["person_id"] for row in truth] == several.truth["person_id"].to_pylist()
    for described, record in zip(truth, records, strict=True):
        path = by_file[described["source_file"]]
        found = plain_row(rows[path.stem][described["line"]], dialect_by_header(path, DIALECTS))
        assert found == {name: record[name] for name in found}


def test_truth_is_in_order_of_regency_night_and_line(nights: RegisterPlan, tmp_path: Path) -> None:
    *paths, truth_path, _ = write_register(nights, tmp_path)
    order = {path.stem: place for place, path in enumerate(paths)}
    found = [(order[row["source_file"]], row["line"]) for row in pq.read_table(truth_path).to_pylist()]
    assert found == sorted(found)
    assert len(found) == len(set(found)) == 821


def test_each_night_has_a_folder_a_date_and_a_number(nights: RegisterPlan, tmp_path: Path) -> None:
    *paths, _, _ = write_register(nights, tmp_path)
    assert [path.relative_to(tmp_path).as_posix() for path in paths] == [
        "inbox/1101_full_20260227_001.csv",
        "nights/20260228/1101_delta_20260228_002.csv",
        "inbox/3371_full_20260227_001.csv",
        "nights/20260301/3371_delta_20260301_002.csv",
        "inbox/9171_full_20260227_001.csv",
        "nights/20260228/9171_delta_20260228_002.csv",
        "nights/20260301/9171_delta_20260301_003.csv",
    ]
    assert [len(_read(path)[0]) for path in paths] == [300, 9, 0, 4, 500, 6, 2]


def test_a_regency_keeps_its_dialect_over_the_nights(nights: RegisterPlan, tmp_path: Path) -> None:
    *paths, _, _ = write_register(nights, tmp_path)
    used = {(path.name[:4], dialect_by_header(path, DIALECTS).name) for path in paths}
    assert used == {("1101", "siak_semicolon"), ("3371", "siak_comma"), ("9171", "plain_comma")}


def test_only_full_extracts_get_damaged_rows_beyond_the_rate(nights: RegisterPlan, tmp_path: Path) -> None:
    *paths, _, _ = write_register(nights, tmp_path)
    assert [_read(path)[1] for path in paths] == [3, 0, 0, 0, 5, 0, 0]


def test_nights_of_one_regency_do_not_share_their_chance(nights: RegisterPlan, tmp_path: Path) -> None:
    first, second = (extracts.stream(nights.seed, "extract 1101", night).random() for night in (0, 1))
    assert first != second


def test_a_single_table_of_several_nights_asks_for_the_last_state_only(nights: RegisterPlan, tmp_path: Path) -> None:
    path, truth = write_single(nights, tmp_path / "all.parquet")
    assert pq.read_metadata(path).num_rows == pq.read_metadata(truth).num_rows == 800


def test_parts_out_of_order_are_refused_and_leave_nothing(
    nights: RegisterPlan, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [_part("3371", 1, 5), _part("1101", 1, 5)]
    monkeypatch.setattr(extracts, "register_parts", lambda plan, folder, last_state: iter(parts))
    with pytest.raises(InvariantError, match="order"):
        write_register(nights, tmp_path)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_files_are_the_same_bytes_from_parts_and_from_memory(
    several: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small(plan: RegisterPlan, folder: Path, *, last_state: bool) -> Iterator[Part]:
        for region in REGIONS:
            rows = pa.array([number for number, row in enumerate(sources) if row == region], pa.int64())
            records, truth = several.records.take(rows), several.truth.take(rows)
            for start in range(0, max(len(rows), 1), 130):
                yield Part(region, 1, records.slice(start, 130), truth.slice(start, 130))

    sources = several.records["source"].to_pylist()
    monkeypatch.setattr(extracts, "register_parts", small)
    write_register(several, tmp_path / "memory")
    write_register(several.plan, tmp_path / "parts")
    write_single(several, tmp_path / "memory" / "all.csv")
    write_single(several.plan, tmp_path / "parts" / "all.csv")
    names = sorted(path.relative_to(tmp_path / "parts") for path in (tmp_path / "parts").rglob("*") if path.is_file())
    assert len(names) == 10
    for name in names:
        assert (tmp_path / "memory" / name).read_bytes() == (tmp_path / "parts" / name).read_bytes()


@pytest.mark.parametrize(("ending", "first"), [(".csv", 2), (".parquet", 1)])
def test_a_single_table_is_clean_and_has_its_truth_beside_it(
    several: Register, ending: str, first: int, tmp_path: Path
) -> None:
    path, truth_path = write_single(several, tmp_path / "deep" / f"all{ending}")
    dialect = DIALECTS[2] if ending == ".csv" else DIALECTS[4]
    rows, bad = read_extract(path, dialect)
    assert bad == 0
    expected = [{name.upper(): value for name, value in row.items()} for row in several.records.to_pylist()]
    assert list(rows.values()) == expected
    truth = pq.read_table(truth_path)
    assert truth["record_id"].to_pylist() == several.records["record_id"].to_pylist()
    assert truth["line"].to_pylist() == list(rows) == list(range(first, 2_000 + first))
    assert set(truth["source_file"].to_pylist()) == {"all"}
    assert sorted(item.name for item in path.parent.iterdir()) == sorted([path.name, truth_path.name])


def test_what_cannot_be_written_is_said_without_a_trace_of_residents(several: Register, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(OutputError):
        write_register(several, tmp_path / "file")
    with pytest.raises(OutputError):
        write_single(several, tmp_path / "file" / "all.csv")
    with pytest.raises(UsageError, match="ends in"):
        write_single(several, tmp_path / "all.xlsx")


def test_an_unknown_dialect_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    plan = RegisterPlan(10, 1, 1, dialects=("sikad",))
    with pytest.raises(UsageError, match="sikad"):
        write_register(_register(plan, {"1101": 10}), tmp_path / "out")
    assert not (tmp_path / "out").exists()
