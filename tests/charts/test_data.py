"""Charts of the data and of blocking count what is there."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from linkage.blocking.plan import Estimate
from linkage.charts import blocking_cost, missingness
from linkage.errors import UsageError
from tests.charts.gallery import TABLE, rule

Rows = Callable[[Any, str], list[dict[str, Any]]]


def test_null_and_blank_cells_are_empty_and_full_columns_are_named_apart(
    rows_with: Rows, words_of: Callable[[Any], str]
) -> None:
    chart = missingness(TABLE, columns=["nik", "nama", "born"])
    rows = rows_with(chart, "empty")
    assert [(row["column"], row["empty"]) for row in rows] == [("nik", 0.75), ("born", 0.25)]
    assert "Nowhere empty: nama." in words_of(chart)


def test_codes_of_a_dictionary_are_read_as_their_texts(rows_with: Rows) -> None:
    coded = pa.table({"nik": TABLE.column("nik").dictionary_encode()})
    assert [row["empty"] for row in rows_with(missingness(coded), "empty")] == [0.75]


def test_each_group_has_its_own_share_beside_that_of_all(rows_with: Rows) -> None:
    rows = rows_with(missingness(TABLE, by="office"), "empty")
    assert {(row["group"], row["empty"]) for row in rows if row["column"] == "nik"} == {
        ("all records", 0.75), ("n", 0.5), ("s", 1.0),
    }  # fmt: skip


@pytest.mark.parametrize(("empty", "told"), [(0, "0%"), (1, "< 1%"), (999, "> 99%"), (1_000, "100%"), (500, "50%")])
def test_a_few_empty_cells_are_not_called_none(empty: int, told: str, rows_with: Rows) -> None:
    one = pa.table({"a": [None] * empty + ["x"] * (1_000 - empty), "b": [""] * 1_000, "g": ["g"] * 1_000})
    rows = rows_with(missingness(one, by="g"), "told")
    assert {row["told"] for row in rows if row["column"] == "a"} == ({told} if empty else set())


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (lambda: missingness(TABLE, columns=["shoe"]), "no column shoe"),
        (lambda: missingness(TABLE, by="shoe"), "no column shoe"),
        (lambda: missingness(TABLE.slice(0, 0)), "no record"),
        (lambda: missingness(pa.table({"a": ["x"] * 31, "g": [str(n) for n in range(31)]}), by="g"), "31 groups"),
    ],
)
def test_what_cannot_be_shown_is_refused(wrong: Callable[[], Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        wrong()


def test_rules_stand_in_their_order_with_pairs_and_gains(rows_with: Rows, words_of: Callable[[Any], str]) -> None:
    gains = [Estimate(0, 0, 0), Estimate(25, 20, 30)]
    chart = blocking_cost([rule("nik", 40, 0), rule("card", 2_000_000, 800, 7)], gains)
    rows = rows_with(chart, "rule")
    assert [(row["rule"], row["compared"], row["alone"], row["agreeing"]) for row in rows] == [
        ("nik", 40, 0, 0), ("card", 2_000_000, 800, 25),
    ]  # fmt: skip
    assert rows[1]["label"] == "2.00 million  (7 cut)"
    assert "2.00 million pairs are compared in all" in words_of(chart)
    assert "25 likely matches hang on a single rule" in words_of(chart)


def test_every_rule_needs_its_gain() -> None:
    with pytest.raises(UsageError):
        blocking_cost([rule("nik", 40, 0)], [])
    with pytest.raises(UsageError):
        blocking_cost([], [])
