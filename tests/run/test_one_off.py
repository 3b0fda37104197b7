"""``dedupe`` and ``link`` into a folder: the five files of the contract, their order, their ids, their bytes."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.cli import main
from linkage.errors import InputDataError, InputMissingError, SpecError, UsageError
from linkage.run.one_off import read_spec_file, with_threshold
from linkage.schema import CASES, CLUSTERS, QUALITY, REJECTS, pairs_schema
from linkage.spec import load_builtin_spec
from tests.small_register import COLUMNS, denpasar, people, residents_spec, semarang, write_csv

FILES = ["cases.parquet", "clusters.parquet", "manifest.json", "pairs.parquet", "quality.parquet", "rejects.parquet"]
TABLES = [name for name in FILES if name.endswith(".parquet")]


def digests(folder: Path) -> dict[str, str]:
    return {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in TABLES}


def rows_of(folder: Path, name: str) -> list[dict[str, object]]:
    return pq.read_table(folder / f"{name}.parquet").to_pylist()


@pytest.fixture
def dedupe(tmp_path, small_inputs):
    """Deduplicate files into a new folder, in this process, and return the folder."""

    def run(*files, command="dedupe", options=()):
        out = tmp_path / f"out{len(list(tmp_path.iterdir()))}"
        arguments = [command, *map(str, files), "--out", str(out), "--spec", str(small_inputs.spec), "--quiet"]
        assert main([*arguments, *map(str, options)]) == 0
        return out

    return run


def test_a_run_leaves_exactly_the_five_files_and_nothing_beside_them(small_run):
    assert sorted(path.name for path in small_run.folder.iterdir()) == FILES
    assert sorted(path.name for path in small_run.folder.parent.iterdir()) == [
        "denpasar.csv",
        "out",
        "semarang.csv",
        "spec.toml",
    ]


def test_the_files_have_exactly_the_schemas_of_the_contract(small_run):
    comparisons = tuple(item.name for item in residents_spec().comparisons)
    schemas = {"pairs": pairs_schema(comparisons), "clusters": CLUSTERS, "cases": CASES, "rejects": REJECTS}
    schemas["quality"] = QUALITY
    for name, expected in schemas.items():
        found = pq.read_schema(small_run.folder / f"{name}.parquet")
        assert found.equals(expected, check_metadata=False), name
        assert b"says" in found.field(0).metadata, "every column says what it means, in the file too"


def test_a_record_without_an_id_is_named_by_its_file_and_line(small_run):
    names = {row["record_id"] for row in rows_of(small_run.folder, "clusters")}
    expected = {f"semarang:{line}" for line in range(2, len(semarang()) + 2)}
    assert names == expected | {f"denpasar:{line}" for line in range(2, len(denpasar()) + 2)}


def test_pairs_clusters_and_cases_agree_with_each_other(small_run):
    clusters = {row["record_id"]: row["cluster_id"] for row in rows_of(small_run.folder, "clusters")}
    pairs = {(row["left_id"], row["right_id"]): row for row in rows_of(small_run.folder, "pairs")}
    for case in rows_of(small_run.folder, "cases"):
        left, right = case["record_ids"]
        joined = clusters[left] == clusters[right]
        assert joined == (case["kind"] != "SHARED_NIK"), "what is one person is one cluster, a shared NIK is not"
        assert (left, right) in pairs
        assert case["record_ids"] == sorted(case["record_ids"], key=str.encode)
        assert case["reasons"] == sorted(case["reasons"])
        text = "\0".join([case["kind"], *case["record_ids"]])
        assert case["case_id"] == hashlib.sha256(text.encode()).hexdigest()[:16]
    assert all(name <= record for record, name in clusters.items())


def test_the_order_of_the_files_and_the_number_of_threads_change_no_byte(small_run, dedupe):
    for files, threads in ((small_run.inputs, 2), (small_run.inputs[::-1], 3)):
        assert digests(dedupe(*files, options=["--threads", threads])) == digests(small_run.folder)


def test_a_second_run_replaces_the_first_and_leaves_no_trace_of_it(small_run, tmp_path, small_inputs):
    out = tmp_path / "out"
    for name in ("first", "second"):
        file = write_csv(tmp_path / f"{name}.csv", people(5, "3374", seed=1))
        assert main(["dedupe", str(file), "--spec", str(small_inputs.spec), "--out", str(out), "--quiet"]) == 0
    assert [row["record_id"] for row in rows_of(out, "clusters")] == [f"second:{line}" for line in range(2, 7)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first.csv", "out", "second.csv"]


def test_keep_appends_columns_to_the_clusters_beside_their_records(small_inputs, dedupe):
    out = dedupe(*small_inputs.inputs, options=["--keep", "KODE_WILAYAH", "--keep", "ALAMAT"])
    table = pq.read_table(out / "clusters.parquet")
    assert table.column_names == ["record_id", "cluster_id", "KODE_WILAYAH", "ALAMAT"]
    rows = {"semarang": semarang(), "denpasar": denpasar()}
    for row in table.to_pylist():
        stem, line = row["record_id"].split(":")
        given = rows[stem][int(line) - 2]
        assert (row["KODE_WILAYAH"], row["ALAMAT"] or "") == (given["KODE_WILAYAH"], given["ALAMAT"])


def test_the_threshold_moves_the_clusters_and_stands_in_the_manifest(small_inputs, dedupe):
    out = dedupe(*small_inputs.inputs, options=["--threshold", "0.9999999999999"])
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["thresholds"]["link_threshold"] == 0.9999999999999
    assert manifest["spec"]["link_threshold"] == 0.9999999999999
    certain = [row for row in rows_of(out, "pairs") if row["match_probability"] >= 0.9999999999999]
    clusters = {row["cluster_id"] for row in rows_of(out, "clusters")}
    assert len(semarang()) + len(denpasar()) - len(clusters) <= len(certain)


@pytest.mark.parametrize("threshold", [0.0, 0.001, 1.0, float("nan"), -3.0])
def test_a_threshold_out_of_range_is_refused(threshold):
    with pytest.raises(UsageError, match=r"between the review threshold 0\.01 and 1"):
        with_threshold(residents_spec(), threshold)


def test_equal_stems_are_told_apart_by_their_content(tmp_path, dedupe):
    files = [write_csv(tmp_path / folder / "kota.csv", people(3, folder, seed=1)) for folder in ("3374", "5171")]
    stems = [f"kota~{hashlib.sha256(file.read_bytes()).hexdigest()[:8]}" for file in files]
    names = [row["record_id"] for row in rows_of(dedupe(*files), "clusters")]
    assert sorted(names) == sorted(f"{stem}:{line}" for stem in stems for line in (2, 3, 4))


def with_ids(path: Path, rows, ids) -> Path:
    numbered = [row | {"record_id": name} for row, name in zip(rows, ids, strict=True)]
    return write_csv(path, numbered, ["record_id", *COLUMNS])


def test_given_ids_are_kept_and_sorted_by_their_bytes(tmp_path, dedupe):
    person = people(1, "3374", seed=1)[0]
    file = with_ids(tmp_path / "a.csv", [person] * 4, ["é", "Z", "z", "10"])
    out = dedupe(file)
    order = ["10", "Z", "z", "é"]
    assert [row["record_id"] for row in rows_of(out, "clusters")] == order
    assert {row["cluster_id"] for row in rows_of(out, "clusters")} == {"10"}
    pairs = [(row["left_id"], row["right_id"]) for row in rows_of(out, "pairs")]
    assert pairs == [(one, other) for place, one in enumerate(order) for other in order[place + 1 :]]


def test_a_repeated_id_is_rejected_in_dedupe_and_the_first_in_file_order_stays(tmp_path, dedupe):
    files = [with_ids(tmp_path / f"{name}.csv", people(2, "3374", seed=1), ["x", "y"]) for name in "ba"]
    out = dedupe(*files)
    assert [row["record_id"] for row in rows_of(out, "clusters")] == ["x", "y"]
    rejects = [(row["source"], row["line"], row["column"], row["code"]) for row in rows_of(out, "rejects")]
    assert rejects == [("b.csv", 2, "record_id", "ID_DUPLICATE"), ("b.csv", 3, "record_id", "ID_DUPLICATE")]


def test_link_pairs_only_across_and_names_the_side_of_an_id_that_stands_in_both(tmp_path, dedupe):
    one, other, third = people(3, "3374", seed=1)
    left = with_ids(tmp_path / "left.csv", [one, one | {"ALAMAT": ""}, other], ["a", "b", "c"])
    right = with_ids(tmp_path / "right.csv", [one, third, other], ["b", "d", "e"])
    out = dedupe(left, right, command="link")
    pairs = {(row["left_id"], row["right_id"]) for row in rows_of(out, "pairs")}
    assert pairs == {("a", "b"), ("b", "b"), ("c", "e")}, "ids as they are, LEFT on the left, many to many"
    clusters = {row["record_id"]: row["cluster_id"] for row in rows_of(out, "clusters")}
    assert list(clusters) == ["a", "c", "d", "e", "left:b", "right:b"]
    assert clusters["a"] == clusters["left:b"] == clusters["right:b"] == "a"
    assert clusters["c"] == clusters["e"] == "c"
    assert sorted(tuple(row["record_ids"]) for row in rows_of(out, "cases")) == [("a", "left:b", "right:b"), ("c", "e")]


def test_link_keeps_the_order_of_its_sides_and_rejects_ids_repeated_within_one(tmp_path, dedupe):
    one, other = people(2, "3374", seed=1)
    left = with_ids(tmp_path / "z.csv", [one, other], ["1", "1"])
    right = with_ids(tmp_path / "a.csv", [one], ["2"])
    out = dedupe(left, right, command="link")
    assert [(row["left_id"], row["right_id"]) for row in rows_of(out, "pairs")] == [("1", "2")]
    assert [(row["source"], row["line"], row["code"]) for row in rows_of(out, "rejects")] == [
        ("z.csv", 3, "ID_DUPLICATE")
    ]


def test_in_link_source_plays_no_part_in_what_is_compared(tmp_path, dedupe):
    one = people(1, "3374", seed=1)[0]
    columns = ["SUMBER", *COLUMNS]
    left = write_csv(tmp_path / "l.csv", [one | {"SUMBER": "disdukcapil"}], columns)
    right = write_csv(tmp_path / "r.csv", [one | {"SUMBER": "bpjs"}], columns)
    (pair,) = rows_of(dedupe(left, right, command="link"), "pairs")
    assert "level_source" not in pair
    assert pair["match_probability"] > 0.9


def test_a_file_whose_rows_are_all_rejected_is_a_run_without_records(tmp_path, dedupe):
    nameless = [row | {"NAMA_LGKP": ""} for row in people(3, "3374", seed=1)]
    out = dedupe(write_csv(tmp_path / "a.csv", nameless))
    assert [(row["line"], row["code"]) for row in rows_of(out, "rejects")] == [
        (2, "NAME_MISSING"),
        (3, "NAME_MISSING"),
        (4, "NAME_MISSING"),
    ]
    assert rows_of(out, "clusters") == rows_of(out, "pairs") == rows_of(out, "cases") == []


def test_a_file_given_twice_is_refused(small_inputs, tmp_path):
    from linkage import dedupe as dedupe_now

    with pytest.raises(InputDataError) as caught:
        dedupe_now([small_inputs.inputs[0]] * 2, spec=small_inputs.spec)
    assert caught.value.code == "FILE_TWICE"


def test_a_spec_is_read_by_path_or_by_the_name_of_a_built_in_one(tmp_path, small_inputs):
    assert read_spec_file(None) == read_spec_file("residents") == load_builtin_spec()
    assert read_spec_file(small_inputs.spec) == read_spec_file(str(small_inputs.spec)) == residents_spec()
    with pytest.raises(InputMissingError, match="no such spec"):
        read_spec_file(tmp_path / "none.toml")
    with pytest.raises(SpecError, match="no built-in spec is called 'nobody'"):
        read_spec_file("nobody")
    latin = tmp_path / "latin.toml"
    latin.write_bytes(b'name = "\xe9"')
    with pytest.raises(SpecError, match=r"latin.toml: the file is not UTF-8"):
        read_spec_file(latin)


def test_parquet_rows_are_counted_from_one(tmp_path, dedupe):
    table = pa.table({name: [row[name] for row in people(2, "3374", seed=1)] for name in COLUMNS})
    pq.write_table(table, tmp_path / "kota.parquet")
    assert [row["record_id"] for row in rows_of(dedupe(tmp_path / "kota.parquet"), "clusters")] == ["kota:1", "kota:2"]


def test_a_file_of_older_region_codes_becomes_part_of_the_spec_and_of_its_digest(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("code,newest,name\n3299,3273,OLD TOWN\n", encoding="utf-8")
    spec, plain = read_spec_file(None, path), read_spec_file(None)
    assert [(item.code, item.newest) for item in spec.older_regions] == [(3299, 3273)]
    assert spec.digest() != plain.digest()
    path.write_text("code,newest\n3273,3274\n", encoding="utf-8")
    with pytest.raises(SpecError, match="3273"):
        read_spec_file(None, path)
    with pytest.raises(InputMissingError):
        read_spec_file(None, tmp_path / "nowhere.csv")
