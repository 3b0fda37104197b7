"""Coded fields: numbers and labels of the register's lists become one value each, and doubtful numbers none."""

import tomllib
from importlib import resources

import pyarrow as pa
import pytest

from linkage.errors import InvariantError
from linkage.standardise.codes import (
    CARD_DUPLICATE,
    CARD_ENROLLED,
    CARD_RANK,
    CODE_KINDS,
    INACTIVE,
    LIST_KINDS,
    is_known_code,
    religion_codes,
    settle_numbers,
    standardise_code,
)

CASES = [
    ("sex", "L", ["1", "01", "1.0", "L", "l", "LK", "Laki-laki", "LAKI LAKI", "LAKI-LAKI ", "PRIA", "M", "Male"]),
    ("sex", "P", ["2", "P", "PR", "Perempuan", "W", "WANITA", "F", "female"]),
    ("sex", None, ["", "-", "0", "3", "X", "L/P", "TIDAK DIKETAHUI"]),
    ("religion", "1", ["1", "Islam"]),
    ("religion", "2", ["2", "KRISTEN", "Kristen (Protestan)", "Protestan"]),
    ("religion", "3", ["3", "KATHOLIK", "Katolik"]),
    ("religion", "4", ["4", "HINDU", "HINDHU"]),
    ("religion", "5", ["5", "BUDHA", "Buddha"]),
    ("religion", "6", ["6", "KONGHUCU", "KONG HUCHU", "Khonghucu"]),
    ("religion", "7", ["7", "Kepercayaan thd Tuhan YME", "KEPERCAYAAN TERHADAP TUHAN YME / LAINNYA", "Lainnya"]),
    ("religion", None, ["", "-", "0", "8", "x"]),
    ("family_role", "1", ["1", "01", "KEPALA KELUARGA"]),
    ("family_role", "3", ["3", "Istri", "ISTERI"]),
    ("family_role", "9", ["9", "FAMILI LAIN"]),
    ("family_role", "10", ["10", "Pembantu"]),
    ("family_role", "11", ["11", "LAINNYA"]),
    ("family_role", None, ["", "12", "-"]),
    ("sex", "L", ["1 - LAKI-LAKI", "Männlich", "lelaki", "М"]),
    ("sex", "P", ["2. Perempuan", "ж"]),
    ("religion", "1", ["1. ISLAM", "(1) Islam", "１"]),
    ("religion", "7", ["KEPERCAYAAN TERHADAP TUHAN YANG MAHA ESA"]),
    ("marital_status", "1", ["1", "BELUM KAWIN", "Belum Menikah", "B"]),
    ("marital_status", "2", ["2", "Kawin", "KAWIN TERCATAT", "Kawin Belum Tercatat", "3 - KAWIN BELUM TERCATAT", "S"]),
    ("marital_status", "3", ["3", "CERAI HIDUP", "Cerai Hidup Tercatat", "CERAI HIDUP BELUM TERCATAT"]),
    ("marital_status", "4", ["4", "CERAI MATI", "6. Cerai Mati"]),
    ("marital_status", None, ["", "5", "6", "P", "CERAI", "-"]),
    ("occupation", "1", ["1", "BELUM/TIDAK BEKERJA", "Tidak/Belum Bekerja"]),
    ("occupation", "5", ["PEGAWAI NEGERI SIPIL (PNS)", "PNS"]),
    ("occupation", "63", ["ANGGOTA DPRD KABUPATEN/KOTA", "63"]),
    ("occupation", "88", ["88", "Wiraswasta"]),
    ("occupation", "89", ["89", "ANGGOTA LEMBAGA TINGGI"]),
    ("occupation", "99", ["99", "LAINNYA", "89. LAINNYA"]),
    ("occupation", None, ["0", "100", "ASTRONAUT"]),
    ("education", "1", ["1", "TIDAK/BELUM SEKOLAH"]),
    ("education", "5", ["SLTA/SEDERAJAT", "SMA / sederajat", "05"]),
    ("education", "8", ["DIPLOMA IV/STRATA I", "S1", "S-1"]),
    ("education", None, ["11", "TK"]),
    ("blood_group", "1", ["1", "A"]),
    ("blood_group", "4", ["4", "O", "o"]),
    ("blood_group", "5", ["A+", "A +", "A Positif", "5"]),
    ("blood_group", "12", ["O-", "O\N{MINUS SIGN}", "O Rh-"]),
    ("blood_group", None, ["13", "TIDAK TAHU", "-", "+", "C"]),
    ("citizenship", "1", ["1", "WNI", "Indonesia"]),
    ("citizenship", "2", ["2", "WNA", "Warga Negara Asing"]),
    ("citizenship", "3", ["3", "DWI KEWARGANEGARAAN"]),
    ("card_status", "UNREGISTERED", ["Belum Rekam", "UNREGISTERED"]),
    ("card_status", "BIO_CAPTURED", ["SUDAH REKAM", "BIO_CAPTURED"]),
    ("card_status", "PRINT_READY_RECORD", ["PRR", "print ready record", "PRINT_READY_RECORD"]),
    ("card_status", "CARD_ISSUED", ["CARD_ISSUED", "Card Issued", "card-issued"]),
    ("card_status", "SOMETHING_NEW", ["something new"]),
    ("card_status", None, ["", "-", "0", "NULL"]),
    ("activity", "0", ["0", "00", "0.0", "AKTIF", "aktif "]),
    ("activity", "4", ["4"]),
    ("activity", "MENINGGAL", ["meninggal", "MENINGGAL "]),
    ("activity", None, ["", "-"]),
]

