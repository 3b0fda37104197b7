"""The words for a comparison's level."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

Language = Literal["id", "en"]


_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "en": {
        "missing": "missing",
        "different": "different",
    },
    "id": {
        "missing": "tidak ada data",
        "different": "berbeda",
        "equal": "sama",
        "phonetic": "bunyi sama",
        "partial": "sebagian sama",
        "similar": "mirip",
        "swapped": "tertukar",
        "typo": "salah ketik",
        "year_month": "bulan dan tahun sama",
        "year": "tahun sama",
        "prefix": "awalan sama",
        "sex_shift": "beda kode jenis kelamin",
        "slip": "salah ketik",
        "damaged_slip": "salah ketik pada nomor rusak",
        "first_twelve": "dua belas angka awal sama",
        "adjacent": "nomor urut berurutan",
        "day_40": "tanggal berselisih 40",
        "birth_part": "bagian tanggal lahir sama",
        "same": "sama",
        "same_house": "rumah sama",
        "same_street": "jalan sama",
        "same_neighbours": "RT dan RW sama",
        "same_hamlet": "dusun sama",
        "same_village": "desa atau kelurahan sama",
        "same_district": "kecamatan sama",
        "same_regency": "kabupaten atau kota sama",
        "same_province": "provinsi sama",
        "shared_sound": "satu kata berbunyi sama",
        "found_duplicate": "perekaman dinyatakan ganda oleh pusat",
        "not_both": "tidak keduanya selesai rekam",
        "initials": "inisial cocok",
        "within": "termuat dalam yang lain",
        "initials_within": "termuat dengan inisial",
    },
}


def level_word(level: str, language: Language = "id") -> str:
    """Return the words for a level name; a name that no one translated reads without its underscores."""
    return _WORDS[language].get(level, level.replace("_", " "))
