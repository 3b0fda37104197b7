"""The soft flags of a column are those of each name."""

from dataclasses import fields

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.soft_rows import soft_rows
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.tokens import may_be_soft, soft_flags

ENTRIES = {entry for field in fields(name_tables()) for entry in getattr(name_tables(), field.name)}
PAIRS = sorted(entry for entry in ENTRIES if isinstance(entry, tuple))
LISTED = sorted({entry for entry in ENTRIES if isinstance(entry, str)}.union(*PAIRS))
SOFT = [word for word in LISTED if may_be_soft(word)]
TOKEN = (
    st.sampled_from(SOFT)
    | st.sampled_from(LISTED)
    | st.sampled_from(["KOKOM", "KOMARIAH", "MAMAN", "SURAHMAN", "BUDI", "王王王王", "王"])
)
NAME = st.lists(TOKEN | st.text("ABI", min_size=1, max_size=5), min_size=1, max_size=6)
NAMES = st.lists(NAME | st.tuples(NAME, st.sampled_from(PAIRS)).map(lambda both: [*both[0], *both[1]]), max_size=20)


@given(NAMES)
def test_a_token_is_soft_in_a_column_as_it_is_in_its_name(names: list[list[str]]) -> None:
    tokens = sorted({token for name in names for token in name})
    ids = np.array([tokens.index(token) for name in names for token in name], np.int32)
    offsets = np.cumsum([0, *map(len, names)]).astype(np.int64)
    found = soft_rows(offsets, ids, pa.array(tokens, pa.string()))
    assert found.tolist() == [flag for name in names for flag in soft_flags(name)]
