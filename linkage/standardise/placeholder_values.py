"""Values that stand for nobody in particular: borne by more records than any real card, mother or certificate has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Int64 = npt.NDArray[np.int64]

MOST_BEARERS: Final[Mapping[str, int]] = {
    # A large household has 20 members; a children's home on one card may have some dozens.
    "no_kk": 100,
    # More children than a mother bears, their duplicates included; a father may have several wives.
    "nik_ibu": 20,
    "nik_ayah": 30,
    # A certificate is one child's.
    "no_akta_lhr": 20,
}
"""Records that may bear one value of a field before it counts for a placeholder."""

PARENT_NAMES: Final = ("nama_ibu", "nama_ayah")
COMMONEST_SHARE: Final = 0.02
"""The commonest full name of the nation has 0.09 % of its residents (254,922 of 285 million); twenty times that is a
word put in where the name was not known."""
FEWEST_BEARERS: Final = 200
"""A share of a small file says nothing about a name."""


def placeholder_values(field: str, counts: Int64) -> Mask:
    """Return bool (n_values,): the values of a field of residents that are placeholders by the records that bear them.

    ``counts`` int64 (n_values,), records per distinct value. Of another field than those of :data:`MOST_BEARERS` and
    :data:`PARENT_NAMES`, none is: a NIK that many share is a case to be decided, and a town or a village may well be
    everybody's.
    """
    if field in MOST_BEARERS:
        return np.asarray(counts > MOST_BEARERS[field])
    if field in PARENT_NAMES:
        return np.asarray((counts >= FEWEST_BEARERS) & (counts >= COMMONEST_SHARE * counts.sum()))
    return np.zeros(counts.shape, np.bool_)
