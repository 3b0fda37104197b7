"""A spec of three fields that frames are read by."""

from __future__ import annotations

import pytest

from linkage.spec import LinkageSpec, parse_spec
from tests.interop.people import TEXT


@pytest.fixture(scope="session")
def spec() -> LinkageSpec:
    """Names, birth dates and card numbers; nothing is required."""
    return parse_spec(TEXT)
