"""What two names say depends on the names, and not on the codes that a run happens to give them."""

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from linkage.features.names.features import name_features
from linkage.standardise.names.columns import canonical_names
from linkage.standardise.names.slip import token_counts

TOKENS = ["RINA", "RINI", "RANI", "BUDI", "BUDO", "BUDINA", "B", "SUPARNO", "SUPARNI", "SOEPARNI"]


def measured(texts, counts, pair):
    """Return the features of a pair of names in a column of these texts."""
    content = canonical_names(pa.array(texts, pa.string()))
    codes = [np.array([texts.index(name)], np.int32) for name in pair]
    per_token = token_counts(content.names, counts)
    return name_features("nama", *codes, content.names, per_token, counts, content.values, int(counts.sum()), True)[1]


@given(st.lists(st.lists(st.sampled_from(TOKENS), min_size=1, max_size=5).map(" ".join), unique=True, min_size=2))
def test_a_pair_of_names_says_the_same_wherever_they_stand_in_the_column(texts):
    counts = np.arange(1, len(texts) + 1)
    here = measured(texts, counts, texts[:2])
    there = measured(texts[::-1], counts[::-1].copy(), texts[:2])
    np.testing.assert_array_equal(here, there)
