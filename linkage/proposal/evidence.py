"""What each kind of attribute becomes in a spec: a field, a comparison with its levels, and keys to block by.

The agreement rates are rough, and stand for people data of middling quality: they decide which blocking rules are worth
their pairs, and serve as default m where a file is too small to learn from (:mod:`linkage.models.em`). A run on 200
records and more learns its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from linkage.proposal.columns.attributes import Attribute
from linkage.proposal.names import free_name
from linkage.spec import ComparisonSpec, FieldSpec, LevelSpec


@dataclass(frozen=True)
class KeyForm:
    """A key of a blocking rule and how often two records of one person agree on it when both have it (0 to 1)."""

    key: str
    agreement: float

    @property
    def field(self) -> str:
        """The field it is made of."""
        return self.key.partition(".")[0]


@dataclass(frozen=True)
class Evidence:
    """What one attribute, or several joined ones, contribute. ``because``: sentences for the spec's comments.

    ``compared``: comparisons in the order of the spec, parts before what combines them. ``keys``: forms to block by,
    the most exact first; their disagreements are nested, a record pair that agrees on one agrees on the next.
    ``role`` and ``about``: of the attribute.
    """

    fields: tuple[FieldSpec, ...]
    compared: tuple[ComparisonSpec, ...]
    keys: tuple[KeyForm, ...]
    because: tuple[str, ...]
    role: str
    about: str = ""


@dataclass(frozen=True)
class _Levels:
    """A kernel with its levels, and m of them, best first, "different" last."""

    kernel: str
    levels: tuple[LevelSpec, ...]
    m: tuple[float, ...]


_EQUAL: Final = LevelSpec("equal")
_NAME: Final = _Levels(
    "jaro_winkler",
    (_EQUAL, LevelSpec("close", at_least=0.92), LevelSpec("near", at_least=0.8)),
    (0.7, 0.08, 0.07, 0.15),
)
_WHOLE_NAME: Final = _Levels(
    "jaro_winkler",
    (_EQUAL, LevelSpec("close", at_least=0.94), LevelSpec("near", at_least=0.86), LevelSpec("alike", at_least=0.75)),
    (0.55, 0.15, 0.1, 0.08, 0.12),
)
_LABEL: Final = _Levels("equal", (_EQUAL,), (0.85, 0.15))
_FEW_LABELS: Final = _Levels("equal", (_EQUAL,), (0.93, 0.07))
_PLACE: Final = _Levels("jaro_winkler", (_EQUAL, LevelSpec("close", at_least=0.88)), (0.7, 0.1, 0.2))
_NUMBER_OF_ONE: Final = _Levels(
    "damerau_levenshtein", (_EQUAL, LevelSpec("one_edit", at_most=1), LevelSpec("two_edits", at_most=2)),
    (0.75, 0.08, 0.03, 0.14),
)  # fmt: skip
_SHORT_CODE: Final = _Levels("damerau_levenshtein", (_EQUAL, LevelSpec("one_edit", at_most=1)), (0.75, 0.08, 0.17))
_LONG_TEXT_OF_ONE: Final = _Levels(
    "damerau_levenshtein",
    (_EQUAL, LevelSpec("one_edit", at_most=1), LevelSpec("two_edits", at_most=2), LevelSpec("four_edits", at_most=4)),
    (0.65, 0.1, 0.05, 0.05, 0.15),
)
_MISSPELT_LABEL: Final = _Levels("jaro_winkler", (_EQUAL, LevelSpec("close", at_least=0.8)), (0.75, 0.15, 0.1))
_LINE: Final = _Levels(
    "token_overlap", (_EQUAL, LevelSpec("most_words", at_least=0.6), LevelSpec("some_words", at_least=0.3)),
    (0.55, 0.15, 0.1, 0.2),
)  # fmt: skip

_TEXT_KEYS: Final = (("value", 0.72), ("soundex", 0.82), ("prefix3", 0.84))
_KEYS: Final[Mapping[str, tuple[tuple[str, float], ...]]] = {
    "given_name": _TEXT_KEYS,
    "surname": _TEXT_KEYS,
    "middle_name": (("value", 0.75),),
    "other_name": (("value", 0.7),),
    "parent_name": (("value", 0.7), ("prefix3", 0.82)),
    "full_name": (("value", 0.55), ("tokens", 0.9)),
    "sex": (("value", 0.93),),
    "identifier": (("value", 0.8), ("deletions", 0.9)),
    "phone": (("value", 0.75), ("deletions", 0.86)),
    "email": (("value", 0.75), ("deletions", 0.85)),
    "address": (("value", 0.5), ("tokens", 0.75)),
    "street": (("value", 0.6), ("prefix3", 0.7), ("tokens", 0.75)),
    "house_number": (("value", 0.65),),
    "place": (("value", 0.72), ("soundex", 0.8), ("prefix3", 0.82)),
    "region": (("value", 0.85),),
    "postcode": (("value", 0.72), ("deletions", 0.82)),
    "category": (("value", 0.8),),
    "number": (("value", 0.75), ("deletions", 0.83)),
    "age": (("value", 0.7), ("deletions", 0.85)),
    "birth_year": (("value", 0.85),),
    "birth_month": (("value", 0.85),),
    "birth_day": (("value", 0.8),),
}
_FIELD_KINDS: Final[Mapping[str, str]] = {
    "house_number": "category", "birth_month": "category", "birth_day": "category", "region": "category",
    "category": "category", "sex": "category",
    "identifier": "identifier", "phone": "identifier", "email": "identifier", "postcode": "identifier",
    "number": "identifier", "age": "identifier", "birth_year": "identifier", "event_date": "date",
}  # fmt: skip
_COMPARED: Final[Mapping[str, _Levels]] = {
    "given_name": _NAME, "surname": _NAME, "other_name": _NAME, "parent_name": _NAME, "full_name": _WHOLE_NAME,
    "middle_name": _NAME, "sex": _FEW_LABELS, "identifier": _NUMBER_OF_ONE, "phone": _NUMBER_OF_ONE,
    "email": _LONG_TEXT_OF_ONE, "address": _LINE, "street": _PLACE, "house_number": _LABEL, "place": _PLACE,
    "region": _LABEL, "postcode": _SHORT_CODE, "category": _LABEL, "number": _NUMBER_OF_ONE, "age": _SHORT_CODE,
    "birth_year": _SHORT_CODE, "birth_month": _LABEL, "birth_day": _LABEL,
}  # fmt: skip
"""Roles that are compared as they stand. Dates and joined names are made apart."""

_DATE_RELATIONS: Final = tuple(LevelSpec(item) for item in ("equal", "swapped", "typo", "year_month", "year"))
_INITIAL: Final = 0.7
"""Jaro-Winkler similarity that a name of up to ten letters reaches with its own first letter."""

LONGEST_INITIAL: Final = 1.8
"""Mean length below which a column of names holds initials."""

_RARE_TELLS: Final = frozenset(
    {"given_name", "surname", "other_name", "parent_name", "full_name", "middle_name", "place"}
)
_LABELS_WITH_RARE: Final = 20
_LABELS_OF_SEX: Final = 12
"""With more labels than these a sex is misspelt, not coded."""


def as_m(shares: Sequence[float]) -> tuple[float, ...]:
    """Return shares as m: four decimals that sum to 1, what rounding leaves on the first."""
    rounded = [round(share / sum(shares), 4) for share in shares]
    return (round(1.0 - sum(rounded[1:]), 4), *rounded[1:])


def field_of(attribute: Attribute, kind: str, name: str = "") -> FieldSpec:
    """Return the field of an attribute under its columns' own names."""
    return FieldSpec(name or attribute.name, kind, tuple(dict.fromkeys(attribute.columns)))


