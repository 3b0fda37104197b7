"""Between a run and the review queue: cases out, and what stewards have called different back in."""

from __future__ import annotations

import gc
from collections.abc import Callable, Collection, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import EncodedRecords
from linkage.nightly.case_evidence import explain_cases
from linkage.nightly.case_records import records_in_cases
from linkage.nightly.families import families_of
from linkage.nightly.night import Night
from linkage.nightly.standard_values import standard
from linkage.nightly.surroundings import Surroundings
from linkage.pipeline import Linked
from linkage.review.cases import CaseIn, LoadResult, PairIn, RecordIn
from linkage.review.fingerprint import pair_fingerprint
from linkage.review.sql import SqlQueue
from linkage.spec import LinkageSpec
from linkage.standing.delta import DeltaLinked


def load_queue(
    night: Night,
    linked: Linked | DeltaLinked,
    residents: Callable[[pa.StringArray], pa.Table],
    around: Surroundings,
    *,
    complete: bool = True,
    gone: Collection[str] = (),
) -> LoadResult:
    """Bring the queue in line with what a night found; arguments as in :meth:`linkage.review.sql.SqlQueue.load`.

    ``residents``: returns at least the standing rows of these record ids. ``around``: what stands around the linked
    records. What time brings is done as well: offices
    that did not answer, waiting cases for which there is room, values that are kept no longer.

    Millions of small values are made, in no cycles, and all live to the end. The collector would go through all of them
    again and again, for half of the time, so it rests.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        cases = queue_cases(linked, residents, around, night.project.secret())
        model = linked.chosen.digest
        loaded = night.queue.load(night.run_id, cases, complete=complete, gone=gone, model=model, now=night.began)
        night.queue.sweep(now=night.began)
        night.queue.retain(now=night.began)
        return loaded
    finally:
        if collects:
            gc.enable()


def queue_cases(
    linked: Linked | DeltaLinked,
    residents: Callable[[pa.StringArray], pa.Table],
    around: Surroundings,
    key: bytes,
) -> list[CaseIn]:
    """Return the cases in the form the queue takes, with their records and these' families, the evidence and a keyed
    fingerprint of every pair."""
    held = _records(linked, residents, around, key)
    # Of each pair of words there is one, however many pairs of records have it.
    words = [[(item.name, level) for level in item.level_names] for item in linked.spec.comparisons]
    offsets, chosen = linked.decision.case_pair_offsets, linked.decision.case_pair_indices
    once, place = np.unique(chosen, return_inverse=True)
    explained = explain_cases(linked, around, once)
    left, right = linked.survivors.left[chosen], linked.survivors.right[chosen]
    ids = linked.records.ids
    pairs = [
        PairIn(
            left_id=min(one, other),
            right_id=max(one, other),
            fingerprint=fingerprint,
            match_probability=probability,
            match_weight_log2=weight,
            evidence=tuple(own[level] for own, level in zip(words, levels, strict=True)),
            explained=explained[number],
        )
        for one, other, fingerprint, probability, weight, levels, number in zip(
            ids.take(pa.array(left)).to_pylist(),
            ids.take(pa.array(right)).to_pylist(),
            fingerprints_of(linked.records, left, right, linked.spec, key),
            linked.facts.probability[chosen].tolist(),
            linked.weight[chosen].tolist(),
            linked.survivors.levels[chosen].tolist(),
            place.tolist(),
            strict=True,
        )
    ]
    return [
        CaseIn(
            case_id=row["case_id"],
            kind=row["kind"],
            scope=row["scope"],
            priority=row["priority"],
            records=tuple(held[record] for record in row["record_ids"]),
            reasons=tuple(row["reasons"]),
            pairs=tuple(sorted(pairs[start:end], key=lambda pair: (pair.left_id, pair.right_id))),
        )
        for row, start, end in zip(linked.cases.to_pylist(), offsets[:-1].tolist(), offsets[1:].tolist(), strict=True)
    ]


def _records(
    linked: Linked | DeltaLinked, residents: Callable[[pa.StringArray], pa.Table], around: Surroundings, key: bytes
) -> Mapping[str, RecordIn]:
    """Return the records of all cases, by id."""
    inside = linked.cases.column("record_ids").combine_chunks().flatten().unique()
    numbers = pc.index_in(inside, value_set=linked.records.ids).to_numpy(zero_copy_only=False).astype(np.int32)
    holders = around.holders(numbers)
    rows = residents(pa.concat_arrays([inside, holders.ids]).unique())
    families = families_of(inside, holders, rows, linked.spec)
    return records_in_cases(inside, rows, linked.records, around.people, families, linked.spec, key)


def fingerprints_of(
    records: EncodedRecords, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], spec: LinkageSpec, key: bytes
) -> list[bytes]:
    """Return the keyed fingerprint of the compared standard values of each pair of records (n_pairs,).

    A card's status is left out: that it was printed or handed over since is no news of who somebody is.
    """
    fields = list(dict.fromkeys(item.field for item in spec.comparisons if item.field and item.kernel != "enrolment"))
    values = [(standard(records, name, left), standard(records, name, right)) for name in fields]
    return [
        pair_fingerprint(
            key, [(name, one[pair], other[pair]) for name, (one, other) in zip(fields, values, strict=True)]
        )
        for pair in range(left.size)
    ]


def cannot_links(
    queue: SqlQueue, records: EncodedRecords, spec: LinkageSpec, key: bytes, until: int
) -> npt.NDArray[np.int32]:
    """Return the pairs that a steward has called different and whose compared fields are still the same.

    ``until``: the last judgement that the run heeds, so that it can be repeated; what is judged while it works is
    heeded by the next.
    """
    called = queue.cannot_links(until)
    if not called:
        return np.zeros((0, 2), np.int32)
    ends = [
        pc.index_in(pa.array([pair[side] for pair in called], pa.string()), value_set=records.ids) for side in (0, 1)
    ]
    here = np.flatnonzero(pc.and_(ends[0].is_valid(), ends[1].is_valid()).to_numpy(zero_copy_only=False))
    left, right = (np.asarray(end.take(pa.array(here)).to_numpy(), np.int32) for end in ends)
    now = fingerprints_of(records, left, right, spec, key)
    same = np.array(
        [called[pair][2] == fingerprint for pair, fingerprint in zip(here.tolist(), now, strict=True)], bool
    )
    return np.stack([left[same], right[same]], axis=1)
