"""The families of a case's records beside each other, and who stands in several of them."""

from __future__ import annotations

from dataclasses import dataclass

from linkage.review.cases import Case
from linkage.review.masking import visible
from linkage.review.shown import Kin
from linkage.web.views.case_fields import shortened
from linkage.web.views.case_values import value_word
from linkage.words.levels import Language


@dataclass(frozen=True)
class Member:
    """Another member of a record's family. ``also``: numbers of the other records in whose family they stand too;
    ``itself``: number of the record of the case that this member is, 0 for none."""

    name: str
    born: str
    sex: str
    role: str
    also: tuple[int, ...]
    itself: int = 0


@dataclass(frozen=True)
class FamilyOf:
    """The family of a record, by the record's number; who stands in several families comes first."""

    record: int
    members: tuple[Member, ...]


def families(case: Case, language: Language) -> tuple[FamilyOf, ...]:
    """Return the family of each record; nothing when none has any that is known."""
    if not any(record.family for record in case.records):
        return ()
    number = {record: place for place, record in enumerate(case.record_ids, start=1)}
    return tuple(
        FamilyOf(
            number[record.record_id],
            tuple(
                sorted(
                    (_member(kin, number, language) for kin in record.family),
                    key=lambda one: (not one.itself, not one.also),
                )
            ),
        )
        for record in case.records
    )


def _member(kin: Kin, number: dict[str, int], language: Language) -> Member:
    values = dict(kin.values)
    return Member(
        name=shortened(visible(values.get("nama", ""))),
        born=visible(values.get("tanggal_lahir", ""))[:4],
        sex=value_word("jenis_kelamin", visible(values.get("jenis_kelamin", "")), language),
        role=value_word("shdk", visible(values.get("shdk", "")), language),
        also=tuple(sorted(number[record] for record in kin.also if record in number)),
        itself=number.get(kin.record_id, 0),
    )
