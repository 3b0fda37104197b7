"""The rules of the quality return, row by row and in plain Python, for the values that the tests draw."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from linkage.identifiers import Nik, NoKk, Severity
from linkage.standardise.names.person_name import standardise_name
from linkage.standardise.regions.resolve import newest, regency_of_code
from linkage.standardise.regions.table import region_table
from tests.oracles.quality_families import ROLES as _ROLES
from tests.oracles.quality_families import SEX as _SEX
from tests.oracles.quality_families import judge_relations

Row = Mapping[str, str | None]
Found = set[tuple[int, str, str]]
"""(row, field, code)."""

_EMPTY = {
    "nik": "NIK_KOSONG",
    "nama_ibu": "ORTU_KOSONG",
    "nama_ayah": "ORTU_KOSONG",
    "rt": "RT_RW_KOSONG",
    "rw": "RT_RW_KOSONG",
    "no_kk": "UNSUR_KOSONG",
    "jenis_kelamin": "UNSUR_KOSONG",
    "tempat_lahir": "UNSUR_KOSONG",
    "tanggal_lahir": "UNSUR_KOSONG",
    "alamat": "UNSUR_KOSONG",
}
_CODES = {"agama": ("1", "ISLAM", "4"), "shdk": _ROLES}
_UNREADABLE = ("NIK_TIDAK_SESUAI_KAIDAH", "TGL_TIDAK_VALID", "JK_ANOMALI", "KODE_TIDAK_DIKENAL")
_ONE_VALUE_IS_ODD = ("nik", "nik_ibu", "nik_ayah", "nama", "nama_ibu", "nama_ayah", "tanggal_lahir")


def judge_rows(rows: Sequence[Row], *, latest_year: int) -> Found:
    """Return what is wrong with rows of the same fields; rows without a name are rejected, and not judged."""
    accepted = [(number, row) for number, row in enumerate(rows) if row["nama"] is not None]
    found: Found = set()
    for number, row in accepted:
        found |= {(number, field, code) for field, code in _one_row(row, latest_year)}
    found |= set(_households(accepted))
    found |= set(_shifted(accepted, found))
    births = ((number, _full_date(row.get("tanggal_lahir"), latest_year)) for number, row in accepted)
    defaults = {number for number, born in births if born and _has_default_day(born)}
    found |= judge_relations(accepted, defaults, latest_year=latest_year)
    if "nik" in rows[0]:
        times = Counter(number for _, row in accepted if (number := _nik_digits(row)))
        found |= {(number, "nik", "NIK_GANDA") for number, row in accepted if times[_nik_digits(row)] > 1}
    for field in rows[0]:
        found |= set(_whole_column(field, accepted, found))
    return found


def _one_row(row: Row, latest_year: int) -> Iterable[tuple[str, str]]:
    for field, value in row.items():
        if value is None:
            yield field, _EMPTY.get(field, "VALUE_MISSING")
        elif field in ("nama", "nama_ibu", "nama_ayah"):
            yield from ((field, code) for code in _name(value))
        elif field in ("tanggal_lahir", "tgl_entri", "tgl_ubah"):
            yield from ((field, code) for code in _date(field, value, latest_year))
        elif field == "no_kk" and NoKk.parse(value) is None:
            yield field, "NO_KK_TIDAK_VALID"
        elif field == "jenis_kelamin" and value not in _SEX:
            yield field, "JK_ANOMALI"
        elif field in _CODES and value not in _CODES[field]:
            yield field, "KODE_TIDAK_DIKENAL"
        elif field == "status_ktpel" and value not in ("CARD_ISSUED", "PRR", "UNREGISTERED", "DUPLICATE_RECORD"):
            yield field, "STATUS_TIDAK_DIKENAL"
        elif field == "flag_status" and value != "0":
            yield field, "TIDAK_AKTIF"
        elif field == "kode_wilayah":
            if regency_of_code(value) == 0:
                yield field, "WILAYAH_TIDAK_DIKENAL"
            elif regency_of_code(value) != int(value[:4]):
                yield field, "WILAYAH_LAMA"
    for field in ("nik_ibu", "nik_ayah"):
        parent = Nik.parse(row.get(field) or "")
        if row.get(field) and parent is None:
            yield field, "NIK_TIDAK_SESUAI_KAIDAH"
        elif parent and any(item.severity is Severity.WARN for item in parent.findings(regencies=region_table().ever)):
            yield field, "NIK_JANGGAL"
    yield from _beside_each_other(row)


def _beside_each_other(row: Row) -> Iterable[tuple[str, str]]:
    text = row.get("nik")
    if text is not None:
        nik = Nik.parse(text)
        if nik is None:
            yield "nik", "NIK_TIDAK_SESUAI_KAIDAH"
        else:
            born, told = _full_date(row.get("tanggal_lahir")), _SEX.get(row.get("jenis_kelamin") or "")
            codes = {finding.code for finding in nik.findings(birth_date=born, sex=told)}
            if any(item.severity is Severity.WARN for item in nik.findings(regencies=region_table().ever)):
                yield "nik", "NIK_JANGGAL"
            if "DATE_DIFFERS" in codes:
                yield "nik", "NIK_TANGGAL_BEDA"
            if "SEX_DIFFERS" in codes:
                yield "nik", "NIK_JK_BEDA"
            if nik.regency in region_table().ever and not region_table().regencies[nik.regency].valid:
                yield "nik", "NIK_WILAYAH_LAMA"
            here = regency_of_code(row.get("kode_wilayah") or "")
            if here and newest(nik.regency) and here != newest(nik.regency):
                yield "nik", "NIK_WILAYAH_LAIN"
    born, entered, changed = (_full_date(row.get(name)) for name in ("tanggal_lahir", "tgl_entri", "tgl_ubah"))
    if born and entered and born > entered:
        yield "tgl_entri", "TGL_ENTRI_SEBELUM_LAHIR"
    if entered and changed and entered > changed:
        yield "tgl_ubah", "TGL_UBAH_SEBELUM_ENTRI"


def _name(value: str) -> Iterable[str]:
    if standardise_name(value) is None:
        yield "NAMA_SEMENTARA"
        return
    letters = [sign for sign in value if sign.isalpha()]
    if len(letters) in (1, 2):
        yield "NAMA_PENDEK"
    strange = any(not sign.isalpha() and sign not in " '.,-" for sign in value)
    if strange or (len(letters) > 2 and all(letter in "AIUEO" for letter in letters)):
        yield "NAMA_ANOMALI"
    if "ALM" in re.split("[^A-Z]", value):
        yield "NAMA_ALM"
    if "." in value or "," in value:
        yield "NAMA_TITIK_KOMA"


def _date(field: str, value: str, latest_year: int) -> Iterable[str]:
    birth = field == "tanggal_lahir"
    parts = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", value)
    year = int(parts[3]) if parts else int(value) if re.fullmatch(r"\d{4}", value) else 0
    full = _full_date(value, latest_year=9999)
    impossible = not year or (parts is not None and full is None and parts[1] != "00")
    if impossible or year > latest_year:
        yield "TGL_TIDAK_VALID" if impossible else "TGL_MASA_DEPAN"
    elif birth:
        if full is None:
            yield "TGL_TIDAK_LENGKAP"
        elif _has_default_day(full) and year <= 2005:
            yield "TGL_DEFAULT"
        if latest_year - year > 120:
            yield "USIA_TIDAK_WAJAR"


def _has_default_day(day: date) -> bool:
    return day.day == 15 or (day.day, day.month) in ((31, 12), (1, 7), (1, 1))


def _full_date(value: str | None, latest_year: int = 2026) -> date | None:
    parts = re.fullmatch(r"(\d\d)-(\d\d)-(\d{4})", value or "")
    if not parts or int(parts[3]) > latest_year:
        return None
    try:
        return date(int(parts[3]), int(parts[2]), int(parts[1]))
    except ValueError:
        return None


def _nik_digits(row: Row) -> str:
    nik = Nik.parse(row.get("nik") or "")
    return nik.digits if nik else ""


def _households(accepted: Sequence[tuple[int, Row]]) -> Iterable[tuple[int, str, str]]:
    cards: dict[str, list[tuple[int, Row]]] = {}
    for number, row in accepted:
        card = row.get("no_kk")
        if card is not None and NoKk.parse(card) and row.get("flag_status") in (None, "0"):
            cards.setdefault(card, []).append((number, row))
    for members in cards.values():
        if len(members) > 20:
            yield from ((number, "no_kk", "KK_TAMPUNGAN") for number, _ in members)
        heads = [(number, row) for number, row in members if _ROLES.get(row.get("shdk") or "") == 1]
        if len(heads) > 1:
            yield from ((number, "shdk", "KK_DUA_KEPALA") for number, _ in heads)
        elif heads:
            sex = _SEX.get(heads[0][1].get("jenis_kelamin") or "")
            for number, row in members:
                spouse = _ROLES.get(row.get("shdk") or "") in (2, 3)
                if spouse and sex and _SEX.get(row.get("jenis_kelamin") or "") == sex:
                    yield number, "shdk", "KK_PASANGAN_SEJENIS"


def _shifted(accepted: Sequence[tuple[int, Row]], found: Found) -> Iterable[tuple[int, str, str]]:
    cells = Counter(number for number, _, code in found if code in _UNREADABLE)
    yield from ((number, "", "BARIS_BERGESER") for number, _ in accepted if cells[number] >= 3)


def _whole_column(field: str, accepted: Sequence[tuple[int, Row]], found: Found) -> Iterable[tuple[int, str, str]]:
    present = [(number, row[field]) for number, row in accepted if row[field] is not None]
    if accepted and not present:
        yield from ((number, field, "COLUMN_EMPTY") for number, _ in accepted)
    if len(present) < 20:
        return
    for code in _UNREADABLE:
        unread = [number for number, _ in present if (number, field, code) in found]
        if len(unread) > 0.5 * len(present):
            yield from ((number, field, "COLUMN_MISPLACED") for number in unread)
    commonest, times = Counter(value for _, value in present).most_common(1)[0]
    if field in _ONE_VALUE_IS_ODD and times >= 0.9 * len(present):
        yield from ((number, field, "COLUMN_CONSTANT") for number, value in present if value == commonest)
