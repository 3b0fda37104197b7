"""The region of a record: the office that sent it, as a regency code of today. Never the digits of the NIK."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from linkage.errors import InvariantError
from linkage.spec import OlderRegions
from linkage.standardise.column import Int32, Int64
from linkage.standardise.regions.table import RegionTable, region_table

Texts = tuple[Int32, pa.StringArray]
"""A column: int32 codes (n_records,), -1 for missing, and the distinct raw texts they point to."""

_CODE = re.compile(r"\s*(\d{2})[. ]?(\d{2})(?:[. ]?\d{2}(?:[. ]?\d{4})?)?(?![\d.]*\d)", re.ASCII)
_TYPE = re.compile(r"(KABUPATEN|KAB|KOTAMADYA|KODYA|KOTIF|KOTA)(?:\s+(?:ADMINISTRASI|ADMINISTRATIF|ADM))?\s+(?=\S)")
_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_LONG = {"KEP": "KEPULAUAN", "TJ": "TANJUNG", "TJG": "TANJUNG"}
_SHORT = re.compile(r"\b(?:KEP|TJG?)(?= )")
_KABUPATEN, _KOTA = "KABUPATEN", "KOTA"


def resolve_regions(
    *,
    source: Texts | None,
    kode_wilayah: Texts | None,
    kab_kota: Texts | None,
    provinsi: Texts | None,
    older: OlderRegions = (),
) -> Int32:
    """Return int32 (n_records,): each record's regency code in force today, such as 3273; 0 when unknown.

    The first that resolves counts: the code at the head of ``source``, that of ``kode_wilayah``, then the name
    ``kab_kota`` (within ``provinsi``, where given). A column that the input does not have is None. Names must not have
    lost KABUPATEN and KOTA: raw or folded texts, not standardised places.

    ``older``: codes and names of former times that the package's own table lacks.

    Raises:
        InvariantError: all columns are None, so that the number of records is not known.
        SpecError: an older code does not fit the table of regions.
    """
    given = [column for column in (source, kode_wilayah, kab_kota, provinsi) if column is not None]
    if not given:
        raise InvariantError("a region needs at least one column to be read from")
    table = region_table(older)
    regions = np.zeros(given[0][0].shape, np.int32)
    # Only what a column leaves unknown is looked for in the next one: most often the first knows all.
    unknown = np.arange(regions.size)
    for column in (source, kode_wilayah):
        if column is not None and unknown.size:
            found = np.array([_of_code(text, table) for text in column[1].to_pylist()] + [0], np.int32)
            regions[unknown] = found[column[0][unknown]]
            unknown = np.flatnonzero(regions == 0)
    if kab_kota is not None and unknown.size:
        regions[unknown] = _by_name(kab_kota, provinsi, unknown, older)
    return regions


def record_regions(columns: Mapping[str, Texts], count: int, older: OlderRegions = ()) -> Int32:
    """Return :func:`resolve_regions` of ``count`` records from their columns by field name, 0 without any of the four.

    Looked at are ``source``, ``kode_wilayah``, ``kab_kota`` and ``provinsi``.
    """
    given = {name: columns.get(name) for name in ("source", "kode_wilayah", "kab_kota", "provinsi")}
    if all(column is None for column in given.values()):
        return np.zeros(count, np.int32)
    return resolve_regions(**given, older=older)


def _by_name(kab_kota: Texts, provinsi: Texts | None, records: Int64, older: OlderRegions) -> Int32:
    """Return the regions of some records (n,) by the name of the regency."""
    codes, names = kab_kota[0][records], kab_kota[1]
    provinces = np.zeros(codes.shape, np.int64)
    if provinsi is not None:
        numbers = np.array([province_of_name(text) for text in provinsi[1].to_pylist()] + [0], np.int64)
        provinces = numbers[provinsi[0][records]]
    # Work once per pair of (name, province): 100 exceeds every province code.
    pairs, inverse = np.unique(np.where(codes >= 0, codes.astype(np.int64) * 100 + provinces, -1), return_inverse=True)
    texts = names.to_pylist()
    known = _regencies_by_name(older)
    found = [0 if pair < 0 else _of_name(texts[pair // 100], pair % 100, known) for pair in pairs.tolist()]
    return np.array(found, np.int32)[inverse]


def regency_of_code(text: str, older: OlderRegions = ()) -> int:
    """Return the regency in force that a region code stands for, 0 when none.

    Read are 4, 6 or 10 digits at the head of the text, with or without dots or blanks between the parts; a name may
    follow.
    """
    return _of_code(text, region_table(older))


def written_regency(text: str, older: OlderRegions = ()) -> int:
    """Return the regency code as a region code writes it, retired ones included; 0 when there never was such a one."""
    return _written(text, region_table(older))


def _written(text: str, table: RegionTable) -> int:
    match = _CODE.match(text)
    code = int(match[1] + match[2]) if match else 0
    return code if code in table.regencies else 0


def _of_code(text: str, table: RegionTable) -> int:
    regency = table.regencies.get(_written(text, table))
    return regency.newest if regency else 0


def regency_of_name(text: str, province: int = 0, older: OlderRegions = ()) -> int:
    """Return the regency in force by name, 0 when unknown or in contradiction to ``province`` (0: not known).

    Without KABUPATEN or KOTA the kabupaten is meant, unless only a kota of that name exists (in that province, where it
    is known). A province that the regency's own was split from is no contradiction.
    """
    return _of_name(text, province, _regencies_by_name(older))


def _of_name(text: str, province: int, known: _ByName) -> int:
    kind, name = _kind_and_name(text)
    candidates = known.get(name, ())
    if kind:
        candidates = tuple(item for item in candidates if item.kind == kind)
    if province:
        provinces = region_table().provinces
        inside = tuple(item for item in candidates if item.code // 100 == province)
        candidates = inside or tuple(
            item for item in candidates if province in provinces[item.code // 100].predecessors
        )
    return candidates[0].code if candidates else 0


def province_of_name(text: str) -> int:
    """Return the province code of a name or abbreviation (JAWA BARAT, JABAR) or of two digits, 0 when unknown."""
    words = _words(text).removeprefix("PROVINSI ").removeprefix("PROPINSI ").removeprefix("PROV ")
    if re.fullmatch(r"\d{2}", words, re.ASCII):
        return int(words) if int(words) in region_table().provinces else 0
    return _provinces_by_name().get(_joined(words), 0)


def newest(code: int, older: OlderRegions = ()) -> int:
    """Return the regency code in force that replaced ``code`` (itself if in force), 0 when unknown."""
    regency = region_table(older).regencies.get(code)
    return regency.newest if regency else 0


def province_of(code: int, older: OlderRegions = ()) -> int:
    """Return today's province of a regency code, retired ones included; 0 when unknown."""
    return newest(code, older) // 100


