"""Which characters of two texts differ, and texts as cells that know it."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

from linkage.identifiers import mask_identifier, normalise_digits
from linkage.review.masking import visible

Cells = tuple[tuple[str, bool], ...]
"""Characters to show, each with whether it is marked as differing."""

SPACE: Final = "\u2423"
"""How a space that differs is shown: a mark on nothing cannot be seen."""

_ALIKE: Final = 0.6
"""Texts less alike differ as a whole: the letters they happen to share tell nothing."""


def marked_apart(left: str, right: str) -> tuple[Cells, Cells]:
    """Return both texts with the characters marked that the other lacks; case does not count as a difference.

    An empty text on either side marks nothing: missing is no difference.
    """
    one, other = visible(left), visible(right)
    marks = _marks(one, other)
    return _cells(one, marks[0]), _cells(other, marks[1])


def masked_apart(left: str, right: str) -> tuple[Cells, Cells]:
    """Return two numbers masked, the digits that differ marked, the hidden ones too.

    The comparison is made where the digits are; the screen shows only where they differ.
    """
    marks = _marks(normalise_digits(left), normalise_digits(right))
    return _cells(mask_identifier(left), marks[0]), _cells(mask_identifier(right), marks[1])


def _marks(one: str, other: str) -> tuple[list[bool], list[bool]]:
    left, right = [False] * len(one), [False] * len(other)
    if not one or not other:
        return left, right
    if _of_one_shape(one, other):
        differ = [a != b for a, b in zip(one, other, strict=True)]
        return differ, list(differ)
    matcher = SequenceMatcher(None, _folded(one), _folded(other), autojunk=False)
    if matcher.ratio() < _ALIKE:
        return [True] * len(one), [True] * len(other)
    for kind, start, end, other_start, other_end in matcher.get_opcodes():
        if kind != "equal":
            left[start:end] = [True] * (end - start)
            right[other_start:other_end] = [True] * (other_end - other_start)
    return left, right


def _of_one_shape(one: str, other: str) -> bool:
    """Tell whether both are numbers or dates of one form, whose digits answer each other place by place."""
    shapes = ["".join("0" if sign.isdigit() else sign for sign in text) for text in (one, other)]
    return shapes[0] == shapes[1] and not any(sign.isalpha() for sign in one)


def _folded(text: str) -> str:
    """Return the text in capitals, as long as it is: a few letters have capitals of two."""
    return "".join(sign.upper() if len(sign.upper()) == 1 else sign for sign in text)


def _cells(text: str, marks: Sequence[bool]) -> Cells:
    # A text that differs as a whole needs no mark on its spaces.
    apart = not all(marks)
    return tuple(
        (SPACE if sign == " " and mark and apart else sign, mark) for sign, mark in zip(text, marks, strict=True)
    )
