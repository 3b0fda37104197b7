"""Blocking rules: which pairs of records are compared at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linkage.spec.fields import FIELD_KINDS
from linkage.spec.names import check_known


@dataclass(frozen=True)
class RuleSpec:
    """A blocking rule: records that share a key under it are compared.

    ``keys`` are ``field`` or ``field.form``; a record has one key per combination of its forms'
    values; without ``keys`` every record is compared with every other. ``refine`` are fields that split
    a block of more than ``cap`` records.
    """

    name: str
    keys: tuple[str, ...]
    cap: int = 500
    refine: tuple[str, ...] = ()


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
