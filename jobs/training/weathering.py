"""Registers as real offices hand them over: columns that are not there, cells that are empty or another's.

The generator fills every column in every office. No extract is like that, and a model that has only seen whole records
leans on columns it will not have.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Int64 = npt.NDArray[np.int64]

ABSENT: Final[Mapping[str, float]] = MappingProxyType(
    {
        "tgl_entri": 0.35,
        "tgl_ubah": 0.35,
        "kanal": 0.5,
        "shdk": 0.3,
        "stat_kwn": 0.25,
        "status_ktpel": 0.3,
        "flag_status": 0.1,
        "agama": 0.25,
        "nik_ibu": 0.3,
        "nik_ayah": 0.3,
        "nama_ayah": 0.2,
        "nama_ibu": 0.08,
        "no_akta_lhr": 0.35,
        "no_kk": 0.15,
        "alamat": 0.12,
        "rt": 0.2,
        "rw": 0.2,
        "kelurahan": 0.12,
        "kecamatan": 0.08,
        "kode_wilayah": 0.3,
        "tempat_lahir": 0.05,
        "jenis_kelamin": 0.03,
    }
)
"""Columns that an extract may lack, with the probability that a weathered one does (invented)."""

SWAPPED: Final = (
    *("tempat_lahir", "nama_ibu", "nama_ayah", "alamat", "rt", "rw", "no_kk", "agama", "stat_kwn", "shdk"),
    *("status_ktpel", "tgl_entri", "kanal", "nik_ibu", "nik_ayah", "no_akta_lhr"),
)
"""Columns in which a clerk's eye may slip into another line. Never NIK, name or birth date: that would be no truth."""

WHOLE: Final = 0.25
"""Registers that keep all columns."""

_BLANKS, _SWAPS, _MIGRATIONS = 0.3, 0.25, 0.3
_BLANK_SHARES, _SWAP_SHARES, _MIGRATED_SHARES = (0.01, 0.3), (0.001, 0.02), (0.2, 0.9)


@dataclass(frozen=True)
class Weathering:
    """What is done to a register.

    ``dropped``: columns that are not there. ``blanked`` and ``swapped``: per column the share of cells (unit: 1) that
    are emptied, or hold the value of another record of the same office. ``migrated``: share of the older records of
    every second office that bear the day on which the office moved to a new system, as the day of their entry.
    """

    dropped: tuple[str, ...] = ()
    blanked: Mapping[str, float] = field(default_factory=dict)
    swapped: Mapping[str, float] = field(default_factory=dict)
    migrated: float = 0.0


def draw_weathering(rng: np.random.Generator) -> Weathering:
    """Return a weathering at random; the same state of ``rng`` gives the same."""
    lacks = rng.random() >= WHOLE
    dropped = tuple(name for name, chance in ABSENT.items() if rng.random() < chance and lacks)
    blanked = {name: between(rng, *_BLANK_SHARES) for name in ABSENT if rng.random() < _BLANKS}
    swapped = {name: between(rng, *_SWAP_SHARES) for name in SWAPPED if rng.random() < _SWAPS}
    share = float(rng.uniform(*_MIGRATED_SHARES))
    return Weathering(dropped, blanked, swapped, share if rng.random() < _MIGRATIONS else 0.0)


def weather(table: pa.Table, rng: np.random.Generator) -> pa.Table:
    """Return a register weathered at random. The columns are text as in ``Register.records``; rows stay in order."""
    return weathered(table, draw_weathering(rng), rng)


def weathered(table: pa.Table, how: Weathering, rng: np.random.Generator) -> pa.Table:
    """Return the register with this weathering; ``rng`` chooses the cells. Columns that are not there are passed by."""
    source = table["source"].combine_chunks()
    office = pc.index_in(source, value_set=pc.unique(source)).to_numpy(zero_copy_only=False).astype(np.int64)
    columns = {name: table[name].combine_chunks() for name in table.schema.names if name not in how.dropped}
    if how.migrated and "tgl_entri" in columns:
        columns |= _migrate(columns, office, how.migrated, rng)
    for name, share in how.swapped.items():
        if name in columns:
            columns[name] = columns[name].take(pa.array(_another_row(office, share, rng)))
    nothing = pa.scalar(None, pa.string())
    for name, share in how.blanked.items():
        if name in columns:
            columns[name] = pc.if_else(pa.array(rng.random(office.size) < share), nothing, columns[name])
    return pa.table(columns)


def between(rng: np.random.Generator, low: float, high: float) -> float:
    """Return a number between two positive ones, evenly on the logarithmic scale."""
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _another_row(office: Int64, share: float, rng: np.random.Generator) -> Int64:
    """Return int64 (n,): each row's own number, or with probability ``share`` that of a row of the same office."""
    order = np.argsort(office, kind="stable")
    counts = np.bincount(office)
    first = np.cumsum(counts) - counts
    drawn = order[first[office] + (rng.random(office.size) * counts[office]).astype(np.int64)]
    return np.where(rng.random(office.size) < share, drawn, np.arange(office.size))


def _migrate(
    columns: Mapping[str, pa.StringArray], office: Int64, share: float, rng: np.random.Generator
) -> dict[str, pa.StringArray]:
    """Let every second office enter a share of its older records on one day."""
    entered = pc.fill_null(columns["tgl_entri"], "").dictionary_encode()
    order = pc.rank(entered.dictionary, sort_keys="ascending").to_numpy()
    codes = order[entered.indices.to_numpy()]
    # The day is that of some record of the office.
    day = np.full(int(office.max(initial=-1)) + 1, -1, np.int64)
    shuffled = rng.permutation(office.size)
    day[office[shuffled]] = shuffled
    moved = (rng.random(day.size) < 0.5)[office] & (codes <= codes[day[office]]) & (rng.random(office.size) < share)
    rows = np.where(moved, day[office], np.arange(office.size))
    changed = {"tgl_entri": columns["tgl_entri"].take(pa.array(rows))}
    if "kanal" in columns:
        changed["kanal"] = pc.if_else(pa.array(moved), pa.scalar("MIGRASI"), columns["kanal"])
    return changed
