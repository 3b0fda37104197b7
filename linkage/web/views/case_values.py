"""Coded values in words: the lists of the population register, for who reads a case."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from linkage.words.levels import Language

_CODED: Final[Mapping[str, Mapping[str, tuple[str, str]]]] = MappingProxyType(
    {
        "jenis_kelamin": {"L": ("Laki-laki", "Male"), "P": ("Perempuan", "Female")},
        "agama": {
            "1": ("Islam", "Islam"), "2": ("Kristen", "Protestant"), "3": ("Katolik", "Catholic"),
            "4": ("Hindu", "Hindu"), "5": ("Buddha", "Buddhist"), "6": ("Khonghucu", "Confucian"),
            "7": ("Kepercayaan", "Other belief"),
        },
        "shdk": {
            "1": ("Kepala keluarga", "Head"), "2": ("Suami", "Husband"), "3": ("Istri", "Wife"), "4": ("Anak", "Child"),
            "5": ("Menantu", "Son- or daughter-in-law"), "6": ("Cucu", "Grandchild"), "7": ("Orang tua", "Parent"),
            "8": ("Mertua", "Parent-in-law"), "9": ("Famili lain", "Other relative"),
            "10": ("Pembantu", "Domestic worker"), "11": ("Lainnya", "Other"),
        },
        "stat_kwn": {
            "1": ("Belum kawin", "Never married"), "2": ("Kawin", "Married"), "3": ("Cerai hidup", "Divorced"),
            "4": ("Cerai mati", "Widowed"),
        },
        "flag_status": {"0": ("Aktif", "Active")},
        "status_ktpel": {
            "UNREGISTERED": ("Belum rekam", "Not enrolled"),
            "BIO_CAPTURED": ("Sudah direkam, belum dikirim", "Captured, not sent"),
            "PROCESSING": ("Sedang diproses", "Being processed"),
            "SENT_FOR_ENROLLMENT": ("Dikirim ke pusat", "Sent to the centre"),
            "RECEIVED_AT_CENTRAL": ("Diterima pusat", "Received by the centre"),
            "DUPLICATE_RECORD": ("Rekam ganda menurut pusat", "A repeat, says the centre"),
            "PRINT_READY_RECORD": ("Siap cetak (PRR)", "Ready to print (PRR)"),
            "CARD_PRINTED": ("Kartu dicetak", "Card printed"),
            "CARD_SHIPPED": ("Kartu dikirim", "Card sent"),
            "CARD_ISSUED": ("Kartu diterbitkan", "Card issued"),
            "NO_CARD": ("Tanpa kartu", "No card"),
        },
    }
)  # fmt: skip
"""By field and value the word in Bahasa Indonesia and in English; others are shown as they are."""


def value_word(field: str, value: str, language: Language) -> str:
    """Return the word for a coded value; another field's, or an unknown one, as it is."""
    words = _CODED.get(field, {}).get(value)
    if words is None and field == "flag_status":  # which code says why differs from office to office
        words = (f"Tidak aktif ({value})", f"Not active ({value})")
    return value if words is None else words[0 if language == "id" else 1]
