"""The specs that ship with the package are found by name."""

from __future__ import annotations

import pytest

from linkage.errors import SpecError
from linkage.spec import load_builtin_spec


def test_an_unknown_built_in_spec_is_refused():
    with pytest.raises(SpecError, match="no built-in spec is called 'nobody'"):
        load_builtin_spec("nobody")
