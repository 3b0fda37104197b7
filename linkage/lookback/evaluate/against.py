"""What changed between two runs over the same records: pairs, clusters, cases, weights, and the ids of clusters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.cluster_changes import RELATIONS, ClusterChanges, aliases, cluster_changes
from linkage.encode import encode
from linkage.errors import UsageError
from linkage.evaluation.figures import plain
from linkage.evaluation.known_pairs import Bool, Int64
from linkage.lookback.evaluate.estimate import pair_rows
from linkage.lookback.evaluate.written import WrittenRun, records_of, unique_ids
from linkage.stages.facts import record_facts
from linkage.standardise.regions.resolve import region_name

LARGEST: Final = 10
"""So many pairs with the largest changes of weight are told."""

CERTAIN_BITS: Final = 12.0
"""Beyond this weight a pair is certain either way: more or less of it is no change worth looking at."""

_REGIONAL: Final = ("source", "kode_wilayah", "kab_kota", "provinsi")


@dataclass(frozen=True)
class PairChanges:
    """Linked pairs, each run at its own threshold, among records of both; ``unwritten`` ones the other did not keep."""

    both: int
    gained: int
    lost: int
    gained_unwritten: int
    lost_unwritten: int


@dataclass(frozen=True)
class WeightChange:
    """One pair's match weight in bits in either run; ids only."""

    left_id: str
    right_id: str
    before_log2: float
    after_log2: float


@dataclass(frozen=True)
class CaseChanges:
    """Cases of one kind: ``kept`` have the same kind and records, others were opened or closed."""

    kind: str
    before: int
    after: int
    kept: int
    opened: int
    closed: int


@dataclass(frozen=True)
class RegionChanges:
    """Records of one region, and how many of them do not stand with the same companions as before."""

    region: str
    name: str
    records: int
    moved: int


