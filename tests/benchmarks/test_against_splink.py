"""What the comparison with Splink says of its figures, without Splink."""

import json
from pathlib import Path

import pytest

from benchmarks.against_splink import Run, ratios, store_model
from benchmarks.measure import Quality, Timed
from linkage.models.store import from_json
from linkage.spec import load_builtin_spec

NAMES = (
    "Splink trained 1e6",
    "Splink trained 1e7",
    "Splink trained 1e7 by edits",
    "Splink stored",
    "ours trained",
    "ours stored",
)


def runs_of(seconds: tuple[float, ...], gib: tuple[float, ...], best: tuple[float, ...]) -> dict[str, Run]:
    judged = (Quality((0.0, 0.0, 0.0), 0.5, (f1, f1, f1), f1, 0.0, 1.0) for f1 in best)
    return {
        name: Run(name, Timed(second, peak), 1, quality, 0.98)
        for name, second, peak, quality in zip(NAMES, seconds, gib, judged, strict=True)
    }


@pytest.mark.parametrize(
    ("records", "seconds", "answers"),
    [
        (100_000, (20.0, 50.0, 90.0, 5.0, 10.0, 5.0), ["yes", "yes", "yes", "yes", "yes"]),
        (1_000_000, (20.0, 49.0, 50.0, 15.0, 10.0, 10.0), ["yes", "no", "yes", "yes", "yes", "yes", "yes", "yes"]),
        (5_000_000, (19.0, 50.0, 49.0, 15.0, 10.0, 10.0), ["no", "yes", "no", "no", "no", "no", "yes", "yes"]),
    ],
)
def test_every_figure_asked_for_is_answered(records: int, seconds: tuple[float, ...], answers: list[str]) -> None:
    lines = ratios(records, runs_of(seconds, (2.0, 2.0, 2.0, 2.0, 1.0, 1.0), (0.93, 0.93, 0.93, 0.94, 0.94, 0.94)))
    assert [line.split("|")[-2].strip() for line in lines] == answers


def test_the_model_in_a_manifest_can_be_stored_and_read_again(tmp_path: Path) -> None:
    spec = load_builtin_spec("residents")
    described = {}
    for item in spec.weighted:
        size = len(item.level_names) - 1
        described[item.name] = {"levels": item.level_names[1:], "m": [1 / size] * size, "u": [1 / size] * size}
    out = tmp_path / "out"
    out.mkdir()
    (out / "manifest.json").write_text(json.dumps({"model": {"prior": 1e-6, "comparisons": described}}))
    model = from_json(store_model(out, spec).read_bytes(), spec=spec)
    assert model.prior == 1e-6
