"""A header that lacks a name is refused with what was understood, and no resident is ever quoted."""

from __future__ import annotations

import re

import pytest

from linkage.errors import InputDataError
from linkage.intake.columns.header_check import check_header, near_misses
from linkage.intake.columns.mapping import map_columns
from linkage.spec import FieldSpec, LinkageSpec


def refusal(header: list[str], spec: LinkageSpec) -> str:
    with pytest.raises(InputDataError) as error:
        check_header(header, map_columns(header, spec), spec, where="kota.csv")
    return str(error.value)


def test_a_missing_field_names_what_was_understood_what_was_not_and_what_was_perhaps_meant(
    residents: LinkageSpec,
) -> None:
    text = refusal(["NIK", "NAMA_LNGKAP", "TTL", "WARNA", "PNYDNG_CCT"], residents)
    assert text == (
        "kota.csv: no column for nama; understood: NIK as nik, TTL as tempat_lahir, TTL as tanggal_lahir;"
        " not understood: NAMA_LNGKAP, WARNA; NAMA_LNGKAP looks like NAMA_LENGKAP (nama)."
        " Rename a column, or name it in the spec's list of columns [NO_NAME_COLUMN]"
    )


def test_of_a_header_that_nothing_is_known_of_only_the_number_of_columns_is_said(residents: LinkageSpec) -> None:
    text = refusal(["BUDI SANTOSO", "NAMAA", "SEMARANG"], residents)
    assert "none of its 3 column names is known" in text
    assert not re.search("BUDI|NAMAA|SEMARANG", text)


def test_a_row_in_which_one_cell_happens_to_be_a_known_name_is_not_quoted(residents: LinkageSpec) -> None:
    text = refusal(["3371031507140012", "BUDI SANTOSO", "KOTA"], residents)
    assert "KOTA as kab_kota; not understood: column 1, column 2." in text
    assert "BUDI" not in text


def test_a_long_list_is_cut(residents: LinkageSpec) -> None:
    text = refusal(
        ["NIK", "RT", *(f"KOLOM {letter}{other}" for letter in "ABCDEFGHIJ" for other in "ABCDE")], residents
    )
    assert "KOLOM HE, and 10 more." in text


@pytest.mark.parametrize(
    ("column", "meant"),
    [
        ("TGL_LAHR", "TGL_LAHIR (tanggal_lahir)"),
        ("TNAGGAL LAHIR", "TANGGAL_LAHIR (tanggal_lahir)"),
        ("2. ALAMTA", "ALAMAT (alamat)"),
        ("NAMA_LGKP_IBUU", "NAMA_LGKP_IBU (nama_ibu)"),
        ("WARNA", ""),
        ("RX", ""),
        ("NIKK", ""),
        ("ALAMAT2", ""),
        ("A" * 1000, ""),
    ],
)
def test_a_slip_in_a_long_enough_name_is_noticed(residents: LinkageSpec, column: str, meant: str) -> None:
    header = ["NAMA", column]
    assert near_misses(header, map_columns(header, residents), residents) == (
        [f"{column} looks like {meant}"] if meant else []
    )


def test_nothing_looks_like_a_field_that_the_file_has(residents: LinkageSpec) -> None:
    header = ["NAMA", "ALAMAT", "ALAMATT"]
    assert near_misses(header, map_columns(header, residents), residents) == []


def test_a_name_that_stands_twice_matters_only_where_it_is_read(residents: LinkageSpec) -> None:
    header = ["NAMA", "KET", "KET", "", ""]
    check_header(header, map_columns(header, residents), residents, where="kota.csv")
    with_kept = map_columns(header, residents, keep=["KET"])
    with pytest.raises(InputDataError, match="two columns are called KET"):
        check_header(header, with_kept, residents, where="kota.csv")
    assert "two columns are called NIK" in refusal(["NAMA", "NIK", "NIK"], residents)


def test_a_spec_of_its_own_has_its_own_near_misses() -> None:
    spec = LinkageSpec("own", (FieldSpec("surname", "text", ("last_name",), required=True),), (), ())
    header = ["record_id", "lastname2", "last_nmae"]
    assert near_misses(header, map_columns(header, spec), spec) == ["last_nmae looks like last_name (surname)"]
