"""The records of a case side by side: fields in the order of evidence, and where their values differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Final

from linkage.review.cases import Case
from linkage.review.masking import BRIEF, DATES, HIDDEN, NUMBERS, PARENTS, visible
from linkage.review.people import User
from linkage.web.views.case_values import value_word
from linkage.words.levels import Language

EVIDENCE: Final = (
    "nik", "nama", "tanggal_lahir", "nama_ibu", "jenis_kelamin", "tempat_lahir", "nama_ayah", "no_kk", "no_akta_lhr",
    "nik_ibu", "nik_ayah", "alamat", "rt", "rw", "kelurahan", "kecamatan", "kab_kota", "provinsi", "kode_wilayah",
    "status_ktpel", "flag_status", "shdk", "stat_kwn", "agama", "pekerjaan", "pendidikan", "gol_darah", "gelar",
    "tgl_entri", "tgl_ubah", "kanal", "source",
)  # fmt: skip
"""What tells persons apart first; what changes in a life, and what is said of the record itself, last."""

TELLING: Final = frozenset(EVIDENCE[: EVIDENCE.index("alamat")])
"""What a person keeps for life: where it differs, it wants an explanation. The rest changes, or is of the record."""

MASKED: Final = NUMBERS | PARENTS | DATES | HIDDEN
"""Fields whose values are shown in part until they are opened with a reason."""

LONGEST: Final = 300
"""Signs of a value that are shown. Names are shorter, and a browser takes a minute to lay out ten thousand letters."""

Parts = tuple[tuple[str, str], ...]
"""(text, ``same`` | ``changed`` | ``space``) in order."""


@dataclass(frozen=True)
class Cell:
    """A record's value of a field. ``record``: its number in the case. ``parts``: none when the value is missing.
    ``masked``: it is shown in part and may be opened; ``opened``: it is shown whole, for this once; ``withheld``:
    whether there is a value is another office's business."""

    record: int
    parts: Parts
    masked: bool = False
    opened: bool = False
    withheld: bool = False


@dataclass(frozen=True)
class Row:
    """A field of all records. ``agreement``: ``same``, ``differs``, ``unknown``, or "" where it is not told.
    ``telling``: a person keeps it for life."""

    field: str
    cells: tuple[Cell, ...]
    agreement: str
    telling: bool


@dataclass(frozen=True)
class Head:
    """A record. ``number``: in the case, from 1. ``brief``: another office's, of which only the main points are shown.
    ``openable``: its fields that are shown in part and may be opened."""

    number: int
    record_id: str
    region: str
    own: bool
    brief: bool
    openable: tuple[str, ...]


Opened = Mapping[str, Mapping[str, str]]
"""Whole values that were opened, by record id and field."""


def ordered(fields: Sequence[str]) -> list[str]:
    """Return fields in the order of evidence, unknown ones last, as they come."""
    place = {field: number for number, field in enumerate(EVIDENCE)}
    return sorted(dict.fromkeys(fields), key=lambda field: place.get(field, len(place)))


def heads(case: Case, by: User) -> tuple[Head, ...]:
    """Return the records by their numbers."""
    decides = by.scope.covers(case.office)
    return tuple(
        Head(
            number,
            visible(record.record_id),
            record.region,
            record.own,
            brief=not (record.own or decides),
            openable=tuple(
                ordered([field for field, value in record.values if field in MASKED and value])
                if record.own or decides
                else ()
            ),
        )
        for number, record in enumerate(case.records, start=1)
    )


def rows(case: Case, by: User, opened: Opened, language: Language) -> tuple[Row, ...]:
    """Return the fields that any record has, each with the value of every record and whether they agree."""
    held = [dict(record.values) for record in case.records]
    told = dict(case.agreements)
    marks = {(mark.field, mark.record_id): mark.parts for mark in case.marks}
    top = heads(case, by)
    found: list[Row] = []
    for field in ordered([field for values in held for field, value in values.items() if value]):
        cells = tuple(
            _bounded(
                _cell(
                    number, field, values.get(field, ""), marks.get((field, record.record_id)),
                    opened.get(record.record_id, {}).get(field), head, language,
                )
            )
            for number, (record, values, head) in enumerate(zip(case.records, held, top, strict=True), start=1)
        )  # fmt: skip
        found.append(Row(field, cells, told.get(field, ""), field in TELLING))
    return tuple(found)


def _cell(
    number: int, field: str, value: str, marked: Parts | None, whole: str | None, head: Head, language: Language
) -> Cell:
    openable = field in head.openable
    if whole is not None:
        return Cell(number, _cut_alike(visible(whole), marked or ()), opened=True)
    if not value:
        return Cell(number, (), withheld=head.brief and field not in BRIEF)
    said = value_word(field, value, language)
    if marked is None:
        return Cell(number, ((visible(said), "same"),), masked=openable)
    if said != value:
        return Cell(number, ((said, "changed"),), masked=openable)
    return Cell(number, tuple((visible(text), kind) for text, kind in marked), masked=openable)


def _bounded(cell: Cell) -> Cell:
    """Return a cell with no more of its value than fits a page, and how much is left out."""
    ends = list(accumulate(len(text) for text, _ in cell.parts))
    if not ends or ends[-1] <= LONGEST:
        return cell
    begins = zip([0, *ends], cell.parts, strict=False)
    parts = [(text[: LONGEST - begin], kind) for begin, (text, kind) in begins if begin < LONGEST]
    return replace(cell, parts=(*parts, (left_out(ends[-1]), "same")))


def shortened(text: str) -> str:
    """Return a value with no more of it than fits a page."""
    return text if len(text) <= LONGEST else text[:LONGEST] + left_out(len(text))


def left_out(length: int) -> str:
    """Return what stands for the rest of a value that is so long."""
    return f"… (+{length - LONGEST})"


def _cut_alike(whole: str, marked: Parts) -> Parts:
    """Return a whole value cut where the masked one was, if each sign of the one stands for a sign of the other."""
    if len(whole) != sum(len(text) for text, _ in marked):
        return ((whole, "same"),)
    ends = list(accumulate(len(text) for text, _ in marked))
    return tuple((whole[begin:end], kind) for begin, end, (_, kind) in zip([0, *ends], ends, marked, strict=False))
