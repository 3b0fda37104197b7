"""A newborn that bears its mother's name is recognised by it."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.features.names.newborn import newborn_features
from linkage.standardise.names.columns import canonical_names

NAMES = canonical_names(pa.array(["AN SITI AMINAH", "BUDI SUPARNO", "SITI RINA"], pa.string()))
MOTHERS = canonical_names(pa.array(["SITI AMINAH", "WAGINAH"], pa.string()))
NEWBORN, BUDI, SITI, NOBODY = 0, 1, 2, -1
AMINAH, WAGINAH = 0, 1


@pytest.mark.parametrize(
    ("names", "mothers", "share"),
    [
        ((NEWBORN, BUDI), (AMINAH, AMINAH), 1.0),
        ((BUDI, NEWBORN), (AMINAH, AMINAH), 1.0),
        ((NEWBORN, BUDI), (NOBODY, AMINAH), 1.0),
        ((NEWBORN, BUDI), (WAGINAH, WAGINAH), 0.0),
        ((SITI, BUDI), (AMINAH, AMINAH), 0.5),
        ((NOBODY, BUDI), (AMINAH, AMINAH), 0.0),
        ((NEWBORN, BUDI), (NOBODY, NOBODY), np.nan),
        ((NOBODY, NOBODY), (AMINAH, AMINAH), np.nan),
    ],
)
def test_the_share_of_a_mothers_name_in_a_name_of_either_record_is_told(names, mothers, share):
    one, other = ((np.array([code], np.int32) for code in pair) for pair in (names, mothers))
    (feature,), columns = newborn_features(tuple(one), tuple(other), NAMES.names, MOTHERS.names)
    assert feature.name == "nama_of_mother"
    assert columns.dtype == np.float32
    assert columns[:, 0] == pytest.approx([share], nan_ok=True)
