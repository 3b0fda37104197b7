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
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.nightly.notices import NOTICES
from linkage.reports.figures import Counts
from linkage.run.manifest import MANIFEST_NAME, RunManifest, read_manifest
from linkage.schema import QUALITY, REJECTS

_NAME: Final = re.compile(r"(\d{4})_(full|delta)_(\d{8})_(\d+)\b", re.IGNORECASE)
_GRAVE: Final = ("error", "warning")


@dataclass(frozen=True, repr=False)
class Night:
    """What a nightly run wrote. ``quality``, ``rejects``, ``notices``: its tables, of those schemas. ``homes``: the
    region of each file that is one region's, by its name or by all its rows."""

    manifest: RunManifest
    quality: pa.Table
    rejects: pa.Table
    notices: pa.Table
    homes: Mapping[str, str]


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
        if not is_night(path.parent):
            continue
        manifest = read_manifest(path)
        if manifest.command == "run" and since <= datetime.fromisoformat(manifest.started) < until:
            quality = _table(path.parent, "quality", QUALITY)
            rejects, notices = _table(path.parent, "rejects", REJECTS), _table(path.parent, "notices", NOTICES)
            found.append(Night(manifest, quality, rejects, notices, _homes(quality)))
    return tuple(sorted(found, key=lambda night: night.manifest.run_id))


def is_night(folder: Path) -> bool:
    """Return whether a folder is that of a nightly run, with what is counted of it."""
    return all((folder / name).is_file() for name in (MANIFEST_NAME, "quality.parquet"))


def count_quality(runs: Iterable[Night], todays: Callable[[str], str]) -> Counts:
    """Return the measures of quality by the region of the rows' office. ``todays``: the code a region has today."""
    names = ("files", "refused_files", "late", "rows_read", "rows_hit", "rejects")
    counts: dict[str, dict[str, int]] = {name: defaultdict(int) for name in names}
    keys = ["region", "code", "severity"]
    for night in runs:
        # Hits of single columns stand beside those of whole rows.
        single = pc.and_(pc.equal(night.quality["code"], "ROWS_HIT"), pc.not_equal(night.quality["field"], ""))
        whole = night.quality.filter(pc.invert(single)).group_by(keys).aggregate([("count", "sum"), ("count", "count")])
        for row in whole.to_pylist():
            region = todays(row["region"])
            for name in _measures(row["code"], row["severity"]):
                amount = row["count_count" if name == "files" else "count_sum"]
                counts.setdefault(name, defaultdict(int))[region] += amount
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
        codes = [code for code in night.quality["region"].unique().to_pylist() if todays(code) == region]
        grave = pc.is_in(night.quality["severity"], value_set=pa.array(_GRAVE))
        own = pc.is_in(night.quality["region"], value_set=pa.array(codes, pa.string()))
        files = [name for name, home in night.homes.items() if todays(home) == region]
        rejected = pc.is_in(night.rejects["source"], value_set=pa.array(files, pa.string()))
        rows = [
            (row["source"], line, row["column"], row["code"])
            for row in night.quality.filter(pc.and_(grave, own)).to_pylist()
            for line in row["example_lines"]
        ]
        rows += [
            (row["source"], row["line"], row["column"], row["code"])
            for row in night.rejects.filter(rejected).to_pylist()
        ]
        found |= {ToMend(*row) for row in rows if not _replaced(row[0], last_full)}
    return tuple(sorted(found))


def recall_of(runs: Sequence[Night]) -> Mapping[str, Mapping[str, float]]:
    """Return what the last full run estimates of its blocking by regency, "" for the nation: recall, low and high."""
    told: Mapping[str, Any] = next((one.manifest.recall for one in reversed(runs) if one.manifest.recall), {})
    if not told:
        return {}
    regions = {"": told, **{one["region"]: one for one in told.get("regions", ())}}
    kept = ("recall", "low", "high")
    return {region: {name: float(one[name]) for name in kept} for region, one in regions.items()}


def _measures(code: str, severity: str) -> Iterable[str]:
    """Return which measures a finding adds to."""
    if code == "ROWS_READ":
        return ("rows_read", "files")
    if code == "ROWS_HIT":
        return ("rows_hit",)
    if severity == "reject":
        return ("rejects", f"rejected.{code}")
    return (f"code.{code}",) if severity in _GRAVE else ()


def _homes(quality: pa.Table) -> Mapping[str, str]:
    """Return the region of each file that bears one in its name, or whose rows are all of one."""
    regions: dict[str, set[str]] = defaultdict(set)
    for row in quality.group_by(["source", "region"]).aggregate([]).to_pylist():
        named = _NAME.match(row["source"])
        regions[row["source"]].add(named[1] if named else row["region"])
    return {source: codes.pop() for source, codes in sorted(regions.items()) if len(codes) == 1}


def _replaced(source: str, last_full: tuple[int, int]) -> bool:
    named = _NAME.match(source)
    return named is not None and (int(named[3]), int(named[4])) < last_full


def _table(folder: Path, name: str, schema: pa.Schema) -> pa.Table:
    path = folder / f"{name}.parquet"
    return pq.read_table(path) if path.is_file() else schema.empty_table()
