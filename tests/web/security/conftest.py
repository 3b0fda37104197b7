"""One house for each file of tests: its people are signed in once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.security.house import House, open_house


@pytest.fixture(scope="module")
def house(sqlite_staffed: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A page with everybody who may stand at it."""
    with open_house(sqlite_staffed, tmp_path_factory.mktemp("house")) as opened:
        yield opened
