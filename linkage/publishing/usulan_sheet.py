"""The sheet of usulan that an office gets and sends back: its columns, and what each action means in its words.

It is the one file with NIKs in full, for nobody can act without them. It holds no name, but where a name is corrected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from linkage.reference.usulan import Action, Usulan
from linkage.review.spreadsheets import csv_bytes, kept_digits
from linkage.review.words import word

USULAN_ID: Final = "usulan"
ACTION: Final = "tindakan"
NIK: Final = "nik"
RECORD_ID: Final = "id_rekaman"
STATUS: Final = "status"
NOTE: Final = "catatan"
NEW_NIK: Final = "nik_baru"

COLUMNS: Final = (
    USULAN_ID, ACTION, NIK, "nik_tetap", "id_kantor", RECORD_ID, "data", "nilai_sekarang", "nilai_baru",
    "keterangan", STATUS, NOTE, NEW_NIK,
)  # fmt: skip
"""``status`` comes filled in and is changed by the office; ``catatan`` and ``nik_baru`` come empty."""

SAYS: Final[Mapping[Action, str]] = MappingProxyType(
    {
        Action.PENONAKTIFAN: "Usulkan penonaktifan NIK ini ke pusat; yang dipertahankan ada di kolom nik_tetap",
        Action.PENUTUPAN_REKAMAN: "Tutup rekaman ini saja; NIK-nya JANGAN dinonaktifkan",
        Action.PENUNTASAN_PINDAH: "Penduduk sudah pindah: tuntaskan pindahnya dan tutup rekaman ini; NIK tetap berlaku",
        Action.PENGHAPUSAN_REKAMAN_GANDA: "Pusat: hapus perekaman yang berulang dan tetapkan NIK",
        Action.NIK_BARU: "NIK ini milik orang lain: terbitkan NIK baru untuk penduduk ini",
        Action.PEMBETULAN: "Betulkan data ini pada rekaman yang dipertahankan",
        Action.AKTIVASI_KEMBALI: "Keputusan dibatalkan: aktifkan kembali rekaman ini dan NIK-nya",
        Action.PEMBATALAN: "Keputusan dibatalkan: kembalikan data ini seperti semula",
    }
)


def sheet(rows: Sequence[Usulan]) -> bytes:
    """Return the usulan of one office as CSV that a spreadsheet shows as it is: nothing computes, no digit is lost."""
    return csv_bytes([list(COLUMNS), *(list(map(kept_digits, _cells(one))) for one in rows)])


def _cells(one: Usulan) -> Iterator[str]:
    yield one.usulan_id
    yield one.action.value
    yield one.nik or ""
    yield one.nik_stays or ""
    yield one.given_id or ""
    yield one.record_id
    yield word("fields", one.field, "id") if one.field else ""
    yield one.value_now or ""
    yield one.value_new or ""
    yield SAYS[one.action]
    yield one.status.value
    yield ""
    yield ""
