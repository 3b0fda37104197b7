"""Small columns for the tests of blocking."""

from itertools import pairwise

import numpy as np
import pyarrow as pa

from linkage.standardise.column import apply
from linkage.standardise.generic_text import standardise_category, standardise_identifier, standardise_text

STANDARDISE = {"category": standardise_category, "identifier": standardise_identifier, "text": standardise_text}


def column(name, values, kind="category"):
    encoded = pa.array(values, pa.string()).dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return apply(name, kind, codes, STANDARDISE[kind](encoded.dictionary))


def members_of(index):
    """The blocks of an index as lists of records, sorted."""
    return sorted(index.members[begin:end].tolist() for begin, end in pairwise(index.starts))


def blocks_by_key(index):
    return {
        int(key): index.members[begin:end].tolist()
        for key, begin, end in zip(index.keys, index.starts[:-1], index.starts[1:], strict=True)
    }
