"""The examples of the help: for each kind of case two records of invented people, as they would be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from linkage.review.cases import State
from linkage.words.levels import Language

_Said = str | tuple[str, str]
"""A value, or the same in Bahasa Indonesia and in English."""


@dataclass(frozen=True)
class ExampleRow:
    """One field of both records, and whether the whole values agree: ``same``, ``differs`` or ``unknown``."""

    field: str
    left: str
    right: str
    agreement: str


_ENROLLED: Final = ("sudah rekam", "enrolled")
_NOT_ENROLLED: Final = ("belum rekam", "not enrolled")

_EXAMPLES: Final[Mapping[str, tuple[tuple[str, _Said, _Said, str], ...]]] = MappingProxyType(
    {
        "DUPLICATE": (
            ("nik", "617202******0003", "617202******0011", "differs"),
            ("nama", "SITI NUR HALIZAH", "SITI NURHALIZA", "differs"),
            ("tanggal_lahir", "1987-**-**", "1987-**-**", "same"),
            ("nama_ibu", "M*******", "M*******", "same"),
            ("alamat", "***", "***", "differs"),
            ("status_ktpel", _ENROLLED, _NOT_ENROLLED, "differs"),
        ),
        "OPEN_MOVE": (
            ("nik", "327301******0007", "327301******0007", "same"),
            ("nama", "BAYU PRATAMA", "BAYU PRATAMA", "same"),
            ("tanggal_lahir", "1991-**-**", "1991-**-**", "same"),
            ("kab_kota", "KOTA BANDUNG", "KOTA SEMARANG", "differs"),
            ("tgl_entri", "2012-03-19", "2024-08-05", "differs"),
        ),
        "SHARED_NIK": (
            ("nik", "337401******0002", "337401******0002", "same"),
            ("nama", "AGUS SETIAWAN", "DEWI LESTARI", "differs"),
            ("jenis_kelamin", ("laki-laki", "male"), ("perempuan", "female"), "differs"),
            ("tanggal_lahir", "1979-**-**", "1994-**-**", "differs"),
            ("status_ktpel", _ENROLLED, _NOT_ENROLLED, "differs"),
        ),
        "CONFLICT": (
            ("nik", "510305******0001", "510305******0001", "same"),
            ("nama", "NI MADE ARTINI", "NI MADE ARTINI", "same"),
            ("tanggal_lahir", "1968-**-**", "1986-**-**", "differs"),
            ("nama_ibu", "N* K***** S***", "N* K***** S***", "same"),
            ("no_akta_lhr", "510305******0417", "", "unknown"),
        ),
        "BOTH_ENROLLED": (
            ("nik", "730602******0005", "737111******0002", "differs"),
            ("nama", "MUHAMMAD RIDWAN", "MUH. RIDWAN", "differs"),
            ("tanggal_lahir", "1983-**-**", "1983-**-**", "same"),
            ("nama_ibu", "S*******", "S*******", "same"),
            ("status_ktpel", _ENROLLED, _ENROLLED, "same"),
        ),
        "REVERT": (
            ("nik", "617202******0003", "617202******0018", "differs"),
            ("nama", "HASAN BASRI", "HUSEIN BASRI", "differs"),
            ("tanggal_lahir", "2004-**-**", "2004-**-**", "same"),
            ("no_kk", "617202******0009", "617202******0009", "same"),
        ),
    }
)

STATES: Final[tuple[State, ...]] = tuple(State)
"""The states of a case, in the order in which one usually follows another."""


def examples(language: Language) -> Mapping[str, tuple[ExampleRow, ...]]:
    """Return the example of each kind of case."""
    place = 0 if language == "id" else 1

    def said(value: _Said) -> str:
        return value if isinstance(value, str) else value[place]

    return {
        kind: tuple(ExampleRow(field, said(left), said(right), agreement) for field, left, right, agreement in rows)
        for kind, rows in _EXAMPLES.items()
    }
