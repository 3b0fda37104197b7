"""Rules on the fields of one record together: the NIK beside date, sex and office; dates in their order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.intake.quality.columns import Column, Mask
from linkage.intake.quality.dates import DatesRead
from linkage.spec import OlderRegions
from linkage.standardise.codes import standardise_code
from linkage.standardise.column import Int32, Int64
from linkage.standardise.regions.table import region_table

Int8 = npt.NDArray[np.int8]

MALE, FEMALE = 1, 2
_SEX_SHIFT = 40


@dataclass(frozen=True)
class RecordFinding:
    """A rule that holds for the rows of ``rows`` bool (n,), to be told of ``field``."""

    field: str
    code: str
    rows: Mask


def judge_records(
    columns: Mapping[str, Column],
    dates: Mapping[str, DatesRead],
    regions: Int32,
    *,
    ordered: bool,
    older: OlderRegions,
) -> Iterator[RecordFinding]:
    """Yield what the rules on several fields find.

    ``columns`` by field; ``dates``: the distinct values of those of kind date; ``regions`` int32 (n,): each row's
    regency, 0 when unknown. A missing value, and a NIK with a FATAL finding, contradicts nothing. ``ordered``: look at
    the order of dates, for which their century must be known.
    """
    nik = columns.get("nik")
    if nik is not None and nik.kind == "nik":
        yield from _nik_findings(nik, columns, dates, regions, older)
    if ordered:
        yield from _date_order(columns, dates)


def sexes(values: pa.StringArray) -> Int8:
    """Return int8 (n_values,): 1 male, 2 female, 0 neither."""
    content = standardise_code("sex", values)
    by_value = [{"L": MALE, "P": FEMALE}[text] for text in content.values.to_pylist()]
    return np.array([*by_value, 0], np.int8)[content.mapping]


def _nik_findings(
    nik: Column, columns: Mapping[str, Column], dates: Mapping[str, DatesRead], regions: Int32, older: OlderRegions
) -> Iterator[RecordFinding]:
    numbers = nik.niks
    yield RecordFinding("nik", "NIK_GANDA", repeated(nik))
    valid = numbers >= 0
    day = numbers // 10**8 % 100
    if "tanggal_lahir" in dates:
        issued = np.where(valid, day % _SEX_SHIFT * 10_000 + numbers // 10**4 % 10_000, -1)
        number = dates["tanggal_lahir"].numbers
        born = number % 100 * 10_000 + number // 100 % 100 * 100 + number // 10_000 % 100
        born[(number < 0) | (number % 10_000 == 0)] = -1
        yield RecordFinding("nik", "NIK_TANGGAL_BEDA", _differ(nik, issued, columns["tanggal_lahir"], born))
    if (sex := columns.get("jenis_kelamin")) is not None and sex.kind == "sex":
        told = np.where(valid, np.where(day > _SEX_SHIFT, FEMALE, MALE), -1)
        registered = sexes(sex.values).astype(np.int64)
        registered[registered == 0] = -1
        yield RecordFinding("nik", "NIK_JK_BEDA", _differ(nik, told, sex, registered))
    newest = np.zeros(10_000, np.int32)
    for code, regency in region_table(older).regencies.items():
        newest[code] = regency.newest
    issuer = np.append(np.where(valid, newest[np.where(valid, numbers, 0) // 10**12], 0), 0)[nik.codes]
    yield RecordFinding("nik", "NIK_WILAYAH_LAIN", (issuer != regions) & (issuer > 0) & (regions > 0))


def _differ(one: Column, one_by_value: Int64, other: Column, other_by_value: Int64) -> Mask:
    """Return bool (n,): both sides are known (not negative) and unequal."""
    left = np.append(one_by_value.astype(np.int32), np.int32(-1))[one.codes]
    right = np.append(other_by_value.astype(np.int32), np.int32(-1))[other.codes]
    return np.asarray((left != right) & (left >= 0) & (right >= 0))


def repeated(nik: Column) -> Mask:
    """Return bool (n,): the row's NIK stands in another row too, however it is written."""
    return nik.rows_with((nik.bearers > 1) & (nik.niks >= 0))


def _date_order(columns: Mapping[str, Column], dates: Mapping[str, DatesRead]) -> Iterator[RecordFinding]:
    full: dict[str, Int32] = {}
    for field in ("tanggal_lahir", "tgl_entri", "tgl_ubah"):
        if field in dates:
            numbers = np.where(dates[field].numbers % 10_000 > 0, dates[field].numbers, -1).astype(np.int32)
            full[field] = np.append(numbers, np.int32(-1))[columns[field].codes]
    for first, then, code in (
        ("tanggal_lahir", "tgl_entri", "TGL_ENTRI_SEBELUM_LAHIR"),
        ("tgl_entri", "tgl_ubah", "TGL_UBAH_SEBELUM_ENTRI"),
    ):
        if first in full and then in full:
            yield RecordFinding(then, code, (full[then] >= 0) & (full[first] > full[then]))
