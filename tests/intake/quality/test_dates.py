"""Rules on dates: what is read all the same and is still wrong."""

from __future__ import annotations

import pyarrow as pa
import pytest

from linkage.intake.quality.dates import BIRTH, judge_dates, read_dates


@pytest.mark.parametrize(
    ("text", "number", "codes"),
    [
        ("05-13-1985", 19850513, {"TGL_TIDAK_VALID"}),
        ("1985-13-05", 19850513, {"TGL_TIDAK_VALID"}),
        ("16-13-1985", 19850000, {"TGL_TIDAK_VALID"}),
        ("13-05-1985", 19850513, set()),
        ("05-1985", 19850000, {"TGL_TIDAK_LENGKAP"}),
        ("MEI 1985", 19850000, {"TGL_TIDAK_LENGKAP"}),
        ("١٣/٠٥/١٩٨٥", 19850513, set()),
        ("13-V-1985", 19850513, set()),
        ("01-07-2005", 20050701, {"TGL_DEFAULT"}),
        ("01-07-2006", 20060701, set()),
        ("05-13-2077", -1, {"TGL_TIDAK_VALID"}),
        ("13-05-2077", -1, {"TGL_MASA_DEPAN"}),
    ],
)
def test_a_date_of_birth_falls_under_its_rules(text: str, number: int, codes: set[str]) -> None:
    values = pa.array([text], pa.string())
    dates = read_dates(values, 2026)
    found = judge_dates(values, dates, field=BIRTH, latest_year=2026)
    assert dates.numbers.tolist() == [number]
    assert {code for code, rows in found.items() if rows[0]} == codes
