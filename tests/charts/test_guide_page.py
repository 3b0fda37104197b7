"""The guide's page on charts names every one of them, and its code runs."""

import re
from pathlib import Path

import pytest

from linkage import charts

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "charts.md"


def test_the_page_names_every_public_function() -> None:
    assert set(re.findall(r"`(\w+)", PAGE.read_text(encoding="utf-8"))) >= set(charts.__all__) - {"terms_of"}


def test_the_first_example_writes_a_page_and_a_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    example = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[0]
    exec(compile(example, PAGE.name, "exec"), {})  # noqa: S102
    assert sorted(path.name for path in tmp_path.iterdir()) == ["weights.html", "weights.png"]
