"""The guides to decisions, to the nightly job and to Python say what the code does."""

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import asdict, fields
from pathlib import Path

import pytest

from linkage.decision.cases import HARM
from linkage.decision.guards import Guard
from linkage.decision.kinds import KIND_NAMES, Row
from linkage.decision.reasons import (
    ANSWERED_REASONS,
    BIRTH_DIFFERS,
    BRIDGE,
    CONTRADICTORY,
    DEFAULT_DATE,
    GUARD_REASONS,
    OVER_LARGE,
    RECORD_REASONS,
    ROW_REASONS,
    SEX_DIFFERS,
)
from linkage.intake import Limits
from linkage.intake.options import ReadOptions
from linkage.nightly.arrivals import files_in
from linkage.nightly.extract import identify
from linkage.nightly.intake_settings import SETTINGS, IntakeSettings
from linkage.nightly.project import load_project
from linkage.reference.settings import PublishSettings
from linkage.review.settings import QueueSettings
from linkage.spec import GUARDS, load_builtin_spec
from linkage.spec.guard_weights import build_guard_weights


def rows(page: Path) -> list[list[str]]:
    lines = page.read_text(encoding="utf-8").splitlines()
    return [[cell.strip().strip("`") for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


@pytest.fixture
def decisions(root: Path) -> Path:
    return root / "docs/guide/decisions.md"


@pytest.fixture
def nightly(root: Path) -> Path:
    return root / "docs/guide/nightly.md"


def test_the_table_of_kinds_has_the_rows_of_the_code_in_its_order(decisions: Path) -> None:
    told = {int(row[0]): row[5] for row in rows(decisions) if row[0].isdigit()}
    assert told == {row.value: KIND_NAMES[row] for row in Row if row is not Row.NO_CASE}


def test_the_harm_of_each_kind_is_that_of_the_code(decisions: Path) -> None:
    told = {row[0]: float(row[1]) for row in rows(decisions) if len(row) == 2 and re.fullmatch(r"[01]\.\d", row[1])}
    assert told == {KIND_NAMES[row]: HARM[row] for row in Row if row is not Row.NO_CASE}


def test_each_guard_has_the_reason_of_the_code(decisions: Path) -> None:
    told = {row[0]: row[3] for row in rows(decisions) if row[0] in (*GUARDS, "steward")}
    assert told == {guard.name.lower(): GUARD_REASONS[guard] for guard in Guard if guard.name}


def test_the_guard_weights_shown_are_those_of_the_built_in_spec(decisions: Path) -> None:
    shown = [tomllib.loads(block)["guard_weights"] for block in blocks(decisions, "toml")]
    assert [build_guard_weights(weights) for weights in shown] == [load_builtin_spec().guard_weights]


def test_every_reason_is_explained_once(decisions: Path) -> None:
    told = [row[0] for row in rows(decisions) if len(row) == 2 and re.fullmatch(r"[A-Z_]{6,}", row[0])]
    kinds = set(KIND_NAMES)
    marks = {SEX_DIFFERS, BIRTH_DIFFERS, DEFAULT_DATE, OVER_LARGE, CONTRADICTORY, BRIDGE}
    assert sorted(set(told) - kinds) == sorted(
        {*ROW_REASONS.values(), *GUARD_REASONS.values(), *ANSWERED_REASONS.values(), *RECORD_REASONS.values(), *marks}
    )
    assert len([code for code in told if code not in kinds]) == len(set(told) - kinds)


def test_a_project_file_may_hold_each_key_of_the_guide_and_no_other(nightly: Path, tmp_path: Path) -> None:
    told = [(row[0], row[1]) for row in rows(nightly) if row[0].startswith("[")]
    file = tmp_path / "linkage.toml"
    tables = dict.fromkeys(table for table, _ in told)
    others = {
        "largest_closed_share": 1,
        "largest_hidden_share": 0,
        "late_after_days": 1,
        "regions": "[]",
        "limits": "{}",
        "reading": "{}",
    }
    queue, publish = (
        {row[1]: row[2] for row in rows(nightly) if row[0] == table} for table in ("[queue]", "[publish]")
    )
    for shown, settings in ((queue, QueueSettings()), (publish, PublishSettings())):
        defaults = tomllib.loads("\n".join(f"{key} = {default}" for key, default in shown.items()))
        assert defaults == asdict(settings), "the guide's defaults"
    values = {key: others.get(key, {**queue, **publish}.get(key, '"x"')) for _, key in told}
    lines = [
        line for table in tables for line in (table, *(f"{key} = {values[key]}" for name, key in told if name == table))
    ]
    file.write_text("\n".join(lines), encoding="utf-8")
    assert load_project(file).key_variable == "x"
    assert len(told) == 12 + len(SETTINGS) + len(queue) + len(publish)
    assert set(others) == set(SETTINGS)


def test_the_defaults_of_the_guide_are_those_of_the_code(nightly: Path) -> None:
    told = {row[1]: row[2] for row in rows(nightly) if row[0] == "[intake]"}
    settings = IntakeSettings()
    assert float(told["largest_closed_share"]) == settings.closing.largest_closed_share
    assert float(told["largest_hidden_share"]) == settings.closing.largest_hidden_share
    assert int(told["late_after_days"]) == settings.late_after_days


def test_the_guide_names_every_limit_and_every_way_to_read(nightly: Path) -> None:
    text = nightly.read_text(encoding="utf-8")
    for table, kind in (("limits", Limits), ("reading", ReadOptions)):
        (listed,) = re.findall(rf"`\[intake\.{table}\]` takes: (.*?)\.\s", text, re.DOTALL)
        assert re.findall(r"`(\w+)`", listed) == [field.name for field in fields(kind)]


def test_the_guide_explains_every_notice_the_code_can_make(nightly: Path, root: Path) -> None:
    explained = [row[0] for row in rows(nightly) if len(row) == 4 and row[1] in ("refused", "taken", "left", "late")]
    code = "".join(path.read_text(encoding="utf-8") for path in (root / "linkage" / "nightly").glob("*.py"))
    made = re.findall(r'"((?:EXTRACT|CLOSING|CLOSED|SOURCE|FILE)_[A-Z_]+|UNREADABLE)"', code)
    assert sorted(explained) == sorted(set(made))


def test_the_project_file_and_the_sidecar_of_the_guide_can_be_read(nightly: Path, tmp_path: Path) -> None:
    project, sidecar = blocks(nightly, "toml")
    (tmp_path / "linkage.toml").write_text(project, encoding="utf-8")
    assert load_project(tmp_path / "linkage.toml").inbox == tmp_path.resolve() / "inbox"
    (tmp_path / "extract.csv.meta.toml").write_text(sidecar, encoding="utf-8")
    by_sidecar = identify(tmp_path / "extract.csv")
    by_name = identify(tmp_path / "3273_full_20260630_001.csv")
    assert (by_sidecar.region, by_sidecar.cut_off, by_sidecar.sequence, by_sidecar.kind) == (
        by_name.region,
        by_name.cut_off,
        by_name.sequence,
        by_name.kind,
    )


def test_the_endings_the_guide_names_are_left_alone_in_the_inbox(nightly: Path, tmp_path: Path) -> None:
    (sentence,) = re.findall(r"those ending in (.*?) are left alone", nightly.read_text(encoding="utf-8"), re.DOTALL)
    endings = re.findall(r"`([^`]+)`", sentence)
    for ending in (*endings, ".csv"):
        (tmp_path / f"3273_full_20260630_001{ending}").write_text("nama\n", encoding="utf-8")
    assert len(endings) == 4
    assert [file.path.suffix for file in files_in(tmp_path)] == [".csv"]


@pytest.mark.slow
def test_the_code_for_analysts_runs_from_top_to_bottom(root: Path, tmp_path: Path) -> None:
    code = "\n".join(blocks(root / "docs/guide/analysts.md", "python"))
    script = tmp_path / "guide.py"
    script.write_text(code, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(root)}
    command = [sys.executable, "-W", "error", script.name]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "model.json").is_file()
