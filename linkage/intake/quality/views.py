"""What to read first in a quality return: regions and columns, worst first."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from linkage.schema import QUALITY, check_schema

_SEVERITIES = ("reject", "error", "warning", "info")
_TOTALS = ("ROWS_READ", "ROWS_HIT")


def worst_columns(quality: pa.Table) -> pa.Table:
    """Return (region, column, rows_hit int64, share float64), the largest share first within each region.

    ``rows_hit``: rows with at least one reject, error or warning in the column of that name, over all files;
    ``share``: of all rows of the region.
    """
    check_schema(quality, QUALITY, where="quality")
    hit = quality.filter(_is(quality, "code", "ROWS_HIT"))
    named = hit.filter(pc.not_equal(hit.column("column"), "")).group_by(["region", "column"])
    summed = named.aggregate([("count", "sum")])
    rows = dict(zip(*_summed(quality.filter(_is(quality, "code", "ROWS_READ"))), strict=True))
    share = [
        count / rows[region]
        for count, region in zip(
            summed.column("count_sum").to_pylist(), summed.column("region").to_pylist(), strict=True
        )
    ]
    columns = [
        summed.column("region"),
        summed.column("column"),
        summed.column("count_sum"),
        pa.array(share, pa.float64()),
    ]
    table = pa.table(columns, names=["region", "column", "rows_hit", "share"])
    return table.sort_by([("region", "ascending"), ("share", "descending"), ("column", "ascending")]).combine_chunks()


def quality_by_region(quality: pa.Table) -> pa.Table:
    """Return one row per region: region, rows, rows_hit, share, and findings by severity, all int64 but ``share``.

    ``rows_hit``: rows with at least one reject, error or warning. ``reject``, ``error``, ``warning``, ``info``: counts
    of findings, of which a row may have several. Sorted by region.
    """
    check_schema(quality, QUALITY, where="quality")
    whole = pc.equal(quality.column("column"), "")
    totals = {
        "rows": quality.filter(_is(quality, "code", "ROWS_READ")),
        "rows_hit": quality.filter(pc.and_(_is(quality, "code", "ROWS_HIT"), whole)),
    }
    rest = quality.filter(pc.invert(pc.is_in(quality.column("code"), value_set=pa.array(_TOTALS))))
    totals |= {severity: rest.filter(_is(rest, "severity", severity)) for severity in _SEVERITIES}
    sums = {name: dict(zip(*_summed(part), strict=True)) for name, part in totals.items()}
    regions = sorted(sums["rows"])
    counts = {name: [by_region.get(region, 0) for region in regions] for name, by_region in sums.items()}
    share = [hit / rows if rows else 0.0 for hit, rows in zip(counts["rows_hit"], counts["rows"], strict=True)]
    arrays = {"region": pa.array(regions, pa.string())}
    for name, values in counts.items():
        arrays[name] = pa.array(values, pa.int64())
        if name == "rows_hit":
            arrays["share"] = pa.array(share, pa.float64())
    return pa.table(arrays)


def _summed(part: pa.Table) -> tuple[list[str], list[int]]:
    sums = part.group_by("region").aggregate([("count", "sum")])
    return sums.column("region").to_pylist(), sums.column("count_sum").to_pylist()


def _is(table: pa.Table, column: str, value: str) -> pa.ChunkedArray:
    return pc.equal(table.column(column), value)
