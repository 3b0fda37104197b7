"""What two values say of each other, slowly: read anew and related alone, by the functions as Python runs them."""

from datetime import date

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz

from linkage.similarity.packed import pack_texts
from linkage.similarity.tokens import INITIALS_NAMES, initials_relation
from linkage.spec import KERNELS
from linkage.standardise.addresses import relation as addresses
from linkage.standardise.addresses.parts import address_parts
from linkage.standardise.nik.evidence import LIKENESSES, newest_regencies, nik_likeness
from linkage.standardise.places import relation as places
from linkage.standardise.places.levels import place_levels
from linkage.standardise.regions import relation as regions
from linkage.standardise.regions.codes import region_codes

MISSING = ("missing", "unknown", "uncertain")
ORDERED = ("place", "region", "address", "phonetic")


def place(content, left, right):
    where = place_levels(content.values)
    towns, areas = ([int(part[code]) for code in (left, right)] for part in (where.towns, where.areas))
    return places.RELATIONS[places.place_relation.py_func(left, right, *towns, *areas)]


def region(content, left, right):
    one, other = region_codes(texts_of(content, left, right)).tolist()
    return regions.RELATIONS[regions.region_relation.py_func(one, other)]


def address(content, left, right):
    codes = addresses.part_codes(address_parts(texts_of(content, left, right)))
    return addresses.RELATIONS[addresses.address_relation.py_func(codes[0], codes[1])]


def phonetic(content, left, right):
    if left == right:
        return "equal"
    sets = content.key_sets["tokens"]
    one, other = (set(sets.keys[sets.offsets[code] : sets.offsets[code + 1]].tolist()) for code in (left, right))
    if not one or not other:
        return "missing"
    return "shared_sound" if one & other else "different"


def initials(content, left, right):
    packed = pack_texts(texts_of(content, left, right))
    first, middle, last = packed.offsets.tolist()
    return INITIALS_NAMES[initials_relation.py_func(packed.chars, first, middle, middle, last)]


def likeness(content, left, right):
    one, other = (int(content.integers[code]) for code in (left, right))
    return LIKENESSES[nik_likeness.py_func(one, other, newest_regencies())]


RELATIONS = {
    "place": place,
    "region": region,
    "address": address,
    "phonetic": phonetic,
    "initials": initials,
    "nik_likeness": likeness,
}


def by_relation(item, content, left, right):
    """The level that names the relation, or of relations that hold each other the next below it that one names."""
    relation = RELATIONS[item.kernel](content, left, right)
    if relation in MISSING:
        return 0
    ranked = KERNELS[item.kernel]
    accepted = ranked[ranked.index(relation) :] if relation != "different" else ()
    for name in accepted if item.kernel in ORDERED else accepted[:1]:
        for level in item.levels:
            if name in (level.relations or (level.name,)):
                return item.level_code(level.name)
    return 1


def by_days(item, content, left, right):
    """Half dates are a number of days from nothing: missing."""
    numbers = [int(content.integers[code]) for code in (left, right)]
    if any(number % 100 == 0 for number in numbers):
        return 0
    one, other = (date(number // 10_000, number // 100 % 100, number % 100) for number in numbers)
    for level in item.levels:
        if abs((one - other).days) <= (level.at_most or 0):
            return item.level_code(level.name)
    return 1


def by_tokens(item, content, left, right):
    ratio = fuzz.token_set_ratio if item.kernel == "token_set" else fuzz.token_sort_ratio
    similarity = ratio(*texts_of(content, left, right).to_pylist()) / 100
    for level in item.levels:
        if level.at_least is not None and similarity >= level.at_least:
            return item.level_code(level.name)
    return 1


def texts_of(content, left, right):
    return content.values.take(pa.array(np.array([left, right])))
