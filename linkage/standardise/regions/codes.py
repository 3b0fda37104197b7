"""Region codes of any depth, as numbers, each mapped to the code in force."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.spec import OlderRegions
from linkage.standardise.column import Int64
from linkage.standardise.regions.districts import district_table
from linkage.standardise.regions.table import RegionTable, region_table

_CODE: Final = re.compile(r"(\d{2})(?:[. ]?(\d{2})(?:[. ]?(\d{2})(?:[. ]?(\d{4}))?)?)?(?:[. ]0+)?(?![. ]?\d)", re.ASCII)
_VILLAGE: Final = 10**9


def region_codes(values: pa.StringArray, older: OlderRegions = ()) -> Int64:
    """Return the region codes, int64 (n,), at the head of texts (n,), no nulls; 0 where there is none that was known.

    Read are 2, 4, 6 or 10 digits of Permendagri 137/2017, with or without dots or blanks between the parts; a name may
    follow. A code that was replaced becomes the one in force, only as deep as the successor is known: what lay in a
    regency that has a new code is that regency. A code whose successor is not known is 0.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    table = region_table(older)
    return np.array([_region_code(text, table) for text in values.to_pylist()], np.int64)


def is_village(codes: Int64) -> npt.NDArray[np.bool_]:
    """Tell which codes, int64 (n,), go down to the village."""
    return np.asarray(codes >= _VILLAGE)


def _region_code(text: str, table: RegionTable) -> int:
    match = _CODE.match(text)
    if match is None:
        return 0
    province, regency, district, village = (int(part) if part else 0 for part in match.groups())
    if regency == 0:
        return province if province in table.provinces else 0
    code = province * 100 + regency
    known = table.regencies.get(code)
    if known is None:
        return 0
    if district == 0:
        return known.newest
    listed = district_table().get(code * 100 + district)
    if listed is not None and listed.newest not in (0, listed.code):
        return listed.newest
    if known.newest != code:
        return known.newest
    code = code * 100 + district
    return code * 10_000 + village if village else code
