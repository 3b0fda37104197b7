"""N16: values that are no name, and what a newborn's placeholder tells of its family."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from linkage.standardise.generic_text import fold_words
from linkage.standardise.names.draft import Draft
from linkage.standardise.names.folding import PLAIN
from linkage.standardise.names.vocabulary import vocabulary

_NO_NAME = re.compile(r"[X ]*|[\d ]*")
_SPREADSHEET: Final = frozenset({"#N/A", "#NAME?", "#REF!", "#VALUE!", "#NULL!", "#DIV/0!", "#NUM!", "<NA>"})
_ROMAN: Final = {
    "I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8, "IX": 9, "X": 10, "XI": 11, "XII": 12,
}  # fmt: skip
_JOINED_ORDER = re.compile(r"KE(\d{1,2}|[IVX]{1,4})")
_MOST_CHILDREN: Final = 30


def says_no_name(text: str) -> bool:
    """Return whether a folded value says that there is no name: a dash, XXX, digits alone, TIDAK ADA."""
    words = text if PLAIN.fullmatch(text) else fold_words(text)
    return words in vocabulary().missing_values or _NO_NAME.fullmatch(words) is not None


def is_spreadsheet_error(raw: str) -> bool:
    """Return whether the raw value is what a spreadsheet or a data frame writes where there is nothing."""
    return raw.strip() in _SPREADSHEET


def take_birth_hints(draft: Draft) -> None:
    """N16: BAYI NY X is no name, but says who the mother is; ANAK KE 2 says which child.

    ANAK and AN begin a placeholder only before a parent's title: ANAK AGUNG is a caste, AN NISA a name.
    """
    tokens = draft.tokens
    if vocabulary().newborn_words.isdisjoint(tokens):
        return
    _take_order(draft)
    if tokens and _is_newborn(tokens):
        _take_parents(draft, tokens[1:])
        draft.tokens = []
        draft.placeholder = True
    elif not tokens and draft.birth_order:
        draft.placeholder = True


def _take_order(draft: Draft) -> None:
    """Remove ANAK KE 2, ANAK KEDUA, ANAK KE-II or, at the end of the name, ANAK 2."""
    tokens = draft.tokens
    for position, token in enumerate(tokens):
        if token not in ("ANAK", "AN") and not (token in ("BAYI", "BY") and position == 0):
            continue
        number, length = _order(tokens[position + 1 :])
        if number:
            draft.birth_order = number
            kept = token in ("BAYI", "BY") or (position == 0 and _titled(tokens[1 + length :]))
            del tokens[position + kept : position + 1 + length]
            return


def _order(tokens: Sequence[str]) -> tuple[int, int]:
    """Return the number at the start of the tokens and how many tokens it takes, (0, 0) for none."""
    words = vocabulary()
    if not tokens:
        return 0, 0
    joined = _JOINED_ORDER.fullmatch(tokens[0])
    if joined:
        return _number(joined[1]), 1
    if tokens[0] in words.ordinals and tokens[0].startswith(("KE", "PER")):
        return words.ordinals[tokens[0]], 1
    if tokens[0] == "KE" and len(tokens) > 1:
        number = words.ordinals.get(tokens[1]) or _number(tokens[1])
        return (number, 2) if number else (0, 0)
    if len(tokens) == 1 or tokens[0].isdigit():
        number = _number(tokens[0])
        return (number, 1) if number else (0, 0)
    return 0, 0


def _number(token: str) -> int:
    """Return a number of one or two digits or in Roman letters, 0 for none or one that no child has."""
    if token.isascii() and token.isdigit() and len(token) < 4:
        return int(token) if int(token) <= _MOST_CHILDREN else 0
    return _ROMAN.get(token, 0)


def _titled(tokens: Sequence[str]) -> bool:
    """Return whether a parent's title stands first, behind words such as DARI."""
    words = vocabulary()
    for place, token in enumerate(tokens):
        if token in words.mothers_titles or token in words.fathers_titles:
            return place + 1 < len(tokens)
        if token not in words.of_newborn:
            return False
    return False


def _is_newborn(tokens: Sequence[str]) -> bool:
    words = vocabulary()
    if tokens[0] in words.newborn_alone:
        return True
    if tokens[0] not in words.newborn_words:
        return False
    if tokens[0] in ("CALON", "JABANG"):
        return len(tokens) > 1 and tokens[1] in ("BAYI", "ANAK")
    return _titled(tokens[1:])


def _order_at(tokens: Sequence[str], place: int, *, begun: bool) -> tuple[int, int]:
    """Return the order at a place of a placeholder: KE 2 anywhere, else before the parents or at the end."""
    words = vocabulary()
    if tokens[place] == "KE" or place == len(tokens) - 1:
        return _order(tokens[place:])
    if begun:
        return 0, 0
    following = tokens[place + 1]
    if following in words.mothers_titles or following in words.fathers_titles or following == "DARI":
        return _order(tokens[place : place + 1])
    return _order(tokens[place:])


def _take_parents(draft: Draft, tokens: Sequence[str]) -> None:
    """Sort what follows BAYI: words without content, a mother behind her title (or behind nothing), a father."""
    words = vocabulary()
    mother: list[str] = []
    father: list[str] = []
    current = mother
    begun = False
    place = 0
    while place < len(tokens):
        token = tokens[place]
        number, length = _order_at(tokens, place, begun=begun)
        if token in words.mothers_titles and not mother:
            current, begun = mother, True
        elif token in words.fathers_titles:
            current, begun = father, True
        elif number and (not begun or mother or father):
            draft.birth_order = number
            place += length - 1
        elif begun or token not in words.of_newborn:
            current.append(token)
            begun = True
        place += 1
    draft.mother_hint = " ".join(mother)
    draft.father_hint = draft.father_hint or " ".join(father)
    for alias in [alias for alias in draft.aliases if alias.split()[0] in words.fathers_titles]:
        draft.aliases.remove(alias)
        draft.father_hint = draft.father_hint or " ".join(alias.split()[1:])
