"""Single values: which rule holds for which spelling."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from linkage.spec import FieldSpec, LinkageSpec

Counts = Callable[..., dict[tuple[str, str], int]]


@pytest.mark.parametrize(
    ("field", "value", "codes"),
    [
        ("nik", "3273031507850001", set()),
        ("nik", "3273 0315.0785-0001", {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ("nik", "3273 0315 0785 0001", set()),
        ("nik", None, {"NIK_KOSONG"}),
        ("nik", "327303150785000", {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ("nik", "1111111111111111", {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ("nik", "3273031513850001", {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ("nik", "3273033202850001", {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ("nik", "4073031507850001", {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ("nik", "3273033002850001", {"NIK_JANGGAL"}),
        ("nik", "3299031507850001", {"NIK_JANGGAL"}),
        ("nik", "3273001507850001", {"NIK_JANGGAL"}),
        ("nik", "9101031507850001", {"NIK_WILAYAH_LAMA"}),
        ("nik_ibu", "123", {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ("nik_ibu", "9101035507850001", set()),
        ("nik_ayah", "0", {"VALUE_MISSING"}),
        ("no_kk", "3273031507150001", set()),
        ("no_kk", "32730315071500", {"NO_KK_TIDAK_VALID"}),
        ("no_kk", "9999999999999999", {"NO_KK_TIDAK_VALID"}),
        ("no_kk", "-", {"UNSUR_KOSONG"}),
        ("tanggal_lahir", "16-07-1985", set()),
        ("tanggal_lahir", "16 Juli 1985", set()),
        ("tanggal_lahir", "30-02-1985", {"TGL_TIDAK_VALID"}),
        ("tanggal_lahir", "16-13-1985", {"TGL_TIDAK_VALID"}),
        ("tanggal_lahir", "SETIABUDI", {"TGL_TIDAK_VALID"}),
        ("tanggal_lahir", "3273031507850001", {"TGL_TIDAK_VALID"}),
        ("tanggal_lahir", "16-07-2085", {"TGL_MASA_DEPAN"}),
        ("tanggal_lahir", "16-07-1885", {"USIA_TIDAK_WAJAR"}),
        ("tanggal_lahir", "1985", {"TGL_TIDAK_LENGKAP"}),
        ("tanggal_lahir", "00-07-1985", {"TGL_TIDAK_LENGKAP"}),
        ("tanggal_lahir", "31-12-1960", {"TGL_DEFAULT"}),
        ("tanggal_lahir", "1960-07-01", {"TGL_DEFAULT"}),
        ("tanggal_lahir", "15/03/1960", {"TGL_DEFAULT"}),
        ("tanggal_lahir", "", {"UNSUR_KOSONG"}),
        ("tgl_entri", "31-12-2014", set()),
        ("tgl_entri", "31-12-1814", set()),
        ("tgl_entri", "31-11-2014", {"TGL_TIDAK_VALID"}),
        ("tgl_ubah", "01-01-2031", {"TGL_MASA_DEPAN"}),
        ("nama", "SITI AMINAH", set()),
        ("nama", "MA'RUF", set()),
        ("nama", "Nur’aini", set()),
        ("nama", "ANI-ANI", set()),
        ("nama", "BUD1", {"NAMA_ANOMALI"}),
        ("nama", "BUDI?", {"NAMA_ANOMALI"}),
        ("nama", "LIE A MOY/SUSI", {"NAMA_ANOMALI"}),
        ("nama", "AUAI", {"NAMA_ANOMALI"}),
        ("nama", "ANAK NY SITI", {"NAMA_SEMENTARA"}),
        ("nama", "AN. NY. SITI", {"NAMA_SEMENTARA"}),
        ("nama", "N", {"NAMA_PENDEK"}),
        ("nama", "ED", {"NAMA_PENDEK"}),
        ("nama", "H. ACHMAD, S.PD", {"NAMA_TITIK_KOMA"}),
        ("nama", "SUKARNO ALM", {"NAMA_ALM"}),
        ("nama", "SUKARNO (ALM)", {"NAMA_ALM", "NAMA_ANOMALI"}),
        ("nama", "ALMA", set()),
        ("nama", "BAYI NY SITI", {"NAMA_SEMENTARA"}),
        ("nama", "ANAK KE 2", {"NAMA_SEMENTARA"}),
        ("nama", "TANPA NAMA", {"NAMA_SEMENTARA"}),
        ("nama", "ANAK AGUNG PUTRA", set()),
        ("nama_ibu", "BY NY SITI", {"NAMA_SEMENTARA"}),
        ("nama_ibu", "ANAK AGUNG PUTRI", set()),
        ("nama_ibu", None, {"ORTU_KOSONG"}),
        ("nama_ayah", "TIDAK ADA", {"ORTU_KOSONG"}),
        ("nama_ayah", "HasanÃ«", {"TEXT_GARBLED", "NAMA_ANOMALI"}),
        ("tempat_lahir", "CÃ´te", {"TEXT_GARBLED"}),
        ("tempat_lahir", "Côte", set()),
        ("alamat", "JL. SÃO PAULO", set()),
        ("alamat", "RUMAH â€œBIRUâ€\x9d", {"TEXT_GARBLED"}),
        ("alamat", "KP \ufffd", {"TEXT_GARBLED"}),
        ("jenis_kelamin", "1", set()),
        ("jenis_kelamin", "Perempuan", set()),
        ("jenis_kelamin", "3", {"JK_ANOMALI"}),
        ("agama", "HINDHU", set()),
        ("agama", "9", {"KODE_TIDAK_DIKENAL"}),
        ("shdk", "Kepala Keluarga", set()),
        ("shdk", "15", {"KODE_TIDAK_DIKENAL"}),
        ("status_ktpel", "CARD_SHIPPED", set()),
        ("status_ktpel", "DUPLICATE_RECORD", set()),
        ("status_ktpel", "SELESAI", {"STATUS_TIDAK_DIKENAL"}),
        ("flag_status", "0", set()),
        ("flag_status", "2", {"TIDAK_AKTIF"}),
        ("rt", "000", {"RT_RW_KOSONG"}),
        ("rw", "5", set()),
        ("kode_wilayah", "3273031004", set()),
        ("kode_wilayah", "3299", {"WILAYAH_TIDAK_DIKENAL"}),
        ("kode_wilayah", "91.01", {"WILAYAH_LAMA"}),
        ("kab_kota", "KOTA BANDUNG", set()),
        ("kab_kota", "KOTA ANTAH", {"WILAYAH_TIDAK_DIKENAL"}),
        ("kelurahan", None, {"VALUE_MISSING"}),
    ],
)
def test_a_value_falls_under_its_rules(counts: Counts, field: str, value: str | None, codes: set[str]) -> None:
    found = counts([{field: value}, {field: value}])
    alone = {code: number for (name, code), number in found.items() if name == field and code not in _NOT_OF_ONE}
    assert alone == dict.fromkeys(codes, 2)


_NOT_OF_ONE = ("NIK_GANDA", "COLUMN_EMPTY")


@pytest.mark.parametrize(
    ("kind", "value", "codes"),
    [
        ("date", "2001-02-30", {"DATE_UNREADABLE"}),
        ("date", "soon", {"DATE_UNREADABLE"}),
        ("date", "2031-02-03", {"DATE_UNREADABLE"}),
        ("date", "2001-07-01", set()),
        ("number", "12,5", set()),
        ("number", "twelve", {"NUMBER_UNREADABLE"}),
        ("identifier", "A-12", {"IDENTIFIER_SHORT"}),
        ("identifier", "A-123", set()),
        ("text", "cafÃ©", {"TEXT_GARBLED"}),
        ("category", None, {"VALUE_MISSING"}),
        ("sex", "X", {"JK_ANOMALI"}),
    ],
)
def test_data_of_any_kind_have_rules_too(counts: Counts, kind: str, value: str | None, codes: set[str]) -> None:
    spec = LinkageSpec("other", (FieldSpec("thing", kind, ("thing",)), FieldSpec("label", "text", ("label",))), (), ())
    found = counts([{"thing": value, "label": "a"}], of=spec)
    assert {code for field, code in found if field == "thing"} - {"COLUMN_EMPTY"} == codes


def test_without_a_year_no_date_is_of_the_future_and_no_age_too_high(counts: Counts) -> None:
    rows = [{"tanggal_lahir": "16-07-2085"}, {"tanggal_lahir": "16-07-1685"}, {"tanggal_lahir": "31-02-2001"}]
    assert counts(rows, latest_year=0) == {("tanggal_lahir", "TGL_TIDAK_VALID"): 1}
