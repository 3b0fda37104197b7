"""Why a case is a case: reason codes.

The codes are those of the registry's catalogue of anomalies, with a few of our own where it has none. Data without a
NIK column give ``<comparison>:<level name>`` instead, for every level but "missing". The marks ``OVER_LARGE``,
``CONTRADICTORY`` and ``BRIDGE`` may stand in both.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa

from linkage.decision.agreement import Agreements
from linkage.decision.evidence import Bool, Int8, Int64, PairFacts, RecordFacts, UInt8
from linkage.decision.grouping import Grouping
from linkage.decision.guards import SUSPICIONS, Guard
from linkage.decision.kinds import Row

OVER_LARGE: Final = "OVER_LARGE"
CONTRADICTORY: Final = "CONTRADICTORY"
BRIDGE: Final = "BRIDGE"
"""Two groups of records hang together by too few pairs; nothing forbids them to be one."""

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

ANSWERED_REASONS: Final = {guard: f"DUGAAN_{GUARD_REASONS[guard]}" for guard in SUSPICIONS}
"""Reason by guard where its suspicion was answered: the pattern is there, and the other evidence outweighs it."""

RECORD_REASONS: Final = {
    "birth_default": DEFAULT_DATE,
    "sex_against_nik": SEX_DIFFERS,
    "odd_name": "NAMA_ANOMALI",
    "no_parents": "ORTU_KOSONG",
    "dump_card": "KK_TAMPUNGAN",
    "called_duplicate": "DUPLICATE_RECORD",
}
"""Reason by the :class:`RecordFacts` array that tells it of any record of the case."""


def case_reasons(
    records: RecordFacts,
    pairs: PairFacts,
    agreements: Agreements,
    kinds: Int8,
    guards: UInt8,
    answered: UInt8,
    grouping: Grouping,
    marks: Mapping[str, Bool],
) -> tuple[Int64, pa.StringArray]:
    """Return the sorted distinct reasons of each case: offsets int64 (n_cases + 1,) and the codes.

    ``marks``: by the mark, the cases that bear it, bool (n_cases,).
    """
    found = [(mark, np.flatnonzero(borne)) for mark, borne in marks.items()]
    if pairs.has_nik_column:
        found += _registry_reasons(records, agreements, kinds, grouping)
        found += _guard_reasons(pairs, guards, grouping, GUARD_REASONS)
        found += _guard_reasons(pairs, answered, grouping, ANSWERED_REASONS)
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
    case_of_member = grouping.case_of_member
    for fact, code in RECORD_REASONS.items():
        told: Bool | None = getattr(records, fact)
        if told is not None:
            found.append((code, case_of_member[told[grouping.members]]))
    return found


def _guard_reasons(
    pairs: PairFacts, guards: UInt8, grouping: Grouping, reasons: Mapping[Guard, str]
) -> list[tuple[str, Int64]]:
    case_of_pair, chosen = grouping.case_of_pair, grouping.pairs
    group = grouping.within_group(pairs)
    inside = np.flatnonzero((group >= 0) & (guards != 0))
    return [
        (
            code,
            np.concatenate([case_of_pair[(guards[chosen] & guard) != 0], group[inside[(guards[inside] & guard) != 0]]]),
        )
        for guard, code in reasons.items()
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
