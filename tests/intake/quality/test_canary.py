"""Nothing of a resident stands in what is said about quality."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linkage.errors import InputDataError
from linkage.intake import read_inputs
from linkage.intake.quality import quality_by_region, worst_columns
from linkage.intake.quality.columns import Column
from linkage.intake.quality.dates import read_dates
from linkage.spec import LinkageSpec

CANARIES = {
    "NIK": "3273031607859876",
    "NO_KK": "32730316071598",
    "NAMA_LGKP": "QANARI? ZXWVU",
    "NAMA_LGKP_IBU": "ZUMRQAH ALM",
    "JENIS_KLMIN": "QX",
    "TGL_LHR": "31-02-1987",
    "TMPT_LHR": "KWANGOÃ©STAN",
    "ALAMAT": "JL. QZPTK 77",
    "AGAMA": "QAGM",
    "STAT_HBKEL": "QHUB",
    "STATUS_KTPEL": "QSTAT",
    "KODE_WILAYAH": "9876",
    "TGL_ENTRI": "29-02-2015",
}


def test_no_value_of_a_row_stands_in_the_return_or_the_messages(write: Callable[..., Path], spec: LinkageSpec) -> None:
    rows = [CANARIES, {**CANARIES, "NAMA_LGKP": ""}, {**CANARIES, "NIK": "3,27303E+15"}]
    rows += [{**CANARIES, "NIK": f"32730316078{number:05}"} for number in range(101, 400, 2)]
    lines = [";".join(CANARIES), *(";".join(row.values()) for row in rows), ";".join(CANARIES.values()) + ";TAMBAHAN"]
    intake = read_inputs([write("\n".join(lines), "a.csv")], spec, latest_year=2026)
    quality = intake.quality
    assert quality.num_rows > 20
    tables = (quality, quality_by_region(quality), worst_columns(quality), intake.rejects)
    said = "\n".join([*(str(table.to_pylist()) for table in tables), *intake.warnings])
    assert [value for value in [*CANARIES.values(), "3,27303E+15", "TAMBAHAN"] if value in said] == []


def test_what_is_passed_on_inside_does_not_show_values_either() -> None:
    values = pa.array([CANARIES["TGL_LHR"], "05-05-1955"])
    column = Column("tanggal_lahir", "date", "TGL_LHR", np.zeros(2, np.int32), values)
    dates = read_dates(values, 2026)
    assert not any(text in repr(item) for item in (column, dates) for text in ("1987", "1955", "05-05"))


def test_a_file_refused_says_no_value(write: Callable[..., Path], spec: LinkageSpec) -> None:
    damaged = "NIK;NAMA_LGKP\n" + "3,27303E+15;QANARI\n" * 30
    with pytest.raises(InputDataError) as refused:
        read_inputs([write(damaged, "b.csv")], spec)
    assert refused.value.code == "NIK_AS_NUMBER"
    assert not any(text in str(refused.value) for text in ("E+15", "QANARI"))
