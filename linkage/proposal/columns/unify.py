"""What several files say, each under its own column names, as one list of attributes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Final

from linkage.proposal.columns.attributes import Attribute, Recognised
from linkage.proposal.columns.roles import NAME_ROLES
from linkage.proposal.columns.words import header_words

_NEAR: Final = frozenset({"", "mailing", "second", "work"})
"""Whose address or number it is may be said in one file and not in another."""
_LONGEST: Final = 40
_NUMBERED: Final = re.compile(r"(?:c|col|column|f|field|feld|v|var|x|attr|spalte|kolom|columna)_?\d+")

_UNSURE: Final = 0.6
_OTHER_WRITING: Final = 0.6
_GENERAL: Final = frozenset({"name", "number", "id", "code", "date", "person", "address", "full", "type"})
"""Concepts that say nothing of which of several columns of a role is meant."""
_MANY_MEANINGS: Final = frozenset({"noise", "category", "text", "number"})
"""Roles under which quite different things stand: only the header tells."""
_ONE_OF_EACH: Final = frozenset(
    {
        "record_id", "source", "full_name", "given_name", "middle_name", "surname", "birth_date", "birth_year",
        "birth_month", "birth_day", "age", "sex", "phone", "email", "postcode", "country", "region", "address",
        "street", "house_number", "parent_name",
    }
)  # fmt: skip
"""Roles that mean one thing whatever the header's words."""
_FAMILIES: Final = (
    frozenset(NAME_ROLES),
    frozenset({"identifier", "record_id", "category"}),
    frozenset({"address", "street", "unit", "place", "region"}),
    frozenset({"number", "age", "category", "identifier"}),
)

Place = tuple[int, int]
"""File and column, by position."""


def unify(files: Sequence[tuple[Recognised, ...]]) -> tuple[Attribute, ...]:
    """Return the attributes of all files, in the order of their first columns.

    Columns of different files are one attribute when their headers are the same but for case and punctuation and their
    roles fit, or when role and whom it is about are the same and the words of the headers do not tell them apart.
    ``facts["in_files"]`` counts the files that have it; other facts are of the surest column's file, and
    ``date_order`` is empty where files differ.
    """
    groups: list[list[Place]] = []
    for number, file in enumerate(files):
        free = list(range(len(groups)))
        open_columns = list(range(len(file)))
        for likeness in (_same_header, _same_meaning, _near_meaning):
            for column in list(open_columns):
                scores = [likeness(_members(files, groups[place])[0], file[column]) for place in free]
                best = max(scores, default=0.0)
                if best > 0.0:
                    place = free[scores.index(best)]
                    groups[place].append((number, column))
                    free.remove(place)
                    open_columns.remove(column)
        groups += [[(number, column)] for column in open_columns]
    names = _names(files, groups)
    return tuple(_attribute(files, group, name) for group, name in zip(groups, names, strict=True))


def _same_header(one: Recognised, other: Recognised) -> float:
    """Return 1 for headers that differ in case and punctuation only, if the roles fit."""
    named = one.facts.get("plain_header") and other.facts.get("plain_header")
    return float(bool(named) and _plain(one.name) == _plain(other.name) and _fits(one, other))


def _plain(header: str) -> str:
    return "".join(header_words(header)) or header


def _same_meaning(one: Recognised, other: Recognised) -> float:
    """Return how alike two columns of one role are by the words of their headers; 0 for what cannot be one thing."""
    return _likeness(one, other) if one.about == other.about else 0.0


def _near_meaning(one: Recognised, other: Recognised) -> float:
    return _likeness(one, other) if {one.about, other.about} <= _NEAR else 0.0


def _likeness(one: Recognised, other: Recognised) -> float:
    if one.role != other.role or one.role in _MANY_MEANINGS:
        return 0.0
    if abs(float(one.facts.get("digits", 0.0)) - float(other.facts.get("digits", 0.0))) > _OTHER_WRITING:
        # A code and a name of one place are not compared with one another.
        return 0.0 if one.role not in _ONE_OF_EACH else 0.5
    mine, theirs = (_specific(item) for item in (one, other))
    if mine and theirs and not mine & theirs and one.role not in _ONE_OF_EACH:
        return 0.0
    return 0.5 + len(mine & theirs) / max(1, len(mine | theirs))


def _specific(item: Recognised) -> set[str]:
    return set(str(item.facts.get("concepts", "")).split()) - _GENERAL


def _fits(one: Recognised, other: Recognised) -> bool:
    """Tell whether two columns of one header can be one thing: a column that is empty in one file fits any role."""
    if one.role == other.role or "noise" in (one.role, other.role) or min(one.confidence, other.confidence) < _UNSURE:
        return True
    return any({one.role, other.role} <= family for family in _FAMILIES)


def _members(files: Sequence[tuple[Recognised, ...]], group: Sequence[Place]) -> list[Recognised]:
    return [files[file][column] for file, column in group]


def _attribute(files: Sequence[tuple[Recognised, ...]], group: Sequence[Place], name: str) -> Attribute:
    members = _members(files, group)
    meaning = [member for member in members if member.role != "noise"] or members
    leading = max(
        meaning, key=lambda member: (member.confidence * float(member.facts["filled"]), -members.index(member))
    )
    facts = dict(leading.facts) | {"in_files": float(len(group))}
    facts = {key: value for key, value in facts.items() if key not in ("plain_header", "concepts")}
    orders = {str(member.facts["date_order"]) for member in members if member.facts.get("date_order")}
    if "date_order" in facts and len(orders) != 1:
        facts["date_order"] = ""
    return Attribute(
        name=name,
        role=leading.role,
        about="" if any(not member.about for member in meaning) else leading.about,
        confidence=min(member.confidence for member in meaning),
        because=leading.because,
        facts=facts,
        columns=tuple(member.name for member in members),
    )


def _names(files: Sequence[tuple[Recognised, ...]], groups: Sequence[Sequence[Place]]) -> list[str]:
    """Return plain names, unique: the header's words if Latin letters, else role and whose, else a number."""
    wanted = [_wanted(files[group[0][0]][group[0][1]], group[0][1]) for group in groups]
    taken: Counter[str] = Counter()
    used: set[str] = set()
    names = []
    for name in wanted:
        taken[name] += 1
        chosen = name if taken[name] == 1 else f"{name}_{taken[name]}"
        while chosen in used:
            taken[name] += 1
            chosen = f"{name}_{taken[name]}"
        used.add(chosen)
        names.append(chosen)
    return names


def _wanted(member: Recognised, position: int) -> str:
    header = str(member.facts.get("plain_header", ""))
    if not header:
        return f"column_{position + 1}"
    if member.role in ("record_id", "source"):
        return member.role
    plain = "_".join(header_words(header))
    # A header without a word of headers may be a value after all: it names nothing.
    known = member.facts.get("concepts") or _NUMBERED.fullmatch(plain)
    if known and plain.isascii() and re.fullmatch(r"[a-z][a-z0-9_]*", plain) and len(plain) <= _LONGEST:
        return plain
    if member.role == "noise":
        return f"column_{position + 1}"
    about = f"{member.about}_" if member.about and member.role != "parent_name" else ""
    return f"{member.about}_name" if member.role == "parent_name" else f"{about}{member.role}"
