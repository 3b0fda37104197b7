"""The decision table: which kind of case a pair makes.

The rows stand in the table's order, and the first that fits decides. The same name may stand in two rows: DUPLICATE
with one NIK is another matter than DUPLICATE with two, and BOTH_ENROLLED comes between them.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import numpy as np

from linkage.decision.agreement import Agreements
from linkage.decision.evidence import Bool, DecisionSettings, Int8, PairFacts, UInt8


class Row(IntEnum):
    """Rows of the decision table; the values of ``pair_kind``. NO_CASE: no row fits."""

    NO_CASE = 0
    SHARED_NIK = 1
    OPEN_MOVE = 2
    CONFLICT = 3
    DUPLICATE_ONE_NIK = 4
    BOTH_ENROLLED = 5
    DUPLICATE = 6


KIND_NAMES: Final = ("", "SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED", "DUPLICATE")
"""Name of the kind by :class:`Row`."""


def one_nik_two_persons(pairs: PairFacts, agreements: Agreements, guards: UInt8, settings: DecisionSettings) -> Bool:
    """Return where one NIK stands for different persons, bool (n_pairs,), inactive records included.

    They differ when a guard holds, or when all comparisons but the NIK together weigh less than ``shared_nik_weight``.
    """
    if not pairs.has_nik_column:
        return np.zeros(pairs.n_pairs, np.bool_)
    differ = (guards != 0) | (pairs.weight_without_nik_log2 < settings.shared_nik_weight)
    shared: Bool = agreements.same_nik & differ
    return shared


def pair_kinds(pairs: PairFacts, agreements: Agreements, guards: UInt8, settings: DecisionSettings) -> Int8:
    """Return the :class:`Row` of every pair, int8 (n_pairs,).

    A pair with an inactive record makes no case: history is matched, not proposed. Data without a NIK column know
    only the last row.
    """
    likely = (guards == 0) & (pairs.probability >= settings.case_threshold)
    if not pairs.has_nik_column:
        kinds = np.where(likely, Row.DUPLICATE, Row.NO_CASE)
    else:
        one_nik = agreements.same_nik
        contradiction = agreements.sex_differs | agreements.births_contradict
        kinds = np.select(
            [
                one_nik_two_persons(pairs, agreements, guards, settings),
                one_nik & agreements.two_regencies,
                one_nik & contradiction,
                one_nik,
                likely & agreements.both_enrolled & agreements.other_nik,
                likely,
            ],
            [
                Row.SHARED_NIK,
                Row.OPEN_MOVE,
                Row.CONFLICT,
                Row.DUPLICATE_ONE_NIK,
                Row.BOTH_ENROLLED,
                Row.DUPLICATE,
            ],
            Row.NO_CASE,
        )
    kinds[agreements.any_inactive] = Row.NO_CASE
    return kinds.astype(np.int8)
