"""What the decision needs to know of records and pairs, taken from encoded columns, levels and the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from linkage.comparison.opcodes import MAX_LEVELS
from linkage.comparison.pair_pass import Survivors
from linkage.comparison.program import Program
from linkage.comparison.weights import shifted
from linkage.decision.agreement import Agreements, compare_records
from linkage.decision.evidence import PairFacts, RecordFacts
from linkage.decision.guards import guard_bits, guard_evidence
from linkage.encode import EncodedRecords
from linkage.models.fellegi_sunter import probability
from linkage.spec import DIFFERENT, LinkageSpec, OlderRegions
from linkage.stages.frequencies import BIRTH, NAME, SEX, Frequencies
from linkage.stages.modelling import ChosenModel
from linkage.standardise.codes import CARD_DUPLICATE, CARD_ENROLLED, INACTIVE
from linkage.standardise.column import StandardColumn
from linkage.standardise.dates.reading import DATE_DISCOUNTED
from linkage.standardise.names.slip import name_slips
from linkage.standardise.nik.numbers import valid_codes
from linkage.standardise.regions.resolve import record_regions

NIK: Final = "nik"
_NAME_RELATIONS: Final = ("missing", "different", "similar", "partial", "phonetic", "equal")
_SAME_RELATION: Final = {"near": "similar"}
"""Levels that a decision does not tell apart: both are look-alikes."""
_NIK_RELATIONS: Final = ("missing", "different", "sex_shift", "prefix", "typo", "equal")


def record_facts(records: EncodedRecords, older: OlderRegions = ()) -> RecordFacts:
    """Return the facts of all records; a field the spec does not have is missing everywhere.

    ``older``: the spec's regency codes of former times.
    """
    n = records.n_records
    columns = records.columns
    texts = {name: (column.codes, column.content.values) for name, column in columns.items()}
    sex = np.zeros(n, np.int8)
    if "jenis_kelamin" in columns:
        values = columns["jenis_kelamin"].content.values.to_pylist()
        by_value = np.array([*({"L": 1, "P": 2}.get(value, 0) for value in values), 0], np.int8)
        sex = by_value[columns["jenis_kelamin"].codes]
    return RecordFacts(
        ids=records.ids,
        region=record_regions(texts, n, older),
        nik=_codes(columns, NIK, n),
        enrolled=_flagged(columns, "status_ktpel", CARD_ENROLLED, n),
        inactive=_flagged(columns, "flag_status", INACTIVE, n),
        sex=sex,
        birth=_integers(columns, "tanggal_lahir", n),
        birth_default=_flagged(columns, "tanggal_lahir", DATE_DISCOUNTED, n),
        kk=_codes(columns, "no_kk", n),
        mother_nik=_codes(columns, "nik_ibu", n),
        certificate=_codes(columns, "no_akta_lhr", n),
        called_duplicate=_flagged(columns, "status_ktpel", CARD_DUPLICATE, n),
        odd_name=_odd_names(columns, n),
        no_parents=_without_parents(columns, n),
        sex_against_nik=_sex_against_nik(columns, sex, n),
    )


def _odd_names(columns: Mapping[str, StandardColumn], n: int) -> npt.NDArray[np.bool_]:
    """Names of one or two letters, or without a vowel or a consonant, and those that stand for a missing one."""
    if NAME not in columns:
        return np.zeros(n, np.bool_)
    column = columns[NAME]
    odd = pc.or_(
        pc.less_equal(pc.utf8_length(column.content.values), 2),
        pc.invert(pc.match_substring_regex(column.content.values, "[AIUEOY].*[^AIUEOY ]|[^AIUEOY ].*[AIUEOY]")),
    )
    by_value = np.append(np.asarray(odd.to_numpy(zero_copy_only=False), np.bool_), True)
    return by_value[column.codes]


def _without_parents(columns: Mapping[str, StandardColumn], n: int) -> npt.NDArray[np.bool_]:
    """Neither parent is named, in data that name parents at all."""
    parents = [columns[name] for name in ("nama_ibu", "nama_ayah") if name in columns]
    if len(parents) < 2 or not all(len(column.content.values) for column in parents):
        return np.zeros(n, np.bool_)
    nobody: npt.NDArray[np.bool_] = (parents[0].codes < 0) & (parents[1].codes < 0)
    return nobody


def _sex_against_nik(columns: Mapping[str, StandardColumn], sex: npt.NDArray[np.int8], n: int) -> npt.NDArray[np.bool_]:
    """The day digits of a valid NIK tell the other sex: to a woman's day 40 is added."""
    numbers = _integers(columns, NIK, n)
    tells = np.where(numbers // 10**8 % 100 > 40, 2, 1)
    against: npt.NDArray[np.bool_] = (numbers > 0) & (sex > 0) & (tells != sex)
    return against


def pair_facts(
    survivors: Survivors,
    records: EncodedRecords,
    spec: LinkageSpec,
    chosen: ChosenModel,
    program: Program,
    frequencies: Frequencies,
) -> PairFacts:
    """Return the facts of the surviving pairs, under the model's final probability."""
    model = chosen.model
    weight = survivors.weight + model.prior_log2odds
    return PairFacts(
        left=survivors.left,
        right=survivors.right,
        probability=probability(weight),
        weight_without_nik_log2=weight_without(survivors, records, spec, chosen, program, NIK),
        name_relation=name_relations(survivors, spec),
        mother_relation=_relation(survivors, spec, "nama_ibu", _NAME_RELATIONS),
        father_relation=_relation(survivors, spec, "nama_ayah", _NAME_RELATIONS),
        place_agrees=_agreement(survivors, spec, "tempat_lahir"),
        address_agrees=_agreement(survivors, spec, "alamat"),
        nik_relation=_relation(survivors, spec, NIK, _NIK_RELATIONS),
        expected_namesakes=expected_namesakes(survivors, records, frequencies),
        name_slip=_slips(survivors, records, frequencies),
        has_nik_column=frequencies.has_nik,
        levels=survivors.levels,
        comparison_names=tuple(item.name for item in spec.comparisons),
        level_names=tuple(item.level_names for item in spec.comparisons),
    )


def name_relations(survivors: Survivors, spec: LinkageSpec) -> npt.NDArray[np.int8]:
    """Return how the persons' names relate, int8 (n_pairs,): :class:`linkage.decision.evidence.NameRelation`."""
    return _relation(survivors, spec, NAME, _NAME_RELATIONS)


def with_guard_evidence(
    weight: npt.NDArray[np.float64],
    pairs: PairFacts,
    records: RecordFacts,
    spec: LinkageSpec,
    agreements: Agreements | None = None,
) -> tuple[npt.NDArray[np.float64], PairFacts]:
    """Return the final match weights in bits, and the facts under the probabilities they give.

    Fellegi-Sunter takes the comparisons as independent; for twins, whose date and family agree because they are twins,
    they are not. That a guard holds is evidence of its own, weighed by the spec's ``guard_weights``. ``agreements``:
    those of the pairs, where the caller has compared their records already.
    """
    guards = guard_bits(pairs, agreements or compare_records(records, pairs), np.zeros((0, 2), np.int32))
    final = weight + guard_evidence(guards, pairs, spec.guard_weights)
    return final, replace(pairs, probability=probability(final))


def frequency_adjustments(
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    levels: npt.NDArray[np.int8],
    records: EncodedRecords,
    spec: LinkageSpec,
    chosen: ChosenModel,
) -> npt.NDArray[np.float64]:
    """Return the term-frequency adjustment in bits, float64 (n_pairs, n_weighted), for ``levels`` of all comparisons.

    Of two spellings at the best level the commoner one counts, as in the pair pass; of two regions as well.
    """
    adjusted = np.zeros((left.size, len(spec.weighted)))
    position = {item.name: index for index, item in enumerate(spec.comparisons)}
    for slot, item in enumerate(spec.weighted):
        if item.term_frequency:
            by_value, codes = chosen.adjustments[item.field], records.columns[item.field].codes
            best = np.flatnonzero(levels[:, position[item.name]] == len(item.level_names) - 1)
            bits = np.minimum(by_value[codes[left[best]]], by_value[codes[right[best]]])
            if item.field in chosen.regional:
                own = chosen.model.comparisons[slot].level_weights()
                bits = shifted(bits, chosen.regional[item.field].bits(codes, left[best], right[best]), own[1] - own[-1])
            adjusted[best, slot] = bits
    return adjusted


def weight_without(
    survivors: Survivors,
    records: EncodedRecords,
    spec: LinkageSpec,
    chosen: ChosenModel,
    program: Program,
    field: str,
) -> npt.NDArray[np.float64]:
    """Return the match weight in bits, without prior, as if ``field`` were missing: what all else says."""
    levels = survivors.levels.copy()
    for index, item in enumerate(spec.comparisons):
        if item.field == field:
            levels[:, index] = 0
    for index, item in enumerate(spec.comparisons):
        if item.combine:
            code = np.zeros(len(levels), np.int64)
            for part in program.parts[index][: len(item.combine)]:
                code = code * MAX_LEVELS + levels[:, part]
            levels[:, index] = program.combined_level[program.combined_start[index] + code]
    weighted = levels[:, program.weighted]
    adjusted = frequency_adjustments(survivors.left, survivors.right, levels, records, spec, chosen)
    return chosen.model.evidence_weight(weighted, adjusted)


def expected_namesakes(
    survivors: Survivors, records: EncodedRecords, frequencies: Frequencies
) -> npt.NDArray[np.float64]:
    """Return how many *other* people with this name, sex and birth date to expect in the data, float64 (n_pairs,).

    Name, sex and date are taken as independent: n P(name) P(sex) P(date), the name being the commoner of the two and
    counted without the pair itself. A date counts as its year where it is vague, or a default date of a birth year in
    which such were given. nan where a name is missing.
    """
    n = max(frequencies.n_records, 1)
    name = records.columns.get(NAME)
    if name is None:
        return np.full(survivors.left.size, np.nan)
    counts = _counts(frequencies, NAME)
    one, other = name.codes[survivors.left], name.codes[survivors.right]
    namesakes = np.maximum(np.maximum(counts[one], counts[other]) - 2.0, 0.0)
    expected = np.where((one >= 0) & (other >= 0), namesakes, np.nan)
    date = records.columns.get(BIRTH)
    if date is not None:
        expected = expected * _date_share(date, frequencies, n)[date.codes[survivors.left]]
    sex = records.columns.get(SEX)
    if sex is not None:
        codes = sex.codes[survivors.left]
        expected = expected * np.where(codes >= 0, _counts(frequencies, SEX)[codes] / n, 1.0)
    return expected


def _slips(survivors: Survivors, records: EncodedRecords, frequencies: Frequencies) -> npt.NDArray[np.bool_] | None:
    """Return which pairs' names differ by a slip of the keyboard; None without person names."""
    name = records.columns.get(NAME)
    if name is None or name.content.names is None:
        return None
    left, right = name.codes[survivors.left], name.codes[survivors.right]
    both = np.flatnonzero((left >= 0) & (right >= 0))
    slips = np.zeros(left.size, np.bool_)
    slips[both] = name_slips(left[both], right[both], name.content.names, frequencies.tokens[NAME])
    return slips


def _date_share(date: StandardColumn, frequencies: Frequencies, n: int) -> npt.NDArray[np.float64]:
    """Return the share of records on each date; 1 for a missing one (last entry).

    Of a discounted default date, and of a date without its day, it is the share of the year: no more is known.
    """
    counts = _counts(frequencies, BIRTH)[:-1]
    numbers, flags = date.content.integers, date.content.flags
    if numbers is not None and flags is not None and counts.size:
        of_year = (flags & DATE_DISCOUNTED > 0) | (numbers % 100 == 0)
        years = numbers // 10_000
        longest = max(frequencies.years.size, int(years.max()) + 1)
        by_year = np.zeros(longest)
        by_year[: frequencies.years.size] = frequencies.years
        counts = np.where(of_year, by_year[years], counts)
    return np.append(counts / n, 1.0)


def _counts(frequencies: Frequencies, field: str) -> npt.NDArray[np.float64]:
    """Return records per distinct value, with a last entry, 0, that code -1 reads."""
    return np.append(frequencies.counts[field], 0).astype(np.float64)


def _codes(columns: Mapping[str, StandardColumn], name: str, n: int) -> npt.NDArray[np.int32]:
    return valid_codes(columns[name]) if name in columns else np.full(n, -1, np.int32)


def _integers(columns: Mapping[str, StandardColumn], name: str, n: int) -> npt.NDArray[np.int64]:
    integers = columns[name].content.integers if name in columns else None
    return np.zeros(n, np.int64) if integers is None else np.append(integers, 0)[columns[name].codes]


def _flagged(columns: Mapping[str, StandardColumn], name: str, bit: int, n: int) -> npt.NDArray[np.bool_]:
    flags = columns[name].content.flags if name in columns else None
    if flags is None:
        return np.zeros(n, np.bool_)
    raised: npt.NDArray[np.bool_] = (np.append(flags, np.uint8(0))[columns[name].codes] & bit) != 0
    return raised


def _relation(survivors: Survivors, spec: LinkageSpec, field: str, relations: Sequence[str]) -> npt.NDArray[np.int8]:
    """Return the relation code of the comparison on a field, by the names of its levels; missing when there is none."""
    for index, item in enumerate(spec.comparisons):
        if item.field == field:
            different = relations.index(DIFFERENT)
            names = [_SAME_RELATION.get(name, name) for name in item.level_names]
            codes = [relations.index(name) if name in relations else different for name in names]
            return np.array(codes, np.int8)[survivors.levels[:, index]]
    return np.zeros(survivors.left.size, np.int8)


def _agreement(survivors: Survivors, spec: LinkageSpec, field: str) -> npt.NDArray[np.int8]:
    """Return 0 missing, 1 different, 2 agreeing at any level, of the comparison on a field."""
    for index, item in enumerate(spec.comparisons):
        if item.field == field:
            return np.minimum(survivors.levels[:, index], 2).astype(np.int8)
    return np.zeros(survivors.left.size, np.int8)
