"""Rules on single values: every distinct value of a column is judged once, by its kind and its field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.quality.columns import ByValue, Column, Mask
from linkage.intake.quality.dates import DatesRead, judge_dates
from linkage.intake.quality.names import judge_names
from linkage.spec import OlderRegions
from linkage.standardise.codes import INACTIVE, LIST_KINDS, is_known_code, standardise_code
from linkage.standardise.generic_text import standardise_number
from linkage.standardise.nik.numbers import odd_niks
from linkage.standardise.regions.resolve import newest, regency_of_name, written_regency
from linkage.standardise.regions.table import region_table

_MISSING: Final = {
    "nik": "NIK_KOSONG",
    "nama_ibu": "ORTU_KOSONG",
    "nama_ayah": "ORTU_KOSONG",
    "rt": "RT_RW_KOSONG",
    "rw": "RT_RW_KOSONG",
    **dict.fromkeys(("no_kk", "jenis_kelamin", "tempat_lahir", "tanggal_lahir", "alamat"), "UNSUR_KOSONG"),
}
_TEXT_KINDS: Final = ("person_name", "place", "address", "text", "category")
# UTF-8 taken for Windows-1252: a lead byte shown as a letter, then a byte that is a sign there and never stands so.
_FOLLOWERS: Final = "\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_GARBLED: Final = f"[ÃÂ][{_FOLLOWERS}]|â€|ï¿½|\ufffd"
_SHORT_IDENTIFIER: Final = r"^[^\pL\pN]*([\pL\pN][^\pL\pN]*){1,3}$"


def missing_code(field: str) -> str:
    """Return the rule that a missing value of a field falls under."""
    return _MISSING.get(field, "VALUE_MISSING")


def judge_values(column: Column, dates: DatesRead | None, *, latest_year: int, older: OlderRegions) -> ByValue:
    """Return the distinct values of a column that each rule holds for.

    ``dates``: the values as dates, for a column of kind date. ``latest_year``: the year of the extract, 0 when
    unknown. ``older``: the spec's regency codes of former times.
    """
    found: dict[str, Mask] = {}
    values = column.values
    match column.kind:
        case "person_name":
            found |= judge_names(values)
        case "nik":
            found |= _niks(column, older)
        case "date" if dates is not None:
            found |= judge_dates(values, dates, field=column.field, latest_year=latest_year)
        case "sex":
            found["JK_ANOMALI"] = ~is_known_code("sex", values)
        case kind if kind in LIST_KINDS and kind != "sex":
            found["KODE_TIDAK_DIKENAL"] = ~is_known_code(kind, values)
        case "card_status":
            found["STATUS_TIDAK_DIKENAL"] = ~is_known_code("card_status", values)
        case "activity":
            found["TIDAK_AKTIF"] = inactive(values)
        case "number":
            found["NUMBER_UNREADABLE"] = standardise_number(values).mapping < 0
        case "identifier":
            found["IDENTIFIER_SHORT"] = _bools(pc.match_substring_regex(values, _SHORT_IDENTIFIER))
    if column.kind in _TEXT_KINDS:
        found["TEXT_GARBLED"] = garbled(values)
    if column.field == "no_kk":
        found["NO_KK_TIDAK_VALID"] = ~column.cards
        found.pop("IDENTIFIER_SHORT", None)
    if column.field in ("kode_wilayah", "kab_kota"):
        found |= _regions(column, older)
    return found


def inactive(values: pa.StringArray) -> Mask:
    """Return bool (n_values,): an activity that makes the record history."""
    content = standardise_code("activity", values)
    flags = content.flags if content.flags is not None else np.zeros(len(content.values), np.uint8)
    return np.asarray((np.append(flags, np.uint8(0))[content.mapping] & INACTIVE) != 0)


def active_rows(columns: Mapping[str, Column], count: int) -> Mask:
    """Return bool (count,): the rows that are not history; all of them where the file does not say."""
    activity = columns.get("flag_status")
    if activity is None or activity.kind != "activity":
        return np.ones(count, np.bool_)
    return ~activity.rows_with(inactive(activity.values))


def garbled(values: pa.StringArray) -> Mask:
    """Return bool (n_values,): a text in which UTF-8 was once taken for another encoding."""
    found = np.zeros(len(values), np.bool_)
    odd = np.flatnonzero(~_bools(pc.string_is_ascii(values)))
    found[odd] = _bools(pc.match_substring_regex(values.take(pa.array(odd)), _GARBLED))
    return found


def _niks(column: Column, older: OlderRegions) -> ByValue:
    numbers = column.niks
    valid = np.flatnonzero(numbers >= 0)
    odd, retired = np.zeros(len(numbers), np.bool_), np.zeros(len(numbers), np.bool_)
    odd[valid] = odd_niks(numbers[valid], older)
    if column.field == "nik":
        in_force = np.zeros(10_000, np.bool_)
        in_force[list(region_table(older).current)] = True
        known = np.zeros(10_000, np.bool_)
        known[list(region_table(older).ever)] = True
        regency = numbers[valid] // 10**12
        retired[valid] = known[regency] & ~in_force[regency]
    return {"NIK_TIDAK_SESUAI_KAIDAH": numbers < 0, "NIK_JANGGAL": odd, "NIK_WILAYAH_LAMA": retired}


def _regions(column: Column, older: OlderRegions) -> ByValue:
    # A country has fewer codes than a file has rows, so plain Python over the distinct texts is the right tool.
    texts = column.values.to_pylist()
    if column.field == "kab_kota":
        return {"WILAYAH_TIDAK_DIKENAL": np.array([not regency_of_name(text, 0, older) for text in texts], np.bool_)}
    written = [written_regency(text, older) for text in texts]
    return {
        "WILAYAH_TIDAK_DIKENAL": np.array([code == 0 for code in written], np.bool_),
        "WILAYAH_LAMA": np.array([code != 0 and newest(code, older) != code for code in written], np.bool_),
    }


def _bools(array: pa.BooleanArray) -> Mask:
    return np.asarray(array.to_numpy(zero_copy_only=False), np.bool_)
