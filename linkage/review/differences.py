"""Where the values of a case's records differ, sign by sign, without showing what is masked.

What differs is found on the whole values, and only the masked text is cut: nothing that masking hides can stand in a
part. Two values are the same as :func:`linkage.review.masking.compared` says; then nothing is marked.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from linkage.identifiers import normalise_digits
from linkage.review.masking import DATES, HIDDEN, NUMBERS, PARENTS, compared, masked
from linkage.review.shown import Marked

Parts = tuple[tuple[str, str], ...]
"""(text, kind) in order, the kind one of the three below; together the masked value."""

SAME: Final = "same"
CHANGED: Final = "changed"
SPACE: Final = "space"
"""A space that one value has and the other has not; a page must make it visible."""

LONGEST: Final = 300
"""Characters beyond which a value that differs is marked as a whole."""

_MOST_TWINS = 1000
"""Pairs of equal signs beyond which two texts are not aligned: the time that takes grows with them, and their number
says that the texts are hostile (or very long), not that they are names."""

_MOST_VALUES = 50
"""Distinct values of a field that are compared with the first one; more are marked as a whole."""

_ALIKE = 0.6
"""Share of signs in common below which two words are simply different words."""

_CODED = frozenset(
    {"record_id", "source", "kanal", "kode_wilayah", "jenis_kelamin", "agama", "shdk", "stat_kwn", "status_ktpel",
     "flag_status", "gol_darah", "rt", "rw"}
)  # fmt: skip
"""Fields whose value means something only as a whole."""

Span = tuple[int, int]
Kinds = tuple[list[str], list[str]]


def mark_differences(records: Mapping[str, Mapping[str, str]]) -> tuple[Marked, ...]:
    """Return the values that differ from the one they are compared with, by field, then by record.

    ``records``: by record id, in the order of the case, the whole values by plain column name. Of two records each is
    compared with the other; of more, all with the first that has a value of the field. A value that agrees, a missing
    one, and the one the others are compared with are not marked and not returned.
    """
    found: list[Marked] = []
    for field in dict.fromkeys(field for values in records.values() for field in values):
        has = {record: values[field] for record, values in records.items() if values.get(field, "").strip()}
        if len(has) < 2:
            continue
        (first, reference), *others = has.items()
        distinct = dict.fromkeys(value for _, value in others)
        cut = {
            value: parts_of_two(field, reference, value)
            if place < _MOST_VALUES
            else (_whole(masked(field, reference), CHANGED), _whole(masked(field, value), CHANGED))
            for place, value in enumerate(distinct)
        }
        if len(records) == 2 and compared(field, reference) != compared(field, others[0][1]):
            found.append(Marked(field, first, cut[others[0][1]][0]))
        found += [
            Marked(field, record, cut[value][1])
            for record, value in others
            if compared(field, value) != compared(field, reference)
        ]
    return tuple(found)


def parts_of_two(field: str, left: str, right: str) -> tuple[Parts, Parts]:
    """Return two whole values of a field as they may be shown, each cut where it differs from the other.

    - A number is cut position by position where both have the same length; a digit that differs is ``changed`` though a
      star stands for it.
    - A parent's name is cut by its words, a date into year, month and day (one that is not told is ``changed``).
    - Other texts by their words, and words that are alike by their signs; an accent belongs to its letter. Here a space
      that one has and the other has not is a part of its own.
    - A value that is hidden, a code, longer than :data:`LONGEST`, or too repetitive to be aligned, is one part.

    A value that is empty has no parts.
    """
    shown = (masked(field, left), masked(field, right))
    if compared(field, left) == compared(field, right):
        return _whole(shown[0], SAME), _whole(shown[1], SAME)
    kinds = _kinds(field, left, right) if all(shown) else None
    if kinds is None:
        return _whole(shown[0], CHANGED), _whole(shown[1], CHANGED)
    return _cut(shown[0], kinds[0]), _cut(shown[1], kinds[1])


def _whole(text: str, kind: str) -> Parts:
    return ((text, kind),) if text else ()


def _cut(text: str, kinds: Sequence[str]) -> Parts:
    """Cut a text where the kind of its characters changes."""
    signs = zip(text, kinds, strict=True)
    return tuple(("".join(sign for sign, _ in run), kind) for kind, run in groupby(signs, key=lambda pair: pair[1]))


def _kinds(field: str, left: str, right: str) -> Kinds | None:
    """Return the kind of each character of the two masked texts; None where the values are marked as a whole."""
    if field in HIDDEN or field in _CODED or max(len(left), len(right)) > LONGEST:
        return None
    if field in NUMBERS:
        return _kinds_of_numbers(normalise_digits(left), normalise_digits(right))
    dates = _kinds_of_dates(left, right, partial=field in DATES)
    if dates is not None or field in DATES:
        return dates
    return _kinds_of_initials(left, right) if field in PARENTS else _kinds_of_texts(left, right)


def _kinds_of_numbers(left: str, right: str) -> Kinds | None:
    if len(left) != len(right):
        return None
    kinds = [SAME if one.casefold() == other.casefold() else CHANGED for one, other in zip(left, right, strict=True)]
    return kinds, kinds


_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


def _kinds_of_dates(left: str, right: str, *, partial: bool) -> Kinds | None:
    """Return the kinds of yyyy-mm-dd; None for texts that are no dates in this form (``partial``: or a part of it)."""
    one, other = _DATE.fullmatch(left), _DATE.fullmatch(right)
    if not (one and other) or not (partial or (one[3] and other[3])):
        return None
    year, month, day = (SAME if one[place] == other[place] else CHANGED for place in (1, 2, 3))
    kinds = [*[year] * 4, SAME, *[month] * 2, SAME, *[day] * 2]
    return kinds, kinds


def _kinds_of_initials(left: str, right: str) -> Kinds | None:
    """A masked name has one space between words, whatever stood there."""
    plain = (" ".join(left.split()), " ".join(right.split()))
    words = (_words(plain[0]), _words(plain[1]))
    changed = _aligned(_keys(plain[0], words[0]), _keys(plain[1], words[1]))
    if changed is None:
        return None
    kinds = ([SAME] * len(plain[0]), [SAME] * len(plain[1]))
    for ours, theirs in changed:
        _mark(kinds[0], words[0][ours])
        _mark(kinds[1], words[1][theirs])
    return kinds


def _kinds_of_texts(left: str, right: str) -> Kinds | None:
    """Words first, so that a word that was put elsewhere does not tear the others apart."""
    words = (_words(left), _words(right))
    changed = _aligned(_keys(left, words[0]), _keys(right, words[1]))
    if changed is None:
        return None
    kinds = ([SAME] * len(left), [SAME] * len(right))
    for ours, theirs in changed:
        here, there = words[0][ours], words[1][theirs]
        signs = (_signs(left, here), _signs(right, there))
        apart = _alike(_keys(left, signs[0]), _keys(right, signs[1]))
        if apart is None:
            _mark(kinds[0], here)
            _mark(kinds[1], there)
            continue
        for our_signs, their_signs in apart:
            _mark(kinds[0], signs[0][our_signs], left)
            _mark(kinds[1], signs[1][their_signs], right)
    return kinds


def _mark(kinds: list[str], spans: Sequence[Span], text: str = "") -> None:
    """Call the characters of the spans changed; with ``text``, those that are spaces spaces."""
    for start, end in spans:
        kind = SPACE if text[start:end].isspace() else CHANGED
        kinds[start:end] = [kind] * (end - start)


_WORD = re.compile(r"\S+")


def _words(text: str) -> list[Span]:
    return [match.span() for match in _WORD.finditer(text)]


def _signs(text: str, words: Sequence[Span]) -> list[Span]:
    """Return the signs of a run of words: a letter with its accents, or the spaces between two words."""
    signs: list[Span] = []
    for place in range(words[0][0], words[-1][1]) if words else ():
        joins = unicodedata.category(text[place])[0] == "M" or (text[place].isspace() and text[place - 1].isspace())
        if signs and joins:
            signs[-1] = (signs[-1][0], place + 1)
        else:
            signs.append((place, place + 1))
    return signs


def _keys(text: str, spans: Sequence[Span]) -> list[str]:
    """Return what makes two words or signs the same: neither their case nor how an accent is stored."""
    return [unicodedata.normalize("NFC", text[start:end]).casefold().strip() for start, end in spans]


Changes = list[tuple[slice, slice]]
"""Runs of the left and of the right list that have no counterpart on the other side."""


def _alike(left: Sequence[str], right: Sequence[str]) -> Changes | None:
    """Align signs; None where too few are in common to speak of one word written twice."""
    length = len(left) + len(right)
    if 2 * (Counter(left) & Counter(right)).total() < _ALIKE * length:
        return None
    changes = _aligned(left, right)
    if changes is None:
        return None
    apart = sum(len(left[ours]) + len(right[theirs]) for ours, theirs in changes)
    return changes if apart <= (1 - _ALIKE) * length else None


def _aligned(left: Sequence[str], right: Sequence[str]) -> Changes | None:
    """Align two lists; None where that would take too long."""
    counts = Counter(right)
    if sum(counts[sign] for sign in left) > _MOST_TWINS:
        return None
    opcodes = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [(slice(i1, i2), slice(j1, j2)) for code, i1, i2, j1, j2 in opcodes if code != "equal"]
