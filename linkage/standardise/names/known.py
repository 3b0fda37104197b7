"""Known given names: which tokens are names that people bear, and which sex bears them.

The list answers two questions of name agreement. Does one other letter make another name (RAHMAT, RAHMAN), or is it
a slip of the typist (SUPARNO, SUPARNP)? Does the final vowel say the sex (RATNO, RATNA)? A token that is not in the
list says nothing: no list holds every name of Indonesia.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

KNOWN: Final = 1
"""Flag: the token is a given name."""
MALE: Final = 2
"""Flag: men bear it."""
FEMALE: Final = 4
"""Flag: women bear it."""

_FLAGS: Final = {"": KNOWN, "L": KNOWN | MALE, "P": KNOWN | FEMALE, "LP": KNOWN | MALE | FEMALE}


@cache
def known_names() -> Mapping[str, int]:
    """Return the known given-name tokens (upper case A-Z) with their flags, read at the first call.

    Every value has `KNOWN`; `MALE` and `FEMALE` are both set for a name of both sexes, and neither is where the sex
    is not known. The source is ``data/names/known_names.csv``, told of in ``data/README.md``.
    """
    file = resources.files("linkage.standardise") / "data" / "names" / "known_names.csv"
    rows = csv.reader(file.read_text(encoding="ascii").splitlines())
    next(rows)
    return MappingProxyType({name: _FLAGS[sex] for name, sex in rows})
