"""Families of name spellings that a spec adds to the package's own table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from linkage.errors import SpecError

_TOKEN: Final = re.compile(r"[A-Z]{2,30}")


@dataclass(frozen=True)
class NameFamily:
    """One name in its spellings: the token ``name`` it is compared as, and its ``variants``; upper case A-Z."""

    name: str
    variants: tuple[str, ...]


AddedFamilies = tuple[NameFamily, ...]
"""The families of a spec."""


def build_name_families(data: object, where: str = "name_families") -> AddedFamilies:
    """Return the families of a TOML table: name -> list of variants.

    Raises:
        SpecError: no such table.
    """
    if not isinstance(data, Mapping):
        raise SpecError("families are a table of lists", where=where, remedy=_REMEDY)
    return tuple(NameFamily(str(name), _variants(name, variants, where)) for name, variants in data.items())


_REMEDY: Final = 'write one line for each family, such as MUHAMMAD = ["MOHAMAD", "MUCHAMAD"]'


def _variants(name: str, variants: Any, where: str) -> tuple[str, ...]:
    if not isinstance(variants, list) or not variants:
        raise SpecError(f"family {name!r} has no list of variants", where=where, remedy=_REMEDY)
    if not all(isinstance(variant, str) for variant in variants):
        raise SpecError(f"family {name!r} has a variant that is no name token", where=where, remedy=_REMEDY)
    return tuple(variants)


def check_name_families(families: AddedFamilies, where: str = "name_families") -> None:
    """Refuse families that contradict each other, with a :class:`SpecError`.

    A token is two to thirty letters A-Z; no variant stands in two families or is the name of one.
    """
    family_of: dict[str, str] = {}
    for family in families:
        for token in (family.name, *family.variants):
            if not _TOKEN.fullmatch(token):
                raise SpecError(
                    f"{token!r} is no name token",
                    where=where,
                    remedy="A token has two to thirty letters A-Z, in capitals",
                )
        for variant in family.variants:
            other = family_of.setdefault(variant, family.name)
            if other != family.name:
                raise SpecError(
                    f"{variant} stands in the families {other} and {family.name}",
                    where=where,
                    remedy="Keep it in one of them",
                )
    for family in families:
        if family.name in family_of:
            raise SpecError(
                f"{family.name} is a family and stands as a variant in the family {family_of[family.name]}",
                where=where,
                remedy="Join the two families",
            )
