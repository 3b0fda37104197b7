"""Scored pairs explained: what each kind of evidence adds to a weight, and what was found, in words.

The one place where a weight is taken apart: for a pair of a finished run that is asked about, and for all pairs of the
cases that a night hands to the queue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.comparison.pair_pass import Survivors
from linkage.decision.evidence import UInt8
from linkage.decision.guards import Guard
from linkage.encode import EncodedRecords
from linkage.features.feature import Float32
from linkage.features.findings import Known, Rarity, findings_of
from linkage.models.attribution import attribute
from linkage.models.explain import explain_pair
from linkage.models.fellegi_sunter import probability
from linkage.models.supervised import SupervisedModel
from linkage.spec import LinkageSpec
from linkage.stages.facts import frequency_adjustments
from linkage.stages.frequencies import Frequencies
from linkage.stages.modelling import ChosenModel
from linkage.standardise.column import Int32
from linkage.standardise.nik.numbers import valid_codes
from linkage.words.catalogue import Finding, topic_of, topic_of_comparison
from linkage.words.explained import EvidenceGroup, Explained, GuardSaid, WeighedFeature

Float64 = npt.NDArray[np.float64]

_ASKED_FOR: Final = (
    "nik", "no_kk", "nama", "jenis_kelamin", "tanggal_lahir", "tempat_lahir", "nama_ibu", "nama_ayah", "nik_ibu",
    "nik_ayah", "alamat", "kelurahan", "no_akta_lhr", "status_ktpel",
)  # fmt: skip
"""Fields whose absence is told, the weightiest first."""

_NIKS: Final = ("nik", "nik_ibu", "nik_ayah")
_NAMES: Final = ("nama", "nama_ibu", "nama_ayah")

_AT_ONCE: Final = 2_000
"""Pairs whose features are taken apart together: what is held of them are some megabytes."""


@dataclass(frozen=True, repr=False)
class ScoredPairs:
    """Pairs (n,) as they were scored, and by what.

    ``survivors``: the pairs, between ``records``. ``regions`` int32 (n_records,): the office of each record, 0 for
    unknown. ``told``: fields that any record of the data tells, among ``records`` or not. ``weight`` float64 (n,):
    final match weight in bits; ``guards_weight`` float64 (n,): what guards added to that of the comparisons, 0 under a
    supervised model. ``features``: names of the columns of ``matrix`` float32 (n, n_features). ``suspicions``,
    ``holding`` uint8 (n,): bits of :class:`linkage.decision.guards.Guard`, before and beside the probability; a
    steward's word is not among them.
    """

    survivors: Survivors
    records: EncodedRecords
    regions: Int32
    told: frozenset[str]
    spec: LinkageSpec
    chosen: ChosenModel
    frequencies: Frequencies
    weight: Float64
    guards_weight: Float64
    features: tuple[str, ...]
    matrix: Float32
    suspicions: UInt8
    holding: UInt8

    @property
    def n_pairs(self) -> int:
        """Number of pairs."""
        return int(self.survivors.left.size)


def told_fields(records: EncodedRecords) -> frozenset[str]:
    """Return the fields that any of the records tells."""
    return frozenset(name for name, column in records.columns.items() if len(column.content.values))


def explain_scored(pairs: ScoredPairs) -> Iterator[Explained]:
    """Yield the evidence of each pair, in their order. Holds no value of a resident but the record ids."""
    survivors, spec, records = pairs.survivors, pairs.spec, pairs.records
    rarities, missing = _rarities(pairs), _missing(pairs)
    model = pairs.chosen.supervised
    take_apart = _by_comparison(pairs) if model is None else _by_feature(pairs, model)
    chances = probability(pairs.weight)
    for place in range(pairs.n_pairs):
        known = _known(pairs, place, rarities[place])
        start, groups, calibration = take_apart(place, known)
        by_size = sorted(groups, key=lambda group: (-abs(group.bits), group.group))
        family = next((group for group in by_size if group.group == "family"), None)
        if family is None and "same_day_kin" in known.values:
            family = EvidenceGroup("family", 0.0, findings_of("family", known), ())
        suspicions, holding, rules = (int(bits[place]) for bits in (pairs.suspicions, pairs.holding, survivors.rules))
        yield Explained(
            left_id=str(records.ids[int(survivors.left[place])].as_py()),
            right_id=str(records.ids[int(survivors.right[place])].as_py()),
            model="fellegi_sunter" if model is None else "supervised",
            weight_log2=float(pairs.weight[place]),
            probability=float(chances[place]),
            link_threshold=spec.link_threshold,
            start=start,
            groups=tuple(by_size),
            calibration=calibration,
            missing=tuple(missing[place]),
            family=family,
            guards=tuple(
                GuardSaid(str(guard.name).lower(), bool(holding & guard)) for guard in Guard if suspicions & guard
            ),
            rules=tuple(rule.name for number, rule in enumerate(spec.rules) if rules >> number & 1),
            levels=known.levels,
        )


Parts = tuple[tuple[tuple[str, float], ...], list[EvidenceGroup], float]
"""Where the sum begins, its groups, and what calibration adds."""

TakeApart = Callable[[int, Known], Parts]
"""Takes the weight of the pair at a place apart."""


def _by_feature(pairs: ScoredPairs, model: SupervisedModel) -> TakeApart:
    """Take weights apart by what each feature adds to them, gathered by topic."""
    parts = [
        attribute(model, pairs.matrix[start : start + _AT_ONCE]) for start in range(0, max(pairs.n_pairs, 1), _AT_ONCE)
    ]
    topics = [(name, topic_of(name)) for name in model.feature_names]

    def take_apart(place: int, known: Known) -> Parts:
        told, row = parts[place // _AT_ONCE], place % _AT_ONCE
        members: dict[str, list[WeighedFeature]] = {}
        for (name, topic), bits in zip(topics, told.features[row].tolist(), strict=True):
            members.setdefault(topic, []).append(WeighedFeature(name, known.value(name), bits))
        groups = [
            EvidenceGroup(topic, sum(item.bits for item in own), findings_of(topic, known), tuple(own))
            for topic, own in members.items()
        ]
        start = (("expectation", told.expectation), ("share", told.prior))
        return start, groups, float(told.calibration[row])

    return take_apart


def _by_comparison(pairs: ScoredPairs) -> TakeApart:
    """Take weights apart by comparison, with what guards said as one more."""
    survivors, spec, model = pairs.survivors, pairs.spec, pairs.chosen.model
    adjusted = frequency_adjustments(
        survivors.left, survivors.right, survivors.levels, pairs.records, spec, pairs.chosen
    ).tolist()
    whole = [number for number, item in enumerate(spec.comparisons) if not item.part]
    levels = survivors.levels[:, whole].tolist()
    names = [item.name for item in spec.weighted]

    def take_apart(place: int, known: Known) -> Parts:
        told = explain_pair(model, levels[place], dict(zip(names, adjusted[place], strict=True)))
        groups = []
        for term in told.contributions:
            topic = topic_of_comparison(term.comparison)
            own = [WeighedFeature(term.comparison, term.level, term.weight_log2)]
            if term.tf_adjustment_log2:
                own.append(WeighedFeature(f"{term.comparison} rarity", term.level, term.tf_adjustment_log2))
            groups.append(EvidenceGroup(topic, term.total_log2, findings_of(topic, known), tuple(own)))
        guards = float(pairs.guards_weight[place])
        if guards:
            found = tuple(_suspected(int(pairs.suspicions[place])))
            groups.append(EvidenceGroup("pattern", guards, found, (WeighedFeature("guard", "", guards),)))
        return (("prior", told.prior_log2),), groups, 0.0

    return take_apart


def _suspected(bits: int) -> Iterator[Finding]:
    return (Finding(f"pattern.{str(guard.name).lower()}") for guard in Guard if bits & guard)


def _known(pairs: ScoredPairs, place: int, rarity: Mapping[str, Rarity]) -> Known:
    levels = pairs.survivors.levels[place].tolist()
    return Known(
        values=dict(zip(pairs.features, pairs.matrix[place].tolist(), strict=True)),
        levels={item.name: item.level_names[level] for item, level in zip(pairs.spec.comparisons, levels, strict=True)},
        rarity=rarity,
        prior_log2=pairs.chosen.model.prior_log2odds,
    )


def _rarities(pairs: ScoredPairs) -> list[dict[str, Rarity]]:
    """How often the values stand that both records of each pair bear, and in their regency where that is counted."""
    found: list[dict[str, Rarity]] = [{} for _ in range(pairs.n_pairs)]
    counts = pairs.frequencies
    left, right = pairs.survivors.left, pairs.survivors.right
    region = pairs.regions[left]
    for name in _NAMES:
        column = pairs.records.columns.get(name)
        if column is None or name not in counts.counts:
            continue
        codes = column.codes[left]
        shared = np.flatnonzero((codes == column.codes[right]) & (codes >= 0))
        here, total_here = np.zeros(left.size, np.int64), np.zeros(left.size, np.int64)
        if name in counts.regional:
            of_region = shared[(region[shared] > 0) & (region[shared] == pairs.regions[right[shared]])]
            borne, total_here[of_region] = counts.regional[name].borne_in(codes[of_region], region[of_region])
            # Those who came since the values were counted bear it too.
            here[of_region] = np.maximum(borne, 2)
        for place in shared.tolist():
            found[place][name] = Rarity(
                count=int(counts.counts[name][codes[place]]),
                total=int(counts.present[name]),
                here=int(here[place]) if total_here[place] else 0,
                total_here=int(total_here[place]),
            )
    return found


def _missing(pairs: ScoredPairs) -> list[list[Finding]]:
    """What one record or both do not tell, of the fields that any record tells; and NIKs that break the rules."""
    found: list[list[Finding]] = [[] for _ in range(pairs.n_pairs)]
    for name in _ASKED_FOR:
        column = pairs.records.columns.get(name)
        if column is None or name not in pairs.told:
            continue
        absent = _both_ends(column.codes < 0, pairs)
        for place in np.flatnonzero(absent).tolist():
            found[place].append(Finding("missing.one" if absent[place] == 1 else "missing.two", {"field": name}))
        if name in _NIKS:
            broken = (column.codes >= 0) & (valid_codes(column) < 0)
            invalid = _both_ends(broken, pairs)
            for place in np.flatnonzero(invalid).tolist():
                found[place].append(Finding("missing.invalid", {"field": name, "count": int(invalid[place])}))
    return found


def _both_ends(holds: npt.NDArray[np.bool_], pairs: ScoredPairs) -> npt.NDArray[np.int8]:
    """Return of how many records of each pair something holds, int8 (n,): 0, 1 or 2."""
    both: npt.NDArray[np.int8] = holds[pairs.survivors.left].astype(np.int8) + holds[pairs.survivors.right]
    return both
