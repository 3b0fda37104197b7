"""A column's name is known whatever letters, numbers and notes stand in and around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.intake.columns.column_names import is_protected, name_forms, plain_name, shown_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("NO. KK", "nokk"),
        ("  No_KK ", "nokk"),
        ("NO\nKK", "nokk"),
        ("NO\u00a0\u00a0KK", "nokk"),
        ("\ufeffNIK", "nik"),
        ("N\u200bI\u200bK", "nik"),
        ("ＮＩＫ", "nik"),
        ("NІК", "nik"),  # Cyrillic letters
        ("ΝΑΜΑ", "nama"),  # Greek letters
        ("ДАТА РОЖДЕНИЯ", "датарождения"),
        ("Prénom", "prénom"),
        ("Pre\u0301nom", "prénom"),
        ("氏名", "氏名"),
        ("###", "###"),
        ("", ""),
    ],
)
def test_a_plain_name_has_no_case_blanks_marks_or_look_alikes(name: str, plain: str) -> None:
    assert plain_name(name) == plain


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("1. NIK", "nik"),
        ("(2) NAMA", "nama"),
        ("03 - NO KK", "nokk"),
        ("NIK (16 DIGIT)", "nik"),
        ("NIK [wajib diisi] *", "nik"),
        ("Nama Lengkap (sesuai KTP)", "namalengkap"),
        ("Nama (contoh: BUDI)", "nama"),
        ("TANGGAL LAHIR (DD/MM/YYYY)", "tanggallahir"),
        ("TGL LAHIR dd-mm-yyyy", "tgllahir"),
        ("4.\nTanggal Lahir\n(tgl/bln/thn)", "tanggallahir"),
        ("JENIS KELAMIN（L/P）", "jeniskelamin"),
        ("BIODATA_WNI.NIK", "nik"),
        ("siak.DATA_KELUARGA.NO_KK", "nokk"),
    ],
)
def test_a_form_leaves_out_numbers_notes_and_tables(name: str, form: str) -> None:
    assert form in name_forms(name)
    assert name_forms(name)[0] == plain_name(name)


@pytest.mark.parametrize("name", ["NAMA (IBU)", "NAMA (ORANG TUA)", "NIK (KK)", "ibu.nama", "16 01 2020", "NAMA 2"])
def test_what_may_change_the_meaning_is_never_left_out(name: str) -> None:
    assert not {"nama", "nik"} & set(name_forms(name))


@pytest.mark.parametrize(
    "name",
    [
        *("PNYDNG_CCT", "Penyandang Cacat", "13. SIDIK JARI (KANAN)", "JENIS DISABILITAS", "KODE_CACAT", "Ｆoto"),
        *("FОTO", "BIODATA_WNI.KLAIN_FSK", "TANDA TANGAN *", "NIP_PET_ENTRI", "NAMA KET RT", "AIB (jika ada)"),
    ],
)
def test_a_protected_name_stays_protected_in_every_disguise(name: str) -> None:
    assert is_protected(name)


@pytest.mark.parametrize("name", ["NAMA", "NAMA_PETANI", "FOTOKOPI", "BARIS", "KETERANGAN", "NAIB", ""])
def test_other_names_are_not_protected(name: str) -> None:
    assert not is_protected(name)


def test_a_name_that_may_be_a_number_or_a_date_is_shown_as_its_position() -> None:
    header = ("NIK", "3371031507140012", "15-07-2014", "A" * 61, "NO\nKK")
    assert [shown_name(name, header) for name in header] == ["NIK", "column 2", "column 3", "column 4", "NO KK"]


@given(st.text(max_size=300))
def test_any_text_has_a_plain_form_that_is_its_own_plain_form(name: str) -> None:
    plain = plain_name(name)
    assert plain_name(plain) == plain or not plain.isascii()
    assert name_forms(name)[0] == plain
