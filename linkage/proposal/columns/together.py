"""Settling columns that depend on one another: one record id, one date of birth, names and their parts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linkage.proposal.columns.candidates import Candidate

_OWN: Final = 4.0
"""Weight of a header that says a role outright."""
_MADE_OF: Final = 0.75
_OF_ONE: Final = 0.3
"""A number whose values are shared by more rows than this is not of one person."""


def look_together(columns: Sequence[Candidate]) -> None:
    """Change the weights of columns that contradict or explain one another. The order of columns breaks ties."""
    _one_record_id(columns)
    _one_birth_date(columns)
    _bare_names(columns)
    _whole_names(columns)
    _unnamed_names(columns)


def _one_record_id(columns: Sequence[Candidate]) -> None:
    for column in columns:
        said = column.header.weights.get("record_id", 0.0)
        if said and column.measures.unique:
            column.weights["record_id"] += 3.0
        elif said and column.measures.rows:
            personal = column.header.weights.get("identifier", 0.0) >= said
            note = "repeated or missing in some rows: no record id"
            if personal and column.measures.distinct_share >= _OF_ONE:
                column.drop("record_id", "identifier", note)
            else:
                column.settle("category" if personal else "noise", note)
    ids = [column for column in columns if column.role == "record_id"]
    if len(ids) > 1:
        best = max(ids, key=lambda column: (column.weights["record_id"], -columns.index(column)))
        for column in ids:
            if column is not best:
                said = column.header.weights.get("identifier", 0.0) >= _OWN
                column.drop("record_id", "identifier" if said else "noise", "numbers the rows beside the record id")


def _one_birth_date(columns: Sequence[Candidate]) -> None:
    dates = [column for column in columns if column.role in ("birth_date", "event_date") and not column.about]
    known = [column for column in dates if column.header.weights.get("birth_date", 0.0) >= _OWN]
    unnamed = [
        column for column in dates if not column.header.weights.get("event_date") and column.measures.dates.share
    ]
    if not known and unnamed:
        # Whatever else happens to a person happens later.
        first = min(unnamed, key=lambda column: (column.measures.dates.years[1], columns.index(column)))
        if first.role == "event_date" and first.measures.dates.timed < 0.5:
            first.settle("birth_date", "the earliest of the dates" if len(unnamed) > 1 else "the only date")
        known = [first]
    births = [column for column in dates if column.role == "birth_date"]
    if len(births) < 2:
        return
    best = max(known or births, key=lambda column: (column.weights["birth_date"], -columns.index(column)))
    for column in births:
        if column is not best and column.header.weights.get("birth_date", 0.0) < 6.0:
            column.drop("birth_date", "event_date", "another column is the better date of birth")


def _bare_names(columns: Sequence[Candidate]) -> None:
    """A column called just "name" is a part of the name where the other part has a column of its own."""
    own = [column for column in columns if not column.about]
    roles = {column.role for column in own if not column.header.bare_name}
    for column in own:
        if not column.header.bare_name or column.role not in ("full_name", "given_name", "surname"):
            continue
        several = column.measures.mean_words > 1.6
        if "surname" in roles and "given_name" not in roles:
            if column.role != "given_name" and not (several and _holds(column, own, "surname")):
                column.settle("given_name", "the surname has a column of its own")
        elif "given_name" in roles and "surname" not in roles:
            if not (several and _holds(column, own, "given_name")):
                column.settle("surname", "the given name has a column of its own")
        elif not roles & {"given_name", "surname", "full_name"} and column.role != "full_name":
            column.settle("full_name", "the only name of the person")


def _holds(whole: Candidate, columns: Sequence[Candidate], role: str) -> bool:
    """Tell whether many words of a column are words of the columns of a role."""
    parts = [column for column in columns if column.role == role and column is not whole]
    words = set().union(*(column.measures.vocabulary for column in parts))
    mine = whole.measures.vocabulary
    return sum(share for word, share in mine.items() if word in words) > 0.3 * sum(mine.values())


def _whole_names(columns: Sequence[Candidate]) -> None:
    """A column whose words are those of two others together is the whole name."""
    parts = [column for column in columns if column.role in ("given_name", "surname") and not column.about]
    for column in columns:
        if (
            column.role not in ("full_name", "surname", "given_name", "parent_name", "place")
            or column.about
            or column.named
        ):
            continue
        others = [part for part in parts if part is not column]
        if column.measures.mean_words < 1.6 or len(others) < 2:
            continue
        words = set().union(*(part.measures.vocabulary for part in others))
        mine = column.measures.vocabulary
        if sum(share for word, share in mine.items() if word in words) > _MADE_OF * sum(mine.values()):
            column.settle("full_name", "made of the words of two other columns")


def _unnamed_names(columns: Sequence[Candidate]) -> None:
    """Tell given names from surnames, and the person's whole name from a relative's, where no header helps."""
    unnamed = [column for column in columns if not column.named]
    wholes = [column for column in columns if column.role == "full_name" and not column.about]
    for column in wholes[1:]:
        if not column.named and not column.notes:
            column.drop("full_name", "parent_name", "a second whole name, of a relative by all likelihood")
    both = {"given_name", "surname"} <= {column.role for column in columns}
    for role, further in (("given_name", "middle_name"), ("surname", "other_name")):
        alike = [column for column in columns if column.role == role and not column.about]
        for column in alike[1:]:
            if both and not column.named:
                column.drop(role, further, f"a second column of names like the {role.replace('_', ' ')}")
    taken = {column.role for column in columns if column.named and not column.about}
    for role, other in (("given_name", "surname"), ("surname", "given_name")):
        alike = [column for column in unnamed if column.role == role]
        if len(alike) < 2 or other in taken or any(column.role == other for column in unnamed):
            continue
        leaning = max(alike, key=lambda column: (column.weights[other] - column.weights[role], columns.index(column)))
        leaning.settle(other, f"of {len(alike)} columns of names the one least like a {role.replace('_', ' ')}")
