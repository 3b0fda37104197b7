"""Invented cases and staff: drawn by arrays, made as they are asked for, the same for the same numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.review.cases import SHARED_NIK, CaseIn, Evidence, PairIn, RecordIn
from linkage.review.people import Role, Scope, User
from linkage.standardise.regions.table import region_table

SEED: Final = 20_268
CHIEF: Final = "kepala"
"""The name of the user who sees the whole nation."""

_BATCH: Final = 10_000
_RECORDS: Final = (2, 3, 4)
_RECORD_SHARES: Final = (0.8, 0.15, 0.05)
_TIER_SHARES: Final = (0.85, 0.1, 0.05)
"""Of the cases: within a regency, within a province, across provinces."""

_KINDS: Final = (
    (("DUPLICATE", SHARED_NIK, "CONFLICT"), (0.8, 0.1, 0.1)),
    (("OPEN_MOVE", "DUPLICATE", SHARED_NIK), (0.6, 0.25, 0.15)),
    (("OPEN_MOVE", "DUPLICATE", SHARED_NIK, "BOTH_ENROLLED"), (0.4, 0.2, 0.2, 0.2)),
)
"""For each tier: its kinds of case, and their shares."""

_FIRST: Final = ("SITI", "BUDI", "AGUS", "DEWI", "RINA", "EKO", "MADE", "WAYAN", "ANDI", "YOHANES", "RATNA", "JOKO")
_SECOND: Final = ("SUSANTO", "ANGGRAINI", "WIBOWO", "RAHAYU", "SIREGAR", "HIDAYAT", "TARIGAN", "WULAN", "PRATIWI")
_STREETS: Final = ("MELATI", "MAWAR", "KENANGA", "PASAR BARU", "MASJID", "SEKOLAH", "KALI", "GUNUNG")
_TOWNS: Final = ("BANDUNG", "MEDAN", "SEMARANG", "DENPASAR", "MAKASSAR", "AMBON", "PADANG", "KUPANG")
_CARDS: Final = ("CARD_ISSUED", "PRINT_READY_RECORD", "BIO_CAPTURE")
_COMPARED: Final = (
    "nik", "no_kk", "nama", "tanggal_lahir", "tempat_lahir", "jenis_kelamin", "nama_ibu", "nama_ayah", "nik_ibu",
    "alamat", "no_akta_lhr", "status_ktpel",
)  # fmt: skip
_LEVELS: Final = ("equal", "close", "else", "missing")
# Of each pair of words there is one, however many pairs of records have it: as a night hands them over.
_EVIDENCE: Final = tuple(tuple((name, level) for level in _LEVELS) for name in _COMPARED)


@cache
def regencies() -> tuple[tuple[str, ...], npt.NDArray[np.float64]]:
    """Return the codes of the regencies in force and each one's share of the cases: large ones have many times more."""
    codes = tuple(f"{code:04d}" for code in region_table().current)
    weight = np.random.default_rng(SEED).lognormal(sigma=1.0, size=len(codes))
    return codes, weight / weight.sum()


def cases(count: int) -> Iterator[CaseIn]:
    """Yield so many cases, of two to four records with 15 values each, and the evidence of every pair."""
    for start in range(0, count, _BATCH):
        yield from _batch(start, min(_BATCH, count - start))


def nik_digest(case: int, place: int) -> bytes:
    """Return what stands for the keyed digest of the NIK of a record, by the case's number here (from 0)."""
    return hashlib.sha256(f"{case}/{place}".encode()).digest()


def staff(stewards: int, approvers: int) -> list[User]:
    """Return the users: three quarters at regencies, a fifth at provinces, the rest at the centre; regencies by their
    share of the cases, stewards and approvers at the same places first. Half of the stewards state 10 hours a week."""
    codes, share = regencies()
    largest = [codes[place] for place in np.argsort(-share)]
    provinces = list(dict.fromkeys(code[:2] for code in largest))
    users = [User(CHIEF, Scope(""), frozenset(set(Role) - {Role.SISTEM}))]
    for role, count in ((Role.PETUGAS, stewards), (Role.PENYETUJU, approvers)):
        for number in range(count):
            tier = number % 20
            places = largest if tier < 15 else provinces if tier < 19 else [""]
            turn = number // 20 * (15 if tier < 15 else 4) + (tier if tier < 15 else tier - 15)
            hours = 10.0 if role is Role.PETUGAS and number % 2 else None
            users.append(
                User(f"{role.value}{number}", Scope(places[turn % len(places)]), frozenset({role}), hours=hours)
            )
    return users


