"""The guide to proposing names the limits that the code has, and the comments that it writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkage.proposal import draft, propose, reading
from linkage.spec.linkage_spec import MOST_WEIGHTED
from tests.proposal.attributes import attribute
from tests.proposal.attributes import draft as drafted

GUIDE = " ".join((Path(__file__).resolve().parents[2] / "docs/guide/proposing.md").read_text(encoding="utf-8").split())

LIMITS = [
    f"{propose.FEWEST_PAIRS // 1_000_000} million, or {propose.PAIRS_A_RECORD} for each record",
    f"the first {reading.ROWS_LOOKED_AT:,} rows of a file",
    f"less than {draft._LEAST_FILLED:.0%}".replace("%", " %") + " of rows",
    f"more than {draft._MOST_ALIKE:.0%}".replace("%", " %"),
    f"{MOST_WEIGHTED} weighted comparisons",
]


@pytest.mark.parametrize("says", LIMITS)
def test_the_guide_names_the_limits_of_the_code(says):
    assert says in GUIDE


def test_the_guide_explains_the_comment_of_a_family():
    made = drafted(attribute("surname"), attribute("address"))
    (because,) = next(item.because for item in made.evidence if item.role == "family")
    assert f"`{because}`" in GUIDE
