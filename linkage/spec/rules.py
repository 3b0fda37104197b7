"""Blocking rules: which pairs of records are compared at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from linkage.errors import SpecError
from linkage.spec.fields import FIELD_KINDS
from linkage.spec.names import check_known

if TYPE_CHECKING:
    from linkage.spec.linkage_spec import LinkageSpec


@dataclass(frozen=True)
class RuleSpec:
    """A blocking rule: records that share a key under it are compared.

    ``keys`` are ``field`` or ``field.form``; a record has one key per combination of its forms'
    values; without ``keys`` every record is compared with every other. ``refine`` are fields that split
    a block of more than ``cap`` records.

    With ``sort`` it is a *sorted neighbourhood* instead, without keys: records in the order of these fields' values are
    compared with the next ``window`` - 1.
    """

    name: str
    keys: tuple[str, ...]
    cap: int = 500
    refine: tuple[str, ...] = ()
    sort: tuple[str, ...] = ()
    window: int = 0

    @property
    def read_fields(self) -> frozenset[str]:
        """The fields it chooses pairs by, refinement left out."""
        return frozenset((*(key.partition(".")[0] for key in self.keys), *self.sort))


def uses_sorted_neighbourhood(spec: LinkageSpec) -> bool:
    """Tell whether a rule of the spec pairs neighbours in an order: which pairs it brings depends on all records."""
    return any(rule.sort for rule in spec.rules)


def check_rule(rule: RuleSpec, kinds: Mapping[str, str]) -> None:
    """Refuse a rule with a field or key form that its fields do not have.

    ``kinds``: kind by field name. Raises :class:`SpecError`.
    """
    where = f"rule {rule.name}"
    for key in rule.keys:
        name, _, form = key.partition(".")
        check_known(name, kinds, "field", where=where)
        check_known(form or "value", FIELD_KINDS[kinds[name]], "key form", where=f"{where}, key {key}")
    for name in rule.refine:
        check_known(name, kinds, "field", where=f"{where}, refine")
    for name in rule.sort:
        check_known(name, kinds, "field", where=f"{where}, sort")
    if rule.sort and (rule.keys or rule.refine):
        raise SpecError("a rule with sort has neither keys nor refine", where=where)
    if bool(rule.sort) != (rule.window > 0) or rule.window == 1:
        raise SpecError("sort and a window of at least 2 belong together", where=where)


def check_order_of_rules(rules: Sequence[RuleSpec]) -> None:
    """Refuse a sorted neighbourhood that is not the last rule. Raises :class:`SpecError`."""
    for rule in rules[:-1]:
        if rule.sort:
            raise SpecError("a rule with sort must be the last one", where=f"rule {rule.name}")
