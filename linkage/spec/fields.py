"""Fields: what a record says, each of a kind that knows how its values are standardised and keyed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from linkage.errors import SpecError
from linkage.spec.names import check_known

FIELD_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "person_name": ("value", "full", "first", "last", "tokens", "qgrams"),
    "text": ("value", "prefix3", "soundex", "tokens", "qgrams"),
    "category": ("value", "deletions"),
    "identifier": ("value", "deletions"),
    "nik": ("value", "first12", "halves", "deletions"),
    "date": ("value", "swapped", "year", "year_near", "year_month", "year_day", "month_day", "two_parts"),
    "sex": ("value",),
    "religion": ("value",),
    "family_role": ("value",),
    "marital_status": ("value",),
    "occupation": ("value",),
    "education": ("value",),
    "blood_group": ("value",),
    "citizenship": ("value",),
    "card_status": ("value",),
    "activity": ("value",),
    "place": ("value",),
    "address": ("value", "tokens"),
    "number": ("value",),
}
"""Kinds of field, each with the key forms its values offer to blocking rules."""


DATE_ORDERS: Final = ("dmy", "mdy", "ymd", "ydm")
"""Orders of day, month and year in a date written with numbers. ``ydm`` is one of years of four digits."""


@dataclass(frozen=True)
class FieldSpec:
    """A field of a record: its kind, the input columns it may come from (first present wins).

    ``join``: columns whose texts make the value together, in this order, with a blank between (a hyphen in a date);
    a file that has none of them falls back on ``columns``, empty parts are left out. ``date_order``: how a date of
    numbers is written (one of :data:`DATE_ORDERS`); empty: found out per file.
    """

    name: str
    kind: str
    columns: tuple[str, ...]
    required: bool = False
    join: tuple[str, ...] = ()
    date_order: str = ""


def check_field(field: FieldSpec) -> None:
    """Refuse a field of an unknown kind, a join of one column, or a date order for what is no date.

    Raises :class:`SpecError`.
    """
    where = f"field {field.name}"
    check_known(field.kind, FIELD_KINDS, "kind", where=where)
    if len(field.join) == 1 or len(set(field.join)) < len(field.join):
        raise SpecError("join needs two or more different columns", where=where)
    if field.date_order:
        if field.kind != "date":
            raise SpecError("date_order belongs to fields of kind date", where=where)
        check_known(field.date_order, DATE_ORDERS, "date_order", where=where)
