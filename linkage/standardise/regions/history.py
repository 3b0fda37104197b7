"""Which code and name a regency had when: codes change when a province is split, names by regulation.

A NIK keeps the code of its first issue, so two codes of one regency are no contradiction. Dates are those of the laws;
offices use the old code until the next list of the Ministry, some months later, so a number issued in between may have
either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from linkage.spec import OlderRegions
from linkage.standardise.regions.table import region_table


@dataclass(frozen=True)
class RegionSpell:
    """A span of time in which a region had one code and one name.

    ``valid_from`` is its first day, None when not recorded (no law in the table made it; a code is never older than its
    province). ``valid_until`` is the first day no longer in it, None for a spell that lasts. ``successor``: the code
    that followed, 0 for a spell that lasts or whose successor is not known. ``law``: what began or ended the spell.
    """

    code: int
    name: str
    valid_from: date | None
    valid_until: date | None
    successor: int
    law: str

    def covers(self, day: date) -> bool:
        """Tell whether the spell may hold on ``day``; a date that is not recorded excludes nothing."""
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day < self.valid_until)


def region_history(code: int, older: OlderRegions = ()) -> tuple[RegionSpell, ...]:
    """Return the spells of the region that ``code`` stands or stood for, in order of time; none when unknown.

    ``code``: a regency (4 digits), retired or not, or a province (2). ``older``: codes of former times that the
    package's own table lacks; they are taken to end where the code that replaced them begins.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    table = region_table(older)
    if code in table.provinces:
        province = table.provinces[code]
        return (RegionSpell(code, province.name, province.valid_from, None, 0, province.law),)
    spells = [spell for member in lineage(code, older) for spell in _spells(member, older)]
    lasting = {code for code in lineage(code, older) if table.regencies[code].valid}
    return tuple(sorted(spells, key=lambda spell: (spell.code in lasting, spell.valid_until or date.max)))


def regency_on(code: int, day: date, older: OlderRegions = ()) -> int:
    """Return the code that the regency behind ``code`` had on a day, 0 when it had none or that is not known.

    A code is not older than its province, whatever else is recorded of it.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    provinces = region_table(older).provinces
    for spell in reversed(region_history(code, older)):
        begun = provinces[spell.code // 100].valid_from if spell.code >= 1_000 else None
        if spell.covers(day) and (begun is None or begun <= day):
            return spell.code
    return 0


def lineage(code: int, older: OlderRegions = ()) -> frozenset[int]:
    """Return every code that the regency behind ``code`` has or had, itself included; empty when unknown.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    regency = region_table(older).regencies.get(code)
    if regency is None:
        return frozenset()
    return _lineages(older)[regency.newest] if regency.newest else frozenset((code,))


def same_lineage(left: int, right: int, older: OlderRegions = ()) -> bool:
    """Tell whether two regency codes stand for one regency; never for an unknown code.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    return right in lineage(left, older)


@cache
def _lineages(older: OlderRegions) -> Mapping[int, frozenset[int]]:
    members: dict[int, set[int]] = {}
    for code, regency in region_table(older).regencies.items():
        members.setdefault(regency.newest, set()).add(code)
    return {newest: frozenset(codes) for newest, codes in members.items()}


def _spells(code: int, older: OlderRegions) -> list[RegionSpell]:
    """Return the spells of one code: one for each name it had."""
    table = region_table(older)
    regency = table.regencies[code]
    spells = []
    begin, law = regency.valid_from, regency.law
    for former in table.former_names.get(code, ()):
        spells.append(RegionSpell(code, former.name, begin, former.valid_until, code, former.law))
        begin, law = former.valid_until, former.law
    successor = 0 if regency.valid else regency.newest
    return [*spells, RegionSpell(code, regency.name, begin, regency.valid_until, successor, law)]
