"""``linkage features``: a row a pair, the models' features, labels; pseudonymised, nothing of a resident."""

import csv
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from linkage.cli import main
from linkage.errors import ConfigurationError
from linkage.labelling.feature_table import feature_table
from linkage.labelling.labels import Label
from linkage.labelling.pseudonyms import pseudonyms, secret_from
from linkage.labelling.reread import read_written_pairs

SECRET = b"a secret of thirty-two characters and more"


@pytest.fixture(scope="module")
def written(small_run):
    return read_written_pairs(small_run.folder)


@pytest.fixture(scope="module")
def plain(written) -> pa.Table:
    left, right = (written.table.column(name)[0].as_py() for name in ("left_id", "right_id"))
    return feature_table(written, [Label(right, left, "same", "ani", inclusion=0.25)])


@pytest.fixture(scope="module")
def hidden(written) -> pa.Table:
    left, right = (written.table.column(name)[0].as_py() for name in ("left_id", "right_id"))
    return feature_table(written, [Label(left, right, "same", "ani", inclusion=0.25)], secret=SECRET)


def columns(table: pa.Table, kind: str) -> list[str]:
    return [field.name for field in table.schema if field.metadata[b"kind"] == kind.encode()]


def test_every_written_pair_is_there_with_its_levels_features_and_label(plain, written) -> None:
    assert plain.select(written.table.column_names).equals(written.table)
    assert len(columns(plain, "feature")) > 20
    assert plain.column("label").to_pylist() == ["same"] + [None] * (plain.num_rows - 1)
    assert plain.column("label_inclusion")[0].as_py() == 0.25
    assert all(field.metadata[b"says"] for field in plain.schema)


def test_pseudonymised_it_tells_the_same_under_keyed_ids_in_another_order(plain, hidden) -> None:
    ids = set(plain.column("left_id").to_pylist() + plain.column("right_id").to_pylist())
    keyed = dict(zip(ids, pseudonyms(ids, SECRET).to_pylist(), strict=True))
    pairs = {frozenset((keyed[row["left_id"]], keyed[row["right_id"]])): row for row in plain.to_pylist()}
    found = hidden.to_pylist()
    assert [row["left_id"] for row in found] == sorted(row["left_id"] for row in found)
    assert len(found) == len(pairs)
    for row in found:
        other = pairs[frozenset((row["left_id"], row["right_id"]))]
        assert row["left_id"] < row["right_id"]
        assert [row[name] for name in columns(plain, "level")] == [other[name] for name in columns(plain, "level")]
        assert row["label"] == other["label"]
        assert row["match_weight_log2"] == pytest.approx(other["match_weight_log2"], abs=0.0501)


def test_no_value_of_a_resident_and_no_id_stands_in_the_pseudonymised_file(hidden, small_run, tmp_path) -> None:
    path = tmp_path / "features.parquet"
    pq.write_table(hidden, path, compression="none", use_dictionary=False)
    texts = [
        value for field in hidden.schema if pa.types.is_string(field.type) for value in hidden[field.name].to_pylist()
    ]
    written_out = path.read_bytes() + "\n".join(filter(None, texts)).encode()
    rows = [row for file in small_run.inputs for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())]
    values = {value for row in rows for value in row.values()}
    for value in values:
        if len(value) > 4:  # a code of four digits or less also occurs by chance
            assert value.encode() not in written_out
    for file in small_run.inputs:
        assert Path(file).stem.encode() not in written_out
    kinds = {str(field.type) for field in hidden.schema if field.name not in ("left_id", "right_id", "label")}
    assert kinds <= {"int8", "int16", "uint64", "float", "double"}


def test_a_province_pair_that_few_share_is_left_out(hidden) -> None:
    pairs = [
        tuple(sorted((row["left_province"], row["right_province"])))
        for row in hidden.to_pylist()
        if row["left_province"] is not None
    ]
    assert set(hidden.column("left_province").to_pylist()) <= {None, 33, 51}
    assert all(pairs.count(pair) >= 5 for pair in pairs)


def test_another_secret_gives_other_ids() -> None:
    one, other = pseudonyms(["a", "b"], SECRET).to_pylist(), pseudonyms(["a", "b"], SECRET + b"!").to_pylist()
    assert len({*one, *other}) == 4
    assert all(len(name) == 64 for name in one)


@pytest.mark.parametrize("value", [None, "", "short"])
def test_without_a_long_secret_nothing_is_read_and_nothing_written(small_run, tmp_path, monkeypatch, value) -> None:
    monkeypatch.delenv("LINKAGE_TEST_KEY", raising=False)
    if value is not None:
        monkeypatch.setenv("LINKAGE_TEST_KEY", value)
    with pytest.raises(ConfigurationError, match="LINKAGE_TEST_KEY must hold a secret of at least 32"):
        secret_from("LINKAGE_TEST_KEY")
    out = tmp_path / "features.parquet"
    arguments = ["features", "--run", str(small_run.folder), "--out", str(out), "--pseudonymised"]
    assert main([*arguments, "--key-env", "LINKAGE_TEST_KEY"]) == 78
    assert main(arguments) == 2
    assert not out.exists()


def test_the_command_writes_the_file(small_run, tmp_path, monkeypatch, capsys, hidden) -> None:
    monkeypatch.setenv("LINKAGE_TEST_KEY", SECRET.decode())
    out = tmp_path / "features.parquet"
    arguments = ["features", "--run", str(small_run.folder), "--out", str(out), "--pseudonymised"]
    assert main([*arguments, "--key-env", "LINKAGE_TEST_KEY"]) == 0
    assert "pseudonymised pairs" in capsys.readouterr().out
    assert pq.read_table(out).column("left_id").equals(hidden.column("left_id"))


def test_a_file_that_the_run_read_is_never_replaced(small_run, capsys) -> None:
    before = small_run.inputs[0].read_bytes()
    for out in (small_run.inputs[0], small_run.folder / "pairs.parquet"):
        assert main(["features", "--run", str(small_run.folder), "--out", str(out)]) == 73
        assert "replace what was read" in capsys.readouterr().err
    assert small_run.inputs[0].read_bytes() == before
