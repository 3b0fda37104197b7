"""Fields: what a record says, each of a kind that knows how its values are standardised and keyed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FIELD_KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "person_name": ("value", "full", "first", "last", "tokens"),
    "text": ("value", "prefix3", "soundex", "tokens"),
    "category": ("value",),
    "identifier": ("value", "deletions"),
    "nik": ("value", "first12", "deletions"),
    "date": ("value", "year", "swapped"),
    "sex": ("value",),
    "religion": ("value",),
    "family_role": ("value",),
    "card_status": ("value",),
    "activity": ("value",),
    "place": ("value",),
    "address": ("value", "tokens"),
    "number": ("value",),
}
"""Kinds of field, each with the key forms its values offer to blocking rules."""


@dataclass(frozen=True)
class FieldSpec:
    """A field of a record: its kind, the input columns it may come from (first present wins)."""

    name: str
    kind: str
    columns: tuple[str, ...]
    required: bool = False
