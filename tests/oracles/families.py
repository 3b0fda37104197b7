"""Family evidence of one pair at a time, in plain Python: who is kin, who has a counterpart, who else would fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEAST = -10.0
NOBODY = (None, None, None, None, None)


@dataclass(frozen=True)
class Member:
    card: str = ""
    birth: int = 0


@dataclass(frozen=True)
class Found:
    """A surviving pair."""

    weight: float
    name: str = "equal"


Pairs = Mapping[frozenset[int], Found]


def family_evidence(x: int, y: int, people: Sequence[Member], pairs: Pairs) -> tuple[float | None, ...]:
    """Return the five answers for a pair, None where there is nobody to ask."""
    kin_x, kin_y = kin(x, y, people), kin(y, x, people)
    matched_x = sum(has_counterpart(member, x, y, people, pairs) for member in kin_x)
    matched_y = sum(has_counterpart(member, y, x, people, pairs) for member in kin_y)
    both = one = same_day = margin = own = None
    if kin_x and kin_y:
        both = min(matched_x, matched_y)
        one = min(len(kin_x) - matched_x, len(kin_y) - matched_y)
    if kin_x or kin_y:
        same_day = max(born_with(x, kin_x, people), born_with(y, kin_y, people))
    rivals = [(weigh(member, y, pairs), weigh(member, x, pairs)) for member in kin_x]
    rivals += [(weigh(member, x, pairs), weigh(member, y, pairs)) for member in kin_y]
    best = max(rivals, default=(LEAST, LEAST))
    if best[0] > LEAST:
        margin, own = weigh(x, y, pairs) - best[0], best[1]
    return both, one, same_day, margin, own


def family(record: int, people: Sequence[Member]) -> set[int]:
    card = people[record].card
    together = {other for other, member in enumerate(people) if card and member.card == card}
    return together if 2 <= len(together) <= 20 else set()


def kin(x: int, y: int, people: Sequence[Member]) -> set[int]:
    return family(x, people) - {x, y}


def has_counterpart(member: int, x: int, y: int, people: Sequence[Member], pairs: Pairs) -> bool:
    found = [pairs.get(frozenset({member, other})) for other in family(y, people) - {x, y, member}]
    return any(pair is not None and pair.weight > 0 and pair.name != "different" for pair in found)


def born_with(record: int, others: set[int], people: Sequence[Member]) -> int:
    birth = people[record].birth
    return sum(people[other].birth == birth and birth % 100 > 0 for other in others)


def weigh(one: int, other: int, pairs: Pairs) -> float:
    found = pairs.get(frozenset({one, other}))
    return LEAST if found is None else max(found.weight, LEAST)
