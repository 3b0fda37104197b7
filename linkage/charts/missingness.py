"""Which columns are empty, and in whose records."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.charts.theme import INK, SAME, altair, counted, finished, inline
from linkage.errors import UsageError

if TYPE_CHECKING:
    import altair as alt

_MOST_GROUPS: Final = 30
_ROW: Final = 22
_ALL: Final = "all records"
_UNKNOWN: Final = "(none)"


def missingness(table: pa.Table, *, columns: Sequence[str] | None = None, by: str = "") -> alt.LayerChart:
    """Return the share of empty cells of each column, the emptiest first; blank text counts as empty.

    Args:
        table: records; a nested column is empty where it is null.
        columns: names of those to show; None shows all but ``by``.
        by: a column of groups, such as the office that sent a record: a heat map with a column for each. Their names
            are shown, so it must not be one of residents' values.

    Raises:
        UsageError: no record, no such column, or more than 30 groups.
    """
    alt = altair()
    shown = [name for name in table.column_names if name != by] if columns is None else list(columns)
    if absent := [name for name in [*shown, *([by] if by else [])] if name not in table.column_names]:
        raise UsageError(f"the table has no column {absent[0]}")
    if not table.num_rows or not shown:
        raise UsageError("there is no record, or no column to look at")
    rows = _rows(table, shown, by)
    overall = {row["column"]: row["empty"] for row in rows if row["group"] == _ALL}
    names = sorted(shown, key=lambda name: (-overall[name], name))
    full = [name for name in names if overall[name] == 0.0]
    subtitle = f"{counted(table.num_rows)} records. " + (f"Nowhere empty: {_listed(full)}." if full else "")
    kept = [name for name in names if name not in full] or names
    rows = [row for row in rows if row["column"] in kept]
    if by:
        return finished(_heat_map(rows, kept, by), "Where cells are empty", subtitle)
    base = alt.Chart(inline(rows)).encode(
        y=alt.Y("column:N", sort=kept, axis=alt.Axis(title=None, ticks=False, domain=False, labelPadding=8))
    )
    x = alt.X("empty:Q", title="empty cells", axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1]))
    bars = base.mark_bar(height=_ROW - 8, color=SAME).encode(x=x)
    text = base.mark_text(align="left", dx=5, fontSize=11).encode(x=x, text=alt.Text("empty:Q", format=".1%"))
    chart = alt.layer(bars, text).properties(width=460, height=_ROW * len(kept))
    return finished(chart, "Which columns are empty", subtitle)


def _rows(table: pa.Table, columns: Sequence[str], by: str) -> list[dict[str, Any]]:
    empty = {name: _empty(table.column(name)) for name in columns}
    rows = [{"column": name, "group": _ALL, "empty": _share(cells)} for name, cells in empty.items()]
    if not by:
        return rows
    group = pc.fill_null(table.column(by).cast(pa.string()), _UNKNOWN)
    groups = sorted(pc.unique(group).to_pylist())
    if len(groups) > _MOST_GROUPS:
        raise UsageError(
            f"column {by} has {len(groups)} groups; a chart shows at most {_MOST_GROUPS}",
            remedy="Choose fewer records, or a wider group",
        )
    for name in groups:
        mine = pc.equal(group, name)
        rows += [
            {"column": column, "group": name, "empty": _share(cells.filter(mine))} for column, cells in empty.items()
        ]
    return rows


def _empty(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    kind = cells.type.value_type if pa.types.is_dictionary(cells.type) else cells.type
    null = pc.is_null(cells)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return null
    return pc.or_(null, pc.fill_null(pc.equal(pc.utf8_trim_whitespace(cells.cast(pa.string())), ""), False))


def _share(empty: pa.ChunkedArray) -> float:
    return round(float(pc.mean(empty.cast(pa.float64())).as_py()), 6)


def _told(share: float) -> str:
    """Return a share as it is read; a few are not none, and nearly all are not all."""
    if 0.0 < share < 0.005:
        return "< 1%"
    return "> 99%" if 0.995 <= share < 1.0 else f"{share:.0%}"


def _heat_map(rows: list[dict[str, Any]], columns: Sequence[str], by: str) -> Any:
    alt = altair()
    groups = [_ALL, *sorted({row["group"] for row in rows} - {_ALL})]
    base = alt.Chart(inline([{**row, "told": _told(row["empty"])} for row in rows])).encode(
        x=alt.X("group:N", sort=groups, axis=alt.Axis(
            title=by, orient="top", labelAngle=0 if len(groups) <= 8 else -40, ticks=False, domain=False)),
        y=alt.Y("column:N", sort=list(columns), axis=alt.Axis(title=None, ticks=False, domain=False, labelPadding=8)),
    )  # fmt: skip
    cells = base.mark_rect(stroke="white", strokeWidth=1.5).encode(
        color=alt.Color("empty:Q", legend=None, scale=alt.Scale(domain=[0, 1], range=["#F1F5F9", SAME]))
    )
    text = base.mark_text(fontSize=11).encode(
        text="told:N",
        color=alt.condition("datum.empty > 0.55", alt.value("white"), alt.value(INK)),
    )
    return alt.layer(cells, text).properties(
        width=max((74 if len(groups) <= 8 else 48) * len(groups), 160), height=_ROW * len(columns)
    )


def _listed(names: Sequence[str], most: int = 4) -> str:
    listed = ", ".join(sorted(names)[:most])
    return listed if len(names) <= most else f"{listed} and {len(names) - most} more"
