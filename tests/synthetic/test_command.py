"""``linkage synth`` as a user meets it."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from linkage.cli import main


def test_a_plan_file_sets_rates_and_options_override_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text('records = 100\nregions = 2\npreset = "hard"\nduplicate_rate = 0.3\n', encoding="utf-8")
    assert main(["synth", "--records", "200", "--plan", str(plan), "--out", str(tmp_path / "out")]) == 0
    said = capsys.readouterr().out
    assert "4 files" in said
    assert f"linkage run --project {tmp_path / 'out' / 'linkage.toml'}" in said
    kinds = pq.read_table(tmp_path / "out" / "truth.parquet")["duplicate_of_kind"].to_pylist()
    assert len(kinds) == 200
    assert sum(kind not in ("", "moved_closed", "non_permanent") for kind in kinds) == 60


def test_one_table_comes_with_its_truth_beside_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["synth", "--records", "50", "--regions", "1", "--out", str(tmp_path / "people.parquet")]) == 0
    assert f"linkage dedupe {tmp_path / 'people.parquet'}" in capsys.readouterr().out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["people.parquet", "people_truth.parquet"]


def test_later_nights_wait_in_folders_of_their_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    arguments = ["--records", "4000", "--regions", "2", "--nights", "3", "--dialects", "plain_comma", "siak_xlsx"]
    assert main(["synth", *arguments, "--out", str(out)]) == 0
    assert "nights/<day>/" in capsys.readouterr().out
    stems = [path.name[4:] for path in sorted((out / "inbox").iterdir())]
    assert stems == ["_full_20260628_001.csv", "_full_20260628_001.xlsx"]
    later = sorted(path.relative_to(out / "nights").as_posix()[:8] for path in (out / "nights").rglob("*delta*"))
    assert later == ["20260629", "20260629", "20260630", "20260630"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "how many records"),
        (["--records", "10", "--regions", "600"], "514"),
        (["--records", "10", "--dialects", "esperanto"], "esperanto"),
        (["--records", "60000000"], "50,000,000"),
        (["--records", "10", "--nights", "90"], "nights"),
        (["--records", "10", "--plan", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_what_cannot_be_made_is_said_and_nothing_is_written(
    wrong: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert main(["synth", *wrong, "--out", str(out)]) != 0
    assert said in capsys.readouterr().err
    assert not out.exists() or not any(path.is_file() for path in out.rglob("*"))


def test_extracts_of_another_plan_are_not_mixed_into_a_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for records, code in ((20, 0), (30, 73)):
        assert main(["synth", "--records", str(records), "--regions", "1", "--out", str(tmp_path)]) == code
    assert "holds extracts already" in capsys.readouterr().err
    assert pq.read_table(tmp_path / "truth.parquet").num_rows == 20
