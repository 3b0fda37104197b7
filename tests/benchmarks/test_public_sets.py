"""What a benchmark may show the engine, and how its runs are judged: on two hand-made sets."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks.measure import Quality, quality, row, run_command
from benchmarks.public_sets.prepare import prepare, read_texts
from benchmarks.public_sets.sets import SETS, SPECS, PublicSet
from linkage.spec import parse_spec

RECORDS = """
rec_id,source,name,postcode
r1,a,ANI,0812
r2,b,ANI,0812
r3,a,BUDI,
r4,b,CITRA,0900
"""
TRUTH = """
rec_id,truth_id
r4,C
r3,B
r2,A
r1,A
"""
CENSUS = """
simulant_id,household_id,name
0_1,0_9,ANI
0_2,0_9,BUDI
"""
TAXES = """
simulant_id,employer_id,full
0_2,7,BUDI
"""
MEMBERS = PublicSet("members", ("members.csv",), "members.toml", truth_file="truth.csv")
SIMULATED = PublicSet(
    "simulated", ("census.csv", "taxes.csv"), "x.toml", truth="simulant_id", hidden=("household_id", "employer_id")
)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    for name, text in {"members": RECORDS, "truth": TRUTH, "census": CENSUS, "taxes": TAXES}.items():
        (folder / f"{name}.csv").write_text(text.lstrip(), encoding="utf-8")
    return folder


def test_the_truth_follows_its_record_and_is_not_shown(data: Path, tmp_path: Path) -> None:
    prepared = prepare(MEMBERS, data, tmp_path / "work")
    assert prepared.left_ids is None
    assert dict(zip(prepared.ids.to_pylist(), prepared.entities.to_pylist(), strict=True)) == {
        "r1": "A", "r2": "A", "r3": "B", "r4": "C",
    }  # fmt: skip
    assert read_texts(prepared.files[0]).column_names == ["rec_id", "source", "name", "postcode"]


def test_values_reach_the_engine_as_they_are_written(data: Path, tmp_path: Path) -> None:
    prepared = prepare(MEMBERS, data, tmp_path / "work")
    assert read_texts(prepared.files[0])["postcode"].to_pylist() == ["0812", "0812", None, "0900"]


def test_a_split_set_becomes_two_files_with_the_left_ids_first(data: Path, tmp_path: Path) -> None:
    prepared = prepare(replace(MEMBERS, split="source"), data, tmp_path / "work")
    assert [path.name for path in prepared.files] == ["left.csv", "right.csv"]
    assert prepared.ids.to_pylist() == ["r1", "r3", "r2", "r4"]
    assert prepared.entities.to_pylist() == ["A", "B", "A", "C"]
    assert prepared.left_ids == 2


def test_identifiers_of_a_simulation_are_hidden_and_ids_given_instead(data: Path, tmp_path: Path) -> None:
    prepared = prepare(SIMULATED, data, tmp_path / "work")
    assert [read_texts(path).column_names for path in prepared.files] == [["rec_id", "name"], ["rec_id", "full"]]
    assert prepared.ids.to_pylist() == ["a000001", "a000002", "b000001"]
    assert prepared.entities.to_pylist() == ["0_1", "0_2", "0_2"]


@pytest.mark.parametrize("chosen", SETS.values(), ids=SETS)
def test_every_set_has_a_spec_that_is_valid_and_reads_no_hidden_column(chosen: PublicSet) -> None:
    spec = parse_spec((SPECS / chosen.spec).read_text(encoding="utf-8"), where=chosen.spec)
    read = {column for field in spec.fields for column in (*field.columns, *field.join)}
    never = {chosen.truth, "household_id", "employer_id"}
    assert not read & never


def test_no_spec_lies_about_unused() -> None:
    assert {path.name for path in SPECS.glob("*.toml")} == {chosen.spec for chosen in SETS.values()}


SPEC = """
name = "members"
prior = 0.2
[[field]]
name = "record_id"
kind = "text"
columns = ["rec_id"]
[[field]]
name = "name"
kind = "text"
[[comparison]]
name = "name"
field = "name"
kernel = "equal"
levels = ["equal"]
m = [0.99, 0.01]
u = [0.01, 0.99]
[[rule]]
name = "name"
keys = ["name"]
"""


@pytest.mark.parametrize("split", ["", "source"])
def test_a_run_of_the_command_line_is_judged_against_the_truth(data: Path, tmp_path: Path, split: str) -> None:
    prepared = prepare(replace(MEMBERS, split=split), data, tmp_path / "work")
    spec = tmp_path / "spec.toml"
    spec.write_text(SPEC, encoding="utf-8")
    out = tmp_path / "out"
    timed = run_command(
        "link" if split else "dedupe", *map(str, prepared.files), "--spec", str(spec), "--out", str(out)
    )
    judged = quality(out, prepared.ids, prepared.entities, left_ids=prepared.left_ids)
    assert (judged.at_default, judged.at_best, judged.cluster_f1) == ((1.0, 1.0, 1.0), (1.0, 1.0, 1.0), 1.0)
    assert row("members", out, judged, timed).startswith("| members | 4 | 1 | 1.000 (1.000 / 1.000) | 1.000 (")


def test_pairs_across_and_clusters_of_a_link_run_count_and_nothing_else(tmp_path: Path) -> None:
    """Left L1, L2; right R1, R2. True: L1-R1, L2-R2. Found: L1-R1 surely, L1-R2 by default, L2-R2 below it."""
    pairs = pa.table(
        {
            "left_id": ["L1", "L1", "L2"],
            "right_id": ["R1", "R2", "R2"],
            "match_probability": [0.99, 0.6, 0.4],
        }
    )
    clusters = pa.table({"record_id": ["L1", "L2", "R1", "R2"], "cluster_id": ["c", "d", "c", "c"]})
    pq.write_table(pairs, tmp_path / "pairs.parquet")
    pq.write_table(clusters, tmp_path / "clusters.parquet")
    (tmp_path / "manifest.json").write_text('{"thresholds": {"link_threshold": 0.5}}', encoding="utf-8")
    ids, entities = pa.array(["L1", "L2", "R1", "R2"]), pa.array(["1", "2", "1", "2"])
    judged = quality(tmp_path, ids, entities, left_ids=2)
    assert judged.at_default == (0.5, 0.5, 0.5)
    assert judged.at_best == pytest.approx((2 / 3, 1.0, 0.8))
    assert judged.best_threshold == pytest.approx(0.4)
    assert judged.cluster_f1 == pytest.approx(0.5)
    assert judged.recall_at_99 == 0.5


def test_cells_of_the_table_say_f1_precision_recall_and_threshold() -> None:
    judged = Quality((0.9, 0.5, 0.64), 0.123, (0.8, 0.7, 0.75), 0.7, 0.4, 0.9)
    assert judged.default_cell() == "0.640 (0.900 / 0.500)"
    assert judged.best_cell() == "0.750 (0.800 / 0.700, 0.12)"