@dataclass(frozen=True)
class Changes:
    """What changed from an earlier run to a later one.

    ``records``: those of both runs; ``only_before``, ``only_after``: of one only. ``relations``: rows of the alias
    table by relation. ``renamed``: clusters with the same records under another id.
    """

    before: str
    after: str
    records: int
    only_before: int
    only_after: int
    pairs: PairChanges
    clusters: ClusterChanges
    relations: Mapping[str, int]
    renamed: int
    cases: tuple[CaseChanges, ...]
    regions: tuple[RegionChanges, ...]
    weights: tuple[WeightChange, ...]
    aliases: pa.Table

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON values, but for the table of aliases."""
        told = {name: value for name, value in vars(self).items() if name != "aliases"}
        for name in ("pairs", "clusters"):
            told[name] = asdict(told[name])
        for name in ("cases", "regions", "weights"):
            told[name] = [asdict(item) for item in told[name]]
        result: dict[str, Any] = plain(told)
        return result


def compare_runs(before: WrittenRun, after: WrittenRun, *, other_inputs: bool = False) -> Changes:
    """Return what changed; the inputs of the later run are read again for the regions of its records.

    ``other_inputs``: compare the records of both although the inputs are not the same.

    Raises:
        UsageError: the inputs are not the same and nobody said so, the commands are not, or no record is of both.
        InputMissingError, InvariantError: an input is gone, or not what the run read.
    """
    _check_inputs(before, after, other_inputs)
    ids = [run.clusters.column("record_id").combine_chunks() for run in (before, after)]
    place = pc.index_in(ids[1], value_set=ids[0])
    common = pc.is_valid(place).to_numpy(zero_copy_only=False)
    if not common.any():
        raise UsageError("the two runs have no record id in common", remedy="Compare runs over the same records")
    moved = _moved(before, after, place)
    table = aliases(before.clusters, after.clusters)
    counted = _counts(table.column("relation"))
    same = pc.equal(table.column("relation"), "same")
    renamed = pc.sum(pc.and_(same, pc.not_equal(table.column("old_id"), table.column("new_id")))).as_py()
    rows = _matching_rows(before, after)
    return Changes(
        before=before.manifest.run_id,
        after=after.manifest.run_id,
        records=int(common.sum()),
        only_before=len(ids[0]) - int(common.sum()),
        only_after=int((~common).sum()),
        pairs=_pair_changes(before, after, rows, ids),
        clusters=cluster_changes(before.clusters, after.clusters),
        relations={name: counted[name] for name in RELATIONS},
        renamed=int(renamed or 0),
        cases=_case_changes(before.cases, after.cases),
        regions=_by_region(after, ids[1], common, moved),
        weights=_weight_changes(before, after, rows),
        aliases=table,
    )


def _check_inputs(before: WrittenRun, after: WrittenRun, other_inputs: bool) -> None:
    if (before.manifest.command == "link") is not (after.manifest.command == "link"):
        raise UsageError("one run links two files and the other does not", remedy="Compare runs of one kind")
    if other_inputs:
        return
    if _digests(before) != _digests(after):
        raise UsageError(
            "the two runs read different inputs",
            where=f"{before.manifest.run_id} and {after.manifest.run_id}",
            remedy="Run both over the same files; with --other-inputs the records of both are compared by their ids",
        )


def _digests(run: WrittenRun) -> list[str]:
    """Return what stands for the records of a run: the digests of its files, or the state of the standing residents."""
    if run.manifest.command == "run":
        return [run.manifest.outputs["store/residents"]]
    digests = [str(item["sha256"]) for item in run.manifest.inputs]
    # Of two files that are linked, which is LEFT says whose record an id means.
    return digests if run.manifest.command == "link" else sorted(digests)


def _matching_rows(before: WrittenRun, after: WrittenRun) -> Int64:
    """Return for each pair of the later run its row in the earlier one, int64 (n_pairs,), -1 for none."""
    left, right = (after.pairs.column(name).combine_chunks() for name in ("left_id", "right_id"))
    return pair_rows(before.pairs, left, right, across=after.manifest.command == "link")


def _pair_changes(before: WrittenRun, after: WrittenRun, rows: Int64, ids: list[pa.Array]) -> PairChanges:
    then = before.probability >= before.link_threshold
    now = after.probability >= after.link_threshold
    found = rows >= 0
    was = np.zeros(rows.size, np.bool_)
    was[found] = then[rows[found]]
    kept_before = np.zeros(then.size, np.bool_)
    kept_before[rows[found]] = True
    alone = then & ~kept_before & _both_in(before.pairs, ids[1])
    new = now & ~found & _both_in(after.pairs, ids[0])
    return PairChanges(
        both=int((was & now).sum()),
        gained=int((now & ~was & found).sum() + new.sum()),
        lost=int((was & ~now).sum() + alone.sum()),
        gained_unwritten=int(new.sum()),
        lost_unwritten=int(alone.sum()),
    )


def _both_in(pairs: pa.Table, ids: pa.Array) -> Bool:
    """Tell of which pairs both records are among ``ids``, which may carry their side."""
    known = np.ones(pairs.num_rows, np.bool_)
    for name, side in (("left_id", "left:"), ("right_id", "right:")):
        column = pairs.column(name)
        marked = pc.binary_join_element_wise(pa.scalar(side), column, "")
        either = pc.or_(pc.is_in(column, value_set=ids), pc.is_in(marked, value_set=ids))
        known &= either.to_numpy()
    return known


def _moved(before: WrittenRun, after: WrittenRun, place: pa.Array) -> Bool:
    """Return which records of the later run stand in the earlier one with other companions, bool (n_records,)."""
    common = np.flatnonzero(pc.is_valid(place).to_numpy(zero_copy_only=False))
    old, new = (
        run.clusters.column("cluster_id").combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        for run in (before, after)
    )
    old, new = old[place.take(pa.array(common)).to_numpy(zero_copy_only=False)], new[common]
    _, cell, size = np.unique(old * (new.max() + 1) + new, return_inverse=True, return_counts=True)
    moved = np.zeros(len(place), np.bool_)
    moved[common] = (size[cell] != np.bincount(old)[old]) | (size[cell] != np.bincount(new)[new])
    return moved


def _case_changes(before: pa.Table, after: pa.Table) -> tuple[CaseChanges, ...]:
    # The id of a case is a digest of its kind and records.
    kept = after.filter(pc.is_in(after.column("case_id"), value_set=before.column("case_id").combine_chunks()))
    counts = [_counts(table.column("kind")) for table in (before, after, kept)]
    return tuple(
        CaseChanges(kind, then, now, same, now - same, then - same)
        for kind in sorted({*counts[0], *counts[1]})
        for then, now, same in [tuple(count[kind] for count in counts)]
    )


def _counts(values: pa.ChunkedArray) -> Counter[str]:
    counted = pc.value_counts(values)
    return Counter(dict(zip(counted.field("values").to_pylist(), counted.field("counts").to_pylist(), strict=True)))


def _by_region(run: WrittenRun, ids: pa.Array, common: Bool, moved: Bool) -> tuple[RegionChanges, ...]:
    accepted, n_left = records_of(run)
    fields = {*_REGIONAL} & {field.name for field in run.spec.fields}
    records = encode(accepted, run.spec, latest_year=int(run.manifest.options["latest_year"]), fields=fields)
    region = record_facts(records, run.spec.older_regions).region
    order = pc.index_in(ids, value_set=unique_ids(accepted.column("record_id").combine_chunks(), n_left))
    codes = region[order.to_numpy(zero_copy_only=False)]
    told = []
    for code in np.unique(codes[common]).tolist():
        own = common & (codes == code)
        name = region_name(code, run.spec.older_regions) if code > 0 else "unknown"
        told.append(RegionChanges(f"{code:04d}", name, int(own.sum()), int(moved[own].sum())))
    return tuple(sorted(told, key=lambda row: (-row.moved, row.region)))


def _weight_changes(before: WrittenRun, after: WrittenRun, rows: Int64) -> tuple[WeightChange, ...]:
    shared = np.flatnonzero(rows >= 0)
    then, now = before.weight_log2[rows[shared]], after.weight_log2[shared]
    change = np.abs(np.clip(now, -CERTAIN_BITS, CERTAIN_BITS) - np.clip(then, -CERTAIN_BITS, CERTAIN_BITS))
    chosen = np.argsort(-change, kind="stable")[:LARGEST]
    pairs = after.pairs.take(pa.array(shared[chosen]))
    return tuple(
        WeightChange(left, right, float(old), float(new))
        for left, right, old, new in zip(
            *(pairs.column(name).to_pylist() for name in ("left_id", "right_id")),
            then[chosen],
            now[chosen],
            strict=True,
        )
        if old != new
    )
