"""The manifest: balanced counts, digests that hold, enough to repeat the run, and nothing of a resident."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re

import pyarrow.parquet as pq
import pytest

from linkage.errors import InputDataError, InputMissingError, InvariantError
from linkage.run.manifest import RunManifest, new_run_id, read_manifest, sha256_of
from linkage.spec import spec_from_dict
from linkage.version import VERSION
from tests.small_register import CANARY_NAME, CANARY_NIK, denpasar, semarang


@pytest.fixture(scope="module")
def manifest(small_run) -> RunManifest:
    return read_manifest(small_run.folder)


def test_it_reads_back_what_was_written_from_the_folder_and_from_the_file(small_run, manifest):
    path = small_run.folder / "manifest.json"
    assert read_manifest(path) == manifest
    assert json.loads(manifest.to_json()) == json.loads(path.read_text(encoding="utf-8"))


def test_it_has_the_parts_of_the_contract(manifest):
    names = {field.name for field in dataclasses.fields(manifest)}
    assert {
        "version",
        "run_id",
        "command",
        "spec",
        "inputs",
        "stages",
        "counts",
        "model",
        "thresholds",
        "outputs",
    } <= names
    assert (manifest.version, manifest.command) == (VERSION, "dedupe")
    assert [stage["name"] for stage in manifest.stages] == [
        "intake",
        "encode",
        "block",
        "model",
        "compare",
        "decide",
        "write",
    ]
    assert all(stage["seconds"] >= 0 and stage["peak_memory_bytes"] > 1 << 20 for stage in manifest.stages)


def test_it_knows_every_input_by_path_digest_bytes_and_rows_in_the_order_of_their_names(small_run, manifest):
    inputs = {path.name: path for path in small_run.inputs}
    assert [item["name"] for item in manifest.inputs] == ["denpasar.csv", "semarang.csv"]
    assert [item["rows"] for item in manifest.inputs] == [len(denpasar()), len(semarang())]
    for item in manifest.inputs:
        data = inputs[item["name"]].read_bytes()
        assert item["path"] == str(inputs[item["name"]])
        assert (item["sha256"], item["bytes"]) == (hashlib.sha256(data).hexdigest(), len(data))


def test_counts_balance_with_each_other_and_with_the_files(small_run, manifest):
    counts = manifest.counts
    lengths = {name: pq.read_metadata(small_run.folder / f"{name}.parquet").num_rows for name in ("pairs", "cases")}
    clusters = pq.read_table(small_run.folder / "clusters.parquet")
    assert counts["rows_read"] == counts["rows_accepted"] + counts["rows_rejected"] == len(semarang()) + len(denpasar())
    assert counts["records"] == counts["rows_accepted"] == clusters.num_rows
    assert counts["pairs_survived"] == counts["pairs_written"] + counts["pairs_below_review"]
    assert counts["pairs_written"] == lengths["pairs"]
    assert counts["cases"] == sum(counts["cases_by_kind"].values()) == lengths["cases"]
    assert counts["clusters"] == len(set(clusters.column("cluster_id").to_pylist()))
    assert counts["pairs_survived"] <= counts["pairs_compared"] <= counts["pairs_planned"]
    assert counts["pairs_planned"] == sum(rule["pairs"] for rule in manifest.blocking)
    manifest.check_balance()


@pytest.mark.parametrize(
    ("count", "says"),
    [("rows_read", "rows_accepted"), ("rows_rejected", "rows_read"), ("pairs_written", "pairs_below_review")],
)
def test_counts_that_do_not_add_up_are_refused(manifest, count, says):
    wrong = dataclasses.replace(manifest, counts={**manifest.counts, count: manifest.counts[count] + 1})
    with pytest.raises(InvariantError, match=says):
        wrong.check_balance()


NIGHT = {
    "records_before": 100,
    "records_added": 140,
    "records_kept": 5,
    "records_reopened": 2,
    "records_closed": 3,
    "records": 239,
    "queue": {"added": 1, "kept": 2, "withdrawn": 9, "superseded": 4, "suppressed": 2, "refreshed": 1},
}


def of_a_night(manifest, full=True, **counts):
    """The manifest with the counts of a night, some of them changed."""
    told = {**manifest.counts, **NIGHT, "records_added": manifest.counts["rows_accepted"] - 5}
    told["records"] = 100 + told["records_added"] + 2 - 3
    told["cases_by_kind"] = {"DUPLICATE": 5}
    told["cases"] = 5 if full else 77
    return dataclasses.replace(manifest, options={"full": full}, counts={**told, **counts})


@pytest.mark.parametrize("full", [True, False])
def test_the_counts_of_a_night_balance_with_the_store_and_with_the_queue(manifest, full):
    of_a_night(manifest, full).check_balance()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"records_kept": 6}, r"rows_accepted is \d+, but records_added \+ records_kept is not"),
        ({"records_before": 99}, r"records_before .* is \d+, but records \+ records_closed is not"),
        ({"records_reopened": 0}, r"records_before .* is \d+, but records \+ records_closed is not"),
        ({"records_closed": 4}, r"records_before .* is \d+, but records \+ records_closed is not"),
        ({"cases": 6}, "cases_by_kind is 5, but cases linked is not"),
        ({"queue": {"added": 1, "kept": 2, "suppressed": 1}}, r"cases_by_kind is 5, but queue.added \+ .* is not"),
    ],
)
def test_counts_of_a_night_that_do_not_add_up_are_refused(manifest, wrong, says):
    with pytest.raises(InvariantError, match=says):
        of_a_night(manifest, **wrong).check_balance()


def test_a_file_that_lost_a_row_is_refused(manifest):
    first, second = manifest.inputs
    wrong = dataclasses.replace(manifest, inputs=[first, {**second, "accepted": second["accepted"] - 1}])
    with pytest.raises(InvariantError, match=r"semarang.csv: rows read are not accepted \+ rejected"):
        wrong.check_balance()


def test_outputs_have_their_digests(small_run, manifest):
    names = ("cases", "clusters", "pairs", "quality", "rejects")
    assert sorted(manifest.outputs) == [f"{name}.parquet" for name in names]
    for name, digest in manifest.outputs.items():
        assert sha256_of(small_run.folder / name) == digest


def test_the_whole_spec_comes_back_under_its_digest(manifest):
    assert spec_from_dict(manifest.spec).digest() == manifest.spec_digest


def test_it_holds_nothing_of_a_resident(small_run):
    text = (small_run.folder / "manifest.json").read_text(encoding="utf-8")
    for row in [*semarang(), *denpasar()]:
        for value in (row["NIK"], row["NO_KK"], row["NAMA_LGKP"], row["TGL_LHR"]):
            assert value not in text
    assert CANARY_NIK not in text
    assert CANARY_NAME not in text
    assert not re.search(r"(?<![0-9a-f.])[0-9]{16}(?![0-9a-f])", text), "no number of sixteen digits stands in it"


def test_a_manifest_that_is_not_there_or_is_none_is_refused(tmp_path):
    with pytest.raises(InputMissingError, match="no manifest found"):
        read_manifest(tmp_path)
    for text in ("", "[1]", "{}", '{"version": 1}', "\x00"):
        (tmp_path / "manifest.json").write_text(text, encoding="utf-8")
        with pytest.raises(InputDataError) as caught:
            read_manifest(tmp_path)
        assert caught.value.code == "MANIFEST_UNREADABLE"


def test_run_ids_sort_by_time_and_never_repeat():
    ids = [new_run_id(1_700_000_000 + second) for second in range(20)]
    assert ids == sorted(set(ids))
    assert all(
        re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", name) for name in ids
    )
    assert new_run_id(1_700_000_000) != new_run_id(1_700_000_000)
