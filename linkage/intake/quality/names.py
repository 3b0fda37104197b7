"""Rules on person names: signs that no name has, marks of the deceased, placeholders. Cheap looks, no standardising."""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.names.columns import read_column
from linkage.standardise.names.context import context_codes
from linkage.standardise.names.vocabulary import vocabulary

Mask = npt.NDArray[np.bool_]

_PLAIN: Final = r"^[A-Z]+( [A-Z]+)*$"
_SIGNS: Final = r"[^\pL\pM '’‘`´.,-]"
_VOWELS: Final = r"^[AEIOU '’‘`´.,-]*$"
_SHORT: Final = r"^\PL*(\pL\PL*){1,2}$"


def judge_names(values: pa.StringArray) -> dict[str, Mask]:
    """Return the distinct names (n,) that each rule holds for.

    What :func:`linkage.standardise.names.columns.standardise_names` takes for no name is ``NAMA_SEMENTARA``,
    and nothing else is said about it.
    """
    found = {
        code: np.zeros(len(values), np.bool_)
        for code in ("NAMA_SEMENTARA", "NAMA_ANOMALI", "NAMA_PENDEK", "NAMA_ALM", "NAMA_TITIK_KOMA")
    }
    values = pc.ascii_upper(values)
    # Most names are plain words; one look sets them apart from those that need several.
    doubtful = np.flatnonzero(~_matches(values, _PLAIN) | _matches(values, _suspicious()))
    names = values.take(pa.array(doubtful))
    nameless = _matches(names, _perhaps_nameless())
    candidates = np.flatnonzero(nameless)
    read = read_column(names.take(pa.array(candidates)), context_codes(candidates.size))
    nameless[candidates] = np.diff(read.offsets) == 0
    short = _matches(names, _SHORT)
    found["NAMA_SEMENTARA"][doubtful] = nameless
    found["NAMA_PENDEK"][doubtful] = short & ~nameless
    strange = _matches(names, _SIGNS) | (_matches(names, _VOWELS) & ~short)
    found["NAMA_ANOMALI"][doubtful] = strange & ~nameless
    found["NAMA_ALM"][doubtful] = _matches(names, _deceased()) & ~nameless
    found["NAMA_TITIK_KOMA"][doubtful] = _matches(names, "[.,]") & ~nameless
    return found


@cache
def _deceased() -> str:
    return rf"(^|[^\pL\pN])({'|'.join(sorted(vocabulary().deceased_words))})($|[^\pL\pN])"


@cache
def _perhaps_nameless() -> str:
    """Match more than enough: what begins like a placeholder, has no letter but X, or is a spreadsheet's error."""
    known = vocabulary()
    words = "|".join(sorted({value.split()[0] for value in known.missing_values} | known.newborn_words))
    dead = "|".join(sorted(known.deceased_words))
    return rf"^[^\pL\pN]*({words})($|[^\pL\pN])|^([^\pL\pN]*({dead}))+[^\pL\pN]*$|^[^\pL]*[X\PL]*$|^\s*[#<]"


@cache
def _suspicious() -> str:
    """Match plain names that another rule may hold for."""
    return f"{_deceased()}|{_perhaps_nameless()}|{_VOWELS}|{_SHORT}"


def _matches(values: pa.StringArray, pattern: str) -> Mask:
    return np.asarray(pc.match_substring_regex(values, pattern).to_numpy(zero_copy_only=False), np.bool_)
