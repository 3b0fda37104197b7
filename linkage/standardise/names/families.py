"""Families that a steward adds: spellings of one name beyond the table that ships with the package."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from linkage.errors import SpecError
from linkage.spec import AddedFamilies, build_name_families, check_name_families
from linkage.standardise.names.tables import name_tables

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


def families_of(added: AddedFamilies) -> NameFamilies | None:
    """Return the families of a spec for reading names, None for none."""
    if not added:
        return None
    return NameFamilies({variant: family.name for family in added for variant in family.variants})


def families_from_toml(text: str, where: str) -> NameFamilies:
    """Return the families of a TOML text: a table ``[family]``, canonical token -> list of variants.

    A variant of the shipped table may be moved: the steward's family counts. ``where`` names the file in errors.

    Raises:
        SpecError: no TOML, another shape, a token that is not two to thirty letters A-Z, a variant that stands in two
            families or is the name of one.
    """
    try:
        data: dict[str, Any] = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also of a number of thousands of digits, and of endless nesting
        raise SpecError("the families are no TOML", where=where, remedy=_REMEDY) from error
    if set(data) != {"family"}:
        raise SpecError("the file does not hold the table [family] and nothing else", where=where, remedy=_REMEDY)
    added = build_name_families(data["family"], where)
    check_name_families(added, where)
    return families_of(added) or NameFamilies({})
