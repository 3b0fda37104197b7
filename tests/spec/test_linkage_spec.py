"""A spec is a frozen value, stamped by the digest of all its parts."""

from __future__ import annotations

import dataclasses
import re

import pytest

from linkage.spec import parse_spec
from tests.spec.small_spec import SMALL, written


def test_a_spec_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        parse_spec(SMALL).link_threshold = 0.1


def test_the_digest_changes_with_every_part_and_with_nothing_else():
    spec = parse_spec(SMALL)
    assert spec.digest() == parse_spec("# a comment\n" + SMALL).digest()
    assert re.fullmatch(r"[0-9a-f]{64}", spec.digest())
    others = [
        written(('name = "members"', 'name = "others"')),
        written(("link_threshold = 0.6", "link_threshold = 0.7")),
        written(("cap = 100", "cap = 101")),
        written(("m = [0.8, 0.1, 0.1]", "m = [0.7, 0.2, 0.1]")),
        written(('refine = ["town"]', "")),
        written(("required = true", "required = false")),
        written(("newest = 7605", "newest = 7604")),
    ]
    digests = {parse_spec(text).digest() for text in others} | {spec.digest()}
    assert len(digests) == len(others) + 1
