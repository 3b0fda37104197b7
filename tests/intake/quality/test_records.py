"""Fields beside each other: NIK and the rest of the record, dates in order, households."""

from __future__ import annotations

from collections.abc import Callable

import pytest

Counts = Callable[..., dict[tuple[str, str], int]]

NIK = "3273031607850001"
GIRL = "3273035607850001"
OLD = "9101031607850001"


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        ({"nik": NIK, "tanggal_lahir": "16-07-1985"}, set()),
        ({"nik": GIRL, "tanggal_lahir": "16-07-1985"}, set()),
        ({"nik": NIK, "tanggal_lahir": "17-07-1985"}, {"NIK_TANGGAL_BEDA"}),
        ({"nik": NIK, "tanggal_lahir": "1985"}, set()),
        ({"nik": "12", "tanggal_lahir": "17-07-1985"}, {"NIK_TIDAK_SESUAI_KAIDAH"}),
        ({"nik": NIK, "jenis_kelamin": "1"}, set()),
        ({"nik": NIK, "jenis_kelamin": "2"}, {"NIK_JK_BEDA"}),
        ({"nik": GIRL, "jenis_kelamin": "2"}, set()),
        ({"nik": GIRL, "jenis_kelamin": "X"}, set()),
        ({"nik": NIK, "kode_wilayah": "3273"}, set()),
        ({"nik": NIK, "kode_wilayah": "3374"}, {"NIK_WILAYAH_LAIN"}),
        ({"nik": NIK, "kode_wilayah": "3299"}, set()),
        ({"nik": OLD, "kode_wilayah": "9301"}, {"NIK_WILAYAH_LAMA"}),
        ({"nik": OLD, "kode_wilayah": "3374"}, {"NIK_WILAYAH_LAMA", "NIK_WILAYAH_LAIN"}),
    ],
)
def test_a_nik_beside_the_rest_of_the_record(counts: Counts, row: dict[str, str], codes: set[str]) -> None:
    assert {code for field, code in counts([row]) if field == "nik"} == codes


@pytest.mark.parametrize(
    ("dates", "codes"),
    [
        (("16-07-1985", "16-07-1985", "16-07-1985"), set()),
        (("16-07-1985", "15-07-1985", "16-07-1985"), {"TGL_ENTRI_SEBELUM_LAHIR"}),
        (("16-07-1985", "16-07-2010", "15-07-2010"), {"TGL_UBAH_SEBELUM_ENTRI"}),
        (("16-07-99", "16-07-05", "16-07-24"), set()),
        (("1985", "16-07-1980", "31-02-1970"), {"TGL_TIDAK_VALID"}),
    ],
)
def test_dates_in_their_order(counts: Counts, dates: tuple[str, str, str], codes: set[str]) -> None:
    row = dict(zip(("tanggal_lahir", "tgl_entri", "tgl_ubah"), dates, strict=True))
    assert {code for field, code in counts([row]) if field != "tanggal_lahir"} == codes


def test_every_row_of_a_repeated_nik_counts_however_it_is_written(counts: Counts) -> None:
    rows = [
        {"nik": NIK},
        {"nik": f" {NIK}"},
        {"nik": f"{NIK[:8]}.{NIK[8:]}"},
        {"nik": GIRL},
        {"nik": "1"},
        {"nik": "1"},
    ]
    assert counts(rows)["nik", "NIK_GANDA"] == 3


CARD = "3273031607150001"


@pytest.mark.parametrize(("members", "inactive", "found"), [(20, 0, 0), (21, 0, 21), (21, 1, 0), (22, 1, 21)])
def test_a_card_of_more_than_twenty_active_members_is_a_dump(
    counts: Counts, members: int, inactive: int, found: int
) -> None:
    flags = ["1"] * inactive + ["0"] * (members - inactive)
    rows = [{"no_kk": CARD, "nama": f"NAMA {'A' * number}NI", "flag_status": flag} for number, flag in enumerate(flags)]
    assert counts(rows).get(("no_kk", "KK_TAMPUNGAN"), 0) == found


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ([("1", "L"), ("3", "P"), ("4", "L")], {}),
        ([("1", "P"), ("2", "L")], {}),
        ([("1", "L"), ("1", "P"), ("4", "L")], {"KK_DUA_KEPALA": 2}),
        ([("1", "L"), ("3", "L"), ("4", "L")], {"KK_PASANGAN_SEJENIS": 1}),
        ([("1", None), ("3", "L")], {}),
        ([("1", "L"), ("1", "L"), ("3", "L")], {"KK_DUA_KEPALA": 2}),
        ([("3", "L"), ("2", "L")], {}),
    ],
)
def test_heads_and_spouses_of_a_household(
    counts: Counts, family: list[tuple[str, str | None]], codes: dict[str, int]
) -> None:
    rows = [{"no_kk": CARD, "shdk": role, "jenis_kelamin": sex} for role, sex in family]
    rows.append({"no_kk": CARD[:-1] + "2", "shdk": "1", "jenis_kelamin": "L"})
    assert {code: number for (field, code), number in counts(rows).items() if field == "shdk"} == codes
    same_impossible_card = [{**row, "no_kk": "1" * 16} for row in rows]
    assert not any(field == "shdk" for field, _ in counts(same_impossible_card))
