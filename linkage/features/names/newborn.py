"""A newborn without a name yet: registered as the child of its mother, under her name."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.features.feature import Feature, FeatureBlock, Float32
from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64, NameForms

MOTHERS_NAME: Final = Feature("nama_of_mother", 0, "nama")


def newborn_features(
    names: tuple[Int32, Int32], mothers: tuple[Int32, Int32], name_forms: NameForms, mother_forms: NameForms
) -> FeatureBlock:
    """Return, float32 (n_pairs, 1), the largest share of a mother's name that stands in a name, of either record.

    ``names``, ``mothers``: the codes of nama and nama_ibu on both sides, -1 for missing; nan where no name or no mother
    is known. BAYI NY SITI AMINAH, the child of SITI AMINAH, is given a name later: then that two names differ says
    little. What marks such a name as none is taken off when it is standardised, but not where it is misspelt.
    """
    n_pairs = names[0].size
    columns = np.full((n_pairs, 1), np.nan, np.float32)
    # Tokens of mothers by their numbers among tokens of names; -1 for one that no name holds.
    places = pc.fill_null(pc.index_in(mother_forms.tokens, value_set=name_forms.tokens), pa.scalar(-1, pa.int32()))
    ids = places.to_numpy(zero_copy_only=False).astype(np.int32)[mother_forms.token_ids]
    name = np.concatenate([names[0], names[0], names[1], names[1]])
    mother = np.concatenate([mothers[0], mothers[1], mothers[0], mothers[1]])
    known = np.flatnonzero((name >= 0) & (mother >= 0))
    if known.size:
        n_mothers = mother_forms.token_offsets.size - 1
        packed, place = np.unique(name[known].astype(np.int64) * n_mothers + mother[known], return_inverse=True)
        shares = _shares(
            packed // n_mothers,
            packed % n_mothers,
            name_forms.token_offsets,
            name_forms.token_ids,
            mother_forms.token_offsets,
            ids,
        )
        found = np.full(4 * n_pairs, np.nan, np.float32)
        found[known] = shares[place]
        columns[:, 0] = np.fmax.reduce(found.reshape(4, n_pairs))
    return (MOTHERS_NAME,), columns


@kernel
def _shares(
    name: Int64, mother: Int64, name_offsets: Int64, name_ids: Int32, mother_offsets: Int64, mother_ids: Int32
) -> Float32:
    """Return the share of the mother's tokens that stand in the name, 0 to 1."""
    shares = np.zeros(name.shape[0], np.float32)
    for pair in range(name.shape[0]):
        start, end = mother_offsets[mother[pair]], mother_offsets[mother[pair] + 1]
        found = 0
        for token in range(start, end):
            for place in range(name_offsets[name[pair]], name_offsets[name[pair] + 1]):
                if name_ids[place] == mother_ids[token]:
                    found += 1
                    break
        shares[pair] = found / (end - start)
    return shares
