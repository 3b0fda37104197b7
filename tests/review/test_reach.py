"""What the queue and the words reach: nothing that compares, learns or computes with frames."""

import subprocess
import sys

import pytest

HEAVY = ("pandas", "polars", "sklearn", "numba", "scipy", "pyspark", "deltalake")
FLOORS = ("linkage.models", "linkage.engine", "linkage.features", "linkage.decision", "linkage.comparison")


@pytest.mark.parametrize("module", ["linkage.review.sql", "linkage.words.kept", "linkage.words.explained"])
def test_opening_the_queue_or_reading_an_explanation_loads_no_model_and_no_frame_library(module):
    said = subprocess.run(
        [sys.executable, "-c", f"import sys, {module}; print(*sys.modules, sep='\\n')"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    loaded = said.stdout.split()
    assert not [name for name in loaded if name.split(".")[0] in HEAVY or name.startswith(FLOORS)]
