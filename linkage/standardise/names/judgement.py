"""Are these two spellings one name? A judgement on tokens, apart from the ordered name level.

Every token of one name looks for its counterpart in the other: the same token, its sound, an initial, an
abbreviation, a slip of the keyboard. What is left over decides. Left over on one side alone, a soft token, a clan
or a father's name was just not written down, while a given name was. Left over on both sides, two tokens of one
sort contradict each other: another given name, another clan, another place among siblings.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing, kernel
from linkage.similarity.strings import edit_distance
from linkage.standardise.names.judged import JudgedNames
from linkage.standardise.names.keys import INITIAL_BIT
from linkage.standardise.names.softness import ADULT_TITLE, BIRTH_ORDER, CLAN, FATHER, HARD, NICKNAME, RANK, SEX_MARK
from linkage.standardise.names.token_relation import (
    ABBREVIATED,
    BY_INITIAL,
    BY_OLD_READING,
    BY_READING,
    BY_SOUND,
    EQUAL,
    OTHER_ENDING,
    SLIPPED,
    relate,
    relate_tokens,
)
from linkage.standardise.names.traits import MENS, WOMENS

# Bits of a judgement. The low ones explain a name that is the same, from OTHER_NAME on those that make it another.
SPELLING: Final = 1 << 0
INITIAL: Final = 1 << 1
ABBREVIATION: Final = 1 << 2
SLIP: Final = 1 << 3
BLANKS: Final = 1 << 4
ORDER: Final = 1 << 5
RANK_MISSING: Final = 1 << 6
BIRTH_ORDER_MISSING: Final = 1 << 7
CLAN_MISSING: Final = 1 << 8
TITLE_MISSING: Final = 1 << 9
NICKNAME_MISSING: Final = 1 << 10
FATHER_MISSING: Final = 1 << 11
CUT: Final = 1 << 12
ALIAS: Final = 1 << 13
OTHER_NAME: Final = 1 << 16
OTHER_SEX: Final = 1 << 17
OTHER_CLAN: Final = 1 << 18
OTHER_BIRTH_ORDER: Final = 1 << 19
OTHER_RANK: Final = 1 << 20
OTHER_FATHER: Final = 1 << 21
NAME_MISSING: Final = 1 << 22
INITIALS_ALONE: Final = 1 << 23
NO_NAME: Final = 1 << 24

AGAINST: Final = ~((1 << 16) - 1)
"""Any of these bits makes two names."""
MOST_TOKENS: Final = 32
"""A longer name is the same only when its letters are."""

_JOINED_SLIP = 8


@kernel
def judge(names: JudgedNames, left: int, right: int, left_sex: int, right_sex: int) -> int:
    """Return the bits of two names (indexes >= 0): no bit of ``AGAINST`` says that they are one name.

    ``left_sex``, ``right_sex``: 1 male, 2 female, 0 unknown. Symmetric in the two names with their sexes.
    """
    sexes_differ = left_sex > 0 and right_sex > 0 and left_sex != right_sex
    a, a_count = names.token_offsets[left], names.token_offsets[left + 1] - names.token_offsets[left]
    b, b_count = names.token_offsets[right], names.token_offsets[right + 1] - names.token_offsets[right]
    # From here on a is the name with fewer tokens, so that both orders of the call walk the same way.
    a_cut, b_cut = int(names.cut[left]), int(names.cut[right])
    if a_count > b_count or (a_count == b_count and left > right):
        a, a_count, b, b_count = b, b_count, a, a_count
        a_cut, b_cut = b_cut, a_cut
    if a_count == 0:
        return NO_NAME
    if _same_letters(names, a, a_count, b, b_count):
        return 0 if _equal(names, a, a_count, b, b_count) else BLANKS
    if b_count > MOST_TOKENS:
        return OTHER_NAME
    how = np.zeros((a_count, b_count), np.int64)
    for i in range(a_count):
        for j in range(b_count):
            how[i, j] = relate(names, a + i, b + j, sexes_differ)
    a_open = np.ones(a_count, np.bool_)
    b_open = np.ones(b_count, np.bool_)
    partner = np.full(a_count, -1, np.int64)
    found, anchored = _match(names, a, b, how, a_open, b_open, partner, BY_SOUND)
    joined, on_join = _join(names, a, b, a_open, b_open)
    found |= joined
    fitted, on_fit = _match(names, a, b, how, a_open, b_open, partner, SLIPPED)
    found |= fitted | _order(partner)
    anchored = anchored or on_join or on_fit
    found |= _cuts(names, a, b, a_open, b_open, a_cut, b_cut)
    found |= _left_over(names, a, b, how, a_open, b_open)
    if not anchored and not found & AGAINST and (found & (INITIAL | ABBREVIATION | CUT)):
        found |= INITIALS_ALONE
    if not anchored and _by_old_reading(how, partner):
        found |= OTHER_NAME
    return found


@borrowing
def _by_old_reading(how: npt.NDArray[np.int64], partner: npt.NDArray[np.int64]) -> bool:
    """Return whether a token has its counterpart by a J read as Y."""
    i = 0
    while i < partner.shape[0] and not (partner[i] >= 0 and how[i, partner[i]] == BY_OLD_READING):
        i += 1
    return bool(i < partner.shape[0])


@borrowing
def _equal(names: JudgedNames, a: int, a_count: int, b: int, b_count: int) -> bool:
    if a_count != b_count:
        return False
    i = 0
    while i < a_count and names.token_ids[a + i] == names.token_ids[b + i]:
        i += 1
    return bool(i == a_count)


@borrowing
def _same_letters(names: JudgedNames, a: int, a_count: int, b: int, b_count: int) -> bool:
    """Return whether two names are equal but for their blanks (N17)."""
    i, j = a, b
    step, other_step = 0, 0
    while i < a + a_count and j < b + b_count:
        start, end = names.bounds[names.token_ids[i]], names.bounds[names.token_ids[i] + 1]
        other_start, other_end = names.bounds[names.token_ids[j]], names.bounds[names.token_ids[j] + 1]
        if names.chars[start + step] != names.chars[other_start + other_step]:
            return False
        step += 1
        other_step += 1
        if start + step == end:
            i, step = i + 1, 0
        if other_start + other_step == other_end:
            j, other_step = j + 1, 0
    return bool(i == a + a_count and j == b + b_count)


@borrowing
def _match(
    names: JudgedNames,
    a: int,
    b: int,
    how: npt.NDArray[np.int64],
    a_open: npt.NDArray[np.bool_],
    b_open: npt.NDArray[np.bool_],
    partner: npt.NDArray[np.int64],
    least: int,
) -> tuple[int, bool]:
    """Give open tokens their counterparts, the best relation first and of those the nearest places.

    ``partner`` (a_count,) is given the place of each counterpart. Return the bits found, and whether a given name or a
    clan has its counterpart by more than an initial.
    """
    a_count, b_count = how.shape
    found, anchored = 0, False
    for relation in range(EQUAL, least - 1, -1):
        for gap in range(b_count):
            for i in range(a_count):
                for side in range(2):
                    j = i - gap if side else i + gap
                    if j < 0 or j >= b_count or (side and gap == 0) or how[i, j] != relation:
                        continue
                    if not (a_open[i] and b_open[j]):
                        continue
                    a_open[i] = False
                    b_open[j] = False
                    partner[i] = j
                    if relation in (BY_SOUND, BY_READING, BY_OLD_READING):
                        found |= SPELLING
                    elif relation == BY_INITIAL:
                        found |= INITIAL
                    elif relation == ABBREVIATED:
                        found |= ABBREVIATION
                    elif relation == SLIPPED:
                        found |= SLIP
                    hard = _identifies(names.kinds[a + i]) and _identifies(names.kinds[b + j])
                    single = names.keys[names.key_offsets[names.token_ids[a + i]]] & INITIAL_BIT
                    if hard and not single and (relation >= BY_SOUND or relation == SLIPPED):
                        anchored = True
    return found, anchored


@borrowing
def _order(partner: npt.NDArray[np.int64]) -> int:
    """Return whether the counterparts (-1 for none) stand in another order."""
    last = -1
    for place in partner:
        if 0 <= place < last:
            return ORDER
        last = max(last, place)
    return 0


@borrowing
def _identifies(kind: int) -> bool:
    return bool(kind in (HARD, CLAN, NICKNAME))


@borrowing
def _join(
    names: JudgedNames, a: int, b: int, a_open: npt.NDArray[np.bool_], b_open: npt.NDArray[np.bool_]
) -> tuple[int, bool]:
    """Match an open token with open neighbours of the other name that are written apart."""
    found = _join_parts(names, a, b, a_open, b_open)
    found = _join_parts(names, b, a, b_open, a_open) or found
    return (BLANKS if found else 0), found


@borrowing
def _join_parts(
    names: JudgedNames, whole: int, part: int, whole_open: npt.NDArray[np.bool_], part_open: npt.NDArray[np.bool_]
) -> bool:
    found = False
    for i in range(whole_open.shape[0]):
        for j in range(part_open.shape[0]):
            if whole_open[i] and part_open[j]:
                parts = _joined_parts(names, names.token_ids[whole + i], part, j, part_open)
                if parts:
                    whole_open[i] = False
                    part_open[j : j + parts] = False
                    found = True
    return found


@kernel
def _joined_parts(names: JudgedNames, whole: int, part: int, first: int, part_open: npt.NDArray[np.bool_]) -> int:
    """Return how many open tokens from ``first`` on are the token ``whole`` written apart: two at least, or none."""
    start, end = names.bounds[whole], names.bounds[whole + 1]
    size = end - start
    letters = np.empty(2 * size + 1, np.uint16)
    letters[:size] = names.chars[start:end]
    filled = size
    for place in range(first, part_open.shape[0]):
        token = names.token_ids[part + place]
        length = names.bounds[token + 1] - names.bounds[token]
        if not part_open[place]:
            return 0
        if place == first + 1 and _joined_sounds(names, whole, part + first):
            return 2
        if filled + length > 2 * size + 1:
            return 0
        letters[filled : filled + length] = names.chars[names.bounds[token] : names.bounds[token + 1]]
        filled += length
        if place > first and filled >= 2 * size - 1:
            distance = edit_distance(letters, 0, size, size, filled, True, 1)
            same_ending = filled - size >= _JOINED_SLIP and names.ending[whole] == names.ending[token]
            if distance == 0 or (distance == 1 and same_ending):
                return place - first + 1
    return 0


@borrowing
def _joined_sounds(names: JudgedNames, whole: int, place: int) -> bool:
    """Return whether a token sounds like the two from ``place`` on written together."""
    joined = names.joined_ids[place]
    if joined < 0:
        return False
    found = relate_tokens(names, whole, joined, False, False, False)
    return bool(found in (BY_SOUND, BY_READING))


@kernel
def _cuts(
    names: JudgedNames,
    a: int,
    b: int,
    a_open: npt.NDArray[np.bool_],
    b_open: npt.NDArray[np.bool_],
    a_cut: int,
    b_cut: int,
) -> int:
    """Close what is missing because a name was cut at the width of a column: the last token's rest, and all behind."""
    if a_cut == b_cut:
        return 0
    # Of two names at the width of a column the shorter was cut; one that was not cut has no width here.
    if a_cut and (b_cut == 0 or a_cut < b_cut):
        return _cut(names, a, b, a_open, b_open)
    return _cut(names, b, a, b_open, a_open)


