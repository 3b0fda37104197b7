"""The guide to interop runs from top to bottom, without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

from linkage.interop import recordlinkage
from linkage.interop.recordlinkage.features import Form

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "guide" / "interop.md").read_text(encoding="utf-8")


def test_the_code_of_the_guide_runs_from_top_to_bottom(tmp_path):
    script = tmp_path / "guide.py"
    script.write_text("\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-W", "error", script.name],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["guide.py"]


def test_the_guide_names_every_function_and_form():
    for name in recordlinkage.__all__:
        assert name == "Form" or f"`{name}" in PAGE, name
    for form in Form.__args__:
        assert f'`"{form}"`' in PAGE, form
