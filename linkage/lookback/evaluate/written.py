"""What a finished run wrote, checked against its manifest; its inputs are left alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import InvariantError, UsageError
from linkage.intake import read_inputs
from linkage.lookback.reread import (
    check_inputs,
    given_inputs,
    standing_residents,
    stated_limits,
    stated_reading,
    stored_spec,
)
from linkage.run.manifest import RunManifest, read_manifest, sha256_of
from linkage.spec import LinkageSpec

Float64 = npt.NDArray[np.float64]

_COLUMNS: Final = {
    "pairs": ["left_id", "right_id", "match_weight_log2", "match_probability"],
    "clusters": ["record_id", "cluster_id"],
    "cases": ["case_id", "kind", "record_ids"],
}


@dataclass(frozen=True, repr=False)
class WrittenRun:
    """The tables of a run, the columns that tell what it found; ``spec`` is the one it was made with."""

    manifest: RunManifest
    spec: LinkageSpec
    pairs: pa.Table
    clusters: pa.Table
    cases: pa.Table

    @property
    def link_threshold(self) -> float:
        """The probability from which a pair is linked."""
        return float(self.manifest.thresholds["link_threshold"])

    @property
    def probability(self) -> Float64:
        """Of the pairs, float64 (n_pairs,)."""
        told: Float64 = self.pairs.column("match_probability").to_numpy()
        return told

    @property
    def weight_log2(self) -> Float64:
        """Of the pairs, bits, float64 (n_pairs,)."""
        told: Float64 = self.pairs.column("match_weight_log2").to_numpy()
        return told


def read_written(folder: Path) -> WrittenRun:
    """Read what a run wrote.

    Raises:
        InputMissingError: no manifest. InvariantError: a file is not what the run wrote. UsageError: the folder of a
            night that holds only what changed.
    """
    manifest = read_manifest(folder)
    folder = folder if folder.is_dir() else folder.parent
    if manifest.command == "run" and not manifest.options["full"]:
        raise UsageError(
            "this night wrote only what changed",
            where=str(folder),
            remedy="Evaluate the last full run (linkage run --full)",
        )
    spec = stored_spec(manifest)
    return WrittenRun(manifest, spec, *(_table(folder, name, manifest) for name in ("pairs", "clusters", "cases")))


def records_of(run: WrittenRun) -> tuple[pa.Table, int | None]:
    """Return the records a run accepted, its inputs read again, and in ``link`` how many of them are LEFT's.

    Raises:
        InputMissingError, InvariantError: an input is gone, or not what the run read. UsageError: it read tables in
            memory.
    """
    manifest = run.manifest
    if manifest.command == "run":
        return standing_residents(manifest), None
    check_inputs(manifest)
    mode: Any = manifest.command
    read = read_inputs(
        given_inputs(manifest), run.spec, mode=mode, limits=stated_limits(manifest), options=stated_reading(manifest)
    )
    return read.accepted, read.left_rows if mode == "link" else None


def unique_ids(ids: pa.StringArray, n_left: int | None) -> pa.StringArray:
    """Return ids as clusters and cases have them: one that stands in both files is written with its side."""
    if n_left is None:
        return ids
    left, right = ids[:n_left], ids[n_left:]
    parts = []
    for side, mine, other in (("left:", left, right), ("right:", right, left)):
        marked = pc.binary_join_element_wise(pa.scalar(side), mine, "")
        parts.append(pc.if_else(pc.is_in(mine, value_set=other), marked, mine))
    return pa.concat_arrays(parts)


def _table(folder: Path, name: str, manifest: RunManifest) -> pa.Table:
    path = folder / f"{name}.parquet"
    if not path.is_file() or sha256_of(path) != manifest.outputs.get(path.name):
        raise InvariantError("the file is gone or not what the run wrote", where=str(path))
    return pq.read_table(path, columns=_COLUMNS[name])