@borrowing
def _cut(
    names: JudgedNames, short: int, long: int, short_open: npt.NDArray[np.bool_], long_open: npt.NDArray[np.bool_]
) -> int:
    last = short_open.shape[0] - 1
    until = -1
    if short_open[last]:
        token = names.token_ids[short + last]
        for j in range(long_open.shape[0]):
            if long_open[j] and _is_prefix(names, token, names.token_ids[long + j]):
                short_open[last] = False
                long_open[j] = False
                until = j
                break
        if until < 0:
            return 0
    closed = until >= 0
    # Without a rest of a token the cut fell on a blank: only what stands behind everything matched can be missing.
    if until < 0:
        for j in range(long_open.shape[0]):
            if not long_open[j]:
                until = j
    for j in range(until + 1, long_open.shape[0]):
        if long_open[j]:
            long_open[j] = False
            closed = True
    return CUT if closed else 0


@borrowing
def _is_prefix(names: JudgedNames, short: int, long: int) -> bool:
    start, length = names.bounds[short], names.bounds[short + 1] - names.bounds[short]
    other, other_length = names.bounds[long], names.bounds[long + 1] - names.bounds[long]
    if length > other_length:
        return False
    step = 0
    while step < length and names.chars[start + step] == names.chars[other + step]:
        step += 1
    return bool(step == length)


