"""The command without truth: a run in, estimates out, or a sample to judge, or what changed against another run."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.errors import OutputError, UsageError
from linkage.lookback.evaluate.against import Changes, compare_runs
from linkage.lookback.evaluate.estimate import ClericalLabel, Estimated, estimate_run, sample_table
from linkage.lookback.evaluate.estimate_report import changes_report, estimate_report
from linkage.lookback.evaluate.written import read_written
from linkage.run.outputs import write_text, writing


@dataclass(frozen=True)
class JudgedWithoutTruth:
    """What is known of a run without truth.

    ``changes``: None unless it was held against another run. ``rejected``: rows of labels files that are no labels.
    """

    estimated: Estimated
    changes: Changes | None
    rejected: int

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values."""
        told = self.estimated.to_dict()
        told["rejected_labels"] = self.rejected
        told["changes"] = None if self.changes is None else self.changes.to_dict()
        return told

    def as_json(self) -> str:
        """Return one JSON object as text."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)

    def report(self) -> str:
        """Return text for a terminal; no resident is named."""
        parts = [estimate_report(self.estimated)]
        if self.rejected:
            parts.append(
                f"{self.rejected:,} rows of the labels files are no labels (linkage label --summary lists them)."
            )
        if self.changes is not None:
            parts.append(changes_report(self.changes))
        return "\n\n".join(parts)


def judge_without_truth(
    run: Path,
    *,
    labels: Sequence[ClericalLabel] | None = None,
    rejected: int = 0,
    against: Path | None = None,
    aliases: Path | None = None,
    other_inputs: bool = False,
) -> JudgedWithoutTruth:
    """Estimate how good a run is, and tell what changed against an earlier one.

    ``labels``: one a pair, with ``rejected`` rows that were none. ``aliases``: Parquet file to write
    (:data:`linkage.decision.cluster_changes.ALIASES`).

    Raises:
        InputMissingError, InvariantError, UsageError: as :func:`linkage.lookback.evaluate.written.read_written` and
            :func:`linkage.lookback.evaluate.against.compare_runs`; or ``aliases`` without another run.
        InputDataError: no label is of a pair of the run. OutputError: the file cannot be written.
    """
    if against is None and (aliases is not None or other_inputs):
        raise UsageError("--aliases and --other-inputs need --against DIR")
    written = read_written(run)
    estimated = estimate_run(written, labels)
    changes = None if against is None else compare_runs(read_written(against), written, other_inputs=other_inputs)
    if changes is not None and aliases is not None:
        with writing(aliases):
            aliases.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(changes.aliases, aliases)
    return JudgedWithoutTruth(estimated, changes, rejected)


def write_sample(run: Path, count: int, out: Path | None, *, seed: int = 0) -> str:
    """Write a sample of pairs to judge as CSV, and return a sentence about it.

    Raises:
        UsageError: no file is named. OutputError: there is such a file, perhaps with labels in it.
        InputMissingError, InvariantError, UsageError: as :func:`linkage.lookback.evaluate.written.read_written`.
    """
    if out is None:
        raise UsageError("--sample needs --out FILE.csv")
    with writing(out):
        taken = out.exists()
    if taken:
        raise OutputError("there is a file of that name", where=str(out), remedy="Choose another --out")
    table = sample_table(read_written(run), count, seed=seed)
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        write_text(out, _as_csv(table))
    bands = len(table.column("stratum").unique())
    return f"{table.num_rows:,} pairs from {bands} bands of match weight in {out}"


def _as_csv(table: pa.Table) -> str:
    stream = io.StringIO()
    lines = csv.writer(stream, lineterminator="\n")
    lines.writerow(table.column_names)
    columns = table.to_pydict()
    columns["inclusion"] = [f"{share:.6g}" for share in columns["inclusion"]]
    lines.writerows(zip(*columns.values(), strict=True))
    return stream.getvalue()
