"""What it says, in bits, that a guard holds: one number, or a table by how names and NIKs relate."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from linkage.errors import SpecError
from linkage.spec.names import check_known
from linkage.spec.toml_values import only_keys, read_number

GUARDS: Final = ("twin", "sibling", "namesake", "family")
"""Guards that may carry a weight (:mod:`linkage.decision.guards`)."""

NAME_RELATIONS: Final = ("missing", "different", "similar", "partial", "phonetic", "equal")
NIK_RELATIONS: Final = ("missing", "different", "sex_shift", "prefix", "typo", "equal")
"""How names, and how NIKs relate, by the codes a decision knows (:mod:`linkage.decision.evidence`)."""

OTHER: Final = "other"
"""Every relation that is not listed beside it."""

_WHERE: Final = "guard_weights"


@dataclass(frozen=True)
class GuardWeight:
    """One weight of a guard: ``bits``, never above 0, where names relate as ``name`` and NIKs as ``nik`` says."""

    guard: str
    bits: float
    name: str = OTHER
    nik: str = OTHER


def build_guard_weights(item: Any) -> tuple[GuardWeight, ...]:
    """Return the weights of the TOML table ``guard_weights``: by guard, then by name, then by NIK, or a number sooner.

    Raises:
        SpecError: an unknown guard or relation, or a weight that is no number.
    """
    return tuple(
        GuardWeight(guard, bits, name, nik)
        for guard, of_guard in _table(item, GUARDS, _WHERE).items()
        for name, of_name in _branches(of_guard, NAME_RELATIONS, f"{_WHERE}, {guard}")
        for nik, of_nik in _branches(of_name, NIK_RELATIONS, f"{_WHERE}, {guard}, {name}")
        for bits in [read_number(of_nik, guard, _WHERE)]
    )


def check_guard_weights(weights: Sequence[GuardWeight]) -> None:
    """Refuse a weight above 0, one given twice, and unknown guards and relations. Raises :class:`SpecError`."""
    for item in weights:
        check_known(item.guard, GUARDS, "guard", where=_WHERE)
        check_known(item.name, (*NAME_RELATIONS, OTHER), "relation of names", where=f"{_WHERE}, {item.guard}")
        check_known(item.nik, (*NIK_RELATIONS, OTHER), "relation of NIKs", where=f"{_WHERE}, {item.guard}")
        if not math.isfinite(item.bits):
            raise SpecError(f"{item.guard} must be a number", where=_WHERE)
        if item.bits > 0:
            raise SpecError("a guard never speaks for a match; its weight must not be positive", where=_WHERE)
    places = [(item.guard, item.name, item.nik) for item in weights]
    if len(set(places)) < len(places):
        raise SpecError("a weight is given twice", where=_WHERE)


def guard_weight(weights: Sequence[GuardWeight], guard: str, name: str, nik: str) -> float:
    """Return the weight in bits of a guard that holds, for one relation of names and one of NIKs.

    A relation of names that is not listed is ``other``; then one of NIKs likewise. What is then not listed weighs 0.
    """
    listed = {(item.name, item.nik): item.bits for item in weights if item.guard == guard}
    row = name if any(of_name == name for of_name, _ in listed) else OTHER
    return listed.get((row, nik), listed.get((row, OTHER), 0.0))


def guard_weight_lines(weights: Sequence[GuardWeight]) -> Iterator[str]:
    """Return the weights as lines of the TOML table, in their order: one for each guard and relation of names."""
    for guard, name in dict.fromkeys((item.guard, item.name) for item in weights):
        row = {item.nik: item.bits for item in weights if (item.guard, item.name) == (guard, name)}
        alone = name == OTHER and all(item.name == OTHER for item in weights if item.guard == guard)
        # A guard, or a row, of one number for all is written as that number.
        key = guard if alone and list(row) == [OTHER] else f"{guard}.{name}"
        cells = ", ".join(f"{nik} = {bits!r}" for nik, bits in row.items())
        yield f"{key} = {row[OTHER]!r}" if list(row) == [OTHER] else f"{key} = {{ {cells} }}"


def _table(item: Any, known: Sequence[str], where: str) -> Mapping[str, Any]:
    if not isinstance(item, Mapping):
        raise SpecError(f"{where} must be a table", where=where)
    only_keys(item, set(known), where=where)
    return item


def _branches(item: Any, relations: Sequence[str], where: str) -> Iterator[tuple[str, Any]]:
    """Return the entries of a table by relation; what is no table stands for all of them."""
    if isinstance(item, Mapping):
        yield from _table(item, (*relations, OTHER), where).items()
    else:
        yield OTHER, item
