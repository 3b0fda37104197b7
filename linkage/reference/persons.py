"""Which records are one person: only what people approved, the newer word before the older.

Two records are one person because a decision said so of this pair; of two words on a pair the newer counts. Whom the
last word calls different are never one person: where a chain would join them (A is B, B is C, A is not C), of the words
"the same" the newer are honoured first and one that closes the chain is left out. So the persons follow from the
decisions that hold and from nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linkage.reference.decisions import Decided, Holding, Pair
from linkage.review.resolution import PersonOut, pairs_of


@dataclass(frozen=True)
class Group:
    """Records that are one person by decision. ``record_ids``: sorted, two or more, or one that a decision told apart.

    ``by``: the decisions that say something of one of the records, newest first, each with what it says of the person.
    """

    record_ids: tuple[str, ...]
    by: tuple[tuple[Decided, PersonOut], ...]

    @property
    def decided(self) -> Decided:
        """The newest decision about the person."""
        return self.by[0][0]

    def told_of(self, record: str) -> Decided:
        """Return the newest decision that joined a record to others, else the newest that is about it."""
        told = [(decided, person) for decided, person in self.by if record in person.record_ids]
        return next((decided for decided, person in told if len(person.record_ids) > 1), told[0][0])

    def confirmed_with(self, record: str, confirmed: frozenset[int]) -> frozenset[str]:
        """Return the records that confirmed decisions alone, by their cases, make one person with a record."""
        parts = [set(person.record_ids) for decided, person in self.by if decided.case in confirmed]
        kin = {record}
        while met := [part for part in parts if not kin.isdisjoint(part) and not part <= kin]:
            kin = kin.union(*met)
        return frozenset(kin)


def groups(held: Holding) -> tuple[Group, ...]:
    """Return the persons that decisions tell of, by first record; every other record is a person alone."""
    told = _told(held)
    union = _Apart()
    for pair, (_, same) in told.items():
        if not same:
            union.keep_apart(*pair)
    for pair, (_, same) in sorted(told.items(), key=lambda item: (-item[1][0], item[0])):
        if same:
            union.join(*pair)
    said = dict(_said(held))
    parts: dict[str, list[str]] = {}
    for record in sorted(said):
        parts.setdefault(union.root(record), []).append(record)
    return tuple(
        Group(tuple(records), _newest_first([item for record in records for item in said[record]]))
        for records in parts.values()
    )


def _told(held: Holding) -> Mapping[Pair, tuple[int, bool]]:
    """Return of each pair the newest word: its number, and whether they are one person."""
    words = [(one.effect, (left, right), same) for one in held.decisions for left, right, same in pairs_of(one.persons)]
    words += [(number, pair, False) for number, pair in held.different]
    return {pair: (number, same) for number, pair, same in sorted(words)}


def _said(held: Holding) -> Iterator[tuple[str, list[tuple[Decided, PersonOut]]]]:
    """Yield every record that a decision is about, and what decisions say of its person."""
    said: dict[str, list[tuple[Decided, PersonOut]]] = {}
    for one in held.decisions:
        for person in one.persons:
            for record in person.record_ids:
                said.setdefault(record, []).append((one, person))
    yield from said.items()


def _newest_first(said: list[tuple[Decided, PersonOut]]) -> tuple[tuple[Decided, PersonOut], ...]:
    once = {(one.effect, person.record_ids): (one, person) for one, person in said}
    return tuple(once[key] for key in sorted(once, key=lambda key: (-key[0], key[1])))


class _Apart:
    """Sets of records that are joined unless two of their members are to be kept apart."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._apart: dict[str, set[str]] = {}
        self._members: dict[str, set[str]] = {}

    def root(self, record: str) -> str:
        found = record
        while (above := self._parent.get(found, found)) != found:
            found = above
        return found

    def keep_apart(self, left: str, right: str) -> None:
        self._apart.setdefault(left, set()).add(right)
        self._apart.setdefault(right, set()).add(left)

    def join(self, left: str, right: str) -> None:
        one, other = sorted((self.root(left), self.root(right)))
        mine, theirs = self._members.get(one, {one}), self._members.get(other, {other})
        if one == other or any(not theirs.isdisjoint(self._apart.get(record, ())) for record in mine):
            return
        self._parent[other] = one
        self._members[one] = mine | theirs
