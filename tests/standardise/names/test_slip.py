"""A slip of the keyboard is told from a second name by who else bears the two forms."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.standardise.names.columns import standardise_names
from linkage.standardise.names.slip import name_slips, token_counts

COUNTS = {
    "BUDI SUPARNO": 60,
    "BUDI SUPARNP": 1,
    "BUDI SUPANRO": 1,
    "BUDI SUPARNO HADI": 1,
    "RINA SARI": 40,
    "RINI SARI": 50,
    "RINX SARI": 1,
    "BUDX SUPQRNO": 1,
    "BUDX SUPQXXX": 1,
    "AGUS ZULKARNAEN": 3,
    "AGUS ZULKARNAEM": 1,
}


@pytest.mark.parametrize(
    ("left", "right", "slip"),
    [
        ("BUDI SUPARNO", "BUDI SUPARNP", True),
        ("BUDI SUPARNP", "BUDI SUPARNO", True),
        ("BUDI SUPARNO", "BUDI SUPANRO", True),
        ("RINA SARI", "RINX SARI", True),
        ("RINA SARI", "RINI SARI", False),
        ("BUDI SUPARNP", "BUDI SUPANRO", False),
        ("BUDI SUPARNO", "BUDI SUPARNO", False),
        ("BUDI SUPARNO", "BUDI SUPARNO HADI", False),
        ("BUDI SUPARNO", "RINA SARI", False),
        ("BUDI SUPARNO", "BUDX SUPQRNO", True),
        ("BUDI SUPARNO", "BUDX SUPQXXX", False),
        ("AGUS ZULKARNAEN", "AGUS ZULKARNAEM", False),
    ],
)
def test_a_slip_is_a_letter_or_two_in_a_token_that_nobody_else_bears(left, right, slip):
    content = standardise_names(pa.array(list(COUNTS)), None)
    order = content.values.to_pylist()
    counts = np.array([COUNTS[name] for name in order], np.int64)
    codes = [np.array([order.index(name)], np.int32) for name in (left, right)]
    assert bool(name_slips(*codes, content.names, token_counts(content.names, counts))[0]) is slip
