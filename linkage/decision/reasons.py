"""Why a case is a case: reason codes.

The codes are those of the registry's catalogue of anomalies, with a few of our own where it has none. Data without a
NIK column give ``<comparison>:<level name>`` instead, for every level but "missing". The marks ``OVER_LARGE`` and
``CONTRADICTORY`` may stand in both.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from linkage.decision.agreement import Agreements
from linkage.decision.evidence import Bool, Int8, Int64, PairFacts, RecordFacts, UInt8
from linkage.decision.grouping import Grouping
from linkage.decision.guards import Guard
from linkage.decision.kinds import Row

OVER_LARGE: Final = "OVER_LARGE"
CONTRADICTORY: Final = "CONTRADICTORY"
DEFAULT_DATE: Final = "TGL_DEFAULT"
SEX_DIFFERS: Final = "JK_ANOMALI"
BIRTH_DIFFERS: Final = "TGL_BEDA"

ROW_REASONS: Final = {
    Row.SHARED_NIK: "NIK_BERSAMA",
    Row.OPEN_MOVE: "GANDA_PINDAH",
    Row.DUPLICATE_ONE_NIK: "GANDA_IDENTIK",
    Row.BOTH_ENROLLED: "KEMIRIPAN_BIOMETRIK_BEDA",
    Row.DUPLICATE: "GANDA_ORANG",
}
"""Reason by row of the table. A CONFLICT is told by what contradicts: ``JK_ANOMALI``, ``TGL_BEDA``."""

GUARD_REASONS: Final = {
    Guard.TWIN: "KEMBAR",
    Guard.SIBLING: "SAUDARA",
    Guard.NAMESAKE: "SENAMA",
    Guard.FAMILY: "ORANG_TUA_ANAK",
    Guard.STEWARD: "BUKAN_GANDA",
}
"""Reason by guard: of a shared NIK's pairs, and of guarded pairs inside a contradictory case."""


def case_reasons(
    records: RecordFacts,
    pairs: PairFacts,
    agreements: Agreements,
    kinds: Int8,
    guards: UInt8,
    grouping: Grouping,
    *,
    over_large: Bool,
    contradictory: Bool,
) -> tuple[Int64, pa.StringArray]:
    """Return the sorted distinct reasons of each case: offsets int64 (n_cases + 1,) and the codes.

    ``over_large`` and ``contradictory`` bool (n_cases,).
    """
    found = [(OVER_LARGE, np.flatnonzero(over_large)), (CONTRADICTORY, np.flatnonzero(contradictory))]
    if pairs.has_nik_column:
        found += _registry_reasons(records, agreements, kinds, grouping)
        found += _guard_reasons(pairs, guards, grouping)
    else:
        found += _level_reasons(pairs, grouping)
    vocabulary = sorted({code for code, _ in found}, key=str.encode)
    told = np.zeros((grouping.n_cases, len(vocabulary)), np.bool_)
    for code, cases in found:
        told[cases, vocabulary.index(code)] = True
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.count_nonzero(told, axis=1))])
    return offsets, pa.array(vocabulary, pa.string()).take(pa.array(np.nonzero(told)[1]))


def _registry_reasons(
    records: RecordFacts, agreements: Agreements, kinds: Int8, grouping: Grouping
) -> list[tuple[str, Int64]]:
    case_of_pair, chosen = grouping.case_of_pair, grouping.pairs
    found = [(code, case_of_pair[kinds[chosen] == row]) for row, code in ROW_REASONS.items()]
    found.append((SEX_DIFFERS, case_of_pair[agreements.sex_differs[chosen]]))
    found.append((BIRTH_DIFFERS, case_of_pair[agreements.births_contradict[chosen]]))
    found.append((DEFAULT_DATE, grouping.case_of_member[records.birth_default[grouping.members]]))
    return found


def _guard_reasons(pairs: PairFacts, guards: UInt8, grouping: Grouping) -> list[tuple[str, Int64]]:
    case_of_pair, chosen = grouping.case_of_pair, grouping.pairs
    group = grouping.within_group(pairs)
    inside = np.flatnonzero((group >= 0) & (guards != 0))
    return [
        (
            code,
            np.concatenate([case_of_pair[(guards[chosen] & guard) != 0], group[inside[(guards[inside] & guard) != 0]]]),
        )
        for guard, code in GUARD_REASONS.items()
    ]


def _level_reasons(pairs: PairFacts, grouping: Grouping) -> list[tuple[str, Int64]]:
    if pairs.levels is None:
        return []
    levels, case_of_pair = pairs.levels[grouping.pairs], grouping.case_of_pair
    return [
        (f"{comparison}:{level}", case_of_pair[levels[:, column] == code])
        for column, comparison in enumerate(pairs.comparison_names)
        for code, level in enumerate(pairs.level_names[column])
        if code > 0
    ]
