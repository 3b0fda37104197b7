"""Which names of a column depend on their bearer, so that only those are read once per sort of bearer."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.standardise.names.columns import Mask
from linkage.standardise.names.vocabulary import vocabulary

_ODD = r"[^\x00-\x7F]|[&'`?\\]"


def depends_on_bearer(values: pa.StringArray, *, old: bool = False) -> Mask:
    """Return bool (n_raw,): whether religion, sex or culture may change the canonical form of a raw name (no nulls).

    True more often than needed, never less: for M, H, ST, KT and their like, initials in front, BIN, AL. ``old``: the
    year of birth is known as well, which concerns every J.
    """
    upper = pc.ascii_upper(values)
    found = pc.or_(pc.match_substring_regex(upper, _dependent()), pc.match_substring_regex(upper, _ODD))
    if old:
        found = pc.or_(found, pc.match_substring(upper, "J"))
    return np.array(found.to_numpy(zero_copy_only=False), np.bool_)


@cache
def _dependent() -> str:
    words = vocabulary()
    groups = ("not_man", "minang_man", "islam", "islam_not_woman", "hindu", "christian")
    listed = words.muslim_titles.union(
        {"AL"},
        words.catholic_titles,
        words.son_words,
        words.parent_of_plain,
        *(words.abbreviations[group] for group in groups),
        *words.noble.values(),
    )
    initials = r"^[^A-Z]*[A-Z][^A-Z]+[A-Z]([^A-Z]|$)|^[^A-Z]*R[^A-Z]"
    return rf"(^|[^A-Z])({'|'.join(sorted(listed))})([^A-Z]|$)|{initials}"
