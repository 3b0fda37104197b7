"""Making the derived files anew, from a run over all records."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed

from linkage.blocking.index import RulePlan, final_keys
from linkage.comparison.pair_pass import Survivors
from linkage.decision.evidence import PairFacts
from linkage.encode import EncodedRecords
from linkage.spec import RuleSpec
from linkage.stages.candidates import Candidates
from linkage.stages.facts import record_facts
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.key_sets import forget_key_sets
from linkage.standing.coupling import pair_flags
from linkage.standing.folder import Standing
from linkage.standing.people import Marks
from linkage.standing.rows import OPEN
from linkage.standing.sorted_index import SortedIndex


def fill(
    standing: Standing,
    numbers: Int64,
    states: UInt8,
    marks: Marks,
    records: EncodedRecords,
    candidates: Candidates,
    threads: int = 1,
) -> Int32:
    """Fill empty derived files with the records of a full run, and return the row of each encoded record, int32.

    Args:
        standing: a new folder.
        numbers: int64 ascending, record numbers of all standing records, closed ones too; ``states`` uint8 and
            ``marks``: theirs.
        records: those of them that are open, encoded, in the same order. ``candidates``: what the run planned.
        threads: rules entered side by side.
    """
    places = np.flatnonzero(states == OPEN)
    rows = standing.rows.append(numbers, records, places, states)[places]
    standing.marks.append(marks)

    def enter(rule: RuleSpec, plan: RulePlan, index: SortedIndex) -> None:
        held, keys = final_keys(
            rule, records.columns, records.n_records, placeholders=candidates.placeholders, plan=plan
        )
        index.append(keys, rows[held])

    # The key sets, let go of after blocking, are made once more, by whichever rule asks first.
    Parallel(n_jobs=threads, prefer="threads", batch_size=1)(
        map(delayed(enter), standing.spec.rules, candidates.plans, standing.rows.by_rule)
    )
    forget_key_sets(records.columns)
    return rows


def fill_pairs(
    standing: Standing,
    rows: Int32,
    records: EncodedRecords,
    survivors: Survivors,
    kin_weight: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    facts: PairFacts,
) -> None:
    """Fill in the survivors of a full run; ``rows`` from :func:`fill`.

    ``kin_weight``, ``weight`` float64 (n_pairs,), in bits: what other families are asked under, and the final one.
    """
    spec = standing.spec
    flags = pair_flags(record_facts(records, spec.older_regions), facts, survivors, weight, spec)
    standing.pairs.append(rows[survivors.left], rows[survivors.right], survivors, kin_weight, weight, flags)
