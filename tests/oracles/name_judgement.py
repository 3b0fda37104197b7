"""The judgement of two names with sets and sorted lists: slow and plain.

How far two tokens may differ, and what a single token is known for, is taken from the modules that are tested; which
rule applies to which tokens is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product

from rapidfuzz.distance import OSA

from linkage.standardise.names import judgement as told
from linkage.standardise.names import token_relation as tells
from linkage.standardise.names.readings import latin_keys, old_keys
from linkage.standardise.names.softness import (
    ADULT_TITLE,
    BIRTH_ORDER,
    CLAN,
    FATHER,
    HARD,
    NICKNAME,
    RANK,
    SEX_MARK,
)
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.tokens import soft_kinds
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
    TokenTraits,
    token_traits,
)
from tests.oracles.kfi import kfi

LONG_VOWELS = {"OE": "U", "OO": "U", "UU": "U", "IE": "I", "EE": "I", "II": "I", "AA": "A"}


@dataclass(frozen=True)
class Name:
    """A canonical name, the father named in it, the tokens a full stop marked, and the width of the column it fills."""

    tokens: tuple[str, ...]
    father: tuple[str, ...] = ()
    dotted: frozenset[str] = frozenset()
    cut: int = 0

    def order(self) -> tuple[object, ...]:
        return " ".join(self.tokens), " ".join(self.father), self.cut, sorted(self.dotted)


@dataclass(frozen=True)
class Token:
    text: str
    kind: int
    dotted: bool


class Side:
    """One name with the places of its tokens that have no counterpart yet."""

    def __init__(self, name: Name) -> None:
        kinds = (*soft_kinds(name.tokens), *[FATHER] * len(name.father))
        texts = (*name.tokens, *name.father)
        self.tokens = [Token(text, kind, text in name.dotted) for text, kind in zip(texts, kinds, strict=True)]
        self.open = set(range(len(texts)))
        self.own = len(name.tokens)
        self.cut = name.cut

    def open_kinds(self) -> set[int]:
        return {self.tokens[place].kind for place in self.open}

    def sexes(self) -> set[int]:
        """The sexes that the open soft tokens are reserved for."""
        tables = name_tables()
        words = {self.tokens[place].text for place in self.open if self.tokens[place].kind != HARD}
        return ({MENS} if words & tables.soft_male else set()) | ({WOMENS} if words & tables.soft_female else set())


def judge(left: Name, right: Name, left_sex: int = 0, right_sex: int = 0) -> int:
    """Return the bits of :mod:`linkage.standardise.names.judgement`."""
    shorter, longer = sorted((left, right), key=lambda name: (len(name.tokens) + len(name.father), name.order()))
    a, b = Side(shorter), Side(longer)
    sexes_differ = {left_sex, right_sex} == {1, 2}
    if not a.tokens:
        return told.NO_NAME
    ours, theirs = [token.text for token in a.tokens], [token.text for token in b.tokens]
    if "".join(ours) == "".join(theirs):
        return 0 if ours == theirs else told.BLANKS
    if len(b.tokens) > told.MOST_TOKENS:
        return told.OTHER_NAME
    how = {
        (i, j): relate(one, other, sexes_differ)
        for (i, one), (j, other) in product(enumerate(a.tokens), enumerate(b.tokens))
    }
    couples: list[tuple[int, int]] = []
    found, anchored = match(a, b, how, tells.BY_SOUND, couples)
    if any([*join(a, b), *join(b, a)]):
        found, anchored = found | told.BLANKS, True
    fitted, more = match(a, b, how, tells.SLIPPED, couples)
    found, anchored = found | fitted, anchored or more
    if any(i < k and j > m for (i, j), (k, m) in product(couples, couples)):
        found |= told.ORDER
    # Of two names that fill a column the shorter was cut.
    widths = sorted({a.cut, b.cut} - {0})
    if a.cut != b.cut and close_cut(*((a, b) if a.cut == widths[0] else (b, a))):
        found |= told.CUT
    found |= left_over(a, b, how)
    if found < told.OTHER_NAME and not anchored and found & (told.INITIAL | told.ABBREVIATION | told.CUT):
        found |= told.INITIALS_ALONE
    if not anchored and any(how[couple] == tells.BY_OLD_READING for couple in couples):
        found |= told.OTHER_NAME
    return found


def match(
    a: Side, b: Side, how: dict[tuple[int, int], int], least: int, couples: list[tuple[int, int]]
) -> tuple[int, bool]:
    """Couple open tokens, the best relation first, of those the nearest places, of those the first."""
    bits = {tells.EQUAL: 0, tells.BY_SOUND: told.SPELLING, tells.BY_READING: told.SPELLING}
    bits[tells.BY_OLD_READING] = told.SPELLING
    bits |= {tells.BY_INITIAL: told.INITIAL, tells.ABBREVIATED: told.ABBREVIATION, tells.SLIPPED: told.SLIP}
    found, anchored = 0, False
    candidates = [(-relation, abs(i - j), i, j < i, j) for (i, j), relation in how.items() if relation >= least]
    for negative, _, i, _, j in sorted(candidates):
        if i not in a.open or j not in b.open:
            continue
        a.open.remove(i)
        b.open.remove(j)
        couples.append((i, j))
        found |= bits[-negative]
        one, other = a.tokens[i], b.tokens[j]
        identify = {one.kind, other.kind} <= {HARD, CLAN, NICKNAME}
        sure = -negative in (tells.EQUAL, tells.BY_SOUND, tells.SLIPPED)
        anchored = anchored or (identify and sure and not sounds_one_letter(one.text))
    return found, anchored


def join(whole: Side, parts: Side) -> list[tuple[int, range]]:
    """Couple open tokens of one name with two or more open neighbours of the other that are written apart."""
    found = []
    for i, j in product(range(len(whole.tokens)), range(len(parts.tokens))):
        for end in range(j + 2, len(parts.tokens) + 1):
            one, run = whole.tokens[i].text, range(j, end)
            apart = "".join(parts.tokens[place].text for place in run)
            distance = OSA.distance(one, apart)
            slip = distance == 1 and len(apart) >= told._JOINED_SLIP
            slip = slip and ending(one) == ending(parts.tokens[end - 1].text)
            heard = len(run) == 2 and end <= parts.own and sounds_joined(one, apart)
            if i in whole.open and parts.open.issuperset(run) and (distance == 0 or slip or heard):
                whole.open.remove(i)
                parts.open.difference_update(run)
                found.append((i, run))
    return found


def sounds_joined(whole: str, apart: str) -> bool:
    """Return whether two parts written together sound like the token."""
    return relate(Token(whole, HARD, False), Token(apart, HARD, False), False) in (tells.BY_SOUND, tells.BY_READING)


def close_cut(short: Side, long: Side) -> bool:
    """Close what a cut name has lost: the rest of its last token, and every token behind."""
    last = len(short.tokens) - 1
    if last in short.open:
        rest = short.tokens[last].text
        begun = [place for place in sorted(long.open) if long.tokens[place].text.startswith(rest)]
        if not begun:
            return False
        short.open.remove(last)
        long.open -= {place for place in long.open if place >= begun[0]}
        return True
    matched = set(range(len(long.tokens))) - long.open
    behind = {place for place in long.open if place > max(matched, default=-1)}
    long.open -= behind
    return bool(behind)


def left_over(a: Side, b: Side, how: dict[tuple[int, int], int]) -> int:
    """Return what the tokens without counterpart say."""
    ours, theirs = a.open_kinds(), b.open_kinds()
    of_kind = {
        HARD: (told.NAME_MISSING, told.OTHER_NAME),
        CLAN: (told.CLAN_MISSING, told.OTHER_CLAN),
        BIRTH_ORDER: (told.BIRTH_ORDER_MISSING, told.OTHER_BIRTH_ORDER),
        RANK: (told.RANK_MISSING, told.OTHER_RANK),
        SEX_MARK: (told.RANK_MISSING, told.OTHER_SEX),
        FATHER: (told.FATHER_MISSING, told.OTHER_FATHER),
        ADULT_TITLE: (told.TITLE_MISSING, told.TITLE_MISSING),
        NICKNAME: (told.NICKNAME_MISSING, told.OTHER_NAME),
    }
    found = 0
    for kind in ours | theirs:
        missing, other = of_kind[kind]
        found |= other if kind in ours & theirs else missing
    endings = any(how[i, j] == tells.OTHER_ENDING for i, j in product(a.open, b.open))
    if (endings and HARD in ours & theirs) or {*map(frozenset, (a.sexes(), b.sexes()))} == {
        frozenset({MENS}),
        frozenset({WOMENS}),
    }:
        found |= told.OTHER_SEX
    return found


def relate(one: Token, other: Token, sexes_differ: bool) -> int:
    """Return the first relation that holds, in the order of the rules."""
    rules: list[Callable[[Token, Token, bool], int | None]] = [
        _equal,
        _sounding,
        _initial,
        _reading,
        _abbreviation,
        _other_ending,
        _slip,
    ]
    return next(found for rule in rules if (found := rule(one, other, sexes_differ)) is not None)


def _equal(one: Token, other: Token, sexes_differ: bool) -> int | None:
    return tells.EQUAL if one.text == other.text else None


def _sounding(one: Token, other: Token, sexes_differ: bool) -> int | None:
    if not set(kfi(one.text)) & set(kfi(other.text)):
        return None
    if traits(one) & traits(other) & SURNAME and len(set(token_traits([one.text, other.text]).surname)) == 2:
        return tells.CLOSE
    if ending(one.text) != ending(other.text) and (sexes_differ or tell_sexes(traits(one), traits(other))):
        return tells.OTHER_ENDING
    return tells.BY_SOUND


def _initial(one: Token, other: Token, sexes_differ: bool) -> int | None:
    short, long = sorted((one.text, other.text), key=len)
    if len(short) > 1:
        return None
    if SEX_MARK in (one.kind, other.kind):
        return tells.UNLIKE
    return tells.BY_INITIAL if len(long) > 1 and begin_alike(short, long) else tells.UNLIKE


def _reading(one: Token, other: Token, sexes_differ: bool) -> int | None:
    if ending(one.text) != ending(other.text):
        return None
    plain, latin, old = zip(*map(readings, (one.text, other.text)), strict=True)
    both_known = is_known(one) and is_known(other)
    long = min(len(one.text), len(other.text)) >= tells._LONG_LATIN
    by_latin = (latin[0] & (plain[1] | latin[1])) | (latin[1] & plain[0])
    by_old = (old[0] & (plain[1] | latin[1])) | (old[1] & (plain[0] | latin[0]))
    clans = bool(traits(one) & traits(other) & CLAN_NAME)
    if by_latin and (long or not both_known):
        return tells.BY_READING
    return tells.BY_OLD_READING if by_old and (clans or not both_known) else None


def _abbreviation(one: Token, other: Token, sexes_differ: bool) -> int | None:
    return tells.ABBREVIATED if abbreviates(one, other) or abbreviates(other, one) else None


def _other_ending(one: Token, other: Token, sexes_differ: bool) -> int | None:
    endings = {ending(one.text), ending(other.text)}
    if stem(one.text) != stem(other.text) or len(endings) == 1:
        return None
    return tells.OTHER_ENDING if "" not in endings or not (odd(one) or odd(other)) else None


def _slip(one: Token, other: Token, sexes_differ: bool) -> int:
    first, second = one.text, other.text
    shorter = min(len(first), len(second))
    distance = OSA.distance(first, second)
    if shorter < 3 or distance > (2 if shorter >= tells._LONG else 1):
        return tells.UNLIKE
    if is_known(one) and is_known(other):
        return tells.CLOSE
    odder = abs(odd(one) - odd(other))
    if (odder > 1 and shorter >= tells._SHORT_ODD) or (odder == 1 and shorter >= tells._SHORTEST_ODD):
        return tells.SLIPPED
    alike = next((place for place in range(shorter) if first[place] != second[place]), shorter - 1)
    behind = shorter - alike
    if distance == 2 or alike == 0:
        slipped = False
    elif second in swaps(first):
        slipped = shorter >= tells._LONG_SWAP and behind > 2
    elif behind < tells._ENDING or ending(first) != ending(second):
        slipped = False
    else:
        slipped = shorter >= (tells._LONG_SUBSTITUTION if len(first) == len(second) else tells._LONG_INSERTION)
    return tells.SLIPPED if slipped else tells.CLOSE


def swaps(text: str) -> Iterator[str]:
    """Every text with two neighbours exchanged."""
    for place in range(len(text) - 1):
        yield text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def abbreviates(short: Token, long: Token) -> bool:
    letters, whole = short.text, long.text
    if (is_known(short) and not short.dotted) or not 1 < len(letters) <= min(7, len(whole) - 2):
        return False
    if not begin_alike(letters, whole):
        return False
    if traits(short) & VOWELLESS or odd(short) > 1:
        rest = iter(whole[1:])
        return all(letter in rest for letter in letters[1:])
    if ending(letters) or (len(letters) > 3 and not short.dotted):
        return False
    return whole[1:].startswith(letters[1:])


def begin_alike(one: str, other: str) -> bool:
    """By letter, by sound, or in another reading: J as Y, C as K."""

    def letters(token: str) -> set[str]:
        return {key[0] for key in kfi(token) if "A" <= key[0] <= "Z"}

    ours, theirs = letters(one), letters(other)
    crossed = any({a, b} in ({"J", "Y"}, {"C", "K"}) for a, b in product(ours, theirs))
    return one[0] == other[0] or bool(ours & theirs) or crossed


def readings(token: str) -> tuple[set[str], set[str], set[str]]:
    """The keys of a token as it stands, in another reading of foreign letters, and with J read as Y."""
    return set(kfi(token)), set(latin_keys([token])[1].to_pylist()), set(old_keys([token])[1].to_pylist())


def tell_sexes(one: int, other: int) -> bool:
    sexes = [bits & (MENS | WOMENS) for bits in (one, other)]
    by_list = sorted(sexes) == [MENS, WOMENS]
    endings = {ENDS_IN_AH, ENDS_IN_O}
    arabic = {bits & (ENDS_IN_AH | ENDS_IN_O) for bits in (one, other)} == endings
    return by_list or arabic or bool(one & other & LATIN)


def sounds_one_letter(token: str) -> bool:
    return len(kfi(token)[0]) == 1


def is_known(token: Token) -> bool:
    return bool(traits(token) & KNOWN_NAME)


def traits(token: Token) -> int:
    return int(_traits(token.text).bits[0])


def odd(token: Token) -> int:
    return int(_traits(token.text).odd[0])


@cache
def _traits(token: str) -> TokenTraits:
    return token_traits([token])


def stem(token: str) -> str:
    """The letters before the final vowel, with or without an H behind it, or before a Latin US."""
    return _parted(token)[0]


def ending(token: str) -> str:
    """The final vowel as it sounds, or US; nothing for another final consonant."""
    return _parted(token)[1]


def is_latin(token: str) -> bool:
    return token.endswith("US") and len(token) > 5


def _parted(token: str) -> tuple[str, str]:
    if is_latin(token):
        return token[:-2], "US"
    letters = token[:-1] if token.endswith("H") and token[-2:-1] in set("AEIOUY") else token
    letters = letters[:-2] + LONG_VOWELS[letters[-2:]] if letters[-2:] in LONG_VOWELS else letters
    if letters[-2:-1] in set("AEIOU") and letters[-1:] in set("IY"):
        return letters[:-2], letters[-2] + "I"
    if letters[-1:] in set("AEIOUY"):
        return letters[:-1], letters[-1].replace("Y", "I")
    return token, ""