RANKS = {
    "CARD_PRINTED": 4,
    "CARD_SHIPPED": 4,
    "CARD_ISSUED": 4,
    "PRINT_READY_RECORD": 4,
    "RECEIVED_AT_CENTRAL": 3,
    "SENT_FOR_ENROLLMENT": 2,
    "PROCESSING": 2,
    "BIO_CAPTURED": 2,
    "ENROLL_FAILURE_AT_CENTRAL": 1,
    "SEARCH_FAILURE_AT_CENTRAL": 1,
    "ENROLL_FAILURE_AT_REGIONAL": 1,
    "ADJUDICATE_RECORD": 1,
    "ADJUDICATE_IN_PROCESS": 1,
    "UNREGISTERED": 0,
    "NO_CARD": 0,
    "SOMETHING_NEW": 0,
}


@pytest.mark.parametrize(("kind", "code", "spellings"), CASES)
def test_spellings_of_a_code_become_one_value(kind: str, code: str | None, spellings: list[str]) -> None:
    result = standardise_code(kind, pa.array(spellings, pa.string()))
    assert result.values.to_pylist() == ([] if code is None else [code])
    assert set(result.mapping.tolist()) == {-1 if code is None else 0}
    assert len(result.key_sets["value"].keys) == len(result.values)


def test_values_are_sorted_whatever_the_order_of_the_input() -> None:
    result = standardise_code("sex", pa.array(["WANITA", "?", "1", "2"]))
    assert result.values.to_pylist() == ["L", "P"]
    assert result.mapping.tolist() == [1, -1, 0, 1]


@pytest.mark.parametrize(("status", "rank"), RANKS.items())
def test_a_card_status_has_its_rank_and_only_the_highest_is_an_enrolment(status: str, rank: int) -> None:
    flags = standardise_code("card_status", pa.array([status])).flags
    assert flags is not None
    assert int(flags[0]) & CARD_RANK == rank + 1
    assert bool(int(flags[0]) & CARD_ENROLLED) == (rank == 4)
    assert not int(flags[0]) & CARD_DUPLICATE


def test_a_repeated_enrolment_ranks_below_all_and_is_no_enrolment() -> None:
    flags = standardise_code("card_status", pa.array(["DUPLICATE_RECORD"])).flags
    assert flags is not None
    assert flags.tolist() == [CARD_DUPLICATE]


def test_every_activity_but_zero_is_history() -> None:
    result = standardise_code("activity", pa.array(["0", "AKTIF", "1", "PINDAH"]))
    assert result.values.to_pylist() == ["0", "1", "PINDAH"]
    assert result.flags is not None
    assert result.flags.tolist() == [0, INACTIVE, INACTIVE]


