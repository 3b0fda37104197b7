"""The rows of usulan."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from linkage.reference.asking import usulan_of
from linkage.reference.decisions import holding
from linkage.reference.persons import groups
from linkage.reference.store import Reference
from linkage.reference.tables import USULAN, USULAN_SCHEMA
from linkage.reference.usulan import Action, Status, usulan_counts, usulan_of_table, usulan_table
from tests.oracles.decided import decided, person, sent

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def reference(tmp_path: Path) -> Reference:
    """A reference with three usulan: of Bandung, of Semarang, and of the centre."""
    reference = Reference(tmp_path / "reference", b"k" * 32)
    decision = decided(1, person("A", "B", "C", "D", keeps="A"))
    records = {
        "A": sent(1, status_ktpel="CARD_ISSUED"),
        "B": sent(2),
        "C": sent(3, region="3374"),
        "D": sent(4, region="3374", status_ktpel="CARD_ISSUED"),
    }
    rows = usulan_of([decision], groups(holding([decision])), records, None)
    reference.commit(1, "publication", {USULAN: rows}, now=NOON, run_id="r", night=1, last_person=4, counts={})
    return reference


def test_rows_are_the_same_after_they_were_a_table(reference: Reference) -> None:
    table = reference.read(USULAN)
    assert table is not None
    rows = usulan_of_table(table)
    assert usulan_of_table(usulan_table(rows)) == rows
    assert usulan_table(rows).column_names == [*USULAN_SCHEMA.names, "change"]


@pytest.mark.parametrize(
    ("region", "counts"),
    [
        ("", {Action.PENGHAPUSAN_REKAMAN_GANDA: 1, Action.PENONAKTIFAN: 2}),
        ("33", {Action.PENONAKTIFAN: 1}),
        ("3273", {Action.PENONAKTIFAN: 1}),
        ("3204", {}),
    ],
)
def test_an_office_counts_what_stands_how_in_its_region(
    reference: Reference, region: str, counts: dict[Action, int]
) -> None:
    assert usulan_counts(reference, region) == {(action, Status.DIUSULKAN): number for action, number in counts.items()}


def test_before_the_first_publication_there_is_nothing_to_count(tmp_path: Path) -> None:
    assert usulan_counts(Reference(tmp_path, b"k" * 32)) == {}
