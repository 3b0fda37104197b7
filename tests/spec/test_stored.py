"""A spec comes back from a manifest as it went in, or not at all."""

from __future__ import annotations

import json

import pytest

from linkage.errors import SpecError
from linkage.spec import load_builtin_spec, parse_spec, spec_from_dict
from tests.spec.small_spec import SMALL


def test_the_built_in_spec_is_valid_and_round_trips_through_json():
    spec = load_builtin_spec()
    stored = json.loads(json.dumps(spec.to_dict()))
    assert spec_from_dict(stored) == spec
    assert spec_from_dict(stored).digest() == spec.digest()


@pytest.mark.parametrize("damage", [{}, {"fields": 3}, {"comparisons": [{}]}, {"rules": [{"keys": None}]}])
def test_a_damaged_stored_spec_is_refused(damage):
    stored = parse_spec(SMALL).to_dict() | damage if damage else {}
    with pytest.raises(SpecError):
        spec_from_dict(stored)