def plain_evidence(attribute: Attribute) -> Evidence:
    """Return what an attribute of a role compared as it stands contributes."""
    role, facts = attribute.role, attribute.facts
    kind = _FIELD_KINDS.get(role, "text")
    levels = _COMPARED[role]
    initial = (
        role in ("middle_name", "given_name", "surname") and float(facts.get("mean_length", 9.0)) < LONGEST_INITIAL
    )
    if initial:
        kind, levels = "category", _LABEL
    distinct = float(facts.get("distinct", 0.0))
    if role == "sex" and distinct > _LABELS_OF_SEX:
        kind, levels = "text", _MISSPELT_LABEL
    rare = role in _RARE_TELLS or (role == "category" and distinct >= _LABELS_WITH_RARE)
    comparison = ComparisonSpec(
        attribute.name,
        levels.levels,
        field=attribute.name,
        kernel=levels.kernel,
        term_frequency=rare and not initial,
        m=levels.m,
    )
    forms = (("value", 0.8),) if initial else _KEYS[role]
    return Evidence(
        (field_of(attribute, kind),),
        (comparison,),
        tuple(KeyForm(_key(attribute.name, form), rate) for form, rate in forms),
        attribute.because,
        role,
        attribute.about,
    )


def initial_evidence(attribute: Attribute) -> Evidence:
    """Return what a name contributes that one file writes out and another shortens to its first letter."""
    levels = (_EQUAL, LevelSpec("initial", at_least=_INITIAL))
    comparison = ComparisonSpec(
        attribute.name, levels, field=attribute.name, kernel="jaro_winkler", m=(0.4, 0.45, 0.15)
    )
    return Evidence((field_of(attribute, "text"),), (comparison,), (), attribute.because, attribute.role)