def region_name(code: int, older: OlderRegions = ()) -> str:
    """Return the official name of a province (2 digits) or regency (4) code, retired ones included; else empty."""
    table = region_table(older)
    region = table.provinces.get(code) or table.regencies.get(code)
    return region.name if region else ""


def known_regencies() -> tuple[int, ...]:
    """Return the regency codes in force, ascending."""
    return region_table().current


def scope_of(codes: Sequence[int]) -> str:
    """Return the smallest region that covers all these regencies (as resolved here): 4 digits, 2, or empty.

    Empty stands for the nation: several provinces, no records, or a record of unknown region (0).
    """
    distinct = set(codes)
    if not distinct or 0 in distinct:
        return ""
    if len(distinct) == 1:
        return f"{distinct.pop():04d}"
    provinces = {code // 100 for code in distinct}
    return f"{provinces.pop():02d}" if len(provinces) == 1 else ""


def bare_names(table: RegionTable) -> dict[int, str]:
    """Return the upper-case names of the regencies in force without KABUPATEN or KOTA, by code."""
    return {code: _typed(table.regencies[code].name)[1] for code in table.current}


class _Candidate(NamedTuple):
    """Sorts as preferred: official names before former ones, KABUPATEN before KOTA."""

    former: bool
    kind: str
    code: int


_ByName = Mapping[str, tuple[_Candidate, ...]]
"""Bare name without blanks to the regencies that bear or bore it, best first."""


@cache
def _regencies_by_name(older: OlderRegions) -> _ByName:
    table = region_table(older)
    names = [(False, table.regencies[code].name, code) for code in table.current]
    names += [(True, text, code) for text, code in table.regency_aliases.items()]
    index: dict[str, list[_Candidate]] = {}
    for former, text, code in names:
        kind, name = _kind_and_name(text)
        index.setdefault(name, []).append(_Candidate(former, kind, code))
    return {name: tuple(sorted(items)) for name, items in index.items()}


@cache
def _provinces_by_name() -> dict[str, int]:
    table = region_table()
    official = {_joined(_words(province.name)): code for code, province in table.provinces.items()}
    return {_joined(_words(name)): code for name, code in table.province_aliases.items()} | official


def _kind_and_name(text: str) -> tuple[str, str]:
    kind, name = _typed(text)
    return kind, _joined(name)


def _typed(text: str) -> tuple[str, str]:
    """Split off KABUPATEN or KOTA in all their spellings; the kind is empty when there is none."""
    words = _words(text)
    match = _TYPE.match(words)
    # Kotabaru is a kabupaten, so its blank-separated spelling must not lose its first half.
    if not match or words == "KOTA BARU":
        return "", words
    return (_KABUPATEN if match[1].startswith("KAB") else _KOTA), words[match.end() :]


def _words(text: str) -> str:
    words = _NOT_WORD.sub(" ", text.upper()).strip()
    return _SHORT.sub(lambda match: _LONG[match[0]], words)


def _joined(words: str) -> str:
    return words.replace(" ", "")
