"""What the rules know of the bearer of a name, packed into one byte for columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import InvariantError
from linkage.standardise.column import UInt8
from linkage.standardise.names.arguments import BALI, CATHOLIC, HINDU, ISLAM, MAN, MINANG, PROTESTANT, WOMAN
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.vocabulary import vocabulary

LAST_OLD_YEAR: Final = 1972
"""Who was born until the reform of 16 August 1972 may be written in the old spelling without another sign of it."""

_SEX_SHIFT: Final = 3
_OLD_BIT: Final = 1 << 5
_CULTURE_SHIFT: Final = 6
_CULTURES: Final = ("", BALI, MINANG)


@dataclass(frozen=True)
class NameContext:
    """What is known of a bearer: ``religion`` 0 unknown, 1 to 6 as SIAK; ``sex`` 0 unknown, 1 man, 2 woman.

    ``old``: the name may be in the spelling before 1972. ``culture``: a label of ``arguments.CULTURES`` or empty.
    ``families``: those that a steward added; they are the same for all bearers and have no part in ``code``.
    """

    religion: int = 0
    sex: int = 0
    old: bool = False
    culture: str = ""
    families: NameFamilies | None = None

    @property
    def code(self) -> int:
        """The context as a number (0 to 255), 0 when nothing is known."""
        culture = _CULTURES.index(self.culture)
        return self.religion | self.sex << _SEX_SHIFT | self.old * _OLD_BIT | culture << _CULTURE_SHIFT

    @property
    def balinese(self) -> bool:
        """Whether Balinese abbreviations count: for a Hindu anywhere, in Bali unless the religion is another."""
        return self.religion == HINDU or (self.culture == BALI and self.religion == 0)

    @cached_property
    def titles(self) -> frozenset[str]:
        """The titles that are removed in front of this bearer's name."""
        words = vocabulary()
        titles = words.titles
        if self.religion in (0, ISLAM):
            titles |= words.muslim_titles
        return titles | words.catholic_titles if self.religion == CATHOLIC else titles

    @cached_property
    def abbreviations(self) -> Mapping[str, str]:
        """The abbreviations that count anywhere in this bearer's name but at its end."""
        table = vocabulary().abbreviations
        anywhere = dict(table["any"])
        if self.sex != MAN:
            anywhere |= table["not_man"]
        elif self.culture == MINANG:
            anywhere |= table["minang_man"]
        if self.balinese:
            anywhere |= table["hindu"]
        return {token: longer for token, longer in anywhere.items() if token not in self.titles}

    @cached_property
    def leading_abbreviations(self) -> Mapping[str, str]:
        """The abbreviations that count in front of this bearer's name."""
        table = vocabulary().abbreviations
        if self.religion == ISLAM:
            return {**table["islam"], **(table["islam_not_woman"] if self.sex != WOMAN else {})}
        return table["christian"] if self.religion in (PROTESTANT, CATHOLIC) else {}

    @cached_property
    def noble(self) -> Mapping[str, str]:
        """The leading initials of rank, written together, with their expansion."""
        noble = vocabulary().noble
        man = {} if self.sex == WOMAN else noble["man"]
        return {**noble["any"], **man, **({} if self.sex == MAN else noble["woman"])}

    @cached_property
    def joined_initials(self) -> Mapping[str, str]:
        """What a run of leading single letters may stand for."""
        return {**self.noble, **(vocabulary().abbreviations["hindu"] if self.balinese else {})}


@lru_cache(maxsize=1 << 10)
def context_of_code(code: int, families: NameFamilies | None = None) -> NameContext:
    """Return the context of a number that :func:`context_codes` gave."""
    culture = _CULTURES[code >> _CULTURE_SHIFT]
    return NameContext(code & 7, code >> _SEX_SHIFT & 3, bool(code & _OLD_BIT), culture, families)


def context_codes(
    count: int,
    *,
    religion: UInt8 | None = None,
    sex: UInt8 | None = None,
    old: npt.NDArray[np.bool_] | None = None,
    culture: UInt8 | None = None,
) -> UInt8:
    """Return uint8 (count,), one number per bearer, of arrays (count,) in which 0 says that nothing is known.

    ``religion`` SIAK numbers (0 to 7), ``sex`` 1 and 2, ``old`` bool, ``culture`` 1 Bali, 2 Minangkabau.

    Raises:
        InvariantError: an array of another length, or a number out of range.
    """
    codes = np.zeros(count, np.uint8)
    for item, most, shift in ((religion, 7, 0), (sex, WOMAN, _SEX_SHIFT), (old, 1, 5), (culture, 2, _CULTURE_SHIFT)):
        if item is None:
            continue
        numbers = np.asarray(item, np.uint8)
        if numbers.shape != codes.shape or (numbers > most).any():
            raise InvariantError("what is known of the bearers does not fit the names: another number, or out of range")
        codes |= np.where(numbers == 7, 0, numbers).astype(np.uint8) << shift
    return codes
