"""``linkage evaluate`` without truth: estimates, samples to judge, labels, and what changed against another run."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.cli import main
from linkage.decision.cluster_changes import ALIASES
from linkage.labelling.labels import read_labels

SAMPLED = 400


def told(capsys, *arguments) -> dict:
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def sample(judged, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("sample") / "sample.csv"
    arguments = ["evaluate", "--run", str(judged.run), "--sample", str(SAMPLED), "--out", str(path), "--seed", "1"]
    assert main(arguments) == 0
    return path


@pytest.fixture(scope="module")
def labelled(judged, sample) -> Path:
    """The sample, judged by the truth, in the file it was written to: one more column."""
    truth = pq.read_table(judged.truth, columns=["record_id", "person_id"])
    person = dict(zip(*(truth.column(name).to_pylist() for name in truth.column_names), strict=True))
    rows = rows_of(sample)
    path = sample.with_name("labels.csv")
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.DictWriter(stream, [*rows[0], "label"])
        lines.writeheader()
        for row in rows:
            same = person[row["left_id"]] == person[row["right_id"]]
            lines.writerow({**row, "label": "same" if same else "different"})
    return path


@pytest.fixture(scope="module")
def trained(judged, tmp_path_factory) -> Path:
    """The same register under another model."""
    run = tmp_path_factory.mktemp("trained") / "run"
    arguments = ["dedupe", str(judged.register), "--out", str(run), "--train", "--quiet", "--threads", "1"]
    assert main(arguments) == 0
    return run


# ---- the model's claim ----------------------------------------------------------------------------------------------


def test_the_claim_is_made_of_the_written_probabilities_and_the_manifest(judged, capsys):
    found = told(capsys, "--run", judged.run)
    p = pq.read_table(judged.run / "pairs.parquet").column("match_probability").to_numpy()
    recall = json.loads((judged.run / "manifest.json").read_text(encoding="utf-8"))["recall"]
    claim = found["claim"]
    assert claim["precision"]["value"] == pytest.approx(p[p >= 0.5].mean(), abs=1e-6)
    assert found["below_review"] == pytest.approx(recall["found"] - p.sum(), abs=1e-3)
    assert claim["recall"]["value"] == pytest.approx(p[p >= 0.5].sum() / (recall["found"] + recall["missed"]), abs=1e-5)
    assert claim["recall"]["low"] < claim["recall"]["value"] < claim["recall"]["high"]
    assert found["blocking"]["missed"] == recall["missed"]
    assert {row["region"] for row in found["blocking"]["regions"]} == {row["region"] for row in recall["regions"]}
    assert found["labels"] is None
    assert found["changes"] is None


def test_the_report_says_what_its_intervals_rest_on_and_names_no_resident(judged, labelled, trained, capsys):
    assert main(["evaluate", "--run", str(judged.run)]) == 0
    bare = capsys.readouterr().out
    assert "they do not tell whether it does" in " ".join(bare.split())
    arguments = ["--run", str(judged.run), "--labels", str(labelled), "--against", str(trained)]
    assert main(["evaluate", *arguments]) == 0
    text = capsys.readouterr().out
    for part in ("ESTIMATED", "by labels and model", "EXPECTED MATCHES", "weight in bits", "AT OTHER", "BLOCKING"):
        assert part in text
    for part in ("AGAINST", "IDS OF CLUSTERS", "CASES", "OTHER COMPANIONS", "LARGEST CHANGES"):
        assert part in text
    words = set(text.split())
    register = pq.read_table(judged.register)
    for name in ("nik", "no_kk", "nama", "nama_ibu", "tanggal_lahir"):
        assert not words & set(map(str, register.column(name).to_pylist()))


def test_what_blocking_lost_is_not_known_where_the_run_could_not_tell(judged, tmp_path, capsys):
    run = tmp_path / "run"
    shutil.copytree(judged.run, run)
    manifest = json.loads((run / "manifest.json").read_text(encoding="utf-8"))
    manifest["recall"] |= {"recall": None, "missed": None, "low": 0.0, "high": 1.0, "regions": []}
    (run / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    claim = told(capsys, "--run", run)["claim"]
    assert claim["recall"]["value"] is None
    assert claim["recall_of_compared"]["value"] > 0.9
    assert main(["evaluate", "--run", str(run)]) == 0
    assert "is not known" in capsys.readouterr().out


def test_the_inputs_need_not_be_there_any_more(judged, tmp_path, capsys):
    run = tmp_path / "run"
    shutil.copytree(judged.run, run)
    text = (run / "manifest.json").read_text(encoding="utf-8")
    (run / "manifest.json").write_text(text.replace(str(judged.register), "gone.parquet"), encoding="utf-8")
    assert told(capsys, "--run", run)["claim"] == told(capsys, "--run", judged.run)["claim"]


# ---- samples and labels ---------------------------------------------------------------------------------------------


def test_a_sample_holds_written_pairs_their_inclusion_and_no_resident(judged, sample):
    rows = rows_of(sample)
    assert len(rows) == SAMPLED
    assert list(rows[0]) == ["left_id", "right_id", "inclusion", "stratum"]
    pairs = pq.read_table(judged.run / "pairs.parquet")
    written = set(zip(pairs.column("left_id").to_pylist(), pairs.column("right_id").to_pylist(), strict=True))
    assert {(row["left_id"], row["right_id"]) for row in rows} <= written
    shares = np.array([float(row["inclusion"]) for row in rows])
    assert (1 / shares).sum() == pytest.approx(pairs.num_rows, rel=1e-4)


def test_a_sample_is_the_same_for_a_seed_and_another_for_another(judged, sample, tmp_path):
    for seed, alike in (("1", True), ("2", False)):
        path = tmp_path / f"{seed}.csv"
        arguments = ["--run", str(judged.run), "--sample", str(SAMPLED), "--out", str(path), "--seed", seed]
        assert main(["evaluate", *arguments]) == 0
        assert (path.read_bytes() == sample.read_bytes()) is alike


def test_a_judged_sample_is_a_labels_file_and_its_intervals_hold_the_truth(judged, labelled, capsys):
    assert not read_labels([labelled]).rejects
    found = told(capsys, "--run", judged.run, "--labels", labelled)["labels"]
    truth = told(capsys, "--run", judged.run, "--truth", judged.truth)["evaluation"]["default"]
    assert found["drawn"]
    assert found["estimate"]["labelled"] == SAMPLED
    assert sum(row["labelled"] for row in found["estimate"]["strata"]) == SAMPLED
    for estimator in ("sampled", "assisted"):
        for name in ("precision", "recall"):
            figure = found["estimate"][estimator][name]
            assert figure["low"] <= truth[name]["value"] <= figure["high"]


def test_unsure_unwritten_and_undrawn_labels_are_counted_and_left_out(judged, labelled, tmp_path, capsys):
    rows = rows_of(labelled)
    drawn = {(row["left_id"], row["right_id"]) for row in rows}
    pairs = pq.read_table(judged.run / "pairs.parquet")
    undrawn = next(
        pair
        for pair in zip(pairs.column("left_id").to_pylist(), pairs.column("right_id").to_pylist(), strict=True)
        if pair not in drawn
    )
    lines = ["left_id,right_id,label,inclusion"]
    lines += [f"{row['right_id']},{row['left_id']},{row['label']},{row['inclusion']}" for row in rows[2:]]
    lines += [f"{row['left_id']},{row['right_id']},unsure,{row['inclusion']}" for row in rows[:2]]
    lines += [f"{undrawn[0]},{undrawn[1]},same,", "nobody,neither,same,0.5", "a,b,perhaps,0.5", ""]
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = told(capsys, "--run", judged.run, "--labels", path)
    labels = found["labels"]
    assert (labels["unsure"], labels["unwritten"], labels["undrawn"], found["rejected_labels"]) == (2, 1, 1, 1)
    assert labels["estimate"]["labelled"] == SAMPLED - 2
    values = [labels[name]["assisted"]["recall"]["value"] for name in ("if_different", "if_same")]
    assert values[0] != values[1]
    assert main(["evaluate", "--run", str(judged.run), "--labels", str(path)]) == 0
    text = capsys.readouterr().out
    assert "Were the unsure all one person" in text
    assert "1 rows of the labels files are no labels" in text


def test_labels_that_nobody_drew_are_taken_for_random_within_a_band_and_that_is_said(
    judged, labelled, tmp_path, capsys
):
    path = tmp_path / "labels.csv"
    rows = [f"{row['left_id']},{row['right_id']},{row['label']}" for row in rows_of(labelled)]
    path.write_text("\n".join(["left_id,right_id,label", *rows, ""]), encoding="utf-8")
    assert told(capsys, "--run", judged.run, "--labels", path)["labels"]["drawn"] is False
    assert main(["evaluate", "--run", str(judged.run), "--labels", str(path)]) == 0
    assert "Nobody drew them" in capsys.readouterr().out


def test_labels_of_other_pairs_are_refused_without_an_id(judged, tmp_path, capsys):
    path = tmp_path / "labels.csv"
    path.write_text("left_id,right_id,label\nnobody,neither,same\n", encoding="utf-8")
    assert main(["evaluate", "--run", str(judged.run), "--labels", str(path)]) == 65
    said = capsys.readouterr().err
    assert "no label that is same or different is of a pair of the run" in said
    assert "nobody" not in said


# ---- against another run --------------------------------------------------------------------------------------------


def test_a_run_against_itself_has_changed_nothing(judged, capsys):
    changes = told(capsys, "--run", judged.run, "--against", judged.run)["changes"]
    assert changes["pairs"] | {"both": 0} == dict.fromkeys(changes["pairs"], 0)
    assert changes["clusters"]["gained"] == changes["clusters"]["lost"] == changes["clusters"]["moved_records"] == 0
    assert {name for name, number in changes["relations"].items() if number} == {"same"}
    assert changes["renamed"] == 0
    assert all(row["opened"] == row["closed"] == 0 for row in changes["cases"])
    assert all(row["moved"] == 0 for row in changes["regions"])
    assert changes["weights"] == []


def test_another_model_changes_what_the_tables_say(judged, trained, tmp_path, capsys):
    path = tmp_path / "aliases.parquet"
    changes = told(capsys, "--run", trained, "--against", judged.run, "--aliases", path)["changes"]
    sets = []
    for run in (judged.run, trained):
        pairs = pq.read_table(run / "pairs.parquet").to_pylist()
        sets.append({(row["left_id"], row["right_id"]) for row in pairs if row["match_probability"] >= 0.5})
    assert changes["pairs"]["both"] == len(sets[0] & sets[1])
    assert changes["pairs"]["gained"] == len(sets[1] - sets[0])
    assert changes["pairs"]["lost"] == len(sets[0] - sets[1]) > 0
    assert sum(row["moved"] for row in changes["regions"]) == changes["clusters"]["moved_records"]
    assert sum(row["records"] for row in changes["regions"]) == changes["records"] == 4000
    for number, run in enumerate((judged.run, trained)):
        kinds = pq.read_table(run / "cases.parquet").column("kind").to_pylist()
        for row in changes["cases"]:
            assert row[("before", "after")[number]] == kinds.count(row["kind"])
    for row in changes["cases"]:
        assert row["after"] == row["before"] + row["opened"] - row["closed"]
    aliases = pq.read_table(path)
    assert aliases.schema.equals(ALIASES)
    assert aliases.num_rows == sum(changes["relations"].values())
    first = changes["weights"][0]
    assert abs(first["after_log2"] - first["before_log2"]) > 1.0


def test_the_two_ways_round_gain_what_the_other_loses(judged, trained, capsys):
    there = told(capsys, "--run", trained, "--against", judged.run)["changes"]
    back = told(capsys, "--run", judged.run, "--against", trained)["changes"]
    assert there["pairs"]["gained"] == back["pairs"]["lost"]
    assert there["pairs"]["gained_unwritten"] == back["pairs"]["lost_unwritten"]
    assert there["clusters"]["gained"] == back["clusters"]["lost"]


@pytest.fixture(scope="module")
def fewer(judged, tmp_path_factory) -> Path:
    """A run over most of the records."""
    home = tmp_path_factory.mktemp("fewer")
    pq.write_table(pq.read_table(judged.register).slice(0, 3500), home / "register.parquet")
    arguments = ["dedupe", str(home / "register.parquet"), "--out", str(home / "run"), "--quiet", "--threads", "1"]
    assert main(arguments) == 0
    return home / "run"


def test_runs_over_other_inputs_are_refused_unless_that_is_meant(judged, fewer, capsys):
    assert main(["evaluate", "--run", str(fewer), "--against", str(judged.run)]) == 2
    said = capsys.readouterr().err
    assert "the two runs read different inputs" in said
    assert "--other-inputs" in said
    changes = told(capsys, "--run", fewer, "--against", judged.run, "--other-inputs")["changes"]
    assert (changes["records"], changes["only_before"], changes["only_after"]) == (3500, 500, 0)
    gone = set(pq.read_table(judged.run / "clusters.parquet").column("record_id").to_pylist()) - set(
        pq.read_table(fewer / "clusters.parquet").column("record_id").to_pylist()
    )
    pairs = pq.read_table(judged.run / "pairs.parquet").to_pylist()
    then = [row for row in pairs if row["match_probability"] >= 0.5 and not {row["left_id"], row["right_id"]} & gone]
    assert changes["pairs"]["both"] + changes["pairs"]["lost"] == len(then)


def test_runs_without_a_record_in_common_cannot_be_compared(judged, tmp_path, capsys):
    register = pq.read_table(judged.register).slice(0, 300)
    other = register.set_column(0, "record_id", pa.array([f"x{n}" for n in range(300)]))
    pq.write_table(other, tmp_path / "other.parquet")
    run = tmp_path / "run"
    assert main(["dedupe", str(tmp_path / "other.parquet"), "--out", str(run), "--quiet", "--threads", "1"]) == 0
    capsys.readouterr()
    assert main(["evaluate", "--run", str(run), "--against", str(judged.run), "--other-inputs"]) == 2
    assert "no record id in common" in capsys.readouterr().err


def test_a_link_is_estimated_sampled_and_compared_by_ids_of_either_file(judged, tmp_path, capsys):
    register = pq.read_table(judged.register)
    files = [tmp_path / "one.parquet", tmp_path / "two.parquet"]
    for path, part in zip(files, (register.slice(0, 2000), register.slice(2000)), strict=True):
        pq.write_table(part.set_column(0, "record_id", pa.array([str(n) for n in range(2000)])), path)
    runs = [tmp_path / name for name in ("plain", "strict")]
    for run, more in zip(runs, ([], ["--threshold", "0.99"]), strict=True):
        arguments = ["link", *map(str, files), "--out", str(run), "--quiet", "--threads", "1", *more]
        assert main(arguments) == 0
    capsys.readouterr()
    assert main(["evaluate", "--run", str(runs[0]), "--sample", "50", "--out", str(tmp_path / "s.csv")]) == 0
    lines = [
        ",".join([row["left_id"], row["right_id"], "same", row["inclusion"]]) for row in rows_of(tmp_path / "s.csv")
    ]
    (tmp_path / "l.csv").write_text("\n".join(["left_id,right_id,label,inclusion", *lines, ""]), encoding="utf-8")
    capsys.readouterr()
    found = told(capsys, "--run", runs[1], "--labels", tmp_path / "l.csv", "--against", runs[0])
    assert found["labels"]["estimate"]["labelled"] == 50
    assert found["labels"]["estimate"]["sampled"]["precision"]["value"] == 1.0
    assert found["changes"]["records"] == 4000
    assert found["changes"]["pairs"]["lost"] > 0 == found["changes"]["pairs"]["gained"]
    assert found["changes"]["pairs"]["lost_unwritten"] == 0


# ---- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--sample", "10"], "--sample needs --out"),
        (["--aliases", "a.parquet"], "--aliases and --other-inputs need --against"),
        (["--other-inputs"], "--aliases and --other-inputs need --against"),
        (["--sample", "10", "--labels", "x.csv"], "--sample writes pairs and stops"),
        (["--truth", "t.csv", "--sample", "10"], "--sample is for runs without truth"),
        (["--truth", "t.csv", "--against", "run"], "--against is for runs without truth"),
    ],
)
def test_options_that_do_not_belong_together_are_refused(judged, capsys, options, says):
    assert main(["evaluate", "--run", str(judged.run), *options]) == 2
    assert says in capsys.readouterr().err


def test_a_sample_is_never_written_over_a_file(judged, labelled, capsys):
    before = labelled.read_bytes()
    arguments = ["--run", str(judged.run), "--sample", "5", "--out", str(labelled)]
    assert main(["evaluate", *arguments]) == 73
    assert labelled.read_bytes() == before
