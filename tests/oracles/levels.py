"""Levels of two records, slowly: one comparison after the other, from the values themselves."""

import jellyfish
import numpy as np
from rapidfuzz.distance import OSA, Levenshtein

from linkage.spec import KERNELS
from linkage.standardise.dates.reading import DATE_DISCOUNTED
from linkage.standardise.dates.relation import EQUAL, YEAR, date_relation
from linkage.standardise.names.level import name_relation
from linkage.standardise.nik.relation import damaged_relation, nik_relation
from tests.oracles.relations import RELATIONS, by_days, by_relation, by_tokens

DISTANCES = {
    "levenshtein": Levenshtein.distance,
    "damerau_levenshtein": OSA.distance,
    "number_distance": lambda left, right: abs(left - right) / 1000,
}
NIKS = {"nik", "nik_likeness"}


def levels_of(spec, columns, packed, i, j):
    """The level codes of two records, one for each comparison; ``packed``: the texts of the columns of names."""
    levels = {}
    for item in spec.comparisons:
        levels[item.name] = (
            combined(spec, item, levels) if item.combine else of_field(spec, item, columns, packed, i, j)
        )
    return [levels[item.name] for item in spec.comparisons]


def of_field(spec, item, columns, packed, i, j):
    column = columns[item.field]
    left, right = int(column.codes[i]), int(column.codes[j])
    content = column.content
    if left < 0 or right < 0:
        return 0
    damaged = column.kind == "nik" and (content.integers[left] < 0 or content.integers[right] < 0)
    if damaged and not {other.kernel for other in spec.comparisons if other.field == item.field} <= NIKS:
        return 0
    if item.kernel in RELATIONS:
        return by_relation(item, content, left, right)
    if item.kernel == "enrolment":
        return of_enrolments(item, *(content.values[code].as_py() for code in (left, right)))
    if item.kernel == "date_gap":
        return by_days(item, content, left, right)
    if damaged:
        code = damaged_relation.py_func(content.integers[left], content.integers[right])
        return 0 if code < 0 else of_relation(item, code)
    if item.kernel == "date":
        return of_relation(item, of_date(item, content, left, right))
    if left == right:
        return len(item.level_names) - 1
    if item.kernel in ("token_set", "token_sort"):
        return by_tokens(item, content, left, right)
    if item.kernel == "nik":
        return of_relation(item, nik_relation.py_func(content.integers[left], content.integers[right]))
    if item.kernel == "name":
        return of_name(item, content, packed[item.field], left, right)
    return 1 if item.kernel == "equal" else by_bounds(item, content, left, right)


def of_date(item, content, left, right):
    one, other = (int(content.integers[code]) for code in (left, right))
    relation = date_relation.py_func(one, other)
    default = any(content.flags[code] & DATE_DISCOUNTED for code in (left, right))
    if item.default_dates and default and YEAR < relation <= EQUAL and one // 10_000 == other // 10_000:
        return YEAR
    return relation


def of_enrolments(item, one, other):
    if "DUPLICATE_RECORD" in (one, other):
        return item.level_code("found_duplicate")
    finished = [status.startswith("CARD_") or status == "PRINT_READY_RECORD" for status in (one, other)]
    return 1 if all(finished) else item.level_code("not_both")


def of_name(item, content, packed, left, right):
    forms = content.names
    keys = (forms.token_offsets, forms.token_ids, forms.token_soft, forms.key_offsets, forms.keys)
    level = of_relation(item, name_relation(np.int32(left), np.int32(right), *keys, packed.chars, packed.offsets))
    near = item.levels[-1].at_least
    if level == 1 and near is not None:
        closeness = jellyfish.jaro_winkler_similarity(*(content.values[code].as_py() for code in (left, right)))
        return 2 if near <= closeness < 0.92 else 1
    return level


def of_relation(item, code):
    """The level that names the relation with this code; ``different`` when none does."""
    if code == 0:
        return 1
    relation = tuple(reversed(KERNELS[item.kernel]))[code - 1]
    for level in item.levels:
        if level.at_least is None and relation in (level.relations or (level.name,)):
            return item.level_code(level.name)
    return 1


def by_bounds(item, content, left, right):
    one, other = (content.values[code].as_py() for code in (left, right))
    if item.kernel == "number_distance":
        one, other = int(content.integers[left]), int(content.integers[right])
    for level in item.levels:
        if item.kernel in DISTANCES:
            fits = DISTANCES[item.kernel](one, other) <= (level.at_most or 0.0)
        elif level.at_least is None:
            fits = False
        elif item.kernel == "jaro_winkler":
            fits = jellyfish.jaro_winkler_similarity(one, other) >= level.at_least
        else:
            fits = overlap(content.key_sets["tokens"], left, right) >= level.at_least
        if fits:
            return item.level_code(level.name)
    return 1


def overlap(sets, left, right):
    one, other = (set(sets.keys[sets.offsets[code] : sets.offsets[code + 1]].tolist()) for code in (left, right))
    return len(one & other) / len(one | other) if one | other else 0.0


def combined(spec, item, levels):
    """All parts missing is missing; then the first level that fits; then what ``missing_when`` says."""
    names = {part: spec.comparison(part).level_names[levels[part]] for part in item.combine}
    if all(name == "missing" for name in names.values()):
        return 0
    for level in item.levels:
        if holds(level.when, names):
            return item.level_code(level.name)
    if holds(item.missing_when, names):
        return 0
    return 1 if "different" in names.values() else 0


def holds(alternatives, names):
    return any(all(names[part] in accepted for part, accepted in alternative) for alternative in alternatives)
