"""What a run of a command read and wrote, as a lineage names it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyarrow.parquet as pq

from linkage.run.manifest import RunManifest

_FIGURES: Final = {
    "rows_read": "rows_read",
    "rows_accepted": "rows_accepted",
    "rows_rejected": "rows_rejected",
    "candidate_pairs": "pairs_compared",
    "cases": "cases",
    "open_records": "records",
}
"""What is measured of a run, and its name among the counts of the manifest."""


@dataclass(frozen=True)
class Dataset:
    """A file or table. ``digest``: SHA-256 of a file, state hash of a table. ``fields``: (name, type) of its columns,
    under the names of the spec or of our own schemas: a file's own header may hold anything. None: not known."""

    name: str
    digest: str
    fields: tuple[tuple[str, str], ...] = ()
    rows: int | None = None
    size_bytes: int | None = None


@dataclass(frozen=True)
class Account:
    """``figures``: what is measured of the run, by name, whole numbers. ``model``: digest, "" for none."""

    inputs: tuple[Dataset, ...] = ()
    outputs: tuple[Dataset, ...] = ()
    figures: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    model: str = ""


def account_of(manifest: RunManifest, folder: Path, store: Path | None = None) -> Account:
    """Return the account of a run from its manifest and its folder. ``store``: where its ``store/`` tables are."""
    inputs = tuple(
        Dataset(
            item["path"] or item["name"],
            item["sha256"],
            tuple((name, "string") for name in item["columns"]),
            item["rows"],
            item["bytes"],
        )
        for item in manifest.inputs
    )
    outputs = tuple(
        Dataset(str((store or folder) / name), digest)
        if name.startswith("store/")
        else file_written(folder / name, digest)
        for name, digest in manifest.outputs.items()
    )
    figures = {name: int(manifest.counts[count]) for name, count in _FIGURES.items() if count in manifest.counts}
    model = manifest.model.get("supervised", manifest.model)
    return Account(inputs, outputs, figures, str(model.get("sha256", "")))


def file_written(path: Path, digest: str) -> Dataset:
    """Return a file that was written; of a Parquet file its columns and rows as well."""
    if path.suffix != ".parquet":
        return Dataset(str(path), digest, size_bytes=path.stat().st_size)
    told = pq.read_metadata(path)
    fields = tuple((item.name, str(item.type)) for item in told.schema.to_arrow_schema())
    return Dataset(str(path), digest, fields, told.num_rows, path.stat().st_size)
