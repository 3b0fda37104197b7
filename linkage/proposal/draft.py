"""Attributes to evidence: which columns are compared, which only block, which are left out, and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from linkage.proposal.columns.attributes import Attribute, Recognised
from linkage.proposal.columns.roles import ABOUT_OTHERS
from linkage.proposal.evidence import (
    LONGEST_INITIAL,
    Evidence,
    date_evidence,
    field_of,
    initial_evidence,
    joined_names,
    plain_evidence,
    united_date_evidence,
)
from linkage.proposal.families import with_family
from linkage.proposal.names import free_name
from linkage.spec import FieldSpec
from linkage.spec.linkage_spec import MOST_WEIGHTED

_STRENGTH: Final = (
    "identifier", "birth_date", "family", "given_name", "surname", "full_name", "phone", "email", "address", "street",
    "parent_name", "area", "place", "postcode", "middle_name", "birth_year", "sex", "other_name", "house_number",
    "birth_day", "number", "age", "birth_month", "region", "category",
)  # fmt: skip
"""Roles by how much they commonly tell; the last go first when there are too many."""

_OF_RECORDS: Final = ("record_id", "source")
_DATE_PARTS: Final = ("birth_day", "birth_month", "birth_year")
_LEAST_FILLED: Final = 0.02
_MOST_ALIKE: Final = 0.9
_UNITED: Final = "name_words"


@dataclass(frozen=True)
class Draft:
    """Evidence in the order of the spec, fields that are only read, and what was left out with the reason."""

    evidence: tuple[Evidence, ...]
    fields: tuple[FieldSpec, ...]
    left_out: Mapping[str, str]
    attributes: tuple[Attribute, ...]
    link_threshold: float = 0.5


def draft_evidence(attributes: Sequence[Attribute], files: Sequence[Sequence[Recognised]]) -> Draft:
    """Return what the attributes of the files, whose columns were recognised one by one, contribute.

    Left out are attributes that one file alone has, that say nothing or are hardly ever filled, that are of somebody
    else, and those that another attribute says better (an age beside a birth date, a whole name beside its parts).
    """
    attributes = _renamed(attributes)
    left_out = {item.name: why for item in attributes if (why := _unfit(item, len(files)))}
    fit = [item for item in attributes if item.name not in left_out and item.role not in _OF_RECORDS]
    by_role: dict[str, Attribute] = {}
    for item in fit:
        if not item.about:
            by_role.setdefault(item.role, item)
    left_out |= {item.name: why for item in fit if (why := _said_better(item, by_role))}
    taken = {item.name for item in attributes}
    evidence = [
        _evidence(item, by_role, _facts_by_file(item, files), taken) for item in fit if item.name not in left_out
    ]
    if parts := _date_in_parts(by_role):
        evidence = [item for item in evidence if item.role not in _DATE_PARTS]
        united = _united_date(parts, free_name("birth_date", taken))
        evidence.append(united_date_evidence(united, parts))
    names = [by_role[role] for role in ("given_name", "middle_name", "surname") if role in by_role]
    if len(names) > 1 and "full_name" not in by_role:
        evidence.append(joined_names(free_name(_UNITED, taken), names))
    ids = [attribute for attribute in attributes if attribute.role == "record_id" and not attribute.about][:1]
    fields = tuple(field_of(attribute, "text", "record_id") for attribute in ids)
    evidence = list(with_family(evidence, taken))
    if any(item.role == "family" for item in evidence):
        shared = [item for item in evidence if item.role == "category" and item.compared[-1:] and not _tells(item)]
        left_out |= {item.fields[0].name: "a few labels, which people of one house mostly share" for item in shared}
        evidence = [replace(item, compared=()) if item in shared else item for item in evidence]
    return Draft(_strongest(evidence, left_out), fields, left_out, tuple(attributes))


def _renamed(attributes: Sequence[Attribute]) -> tuple[Attribute, ...]:
    """Return the attributes with the two names that mean something to every spec left to those that mean it."""
    taken = {item.name for item in attributes}
    named = []
    for item in attributes:
        if item.name in _OF_RECORDS and item.role != item.name:
            item = replace(item, name=free_name(f"{item.name}_2", taken))
            taken.add(item.name)
        named.append(item)
    return tuple(named)


def _tells(item: Evidence) -> bool:
    """Tell whether rare values of a category tell more than common ones: there are many of them."""
    return item.compared[-1].term_frequency


def without_record_id(draft: Draft) -> Draft:
    """Return the draft for files whose record ids repeat between them: file and line name a record instead."""
    named = {item.name for item in draft.attributes if item.role == "record_id"}
    reason = "repeated between records, so file and line name them"
    return replace(draft, fields=(), left_out={**draft.left_out, **dict.fromkeys(named, reason)})


def _evidence(
    attribute: Attribute,
    by_role: Mapping[str, Attribute],
    own: Sequence[Mapping[str, float | str]],
    taken: Collection[str],
) -> Evidence:
    """Return what an attribute contributes; ``own``: what was found of it in each file that has it."""
    if attribute.role == "birth_date":
        one_order = len({facts.get("date_order") for facts in own}) == 1
        return date_evidence(attribute, one_order=one_order, taken=taken)
    if attribute.role == "middle_name" and _initials_in_some(own):
        return initial_evidence(attribute)
    if attribute.role == "full_name" and not attribute.about and {"given_name", "surname"} <= by_role.keys():
        # The parts are compared; the whole would say the same again, but any of its words may find a match.
        return replace(plain_evidence(attribute), compared=())
    return plain_evidence(attribute)


def _date_in_parts(by_role: Mapping[str, Attribute]) -> list[Attribute]:
    """Return day, month and year of birth if they make a date together, under the same names in every file."""
    parts = [by_role[role] for role in _DATE_PARTS if role in by_role]
    whole = len(parts) == len(_DATE_PARTS) and all(len(set(part.columns)) == 1 for part in parts)
    return parts if whole and "birth_date" not in by_role else []


def _facts_by_file(
    attribute: Attribute, files: Sequence[Sequence[Recognised]]
) -> tuple[Mapping[str, float | str], ...]:
    """Return what was found of an attribute in each file that has it: files may write the same thing differently."""
    names = set(attribute.columns)
    return tuple(column.facts for file in files for column in file if column.name in names)


def _initials_in_some(facts: Sequence[Mapping[str, float | str]]) -> bool:
    lengths = [float(item.get("mean_length", 0.0)) for item in facts]
    return min(lengths) < LONGEST_INITIAL <= max(lengths)


def _strongest(evidence: Sequence[Evidence], left_out: dict[str, str]) -> tuple[Evidence, ...]:
    """Return the evidence with comparisons only where they are among the strongest that a spec can hold."""
    compared = [item for item in evidence if item.compared]
    weakest = sorted(compared, key=lambda item: _STRENGTH.index(item.role))[MOST_WEIGHTED:]
    for item in weakest:
        left_out[item.compared[-1].name] = f"the {MOST_WEIGHTED} comparisons a spec may have say more"
    return tuple(replace(item, compared=()) if item in weakest else item for item in evidence)


def _united_date(parts: Sequence[Attribute], name: str) -> Attribute:
    because = (f"put together from {', '.join(part.columns[0] for part in parts)}",)
    return Attribute(name, "birth_date", "", min(part.confidence for part in parts), because, {}, (name,))


def _unfit(attribute: Attribute, files: int) -> str:
    """Return why an attribute of itself is not compared, empty when it is."""
    if attribute.role in ("noise", "text", "name_affix", "unit", "country", "event_date"):
        return f"taken for {attribute.role}: says little about who a person is"
    if attribute.role in _OF_RECORDS:
        return ""
    if attribute.about in ABOUT_OTHERS:
        return f"of the {attribute.about}, not of the person"
    if int(attribute.facts.get("in_files", files)) < files:
        return "not every file has it"
    if float(attribute.facts.get("filled", 1.0)) < _LEAST_FILLED:
        return "hardly ever filled"
    if float(attribute.facts.get("most_common", 0.0)) > _MOST_ALIKE:
        return "nearly always the same"
    return ""


def _said_better(attribute: Attribute, by_role: Mapping[str, Attribute]) -> str:
    """Return why an attribute is not compared beside others, empty when it is."""
    if attribute.role in _DATE_PARTS and "birth_date" in by_role:
        return "a part of the birth date"
    if attribute.role == "age" and by_role.keys() & {"birth_date", "birth_year"}:
        return "the birth date says it better"
    if attribute.role == "full_name" and not attribute.about and attribute is not by_role["full_name"]:
        return "another column has the whole name"
    return ""
