"""How two tokens of names relate: one name, its sound, its initial, an abbreviation, a slip, or nothing."""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.jit import borrowing
from linkage.similarity.strings import edit_distance
from linkage.standardise.column import Int32, Int64
from linkage.standardise.names.judged import JudgedNames
from linkage.standardise.names.keys import LETTER_BITS
from linkage.standardise.names.softness import SEX_MARK
from linkage.standardise.names.traits import (
    CLAN_NAME,
    ENDS_IN_AH,
    ENDS_IN_O,
    KNOWN_NAME,
    LATIN,
    MENS,
    SURNAME,
    VOWELLESS,
    WOMENS,
)

UNLIKE: Final = 0
OTHER_ENDING: Final = 1
"""All but the final vowels is equal, and these tell another sex: RINA and RINI, HASAN and HASANAH."""
CLOSE: Final = 2
"""An edit or two apart, but as another name."""
SLIPPED: Final = 3
"""An edit or two apart, and one of them is a name that nobody bears."""
ABBREVIATED: Final = 4
BY_INITIAL: Final = 5
BY_OLD_READING: Final = 6
"""J read as Y, of which nothing in the two names tells: believed only beside another name that agrees."""
BY_READING: Final = 7
"""Another reading of the letters sounds alike, and nothing says that they are two names."""
BY_SOUND: Final = 8
EQUAL: Final = 9

_LETTER = (1 << LETTER_BITS) - 1
_C, _J, _K, _Y = 3, 10, 11, 25
_SHORT_ODD = 6
_SHORTEST_ODD = 7
_LONG = 9
_ENDING = 4
_LONG_SWAP = 6
_LONG_LATIN = 6
_LONG_INSERTION = 7
_LONG_SUBSTITUTION = 10


@borrowing
def relate(names: JudgedNames, here: int, there: int, sexes_differ: bool) -> int:
    """Return how the tokens at two places of ``token_ids`` relate, from nothing in common (0) to the same token."""
    found = relate_tokens(
        names,
        names.token_ids[here],
        names.token_ids[there],
        sexes_differ,
        names.dotted[here] != 0,
        names.dotted[there] != 0,
    )
    # The I of a Balinese is no initial.
    if found == BY_INITIAL and (names.kinds[here] == SEX_MARK or names.kinds[there] == SEX_MARK):
        return UNLIKE
    return found


@borrowing
def relate_tokens(
    names: JudgedNames, first: int, second: int, sexes_differ: bool, first_dotted: bool, second_dotted: bool
) -> int:
    """Return how two tokens relate; ``..._dotted``: a full stop marked it as an abbreviation."""
    if first == second:
        return EQUAL
    one, other = names.bits[first], names.bits[second]
    if one & other & SURNAME:
        return BY_SOUND if names.surname[first] == names.surname[second] else CLOSE
    endings_differ = names.ending[first] != names.ending[second]
    if _meet(names.key_offsets, names.keys, first, names.key_offsets, names.keys, second):
        return OTHER_ENDING if endings_differ and (sexes_differ or _tell_sexes(one, other)) else BY_SOUND
    length = names.bounds[first + 1] - names.bounds[first]
    other_length = names.bounds[second + 1] - names.bounds[second]
    if length == 1 or other_length == 1:
        return BY_INITIAL if length != other_length and _begins(names, first, second) else UNLIKE
    both_known = bool(one & other & KNOWN_NAME)
    if not endings_differ:
        if (not both_known or min(length, other_length) >= _LONG_LATIN) and _latin_alike(names, first, second):
            return BY_READING
        if (not both_known or one & other & CLAN_NAME) and _old_alike(names, first, second):
            return BY_OLD_READING
    if _abbreviates(names, first, second, first_dotted) or _abbreviates(names, second, first, second_dotted):
        return ABBREVIATED
    no_slip = (names.ending[first] and names.ending[second]) or not (names.odd[first] or names.odd[second])
    if names.stem[first] == names.stem[second] and endings_differ and no_slip:
        return OTHER_ENDING
    return _slip(names, first, second)


@borrowing
def _tell_sexes(one: int, other: int) -> bool:
    """Return whether two tokens that sound alike but for O and A at their end are a man's and a woman's name.

    EKA and EKO are not told apart. Apart are names that one sex alone is known to bear, a Latin pair, and a name in -AH
    beside one in -O.
    """
    sexes, other_sexes = one & (MENS | WOMENS), other & (MENS | WOMENS)
    if sexes and other_sexes and not sexes & other_sexes:
        return True
    return bool(
        one & other & LATIN or (one & ENDS_IN_AH and other & ENDS_IN_O) or (one & ENDS_IN_O and other & ENDS_IN_AH)
    )


@borrowing
def _latin_alike(names: JudgedNames, first: int, second: int) -> bool:
    """Return whether two tokens sound alike when the C or Z of one or both is read as in Latin or Dutch."""
    return bool(
        _meet(names.key_offsets, names.keys, first, names.latin_offsets, names.latin_keys, second)
        or _meet(names.latin_offsets, names.latin_keys, first, names.key_offsets, names.keys, second)
        or _meet(names.latin_offsets, names.latin_keys, first, names.latin_offsets, names.latin_keys, second)
    )