def date_evidence(attribute: Attribute, *, one_order: bool, taken: Collection[str] = ()) -> Evidence:
    """Return what a birth date contributes: read as a date, and its digits beside it.

    One wrong digit makes a date that no calendar has; its digits still tell it from others. That needs ``one_order``:
    all files write day, month and year in the same order. ``taken``: names that are not free.
    """
    if not one_order:
        return united_date_evidence(attribute, ())
    name = attribute.name
    digits = free_name(f"{name}_digits", taken)
    field = field_of(attribute, "date")
    as_date = ComparisonSpec(free_name(f"{name}_as_date", taken), _DATE_RELATIONS, field=name, kernel="date", part=True)
    as_digits = ComparisonSpec(
        free_name(f"{name}_as_digits", taken),
        _NUMBER_OF_ONE.levels,
        field=digits,
        kernel=_NUMBER_OF_ONE.kernel,
        part=True,
    )
    both = ComparisonSpec(
        name,
        (
            LevelSpec("equal", when=(((as_date.name, ("equal",)),), ((as_digits.name, ("equal",)),))),
            LevelSpec("near", when=(((as_date.name, ("swapped", "typo")),), ((as_digits.name, ("one_edit",)),))),
            LevelSpec("two_edits", when=(((as_digits.name, ("two_edits",)),),)),
            LevelSpec("year_month", when=(((as_date.name, ("year_month",)),),)),
            LevelSpec("year", when=(((as_date.name, ("year",)),),)),
        ),
        combine=(as_date.name, as_digits.name),
        m=(0.7, 0.12, 0.03, 0.02, 0.04, 0.09),
    )
    return Evidence(
        (field, FieldSpec(digits, "identifier", field.columns)),
        (as_date, as_digits, both),
        (
            KeyForm(digits, 0.72),
            KeyForm(name, 0.73),
            KeyForm(f"{name}.swapped", 0.75),
            KeyForm(f"{digits}.deletions", 0.84),
            KeyForm(f"{name}.year", 0.86),
        ),
        attribute.because,
        attribute.role,
    )


def united_date_evidence(attribute: Attribute, parts: Sequence[Attribute]) -> Evidence:
    """Return what a birth date contributes as a date alone, put together from ``parts`` if there are any."""
    name = attribute.name
    columns = (name,) if parts else tuple(dict.fromkeys(attribute.columns))
    field = FieldSpec(name, "date", columns, join=tuple(part.columns[0] for part in parts))
    comparison = ComparisonSpec(
        name, _DATE_RELATIONS, field=name, kernel="date", m=(0.75, 0.02, 0.08, 0.02, 0.05, 0.08)
    )
    keys = (KeyForm(name, 0.75), KeyForm(f"{name}.swapped", 0.77), KeyForm(f"{name}.year", 0.88))
    return Evidence((field,), (comparison,), keys, attribute.because, "birth_date")


def joined_names(name: str, parts: Sequence[Attribute]) -> Evidence:
    """Return the names put together, for blocking by any word of them: parts change their columns."""
    field = FieldSpec(name, "text", (name,), join=tuple(part.columns[0] for part in parts))
    return Evidence((field,), (), (KeyForm(f"{name}.tokens", 0.9),), (), "full_name")


def _key(field: str, form: str) -> str:
    return field if form == "value" else f"{field}.{form}"


def joined_area(name: str, areas: Sequence[Evidence]) -> Evidence:
    """Return what the columns of a home's area contribute together, compared word by word."""
    columns = tuple(dict.fromkeys(item.fields[0].columns[0] for item in areas))
    field = FieldSpec(name, "text", (name,), join=columns)
    levels = (_EQUAL, LevelSpec("most_words", at_least=0.6), LevelSpec("some_words", at_least=0.25))
    comparison = ComparisonSpec(name, levels, field=name, kernel="token_overlap", m=(0.55, 0.15, 0.15, 0.15))
    because = ("one area: a village lies in one district and one province, so they count once",)
    return Evidence((field,), (comparison,), (), because, "area")
