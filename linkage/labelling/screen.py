"""A pair on a terminal: both records side by side, what differs marked, as many lines as the terminal has."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Final

from linkage.labelling.differences import SPACE, Cells, marked_apart, masked_apart
from linkage.labelling.shown import Field, ShownPair
from linkage.labelling.words import FIELDS, KEYS, WORDS, Language, field_word
from linkage.words.levels import level_word

NARROWEST: Final = 60
_LABEL: Final = 13
_MARK, _PLAIN = "\x1b[1;4m", "\x1b[0m"
_BAR: Final = 16
_AROUND: Final = 4
"""Lines of a screen that are no field: head, rule, rule, keys."""

_Row = tuple[str, Cells, Cells, str]


def render_pair(pair: ShownPair, head: str, *, width: int, height: int, language: Language, styled: bool) -> str:
    """Return the pair in at most ``height`` - 1 lines of at most ``width`` characters, as far as that can be done.

    Values too long for their column go on in the next line. When the lines do not suffice, fields that are exactly
    equal are gathered in one paragraph, those that no comparison reads first; then that is cut, last the long values.
    ``styled``: differing characters are underlined, else they stand in brackets.
    """
    width = max(width, NARROWEST)
    room = max(height - 1 - _AROUND, 5)
    fields = _in_order(pair.fields, language)
    words = min(22, max(10, width // 5))
    value = (width - _LABEL - words - 3) // 2
    gathered: list[Field] = []
    can_go = [field for field in fields if field.equal]
    while True:
        rows = [_row(field, language, styled) for field in fields if field not in gathered]
        lines = [line for row in rows for line in _lines(row, value, words, wrap=True)]
        lines += _gathered(gathered, width, language)
        if len(lines) <= room or not can_go:
            break
        compared = [field for field in can_go if field.level]
        gathered.append(can_go.pop() if len(compared) == len(can_go) else _last_free(can_go))
    if len(lines) > room:
        lines = _squeezed(rows, _gathered(gathered, width, language), room, value, words)
    rule = "─" * width
    return "\n".join([head[:width], rule, *lines, rule])


def key_line(language: Language) -> str:
    """Return which key does what, on one line."""
    return "  ".join(f"{key} {WORDS[language][action]}" for key, action in KEYS[language].items())


def progress_line(place: int, count: int, given: Mapping[str, int], *, language: Language) -> str:
    """Return how far the session is: pair ``place`` of ``count``, a bar, and how often each answer was given."""
    done = round(_BAR * (place - 1) / max(count, 1))
    tally = " · ".join(f"{WORDS[language][label]} {number}" for label, number in given.items())
    return f"{place}/{count}  {'█' * done}{'░' * (_BAR - done)}  {tally}"


def _squeezed(rows: Sequence[_Row], equal: Sequence[str], room: int, value: int, words: int) -> list[str]:
    """Return the rows and what is left of the equal fields; where that is nothing, long values are cut."""
    lines = [line for row in rows for line in _lines(row, value, words, wrap=True)]
    if len(lines) >= room:
        lines = [line for row in rows for line in _lines(row, value, words, wrap=False)]
    left = list(equal[: max(room - len(lines), 0)])
    if left and len(left) < len(equal):
        left[-1] = f"{left[-1][:-1]}…"
    return lines + left


def _in_order(fields: Sequence[Field], language: Language) -> list[Field]:
    known = {name: place for place, name in enumerate(FIELDS[language])}
    return sorted(fields, key=lambda field: known.get(field.name, len(known)))


def _last_free(fields: list[Field]) -> Field:
    """Take out the last field that no comparison reads."""
    place = max(place for place, field in enumerate(fields) if not field.level)
    return fields.pop(place)


def _row(field: Field, language: Language, styled: bool) -> _Row:
    left, right = (masked_apart if field.masked else marked_apart)(field.left, field.right)
    if not styled:
        left, right = _bracketed(left), _bracketed(right)
    if field.missing:
        said = ""
    elif field.equal:
        said = "="
    else:
        said = level_word(field.level, language) if field.level else "≠"
    return field_word(field.name, language), left or (("–", False),), right or (("–", False),), said


def _bracketed(cells: Cells) -> Cells:
    shown: list[tuple[str, bool]] = []
    for marked, run in groupby(cells, key=lambda cell: cell[1]):
        text = "".join(sign for sign, _ in run)
        shown += [(sign, False) for sign in (f"[{text}]" if marked else text)]
    return tuple(shown)


def _lines(row: _Row, value: int, words: int, *, wrap: bool) -> list[str]:
    label, left, right, said = row
    if not wrap:
        left, right = (cells if len(cells) <= value else (*cells[: value - 1], ("…", False)) for cells in (left, right))
    spoken = textwrap.wrap(said, words)[: None if wrap else 1] or [""]
    columns, others = _wrapped(left, value), _wrapped(right, value)
    count = max(len(columns), len(others), len(spoken))
    lines = []
    for place in range(count):
        name = label[:_LABEL] if place == 0 else ""
        one = _painted(columns[place] if place < len(columns) else (), value)
        other = _painted(others[place] if place < len(others) else (), value)
        word = spoken[place] if place < len(spoken) else ""
        lines.append(f"{name:<{_LABEL}} {one} {other} {word}".rstrip())
    return lines


def _wrapped(cells: Cells, width: int) -> list[Cells]:
    """Return the text in pieces no longer than ``width``, broken at spaces where there are any."""
    pieces = []
    while len(cells) > width:
        # A plain space gives way to the break; one that is marked is seen at the end of its line.
        ends = [place + (sign == SPACE) for place, (sign, _) in enumerate(cells[: width + 1]) if sign in (" ", SPACE)]
        end = max((end for end in ends if 0 < end <= width), default=width)
        pieces.append(cells[:end])
        cells = cells[end + (cells[end][0] == " ") :]
    return [*pieces, cells]


def _painted(cells: Cells, width: int) -> str:
    text = ""
    for marked, run in groupby(cells, key=lambda cell: cell[1]):
        signs = "".join(sign for sign, _ in run)
        text += f"{_MARK}{signs}{_PLAIN}" if marked else signs
    return text + " " * (width - len(cells))


def _gathered(fields: Sequence[Field], width: int, language: Language) -> list[str]:
    if not fields:
        return []
    said = []
    for field in _in_order(fields, language):
        cells = (masked_apart if field.masked else marked_apart)(field.left, field.right)[0]
        said.append(f"{field_word(field.name, language)} {''.join(sign for sign, _ in cells)}")
    text = f"{WORDS[language]['agree']}: {' · '.join(said)}"
    return textwrap.wrap(text, width, subsequent_indent="  ", break_long_words=True)