@borrowing
def _left_over(
    names: JudgedNames,
    a: int,
    b: int,
    how: npt.NDArray[np.int64],
    a_open: npt.NDArray[np.bool_],
    b_open: npt.NDArray[np.bool_],
) -> int:
    """Return what the tokens without counterpart say."""
    ours, our_sexes = _open_kinds(names, a, a_open)
    theirs, their_sexes = _open_kinds(names, b, b_open)
    found = 0
    hard = np.uint64(1) << np.uint64(HARD)
    if our_sexes | their_sexes == MENS | WOMENS and our_sexes & their_sexes == 0 and our_sexes and their_sexes:
        found |= OTHER_SEX
    if (ours | theirs) & hard:
        both = ours & theirs & hard
        found |= OTHER_NAME if both else NAME_MISSING
        for i in range(a_open.shape[0]):
            for j in range(b_open.shape[0]):
                if both and a_open[i] and b_open[j] and how[i, j] == OTHER_ENDING:
                    found |= OTHER_SEX
    found |= _of_kind(ours, theirs, CLAN, CLAN_MISSING, OTHER_CLAN)
    found |= _of_kind(ours, theirs, BIRTH_ORDER, BIRTH_ORDER_MISSING, OTHER_BIRTH_ORDER)
    found |= _of_kind(ours, theirs, RANK, RANK_MISSING, OTHER_RANK)
    found |= _of_kind(ours, theirs, SEX_MARK, RANK_MISSING, OTHER_SEX)
    found |= _of_kind(ours, theirs, FATHER, FATHER_MISSING, OTHER_FATHER)
    found |= _of_kind(ours, theirs, ADULT_TITLE, TITLE_MISSING, TITLE_MISSING)
    found |= _of_kind(ours, theirs, NICKNAME, NICKNAME_MISSING, OTHER_NAME)
    return found


@borrowing
def _open_kinds(names: JudgedNames, start: int, is_open: npt.NDArray[np.bool_]) -> tuple[np.uint64, int]:
    """Return the kinds of the open tokens as a bit set, and the sexes that open soft tokens are reserved for."""
    kinds, sexes = np.uint64(0), 0
    for place in range(is_open.shape[0]):
        if is_open[place]:
            kind = names.kinds[start + place]
            kinds |= np.uint64(1) << np.uint64(kind)
            if kind != HARD:
                sexes |= int(names.sex_marked[names.token_ids[start + place]])
    return kinds, sexes


@borrowing
def _of_kind(ours: np.uint64, theirs: np.uint64, kind: int, missing: int, other: int) -> int:
    bit = np.uint64(1) << np.uint64(kind)
    if ours & theirs & bit:
        return other
    return missing if (ours | theirs) & bit else 0
