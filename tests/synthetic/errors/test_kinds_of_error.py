"""Each kind of error changes what it says and nothing else, and is marked only where it changed something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest

from linkage.synthetic.draft import Draft, draft_of
from linkage.synthetic.errors.corruption import corrupt
from linkage.synthetic.errors.error_changes import CHANGES
from linkage.synthetic.fixed_text import iso_dates
from linkage.synthetic.kinds import DRAWN_ERRORS, ERROR_KINDS, bit

CUT_OFF = 20_634
TYPICAL: dict[str, Any] = {
    "nik": "3374014107670001",
    "no_kk": "3374011503090004",
    "nama": "SITI NURHAYATI",
    "tempat_lahir": "SEMARANG",
    "nama_ibu": "SRI SUMARNI",
    "nama_ayah": "AHMAD YUSUF",
    "alamat": "JL. MERDEKA NO. 12",
    "no_akta_lhr": "3374-LU-15051967-0003",
    "birth": int(np.datetime64("1967-05-08").astype(np.int64)),
    "sex": 1,
    "faith": 1,
    "rt": 3,
    "rw": 5,
    "errors": 0,
}
LONG = "MARIA GORETI WIDYAWATI KUSUMANINGRUM"
COLUMNS: dict[str, str] = {
    **dict.fromkeys((kind for kind in DRAWN_ERRORS if kind.startswith(("name", "title", "token", "alias"))), "nama"),
    **dict.fromkeys((kind for kind in DRAWN_ERRORS if kind.startswith("date")), "birth"),
    **dict.fromkeys((kind for kind in DRAWN_ERRORS if kind.startswith("nik")), "nik"),
    "mother_shortened": "nama_ibu",
    "mother_typing": "nama_ibu",
    "address_rewritten": "alamat",
    "birthplace_rewritten": "tempat_lahir",
    "paper_digit": "no_akta_lhr",
    "father_shortened": "nama_ayah",
    "father_typing": "nama_ayah",
    "card_digit": "no_kk",
    "sex_slip": "sex",
}
EXAMPLES: list[tuple[str, Any, set[Any]]] = [
    ("name_substitution", "BUDI", {"VUDI", "BUFI", "BUDU", "BYDI"}),
    ("name_insertion", "BUDI", {"BUUDI", "BUDII", "BVUDI"}),
    ("name_deletion", "BUDI", {"BDI", "BUI", "BUD", "UDI"}),
    ("name_transposition", "BUDI", {"UBDI", "BDUI", "BUID"}),
    ("name_ocr", "BERNI", {"BEMI", "8ERNI", "BERN1"}),
    ("name_phonetic", "FAUZI", {"PAUZI", "FAUJI", "FAUZY"}),
    ("name_old_spelling", "SUJONO", {"SOEDJONO", "SUDJONO"}),
    ("name_abbreviated", "MUHAMMAD ALI", {"M. ALI", "MUH. ALI", "MOH. ALI"}),
    ("title_added", "SITI NURHAYATI", {"HJ. SITI NURHAYATI", "SITI NURHAYATI, S.PD"}),
    ("tokens_swapped", "SITI NURHAYATI", {"NURHAYATI SITI"}),
    ("token_dropped", "SITI NURHAYATI", {"SITI", "NURHAYATI"}),
    ("tokens_joined", "SITI NURHAYATI", {"SITINURHAYATI"}),
    ("tokens_split", "NURHAYATI", {"NUR HAYATI"}),
    ("alias_dropped", "TAN A HOK ALIAS HADI", {"TAN A HOK", "HADI"}),
    ("name_truncated", LONG, {LONG[:25], LONG[:30]}),
    ("date_day_month_swapped", "1967-05-08", {"1967-08-05"}),
    ("date_default", "1967-05-08", {"1967-07-01", "1967-12-31", "1967-01-01", "1967-05-15"}),
    ("date_digit", "1967-05-08", {"1967-05-18", "1967-05-07", "1961-05-08"}),
    ("date_year_slip", "1967-05-08", {"1966-05-08", "1968-05-08", "1977-05-08", "1976-05-08"}),
    ("nik_digit", "3374014107670001", {"3374010107670001", "3374014107670002", "3374014107670091"}),
    ("nik_transposed", "3374014107670001", {"3374014107670010", "3374014107760001", "3374011407670001"}),
    ("nik_missing", "3374014107670001", {None}),
    ("mother_shortened", "SRI SUMARNI", {"SRI", "SRI S.", "S. SUMARNI", "NY. SRI SUMARNI", "SRI SUMARNI (ALM)"}),
    ("mother_typing", "SRI SUMARNI", {"SRI SUMSRNI", "SRI SUMARI"}),
    ("address_rewritten", "JL. MERDEKA NO. 12", {"JALAN MERDEKA NO. 12", "JL. MERDEKA", "JL. MERDEKA 12"}),
    ("address_rewritten", "JL. MERDEKA NO. 12", {"JL. MERDEKA NO. 12 RT 003 RW 005", "JL. MERDEKA NO. 12 RT.3/5"}),
    ("address_rewritten", "DUSUN KRAJAN", {"DSN. KRAJAN", "KRAJAN", "DUSUN KRAJAN RT 003/005"}),
    (
        "address_rewritten",
        "PERUM ASRI BLOK C NO. 4",
        {"PERUMAHAN ASRI BLOK C NO. 4", "PERUM ASRI BLOK C/4", "PERUM ASRI"},
    ),
    ("birthplace_rewritten", "SURAKARTA", {"SOLO", "SALA", "KOTA SURAKARTA"}),
    ("paper_digit", "3374-LT-15072014-0012", {"3374-LT-15072014-0013", "3374-LT-15072014-0019"}),
    ("father_shortened", "AHMAD YUSUF", {"AHMAD", "AHMAD Y.", "A. YUSUF"}),
    ("father_typing", "AHMAD YUSUF", {"AHMSD YUSUF", "AHMAD YUUF"}),
    ("card_digit", "3374011503090004", {"3374011503090005", "3374011503090094"}),
    ("sex_slip", 0, {1}),
    ("sex_slip", 1, {0}),
    ("birthplace_rewritten", "SEMARANG", {"SMG", "KAB. SEMARANG", "KOTA SEMARANG"}),
]


def _draft(rows: list[dict[str, Any]]) -> Draft:
    types = {name: pa.string() if isinstance(value, str) else pa.int64() for name, value in TYPICAL.items()}
    table = pa.table({name: pa.array([row[name] for row in rows], kind) for name, kind in types.items()})
    draft = draft_of(table)
    return draft.replace(errors=draft.numbers["errors"].astype(np.uint64))


def _with_one(kind: str, rows: list[dict[str, Any]], seed: int = 1) -> Draft:
    shares = np.array([float(name == kind) for name in ERROR_KINDS])
    return corrupt(_draft(rows), np.ones(len(rows), np.int64), shares, np.random.default_rng(seed), CUT_OFF)


def _values(draft: Draft, column: str) -> list[Any]:
    if column == "birth":
        return iso_dates(draft.numbers[column]).to_pylist()  # type: ignore[no-any-return]
    return draft.texts[column].to_pylist() if column in draft.texts else draft.numbers[column].tolist()  # type: ignore[no-any-return]


def _row(column: str, value: Any) -> dict[str, Any]:
    return {**TYPICAL, column: int(np.datetime64(value).astype(np.int64)) if column == "birth" else value}


def test_every_drawn_kind_has_a_change_and_an_example() -> None:
    assert set(CHANGES) == set(DRAWN_ERRORS)
    assert {kind for kind, *_ in EXAMPLES} | {"field_missing"} == set(DRAWN_ERRORS)


@pytest.mark.parametrize(("kind", "before", "after"), EXAMPLES)
def test_what_an_error_makes_of_a_value(kind: str, before: Any, after: set[Any]) -> None:
    column = COLUMNS[kind]
    changed = _with_one(kind, [_row(column, before)] * 2_000)
    values = set(_values(changed, column))
    assert after <= values
    assert before not in values
    assert set(changed.numbers["errors"].tolist()) == {int(bit(kind, ERROR_KINDS))}


@pytest.mark.parametrize("kind", COLUMNS)
def test_an_error_changes_one_column_only(kind: str) -> None:
    rows = [_row("nama", name) for name in ("SITI NURHAYATI", "TAN A HOK ALIAS HADI", LONG)] * 20
    before, after = _draft(rows), _with_one(kind, rows)
    others = set(TYPICAL) - {COLUMNS[kind], "errors"}
    assert all(_values(before, name) == _values(after, name) for name in others)
    assert _values(before, COLUMNS[kind]) != _values(after, COLUMNS[kind])


MISFITS: list[tuple[str, str, Any]] = [
    ("tokens_swapped", "nama", "BUDI"),
    ("token_dropped", "nama", "BUDI"),
    ("tokens_joined", "nama", "BUDI"),
    ("tokens_split", "nama", "BUDI"),
    ("alias_dropped", "nama", "BUDI"),
    ("name_truncated", "nama", "BUDI"),
    ("name_abbreviated", "nama", "BUDI"),
    ("name_deletion", "nama", "IDA"),
    ("name_old_spelling", "nama", "RAMA"),
    ("title_added", "nama", "H. ALI, S.PD"),
    ("title_added", "birth", "2015-05-08"),
    ("date_day_month_swapped", "birth", "1967-05-28"),
    ("date_day_month_swapped", "birth", "1967-05-05"),
    ("nik_digit", "nik", None),
    ("nik_transposed", "nik", "1111111111111111"),
    ("nik_missing", "nik", None),
    ("mother_shortened", "nama_ibu", None),
    ("mother_typing", "nama_ibu", None),
    ("father_typing", "nama_ayah", None),
    ("card_digit", "no_kk", None),
    ("address_rewritten", "alamat", None),
    ("birthplace_rewritten", "tempat_lahir", None),
]


@pytest.mark.parametrize(("kind", "column", "value"), MISFITS)
def test_a_record_that_a_kind_does_not_fit_stays_and_gets_no_mark(kind: str, column: str, value: Any) -> None:
    rows = [_row(column, value)] * 50
    before, after = _draft(rows), _with_one(kind, rows)
    assert all(_values(before, name) == _values(after, name) for name in TYPICAL)


def test_a_missing_field_is_one_of_those_that_are_filled() -> None:
    fields = ("nama_ibu", "nama_ayah", "alamat", "tempat_lahir", "no_kk")
    changed = _with_one("field_missing", [TYPICAL] * 1_000)
    empty = np.array([[value is None for value in _values(changed, name)] for name in fields])
    no_unit = (changed.numbers["rt"] == 0) & (changed.numbers["rw"] == 0)
    assert set((empty.sum(axis=0) + no_unit).tolist()) == {1}
    assert empty.any(axis=1).all()
    assert no_unit.any()
    bare = {**TYPICAL, **dict.fromkeys(fields), "no_kk": TYPICAL["no_kk"], "rt": 0}
    assert set(_values(_with_one("field_missing", [bare] * 50), "no_kk")) == {None}


HIDDEN: list[tuple[str, str, str]] = [
    ("mother_shortened", "field_missing", "nama_ibu"),
    ("address_rewritten", "field_missing", "alamat"),
    ("birthplace_rewritten", "field_missing", "tempat_lahir"),
    ("card_tampungan", "field_missing", "no_kk"),
]


@pytest.mark.parametrize(("earlier", "kind", "column"), HIDDEN)
def test_a_field_that_holds_an_error_is_not_emptied(earlier: str, kind: str, column: str) -> None:
    rows = [{**TYPICAL, "errors": int(bit(earlier, ERROR_KINDS))}] * 500
    assert None not in _values(_with_one(kind, rows), column)


@pytest.mark.parametrize(
    ("manner", "place"),
    [
        (lambda one, other: one[6] != other[6] and abs(int(one[6]) - int(other[6])) == 4, "the day of the other sex"),
        (lambda one, other: one[:14] == other[:14], "the end of the serial"),
        (lambda one, other: one[:6] != other[:6], "the region"),
    ],
)
def test_digits_of_a_nik_go_wrong_where_offices_err(manner: Callable[[str, str], bool], place: str) -> None:
    values = _values(_with_one("nik_digit", [TYPICAL] * 2_000), "nik")
    share = np.mean([manner(TYPICAL["nik"], value) for value in values])
    assert 0.1 < share < 0.5, place


def test_a_womans_day_is_written_as_a_mans_and_the_other_way_round() -> None:
    man = {**TYPICAL, "nik": "3374010107670001"}
    of_other_sex = [_values(_with_one("nik_digit", [row] * 1_000), "nik") for row in (TYPICAL, man)]
    assert man["nik"] in of_other_sex[0]
    assert TYPICAL["nik"] in of_other_sex[1]


def _letters(values: list[str]) -> npt.NDArray[np.int64]:
    return np.array([sum(sign.isalpha() for sign in value) for value in values])


@pytest.mark.parametrize("kind", [kind for kind in DRAWN_ERRORS if COLUMNS.get(kind) == "nama"])
def test_a_name_keeps_more_than_its_initials(kind: str) -> None:
    names = ["N", "ANI", "M. A", "I NI ADI", "A.A. OKA", "ST. M. ALI", "A B C DONO ALIAS E", "LIE A MOY ALIAS SU"]
    changed = _values(_with_one(kind, [_row("nama", name) for name in names] * 60), "nama")
    lettered = _letters(changed)
    assert lettered.min() >= 1
    assert all(lettered[row] >= 2 for row in range(len(changed)) if names[row % len(names)] != "N")
