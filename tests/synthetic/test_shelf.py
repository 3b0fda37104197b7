"""Whatever a shelf lies in, it gives back what was put there."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError, OutputError
from linkage.synthetic.shelf import Shelf

SCHEMA = pa.schema([pa.field("text", pa.string(), metadata={"a": "b"}), ("number", pa.int32())])
PUTS = st.lists(
    st.tuples(
        st.sampled_from(["records", "truth"]),
        st.lists(st.tuples(st.integers(-2, 4), st.none() | st.text("ABé ", max_size=4)), max_size=12),
    ),
    max_size=6,
)


def a_table(texts: list[str | None], first: int = 0) -> pa.Table:
    return pa.table([pa.array(texts, pa.string()), np.arange(first, first + len(texts), dtype=np.int32)], schema=SCHEMA)


def numbers(*keys: int) -> np.ndarray:
    return np.array(keys, np.int64)


@pytest.fixture(params=["memory", "disk"])
def new_shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Shelf]]:
    """Open a shelf in memory, or on disk."""
    yield lambda: Shelf(None if request.param == "memory" else tmp_path / "shelf")
    assert list(tmp_path.iterdir()) == []


@given(PUTS)
def test_a_key_has_its_rows_in_the_order_in_which_they_came(puts: list) -> None:
    expected: dict[tuple[str, int], list[tuple[str | None, int]]] = {}
    with tempfile.TemporaryDirectory() as home, Shelf(None) as memory, Shelf(Path(home) / "shelf") as disk:
        for at, (name, rows) in enumerate(puts):
            table = a_table([text for _, text in rows], at * 100)
            for shelf in (memory, disk):
                shelf.put(name, table, numbers(*(key for key, _ in rows)))
            for place, (key, text) in enumerate(rows):
                expected.setdefault((name, key), []).append((text, at * 100 + place))
        for shelf in (memory, disk):
            for name in ("records", "truth", "never"):
                assert shelf.keys(name).dtype == np.int64
                assert shelf.keys(name).tolist() == sorted(key for other, key in expected if other == name)
                for key in range(-3, 6):
                    table = shelf.take(name, key)
                    rows = None if table is None else [(row["text"], row["number"]) for row in table.to_pylist()]
                    assert rows == expected.get((name, key))
                    assert table is None or table.schema.equals(SCHEMA, check_metadata=True)


def test_rows_may_be_taken_again_and_put_after_taking(new_shelf: Callable[[], Shelf]) -> None:
    with new_shelf() as shelf:
        shelf.put("records", a_table(["A", "B"]), numbers(2, 1))
        assert shelf.take("records", 2).equals(shelf.take("records", 2))
        shelf.put("records", a_table(["C"]), numbers(2))
        assert shelf.take("records", 2)["text"].to_pylist() == ["A", "C"]
        assert shelf.take("records", 3) is None


def test_no_rows_at_all_are_fine(new_shelf: Callable[[], Shelf]) -> None:
    with new_shelf() as shelf:
        shelf.put("records", a_table([]), numbers())
        assert shelf.take("records", 0) is None
        assert shelf.keys("records").tolist() == []


@pytest.mark.parametrize("keys", [(1, 1, 1, 2), (1, 2, 2, 2), (2, 1, 2, 1), (1, 1, 1, 1)])
def test_tables_in_many_chunks_come_back_whole(new_shelf: Callable[[], Shelf], keys: tuple[int, ...]) -> None:
    parts = [a_table(["A", "B"]), a_table([]), a_table(["C"], 2), a_table(["X", "D"], 2).slice(1)]
    with new_shelf() as shelf:
        shelf.put("records", pa.concat_tables(parts), numbers(*keys))
        for key in set(keys):
            rows = [{"text": "ABCD"[at], "number": at} for at, other in enumerate(keys) if other == key]
            assert shelf.take("records", key).to_pylist() == rows


@pytest.mark.parametrize(
    "table",
    [
        pa.table({"text": ["A"]}),
        pa.table({"text": ["A"], "number": pa.array([1], pa.int64())}),
        pa.table({"text": pa.array([], pa.string())}),
    ],
)
def test_other_columns_under_a_name_are_refused(new_shelf: Callable[[], Shelf], table: pa.Table) -> None:
    with new_shelf() as shelf:
        shelf.put("records", a_table(["A"]), numbers(1))
        with pytest.raises(InvariantError, match="columns"):
            shelf.put("records", table, np.zeros(table.num_rows, np.int64))
        shelf.put("truth", table, np.zeros(table.num_rows, np.int64))
        assert shelf.take("records", 1).num_rows == 1


def test_every_row_needs_one_key(new_shelf: Callable[[], Shelf]) -> None:
    with new_shelf() as shelf, pytest.raises(InvariantError, match="2 keys for 1 rows"):
        shelf.put("records", a_table(["A"]), numbers(1, 2))


def test_a_closed_shelf_is_empty_of_use(new_shelf: Callable[[], Shelf]) -> None:
    shelf = new_shelf()
    shelf.put("records", a_table(["A"]), numbers(1))
    shelf.close()
    shelf.close()
    for use in (
        lambda: shelf.take("records", 1),
        lambda: shelf.keys("records"),
        lambda: shelf.put("records", a_table([]), numbers()),
    ):
        with pytest.raises(InvariantError, match="closed"):
            use()


def test_nothing_is_left_on_disk_when_the_work_breaks_off(tmp_path: Path) -> None:
    home = tmp_path / "shelf"

    def work() -> None:
        with Shelf(home) as shelf:
            shelf.put("records", a_table(["A", "B"]), numbers(1, 2))
            shelf.put("records", a_table(["C"]), numbers(1))
            assert sorted(path.name for path in home.iterdir()) == ["000000.arrow", "000001.arrow"]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        work()
    assert not home.exists()


def test_a_folder_that_was_there_before_stays(tmp_path: Path) -> None:
    with Shelf(tmp_path) as shelf:
        shelf.put("records", a_table(["A"]), numbers(1))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("")
    with pytest.raises(OutputError, match="not empty"):
        Shelf(tmp_path)
    with pytest.raises(OutputError):
        Shelf(tmp_path / "other.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["other.txt"]


def test_a_file_that_cannot_be_written_or_read_is_told_and_the_rest_removed(tmp_path: Path) -> None:
    home = tmp_path / "shelf"
    with Shelf(home) as shelf:
        shelf.put("records", a_table(["A"]), numbers(1))
        (home / "000000.arrow").unlink()
        with pytest.raises(OutputError, match="shelf"):
            shelf.take("records", 1)
        home.rmdir()
        with pytest.raises(OutputError, match="shelf"):
            shelf.put("records", a_table(["B"]), numbers(2))
        assert shelf.keys("records").tolist() == [1]
    assert not home.exists()


def test_one_file_is_open_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[pa.OSFile] = []
    real = pa.OSFile

    def watched(path: str, mode: str) -> pa.OSFile:
        assert all(file.closed for file in opened)
        opened.append(real(path, mode))
        return opened[-1]

    monkeypatch.setattr(pa, "OSFile", watched)
    with Shelf(tmp_path / "shelf") as shelf:
        for number in range(30):
            shelf.put("records", a_table(["A"]), numbers(number % 3))
        assert shelf.take("records", 1).num_rows == 10
    assert len(opened) == 40
    assert all(file.closed for file in opened)
