"""The guide to change sets says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkage.publishing.answers import REASONS
from linkage.reference.alias_feed import ALIAS_FEED
from linkage.reference.usulan import Action, Note, Status


@pytest.fixture
def tables() -> dict[str, list[str]]:
    """What stands first in the rows of each table, by the heading of its first column."""
    page = Path(__file__).parents[2] / "docs/guide/change-sets.md"
    found: dict[str, list[str]] = {}
    heading = ""
    for line in page.read_text(encoding="utf-8").splitlines():
        first = re.match(r"\| (`?)(\w+)`? ", line)
        if first is None:
            continue
        if first[1]:
            found[heading].append(first[2])
        else:
            heading = first[2]
            found[heading] = []
    return found


@pytest.mark.parametrize(
    ("heading", "codes"),
    [
        ("action", [action.value for action in Action]),
        ("status", [status.value for status in Status]),
        ("note", [note.value for note in Note]),
        ("code", list(REASONS)),
        ("column", ALIAS_FEED.names),
    ],
)
def test_every_code_is_explained_once(tables: dict[str, list[str]], heading: str, codes: list[str]) -> None:
    assert tables[heading] == codes
