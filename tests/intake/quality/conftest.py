"""Reading a few rows and asking what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest

from linkage.intake import Intake, read_inputs
from linkage.spec import LinkageSpec, load_builtin_spec

LATEST_YEAR = 2026

Row = Mapping[str, str | None]


@pytest.fixture(scope="session")
def spec() -> LinkageSpec:
    """The residents spec that ships with the package."""
    return load_builtin_spec("residents")


@pytest.fixture(scope="session")
def read(spec: LinkageSpec) -> Callable[..., Intake]:
    """Read rows that name some fields as one table; a row without ``nama`` gets one."""

    def _read(rows: Sequence[Row], *, latest_year: int = LATEST_YEAR, of: LinkageSpec = spec) -> Intake:
        names = list(dict.fromkeys(name for row in rows for name in row))
        full = [{"nama": "BUDI SANTOSO", **row} for row in rows] if "nama" in of.field_names else list(rows)
        columns = ["nama", *(name for name in names if name != "nama")] if "nama" in of.field_names else names
        table = pa.table({name: pa.array([row.get(name) for row in full], pa.string()) for name in columns})
        return read_inputs([table], of, latest_year=latest_year)

    return _read


@pytest.fixture(scope="session")
def counts(read: Callable[..., Intake]) -> Callable[..., dict[tuple[str, str], int]]:
    """Return the counts by (field, code) of rows, without totals."""

    def _counts(rows: Sequence[Row], **options: Any) -> dict[tuple[str, str], int]:
        found: dict[tuple[str, str], int] = {}
        for row in read(rows, **options).quality.to_pylist():
            if not row["code"].startswith("ROWS_"):
                key = (row["field"], row["code"])
                found[key] = found.get(key, 0) + row["count"]
        return found

    return _counts
