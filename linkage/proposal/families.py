"""Evidence that people of one house share goes into one comparison, so that it does not count several times.

A model of this kind takes its comparisons as independent. What a house shares is not: whoever has the same street and
number mostly has the same surname, the same parents and the same village. Counted apart they make a family one person.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Final

from linkage.proposal.columns.roles import PARENTS
from linkage.proposal.evidence import Evidence, as_m, joined_area
from linkage.proposal.names import free_name
from linkage.spec import Alternatives, ComparisonSpec, LevelSpec

_AREA: Final = ("place", "postcode", "region")
_HOUSE: Final = ("street", "address")
_MOST_PARTS: Final = 5
"""A combined comparison holds no more."""

_SHARES: Final = {
    "parents_and_house": 6.0, "name_and_house": 6.0, "parents_and_area": 3.0, "parents": 3.0,
    "one_parent_and_house": 1.5, "house": 1.0, "name_and_street": 0.5, "one_parent": 1.5, "name_and_area": 2.0,
    "surname": 2.5, "surname_alike": 1.0, "street": 0.3, "area": 0.7,
}  # fmt: skip
_SHARE_OF_DIFFERENT: Final = 2.5
"""How often two records of one person stand at each level, as rough shares: people move, and marry."""

State = tuple[str, tuple[str, ...]]


def with_family(evidence: Sequence[Evidence], taken: Collection[str]) -> tuple[Evidence, ...]:
    """Return the evidence with what a house shares in one combined comparison, called ``family`` unless that is taken.

    That is the surname, the parents, the address and the area it lies in, where there are parents, or a surname and an
    address. Otherwise, and beyond what a combination can hold, areas are one comparison of their own.
    """
    united = _with_one_area(evidence, taken)
    own = [item for item in united if item.compared]
    parents = [item for item in own if item.about in PARENTS and item.role in ("parent_name", "identifier")]
    parents = _one_each(parents)
    surname = next((item for item in own if item.role == "surname" and not item.about), None)
    house = next((item for item in own if item.role in _HOUSE and not item.about), None)
    if not parents and (surname is None or house is None):
        return united
    number = (
        next((item for item in own if item.role == "house_number"), None) if house and house.role == "street" else None
    )
    area = next((item for item in own if item.role == "area" or (item.role in _AREA and not item.about)), None)
    members = [*parents, *(item for item in (surname, house, number, area) if item is not None)][:_MOST_PARTS]
    if len(members) < 2:
        return united
    home = _Home(
        surname=_part(surname, members),
        parents=tuple(part for item in parents if (part := _part(item, members)) is not None),
        house=tuple(part for item in (house, number) if (part := _part(item, members)) is not None),
        area=_part(area, members),
    )
    levels = home.levels()
    shares = [*(_SHARES[label] for label, _ in levels), _SHARE_OF_DIFFERENT]
    combined = ComparisonSpec(
        free_name("family", taken),
        tuple(LevelSpec(label, when=when) for label, when in levels),
        combine=tuple(part.name for part in home.parts()),
        m=as_m(shares),
    )
    because = "people of one house share these, so they count once, together"
    family = Evidence((), (*home.parts(), combined), (), (because,), "family")
    apart = {id(item) for item in (*members, *_others(own, members))}
    return (*(replace(item, compared=()) if id(item) in apart else item for item in united), family)


@dataclass(frozen=True)
class _Home:
    """What two records of one house agree on, each a part of the combination; None or empty where a file lacks it."""

    surname: ComparisonSpec | None
    parents: tuple[ComparisonSpec, ...]
    house: tuple[ComparisonSpec, ...]
    area: ComparisonSpec | None

    def parts(self) -> tuple[ComparisonSpec, ...]:
        """Return the parts in the order of the combination."""
        ends = [part for part in (self.surname, self.area) if part is not None]
        return (*self.parents, *self.house, *ends)

    def levels(self) -> list[tuple[str, Alternatives]]:
        """Return the levels, what is rarest among strangers first."""
        parents = tuple(_agrees(part) for part in self.parents)
        house = tuple(_agrees(part) for part in self.house)
        name = () if self.surname is None else (_agrees(self.surname),)
        area = () if self.area is None else (_agrees(self.area),)
        found: list[tuple[str, Alternatives]] = []

        def add(label: str, *alternatives: tuple[State, ...]) -> None:
            if all(alternatives) and alternatives:
                found.append((label, alternatives))

        if parents and house:
            add("parents_and_house", (*parents, *house))
        if name and house:
            add("name_and_house", (*name, *house))
        if parents and area:
            add("parents_and_area", (*parents, *area))
        add("parents", parents)
        if len(parents) > 1 and house:
            add("one_parent_and_house", *((parent, *house) for parent in parents))
        add("house", house)
        if name and len(house) > 1:
            add("name_and_street", (*name, house[0]))
        if len(parents) > 1:
            add("one_parent", *((parent,) for parent in parents))
        if name and area:
            add("name_and_area", (*name, *area))
        if self.surname is not None:
            add("surname", ((self.surname.name, (self.surname.levels[0].name,)),))
            if alike := tuple(level.name for level in self.surname.levels[1:]):
                add("surname_alike", ((self.surname.name, alike),))
        if len(house) > 1:
            add("street", (house[0],))
        add("area", area)
        return found


def _agrees(part: ComparisonSpec) -> State:
    """Return that the part agrees, small slips allowed."""
    return (part.name, tuple(level.name for level in part.levels[:2]))


def _part(item: Evidence | None, members: Sequence[Evidence]) -> ComparisonSpec | None:
    if item is None or not any(item is member for member in members):
        return None
    return replace(item.compared[-1], part=True, term_frequency=False, m=())


def _one_each(parents: Sequence[Evidence]) -> list[Evidence]:
    """Return one column for each parent, a name before a number, at most two."""
    best: dict[str, Evidence] = {}
    for item in sorted(parents, key=lambda item: item.role != "parent_name"):
        best.setdefault(item.about, item)
    return list(best.values())[:2]


def _others(own: Sequence[Evidence], members: Sequence[Evidence]) -> list[Evidence]:
    """Return what says again what a member says: further columns of a parent, of the house, of its area."""
    taken = {item.about for item in members if item.about in PARENTS}
    return [
        item
        for item in own
        if (item.about in taken and item.role in ("parent_name", "identifier"))
        or (not item.about and item.role in (*_HOUSE, "house_number") and not any(item is one for one in members))
    ]


def _with_one_area(evidence: Sequence[Evidence], taken: Collection[str]) -> tuple[Evidence, ...]:
    """Return the evidence with the columns of a home's area put together, when there are several.

    A village lies in one district and one province: apart they would count one fact three times.
    """
    areas = [item for item in evidence if item.compared and item.role in _AREA and not item.about]
    if len(areas) < 2:
        return tuple(evidence)
    rest = [replace(item, compared=()) if any(item is area for area in areas) else item for item in evidence]
    return (*rest, joined_area(free_name("area", taken), areas))
