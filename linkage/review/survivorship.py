"""Which value would stay, were the records of a case one person: the rules of survivorship.

Nothing is decided here. A proposal names these values unless its steward chooses otherwise, with a reason; what is
published takes the same ones wherever a decision names none.

Sources. A NIK is for life (UU 24/2013 art. 13), and neither a move (PP 40/2019 art. 30(2)) nor a corrected sex or birth
date (Permendagri 108/2019 art. 15(3)) changes it: hence the address is chosen apart from the NIK. That the NIK on the
KTP-el is the valid one, and of two enrolments the first, is the practice of the directorate-general, which decides
whatever closes a NIK that somebody was enrolled under.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np

from linkage.identifiers import Nik
from linkage.review.cases import REVERT, SHARED_NIK
from linkage.review.masking import compared
from linkage.review.resolution import PersonOut, one_person
from linkage.review.shown import Survivor
from linkage.spec.survivorship import (
    ADDRESS_FIELDS,
    CERTIFICATE,
    COMPLETENESS,
    DEFAULT_SURVIVORSHIP,
    NIK_FIELD,
    RECENCY,
    RECORD_FIELDS,
    SOURCE_RANK,
    WITH_NIK,
    SurvivorshipRules,
)
from linkage.standardise.dates.defaults import are_discounted


class Rule(StrEnum):
    """Why a value would stay. The order of the rules: ``docs/guide/survivorship.md``."""

    AGREE = "agree"
    ONLY_VALUE = "only_value"
    ENROLLED = "enrolled"
    FIRST_ENROLLED = "first_enrolled"
    NOT_REPEATED = "not_repeated"
    ENROLLING = "enrolling"
    BIRTH_CERTIFICATE = "birth_certificate"
    FIRST_ENTERED = "first_entered"
    ONLY_VALID = "only_valid"
    NO_VALID = "no_valid"
    RESIDENCE = "residence"
    NEWER = "newer"
    FULLER = "fuller"
    SOURCE_RANK = "source_rank"
    WITH_NIK = "with_nik"
    NO_EVIDENCE = "no_evidence"
    CHOSEN = "chosen"


NIK: Final = NIK_FIELD
OPEN_MOVE: Final = "OPEN_MOVE"

PLACES: Final = ("kelurahan", "kecamatan", "kab_kota", "provinsi")
ADDRESS: Final = ADDRESS_FIELDS
OF_THE_RECORD: Final = RECORD_FIELDS

FINISHED: Final = 4
_PROGRESS: Final[Mapping[str, int]] = {
    "PRINT_READY_RECORD": FINISHED,
    "RECEIVED_AT_CENTRAL": 3,
    "SENT_FOR_ENROLLMENT": 2,
    "PROCESSING": 2,
    "BIO_CAPTURED": 2,
    "DUPLICATE_RECORD": -1,
}


def enrolment_progress(status: str) -> int:
    """Return how far the enrolment for the KTP-el has come under this card status.

    4 finished (a card, or ready to print), 3 and 2 under way, 0 none, failed or unknown, -1 found by the centre to
    repeat another one.
    """
    plain = "_".join(status.upper().split())
    return FINISHED if plain.startswith("CARD_") else _PROGRESS.get(plain, 0)


def day_of(values: Mapping[str, str]) -> date | None:
    """Return since when a record says what it says: its last change, else its entry; None when neither is known."""
    return _day(values.get("tgl_ubah", "")) or _day(values.get("tgl_entri", ""))


def survivors(
    records: Mapping[str, Mapping[str, str]],
    kind: str,
    *,
    keeps: str | None = None,
    rules: SurvivorshipRules = DEFAULT_SURVIVORSHIP,
) -> tuple[Survivor, ...]:
    """Return whose value of each field would stay: of the NIK first, then of each field that a record has.

    ``records``: by record id, the whole values by plain column name; dates and codes in one form, dates as yyyy-mm-dd
    (others count as unknown). ``kind``: that of the case. A case of kind SHARED_NIK holds several persons and gets the
    owner of the NIK alone; for the records of one person among them, ask again with kind DUPLICATE. A REVERT case and
    records without values get nothing. The order of the records does not matter.

    Address and what is said of the record itself come whole from one record: where that has no value, none stays.

    ``keeps``: the record whose NIK stays because people decided so; then no rule chooses it. ``rules``: of the fields
    but the NIK, the address and what is said of the record.
    """
    told = [_record(record, values) for record, values in sorted(records.items())]
    if kind == REVERT or not any(record.values for record in told):
        return ()
    chosen = next((record for record in told if record.record_id == keeps), None)
    stays, rule = _nik(told, kind) if chosen is None else (chosen, Rule.CHOSEN)
    found = [Survivor(NIK, stays.record_id, rule, stays.at)]
    if kind == SHARED_NIK:
        return tuple(found)
    home = _home(told, stays, kind)
    for field in dict.fromkeys(field for record in told for field in record.values if field != NIK):
        record, rule = _taken(field, told, stays, home, rules)
        found.append(Survivor(field, record.record_id, rule, record.at))
    return tuple(found)


def default_keeps(kind: str, found: Sequence[Survivor]) -> str | None:
    """Return the record that a proposal names by default as the one whose NIK stays; None where none is to be named.

    ``found``: of :func:`survivors`. SHARED_NIK: the owner's record; OPEN_MOVE: that of the place of residence.
    """
    if kind == REVERT:
        return None
    return next((survivor.record_id for survivor in found if survivor.field == NIK), None)


def default_persons(kind: str, record_ids: Sequence[str], found: Sequence[Survivor]) -> tuple[PersonOut, ...]:
    """Return the persons that a proposal names by default: one, or for SHARED_NIK as many as records; for REVERT none
    are named."""
    if kind == REVERT:
        return ()
    keeps = default_keeps(kind, found)
    if kind != SHARED_NIK:
        return one_person(record_ids, keeps)
    return tuple(PersonOut((record,), record if record == keeps else None) for record in sorted(record_ids))


@dataclass(frozen=True)
class _Record:
    """A record as the rules read it. ``values``: those given. ``nik``: its digits, "" when it is none that can be one.
    ``at``: its last change, else its entry."""

    record_id: str
    values: Mapping[str, str]
    nik: str
    progress: int
    entered: date | None
    at: date | None

    @property
    def certified(self) -> bool:
        return any(sign in "123456789" for sign in self.values.get("no_akta_lhr", ""))


def _record(record_id: str, values: Mapping[str, str]) -> _Record:
    given = {field: value for field, value in values.items() if any(sign.isalnum() for sign in value)}
    number = Nik.parse(given.get(NIK, ""))
    progress = enrolment_progress(given.get("status_ktpel", ""))
    entered = _day(given.get("tgl_entri", ""))
    return _Record(record_id, given, number.digits if number else "", progress, entered, day_of(given))


_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


Step = tuple[Rule, Callable[[_Record], int]]
"""A rule, and how much of what it asks for a record has: the records that have most go on."""


def _decided(records: Sequence[_Record], steps: Sequence[Step], same: Callable[[_Record], str]) -> tuple[_Record, Rule]:
    """Return the record that the steps lead to, and the step after which all that were left said the same."""
    decisive: Rule | None = None
    left = list(records)
    for rule, rank in steps:
        open_before = len({same(record) for record in left}) > 1
        most = max(map(rank, left))
        left = [record for record in left if rank(record) == most]
        if open_before and len({same(record) for record in left}) == 1:
            decisive = rule
    return left[0], decisive or Rule.NO_EVIDENCE


def _latest(day: date | None) -> int:
    """An unknown day comes last."""
    return 0 if day is None else day.toordinal()


def _earliest(day: date | None) -> int:
    return -date.max.toordinal() if day is None else -day.toordinal()


_OLDEST_ENTRY: Final[Step] = (Rule.FIRST_ENTERED, lambda record: _earliest(record.entered))

_BY_NIK: Final[Sequence[Step]] = (
    (Rule.ENROLLED, lambda record: record.progress == FINISHED),
    (Rule.NOT_REPEATED, lambda record: record.progress >= 0),
    (Rule.ENROLLING, lambda record: record.progress),
    (Rule.BIRTH_CERTIFICATE, lambda record: record.certified),
    _OLDEST_ENTRY,
)

_BY_RESIDENCE: Final[Sequence[Step]] = (
    (Rule.RESIDENCE, lambda record: _latest(record.entered)),
    (Rule.RESIDENCE, lambda record: _latest(record.at)),
)


def _nik(records: Sequence[_Record], kind: str) -> tuple[_Record, Rule]:
    """Return the record whose NIK stays. A NIK that cannot be one stays only where no other is given."""
    valid = [record for record in records if record.nik]
    candidates = valid or [record for record in records if NIK in record.values] or records
    stays, rule = _by_order(candidates, _itself if kind == SHARED_NIK else _its_nik)
    bearing = [record for record in candidates if record.nik == stays.nik]
    if not valid:
        rule = Rule.NO_VALID
    elif kind == OPEN_MOVE and len(bearing) > 1:
        return _decided(bearing, _BY_RESIDENCE, _itself)
    elif kind != SHARED_NIK and bearing == valid:
        rule = Rule.AGREE if len(valid) == len(records) else Rule.ONLY_VALID
    return stays, rule


def _by_order(candidates: Sequence[_Record], same: Callable[[_Record], str]) -> tuple[_Record, Rule]:
    """Return the record that comes first in the order of NIKs; of two finished enrolments the first, and where their
    days of entry do not say which that is, nothing else does."""
    finished = [record for record in candidates if record.progress == FINISHED]
    if len({same(record) for record in finished}) > 1:
        stays, rule = _decided(finished, [_OLDEST_ENTRY], same)
        return stays, Rule.FIRST_ENROLLED if rule is Rule.FIRST_ENTERED else rule
    return _decided(candidates, _BY_NIK, same)


def _itself(record: _Record) -> str:
    return record.record_id


def _its_nik(record: _Record) -> str:
    return record.nik


def _home(records: Sequence[_Record], stays: _Record, kind: str) -> tuple[_Record, Rule]:
    """Return the record whose address stays: of an unfinished move that of the residence, else the newest."""
    housed = [record for record in records if ADDRESS & record.values.keys()] or [stays]
    residence: list[Step] = [(Rule.RESIDENCE, lambda record: record is stays)] if kind == OPEN_MOVE else []
    return _decided(housed, [*residence, *_by_age(stays)], _itself)


def _by_age(stays: _Record) -> Sequence[Step]:
    return (
        (Rule.NEWER, lambda record: _latest(record.at)),
        (Rule.WITH_NIK, lambda record: record is stays),
    )


def _taken(
    field: str,
    records: Sequence[_Record],
    stays: _Record,
    home: tuple[_Record, Rule],
    rules: SurvivorshipRules,
) -> tuple[_Record, Rule]:
    """Return the record whose value of ``field`` stays, which at least one record has."""
    has = [record for record in records if field in record.values]
    texts = {record.record_id: compared(field, record.values[field]) for record in has}
    agree = Rule.AGREE if len(has) > 1 else Rule.ONLY_VALUE
    one = len(set(texts.values())) == 1
    if field in OF_THE_RECORD:
        return stays, agree if one and stays in has else Rule.WITH_NIK
    if field in ADDRESS:
        here = [record for record in has if not _elsewhere(record, home[0])]
        if home[0] in here or not here:
            return home[0], agree if one and here else home[1]
        return _decided(here, _by_age(stays), _itself)[0], agree if one else Rule.NEWER
    if one:
        return _decided(has, _by_age(stays)[::-1], _itself)[0], agree
    return _decided(has, _steps(field, stays, rules), lambda record: texts[record.record_id])


def _steps(field: str, stays: _Record, rules: SurvivorshipRules) -> Sequence[Step]:
    """Return the rules of a field that the spec chooses from, in its order."""
    newer, with_nik = _by_age(stays)
    known: Mapping[str, Step] = {
        CERTIFICATE: (Rule.BIRTH_CERTIFICATE, lambda record: record.certified),
        COMPLETENESS: (Rule.FULLER, lambda record: _fullness(field, record.values[field])),
        RECENCY: newer,
        SOURCE_RANK: (Rule.SOURCE_RANK, lambda record: -rules.place(record.values.get(rules.rank_by, ""))),
        WITH_NIK: with_nik,
    }
    return [known[name] for name in rules.of(field)]


def _elsewhere(record: _Record, home: _Record) -> bool:
    """Whether two records name different villages, districts, regencies or provinces."""
    both = [field for field in PLACES if field in record.values and field in home.values]
    return any(compared(field, record.values[field]) != compared(field, home.values[field]) for field in both)


_WORD = re.compile(r"[^\W_]{2,}")


def _fullness(field: str, text: str) -> int:
    """Words of two letters or more: ``SITI AMINAH`` is fuller than ``S AMINAH``, 1990-05-17 than 1990. A default birth
    date (``standardise.dates``) counts as its year, for nobody has said more."""
    day = _day(text) if field == "tanggal_lahir" else None
    if day is not None and are_discounted(np.array([day.year * 10_000 + day.month * 100 + day.day]))[0]:
        return 1
    return len(_WORD.findall(text))