def _batch(start: int, count: int) -> Iterator[CaseIn]:
    rng = np.random.default_rng([SEED, start])
    codes, share = regencies()
    tier = rng.choice(3, count, p=_TIER_SHARES)
    kind = rng.random(count)
    size = rng.choice(_RECORDS, count, p=_RECORD_SHARES)
    home = rng.choice(len(codes), (count, max(_RECORDS)), p=share)
    priority = rng.beta(2.0, 5.0, count)
    pairs = max(_RECORDS) * (max(_RECORDS) - 1) // 2
    probability = rng.beta(8.0, 1.5, (count, pairs))
    level = rng.choice(len(_LEVELS), (count, pairs, len(_COMPARED)), p=(0.6, 0.15, 0.15, 0.1))
    people = _people(rng, count * max(_RECORDS))
    for case in range(count):
        kinds, shares = _KINDS[tier[case]]
        chosen = kinds[min(int(np.searchsorted(np.cumsum(shares), kind[case])), len(kinds) - 1)]
        regions = _regions(codes, home[case], int(tier[case]), int(size[case]))
        yield _case(start + case, chosen, regions, float(priority[case]), people, case * max(_RECORDS),
                    probability[case].tolist(), level[case].tolist())  # fmt: skip


def _regions(codes: tuple[str, ...], home: npt.NDArray[np.int64], tier: int, size: int) -> list[str]:
    """Return a regency for each record, so that the case is of the tier."""
    first = codes[home[0]]
    if tier == 0:
        return [first] * size
    if tier == 2:
        other = next((codes[place] for place in home[1:] if codes[place][:2] != first[:2]), _away(codes, first))
        return [first, other, *(codes[place] for place in home[2:size])]
    own = _of_province(first[:2])
    second = own[(own.index(first) + 1) % len(own)]
    return [first, second, *(own[place % len(own)] for place in home[2:size])]


@cache
def _of_province(province: str) -> tuple[str, ...]:
    return tuple(code for code in regencies()[0] if code[:2] == province)


def _away(codes: tuple[str, ...], first: str) -> str:
    return next(code for code in codes if code[:2] != first[:2])


def _case(
    number: int,
    kind: str,
    regions: list[str],
    priority: float,
    people: list[list[str]],
    first: int,
    probability: list[float],
    levels: list[list[int]],
) -> CaseIn:
    records = tuple(
        RecordIn(
            f"{region}-{number:08d}-{place}",
            region,
            _values(region, kind, number, place, people, first + place),
            nik_digest(number, place),
        )
        for place, region in enumerate(sorted(regions))
    )
    ends = list(combinations([record.record_id for record in records], 2))
    pairs = tuple(
        PairIn(left, right, hashlib.sha256(f"{left} {right}".encode()).digest(), p, 12.0 * p - 4.0, _evidence(level))
        for (left, right), p, level in zip(ends, probability, levels, strict=False)
    )
    scope = _common([record.region for record in records])
    case_id = hashlib.sha256(f"{number} {kind}".encode()).hexdigest()[:16]
    return CaseIn(case_id, kind, scope, priority, records, (f"GANDA_{kind}",), pairs)


def _common(regions: list[str]) -> str:
    if len(set(regions)) == 1:
        return regions[0]
    return regions[0][:2] if len({region[:2] for region in regions}) == 1 else ""


def _evidence(levels: list[int]) -> Evidence:
    return tuple(words[level] for words, level in zip(_EVIDENCE, levels, strict=True))


def _people(rng: np.random.Generator, count: int) -> list[list[str]]:
    """Return the drawn values of so many people: name, mother, father, birthplace, date, street, card."""
    names = np.char.add(np.char.add(np.array(_FIRST), " ")[:, None], np.array(_SECOND)[None, :]).ravel()
    days = np.datetime64("1950-01-01") + rng.integers(0, 22_000, count)
    streets = np.char.add(np.char.add("JALAN ", np.array(_STREETS)), " NO ")
    drawn: list[npt.NDArray[Any]] = [
        *(names[rng.integers(0, names.size, count)] for _ in range(3)),
        np.array(_TOWNS)[rng.integers(0, len(_TOWNS), count)],
        np.datetime_as_string(days),
        np.char.add(streets[rng.integers(0, streets.size, count)], rng.integers(1, 200, count).astype(str)),
        np.array(_CARDS)[rng.integers(0, len(_CARDS), count)],
    ]
    return [column.tolist() for column in drawn]


def _values(
    region: str, kind: str, number: int, place: int, people: list[list[str]], person: int
) -> tuple[tuple[str, str], ...]:
    name, mother, father, town, date, street, card = (column[person] for column in people)
    day = date[8:10] + date[5:7] + date[2:4]
    serial = number % 10_000 if kind == SHARED_NIK else (number + place) % 10_000
    return (
        ("nik", f"{region}01{day}{serial:04d}"),
        ("no_kk", f"{region}01{day}{number % 9_000:04d}"),
        ("nama", name),
        ("jenis_kelamin", "P" if number % 2 else "L"),
        ("tempat_lahir", town),
        ("tanggal_lahir", date),
        ("agama", "ISLAM"),
        ("status_kawin", "KAWIN"),
        ("shdk", "ANAK"),
        ("nama_ibu", mother),
        ("nama_ayah", father),
        ("alamat", street),
        ("rt", f"{number % 12:03d}"),
        ("kab_kota", f"REGION {region}"),
        ("status_ktpel", card),
    )
