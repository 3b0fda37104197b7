"""What two NIKs say of each other and of their records: numbers stay when a person moves or a date is corrected."""

from __future__ import annotations

import numpy as np

from linkage.features.evidence import PairEvidence
from linkage.features.feature import Block, Direction, FeatureBlock
from linkage.standardise.column import Int64
from linkage.standardise.nik.evidence import (
    DateBeside,
    NikPair,
    date_beside,
    nik_beside_record,
    nik_explains_other_date,
    nik_pairs,
)


def nik_features(pairs: PairEvidence) -> FeatureBlock:
    """Return the relations of two NIKs, the gap of their serials, and how each fits its record.

    A missing NIK gives nan. ``nik_serial_gap`` is log2 of how far the serials of numbers with the same first twelve
    digits lie apart: numbers of twins, and of all whom an office registered on one day, follow each other.
    """
    block = Block("nik", pairs.n_pairs)
    found = pairs.integers("nik")
    missing = np.zeros(pairs.n_pairs, np.int64)
    left, right = found if found is not None else (missing, missing)
    both = (left > 0) & (right > 0)
    related = nik_pairs(left, right, pairs.spec.older_regions)
    block.add("nik_missing", 0, (left <= 0).astype(np.int8) + (right <= 0))
    relations: tuple[tuple[str, NikPair, Direction], ...] = (
        ("nik_equal", NikPair.EQUAL, 1),
        ("nik_slip", NikPair.SLIP, 1),
        ("nik_first_twelve", NikPair.FIRST_TWELVE, 0),
        ("nik_day_40", NikPair.DAY_40, 0),
        ("nik_birth_part", NikPair.BIRTH_PART, 0),
        ("nik_regency", NikPair.REGENCY | NikPair.LINEAGE, 0),
    )
    for name, bit, direction in relations:
        # A damaged number may be a slip away from the other; where it is not, it says nothing.
        block.add(name, direction, (related.bits & bit) != 0, both | ((related.bits & bit) != 0))
    gap = np.log2(np.maximum(related.serial_gap, 1))
    block.add("nik_serial_gap", 0, gap, related.serial_gap > 0)
    _add_fit(block, pairs, left, right)
    return block.done()


def _add_fit(block: Block, pairs: PairEvidence, left: Int64, right: Int64) -> None:
    """How many of the two numbers tell the birth date, and the sex, of their own record; and of the other one."""
    people, one, other = pairs.people, pairs.survivors.left, pairs.survivors.right
    births = np.where(people.birth % 100 > 0, people.birth, 0)
    fits, knows, sexes = (np.zeros(pairs.n_pairs, np.int8) for _ in range(3))
    for numbers, records in ((left, one), (right, other)):
        bits = nik_beside_record(numbers, births[records], people.sex[records], people.region[records])
        date = date_beside(bits)
        fits += (date == DateBeside.EQUAL).astype(np.int8)
        knows += (date != DateBeside.UNKNOWN).astype(np.int8)
        sexes += ((bits & 0b1000) != 0).astype(np.int8)
    block.add("nik_dates_fit", 0, fits, knows == 2)
    block.add("nik_sexes_other", 0, sexes, (left > 0) & (right > 0))
    explained = nik_explains_other_date(left, births[one], births[other])
    explained |= nik_explains_other_date(right, births[other], births[one])
    block.add("nik_tells_other_date", 1, explained, knows > 0)
