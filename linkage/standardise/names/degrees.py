"""N3 and N6: degrees behind a name, with a comma or without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from linkage.standardise.names.draft import Draft
from linkage.standardise.names.vocabulary import vocabulary

_SEGMENT = re.compile(r"[^\s.,]+")
_WORD = re.compile(r"[A-Z]+")
_LETTERS = re.compile(r"[^A-Z]")
# S.Xxx, M.Xxx, A.Md and the like: a degree of which the list does not know.
_UNKNOWN = re.compile(r"(?:[SMABD]|SP|ST|DR)\.\s?[A-Z]{1,5}(?:[.\s][A-Z]{1,4})*\.?")
_LONGEST: Final = 4
_MOST_PIECES: Final = 8
_LONG: Final = 5
_BROKEN_PAIRS: Final = frozenset({"SH", "SE", "ST", "MM", "MH", "MT"})


def drop_degrees_after_comma(draft: Draft) -> None:
    """N3: what follows the first comma is degrees or titles, unless it holds nothing like one.

    Marks of other rules behind them stay in the text: BUDI, S.H. (ALM) and SITI, S.PD ALIAS IPAH.
    """
    head, comma, tail = draft.text.partition(",")
    if not comma:
        return
    stop = _marks().search(tail)
    tail, rest = (tail[: stop.start()], tail[stop.start() :]) if stop else (tail, "")
    words = vocabulary()
    if not head.strip():
        draft.text = f"{tail} {rest}"
        return
    parts = [segment for segment in _SEGMENT.findall(tail) if segment.strip("-")]
    known, others = _parse(parts)
    if not parts:
        draft.text = f"{head} {rest}"
    elif known or _UNKNOWN.fullmatch(tail.replace(",", " ").strip()):
        for part in known or ("".join(parts),):
            (draft.titles if part in words.any_title and part not in words.degrees else draft.degrees).append(part)
        draft.text = " ".join((head, *(others if known else ()), rest))
    else:
        draft.text = f"{head} {tail} {rest}"


@cache
def _marks() -> re.Pattern[str]:
    words = vocabulary()
    listed = words.alias_words | words.deceased_words | words.patronymic_words
    marks = "|".join(sorted(listed, key=len, reverse=True))
    return re.compile(rf"\((?![A-Z]{{1,4}}\))|[/@\[{{]|(?<!\w)(?:{marks})(?!\w)")


def _parse(segments: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the degrees and titles that the segments are, the longest reading first, and the segments that are none.

    A short unknown segment beside known ones is a degree as well: an abbreviation of a new faculty. Without a known
    one there are none.
    """
    words = vocabulary()
    found: list[str] = []
    others: list[str] = []
    known = False
    place = 0
    while place < len(segments):
        for length in range(min(_LONGEST, len(segments) - place), 0, -1):
            joined = _LETTERS.sub("", "".join(segments[place : place + length]))
            if joined in words.degrees or joined in words.any_title:
                known = True
                break
        else:
            length, joined = 1, _LETTERS.sub("", segments[place])
        if joined:
            (found if len(joined) < _LONG or joined in words.degrees or joined in words.any_title else others).append(
                joined
            )
        place += length
    return (tuple(found), tuple(others)) if known else ((), ())


def drop_degrees(draft: Draft) -> None:
    """N6: degrees at the end, dotted, in pieces or joined, while another word remains."""
    words = _WORD.findall(draft.text)
    if len(words) < 2 or not may_end_in_degree(words):
        return
    pieces = draft.text.split()
    for count in range(min(len(pieces) - 1, _MOST_PIECES), 0, -1):
        found = _degrees(pieces[-count:], len(pieces) - count)
        if found:
            draft.degrees[:0] = found
            draft.text = " ".join(pieces[:-count])
            return


@cache
def degree_endings() -> frozenset[str]:
    """Return what the last piece of a degree in several pieces can be."""
    return frozenset(degree[start:] for degree in vocabulary().degrees for start in range(1, len(degree)))


@cache
def degree_pieces() -> frozenset[str]:
    """Return what a piece before the last can be."""
    return frozenset(
        degree[start:end]
        for degree in vocabulary().degrees
        for start in range(len(degree))
        for end in range(start + 1, len(degree) + 1)
    )


def may_end_in_degree(tokens: Sequence[str]) -> bool:
    """Return whether the tokens of a name, however they were divided, may end in a degree."""
    last = tokens[-1]
    if last in vocabulary().degrees:
        return True
    return len(tokens) > 1 and last in degree_endings() and tokens[-2] in degree_pieces()


def _degrees(pieces: Sequence[str], remaining: int) -> tuple[str, ...]:
    """Return the degrees that pieces at the end of a name are, empty if they may be anything else."""
    words = vocabulary()
    segments: list[str] = []
    starts: list[int] = []
    for piece in pieces:
        starts.append(len(segments))
        segments.extend(_SEGMENT.findall(piece))
    if not segments or not all(segment.isascii() and segment.isalpha() for segment in segments):
        return ()
    found: list[str] = []
    place = 0
    while place < len(segments):
        for length in range(min(_LONGEST, len(segments) - place), 0, -1):
            joined = "".join(segments[place : place + length])
            if joined in words.degrees:
                break
        else:
            return ()
        broken = any(place < start < place + length for start in starts)
        if broken and len(joined) == 2 and (joined not in _BROKEN_PAIRS or remaining < 2):
            return ()  # AHMAD S. A. has two initials
        found.append(joined)
        place += length
    dotted = any("." in piece for piece in pieces)
    firm = [part in words.plain_degrees or part in words.bare_degrees for part in found]
    if dotted or all(firm) or any(firm[1:]):
        return tuple(found) if dotted or not _split_initials(segments, found) else ()
    return ()


def _split_initials(segments: Sequence[str], found: Sequence[str]) -> bool:
    """Return whether two single letters without full stops would make a degree: BUDI S H has two initials."""
    return len(segments) > len(found) and all(len(segment) == 1 for segment in segments)
