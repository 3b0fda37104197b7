"""Why these two records? The evidence of one pair, recomputed from the inputs of a finished run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.guards import Guard
from linkage.encode import EncodedRecords, encode
from linkage.errors import UsageError
from linkage.features.findings import Known, Rarity, findings_of
from linkage.lookback.reread import accepted_records, stored_model, stored_snapshot, stored_spec
from linkage.lookback.rescoring import Rescored, lay_out
from linkage.models.attribution import attribute
from linkage.models.explain import explain_pair
from linkage.models.fellegi_sunter import probability
from linkage.models.supervised import SupervisedModel
from linkage.run.manifest import read_manifest
from linkage.spec import LinkageSpec
from linkage.stages.facts import frequency_adjustments
from linkage.stages.fields import linking_fields
from linkage.standardise.nik.numbers import valid_codes
from linkage.words.catalogue import Finding, topic_of, topic_of_comparison
from linkage.words.explained import EvidenceGroup, Explained, GuardSaid, WeighedFeature

_ASKED_FOR: Final = (
    "nik", "no_kk", "nama", "jenis_kelamin", "tanggal_lahir", "tempat_lahir", "nama_ibu", "nama_ayah", "nik_ibu",
    "nik_ayah", "alamat", "kelurahan", "no_akta_lhr", "status_ktpel",
)  # fmt: skip
"""Fields whose absence is told, the weightiest first."""

_NIKS: Final = ("nik", "nik_ibu", "nik_ayah")


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
    known = _known(found, spec)
    supervised = found.chosen.supervised
    start, groups, calibration = (
        _by_comparison(found, spec, known) if supervised is None else _by_feature(found, supervised, known)
    )
    by_size = sorted(groups, key=lambda group: (-abs(group.bits), group.group))
    has_family = "same_day_kin" in known.values
    family = next((group for group in by_size if group.group == "family"), None)
    if family is None and has_family:
        family = EvidenceGroup("family", 0.0, findings_of("family", known), ())
    i, j = found.ends
    records = found.pairs.records
    return Explained(
        left_id=str(records.ids[i].as_py()),
        right_id=str(records.ids[j].as_py()),
        model="fellegi_sunter" if supervised is None else "supervised",
        weight_log2=found.weight,
        probability=float(probability(np.array([found.weight]))[0]),
        link_threshold=spec.link_threshold,
        start=start,
        groups=tuple(by_size),
        calibration=calibration,
        missing=tuple(_missing(records, i, j)),
        family=family,
        guards=tuple(
            GuardSaid(str(guard.name).lower(), bool(found.holding & guard))
            for guard in Guard
            if found.suspicions & guard
        ),
        rules=tuple(rule.name for number, rule in enumerate(spec.rules) if found.rules >> number & 1),
        levels=known.levels,
    )


Parts = tuple[tuple[tuple[str, float], ...], list[EvidenceGroup], float]
"""Where the sum begins, its groups, and what calibration adds."""


def _by_feature(found: Rescored, model: SupervisedModel, known: Known) -> Parts:
    """Take the weight apart by what each feature adds to it, gathered by topic."""
    told = attribute(model, found.matrix[found.place : found.place + 1])
    members: dict[str, list[WeighedFeature]] = {}
    for name, bits in zip(told.feature_names, told.features[0].tolist(), strict=True):
        members.setdefault(topic_of(name), []).append(WeighedFeature(name, known.value(name), bits))
    groups = [
        EvidenceGroup(topic, sum(item.bits for item in own), findings_of(topic, known), tuple(own))
        for topic, own in members.items()
    ]
    return (("expectation", told.expectation), ("share", told.prior)), groups, float(told.calibration[0])


def _by_comparison(found: Rescored, spec: LinkageSpec, known: Known) -> Parts:
    """Take the weight apart by comparison, with what guards said as one more."""
    pairs, place, model = found.pairs, found.place, found.chosen.model
    row = pairs.survivors.levels[place : place + 1]
    ends = (pairs.survivors.left[place : place + 1], pairs.survivors.right[place : place + 1])
    adjusted = frequency_adjustments(*ends, row, pairs.records, spec, found.chosen)[0]
    levels = [int(level) for level, item in zip(row[0], spec.comparisons, strict=True) if not item.part]
    rarity = {item.name: float(bits) for item, bits in zip(spec.weighted, adjusted, strict=True)}
    told = explain_pair(model, levels, rarity)
    groups = []
    for term in told.contributions:
        topic = topic_of_comparison(term.comparison)
        own = [WeighedFeature(term.comparison, term.level, term.weight_log2)]
        if term.tf_adjustment_log2:
            own.append(WeighedFeature(f"{term.comparison} rarity", term.level, term.tf_adjustment_log2))
        groups.append(EvidenceGroup(topic, term.total_log2, findings_of(topic, known), tuple(own)))
    if found.guards_weight:
        own = [WeighedFeature("guard", "", found.guards_weight)]
        findings = tuple(_suspected(found.suspicions))
        groups.append(EvidenceGroup("pattern", found.guards_weight, findings, tuple(own)))
    return (("prior", told.prior_log2),), groups, 0.0


def _suspected(bits: int) -> Iterator[Finding]:
    return (Finding(f"pattern.{str(guard.name).lower()}") for guard in Guard if bits & guard)


def _known(found: Rescored, spec: LinkageSpec) -> Known:
    row = found.matrix[found.place].tolist()
    levels = found.pairs.survivors.levels[found.place].tolist()
    return Known(
        values=dict(zip(found.features, row, strict=True)),
        levels={item.name: item.level_names[level] for item, level in zip(spec.comparisons, levels, strict=True)},
        rarity=dict(_rarities(found)),
        prior_log2=found.chosen.model.prior_log2odds,
    )


def _rarities(found: Rescored) -> Iterator[tuple[str, Rarity]]:
    """How often the values stand that both records bear, and in their regency where that is counted."""
    i, j = found.ends
    records, counts = found.pairs.records, found.frequencies
    region = found.pairs.people.region
    for name in ("nama", "nama_ibu", "nama_ayah"):
        column = records.columns.get(name)
        if column is None or name not in counts.counts or column.codes[i] != column.codes[j] or column.codes[i] < 0:
            continue
        code = column.codes[i]
        here: npt.NDArray[np.bool_] = (region == region[i]) & (column.codes >= 0)
        by_region = name in counts.regional and region[i] > 0 and region[i] == region[j]
        yield (
            name,
            Rarity(
                count=int(counts.counts[name][code]),
                total=int(counts.present[name]),
                here=int(np.count_nonzero(here & (column.codes == code))) if by_region else 0,
                total_here=int(np.count_nonzero(here)) if by_region else 0,
            ),
        )


def _missing(records: EncodedRecords, i: int, j: int) -> Iterator[Finding]:
    """What one record or both do not tell, of the fields that any record tells; and NIKs that break the rules."""
    for name in _ASKED_FOR:
        column = records.columns.get(name)
        if column is None or not len(column.content.values):
            continue
        absent = int(column.codes[i] < 0) + int(column.codes[j] < 0)
        if absent:
            yield Finding("missing.one" if absent == 1 else "missing.two", {"field": name})
        if name in _NIKS:
            valid = valid_codes(column)
            invalid = sum(int(column.codes[record] >= 0 and valid[record] < 0) for record in (i, j))
            if invalid:
                yield Finding("missing.invalid", {"field": name, "count": invalid})


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
