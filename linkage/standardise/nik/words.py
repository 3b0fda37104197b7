"""The evidence of NIKs for one pair or one record, with sentences for a steward in Indonesian and English."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources

import numpy as np
import pyarrow as pa

from linkage.spec import OlderRegions
from linkage.standardise.column import Int64
from linkage.standardise.nik.evidence import (
    SEX_BIT,
    DateBeside,
    NikPair,
    RegionBeside,
    date_beside,
    nik_beside_record,
    nik_explains_other_date,
    nik_pairs,
    region_beside,
)
from linkage.standardise.nik.numbers import read_niks

_SEXES: Mapping[str | None, int] = {"L": 1, "P": 2}


@dataclass(frozen=True)
class Remark:
    """One thing seen: its code, and a sentence in Indonesian and in English. No sentence holds a resident's digits."""

    code: str
    indonesian: str
    english: str


@dataclass(frozen=True)
class PairReading:
    """What two NIKs have in common: ``kinds``, ``serial_gap`` (None unless the first twelve agree), and the words."""

    kinds: NikPair
    serial_gap: int | None
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class RecordReading:
    """How a NIK fits its record: by date, sex (None: not known) and region, and the words."""

    date: DateBeside
    sex_differs: bool | None
    region: RegionBeside
    remarks: tuple[Remark, ...]


def read_nik_pair(left: str, right: str, older: OlderRegions = ()) -> PairReading:
    """Return what two NIKs, as raw texts, have in common; nothing when one of them is none.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    pairs = nik_pairs(_number(left), _number(right), older)
    kinds, gap = NikPair(int(pairs.bits[0])), int(pairs.serial_gap[0])
    remarks = tuple(_remark("pair", kind.name or "") for kind in NikPair if kind in kinds)
    return PairReading(kinds, gap if gap >= 0 else None, remarks)


def read_nik_beside_record(
    nik: str,
    *,
    birth_date: date | None = None,
    sex: str | None = None,
    regency: int | None = None,
    older: OlderRegions = (),
) -> RecordReading:
    """Return how a NIK, as a raw text, fits the birth date, sex ("L", "P") and regency code of its record.

    What is None is not looked at; a text that is no NIK fits nothing and contradicts nothing.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    number, told = _number(nik), _SEXES.get(sex, 0)
    sexes, regions = np.array([told], np.int8), np.array([regency or 0], np.int32)
    bits = nik_beside_record(number, _day_number(birth_date), sexes, regions, older)
    day, region = DateBeside(int(date_beside(bits)[0])), RegionBeside(int(region_beside(bits)[0]))
    differs = bool(bits[0] & SEX_BIT) if told and number[0] > 0 else None
    remarks = []
    if day is not DateBeside.UNKNOWN:
        remarks.append(_remark("date", day.name))
    if differs:
        remarks.append(_remark("sex", "DIFFERS"))
    if region is not RegionBeside.UNKNOWN:
        remarks.append(_remark("region", region.name))
    return RecordReading(day, differs, region, tuple(remarks))


def remark_on_other_date(nik: str, birth_date: date | None, other_birth_date: date | None) -> Remark | None:
    """Return the remark that a NIK holds the other record's birth date and not its own, None where it does not."""
    explained = nik_explains_other_date(_number(nik), _day_number(birth_date), _day_number(other_birth_date))
    return _remark("other_date", "EXPLAINED") if explained[0] else None


def _number(text: str) -> Int64:
    return read_niks(pa.array([text], pa.string()))


def _day_number(day: date | None) -> Int64:
    return np.array([0 if day is None else (day.year * 100 + day.month) * 100 + day.day], np.int64)


def _remark(group: str, name: str) -> Remark:
    words = _words()[group][name]
    return Remark(f"{group.upper()}_{name}", words["id"], words["en"])


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = (resources.files("linkage.standardise") / "data" / "nik_words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
