"""Columns are found under the names offices use, and protected ones are never found."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from linkage.intake.mapping import is_protected, map_columns, plain_name
from linkage.schema import RESIDENT_COLUMNS
from linkage.spec import FieldSpec, LinkageSpec

SIAK = {
    "NO_KK": "no_kk",
    "NIK": "nik",
    "NAMA_LGKP": "nama",
    "JENIS_KLMIN": "jenis_kelamin",
    "TMPT_LHR": "tempat_lahir",
    "TGL_LHR": "tanggal_lahir",
    "AGAMA": "agama",
    "STAT_KWN": "stat_kwn",
    "STAT_HBKEL": "shdk",
    "NIK_IBU": "nik_ibu",
    "NAMA_LGKP_IBU": "nama_ibu",
    "NIK_AYAH": "nik_ayah",
    "NAMA_LGKP_AYAH": "nama_ayah",
    "ALAMAT": "alamat",
    "NO_RT": "rt",
    "NO_RW": "rw",
    "NO_AKTA_LHR": "no_akta_lhr",
    "TGL_ENTRI": "tgl_entri",
    "TGL_UBAH": "tgl_ubah",
    "FLAG_STATUS": "flag_status",
    "PROP_NAME": "provinsi",
    "KAB_NAME": "kab_kota",
    "KEC_NAME": "kecamatan",
    "KEL_NAME": "kelurahan",
    "EKTP_STATUS": "status_ktpel",
}


def test_a_siak_header_is_understood_whole(residents: LinkageSpec) -> None:
    columns = map_columns(list(SIAK), residents)
    assert {list(SIAK)[position]: field for field, position in columns.fields.items()} == SIAK
    assert columns.ignored == ()


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("nama lengkap", "nama"),
        ("Nama_Lengkap", "nama"),
        ("\ufeffNAMA", "nama"),
        ("NKK", "no_kk"),
        ("nokk", "no_kk"),
        ("No. KK", "no_kk"),
        ("L/P", "jenis_kelamin"),
        ("JK", "jenis_kelamin"),
        ("TGL_LAHIR", "tanggal_lahir"),
        ("NAMA_KEL", "kelurahan"),
        ("SHDK", "shdk"),
        ("STATUS_KAWIN", "stat_kwn"),
        ("NO_KTP", "nik"),
        ("Record ID", "record_id"),
        ("SOURCE", "source"),
    ],
)
def test_names_match_without_case_blanks_and_punctuation(residents: LinkageSpec, column: str, field: str) -> None:
    assert map_columns([column], residents).fields == {field: 0}


def test_the_first_name_in_the_list_wins_and_the_other_column_is_ignored(residents: LinkageSpec) -> None:
    columns = map_columns(["NAMA_LENGKAP", "NAMA_LGKP", "nama"], residents)
    assert columns.fields["nama"] == 2
    assert columns.ignored == ("NAMA_LENGKAP", "NAMA_LGKP")


@pytest.mark.parametrize(
    "name",
    [
        *("PNYDNG_CCT", "klain_fsk", "Penyandang Cacat", "DISABILITAS", "aib"),
        *("Sidik Jari", "SIDIK_JARI_1", "iris", "TANDA_TANGAN"),
        *("NAMA_KET_RT", "NAMA_KET_RW", "NAMA_PET_REG", "NIP_PET_REG", "NAMA_PET_ENTRI", "NIP_PET_ENTRI"),
    ],
)
def test_a_protected_column_is_never_mapped_kept_or_ignored(residents: LinkageSpec, name: str) -> None:
    greedy = LinkageSpec("greedy", (*residents.fields, FieldSpec("extra", "text", (name,))), (), ())
    columns = map_columns(["NAMA", name], greedy, keep=[name])
    assert columns.protected == (name,)
    assert columns.used() == (0,)
    assert columns.ignored == ()


def test_no_resident_column_is_protected_and_no_name_leads_to_two_fields() -> None:
    text = (resources.files("linkage.intake") / "data" / "columns.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    assert set(data["fields"]) == set(RESIDENT_COLUMNS)
    names = [(plain_name(name), field) for field, names in data["fields"].items() for name in [*names, field]]
    parts = [(plain_name(name), "part") for part in data["region_parts"] for name in part["columns"]]
    assert not any(is_protected(name) for name, _ in names)
    assert len({name for name, _ in {*names, *parts}}) == len({*names, *parts})


def test_a_spec_of_its_own_is_matched_by_its_own_columns_only() -> None:
    fields = (
        FieldSpec("given", "person_name", ("first_name", "Given Name")),
        FieldSpec("record_id", "text", ("rec_id",)),
    )
    columns = map_columns(["rec_id", "GIVENNAME", "NIK", "source"], LinkageSpec("own", fields, (), ()))
    assert columns.fields == {"given": 1, "record_id": 0, "source": 3}
    assert columns.ignored == ("NIK",)


def test_region_numbers_stand_in_only_where_the_code_itself_is_absent(residents: LinkageSpec) -> None:
    header = ["NAMA", "NO_PROP", "NO_KAB", "NO_KEC", "NO_KEL"]
    assert map_columns(header, residents).region_parts == ((1, 2), (2, 2), (3, 2), (4, 4))
    assert map_columns([*header, "KODE_WILAYAH"], residents).region_parts == ()
