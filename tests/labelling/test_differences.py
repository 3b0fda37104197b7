"""What differs between two texts is marked, hidden digits too; what merely is missing is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.labelling.differences import SPACE, marked_apart, masked_apart


def shown(cells: tuple[tuple[str, bool], ...]) -> str:
    """The text, marked characters in lower case."""
    return "".join(sign.lower() if marked else sign for sign, marked in cells)


@pytest.mark.parametrize(
    ("left", "right", "one", "other"),
    [
        ("SITI NURHALIZA", "SITI NURHALISA", "SITI NURHALIzA", "SITI NURHALIsA"),
        ("NURHALIZA", "NUR HALIZA", "NURHALIZA", f"NUR{SPACE}HALIZA"),
        ("AGUS", "", "AGUS", ""),
        ("agus", "AGUS", "agus", "AGUS"),
        ("AGUS SALIM", "TUMINI", "agus salim", "tumini"),
        ("A\x1b[2JB", "A\x1b[2JB", "A?[2JB", "A?[2JB"),
    ],
)
def test_the_letters_that_the_other_lacks_are_marked(left: str, right: str, one: str, other: str) -> None:
    assert tuple(map(shown, marked_apart(left, right))) == (one, other)


def test_digits_of_dates_answer_each_other_place_by_place() -> None:
    left, right = marked_apart("1997-05-05", "1997-07-01")
    assert [place for place, (_, mark) in enumerate(left) if mark] == [6, 9]
    assert [mark for _, mark in left] == [mark for _, mark in right]


def test_a_masked_number_shows_where_hidden_digits_differ_and_not_what_they_are() -> None:
    left, right = masked_apart("3374015703880004", "3374015709880004")
    assert "".join(sign for sign, _ in left) == "".join(sign for sign, _ in right) == "337401******0004"
    assert [place for place, (_, mark) in enumerate(left) if mark] == [9]


@given(st.text(max_size=20), st.text(max_size=20))
def test_every_text_can_be_marked_and_keeps_its_length(left: str, right: str) -> None:
    one, other = marked_apart(left, right)
    assert (len(one), len(other)) == (len(left), len(right))
    assert all(sign.isprintable() for sign, _ in one + other)
