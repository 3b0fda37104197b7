"""One person: parents beside the own name and NIK, age beside status and activity, a row whose cells are shifted."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Counts = Callable[..., dict[tuple[str, str], int]]

MAN = "3273031003680001"
WOMAN = "3273035003700001"


@pytest.mark.parametrize(
    ("row", "code", "found"),
    [
        ({"nama": "SITI AMINAH", "nama_ibu": "SITI AMINAH"}, "ORTU_NAMA_SENDIRI", 1),
        ({"nama": "SITI AMINAH", "nama_ayah": "SITI AMINAH"}, "ORTU_NAMA_SENDIRI", 1),
        ({"nama": "SITI", "nama_ibu": "SITI"}, "ORTU_NAMA_SENDIRI", 0),
        ({"nama": "SITI AMINAH", "nama_ibu": "AMINAH SITI"}, "ORTU_NAMA_SENDIRI", 0),
        ({"nama_ibu": "SRI", "nama_ayah": "SRI"}, "ORTU_SAMA", 1),
        ({"nama_ibu": "SRI", "nama_ayah": "SRA"}, "ORTU_SAMA", 0),
        ({"nama_ibu": None, "nama_ayah": None}, "ORTU_SAMA", 0),
        ({"nik_ibu": WOMAN, "nik_ayah": WOMAN}, "ORTU_SAMA", 1),
        ({"nik_ibu": "12", "nik_ayah": "12"}, "ORTU_SAMA", 0),
        ({"nik": WOMAN, "nik_ibu": WOMAN}, "ORTU_NIK_SENDIRI", 1),
        ({"nik": MAN, "nik_ayah": MAN}, "ORTU_NIK_SENDIRI", 1),
        ({"nik": "12", "nik_ayah": "12"}, "ORTU_NIK_SENDIRI", 0),
        ({"nik_ibu": WOMAN, "nik_ayah": MAN}, "ORTU_NIK_JK", 0),
        ({"nik_ibu": MAN}, "ORTU_NIK_JK", 1),
        ({"nik_ayah": WOMAN}, "ORTU_NIK_JK", 1),
    ],
)
def test_parents_are_other_people(counts: Counts, row: dict[str, str | None], code: str, found: int) -> None:
    assert sum(number for (_, told), number in counts([row]).items() if told == code) == found


OLD = {"tanggal_lahir": "10-03-1925", "tgl_entri": "10-03-2012"}
IDLE = {"tanggal_lahir": "10-03-2000", "tgl_entri": "10-03-2012", "status_ktpel": "UNREGISTERED"}
YOUNG = {"tanggal_lahir": "10-03-2011", "status_ktpel": "CARD_ISSUED"}


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        (OLD, {"WAFAT_BELUM_LAPOR"}),
        ({**OLD, "tanggal_lahir": "10-03-1926"}, set()),
        ({**OLD, "tgl_ubah": "10-03-2021"}, set()),
        ({**OLD, "tgl_ubah": "10-03-2020"}, {"WAFAT_BELUM_LAPOR"}),
        ({**OLD, "tgl_entri": None}, set()),
        ({**OLD, "flag_status": "2"}, set()),
        ({**OLD, "tgl_ubah": "10-03-2044"}, {"WAFAT_BELUM_LAPOR"}),
        (IDLE, {"NON_AKTIF"}),
        ({**IDLE, "tanggal_lahir": "10-03-2009"}, set()),
        ({**IDLE, "tanggal_lahir": "2000"}, {"NON_AKTIF"}),
        ({**IDLE, "tgl_ubah": "10-03-2022"}, set()),
        ({**IDLE, "status_ktpel": None}, set()),
        ({**IDLE, "status_ktpel": "CARD_ISSUED"}, set()),
        ({**IDLE, "flag_status": "2"}, set()),
        (YOUNG, {"KTPEL_USIA_DINI"}),
        ({**YOUNG, "status_ktpel": "PRR"}, {"KTPEL_USIA_DINI"}),
        ({**YOUNG, "status_ktpel": "UNREGISTERED"}, set()),
        ({**YOUNG, "tanggal_lahir": "10-03-2010"}, set()),
        ({**YOUNG, "stat_kwn": "KAWIN"}, set()),
        ({**YOUNG, "stat_kwn": "BELUM KAWIN"}, {"KTPEL_USIA_DINI"}),
    ],
)
def test_age_beside_status_and_activity(counts: Counts, row: dict[str, str | None], codes: set[str]) -> None:
    looked_at = {"WAFAT_BELUM_LAPOR", "NON_AKTIF", "KTPEL_USIA_DINI"}
    assert {code for _, code in counts([row])} & looked_at == codes
    assert not {code for _, code in counts([row], latest_year=0)} & looked_at


def test_a_row_with_three_unreadable_cells_is_shifted(counts: Counts) -> None:
    fine = {"nik": MAN, "tanggal_lahir": "10-03-1968", "jenis_kelamin": "1", "agama": "1"}
    shifted = {"nik": "BUDI", "tanggal_lahir": "1", "jenis_kelamin": "BANDUNG", "agama": "1"}
    assert ("", "BARIS_BERGESER") not in counts([fine, {**shifted, "nik": MAN}])
    assert counts([fine, shifted, {**shifted, "agama": "JL. MAWAR"}])["", "BARIS_BERGESER"] == 2
