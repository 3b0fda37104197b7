"""Coded fields: numbers and labels of sex, religion, family role, card status and activity."""

import pyarrow as pa
import pytest

from linkage.errors import InvariantError
from linkage.standardise.codes import (
    CARD_DUPLICATE,
    CARD_ENROLLED,
    CARD_RANK,
    INACTIVE,
    religion_codes,
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


@pytest.mark.parametrize("kind", ["sex", "religion", "family_role", "card_status", "activity"])
def test_no_values_give_no_values(kind: str) -> None:
    result = standardise_code(kind, pa.array([], pa.string()))
    assert len(result.values) == len(result.mapping) == 0


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InvariantError):
        standardise_code("blood_group", pa.array(["A"]))
