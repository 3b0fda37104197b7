"""The families of a case's records: who stands in several of them, what may be shown of them, and how they are kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from linkage.review.masking import masked_values
from linkage.review.shown import Kin

Families = Mapping[str, Sequence[Kin]]
"""The other members of the family of each record, by record id."""


def found_again(families: Families) -> dict[str, tuple[Kin, ...]]:
    """Return the families with, for each member, the other records in whose family the same member stands (``also``).

    The same member: the same record, or the same NIK, or the same name and date of birth, on the whole values. Case
    and runs of spaces in a name do not count; what is missing is the same as nothing.
    """
    seen: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for record, family in families.items():
        for kin in family:
            for mark in _marks(kin):
                seen[mark].add(record)
    return {
        record: tuple(
            replace(kin, also=tuple(sorted({other for mark in _marks(kin) for other in seen[mark]} - {record})))
            for kin in family
        )
        for record, family in families.items()
    }


def masked_family(family: Sequence[Kin]) -> tuple[Kin, ...]:
    """Return the members of a family as they may be shown: by the rules for a record's own values."""
    return tuple(replace(kin, values=masked_values(dict(kin.values))) for kin in family)


def family_json(family: Sequence[Kin]) -> list[Any] | None:
    """Return a family as JSON values, None for none."""
    return [[kin.record_id, kin.values] for kin in family] or None


def family_of_json(kept: Sequence[Any] | None) -> tuple[Kin, ...]:
    """Return the family in what :func:`family_json` returned."""
    return tuple(Kin(record, tuple((name, value) for name, value in values)) for record, values in kept or ())


def _marks(kin: Kin) -> Iterator[tuple[str, ...]]:
    """By what a member is known again; each on its own is enough."""
    values = {name: " ".join(value.split()).casefold() for name, value in kin.values}
    yield ("record", kin.record_id)
    if values.get("nik"):
        yield ("nik", values["nik"])
    if values.get("nama") and values.get("tanggal_lahir"):
        yield ("person", values["nama"], values["tanggal_lahir"])
