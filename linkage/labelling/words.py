"""The words of the labelling screen, and the keys that answer it, in Bahasa Indonesia and in English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from linkage.labelling.labels import DIFFERENT, SAME, UNSURE

Language = Literal["id", "en"]
Action = Literal["same", "different", "unsure", "undo", "quit", "help"]

KEYS: Final[Mapping[Language, Mapping[str, Action]]] = {
    "id": {"s": SAME, "b": DIFFERENT, "t": UNSURE, "u": "undo", "k": "quit", "?": "help"},
    "en": {"s": SAME, "d": DIFFERENT, "u": UNSURE, "z": "undo", "q": "quit", "?": "help"},
}
"""What each key does. Upper case counts as lower case; all other keys do nothing."""

WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "id": {
        "same": "sama orang",
        "different": "beda orang",
        "unsure": "tidak tahu",
        "undo": "urungkan",
        "quit": "keluar",
        "help": "bantuan",
        "agree": "Sama",
        "press": "Tekan salah satu:",
        "undone": "Jawaban terakhir ditarik kembali.",
        "kept": "Jawaban lama tetap tercatat sampai Anda menjawab lagi.",
        "nothing_to_undo": "Belum ada jawaban yang dapat diurungkan.",
        "any_key": "Tekan sembarang tombol untuk kembali.",
        "done": "Selesai",
        "labelled": "pasangan dijawab",
        "none": "tidak ada pasangan yang perlu ditanyakan",
        "left": "kiri",
        "right": "kanan",
    },
    "en": {
        "same": "same person",
        "different": "different",
        "unsure": "unsure",
        "undo": "undo",
        "quit": "quit",
        "help": "help",
        "agree": "Equal",
        "press": "Press one of:",
        "undone": "The last answer is taken back.",
        "kept": "The old answer stays on file until you answer again.",
        "nothing_to_undo": "There is no answer to undo yet.",
        "any_key": "Press any key to go back.",
        "done": "Done",
        "labelled": "pairs labelled",
        "none": "no pair is left to ask about",
        "left": "left",
        "right": "right",
    },
}

HELP: Final[Mapping[Language, str]] = {
    "id": """\
Apakah kedua data ini milik orang yang sama?

  s  sama orang: satu orang, tercatat dua kali
  b  beda orang: misalnya kembar, saudara, senama, orang tua dan anak
  t  tidak tahu: datanya tidak cukup; lebih baik daripada menebak
  u  urungkan jawaban terakhir
  k  keluar; semua jawaban sudah tersimpan

Huruf yang berbeda bergaris bawah (atau di antara [ dan ]); spasi yang berbeda
tampak sebagai ␣. NIK, nomor KK, dan nomor akta disamarkan; angka yang berbeda
tetap ditandai. Yang sama persis dan tidak muat dikumpulkan pada baris "Sama".

Nilai model tidak ditampilkan, supaya jawaban Anda adalah pendapat Anda
sendiri.
""",
    "en": """\
Are these two records about the same person?

  s  same person: one person, registered twice
  d  different: twins, siblings, namesakes, parent and child, for instance
  u  unsure: the data do not suffice; better than a guess
  z  undo the last answer
  q  quit; every answer is already stored

Letters that differ are underlined (or stand between [ and ]); a space that
differs shows as ␣. NIK, card and certificate numbers are masked; digits that
differ are marked all the same. What is exactly equal and finds no room is
gathered in the line "Equal".

The model's score is not shown, so that your answer is your own.
""",
}

FIELDS: Final[Mapping[Language, Mapping[str, str]]] = {
    "id": {
        "nik": "NIK", "no_kk": "No. KK", "nama": "Nama", "jenis_kelamin": "Kelamin", "tempat_lahir": "Tempat lahir",
        "tanggal_lahir": "Tgl lahir", "nama_ibu": "Ibu", "nama_ayah": "Ayah", "alamat": "Alamat", "rt": "RT",
        "rw": "RW", "kelurahan": "Kel./desa", "kecamatan": "Kecamatan", "kab_kota": "Kab./kota",
        "provinsi": "Provinsi", "kode_wilayah": "Kode wil.", "nik_ibu": "NIK ibu", "nik_ayah": "NIK ayah",
        "no_akta_lhr": "Akta lahir", "agama": "Agama", "shdk": "SHDK", "stat_kwn": "Status kawin",
        "status_ktpel": "KTP-el", "flag_status": "Status", "tgl_entri": "Tgl entri", "tgl_ubah": "Tgl ubah",
        "kanal": "Kanal", "source": "Sumber",
    },
    "en": {
        "nik": "NIK", "no_kk": "Card no.", "nama": "Name", "jenis_kelamin": "Sex", "tempat_lahir": "Birthplace",
        "tanggal_lahir": "Born", "nama_ibu": "Mother", "nama_ayah": "Father", "alamat": "Address", "rt": "RT",
        "rw": "RW", "kelurahan": "Village", "kecamatan": "Sub-district", "kab_kota": "Regency",
        "provinsi": "Province", "kode_wilayah": "Region code", "nik_ibu": "Mother's NIK", "nik_ayah": "Father's NIK",
        "no_akta_lhr": "Certificate", "agama": "Religion", "shdk": "Family role", "stat_kwn": "Marital st.",
        "status_ktpel": "Card status", "flag_status": "Status", "tgl_entri": "Entered", "tgl_ubah": "Changed",
        "kanal": "Channel", "source": "Source",
    },
}  # fmt: skip
"""Short names of resident fields; others show under their own."""


def field_word(field: str, language: Language) -> str:
    """Return the short name of a field."""
    return FIELDS[language].get(field, field.replace("_", " "))
