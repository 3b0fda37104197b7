"""How much of the truth was published: duplicates that are one person now, and people joined who are not one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.nights.house import House
from benchmarks.nights.identities import Identities
from linkage.reference.tables import MEMBERSHIP


@dataclass(frozen=True)
class Published:
    """Of the records that offices have as active ones: ``removed`` true duplicates (records beside the first of their
    person), of ``there``; ``false``: records published as a person who is another; pairs likewise. ``waiting``:
    duplicates whose records stand together in a case that is still open."""

    records: int
    persons: int
    there: int
    removed: int
    false: int
    right_pairs: int
    wrong_pairs: int
    true_pairs: int
    waiting: int

    def line(self) -> str:
        """Return it in words."""
        precision = self.right_pairs / max(self.right_pairs + self.wrong_pairs, 1)
        recall = self.right_pairs / max(self.true_pairs, 1)
        found = (self.removed + self.waiting) / max(self.there, 1)
        return (
            f"{self.records:,} records are published as {self.persons:,} persons. True duplicates: {self.there:,}, "
            f"removed {self.removed:,}, waiting in open cases {self.waiting:,} (together {found:.1%}); "
            f"false ones published: {self.false:,}. Pairs published as one person: precision {precision:.4f}, "
            f"recall {recall:.4f} of all there are."
        )


def published(house: House, identities: Identities) -> Published:
    """Return the figures of a house as it stands."""
    members = house.reference.read(MEMBERSHIP)
    assert members is not None
    active = members.filter(members["active"])
    person_of = dict(zip(active["record_id"].to_pylist(), active["person_id"].to_pylist(), strict=True))
    true_of = identities.person
    groups: dict[str, Counter[str]] = defaultdict(Counter)
    for record, person in person_of.items():
        groups[person][true_of[record]] += 1
    standing = Counter(true_of[f"R{number:012}"] for number in identities.active.nonzero()[0].tolist())
    several = [group for group in groups.values() if group.total() > 1]
    right = sum(_pairs(count) for group in several for count in group.values())
    return Published(
        records=len(person_of),
        persons=len(groups),
        there=sum(count - 1 for count in standing.values()),
        removed=sum(count - 1 for group in several for count in group.values()),
        false=sum(len(group) - 1 for group in several),
        right_pairs=right,
        wrong_pairs=sum(_pairs(group.total()) for group in several) - right,
        true_pairs=sum(map(_pairs, standing.values())),
        waiting=_waiting(house, true_of, person_of),
    )


def _waiting(house: House, true_of: Mapping[str, str], person_of: Mapping[str, str]) -> int:
    """Return how many true duplicates more there would be removed if all open cases were decided by the truth."""
    with house.queue() as queue:
        records = queue.open_records()
    persons: dict[str, set[str]] = defaultdict(set)
    for record in records:
        persons[true_of[record]].add(person_of.get(record, record))
    return sum(len(found) - 1 for found in persons.values())


def _pairs(count: int) -> int:
    return count * (count - 1) // 2
