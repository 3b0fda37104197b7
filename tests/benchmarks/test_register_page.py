"""The page of the synthetic register says what the code does; its figures can be written again."""

import re
import runpy
import shlex
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from benchmarks.register_page.__main__ import filled
from benchmarks.register_page.reference import meanings, plan_table, truth_table
from benchmarks.register_page.tables import table
from linkage.cli.parser import command_parser
from linkage.synthetic import DUPLICATE_KINDS, ERROR_KINDS, HISTORY_KINDS, REPEAT_KINDS, TRUTH, RegisterPlan
from linkage.synthetic.plan_file import plan_of

PAGE = Path(__file__).parents[2] / "docs" / "synthetic" / "README.md"


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


def blocks(page: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page, re.DOTALL)


def test_a_block_is_written_between_its_markers_however_often() -> None:
    page = "before\n<!-- figures: a -->\nold\n<!-- /figures -->\nafter"
    once = filled(page, {"a": "| new |"})
    assert once == "before\n<!-- figures: a -->\n\n| new |\n\n<!-- /figures -->\nafter"
    assert filled(once, {"a": "| new |"}) == once


@pytest.mark.parametrize("names", [set(), {"a", "b"}])
def test_a_marker_without_a_block_or_a_block_without_a_marker_is_refused(names: set[str]) -> None:
    with pytest.raises(ValueError, match="without their other half"):
        filled("<!-- figures: a -->\n<!-- /figures -->", dict.fromkeys(names, ""))


def test_a_table_has_a_head_a_line_and_a_row_for_each_row() -> None:
    assert table("name | > number", [("a", 1)]) == "| name | number |\n|--|--:|\n| a | 1 |"


def test_the_page_has_the_plan_and_the_truth_of_the_code(page: str) -> None:
    assert plan_table() in page
    assert truth_table() in page
    assert meanings().keys() == {item.name for item in fields(RegisterPlan)}
    assert all(f"| `{field.name}` |" in page for field in TRUTH)


def test_the_page_names_each_kind_of_repeat_error_and_history(page: str) -> None:
    named = set(re.findall(r"`(\w+)`", page))
    assert {*REPEAT_KINDS, *DUPLICATE_KINDS, *ERROR_KINDS, *HISTORY_KINDS} <= named


def test_the_plan_of_the_page_can_be_read(page: str) -> None:
    (text,) = blocks(page, "toml")
    plan = plan_of(tomllib.loads(text))
    assert (plan.preset, plan.duplicate_shares["burst_copy"], plan.error_shares["name_ocr"]) == ("hard", 0.2, 0)


def test_the_commands_of_the_page_are_understood(page: str) -> None:
    commands = [line for block in blocks(page, "sh") for line in block.splitlines() if line.startswith("linkage ")]
    understood = [command_parser().parse_args(shlex.split(line, comments=True)[1:]) for line in commands]
    assert [parsed.records > 0 for parsed in understood] == [True] * 4


@pytest.mark.slow
def test_the_code_of_the_page_runs(page: str, tmp_path: Path) -> None:
    script = tmp_path / "page.py"
    script.write_text("\n".join(blocks(page, "python")), encoding="utf-8")
    assert runpy.run_path(str(script))["register"].truth.num_rows == 5_000


def test_every_chart_of_the_page_is_there_small_and_described(page: str) -> None:
    shown = re.findall(r"!\[(.*?)\]\((.*?)\)", page)
    assert sorted(name for _, name in shown) == sorted(path.name for path in PAGE.parent.glob("*.svg"))
    for says, name in shown:
        assert len(says) > 60
        assert (PAGE.parent / name).stat().st_size < 60_000
        assert "<dc:date>" not in (PAGE.parent / name).read_text(encoding="utf-8")
