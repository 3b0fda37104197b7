"""How good the extracts are, and which rows an office is to mend, from what nightly runs have written."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from linkage.nightly.notices import NOTICES
from linkage.reports.figures import Counts
from linkage.run.manifest import MANIFEST_NAME, RunManifest, read_manifest
from linkage.schema import QUALITY, REJECTS

_NAME: Final = re.compile(r"(\d{4})_(full|delta)_(\d{8})_(\d+)\b", re.IGNORECASE)
_GRAVE: Final = ("error", "warning")


@dataclass(frozen=True, repr=False)
class Night:
    """What a nightly run wrote. ``quality``, ``rejects``, ``notices``: its tables, of those schemas."""

    manifest: RunManifest
    quality: pa.Table
    rejects: pa.Table
    notices: pa.Table


@dataclass(frozen=True, order=True)
class ToMend:
    """A row that an office is to mend; no value of it. ``line`` 0: the whole file. ``column`` "": the whole row."""

    source: str
    line: int
    column: str
    code: str


def nights(out: Path, since: datetime, until: datetime) -> tuple[Night, ...]:
    """Return the nightly runs that began in a span and were finished, the oldest first."""
    found = []
    for path in sorted(out.glob(f"*/{MANIFEST_NAME}")):
        if not path.parent.joinpath("quality.parquet").is_file():
            continue
        manifest = read_manifest(path)
        if manifest.command == "run" and since <= datetime.fromisoformat(manifest.started) < until:
            tables = [_table(path.parent, name, schema) for name, schema in _TABLES.items()]
            found.append(Night(manifest, *tables))
    return tuple(sorted(found, key=lambda night: night.manifest.run_id))


def count_quality(runs: Iterable[Night], todays: Callable[[str], str]) -> Counts:
    """Return the measures of quality by the region of the rows' office. ``todays``: the code a region has today."""
    names = ("files", "refused_files", "late", "rows_read", "rows_hit", "rejects")
    counts: dict[str, dict[str, int]] = {name: defaultdict(int) for name in names}
    for night in runs:
        for row in night.quality.select(["region", "source", "field", "code", "severity", "count"]).to_pylist():
            region = todays(row["region"])
            for name in _measures(row):
                counts.setdefault(name, defaultdict(int))[region] += row["count"] if name != "files" else 1
        for row in night.notices.select(["region", "outcome"]).to_pylist():
            noticed = {"refused": "refused_files", "late": "late"}.get(row["outcome"])
            if noticed:
                counts[noticed][todays(row["region"])] += 1
    return counts


def rows_to_mend(
    runs: Sequence[Night], region: str, todays: Callable[[str], str], last_full: tuple[int, int]
) -> tuple[ToMend, ...]:
    """Return the rows of a region to mend: all that were rejected, and the examples of every other finding; sorted.

    ``last_full``: (cut-off, number) of the region's last full extract: what stood in earlier files does not count any
    more, as far as their names tell.
    """
    found: set[ToMend] = set()
    for night in runs:
        rows = [row for row in night.quality.to_pylist() if todays(row["region"]) == region]
        rows = [row for row in rows if not _replaced(row["source"], last_full)]
        for row in rows:
            if row["severity"] in _GRAVE:
                found |= {ToMend(row["source"], line, row["column"], row["code"]) for line in row["example_lines"]}
        own = _own_sources(night.quality, region, todays)
        found |= {
            ToMend(row["source"], row["line"], row["column"], row["code"])
            for row in night.rejects.to_pylist()
            if row["source"] in own and not _replaced(row["source"], last_full)
        }
    return tuple(sorted(found))


def recall_of(runs: Sequence[Night]) -> Mapping[str, Mapping[str, float]]:
    """Return what the last full run estimates of its blocking by regency, "" for the nation: recall, low and high."""
    told: Mapping[str, Any] = next((one.manifest.recall for one in reversed(runs) if one.manifest.recall), {})
    if not told:
        return {}
    regions = {"": told, **{one["region"]: one for one in told.get("regions", ())}}
    kept = ("recall", "low", "high")
    return {region: {name: float(one[name]) for name in kept} for region, one in regions.items()}


def _measures(row: Mapping[str, Any]) -> Iterable[str]:
    """Return which measures a row of the quality return adds to."""
    match row["code"], row["field"], row["severity"]:
        case "ROWS_READ", _, _:
            return ("rows_read", "files")
        case "ROWS_HIT", "", _:
            return ("rows_hit",)
        case "ROWS_HIT", _, _:
            return ()
        case code, _, "reject":
            return ("rejects", f"rejected.{code}")
        case code, _, severity if severity in _GRAVE:
            return (f"code.{code}",)
    return ()


def _own_sources(quality: pa.Table, region: str, todays: Callable[[str], str]) -> frozenset[str]:
    """Return the files whose rows are all of one region, or that bear its code in their name."""
    regions: dict[str, set[str]] = defaultdict(set)
    for source, code in zip(quality.column("source").to_pylist(), quality.column("region").to_pylist(), strict=True):
        named = _NAME.match(source)
        regions[source].add(todays(named[1] if named else code))
    return frozenset(source for source, codes in regions.items() if codes == {region})


def _replaced(source: str, last_full: tuple[int, int]) -> bool:
    named = _NAME.match(source)
    return named is not None and (int(named[3]), int(named[4])) < last_full


def _table(folder: Path, name: str, schema: pa.Schema) -> pa.Table:
    path = folder / f"{name}.parquet"
    return pq.read_table(path) if path.is_file() else schema.empty_table()


_TABLES: Final = {"quality": QUALITY, "rejects": REJECTS, "notices": NOTICES}
