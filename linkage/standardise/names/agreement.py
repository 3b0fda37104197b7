"""How two person names agree: an ordered level, a judgement of its own whether they are one name, and why.

The level is that of the pair pass (:mod:`linkage.standardise.names.level`), the judgement that of
:mod:`linkage.standardise.names.judgement`. Both depend on the two names and on what is known of their bearers alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64, UInt8
from linkage.standardise.names.arguments import birth_year_of, religion_of, sex_of
from linkage.standardise.names.context import LAST_OLD_YEAR, context_codes, context_of_code
from linkage.standardise.names.families import NO_FAMILIES
from linkage.standardise.names.folding import fold_name
from linkage.standardise.names.judged import JudgedNames, LaidOut, Reading, lay_out
from linkage.standardise.names.judgement import AGAINST, ALIAS, NO_NAME, judge
from linkage.standardise.names.level import EQUAL, SIMILAR, name_relation, sound_alike
from linkage.standardise.names.person_name import read_in_context
from linkage.standardise.names.reasons import Reason, reasons_of

IDENTICAL: Final = 5
"""The level above those of the pair pass: the same letters as they were written, but for case, marks and blanks."""
SOUNDS: Final = 3
"""The level of two names of one token that sound alike, whatever their letters."""

_HAMZA = re.compile(r"(?<=[AEIOU])['’‘`´ʼ](?=[BCDFGHJKLMNPQRSTVWXYZ])", re.IGNORECASE)

UInt32 = npt.NDArray[np.uint32]


@dataclass(frozen=True)
class NameAgreement:
    """How two names agree.

    ``level``: 5 the same letters, 4 the same canonical name, 3 every given name sounds alike, 2 the shorter name lies
    in the longer one, 1 similar letters, 0 nothing of this. ``same_name``: whether a steward would read both as
    one name; not a function of the level. ``reasons``: what was noticed, first what speaks for one name.
    """

    level: int
    same_name: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class NameAgreements:
    """:class:`NameAgreement` of n pairs: ``level`` uint8, ``same_name`` bool, ``reasons`` uint32 bits, each (n,).

    :func:`linkage.standardise.names.reasons.reasons_of` gives the words of the bits.
    """

    level: UInt8
    same_name: npt.NDArray[np.bool_]
    reasons: UInt32


def compare_names(
    left: str | None,
    right: str | None,
    *,
    religion: int | str | None = None,
    birth_year: int | None = None,
    sex_left: int | str | None = None,
    sex_right: int | str | None = None,
) -> NameAgreement:
    """Return how two raw names agree; the order of the two does not matter.

    ``religion`` (SIAK number 1 to 7, or label) settles abbreviations and ``birth_year`` the old spelling, of both
    bearers. ``sex_left``, ``sex_right`` (1, 2, L, P or label) tell EKA from EKO. A value that says that there is no
    name (None, ``-``, BAYI NY X) never agrees: level 0, not the same.

    Raises:
        ValueError: an argument is none of the above.
    """
    pair = compare_name_columns(
        pa.array([left], pa.string()),
        pa.array([right], pa.string()),
        religion=np.array([religion_of(religion)], np.uint8),
        birth_year=np.array([birth_year_of(birth_year)], np.int32),
        sex_left=np.array([sex_of(sex_left)], np.uint8),
        sex_right=np.array([sex_of(sex_right)], np.uint8),
    )
    return NameAgreement(int(pair.level[0]), bool(pair.same_name[0]), reasons_of(int(pair.reasons[0])))


def compare_name_columns(
    left: pa.StringArray,
    right: pa.StringArray,
    *,
    religion: UInt8 | None = None,
    birth_year: Int32 | None = None,
    sex_left: UInt8 | None = None,
    sex_right: UInt8 | None = None,
) -> NameAgreements:
    """Return :func:`compare_names` of n pairs of raw names (n,), null where there is none.

    The others are arrays (n,), 0 for unknown: ``religion`` SIAK codes, ``birth_year`` years, the sexes 1 and 2. A name
    is read once per distinct value, and pairs are judged by a compiled kernel.

    Raises:
        InvariantError: arrays of different lengths.
    """
    count = len(left)
    unknown = np.zeros(count, np.uint8)
    one_sex, other_sex = unknown if sex_left is None else sex_left, unknown if sex_right is None else sex_right
    if any(len(item) != count for item in (right, one_sex, other_sex)):
        raise InvariantError("names and what is known of their bearers differ in number")
    old = None if birth_year is None else (birth_year > 0) & (birth_year <= LAST_OLD_YEAR)
    contexts = [context_codes(count, religion=religion, sex=sex, old=old) for sex in (one_sex, other_sex)]
    encoded = pa.concat_arrays([left, right]).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    distinct, which = np.unique(np.where(codes < 0, -1, codes << 8 | np.concatenate(contexts)), return_inverse=True)
    raw = encoded.dictionary.to_pylist()
    names = lay_out([_read(raw, key) for key in distinct.tolist()])
    level, bits = _agree(names, which[:count], which[count:], one_sex, other_sex)
    folded = pa.array([fold_name(text) for text in raw], pa.string()).dictionary_encode().indices.to_numpy()
    letters = np.append(folded, -1)[codes]
    level[(letters[:count] == letters[count:]) & (level == EQUAL)] = IDENTICAL
    return NameAgreements(level, (bits & np.uint32(AGAINST & 0xFFFFFFFF)) == 0, bits)


def _read(raw: list[str], key: int) -> Reading:
    """Return the readings of a name.

    One that may be in the old spelling is read in both, one with an apostrophe also as if it stood for K (NI'MAT), and
    each also as it is written, because a slip is told by the letters and not by the name of the family.
    """
    if key < 0:
        return Reading("", ())
    text, context = raw[key >> 8], context_of_code(key & 255)
    contexts = [replace(context, old=False), context] if context.old else [context]
    contexts += [replace(item, families=NO_FAMILIES) for item in contexts]
    spellings = dict.fromkeys((text, _HAMZA.sub("K", text)))
    names = (read_in_context(spelling, item) for item in contexts for spelling in spellings)
    return Reading(text, tuple(name for name in names if name.tokens))


def _agree(names: LaidOut, left: Int64, right: Int64, left_sex: UInt8, right_sex: UInt8) -> tuple[UInt8, UInt32]:
    forms, packed = names.forms, names.packed
    return _agree_all(
        names.judged,
        left.astype(np.int64),
        right.astype(np.int64),
        left_sex,
        right_sex,
        names.entry_offsets,
        names.entries,
        names.is_alias,
        names.text_of,
        forms.token_offsets,
        forms.token_ids,
        forms.token_soft,
        forms.key_offsets,
        forms.keys,
        packed.chars,
        packed.offsets,
    )


@kernel
def _agree_all(
    judged: JudgedNames,
    left: Int64,
    right: Int64,
    left_sex: UInt8,
    right_sex: UInt8,
    entry_offsets: Int64,
    entries: Int32,
    is_alias: UInt8,
    text_of: Int32,
    token_offsets: Int64,
    token_ids: Int32,
    token_soft: UInt8,
    key_offsets: Int64,
    keys: Int32,
    chars: npt.NDArray[np.uint16],
    char_offsets: Int64,
) -> tuple[UInt8, UInt32]:
    """Judge pairs of names, each by its own and by its other name; the best of these counts."""
    count = left.shape[0]
    level = np.zeros(count, np.uint8)
    bits = np.zeros(count, np.uint32)
    for pair in range(count):
        found, best = NO_NAME, 0
        for i in range(entry_offsets[left[pair]], entry_offsets[left[pair] + 1]):
            for j in range(entry_offsets[right[pair]], entry_offsets[right[pair] + 1]):
                a, b = text_of[entries[i]], text_of[entries[j]]
                relation = name_relation(
                    a, b, token_offsets, token_ids, token_soft, key_offsets, keys, chars, char_offsets
                )
                if relation <= SIMILAR and sound_alike(a, b, token_offsets, token_ids, key_offsets, keys):
                    relation = SOUNDS
                best = max(best, relation)
                answer = judge(judged, entries[i], entries[j], left_sex[pair], right_sex[pair])
                if is_alias[i] or is_alias[j]:
                    answer |= ALIAS
                # What speaks against one name are the highest bits, so the least answer is the best, in any order.
                found = min(found, answer)
        level[pair] = best
        bits[pair] = found
    return level, bits
