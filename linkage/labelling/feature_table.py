"""The pairs of a run as a table for analysts: ids, levels, weights, features and labels; no value of a resident."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.comparison.pair_pass import Survivors
from linkage.comparison.survive import pair_keys
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.errors import InvariantError
from linkage.features.evidence import PairEvidence
from linkage.features.feature import Feature
from linkage.features.matrix import feature_matrix
from linkage.labelling.asking import rows_of_labels
from linkage.labelling.consensus import Consolidated, consolidate
from linkage.labelling.labels import Label
from linkage.labelling.pseudonyms import pseudonyms
from linkage.labelling.reread import WrittenPairs, rows_of_pairs
from linkage.lookback.reread import accepted_records, stored_snapshot, stored_weights
from linkage.run.outputs import writing
from linkage.schema import PAIRS_HEAD, column
from linkage.stages.candidates import plan_candidates
from linkage.stages.facts import frequency_adjustments
from linkage.stages.frequencies import count_values
from linkage.stages.modelling import with_adjustments
from linkage.stages.survivors import evidence_of, surviving_pairs

FEWEST: Final = 5
"""Pairs that a combination of two provinces must have to be named: fewer could point at people."""

COARSE: Final = 1
"""Decimals that pseudonymised numbers keep: an exact weight is as good as a name, for who holds the register."""

_SHARES: Final = ("match_probability", "label_inclusion")
"""They keep three decimals."""

_LARGEST: Final = 1_000.0
"""No coarse feature is as large; a year, a date or a number of a resident would be."""


def feature_table(
    written: WrittenPairs, labels: Sequence[Label] = (), *, secret: bytes | None = None, threads: int = 1
) -> pa.Table:
    """Return one row per written pair. Reads the run's inputs again.

    Columns: those of ``pairs.parquet``; each feature of the models that is not a level, float32, null where what it
    needs is missing; ``label`` (null without one), ``label_inclusion`` and ``labellers``, how many have answered.
    Field metadata ``kind`` tells id, pair, level, feature, region or label.

    With ``secret`` pseudonymised: ids are keyed hashes, numbers are rounded to one decimal, provinces of the two
    records are added where five pairs or more share both, and rows stand in the order of the new ids.

    Raises:
        InputMissingError, InvariantError: as :func:`linkage.lookback.reread.accepted_records`; or a feature looks like
            a value of a resident.
    """
    evidence, rows = _evidence(written, threads)
    features, every = feature_matrix(evidence)
    matrix = every[rows]
    table = _pair_columns(written)
    for place, feature in enumerate(features):
        if feature.name not in table.column_names:
            table = table.append_column(_feature_field(feature), _nullable(matrix[:, place]))
    table = _with_labels(table, written, consolidate(labels, across=written.across))
    if secret is None:
        return table
    return _pseudonymised(table, evidence, secret, swaps=not written.across)


def write_features(table: pa.Table, out: Path) -> None:
    """Write the table as Parquet; a reader sees the old or the new file, never half.

    Raises:
        OutputError: it cannot be written.
    """
    partial = out.with_name(f".{out.name}.partial")
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        try:
            pq.write_table(table, partial, compression="zstd")
            partial.replace(out)
        finally:
            partial.unlink(missing_ok=True)


def _evidence(written: WrittenPairs, threads: int) -> tuple[PairEvidence, npt.NDArray[np.int64]]:
    """Return what features read, and where among its pairs each written one stands, int64 (n_written,).

    A family's evidence lies in all pairs that survived, not only in those written. They are found again, but for a
    night that compared what a delta brought: there the written ones must do.
    """
    manifest, spec = written.manifest, written.spec
    accepted, left_count = accepted_records(manifest, spec)
    latest = int(manifest.options["latest_year"])
    records = encode(accepted, spec, latest_year=latest, left_count=left_count, threads=threads)
    left, right = rows_of_pairs(written.table, records.ids, left_count)
    one, other = np.minimum(left, right).astype(np.int32), np.maximum(left, right).astype(np.int32)
    snapshot = stored_snapshot(manifest)
    frequencies = count_values(records, spec) if snapshot is None else snapshot.frequencies(records, spec.older_regions)
    model = stored_weights(manifest, spec)
    chosen = with_adjustments(model, "manifest", frequencies, spec)
    candidates = plan_candidates(records, spec, snapshot, threads=threads)
    if snapshot is None:
        found = surviving_pairs(candidates, records, spec, chosen, frequencies, LocalEngine(threads))
        return found, _places(found.survivors, one, other)
    adjusted = frequency_adjustments(one, other, written.levels, records, spec, chosen)
    weighted = np.array([place for place, item in enumerate(spec.comparisons) if not item.part], np.int64)
    weight = model.evidence_weight(written.levels[:, weighted], adjusted)
    rules = written.table.column("rules").to_numpy()
    survivors = Survivors(one, other, rules, weight, written.levels, one.size)
    program = candidates.work.program
    return evidence_of(survivors, records, spec, chosen, program, frequencies), np.arange(one.size)


def _places(survivors: Survivors, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
    """Return where pairs (n,) of record numbers, the smaller first, stand among the survivors, which are in order.

    Raises:
        InvariantError: a pair did not survive.
    """
    known, wanted = pair_keys(survivors.left, survivors.right), pair_keys(left, right)
    found = np.minimum(np.searchsorted(known, wanted), max(known.size - 1, 0))
    if wanted.size and (not known.size or not np.array_equal(known[found], wanted)):
        raise InvariantError("a pair of the run does not survive its own weights", where="pairs.parquet")
    return found.astype(np.int64)


def _pair_columns(written: WrittenPairs) -> pa.Table:
    fields = []
    for field in written.table.schema:
        kind = "id" if field.name.endswith("_id") else "level" if field.name.startswith("level_") else "pair"
        says = PAIRS_HEAD.field(field.name).metadata[b"says"].decode() if field.name in PAIRS_HEAD.names else (
            "agreement level: 0 missing, 1 different, larger is closer"
        )  # fmt: skip
        fields.append(_field(field.name, field.type, says, kind))
    return pa.Table.from_arrays(written.table.columns, schema=pa.schema(fields))


def _field(name: str, kind_of_values: pa.DataType, says: str, kind: str, *, nullable: bool = False) -> pa.Field:
    field = column(name, kind_of_values, says, nullable=nullable)
    return field.with_metadata({**field.metadata, b"kind": kind.encode()})


def _feature_field(feature: Feature) -> pa.Field:
    way = {1: "more never speaks against one person", -1: "more never speaks for one person", 0: "either way"}
    field = _field(feature.name, pa.float32(), f"{feature.group}; {way[feature.direction]}", "feature", nullable=True)
    return field.with_metadata({**field.metadata, b"direction": str(feature.direction).encode()})


def _nullable(values: npt.NDArray[np.float32]) -> pa.Array:
    return pa.array(values, mask=np.isnan(values))


def _with_labels(table: pa.Table, written: WrittenPairs, known: Sequence[Consolidated]) -> pa.Table:
    rows = rows_of_labels(written, known)
    label: list[str | None] = [None] * table.num_rows
    inclusion: list[float | None] = [None] * table.num_rows
    labellers = np.zeros(table.num_rows, np.int16)
    for row, item in zip(rows.tolist(), known, strict=True):
        if row >= 0:
            label[row], inclusion[row], labellers[row] = item.label, item.inclusion, len(item.answers)
    added: list[tuple[pa.Field, Any]] = [
        (_field("label", pa.string(), "same, different or unsure, of all labellers", "label", nullable=True), label),
        (
            _field(
                "label_inclusion", pa.float64(), "probability of being drawn to be labelled", "label", nullable=True
            ),
            inclusion,
        ),
        (_field("labellers", pa.int16(), "how many have answered", "label"), labellers),
    ]
    for field, values in added:
        table = table.append_column(field, pa.array(values, field.type))
    return table


def _pseudonymised(table: pa.Table, evidence: PairEvidence, secret: bytes, *, swaps: bool) -> pa.Table:
    _check_features(table)
    left = pseudonyms(table.column("left_id").to_pylist(), secret)
    right = pseudonyms(table.column("right_id").to_pylist(), secret)
    one, other = _provinces(evidence, table)
    if swaps:
        # The order of the true ids is that of the files' lines: it goes with them.
        swapped = pc.greater(left, right)
        left, right = pc.if_else(swapped, right, left), pc.if_else(swapped, left, right)
        turned = swapped.to_numpy(zero_copy_only=False)
        one, other = np.where(turned, other, one), np.where(turned, one, other)
    for name, ids in (("left_id", left), ("right_id", right)):
        place = table.schema.get_field_index(name)
        table = table.set_column(place, _field(name, pa.string(), "keyed hash of the record id", "id"), ids)
    for field in table.schema:
        if pa.types.is_floating(field.type):
            share = field.name in _SHARES
            rounded = pc.round(table.column(field.name), 3 if share else COARSE)
            if field.name == "label_inclusion":  # never 0: it is divided by
                rounded = pc.max_element_wise(rounded, 0.001, skip_nulls=False)
            table = table.set_column(table.schema.get_field_index(field.name), field, rounded)
    for name, codes in (("left_province", one), ("right_province", other)):
        says = f"province of the office that sent the record; null when unknown, or with fewer than {FEWEST} such pairs"
        table = table.append_column(
            _field(name, pa.int16(), says, "region", nullable=True), pa.array(codes, pa.int16(), mask=codes == 0)
        )
    return table.sort_by([("left_id", "ascending"), ("right_id", "ascending")]).combine_chunks()


def _check_features(table: pa.Table) -> None:
    """Raise unless every feature is small: years, dates and numbers of residents are not."""
    for field in table.schema:
        if field.metadata[b"kind"] == b"feature":
            largest = pc.max(pc.abs(table.column(field.name))).as_py()
            if largest is not None and largest >= _LARGEST:
                raise InvariantError(
                    "the feature holds numbers that may be a resident's year, date or number", where=field.name,
                    remedy="It cannot be written pseudonymised",
                )  # fmt: skip


def _provinces(evidence: PairEvidence, table: pa.Table) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the province code of the left and right records, int64 (n_pairs,), 0 when unknown or rare."""
    ids = evidence.records.ids
    left, right = rows_of_pairs(table.select(["left_id", "right_id"]), ids, evidence.records.left_count)
    region = evidence.people.region.astype(np.int64) // 100
    one, other = region[left], region[right]
    both = np.minimum(one, other) * 100 + np.maximum(one, other)
    _, group, size = np.unique(both, return_inverse=True, return_counts=True)
    rare = size[group] < FEWEST
    return np.where(rare, 0, one), np.where(rare, 0, other)
