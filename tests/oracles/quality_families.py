"""The rules on persons, families and whole files, pair by pair, in plain Python, for the values that the tests draw."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from statistics import median

import pyarrow as pa

from linkage.identifiers import Nik, NoKk
from linkage.standardise.names.columns import standardise_names
from linkage.standardise.names.person_name import standardise_name

Row = Mapping[str, str | None]
Rows = Sequence[tuple[int, Row]]
Hits = Iterable[tuple[int, str, str]]

SEX = {"1": "L", "L": "L", "2": "P", "PEREMPUAN": "P"}
ROLES = {"1": 1, "KEPALA KELUARGA": 1, "2": 2, "3": 3, "ISTRI": 3, "4": 4, "7": 7}
_PARENTS = (("nama_ibu", "nik_ibu", "P"), ("nama_ayah", "nik_ayah", "L"))
_MOST = {"nik_ibu": 20, "nik_ayah": 30, "no_akta_lhr": 20}


def judge_relations(rows: Rows, defaults: set[int], *, latest_year: int) -> set[tuple[int, str, str]]:
    """Return what is wrong; ``defaults``: rows whose birth date is a default date."""
    found = set(_persons(rows, latest_year))
    links = [*_by_nik(rows), *_by_card(rows)]
    found |= set(_ages(links, latest_year))
    found |= set(_parents_records(rows))
    found |= set(_siblings(rows, defaults, latest_year))
    found |= set(_two_cards(rows))
    found |= set(_whole_file(rows, defaults, latest_year))
    return found


def _persons(rows: Rows, latest_year: int) -> Hits:
    for number, row in rows:
        for name, nik, sex in _PARENTS:
            if row.get(name) and row[name] == row["nama"] and " " in str(row[name]):
                yield number, name, "ORTU_NAMA_SENDIRI"
            digits = _nik(row.get(nik))
            if digits and (int(digits[6:8]) > 40) != (sex == "P"):
                yield number, nik, "ORTU_NIK_JK"
            if digits and digits == _nik(row.get("nik")):
                yield number, nik, "ORTU_NIK_SENDIRI"
        if row.get("nama_ibu") and row.get("nama_ibu") == row.get("nama_ayah"):
            yield number, "nama_ayah", "ORTU_SAMA"
        if _nik(row.get("nik_ibu")) and _nik(row.get("nik_ibu")) == _nik(row.get("nik_ayah")):
            yield number, "nik_ayah", "ORTU_SAMA"
        born = _span(row.get("tanggal_lahir"), latest_year, default=False)
        if born is None:
            continue
        age = latest_year - born[0].year
        changes = [_span(row.get(field), latest_year, default=False) for field in ("tgl_entri", "tgl_ubah")]
        years = [change[0].year for change in changes if change]
        silent = _active(row) and bool(years) and latest_year - max(years) > 5
        if silent and age > 100:
            yield number, "tanggal_lahir", "WAFAT_BELUM_LAPOR"
        if silent and age > 17 and row.get("status_ktpel") == "UNREGISTERED":
            yield number, "status_ktpel", "NON_AKTIF"
        if age < 16 and row.get("status_ktpel") in ("CARD_ISSUED", "PRR") and row.get("stat_kwn") in (None, "1"):
            yield number, "status_ktpel", "KTPEL_USIA_DINI"


def _by_nik(rows: Rows) -> list[tuple[int, Row, Row, bool, str]]:
    links = []
    times = Counter(_nik(row.get("nik")) for _, row in rows)
    owner = {_nik(row.get("nik")): (number, row) for number, row in rows}
    for _, field, sex in _PARENTS:
        named = Counter(_nik(row.get(field)) for _, row in rows)
        for number, row in rows:
            digits = _nik(row.get(field))
            known = digits and times[digits] == 1 and named[digits] <= _MOST[field]
            if known and _active(row) and owner[digits][0] != number:
                links.append((number, row, owner[digits][1], sex == "P", field))
    return links


def _by_card(rows: Rows) -> list[tuple[int, Row, Row, bool, str]]:
    links = []
    for members in _cards(rows).values():
        heads = [item for item in members if ROLES.get(item[1].get("shdk") or "") == 1]
        spouses = [item for item in members if ROLES.get(item[1].get("shdk") or "") in (2, 3)]
        for number, row in members:
            role = ROLES.get(row.get("shdk") or "")
            if role == 4:
                for parents in (heads, spouses):
                    if len(parents) == 1:
                        woman = SEX.get(parents[0][1].get("jenis_kelamin") or "") == "P"
                        links.append((number, row, parents[0][1], woman, ""))
            if role == 7 and len(heads) == 1:
                woman = SEX.get(row.get("jenis_kelamin") or "") == "P"
                links.append((heads[0][0], heads[0][1], row, woman, ""))
    return links


def _ages(links: Sequence[tuple[int, Row, Row, bool, str]], latest_year: int) -> Hits:
    for number, child, parent, mother, _ in links:
        young = _span(child.get("tanggal_lahir"), latest_year, default=_is_default(child))
        old = _span(parent.get("tanggal_lahir"), latest_year, default=_is_default(parent))
        if young is None or old is None:
            continue
        if young[1] < _later(old[0], 10):
            yield number, "tanggal_lahir", "USIA_ORTU_ANAK"
        if mother and young[0] > _later(old[1], 60):
            yield number, "tanggal_lahir", "USIA_IBU_ANAK"


def _parents_records(rows: Rows) -> Hits:
    for number, child, parent, mother, field in _by_nik(rows):
        sex = SEX.get(parent.get("jenis_kelamin") or "")
        if sex and sex != ("P" if mother else "L"):
            yield number, field, "ORTU_JK"
        said = child.get("nama_ibu" if mother else "nama_ayah")
        if said and _other_name(said, str(parent["nama"])):
            yield number, "nama_ibu" if mother else "nama_ayah", "PADAN_PARENT"
    for number, child, parent, _, field in _by_card(rows):
        if field or ROLES.get(child.get("shdk") or "") != 4 or parent.get("shdk") == "7":
            continue
        for name, nik, _ in _PARENTS:
            said, own = _nik(child.get(nik)), _nik(parent.get("nik"))
            if said and own and said != own and child.get(name) == parent["nama"]:
                yield number, nik, "PADAN_PARENT"


def _siblings(rows: Rows, defaults: set[int], latest_year: int) -> Hits:
    mothers: dict[object, list[tuple[int, date]]] = {}
    named = Counter(_nik(row.get("nik_ibu")) for _, row in rows)
    for number, row in rows:
        born = _span(row.get("tanggal_lahir"), latest_year, default=False)
        if born is None or born[0] != born[1] or number in defaults or not _active(row):
            continue
        digits = _nik(row.get("nik_ibu"))
        if digits and named[digits] <= _MOST["nik_ibu"]:
            mothers.setdefault(digits, []).append((number, born[0]))
        card, role = row.get("no_kk") or "", ROLES.get(row.get("shdk") or "")
        if NoKk.parse(card) and role == 4 and row.get("nama_ibu"):
            mothers.setdefault((card, row["nama_ibu"]), []).append((number, born[0]))
    for children in mothers.values():
        for number, born in children:
            if any(2 <= abs((born - other).days) <= 200 for _, other in children):
                yield number, "tanggal_lahir", "SAUDARA_BERDEKATAN"


def _two_cards(rows: Rows) -> Hits:
    cards: dict[str, set[str]] = {}
    judged = []
    for number, row in rows:
        digits, card = _nik(row.get("nik")), row.get("no_kk") or ""
        if digits and NoKk.parse(card) and _active(row):
            cards.setdefault(digits, set()).add(card)
            judged.append((number, digits))
    yield from ((number, "no_kk", "NIK_DUA_KK") for number, digits in judged if len(cards[digits]) > 1)


def _whole_file(rows: Rows, defaults: set[int], latest_year: int) -> Hits:
    for field, most in _MOST.items():
        times = Counter(row.get(field) for _, row in rows if _active(row) and row.get(field))
        yield from (
            (number, field, "NILAI_MASSAL") for number, row in rows if _active(row) and times[row.get(field)] > most
        )
    for field in ("nama_ibu", "nama_ayah"):
        times = Counter(row.get(field) for _, row in rows if _active(row) and row.get(field))
        for number, row in rows:
            count = times[row.get(field)]
            if _active(row) and count >= 200 and count >= 0.02 * sum(times.values()):
                yield number, field, "NILAI_MASSAL"
    yield from _same_people(rows)
    yield from _cohorts(rows, defaults, latest_year)
    yield from _entered(rows, defaults, latest_year)


def _same_people(rows: Rows) -> Hits:
    known = [(number, row["nama"], row["tanggal_lahir"]) for number, row in rows if row.get("tanggal_lahir")]
    names, dates = Counter(item[1] for item in known), Counter(item[2] for item in known)
    both = Counter(item[1:] for item in known)
    for number, name, born in known:
        count = both[name, born]
        if count >= 20 and count >= 10 * names[name] * dates[born] / len(known):
            yield number, "nama", "NAMA_TANGGAL_MASSAL"


def _cohorts(rows: Rows, defaults: set[int], latest_year: int) -> Hits:
    cohorts: dict[object, list[int]] = {}
    for number, row in rows:
        born = _span(row.get("tanggal_lahir"), latest_year, default=False)
        if born:
            year = born[0].year
            limit = 0.5 if year < 1975 else 0.25 if year < 2005 else 0.15
            cohorts.setdefault((limit, row.get("kode_wilayah")), []).append(number)
    for (limit, _), numbers in cohorts.items():
        hit = [number for number in numbers if number in defaults]
        if len(numbers) >= 200 and len(hit) > limit * len(numbers):
            yield from ((number, "tanggal_lahir", "TGL_DEFAULT_BERLEBIH") for number in hit)


def _entered(rows: Rows, defaults: set[int], latest_year: int) -> Hits:
    offices: dict[str | None, dict[date, list[tuple[int, Row]]]] = {}
    for number, row in rows:
        day = _span(row.get("tgl_entri"), latest_year, default=False)
        if day and day[0] == day[1]:
            offices.setdefault(row.get("kode_wilayah"), {}).setdefault(day[0], []).append((number, row))
    for days in offices.values():
        usual = median(map(len, days.values()))
        for entries in days.values():
            if len(days) < 10 or len(entries) <= 5 * usual:
                continue
            alike = [[number for number, _ in entries if number in defaults]]
            for field in ("nama_ibu", "nik_ibu", "alamat"):
                for value in {row[field] for _, row in entries if row.get(field)}:
                    alike.append([number for number, row in entries if row[field] == value])
            for numbers in alike:
                if len(numbers) >= max(20, 0.25 * len(entries)):
                    yield from ((number, "tgl_entri", "ENTRI_MASSAL") for number in numbers)
    times = Counter(row.get("nik") for _, row in rows)
    by_number = {}
    for number, row in rows:
        day, digits = _span(row.get("tgl_entri"), latest_year, default=False), _nik(row.get("nik"))
        if digits and times[row["nik"]] == 1 and day and day[0] == day[1]:
            by_number[int(digits)] = (number, day[0])
    for first in sorted(by_number):
        run = [first]
        while run[-1] + 1 in by_number and by_number[run[-1] + 1][1] == by_number[first][1]:
            run.append(run[-1] + 1)
        if len(run) >= 10:
            yield from ((by_number[item][0], "nik", "NIK_BERURUT") for item in run)


def _cards(rows: Rows) -> dict[str, list[tuple[int, Row]]]:
    cards: dict[str, list[tuple[int, Row]]] = {}
    for number, row in rows:
        card = row.get("no_kk") or ""
        if NoKk.parse(card) and _active(row) and row.get("shdk"):
            cards.setdefault(card, []).append((number, row))
    return cards


def _other_name(one: str, other: str) -> bool:
    if standardise_name(one) is None or standardise_name(other) is None:
        return False
    content = standardise_names(pa.array(sorted({one, other})), None)
    if len(content.values) < 2:
        return False
    keys = content.key_sets["full"]
    sets = [set(keys.keys[keys.offsets[value] : keys.offsets[value + 1]].tolist()) for value in range(2)]
    return not sets[0] & sets[1]


def _active(row: Row) -> bool:
    return row.get("flag_status") in (None, "0")


def _nik(value: str | None) -> str:
    nik = Nik.parse(value or "")
    return nik.digits if nik else ""


def _is_default(row: Row) -> bool:
    text = row.get("tanggal_lahir") or ""
    return text.startswith(("01-07-", "31-12-", "01-01-", "15-"))


def _span(value: str | None, latest_year: int, *, default: bool) -> tuple[date, date] | None:
    """Return the first and the last day that a date may mean."""
    parts = re.fullmatch(r"(?:(\d\d)-(\d\d)-)?(\d{4})", value or "")
    if not parts or int(parts[3]) > latest_year:
        return None
    year = int(parts[3])
    try:
        day = date(year, int(parts[2] or 0), int(parts[1] or 0))
    except ValueError:
        default = True  # of an impossible date the year is kept
    return (date(year, 1, 1), date(year, 12, 31)) if default else (day, day)


def _later(day: date, years: int) -> date:
    """Return the same day so many years later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
