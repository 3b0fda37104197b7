"""Families that a steward adds: spellings of one name beyond the table that ships with the package."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from linkage.errors import SpecError
from linkage.standardise.names.tables import name_tables

_TOKEN: Final = re.compile(r"[A-Z]{2,30}")
_REMEDY: Final = 'write one line for each family, such as MUHAMMAD = ["MOHAMAD", "MUCHAMAD"], below [family]'


@dataclass(frozen=True, eq=False)
class NameFamilies:
    """``canonical`` maps each variant to the canonical token of its family. No variant is canonical itself.

    ``shipped`` false: without the table that ships with the package.
    """

    canonical: Mapping[str, str]
    shipped: bool = True

    @cached_property
    def with_shipped(self) -> Mapping[str, str]:
        """These families and the shipped table as one mapping, in which no family leads to another."""
        shipped = name_tables().family if self.shipped else {}
        added = {variant: shipped.get(name, name) for variant, name in self.canonical.items()}
        return {**{variant: added.get(name, name) for variant, name in shipped.items()}, **added}


NO_FAMILIES: Final = NameFamilies({}, shipped=False)
"""Leaves every token as it is written."""


def families_from_toml(text: str, where: str) -> NameFamilies:
    """Return the families of a TOML text: a table ``[family]``, canonical token -> list of variants.

    A variant of the shipped table may be moved: the steward's family counts. ``where`` names the file in errors.

    Raises:
        SpecError: no TOML, another shape, a token that is not two to thirty letters A-Z, a variant that stands in two
            families or is the name of one.
    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SpecError(f"the families are no TOML ({error})", where=where, remedy=_REMEDY) from error
    if set(data) != {"family"} or not isinstance(data["family"], dict):
        raise SpecError("the file does not hold the table [family] and nothing else", where=where, remedy=_REMEDY)
    canonical: dict[str, str] = {}
    for name, variants in data["family"].items():
        if not isinstance(variants, list) or not variants:
            raise SpecError(f"family {name} has no list of variants", where=where, remedy=_REMEDY)
        for token in (name, *variants):
            _check_token(token, where)
        for variant in variants:
            other = canonical.setdefault(variant, name)
            if other != name:
                raise SpecError(
                    f"{variant} stands in the families {other} and {name}", where=where, remedy="Keep it in one of them"
                )
    for name in data["family"]:
        if name in canonical:
            raise SpecError(
                f"{name} is a family and stands as a variant in the family {canonical[name]}",
                where=where,
                remedy="Join the two families",
            )
    return NameFamilies(canonical)


def _check_token(token: object, where: str) -> None:
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise SpecError(
            f"{token!r} is no name token", where=where, remedy="A token has two to thirty letters A-Z, in capitals"
        )