def test_religions_are_numbers_for_the_names_and_zero_when_unknown() -> None:
    assert religion_codes(pa.array(["Islam", "4", "HINDHU", "?", None, "9"], pa.string())).tolist() == [
        1,
        4,
        4,
        0,
        0,
        0,
    ]


@pytest.mark.parametrize("kind", CODE_KINDS)
def test_no_values_give_no_values(kind: str) -> None:
    result = standardise_code(kind, pa.array([], pa.string()))
    assert len(result.values) == len(result.mapping) == 0
    assert len(settle_numbers(kind, pa.array([], pa.string()))) == 0


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvariantError):
        standardise_code("shoe_size", pa.array(["A"]))


def test_no_spelling_stands_for_two_values_of_a_list() -> None:
    data = tomllib.loads((resources.files("linkage.standardise") / "data" / "codes.toml").read_text(encoding="utf-8"))
    for kind in LIST_KINDS:
        for value, spellings in data[kind].items():
            found = standardise_code(kind, pa.array([value, *spellings]))
            assert found.values.to_pylist() == [value]


@pytest.mark.parametrize(
    ("kind", "raw", "settled"),
    [
        ("marital_status", ["1", "2", "3", "4"], ["1", "2", "3", "4"]),
        ("marital_status", ["3", "04.0"], ["3", "04.0"]),
        ("marital_status", ["1", "2", "3", "4", "5"], ["1", "2", None, None, None]),
        ("marital_status", ["2", "3", "6 - CERAI MATI"], ["2", None, "6 - CERAI MATI"]),
        ("marital_status", ["3", "3 - KAWIN BELUM TERCATAT"], ["2", "3 - KAWIN BELUM TERCATAT"]),
        ("marital_status", ["3", "3 - CERAI HIDUP", "3 - KAWIN"], [None, "3 - CERAI HIDUP", "3 - KAWIN"]),
        ("marital_status", ["KAWIN", "CERAI MATI", "6"], ["KAWIN", "CERAI MATI", None]),
        ("marital_status", ["3", "3 - ?", "7 - ?"], [None, None, None]),
        ("occupation", ["65", "88"], ["65", "88"]),
        ("occupation", ["65", "89"], ["65", None]),
        ("occupation", ["65", "89", "95"], ["65", "89", "95"]),
        ("occupation", ["89", "89 LAINNYA"], ["99", "89 LAINNYA"]),
        ("occupation", ["89", "120"], [None, None]),
        ("occupation", ["65", "9" * 10_000], ["65", None]),
        ("education", ["3", "10"], ["3", "10"]),
        ("education", ["3", "18", "S1"], [None, None, "S1"]),
        ("religion", ["1", "9"], ["1", "9"]),
        ("person_name", ["3", "99"], ["3", "99"]),
    ],
)
def test_a_number_is_believed_where_the_file_tells_which_copy_of_the_list_it_is(
    kind: str, raw: list[str], settled: list[str | None]
) -> None:
    assert settle_numbers(kind, pa.array(raw)).to_pylist() == settled


@pytest.mark.parametrize(
    ("kind", "known", "unknown"),
    [
        ("sex", ["1", "Perempuan"], ["3", "-"]),
        ("religion", ["7", "HINDHU"], ["8"]),
        ("family_role", ["11", "Istri"], ["12"]),
        ("marital_status", ["4", "Kawin Tercatat"], ["5", "P"]),
        ("card_status", ["PRR", "card-shipped", "DUPLICATE_RECORD", "NO_CARD", "ENROLL_FAILURE_AT_CENTRAL"], ["JADI"]),
        ("activity", ["0", "7", "PINDAH"], []),
    ],
)
def test_a_text_stands_in_its_code_list_or_not(kind: str, known: list[str], unknown: list[str]) -> None:
    found = is_known_code(kind, pa.array([*known, *unknown], pa.string()))
    assert found.tolist() == [True] * len(known) + [False] * len(unknown)
