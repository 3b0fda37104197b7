"""What the tests of charts share: reading the rows back that a chart holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

Rows = list[dict[str, Any]]


def _data(spec: Any) -> Iterator[Rows]:
    if isinstance(spec, dict):
        if (
            "values" in spec
            and isinstance(spec["values"], list)
            and spec["values"]
            and isinstance(spec["values"][0], dict)
        ):
            yield spec["values"]
        for value in spec.values():
            yield from _data(value)
    elif isinstance(spec, list):
        for value in spec:
            yield from _data(value)


@pytest.fixture
def data_of() -> Callable[[Any], list[Rows]]:
    """All tables of rows of a chart, named or stored in place."""

    def read(chart: Any) -> list[Rows]:
        spec = chart.to_dict(validate=False)
        return [*spec.get("datasets", {}).values(), *_data({key: spec[key] for key in spec if key != "datasets"})]

    return read


@pytest.fixture
def rows_with(data_of: Callable[[Any], list[Rows]]) -> Callable[[Any, str], Rows]:
    """The first table of a chart whose rows have a column."""

    def read(chart: Any, name: str) -> Rows:
        return next(rows for rows in data_of(chart) if name in rows[0])

    return read


@pytest.fixture
def words_of() -> Callable[[Any], str]:
    """Title and subtitle of a chart as one text."""

    def read(chart: Any) -> str:
        title = chart.to_dict()["title"]
        return "\n".join([title["text"], *title["subtitle"]])

    return read
