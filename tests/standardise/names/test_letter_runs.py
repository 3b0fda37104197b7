"""The array form of folding gives what folding one name gives, and the words in it."""

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names.folding import fold_name
from linkage.standardise.names.letter_runs import FOLDED, ODD, SIGNS, LetterRuns, letter_runs

TEXT = st.text("AbCz 0158279'`.,-(/&;#?\\\t\n\x1cé王", max_size=12) | st.text(max_size=8)


def folded(runs: LetterRuns, name: int) -> str:
    return runs.texts[runs.bounds[name] : runs.bounds[name + 1]].tobytes().decode("ascii")


def words(runs: LetterRuns, name: int) -> list[str]:
    listed: list[str] = runs.words.to_pylist()
    return [listed[word] for word in runs.ids[runs.offsets[name] : runs.offsets[name + 1]]]


@given(st.lists(TEXT, max_size=6))
def test_a_text_that_is_not_odd_is_folded_and_its_runs_of_letters_are_its_words(raw: list[str]) -> None:
    runs = letter_runs(pa.array(raw, pa.string()))
    assert sorted(set(runs.words.to_pylist())) == sorted(runs.words.to_pylist())
    for name, text in enumerate(raw):
        whole = "" if runs.marks[name] & ODD else fold_name(text)
        assert folded(runs, name) == whole
        assert words(runs, name) == re.findall("[A-Z]+", whole)
        if not runs.marks[name] & ODD:
            assert bool(runs.marks[name] & SIGNS) == (re.fullmatch("[A-Z][A-Z .-]*", whole) is None)


@pytest.mark.parametrize(
    ("raw", "marks"),
    [
        ("Siti Aminah", 0),
        ("  SITI  S.PD ", 0),
        ("SITI\t", 0),
        ("SITI\tAMINAH", FOLDED),
        ("MA'RUF", FOLDED),
        ("B0DI", FOLDED),
        ("SITI2", ODD),
        ("B10DI", ODD),
        ("JOSÉ", ODD),
        ("MA&#39;RUF", ODD),
        ("#REF!", ODD),
        ("SITI (ALM)", SIGNS),
        ("-", SIGNS),
        ("", SIGNS),
        ("'", SIGNS | FOLDED),
    ],
)
def test_the_marks_say_what_was_folded(raw: str, marks: int) -> None:
    assert letter_runs(pa.array([raw])).marks.tolist() == [marks]


def test_a_null_is_as_an_empty_text_and_a_slice_as_a_column() -> None:
    values = pa.array(["BUDI", None, "SITI AMINAH", "AMINAH"])
    runs = letter_runs(values.slice(1, 3))
    assert [words(runs, name) for name in range(3)] == [[], ["SITI", "AMINAH"], ["AMINAH"]]
    assert letter_runs(values.slice(0, 0)).offsets.tolist() == [0]
