"""What offices are asked to do in SIAK because of a decision: *usulan*, each known by a number for good.

Nothing is ever deleted and nothing is written to SIAK: an office proposes or carries out, and the directorate-general
decides whatever closes a NIK (docs/guide/change-sets.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.reference.store import Reference
from linkage.reference.tables import CHANGE, USULAN, USULAN_SCHEMA, bare


class Action(StrEnum):
    """What is to be done, under the offices' words.

    ``PENONAKTIFAN``: the record's NIK does not stay; it is to be made inactive. ``PENUTUPAN_REKAMAN``: the record is to
    be closed and its NIK is not made inactive: it stays in force with another record of this person or with the person
    it belongs to, no other NIK of this person stays, or it is none that can be one. ``PENUNTASAN_PINDAH``: the office
    that the person left closes its record; the NIK goes along.
    ``PENGHAPUSAN_REKAMAN_GANDA``: of two finished enrolments the centre removes the repeated one and settles its NIK.
    ``NIK_BARU``: the record's NIK belongs to somebody else; the person gets a new one. ``PEMBETULAN``: a value of the
    record that stays is to be corrected. ``AKTIVASI_KEMBALI`` and ``PEMBATALAN``: what was carried out is to be undone,
    a closing or something else.
    """

    PENONAKTIFAN = "PENONAKTIFAN"
    PENUTUPAN_REKAMAN = "PENUTUPAN_REKAMAN"
    PENUNTASAN_PINDAH = "PENUNTASAN_PINDAH"
    PENGHAPUSAN_REKAMAN_GANDA = "PENGHAPUSAN_REKAMAN_GANDA"
    NIK_BARU = "NIK_BARU"
    PEMBETULAN = "PEMBETULAN"
    AKTIVASI_KEMBALI = "AKTIVASI_KEMBALI"
    PEMBATALAN = "PEMBATALAN"


CLOSING: Final = frozenset(
    {
        Action.PENONAKTIFAN,
        Action.PENUTUPAN_REKAMAN,
        Action.PENUNTASAN_PINDAH,
        Action.PENGHAPUSAN_REKAMAN_GANDA,
    }
)
"""What ends a record; of a record that does not stay exactly one of these is asked."""

UNDOING: Final = frozenset({Action.AKTIVASI_KEMBALI, Action.PEMBATALAN})


class Status(StrEnum):
    """Where an usulan stands: asked for, carried out, could not be carried out, no longer asked for."""

    DIUSULKAN = "DIUSULKAN"
    DILAKSANAKAN = "DILAKSANAKAN"
    GAGAL = "GAGAL"
    DIBATALKAN = "DIBATALKAN"


class Note(StrEnum):
    """Why an office could not carry an usulan out."""

    TIDAK_DITEMUKAN = "TIDAK_DITEMUKAN"
    DATA_BERUBAH = "DATA_BERUBAH"
    PENDUDUK_KEBERATAN = "PENDUDUK_KEBERATAN"
    DITOLAK_PUSAT = "DITOLAK_PUSAT"
    LAINNYA = "LAINNYA"


@dataclass(frozen=True, repr=False)
class Usulan:
    """A row of :data:`linkage.reference.tables.USULAN_SCHEMA`."""

    usulan_id: str
    effect: int
    case: int
    region: str
    action: Action
    record_id: str
    given_id: str | None
    nik: str | None
    nik_stays: str | None
    field: str
    value_now: str | None
    value_new: str | None
    status: Status
    note: str = ""


def usulan_table(added: Iterable[Usulan], changed: Iterable[Usulan] = ()) -> pa.Table:
    """Return rows of the table with a column ``change``."""
    moved = [("added", one) for one in added] + [("changed", one) for one in changed]
    columns = [
        pa.array([getattr(one, item.name) for _, one in moved], item.type) for item in USULAN_SCHEMA
    ]  # Arrow takes a code of StrEnum as its text.
    table = pa.table(columns, schema=bare(USULAN_SCHEMA))
    return table.append_column(CHANGE, pa.array([change for change, _ in moved], pa.string()))


def usulan_of_table(table: pa.Table | None) -> tuple[Usulan, ...]:
    """Return the rows of a table, whatever columns it has beside."""
    if table is None:
        return ()
    names = [item.name for item in fields(Usulan)]
    return tuple(
        Usulan(**{**row, "action": Action(row["action"]), "status": Status(row["status"])})
        for row in table.select(names).to_pylist()
    )


def usulan_counts(reference: Reference, region: str = "") -> Mapping[tuple[Action, Status], int]:
    """Return how many usulan of the offices of a regency (4 digits), a province (2) or the nation ("") stand how.

    The centre's own are in the nation's count alone.
    """
    table = reference.read(USULAN)
    if table is None:
        return {}
    within = table.filter(pc.starts_with(table.column("region"), region))
    rows = within.group_by(["action", "status"]).aggregate([([], "count_all")]).to_pylist()
    counted = {(Action(row["action"]), Status(row["status"])): int(row["count_all"]) for row in rows}
    return {key: counted[key] for key in sorted(counted)}
