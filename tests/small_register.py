"""Some invented residents of two regencies, with one story for each kind of case.

Everybody is made up; the numbers are valid by rule. Nothing here is random beyond a seeded generator, so every test
sees the same people. ``CANARY_NIK`` and ``CANARY_NAME`` belong to one of them and must never show in a message, a log,
a manifest or a reject.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib import resources
from pathlib import Path

import pyarrow as pa

from linkage.spec import LinkageSpec, load_builtin_spec

Row = dict[str, str]

SEMARANG = "3374"
DENPASAR = "5171"
CANARY_NIK = "3374015703880004"
CANARY_NAME = "ZULKARNAINI WIDYASWARA"
COLUMNS = (
    "NIK", "NO_KK", "NAMA_LGKP", "JENIS_KLMIN", "TMPT_LHR", "TGL_LHR", "NAMA_LGKP_IBU", "NAMA_LGKP_AYAH", "ALAMAT",
    "KEL_NAME", "STATUS_KTPEL", "KODE_WILAYAH",
)  # fmt: skip


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_FIRST = _words(
    "AGUS BAMBANG CAHYO DARMANTO EKO FAJAR GUNAWAN HENDRA INDRA JOKO KARTIKA LESTARI MAYA NURUL OKTAVIA PRATIWI RATNA "
    "SULASTRI TITIK UMI VERA WULANDARI YULIANA ZAENAB ANDIKA BUDIMAN DEWANTO ENDANG FITRIANI HARTINI"
)
_LAST = _words(
    "SANTOSO WIJAYA KUSUMA HANDAYANI PRASETYO NUGROHO SETIAWAN RAHAYU SUSANTO HARYONO PURNOMO UTAMI MULYADI SUSILO "
    "KURNIAWAN WAHYUDI SAPUTRA ANGGRAINI HIDAYAT MAHARANI SUGIARTO PERMANA LAKSONO DAMAYANTI SUBAGYO"
)
_MOTHERS = _words("SRIATUN PARTINAH WAGINEM KASMIRAH RUKMINI DJUMINAH NGATEMI SUWARTI MARTINAH TUKIYEM LASTRI SARINEM")
_FATHERS = _words("WAGIMAN PARTONO KASMIDI NGADIMAN SARDJONO MARTOYO TUKIMIN SUKARDI DJUMADI RUSMANTO LEGIMIN SUTARMAN")
_STREETS = _words("MELATI KENANGA ANGGREK MAWAR CEMPAKA FLAMBOYAN DAHLIA TERATAI BOUGENVILLE KAMBOJA")
_VILLAGES = {SEMARANG: ("BULUSAN", "TEMBALANG", "MANGUNHARJO"), DENPASAR: ("SANUR", "RENON", "PANJER")}
_TOWNS = ("SEMARANG", "DENPASAR", "SURAKARTA", "MALANG", "GARUT", "KEDIRI")


def people(count: int, region: str, *, seed: int) -> list[Row]:
    """Different people of one regency: no two share a NIK, or name and birth date."""
    draw = random.Random(seed)
    rows = []
    for number in range(count):
        woman = draw.random() < 0.5
        year, month, day = draw.randint(1950, 2004), draw.randint(1, 12), draw.randint(2, 28)
        serial = number % 9 + 1 + 10 * (number // 9)
        born = f"{day + 40 * woman:02d}{month:02d}{year % 100:02d}"
        rows.append(
            {
                "NIK": f"{region}{draw.randint(1, 12):02d}{born}{serial:04d}",
                "NO_KK": f"{region}01{draw.randint(1, 28):02d}{draw.randint(1, 12):02d}15{number + 1:04d}",
                "NAMA_LGKP": f"{draw.choice(_FIRST)} {draw.choice(_LAST)}",
                "JENIS_KLMIN": "2" if woman else "1",
                "TMPT_LHR": draw.choice(_TOWNS),
                "TGL_LHR": f"{day:02d}-{month:02d}-{year}",
                "NAMA_LGKP_IBU": f"{draw.choice(_MOTHERS)} {draw.choice(_LAST)}",
                "NAMA_LGKP_AYAH": f"{draw.choice(_FATHERS)} {draw.choice(_LAST)}",
                "ALAMAT": f"JL {draw.choice(_STREETS)} {draw.randint(1, 99)}",
                "KEL_NAME": draw.choice(_VILLAGES[region]),
                "STATUS_KTPEL": "",
                "KODE_WILAYAH": region,
            }
        )
    return rows


def semarang() -> list[Row]:
    """People of Semarang, among them the canary, an office's double entry, a conflict and half of what follows."""
    rows = people(70, SEMARANG, seed=3374)
    canary = rows[3] | {
        "NIK": CANARY_NIK, "NAMA_LGKP": CANARY_NAME, "TGL_LHR": "17-03-1988", "JENIS_KLMIN": "2", "TMPT_LHR": "GARUT"
    }  # fmt: skip
    rows[3] = canary
    rows.append(canary | {"NIK": "3374015703880019", "NAMA_LGKP": "ZULKARNAINI WIDIASWARA", "ALAMAT": ""})  # DUPLICATE
    rows.append(rows[10] | {"JENIS_KLMIN": "1" if rows[10]["JENIS_KLMIN"] == "2" else "2"})  # CONFLICT
    rows[20] |= {"STATUS_KTPEL": "CARD_PRINTED"}
    rows.append(rows[20] | {"NIK": rows[20]["NIK"][:12] + "0999"})  # BOTH_ENROLLED
    twin = rows[30] | {"NIK": rows[30]["NIK"][:12] + "0998", "NAMA_LGKP": "SEKAR KINASIH"}
    rows.append(twin)
    return rows


def denpasar() -> list[Row]:
    """People of Denpasar; one has moved in from Semarang (OPEN_MOVE), one uses another's NIK (SHARED_NIK)."""
    rows = people(70, DENPASAR, seed=5171)
    moved, robbed = semarang()[40], semarang()[50]
    rows.append(moved | {"ALAMAT": "JL TUKAD BADUNG 5", "KEL_NAME": "RENON", "KODE_WILAYAH": DENPASAR})
    rows[60] |= {"NIK": robbed["NIK"]}
    return rows


def residents_spec_text() -> str:
    """The residents spec in TOML, without its trained model: few records are judged by the spec's own defaults."""
    text = (resources.files("linkage") / "specs" / "residents.toml").read_text(encoding="utf-8")
    assert 'model = "residents"\n' in text
    return text.replace('model = "residents"\n', "")


def residents_spec() -> LinkageSpec:
    """The same as a value."""
    return replace(load_builtin_spec(), model="")


def write_csv(path: Path, rows: Iterable[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """Write rows as an office would export them, and return the path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def table(rows: Iterable[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> pa.Table:
    """The same rows as an Arrow table; an empty cell is null."""
    listed = list(rows)
    return pa.table({name: pa.array([row[name] or None for row in listed], pa.string()) for name in columns})
