"""Why these two records? The evidence of one pair, recomputed from the inputs of a finished run."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.comparison.pair_pass import Survivors
from linkage.encode import EncodedRecords, encode
from linkage.errors import UsageError
from linkage.lookback.reread import accepted_records, stored_model, stored_snapshot, stored_spec
from linkage.lookback.rescoring import Rescored, lay_out
from linkage.run.manifest import read_manifest
from linkage.spec import LinkageSpec
from linkage.stages.explaining import ScoredPairs, explain_scored, told_fields
from linkage.stages.fields import linking_fields
from linkage.words.explained import Explained


def explain_records(left_id: str, right_id: str, run: Path) -> Explained:
    """Explain a pair of a run, also one below its threshold. Inputs and errors as :func:`explain_pairs`."""
    return explain_pairs([(left_id, right_id)], run)[0]


def explain_pairs(pairs: Iterable[tuple[str, str]], run: Path) -> tuple[Explained, ...]:
    """Explain pairs of record ids of one run, in their order. Reads the inputs again, once.

    Raises:
        InputMissingError: no manifest, or an input or the model is gone. InvariantError: an input or the model is not
            that of the run. UsageError: no such record, or twice the same.
    """
    manifest = read_manifest(run)
    spec = stored_spec(manifest)
    accepted, left_count = accepted_records(manifest, spec)
    latest, fields = int(manifest.options["latest_year"]), linking_fields(spec, features=True)
    records = encode(accepted, spec, latest_year=latest, left_count=left_count, fields=fields)
    numbers = [_find(records, left_id, right_id) for left_id, right_id in pairs]
    again = lay_out(records, spec, stored_model(manifest, spec), stored_snapshot(manifest))
    return tuple(explain_rescored(again.rescore(i, j), spec) for i, j in numbers)


def explain_rescored(found: Rescored, spec: LinkageSpec) -> Explained:
    """Explain a pair that has been scored again."""
    here = slice(found.place, found.place + 1)
    pairs, survivors = found.pairs, found.pairs.survivors
    one = Survivors(
        left=survivors.left[here],
        right=survivors.right[here],
        rules=survivors.rules[here],
        weight=survivors.weight[here],
        levels=survivors.levels[here],
        compared=survivors.compared,
    )
    scored = ScoredPairs(
        survivors=one,
        records=pairs.records,
        regions=pairs.people.region,
        told=told_fields(pairs.records),
        spec=spec,
        chosen=found.chosen,
        frequencies=found.frequencies,
        weight=np.array([found.weight]),
        guards_weight=np.array([found.guards_weight]),
        features=found.features,
        matrix=found.matrix[here],
        suspicions=np.array([found.suspicions], np.uint8),
        holding=np.array([found.holding], np.uint8),
    )
    return next(explain_scored(scored))


def _find(records: EncodedRecords, left_id: str, right_id: str) -> tuple[int, int]:
    """Return the record numbers of the two ids, the smaller first."""
    left_part = records.ids if records.left_count < 0 else records.ids[: records.left_count]
    right_part = records.ids if records.left_count < 0 else records.ids[records.left_count :]
    found = [_position(left_part, left_id), _position(right_part, right_id)]
    if records.left_count >= 0:  # clusters and cases write an id that stands in both files with its side
        found[0] = found[0] if found[0] >= 0 else _position(left_part, left_id.removeprefix("left:"))
        found[1] = found[1] if found[1] >= 0 else _position(right_part, right_id.removeprefix("right:"))
    for value, name in zip(found, ("LEFT_ID", "RIGHT_ID"), strict=True):
        if value < 0:
            raise UsageError(f"the run accepted no record with this {name}", remedy="Ids stand in clusters.parquet")
    i, j = found[0], found[1] + max(records.left_count, 0)
    if i == j:
        raise UsageError("LEFT_ID and RIGHT_ID are the same record")
    return min(i, j), max(i, j)


def _position(ids: pa.StringArray, value: str) -> int:
    return int(pc.index(ids, value).as_py())
