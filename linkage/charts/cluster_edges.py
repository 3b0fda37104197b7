"""The pairs within a group of records, each with the evidence that weighs most."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from linkage.models.fellegi_sunter import FellegiSunter
from linkage.words.catalogue import level_label
from linkage.words.levels import Language


@dataclass(frozen=True)
class ClusterEdge:
    """A pair of records: its match weight in bits, and the one piece of evidence to write on it."""

    left_id: str
    right_id: str
    match_weight_log2: float
    evidence: str


def edges_of_records(
    pairs: pa.Table, record_ids: Collection[str], model: FellegiSunter, *, language: Language = "en"
) -> tuple[ClusterEdge, ...]:
    """Return the written pairs among some records, by their ids.

    The evidence is that of the comparison whose level weighs most in the pair's own direction: for one person where the
    match weight is above 0, against where it is below. It names the comparison and the level, never a value.

    Args:
        pairs: of a run, with the levels of the model's comparisons.
        record_ids: the records.
        model: the run's weights.
        language: of the levels' words.
    """
    wanted = pa.array(sorted(set(record_ids)), pa.string())
    inside = pc.and_(pc.is_in(pairs.column("left_id"), wanted), pc.is_in(pairs.column("right_id"), wanted))
    kept = pairs.filter(inside).sort_by([("left_id", "ascending"), ("right_id", "ascending")])
    return tuple(
        ClusterEdge(row["left_id"], row["right_id"], row["match_weight_log2"], _strongest(row, model, language))
        for row in kept.to_pylist()
    )


def _strongest(row: dict[str, Any], model: FellegiSunter, language: Language) -> str:
    way = 1.0 if row["match_weight_log2"] >= 0.0 else -1.0
    found, best = "", 0.0
    for item in model.comparisons:
        level = row[f"level_{item.name}"]
        bits = way * float(item.level_weights()[level])
        if bits > best:
            found, best = f"{item.name.replace('_', ' ')}: {level_label(item.level_names[level], language)}", bits
    return found
