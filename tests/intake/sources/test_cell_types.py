"""Values of any types as columns: the same text, type and digest however the rows are cut."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pyarrow.parquet
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.sources.cell_types import column_of
from linkage.intake.sources.spool import spool_rows

KINDS: dict[str, st.SearchStrategy[object]] = {
    "text": st.text(st.characters(codec="utf-8"), max_size=5),
    "integer": st.integers(-(10**19), 10**19),
    "float": st.integers(-(10**6), 10**6).map(lambda number: number / 4),
    "decimal": st.decimals(-(10**12), 10**12, allow_nan=False, places=3),
    "boolean": st.booleans(),
    "date": st.dates(date(1000, 1, 1)) | st.datetimes(datetime(1000, 1, 1)),
}


def written(value: object) -> str | None:
    """What a value says as text, the slow way."""
    match value:
        case None:
            return None
        case bool():
            return str(value).lower()
        case datetime():
            return value.date().isoformat()
        case date():
            return value.isoformat()
        case int() | float() | Decimal():
            digits = f"{Decimal(value):f}"
            digits = digits.rstrip("0").rstrip(".") if "." in digits else digits
            digits = "0" if digits == "-0" else digits
            return f"{digits}.0" if "." not in digits and len(digits.lstrip("-")) >= 10 else digits
    return str(value)


@st.composite
def columns(draw: st.DrawFn) -> list[object]:
    """Up to 12 values of one or several types, some of them missing."""
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=3, unique=True))
    cell = st.one_of(st.none(), *(KINDS[kind] for kind in kinds))
    return draw(st.lists(cell, min_size=1, max_size=12))


def kind_of(value: object) -> str:
    name = type(value).__name__
    return {"datetime": "date", "int": "number", "Decimal": "number"}.get(name, name)


@given(columns(), st.integers(1, 12))
@example([Decimal("0.000"), 0], 1)
@example([Decimal("0.5"), 10**19, -1], 1)
def test_a_column_says_the_same_however_its_rows_are_held(values: list[object], size: int) -> None:
    rows = [(value,) for value in values]
    cut = spool_rows(["a"], rows, limits=Limits(batch_rows=size), where="test")
    whole = spool_rows(["a"], rows, limits=Limits(), where="test")
    assert (cut.sha256, cut.bytes, cut.rows) == (whole.sha256, whole.bytes, len(values))
    (column,) = pyarrow.parquet.read_table(cut.path).columns
    (same,) = pyarrow.parquet.read_table(whole.path).columns
    assert column.type == same.type
    assert column.to_pylist() == same.to_pylist()
    if len({kind_of(value) for value in values if value is not None}) > 1:
        assert column.to_pylist() == [written(value) for value in values]
    else:
        assert [written(value) for value in column.to_pylist()] == [written(value) for value in values]


@pytest.mark.parametrize("value", [Decimal("NaN"), Decimal("Infinity")])
def test_a_decimal_that_is_no_number_is_missing(value: Decimal) -> None:
    assert column_of([value, Decimal("1.5")], column="a", where="test").to_pylist() == [None, Decimal("1.5")]
    assert column_of([value], column="a", where="test").to_pylist() == [None]


def test_a_number_with_more_digits_than_any_type_has_is_text() -> None:
    long = Decimal("9" * 80)
    assert column_of([long], column="a", where="test").to_pylist() == ["9" * 80 + ".0"]


@pytest.mark.parametrize("value", [b"x", bytearray(b"x"), memoryview(b"x")])
def test_bytes_are_refused(value: object) -> None:
    with pytest.raises(InputDataError, match="column foto2 holds bytes") as caught:
        column_of(["x", value], column="foto2", where="test")
    assert caught.value.code == "COLUMN_TYPE"
