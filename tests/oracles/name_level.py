"""The name levels written with sets and permutations: slow and plain."""

from __future__ import annotations

from collections import Counter
from itertools import permutations, product

from jellyfish import jaro_winkler_similarity

from linkage.standardise.names.phonetic import kfi
from linkage.standardise.names.tokens import soft_flags

WIDTHS = (25, 30, 50, 55, 60)


def relation(left: str, right: str) -> str:
    """Return the relation of two canonical names."""
    shorter, longer = sorted((left, right), key=lambda name: (len(name.split()), name.encode()))
    few, many = shorter.split(), longer.split()
    if Counter(few) == Counter(many):
        return "equal"
    likeness = jaro_winkler_similarity(shorter, longer)
    if len(many) == 1:
        if sound_alike(few[0], many[0]):
            return "phonetic" if likeness >= 0.85 else "similar"
    else:
        found = by_tokens(shorter, longer)
        if found:
            return found
    if likeness >= 0.92 and not any(other_sex(first, second) for first, second in product(few, many)):
        return "similar"
    return "different"


def by_tokens(shorter: str, longer: str) -> str:
    few, many = shorter.split(), longer.split()
    if "".join(few) == "".join(many):
        return "equal"
    hard_few, hard_many = hard_places(few), hard_places(many)
    open_few, open_many = without_equal(few, many)

    def sounds(i: int, j: int) -> bool:
        return sound_alike(few[i], many[j])

    def counterparts(i: int, j: int) -> bool:
        return (
            sounds(i, j)
            or initial_of(few[i], many[j])
            or initial_of(many[j], few[i])
            or (i == len(few) - 1 and cut_from(shorter, few[i], longer, many[j]))
            or (j == len(many) - 1 and cut_from(longer, many[j], shorter, few[i]))
        )

    for chosen in permutations(open_many, len(open_few)):
        left_over = set(open_many) - set(chosen)
        every = all(sounds(i, j) for i, j in zip(open_few, chosen, strict=True))
        if every and len(few) > 1 and not left_over & hard_many:
            return "phonetic"
    anchored = any(len(kfi(few[i])[0]) > 1 and sounds(i, j) for i in hard_few for j in hard_many)
    for chosen in permutations(open_many, len(open_few)):
        if anchored and all(counterparts(i, j) for i, j in zip(open_few, chosen, strict=True)):
            return "partial"
    return ""


def sound_alike(first: str, second: str) -> bool:
    return bool(set(kfi(first)) & set(kfi(second)))


def hard_places(tokens: list[str]) -> set[int]:
    return {place for place, soft in enumerate(soft_flags(tokens)) if not soft}


def without_equal(few: list[str], many: list[str]) -> tuple[list[int], list[int]]:
    open_few, open_many = list(range(len(few))), list(range(len(many)))
    for i, j in product(range(len(few)), range(len(many))):
        if few[i] == many[j] and i in open_few and j in open_many:
            open_few.remove(i)
            open_many.remove(j)
    return open_few, open_many


def initial_of(letter: str, token: str) -> bool:
    if len(letter) != 1 or len(token) == 1:
        return False
    return token[0] == letter or ("A" <= letter <= "Z" and any(key[0] == letter for key in kfi(token)))


def cut_from(name: str, token: str, whole_name: str, whole: str) -> bool:
    return (
        len(name) in WIDTHS
        and len(name) < len(whole_name)
        and len(token) > 1
        and len(whole) > 1
        and whole.startswith(token)
    )


def other_sex(first: str, second: str) -> bool:
    def one_way(man: str, woman: str) -> bool:
        man_key, woman_key = kfi(man)[0], kfi(woman)[0]
        if not woman_key.endswith("I"):
            return False
        if man_key.endswith("WAN"):
            return man[:-1] == woman[:-2]
        return man_key.endswith("A") and man[:-1] == woman[:-1]

    return one_way(first, second) or one_way(second, first)
