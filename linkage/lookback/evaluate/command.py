"""The command: a run and a file of truth in, an evaluation out."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from linkage.errors import GateFailedError, InputMissingError
from linkage.evaluation.evaluate import evaluate
from linkage.evaluation.gate import Bar, hold_against, read_gate
from linkage.evaluation.result import Evaluation
from linkage.lookback.evaluate.groups_of_people import people_of
from linkage.lookback.evaluate.run_folder import read_run
from linkage.lookback.evaluate.truth_file import read_truth


@dataclass(frozen=True)
class Evaluated:
    """An evaluation, of which run, against what, and how it stands to a gate (no bar: none was asked for)."""

    run_id: str
    command: str
    records: int
    truth: str
    truth_rows: int
    matched: int
    evaluation: Evaluation
    bars: tuple[Bar, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        return {
            "run_id": self.run_id,
            "command": self.command,
            "records": self.records,
            "truth": {"file": self.truth, "rows": self.truth_rows, "records_of_the_run": self.matched},
            "evaluation": self.evaluation.to_dict(),
            "figures": {
                name: {"value": _number(told.value), "low": _number(told.low), "high": _number(told.high)}
                for name, told in self.evaluation.figures().items()
            },
            "gate": [
                {
                    "figure": bar.name,
                    "must_be": "at least" if bar.at_least else "at most",
                    "bar": bar.bar,
                    "value": _number(bar.measured.value),
                    "passed": bar.passed,
                    "sure": bar.sure,
                }
                for bar in self.bars
            ],
        }


def evaluate_run(
    run: Path, truth: Path, *, entity: str = "", gate: dict[str, float] | None = None, seed: int = 0
) -> Evaluated:
    """Evaluate the run in a folder against a file of truth; its inputs are read again.

    Raises:
        InputMissingError, InvariantError, UsageError: as :func:`linkage.lookback.evaluate.run_folder.read_run`.
        InputDataError: as :func:`linkage.lookback.evaluate.truth_file.read_truth`.
    """
    finished = read_run(run)
    told = read_truth(truth, finished, entity=entity)
    evaluation = evaluate(
        finished.pairs,
        finished.clusters,
        finished.cases,
        told.known,
        link_threshold=float(finished.manifest.thresholds["link_threshold"]),
        circumstances=told.circumstances,
        people=people_of(finished, told),
        seed=seed,
    )
    return Evaluated(
        run_id=finished.manifest.run_id,
        command=finished.manifest.command,
        records=len(finished.ids),
        truth=truth.name,
        truth_rows=told.rows,
        matched=told.matched,
        evaluation=evaluation,
        bars=() if gate is None else hold_against(evaluation, gate),
    )


def refuse_failed(evaluated: Evaluated) -> None:
    """Raise :class:`GateFailedError` when a bar was missed; it names the figures."""
    missed = [bar.name for bar in evaluated.bars if not bar.passed]
    if missed:
        raise GateFailedError(
            f"{len(missed)} of {len(evaluated.bars)} bars missed: {', '.join(missed)}",
            where="gate",
            remedy="The model is not to be released",
        )


def gate_bars(path: Path | None) -> dict[str, float]:
    """Return the bars of a gate file; of the one that ships for residents when there is no path.

    Raises:
        InputMissingError: no such file. ConfigurationError: it is no gate.
    """
    if path is None:
        shipped = resources.files("linkage.evaluation") / "data" / "gate.toml"
        return read_gate(shipped.read_text(encoding="utf-8"), where="gate.toml")
    try:
        return read_gate(path.read_text(encoding="utf-8"), where=str(path))
    except OSError as error:
        raise InputMissingError("cannot be read", where=str(path), remedy="--gate names a TOML file") from error


def _number(value: float) -> float | None:
    return round(value, 6) if value == value else None
