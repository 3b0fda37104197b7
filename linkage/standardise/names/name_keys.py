"""The phonetic keys of one whole name, as texts: for explaining a match and for lists made by hand.

Columns have hashed keys (:mod:`linkage.standardise.names.keys`); both are made of the same token keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice, product

import jellyfish

from linkage.standardise.names.keys import MOST_COMBINATIONS
from linkage.standardise.names.person_name import StandardName
from linkage.standardise.names.phonetic import kfi


@dataclass(frozen=True)
class NameKeys:
    """Sets of keys; two names may be one where the sets meet. All of them leave out the soft tokens.

    ``full``: the tokens' keys in their order; ``ordered``: sorted, for names whose words are swapped; ``joined``: the
    key of the name without blanks; ``first``, ``last``: of the first and last hard token. At most eight combinations
    each. Every set is empty for a value that is no name.
    """

    full: frozenset[str] = frozenset()
    first: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    ordered: frozenset[str] = frozenset()
    joined: frozenset[str] = frozenset()


@dataclass(frozen=True)
class GeneralEncodings:
    """A token's codes in encodings made for English: Soundex (Russell 1918), Metaphone (Philips 1990), NYSIIS (Taft
    1970), Match Rating (Moore 1977). Empty where an encoding has no code for the token.
    """

    soundex: str = ""
    metaphone: str = ""
    nysiis: str = ""
    match_rating: str = ""


def name_keys(name: StandardName) -> NameKeys:
    """Return the KFI keys of a standard name."""
    hard = [token for token, soft in zip(name.tokens, name.soft, strict=True) if not soft]
    if not hard:
        return NameKeys()
    keys = [kfi(token) for token in hard]
    return NameKeys(
        full=_combined(keys),
        first=frozenset(keys[0]),
        last=frozenset(keys[-1]),
        ordered=frozenset(" ".join(sorted(choice.split(" "))) for choice in _combined(keys)),
        joined=frozenset(kfi("".join(hard))),
    )


def _combined(keys: Iterable[tuple[str, ...]]) -> frozenset[str]:
    return frozenset(" ".join(choice) for choice in islice(product(*keys), MOST_COMBINATIONS))


def general_encodings(token: str) -> GeneralEncodings:
    """Return a token's codes in general encodings, for foreign names; KFI is the key of Indonesian ones.

    They drop vowels, in which SUPARNO and SUPARNI alone differ: never a key of their own for names of the register. A
    token with anything but A-Z in it has none.
    """
    if not (token.isascii() and token.isalpha() and token.isupper()):
        return GeneralEncodings()
    return GeneralEncodings(
        jellyfish.soundex(token),
        jellyfish.metaphone(token),
        jellyfish.nysiis(token),
        jellyfish.match_rating_codex(token),
    )
