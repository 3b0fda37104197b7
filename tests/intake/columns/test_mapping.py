"""Columns are found under the names offices use, and protected ones are never found."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from linkage.intake.columns.column_names import is_protected, plain_name
from linkage.intake.columns.mapping import map_columns
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


@pytest.mark.parametrize(
    ("column", "field"),
    [
        ("1. NIK", "nik"),
        ("NIK (16 DIGIT)", "nik"),
        ("ＮＩＫ", "nik"),
        ("NIК", "nik"),
        ("NOMOR INDUK KEPENDUDUKAN (NIK)", "nik"),
        ("Nama Lengkap (sesuai KTP)", "nama"),
        ("NAMA\nLENGKAP", "nama"),
        ("NAMA  LENGKAP", "nama"),
        ("NAMA\u00a0LENGKAP", "nama"),
        ("TANGGAL LAHIR (DD-MM-YYYY)", "tanggal_lahir"),
        ("JENIS KELAMIN (L/P)", "jenis_kelamin"),
        ("Alamat Jalan/Dukuh", "alamat"),
        ("ALAMAT_LENGKAP", "alamat"),
        ("DESA/KELURAHAN", "kelurahan"),
        ("STATUS PERKAWINAN (B/S/P)", "stat_kwn"),
        ("Status Perekaman KTP-el", "status_ktpel"),
        ("HUB. KELUARGA", "shdk"),
        ("NAMA (IBU)", "nama_ibu"),
        ("BIODATA_WNI.TMPT_LHR", "tempat_lahir"),
        ("NAMA_AYAH_KANDUNG", "nama_ayah"),
    ],
)
def test_headings_of_regional_exports_are_understood(residents: LinkageSpec, column: str, field: str) -> None:
    columns = map_columns([column], residents)
    assert columns.fields == {field: 0}
    assert columns.warnings == ()


@pytest.mark.parametrize("column", ["NAMA (ORANG TUA)", "NIK_KK", "NAMA_KEPALA_KELUARGA", "FLAG_AKTIF", "ID", "NAMA 2"])
def test_a_name_that_says_something_else_is_not_stretched(residents: LinkageSpec, column: str) -> None:
    columns = map_columns([column], residents)
    assert not columns.sources()
    assert columns.ignored == (column,)


def test_the_houses_own_name_wins_then_the_first_in_the_list_and_the_choice_is_told(residents: LinkageSpec) -> None:
    columns = map_columns(["NAMA_LENGKAP", "NAMA_LGKP", "nama"], residents)
    assert columns.fields["nama"] == 2
    assert columns.ignored == ("NAMA_LENGKAP", "NAMA_LGKP")
    assert columns.warnings == ("NAMA_LENGKAP, NAMA_LGKP and nama fit nama; nama was taken",)
    columns = map_columns(["NAMA", "NAMA_LGKP"], residents)
    assert columns.fields["nama"] == 1
    assert columns.warnings == ("NAMA and NAMA_LGKP fit nama; NAMA_LGKP was taken",)


def test_of_two_columns_called_alike_the_left_is_taken_and_a_note_counts_last(residents: LinkageSpec) -> None:
    columns = map_columns(["NIK (16 DIGIT)", "No. KK", "NO_KK ", "N I K"], residents)
    assert columns.fields == {"nik": 3, "no_kk": 1}
    assert set(columns.warnings) == {
        "NIK (16 DIGIT) and N I K fit nik; N I K was taken",
        "No. KK and NO_KK fit no_kk; No. KK was taken",
    }


def test_labels_of_marital_status_go_before_numbers(residents: LinkageSpec) -> None:
    assert map_columns(["STAT_KWN", "STATUS_KAWIN"], residents).fields == {"stat_kwn": 1}


def test_a_column_the_spec_names_for_one_field_is_not_another_fields() -> None:
    guardian = FieldSpec("wali", "person_name", ("WALI", "NAMA"))
    spec = LinkageSpec("own", (FieldSpec("nama", "person_name", ("nama",)), guardian), (), ())
    columns = map_columns(["NAMA"], spec)
    assert columns.fields == {"wali": 0}
    assert columns.warnings == ("NAMA fits nama too, but the spec names it for wali",)
    assert map_columns(["NAMA", "WALI"], spec).fields == {"wali": 1, "nama": 0}
    both = LinkageSpec("own", (FieldSpec("a", "text", ("x",)), FieldSpec("b", "number", ("x",))), (), ())
    assert map_columns(["x"], both).fields == {"a": 0, "b": 0}
    assert map_columns(["x"], both).warnings == ()


def test_columns_of_two_fields_are_taken_apart_unless_each_has_its_own(residents: LinkageSpec) -> None:
    columns = map_columns(["NAMA", "TEMPAT/TANGGAL LAHIR", "RT/RW"], residents)
    assert [(compound.position, compound.fields) for compound in columns.compounds] == [
        (1, ("tempat_lahir", "tanggal_lahir")),
        (2, ("rt", "rw")),
    ]
    assert columns.used() == (0, 1, 2)
    assert columns.sources()["rw"] == (2,)
    half = map_columns(["TTL", "TGL_LHR"], residents)
    assert [compound.fields for compound in half.compounds] == [("tempat_lahir",)]
    whole = map_columns(["TTL", "TGL_LHR", "TMPT_LHR"], residents)
    assert whole.compounds == ()
    assert whole.ignored == ("TTL",)


@pytest.mark.parametrize(
    "name", ['x"; DROP TABLE warga--', "select", "group", "NIK; --", "<b>", "\u202eKIN", "a" * 100_000]
)
def test_a_hostile_name_never_becomes_a_field(residents: LinkageSpec, name: str) -> None:
    columns = map_columns(["NAMA", name], residents)
    assert set(columns.sources()) <= set(RESIDENT_COLUMNS)
    assert len(columns.ignored) <= 1
    assert all(len(shown) < 80 for shown in columns.ignored)


def test_thousands_of_columns_are_mapped_quickly(residents: LinkageSpec) -> None:
    header = [f"KOLOM {number} (X)" for number in range(4000)] + ["NAMA"]
    assert map_columns(header, residents).fields == {"nama": 4000}


@pytest.mark.parametrize(
    "name",
    [
        *("PNYDNG_CCT", "klain_fsk", "Penyandang Cacat", "DISABILITAS", "aib", "7. Disabilitas (jika ada)"),
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
    text = (resources.files("linkage.intake.columns") / "data" / "columns.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    assert set(data["fields"]) == set(RESIDENT_COLUMNS)
    names = [(plain_name(name), field) for field, names in data["fields"].items() for name in [*names, field]]
    parts = [(plain_name(name), "part") for part in data["region_parts"] for name in part["columns"]]
    apart = [(plain_name(name), "apart") for compound in data["compound"] for name in compound["columns"]]
    assert not any(is_protected(name) for name, _ in [*names, *parts, *apart])
    assert len({name for name, _ in {*names, *parts, *apart}}) == len({*names, *parts, *apart})


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


def test_a_regions_code_stands_alone_where_no_province_is_beside_it(residents: LinkageSpec) -> None:
    columns = map_columns(["NAMA", "KODE_KAB", "KODE_KEL"], residents)
    assert columns.fields["kode_wilayah"] == 2
    assert columns.region_parts == ()
    assert map_columns(["NO_KAB", "NO_KEL"], residents).sources() == {}


def test_every_name_in_the_list_leads_to_its_field_alone(residents: LinkageSpec) -> None:
    text = (resources.files("linkage.intake.columns") / "data" / "columns.toml").read_text(encoding="utf-8")
    for field, names in tomllib.loads(text)["fields"].items():
        for name in names:
            assert map_columns([name], residents).sources() == {field: (0,)}