@borrowing
def _old_alike(names: JudgedNames, first: int, second: int) -> bool:
    """Return whether two tokens sound alike when the J of one is read as the Y of the old spelling."""
    return bool(
        _meet(names.key_offsets, names.keys, first, names.old_offsets, names.old_keys, second)
        or _meet(names.old_offsets, names.old_keys, first, names.key_offsets, names.keys, second)
        or _meet(names.latin_offsets, names.latin_keys, first, names.old_offsets, names.old_keys, second)
        or _meet(names.old_offsets, names.old_keys, first, names.latin_offsets, names.latin_keys, second)
    )


@borrowing
def _meet(offsets: Int64, keys: Int32, first: int, other_offsets: Int64, other_keys: Int32, second: int) -> bool:
    for i in range(offsets[first], offsets[first + 1]):
        for j in range(other_offsets[second], other_offsets[second + 1]):
            if keys[i] == other_keys[j]:
                return True
    return False


@borrowing
def _begins(names: JudgedNames, first: int, second: int) -> bool:
    """Return whether two tokens begin alike, by letter, by sound, or in another reading (J. for YOHANES)."""
    if names.chars[names.bounds[first]] == names.chars[names.bounds[second]]:
        return True
    for i in range(names.key_offsets[first], names.key_offsets[first + 1]):
        letter = names.keys[i] & _LETTER
        for j in range(names.key_offsets[second], names.key_offsets[second + 1]):
            other = names.keys[j] & _LETTER
            if letter != 0 and (letter == other or _interchange(letter, other) or _interchange(other, letter)):
                return True
    return False


@borrowing
def _interchange(letter: int, other: int) -> bool:
    return bool((letter == _J and other == _Y) or (letter == _C and other == _K))


@borrowing
def _abbreviates(names: JudgedNames, short: int, long: int, dotted: bool) -> bool:
    """Return whether ``short`` abbreviates ``long``: by its consonants, or by its beginning.

    Without a full stop it must be a name that nobody bears, and a beginning has three letters at most.
    """
    start, end = names.bounds[short], names.bounds[short + 1]
    other_start, other_end = names.bounds[long], names.bounds[long + 1]
    length, other_length = end - start, other_end - other_start
    if (names.bits[short] & KNOWN_NAME and not dotted) or length > 7 or other_length < length + 2:
        return False
    if not _begins(names, short, long):
        return False
    if names.bits[short] & VOWELLESS or (names.odd[short] > 1 and length <= other_length - 2):
        place, step = start + 1, other_start + 1
        while step < other_end and place < end:
            if names.chars[place] == names.chars[step]:
                place += 1
            step += 1
        return bool(place == end)
    if (length > 3 and not dotted) or names.ending[short] != 0:
        return False
    step = 1
    while step < length and names.chars[start + step] == names.chars[other_start + step]:
        step += 1
    return bool(step == length)


@borrowing
def _slip(names: JudgedNames, first: int, second: int) -> int:
    """Return whether two tokens differ by a slip: an edit or two that leave a token which nobody bears as a name.

    A token whose letters stand together as in no name is a slip wherever it differs. One that could be a name is more
    likely to be one: of these a swap, a letter too many or too few, and another letter are slips in long tokens only,
    and neither at the beginning nor near the end, where Javanese and Arabic names differ.
    """
    start, end = names.bounds[first], names.bounds[first + 1]
    other_start, other_end = names.bounds[second], names.bounds[second + 1]
    length, other_length = end - start, other_end - other_start
    shorter = min(length, other_length)
    if abs(length - other_length) > 2 or shorter < 3:
        return UNLIKE
    distance = edit_distance(names.chars, start, end, other_start, other_end, True, 2)
    if distance > 2 or (distance == 2 and shorter < _LONG):
        return UNLIKE
    if names.bits[first] & names.bits[second] & KNOWN_NAME:
        return CLOSE
    # numba's int() keeps a uint8 unsigned, and 0 - 1 would be very odd.
    odd = abs(np.int64(names.odd[first]) - np.int64(names.odd[second]))
    if (odd > 1 and shorter >= _SHORT_ODD) or (odd == 1 and shorter >= _SHORTEST_ODD):
        return SLIPPED
    place = 0
    while place < shorter - 1 and names.chars[start + place] == names.chars[other_start + place]:
        place += 1
    behind = shorter - place
    if distance == 2 or place == 0:
        return CLOSE
    if length == other_length and behind > 1 and _swapped(names, start + place, other_start + place):
        return SLIPPED if shorter >= _LONG_SWAP and behind > 2 else CLOSE
    if behind < _ENDING or names.ending[first] != names.ending[second]:
        return CLOSE
    return SLIPPED if shorter >= (_LONG_SUBSTITUTION if length == other_length else _LONG_INSERTION) else CLOSE


@borrowing
def _swapped(names: JudgedNames, here: int, there: int) -> bool:
    """Return whether the two letters from a place on stand the other way round at another place."""
    return bool(names.chars[here] == names.chars[there + 1] and names.chars[here + 1] == names.chars[there])
