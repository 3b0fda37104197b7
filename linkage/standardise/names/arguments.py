"""What a caller knows of the bearer of a name: religion, sex, year of birth, culture. Strict readers.

A reader takes what registers hold, numbers and labels, and raises for the rest: an argument that is silently
dropped would change what a name means. None always says that nothing is known.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import pyarrow as pa

from linkage.standardise.codes import standardise_code
from linkage.standardise.generic_text import fold_words

ISLAM: Final = 1
PROTESTANT: Final = 2
CATHOLIC: Final = 3
HINDU: Final = 4

MAN: Final = 1
WOMAN: Final = 2

EARLIEST_BIRTH_YEAR: Final = 1850
LATEST_BIRTH_YEAR: Final = 2100

BALI: Final = "bali"
MINANG: Final = "minang"
CULTURES: Final = (BALI, MINANG)
"""Cultures in which an abbreviation has a meaning of its own."""

_MOST_RELIGIONS: Final = 7
_BELIEF: Final = 7


def religion_of(value: int | str | None) -> int:
    """Return the religion the name rules know: 1 Islam, 2 Protestant, 3 Catholic, 4 Hindu, 5 Buddhist, 6 Khonghucu.

    ``value``: the SIAK number (1 to 7, or that number as text) or a label of it. 0, a blank text and None say that
    nothing is known, and give 0; so does 7 (kepercayaan), which settles no abbreviation.

    Raises:
        ValueError: anything else.
    """
    problem = "a religion is a SIAK number from 1 to 7, its label, or None"
    code = _number(value, problem)
    if code is None:
        code = _listed("religion", str(value), problem)
    if not 0 <= code <= _MOST_RELIGIONS:
        raise ValueError(problem)
    return 0 if code == _BELIEF else code


def sex_of(value: int | str | None) -> int:
    """Return 1 for a man, 2 for a woman, 0 for None, 0 or a blank text.

    ``value``: the SIAK number, L or P, or a label (LAKI-LAKI, PEREMPUAN, PRIA, WANITA).

    Raises:
        ValueError: anything else.
    """
    problem = "a sex is 1, 2, L, P, a label such as PEREMPUAN, or None"
    code = _number(value, problem)
    if code is None:
        code = _listed("sex", str(value), problem)
    if not 0 <= code <= WOMAN:
        raise ValueError(problem)
    return code


def birth_year_of(value: int | None) -> int:
    """Return the year of birth (1850 to 2100), 0 for None or 0.

    Raises:
        ValueError: no whole number (a text, a float, a truth value), or out of that range.
    """
    problem = f"a year of birth is a whole number from {EARLIEST_BIRTH_YEAR} to {LATEST_BIRTH_YEAR}, or None"
    year = None if isinstance(value, str) else _number(value, problem)
    if year is None or (year != 0 and not EARLIEST_BIRTH_YEAR <= year <= LATEST_BIRTH_YEAR):
        raise ValueError(problem)
    return year


def culture_of(value: str | None) -> str:
    """Return the culture's label in small letters (one of :data:`CULTURES`), empty for None or a blank text.

    Raises:
        ValueError: no text, or a culture that no rule depends on.
    """
    if value is None:
        return ""
    label = value.strip().lower() if isinstance(value, str) else "?"
    if label and label not in CULTURES:
        raise ValueError(f"a culture is one of {', '.join(CULTURES)}, or None")
    return label


def culture_of_region(region: str | None) -> str | None:
    """Return the culture whose abbreviations are usual in a region, None where no rule depends on it.

    ``region``: a region code of Kemendagri, from the two digits of the province on (51 is Bali, 13 West Sumatra). Other
    codes and None give None: a region is a hint and nothing is settled without it.
    """
    return None if region is None else {"51": BALI, "13": MINANG}.get(region.strip()[:2])


def _number(value: object, problem: str) -> int | None:
    """Return the whole number (0 for None), None for a text."""
    if value is None:
        return 0
    if isinstance(value, str):
        return None
    if isinstance(value, (int, np.integer)) and not isinstance(value, bool):
        return int(value)
    raise ValueError(problem)


@lru_cache(maxsize=256)
def _listed(kind: str, text: str, problem: str) -> int:
    words = fold_words(text)
    if words in ("", "0") and not text.strip("0 \t"):
        return 0
    found = standardise_code(kind, pa.array([text], pa.string())).values.to_pylist()
    if not found:
        raise ValueError(problem)
    return {"L": MAN, "P": WOMAN}.get(found[0]) or int(found[0])
