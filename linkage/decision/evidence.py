"""What deciding reads: facts of records, facts of surviving pairs, and the settings.

Everything is an array with one entry per record or per pair. A missing value has a code of its own and
supports nothing: it neither agrees nor contradicts.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import all_differ, byte_ranks
from linkage.errors import InvariantError
from linkage.spec import LinkageSpec

Bool = npt.NDArray[np.bool_]
Int8 = npt.NDArray[np.int8]
UInt8 = npt.NDArray[np.uint8]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

DEFAULT_MAX_CLUSTER_SIZE: Final = 10
"""More records than this in one case or cluster are over-large: one person seldom has so many, an error often."""

_NOT_PER_PAIR: Final = ("has_nik_column", "guards_weighed", "comparison_names", "level_names")


class NameRelation(IntEnum):
    """How two names relate, from the weakest to the strongest."""

    MISSING = 0
    DIFFERENT = 1
    SIMILAR = 2
    PARTIAL = 3
    PHONETIC = 4
    EQUAL = 5


class NikRelation(IntEnum):
    """How two NIKs relate. PREFIX: the first twelve digits agree; SEX_SHIFT: the day digits differ by 40."""

    MISSING = 0
    DIFFERENT = 1
    SEX_SHIFT = 2
    PREFIX = 3
    TYPO = 4
    EQUAL = 5


class Agreement(IntEnum):
    """Whether two values agree, where there is nothing between yes and no."""

    MISSING = 0
    NO = 1
    YES = 2


@dataclass(frozen=True)
class RecordFacts:
    """Facts of every record, one entry each (n_records,).

    ``ids``: record ids, unique. ``region`` int32: code of the sending regency (1101 to 9999), 0 unknown.
    ``nik``, ``kk``, ``mother_nik``, ``certificate`` int32: equal codes are equal values, -1 missing; a NIK that breaks
    the numbering rules (FATAL) is missing, though one a slip from another may be a ``TYPO`` in :class:`PairFacts`.
    ``enrolled`` bool: biometric enrolment finished; a missing status is not.
    ``inactive`` bool: history. ``sex`` int8: 0 missing, 1 male, 2 female. ``birth`` int64: yyyymmdd, yyyy0000 when
    only the year is known, 0 missing. ``birth_default`` bool: the date stands for "that year".

    What a steward should be told besides, bool, None where nobody looked: ``called_duplicate``: the centre's card
    status is ``DUPLICATE_RECORD``; ``odd_name``: the name is a newborn's placeholder, or holds what a name does not;
    ``no_parents``: neither parent's name is known; ``sex_against_nik``: the NIK tells the other sex; ``dump_card``: the
    family card has more members than a family (20).
    """

    ids: pa.StringArray
    region: Int32
    nik: Int32
    enrolled: Bool
    inactive: Bool
    sex: Int8
    birth: Int64
    birth_default: Bool
    kk: Int32
    mother_nik: Int32
    certificate: Int32
    called_duplicate: Bool | None = None
    odd_name: Bool | None = None
    no_parents: Bool | None = None
    sex_against_nik: Bool | None = None
    dump_card: Bool | None = None

    @property
    def n_records(self) -> int:
        """Number of records."""
        return len(self.ids)


@dataclass(frozen=True)
class PairFacts:
    """Facts of every surviving pair, one entry each (n_pairs,); each pair once, in any order.

    ``left``, ``right`` int32: indices of records. ``probability`` float64: final and calibrated, 0 to 1.
    ``weight_without_nik_log2`` float64: Fellegi-Sunter weight of all comparisons but the NIK, without prior, in bits.
    ``name_relation``, ``mother_relation``, ``father_relation`` int8: :class:`NameRelation`. ``place_agrees``,
    ``address_agrees`` int8: :class:`Agreement`. ``nik_relation`` int8: :class:`NikRelation`. ``expected_namesakes``
    float64: how many *other* people of the data are expected to bear this name with this sex and birth date (birth
    year, when the date is a default one); nan when the name is missing.

    ``name_slip`` bool, optional: the names differ by a slip of the keyboard, that is by one letter, and one of the two
    forms is no name that the register knows. Twins bear names that exist.

    ``guards_weighed``: the probability comes from a model that has learned what a guard's pattern is worth beside all
    other evidence, so that it may answer the guard; never so of Fellegi-Sunter.

    ``twin_at_home`` bool, optional, only beside ``guards_weighed``: somebody else on the family card of one of the two
    was born on that record's day. Which of the two the other record tells of must then be beyond doubt.

    ``has_nik_column`` False: data other than residents, or residents without NIK. Then ``levels`` int8
    (n_pairs, n_comparisons), ``comparison_names`` and ``level_names`` (by level code) say why a pair is proposed.
    """

    left: Int32
    right: Int32
    probability: Float64
    weight_without_nik_log2: Float64
    name_relation: Int8
    mother_relation: Int8
    father_relation: Int8
    place_agrees: Int8
    address_agrees: Int8
    nik_relation: Int8
    expected_namesakes: Float64
    has_nik_column: bool = True
    name_slip: Bool | None = None
    guards_weighed: bool = False
    twin_at_home: Bool | None = None
    levels: Int8 | None = None
    comparison_names: tuple[str, ...] = ()
    level_names: tuple[tuple[str, ...], ...] = ()

    @property
    def n_pairs(self) -> int:
        """Number of surviving pairs."""
        return int(self.left.size)


@dataclass(frozen=True)
class DecisionSettings:
    """Thresholds and constraints.

    ``link_threshold``, ``case_threshold``, ``review_threshold``: probabilities. ``shared_nik_weight``: bits.
    ``cannot_links`` int32 (n, 2): record indices of pairs that a steward has called different and whose compared
    fields have not changed since. ``left_count``: in ``link`` the first so many records are LEFT's and pairs stand
    only across; -1 in ``dedupe`` and ``run``. ``guard_answered_at``: probability from which a model that has weighed
    the guards answers their suspicion (:func:`linkage.decision.guards.holding_guards`); None: never.
    """

    link_threshold: float = 0.5
    case_threshold: float = 0.5
    review_threshold: float = 0.01
    shared_nik_weight: float = 0.0
    max_cluster_size: int = DEFAULT_MAX_CLUSTER_SIZE
    cannot_links: Int32 | None = None
    left_count: int = -1
    guard_answered_at: float | None = None

    @property
    def called_different(self) -> Int32:
        """The cannot-links as an array (n, 2), empty without any."""
        return np.zeros((0, 2), np.int32) if self.cannot_links is None else self.cannot_links


def decision_settings(spec: LinkageSpec) -> DecisionSettings:
    """Return the thresholds of a spec, without any cannot-links."""
    return DecisionSettings(
        link_threshold=spec.link_threshold,
        case_threshold=spec.effective_case_threshold,
        shared_nik_weight=spec.shared_nik_weight,
        guard_answered_at=spec.guard_answered_at,
        review_threshold=spec.review_threshold,
    )


def check_facts(records: RecordFacts, pairs: PairFacts, settings: DecisionSettings) -> None:
    """Raise :class:`InvariantError` when lengths differ, an index is out of range or a number is no number."""
    _same_length(records, records.n_records, "record facts", skip=())
    _same_length(pairs, pairs.n_pairs, "pair facts", skip=_NOT_PER_PAIR)
    links = settings.called_different
    for left, right, where in ((pairs.left, pairs.right, "pair facts"), (links[:, 0], links[:, 1], "cannot-links")):
        if left.size and (min(left.min(), right.min()) < 0 or max(left.max(), right.max()) >= records.n_records):
            raise InvariantError("an index points to no record", where=where)
        if bool((left == right).any()):
            raise InvariantError("a record is paired with itself", where=where)
    # Written so that nan fails too.
    if not bool(((pairs.probability >= 0) & (pairs.probability <= 1)).all()):
        raise InvariantError("a probability is not between 0 and 1", where="pair facts")
    if bool(np.isnan(pairs.weight_without_nik_log2).any()):
        raise InvariantError("a match weight is not a number", where="pair facts")
    if pairs.levels is not None and pairs.levels.shape[1] != len(pairs.comparison_names):
        raise InvariantError("levels and comparison names differ in number", where="pair facts")
    if len(pairs.level_names) != len(pairs.comparison_names):
        raise InvariantError("level names and comparison names differ in number", where="pair facts")


def _same_length(facts: RecordFacts | PairFacts, count: int, where: str, *, skip: tuple[str, ...]) -> None:
    for item in fields(facts):
        value = getattr(facts, item.name)
        if item.name not in skip and value is not None and len(value) != count:
            raise InvariantError(f"{item.name} has {len(value)} entries, not {count}", where=where)


def id_ranks(ids: pa.StringArray) -> Int64:
    """Return the rank (n_records,) of each id by UTF-8 bytes.

    Raises:
        InvariantError: an id stands twice; ``link`` writes ids of both files as ``left:<id>`` and ``right:<id>``.
    """
    if not all_differ([ids]) and pc.count_distinct(ids).as_py() < len(ids):
        raise InvariantError("a record id stands twice", where="record facts")
    return byte_ranks(ids)
