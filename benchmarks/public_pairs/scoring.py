"""What a run says of given pairs: also of those below its thresholds, and of those no blocking rule brings together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.comparison.pair_pass import levels_of_pairs, rules_of_pairs
from linkage.engine.local import LocalEngine
from linkage.pipeline import Linked
from linkage.progress import Silent, Stages
from linkage.run.one_off import Request, link_inputs
from linkage.spec import LinkageSpec
from linkage.stages.facts import frequency_adjustments

Float64 = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Bool = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Run:
    """A finished run, its warnings, and the wall seconds of its stages."""

    linked: Linked
    warnings: tuple[str, ...]
    seconds: float


def run_files(files: Sequence[Path], spec: LinkageSpec, *, latest_year: int) -> Run:
    """Deduplicate a file, or link two, with a model trained on them without labels."""
    stages = Stages(Silent())
    request = Request("link" if len(files) == 2 else "dedupe", tuple(files), spec, latest_year=latest_year)
    _, linked = link_inputs(request, LocalEngine(), stages)
    return Run(linked, tuple(stages.warnings), sum(record.seconds for record in stages.records))


def record_numbers(linked: Linked, ids: Sequence[str]) -> Int32:
    """Return the record number of each id, int32 (n,); -1 of a record that was rejected. Ids are unique over all."""
    found = pc.fill_null(pc.index_in(pa.array(ids, pa.string()), value_set=linked.records.ids), -1)
    numbers: Int32 = found.to_numpy().astype(np.int32)
    return numbers


def pair_weights(linked: Linked, left: Int32, right: Int32) -> tuple[Float64, Bool]:
    """Return the match weight in bits of each pair of record numbers, float64 (n,), and whether a rule meets it, bool.

    The weight, log2(p / (1 - p)), is what the run writes, or would write if the pair were met; -inf of a rejected
    record (-1), which is met with none. Bits, because p of the surest pairs is 1 in floating point and would tie.
    It is that of Fellegi-Sunter: guards and a supervised model are there for the fields of residents only.
    """
    known = (left >= 0) & (right >= 0)
    low, high = np.minimum(left, right)[known], np.maximum(left, right)[known]
    spec, chosen, work = linked.spec, linked.chosen, linked.candidates.work
    levels = levels_of_pairs(work, low, high)
    weighted = [index for index, item in enumerate(spec.comparisons) if not item.part]
    adjusted = frequency_adjustments(low, high, levels, linked.records, spec, chosen)
    bits, met = np.full(left.size, -np.inf), np.zeros(left.size, np.bool_)
    bits[known] = chosen.model.match_weight(levels[:, weighted], adjusted)
    met[known] = rules_of_pairs(work.blocks, low, high) != 0
    return bits, met
