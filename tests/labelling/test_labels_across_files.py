"""Labels of ``link``: one id may stand in both files, and left with right is not right with left."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.cli import main
from linkage.labelling.consensus import consolidate
from linkage.labelling.labels import COLUMNS, Label, parse_labels
from linkage.labelling.training import labelled_pairs
from tests.small_register import semarang, write_csv

HEADER = ",".join(COLUMNS)


@pytest.fixture(scope="module")
def linked(tmp_path_factory) -> Path:
    """Two files of the same people under the same ids."""
    home = tmp_path_factory.mktemp("across")
    rows = semarang()
    for side in ("left", "right"):
        named = [row | {"record_id": str(number)} for number, row in enumerate(rows, start=1)]
        write_csv(home / f"{side}.csv", named, columns=("record_id", *rows[0]))
    files = [str(home / f"{side}.csv") for side in ("left", "right")]
    assert main(["link", *files, "--out", str(home / "run"), "--threads", "1", "--quiet"]) == 0
    return home


def test_one_id_on_both_sides_is_a_pair_only_across_files() -> None:
    text = f"{HEADER}\n1,1,same,ani,,,\n"
    assert parse_labels(text, source="labels.csv").rejects[0].code == "LABEL_ONE_RECORD"
    assert len(parse_labels(text, source="labels.csv", across=True).labels) == 1


def test_left_with_right_and_right_with_left_are_two_pairs_only_across_files() -> None:
    given = [Label("1", "2", "same", "ani"), Label("2", "1", "different", "ani")]
    assert [item.label for item in consolidate(given, across=True)] == ["same", "different"]
    assert [item.label for item in consolidate(given)] == ["different"]
    ids = pa.array(["1", "2", "1", "2"])
    across = labelled_pairs(given, ids, left_count=2)
    np.testing.assert_array_equal(across.left, [0, 1])
    np.testing.assert_array_equal(across.right, [3, 2])
    np.testing.assert_array_equal(across.same, [True, False])


def test_such_labels_reach_features_evaluation_and_summary(linked, capsys) -> None:
    pairs = pq.read_table(linked / "run" / "pairs.parquet", columns=["left_id", "right_id"]).to_pylist()
    own = [pair["left_id"] for pair in pairs if pair["left_id"] == pair["right_id"]]
    assert len(own) > 10
    labels = linked / "labels.csv"
    labels.write_text(HEADER + "\n" + "".join(f"{name},{name},same,ani,,,1\n" for name in own), encoding="utf-8")
    run = ["--run", str(linked / "run")]
    assert main(["features", *run, "--labels", str(labels), "--out", str(linked / "pairs.parquet")]) == 0
    assert f"{len(own)} labelled" in capsys.readouterr().out
    assert main(["evaluate", *run, "--labels", str(labels)]) == 0
    assert f"LABELS: {len(own)} pairs" in capsys.readouterr().out
    assert main(["label", "--summary", *run, "--labels", str(labels)]) == 0
    assert f"pairs: {len(own)}" in capsys.readouterr().out
