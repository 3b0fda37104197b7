"""``linkage evaluate``: a finished run held against the truth, on the terminal, as JSON, and at a gate."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from linkage.cli import main
from linkage.errors import GateFailedError, InputDataError, InvariantError
from linkage.evaluation.metrics import bootstrap_pair_intervals, cluster_pair_metrics
from linkage.lookback.evaluate.run_folder import read_run
from linkage.lookback.evaluate.truth_file import read_truth


def told(capsys, *arguments) -> dict:
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


@pytest.fixture(scope="module")
def truth(judged):
    return pq.read_table(judged.truth)


def test_the_clusters_are_judged_as_the_metrics_of_the_house_judge_them(judged, truth, capsys):
    evaluation = told(capsys, "--run", judged.run, "--truth", judged.truth)["evaluation"]
    clusters = pq.read_table(judged.run / "clusters.parquet")
    both = clusters.join(truth.select(["record_id", "person_id"]), "record_id")
    codes = [both.column(name).combine_chunks().dictionary_encode().indices.to_numpy() for name in both.column_names]
    house = cluster_pair_metrics(codes[1].astype(np.int64), codes[2].astype(np.int64))
    assert evaluation["clusters"]["true_positives"] == house.true_positives
    assert evaluation["clusters"]["precision"]["value"] == pytest.approx(house.precision, abs=1e-6)
    assert evaluation["clusters"]["recall"]["value"] == pytest.approx(house.recall, abs=1e-6)
    assert evaluation["true_pairs"] == house.true_total


def test_the_intervals_are_those_of_the_house(judged, capsys):
    evaluation = told(capsys, "--run", judged.run, "--truth", judged.truth)["evaluation"]
    run = read_run(judged.run)
    linked = run.pairs.probability >= 0.5
    person = read_truth(judged.truth, run).known.person
    slow = bootstrap_pair_intervals(
        run.pairs.left[linked], run.pairs.right[linked], person, rng=np.random.default_rng(1), replicates=400
    )
    for name in ("precision", "recall", "f1"):
        assert evaluation["default"][name]["low"] == pytest.approx(slow[name].low, abs=0.006)
        assert evaluation["default"][name]["high"] == pytest.approx(slow[name].high, abs=0.006)


def test_proposed_are_the_pairs_inside_a_case_that_merges(judged, truth, capsys):
    evaluation = told(capsys, "--run", judged.run, "--truth", judged.truth)["evaluation"]
    person = dict(zip(*(truth.column(name).to_pylist() for name in ("record_id", "person_id")), strict=True))
    predicted = right = 0
    for case in pq.read_table(judged.run / "cases.parquet").to_pylist():
        if case["kind"] != "SHARED_NIK":
            people = [person[record] for record in case["record_ids"]]
            pairs = [(a, b) for place, a in enumerate(people) for b in people[:place]]
            predicted, right = predicted + len(pairs), right + sum(a == b for a, b in pairs)
    assert (evaluation["proposed"]["predicted"], evaluation["proposed"]["true_positives"]) == (predicted, right)


def test_the_report_has_every_part_and_no_resident(judged, truth, capsys):
    assert main(["evaluate", "--run", str(judged.run), "--truth", str(judged.truth)]) == 0
    text = capsys.readouterr().out
    for part in ("ACCURACY", "TWO PERSONS TAKEN FOR ONE", "RECALL BY KIND", "CALIBRATION", "FAIRNESS", "Largest gap"):
        assert part in text
    for group in ("naming culture", "name of one word", "female", "60 and over", "province", "kind of regency"):
        assert group in text
    words = set(text.split())
    register = pq.read_table(judged.register)
    for name in ("record_id", "nik", "no_kk", "nama", "nama_ibu"):
        assert not words & set(register.column(name).to_pylist())
    assert not words & set(truth.column("person_id").to_pylist())


def test_groups_of_a_handful_of_pairs_are_hidden_in_the_json_too(judged, capsys):
    fairness = told(capsys, "--run", judged.run, "--truth", judged.truth)["evaluation"]["fairness"]
    groups = [group for division in fairness["divisions"] for group in division["groups"]]
    assert any(group["hidden"] for group in groups)
    for group in groups:
        assert group["hidden"] is (group["pairs"] is None) is (group["recall"] is None)
        assert group["hidden"] or group["pairs"] >= 20


def test_the_json_is_the_same_bytes_twice_and_in_the_file(judged, tmp_path, capsys):
    out = tmp_path / "evaluation.json"
    arguments = ["evaluate", "--run", str(judged.run), "--truth", str(judged.truth), "--json", "--out", str(out)]
    assert main(arguments) == 0
    first = capsys.readouterr().out
    assert main(arguments) == 0
    assert capsys.readouterr().out == first
    assert json.loads(out.read_text(encoding="utf-8")) == json.loads(first)


def test_truth_as_csv_with_another_column_of_persons_tells_the_same(judged, truth, tmp_path, capsys):
    path = tmp_path / "truth.csv"
    plain = truth.select(["record_id", "person_id"]).rename_columns(["record_id", "who"])
    pa_csv.write_csv(plain, path)
    from_csv = told(capsys, "--run", judged.run, "--truth", path, "--entity", "who")["evaluation"]
    whole = told(capsys, "--run", judged.run, "--truth", judged.truth)["evaluation"]
    assert from_csv["clusters"]["f1"]["value"] == whole["clusters"]["f1"]["value"]
    assert from_csv["by_kind"] == []
    assert "errors" not in from_csv["fairness"]["same"]  # only the fields present can be held equal
    assert from_csv["fairness"]["divisions"][0]["name"] == "name of one word"


def test_a_truth_of_some_records_judges_only_their_pairs(judged, truth, tmp_path, capsys):
    path = tmp_path / "some.parquet"
    pq.write_table(truth.slice(0, 3000), path)
    found = told(capsys, "--run", judged.run, "--truth", path)
    assert found["truth"]["records_of_the_run"] == 3000
    assert found["evaluation"]["unknown_pairs"] > 0


def test_labelled_pairs_are_judged_one_by_one(judged, truth, tmp_path, capsys):
    pairs = pq.read_table(judged.run / "pairs.parquet", columns=["left_id", "right_id"]).slice(0, 200)
    person = dict(zip(*(truth.column(name).to_pylist() for name in ("record_id", "person_id")), strict=True))
    labels = [str(int(person[a] == person[b])) for a, b in zip(*(c.to_pylist() for c in pairs.columns), strict=True)]
    path = tmp_path / "labels.csv"
    pa_csv.write_csv(pairs.append_column("label", pa.array([*labels[:-1], ""])), path)
    evaluation = told(capsys, "--run", judged.run, "--truth", path)["evaluation"]
    assert evaluation["labelled_pairs"] == 199
    assert evaluation["true_pairs"] == labels[:-1].count("1")
    assert evaluation["candidates"]["value"] == 1.0
    assert evaluation["b_cubed"] is None


def test_a_pair_that_was_labelled_both_ways_is_undecided(judged, tmp_path, capsys):
    pairs = pq.read_table(judged.run / "pairs.parquet", columns=["left_id", "right_id"]).slice(0, 2).to_pylist()
    (a, b), (c, d) = (pair.values() for pair in pairs)
    path = tmp_path / "labels.csv"
    rows = ["left_id,right_id,label", f"{a},{b},same", f"{b},{a},different", f"{c},{d},same", ""]
    path.write_text("\n".join(rows), encoding="utf-8")
    assert told(capsys, "--run", judged.run, "--truth", path)["evaluation"]["labelled_pairs"] == 1


# ---- the gate -----------------------------------------------------------------------------------------------------


def test_a_reached_gate_ends_with_0_and_says_pass(judged, tmp_path, capsys):
    gate = tmp_path / "gate.toml"
    gate.write_text("[gate]\ndefault_f1 = 0.5\ntwins_joined = 1.0\n", encoding="utf-8")
    assert main(["evaluate", "--run", str(judged.run), "--truth", str(judged.truth), "--gate", str(gate)]) == 0
    assert capsys.readouterr().out.count("pass") == 2


def test_a_missed_bar_ends_with_its_own_exit_code_after_the_report(judged, tmp_path, capsys):
    gate = tmp_path / "gate.toml"
    gate.write_text("[gate]\nbest_f1 = 1.0\ntwins_joined = 1.0\n", encoding="utf-8")
    code = main(["evaluate", "--run", str(judged.run), "--truth", str(judged.truth), "--gate", str(gate)])
    said = capsys.readouterr()
    assert code == GateFailedError.exit_code == 79
    assert "FAIL" in said.out
    assert "1 of 2 bars missed: best_f1" in said.err


def test_without_a_file_the_gate_is_the_one_that_ships(judged, capsys):
    main(["evaluate", "--run", str(judged.run), "--truth", str(judged.truth), "--json", "--gate"])
    bars = json.loads(capsys.readouterr().out)["gate"]
    assert {bar["figure"] for bar in bars} >= {"best_f1", "shared_nik_merged", "ece", "fairness_gap"}


def test_a_gate_that_is_not_there_is_named(judged, tmp_path, capsys):
    arguments = ["evaluate", "--run", judged.run, "--truth", judged.truth, "--gate", tmp_path / "none.toml"]
    assert main([*map(str, arguments)]) == 66
    assert "none.toml" in capsys.readouterr().err


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [["--gate"], ["--entity", "who"]])
def test_what_needs_truth_says_so(judged, capsys, option):
    assert main(["evaluate", "--run", str(judged.run), *option]) == 2
    assert "--truth is needed" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("id,who\nx,1\n", "it needs record_id and a column of persons"),
        ("record_id,person_id\nnobody,1\n", "it speaks of no record of the run"),
        ("left_id,right_id,label\nnobody,neither,1\n", "it labels no pair of the run"),
        ("left_id,right_id,label\na,b,perhaps\n", "1 labels are none of"),
        ("record_id,person_id\na,1\na,2\n", "a record has two persons"),
        ("record_id,person_id\na,b,c\n", "neither Parquet nor CSV"),
    ],
)
def test_a_truth_that_cannot_be_used_is_refused_without_a_value_of_it(judged, tmp_path, capsys, text, says):
    path = tmp_path / "truth.csv"
    path.write_text(text, encoding="utf-8")
    assert main(["evaluate", "--run", str(judged.run), "--truth", str(path)]) == InputDataError.exit_code
    said = capsys.readouterr().err
    assert says in said
    assert "nobody" not in said
    assert "perhaps" not in said


def test_a_truth_that_is_not_there_is_named(judged, tmp_path, capsys):
    assert main(["evaluate", "--run", str(judged.run), "--truth", str(tmp_path / "none.csv")]) == 66
    assert "none.csv" in capsys.readouterr().err


def test_results_that_are_not_those_of_the_run_are_refused(judged, tmp_path):
    folder = tmp_path / "run"
    shutil.copytree(judged.run, folder)
    clusters = pq.read_table(folder / "clusters.parquet")
    pq.write_table(clusters.slice(1), folder / "clusters.parquet")
    with pytest.raises(InvariantError, match=r"clusters\.parquet"):
        read_run(folder)


# ---- other kinds of run ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("alike", [False, True], ids=["own-ids", "same-ids-on-both-sides"])
def test_a_link_of_two_files_counts_pairs_across_only(judged, truth, tmp_path, capsys, alike):
    register = pq.read_table(judged.register)
    half = register.num_rows // 2
    parts = [register.slice(0, half), register.slice(half)]
    ids = [part.column("record_id").to_pylist() for part in parts]
    given = [[str(n) for n in range(len(part))] for part in ids] if alike else ids
    for name, part, new in zip(("one", "two"), parts, given, strict=True):
        pq.write_table(part.set_column(0, "record_id", pa.array(new)), tmp_path / f"{name}.parquet")
    person = truth.column("person_id").to_pylist()
    named = [f"left:{n}" for n in given[0]] + [f"right:{n}" for n in given[1]] if alike else [*given[0], *given[1]]
    pq.write_table(pa.table({"record_id": named, "person_id": person}), tmp_path / "truth.parquet")
    files = [str(tmp_path / name) for name in ("one.parquet", "two.parquet")]
    assert main(["link", *files, "--out", str(tmp_path / "run"), "--quiet", "--threads", "1"]) == 0
    capsys.readouterr()
    evaluation = told(capsys, "--run", tmp_path / "run", "--truth", tmp_path / "truth.parquet")["evaluation"]
    right = set(person[half:])
    assert evaluation["true_pairs"] == sum(person[half:].count(one) for one in person[:half] if one in right)
    assert evaluation["default"]["recall"]["value"] > 0.5
    assert evaluation["b_cubed"] is None


def test_a_full_night_is_judged_by_what_its_senders_call_the_records(tmp_path, capsys):
    home = tmp_path / "project"
    made = ["synth", "--records", "1500", "--regions", "2", "--seed", "5", "--preset", "hard", "--out", str(home)]
    assert main(made) == 0
    assert main(["run", "--project", str(home / "linkage.toml"), "--quiet", "--threads", "1"]) == 0
    (manifest,) = home.glob("**/manifest.json")
    capsys.readouterr()
    found = told(capsys, "--run", manifest.parent, "--truth", home / "truth.parquet")
    assert found["command"] == "run"
    assert found["truth"]["records_of_the_run"] > 0.95 * found["records"]
    assert found["evaluation"]["clusters"]["recall"]["value"] > 0.5
    blind = told(capsys, "--run", manifest.parent, "--against", manifest.parent)
    assert blind["claim"]["precision"]["value"] > 0.5
    assert blind["changes"]["records"] == found["records"]
    assert blind["changes"]["clusters"]["moved_records"] == 0
    delta = json.loads(manifest.read_text(encoding="utf-8"))
    delta["options"]["full"] = False
    manifest.write_text(json.dumps(delta), encoding="utf-8")
    assert main(["evaluate", "--run", str(manifest.parent), "--truth", str(home / "truth.parquet")]) == 2
    assert "wrote only what changed" in capsys.readouterr().err


def test_data_of_another_kind_than_residents_have_no_groups(tmp_path, capsys):
    names = [f"{first} {last}" for first in ("anna", "bela", "cora", "dina") for last in ("kramer", "lutz", "moser")]
    rows = pa.table({"label": [*names, *names], "town": ["x", "y"] * 12, "year": [str(n % 12) for n in range(24)]})
    path, spec = tmp_path / "things.parquet", tmp_path / "spec.toml"
    pq.write_table(rows, path)
    assert main(["spec", str(path), "--out", str(spec)]) == 0
    assert main(["dedupe", str(path), "--spec", str(spec), "--out", str(tmp_path / "run"), "--quiet"]) == 0
    ids = pq.read_table(tmp_path / "run" / "clusters.parquet").column("record_id")
    line = pc.cast(pc.list_element(pc.split_pattern(ids, ":"), 1), pa.int64())
    person = pc.cast(pc.if_else(pc.greater(line, 12), pc.subtract(line, 12), line), pa.string())
    pq.write_table(pa.table({"record_id": ids, "entity_id": person}), tmp_path / "truth.parquet")
    capsys.readouterr()
    evaluation = told(capsys, "--run", tmp_path / "run", "--truth", tmp_path / "truth.parquet")["evaluation"]
    assert evaluation["true_pairs"] == 12
    assert evaluation["fairness"] is None
