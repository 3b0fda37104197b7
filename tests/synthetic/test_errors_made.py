"""Each kind of error changes what it says, and nothing else."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from linkage.synthetic import char_matrix, date_errors, name_errors
from linkage.synthetic.fixed_text import iso_dates

NAMES = st.lists(st.text("ABEINORSTUY ’É'.", min_size=1, max_size=20), min_size=1, max_size=10)
CUT_OFF = 20_634


@pytest.mark.parametrize(
    "slip",
    [
        char_matrix.substitute,
        char_matrix.insert,
        char_matrix.delete,
        char_matrix.transpose,
        char_matrix.look_alike,
        char_matrix.change_vowel,
    ],
)
@given(names=NAMES, seed=st.integers(0, 9))
def test_a_slip_is_one_edit(slip: object, names: list[str], seed: int) -> None:
    changed = slip(pa.array(names), np.random.default_rng(seed)).to_pylist()  # type: ignore[operator]
    # A trailing NUL cannot occur in the alphabet, so texts come back whole.
    assert all(OSA.distance(one, other) <= 1 for one, other in zip(names, changed, strict=True))


@pytest.mark.parametrize(
    ("slip", "text", "length"),
    [
        (char_matrix.substitute, "BUDI", 4),
        (char_matrix.insert, "BUDI", 5),
        (char_matrix.delete, "BUDI", 3),
        (char_matrix.transpose, "BUDI", 4),
        (char_matrix.look_alike, "SITI", 4),
        (char_matrix.change_vowel, "RINA", 4),
        (char_matrix.change_digit, "3374014107670001", 16),
        (char_matrix.transpose, "3374014107670001", 16),
    ],
)
def test_a_slip_always_takes_where_it_can(slip: object, text: str, length: int) -> None:
    changed = slip(pa.array([text] * 200), np.random.default_rng(1)).to_pylist()  # type: ignore[operator]
    assert text not in changed
    assert {len(other) for other in changed} == {length}
    assert len(set(changed)) > 1


@pytest.mark.parametrize(
    ("slip", "text"), [(char_matrix.substitute, "12 3"), (char_matrix.delete, "AB"), (char_matrix.change_vowel, "NG")]
)
def test_a_slip_leaves_alone_what_it_cannot_change(slip: object, text: str) -> None:
    assert slip(pa.array([text]), np.random.default_rng(1)).to_pylist() == [text]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("SUPARNO", "SOEPARNO"),
        ("WIJAYA", "WIDJAJA"),
        ("JOKO", "DJOKO"),
        ("CIPTO", "TJIPTO"),
        ("YUSUF", "JOESOEF"),
        ("RUDY", "ROEDY"),
        ("TJAHJONO", "TJAHJONO"),
    ],
)
def test_old_spelling(new: str, old: str) -> None:
    assert name_errors.spell_old(pa.array([new])).to_pylist() == [old]


def _results(texts: list[str], rules: tuple[tuple[str, str], ...]) -> set[str]:
    return set(name_errors.apply_rules(pa.array(texts * 200), rules, np.random.default_rng(2)).to_pylist())


def test_abbreviations_are_those_that_offices_use() -> None:
    assert _results(["MUHAMMAD ALI"], name_errors.ABBREVIATIONS) == {"M. ALI", "MUH. ALI", "MOH ALI", "MUHD ALI"}
    assert _results(["SITI AMINAH"], name_errors.ABBREVIATIONS) >= {"ST. AMINAH", "S. AMINAH"}
    assert _results(["BUDI"], name_errors.ABBREVIATIONS) == {"BUDI"}


def test_what_is_heard_is_written_otherwise() -> None:
    assert {"SARIP", "SYARIP"} & _results(["SYARIF"], name_errors.PHONETIC)
    assert "TAOFIK" in _results(["TAUFIK"], name_errors.PHONETIC)


def test_tokens_are_swapped_dropped_joined_and_cut() -> None:
    rng = np.random.default_rng(3)
    name = pa.array(["SITI NUR AISYAH"] * 100)
    assert set(name_errors.swap_tokens(name).to_pylist()) == {"NUR AISYAH SITI"}
    assert set(name_errors.drop_token(name, rng).to_pylist()) == {"NUR AISYAH", "SITI NUR", "SITI AISYAH"}
    assert set(name_errors.join_tokens(name, rng).to_pylist()) == {"SITINUR AISYAH", "SITI NURAISYAH"}
    long = pa.array(["A" * 24 + " " + "B" * 20] * 100)
    assert set(name_errors.truncate(long, rng).to_pylist()) == {"A" * 24, "A" * 24 + " BBBBB"}
    assert name_errors.truncate(pa.array(["BUDI"]), rng).to_pylist() == ["BUDI"]
    assert name_errors.swap_tokens(pa.array(["BUDI"])).to_pylist() == ["BUDI"]


def test_dates_stay_dates_and_change_as_said() -> None:
    rng = np.random.default_rng(4)
    birth = rng.integers(-15_000, CUT_OFF, 3_000)
    text = np.array(iso_dates(birth).to_pylist())
    swapped = np.array(iso_dates(date_errors.swap_day_month(birth, CUT_OFF)).to_pylist())
    for before, after in zip(text, swapped, strict=True):
        assert after in (before, f"{before[:4]}-{before[8:]}-{before[5:7]}")
    assert (text != swapped).mean() > 0.3
    default = iso_dates(date_errors.default_date(birth, CUT_OFF, rng)).to_pylist()
    assert {date[5:] for date in default} >= {"07-01", "12-31", "01-01"}
    assert all(before[:4] == after[:4] for before, after in zip(text, default, strict=True))
    digit = iso_dates(date_errors.change_digit(birth, CUT_OFF, rng)).to_pylist()
    assert all(sum(a != b for a, b in zip(*pair, strict=True)) <= 1 for pair in zip(text, digit, strict=True))
    slipped = iso_dates(date_errors.slip_year(birth, CUT_OFF, rng)).to_pylist()
    assert {int(after[:4]) - int(before[:4]) for before, after in zip(text, slipped, strict=True)} <= {-1, 0, 1}
    other = iso_dates(date_errors.contradict(birth, CUT_OFF, rng)).to_pylist()
    assert all(a[:4] != b[:4] and a[5:7] != b[5:7] for a, b in zip(text, other, strict=True))
    assert max(other) <= "2026-06-30"
