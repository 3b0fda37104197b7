"""Registers that several test modules look at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linkage.synthetic import Register, RegisterPlan, make_register, write_register

Rows = list[dict[str, Any]]


@pytest.fixture(scope="session")
def hard() -> Register:
    """Five thousand records of the hard preset."""
    return make_register(RegisterPlan(5_000, 5, 11, preset="hard"))


@pytest.fixture(scope="session")
def usual() -> Register:
    """Twenty thousand records of the default preset."""
    return make_register(RegisterPlan(20_000, 5, 3))


@pytest.fixture(scope="session")
def rows() -> Callable[[Register], Rows]:
    """Records and truth of a register as one row each; truth wins where a name stands in both."""

    def joined(register: Register) -> Rows:
        pairs = zip(register.records.to_pylist(), register.truth.to_pylist(), strict=True)
        return [record | truth for record, truth in pairs]

    return joined


@pytest.fixture(scope="session")
def folder(hard: Register, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The hard register written to files."""
    out = tmp_path_factory.mktemp("register")
    write_register(hard, out)
    return out
