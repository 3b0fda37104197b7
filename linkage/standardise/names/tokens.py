"""Rules that need one token and no neighbour (N11 to N13), the old spelling, and soft tokens (N15)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linkage.standardise.names.phonetic import in_old_spelling
from linkage.standardise.names.tables import NameTables, name_tables

_ABDUL = re.compile(r"ABD(?:U|OE)(LL|L|RR|R|SHS(?=H)|SS|S|NN|N|DD|D|TT|T|ZZ|Z)(.*)")
_NOT_ABDUL = re.compile(r"ABD(?:U|OE)LL?[AO]H?I?")
_NUR = re.compile(r"(?:NUR|NOER|NOOR|NUUR)(.{4,})")
_NURUL = re.compile(r"(?:NUR|NOER|NOOR)(?:UL|OEL)(?!LAH|LOH)(.{4,})")
_NOT_NUR = re.compile(r"(?:NUR|NOER|NOOR|NUUR)(?:(?:U|OE)?DD?IE?NG?|ANI|[UI]L.*|OEL.*)")
_MODERN = re.compile(r"Y[AEIOU]|C[^H]|KH|SY")


def canonical_tokens(token: str) -> tuple[str, ...]:
    """Return the canonical form of one token: its family's name, or the parts of an ABDUL or NUR compound.

    ACHMAD gives AHMAD, ABDURRAHMAN gives ABDUL RAHMAN, NURHAYATI gives NUR HAYATI.
    """
    family = name_tables().family
    known = family.get(token)
    if known is not None:
        return (known,)
    if token.startswith("ABD"):
        rest = _after_abdul(token)
        if rest:
            return ("ABDUL", family.get(rest, rest))
    elif token.startswith("N"):
        found = _NURUL.fullmatch(token)
        if found:
            return ("NURUL", family.get(found[1], found[1]))
        found = _NUR.fullmatch(token)
        if found and not _NOT_NUR.fullmatch(token):
            return ("NUR", family.get(found[1], found[1]))
    return (token,)


def _after_abdul(token: str) -> str:
    """Return what follows the article in ABDU(L|R|S|SY|N|D|T|Z)X, the assimilation undone; empty for other tokens."""
    found = _ABDUL.fullmatch(token)
    if not found or _NOT_ABDUL.fullmatch(token):
        return ""
    link, rest = found[1], found[2]
    if link == "LL":
        rest = "L" + rest
    elif link != "L":
        # ABDURAHMAN, written with a single consonant: the consonant belongs to what follows.
        rest = link[-1] + rest
    elif rest.startswith(("ATIF", "ATIP", "ATHIF")):
        rest = "L" + rest
    return rest if len(rest) >= 3 else ""


def is_old_marker(token: str) -> bool:
    """Return whether the token shows that the whole name is in the spelling before 1972."""
    return in_old_spelling(token) and token not in name_tables().not_markers


def is_respellable(token: str) -> bool:
    """Return whether a plain J in the token sounds Y once another token shows the old spelling.

    Not when the token has a digraph of its own (the phonetic key sees that), a letter of the new spelling, or
    is a modern name with J that often stands beside an old one.
    """
    return (
        "J" in token
        and len(token) > 1
        and not in_old_spelling(token)
        and not _MODERN.search(token)
        and token not in name_tables().keep_j
    )


def respell(tokens: Sequence[str]) -> list[str]:
    """Return the tokens of a name, J written Y where the name is in the old spelling (SOERJA HAJATI)."""
    if not any(map(is_old_marker, tokens)):
        return list(tokens)
    return [token.replace("J", "Y") if is_respellable(token) else token for token in tokens]


def may_be_soft(token: str) -> bool:
    """Return whether the token can make a token of its name soft; a name without any has none."""
    tables = name_tables()
    return (
        token in tables.soft_leading
        or token in tables.soft_after
        or token in tables.soft_before
        or token in tables.soft_anywhere
        or token in tables.soft_title_from
        or token in tables.adult_titles
        or token in tables.clans
        or _is_doubled(token)
    )


def soft_flags(tokens: Sequence[str]) -> tuple[bool, ...]:
    """Return for each canonical token whether it may be missing on one side.

    Depends on the canonical tokens alone, never on the religion or on what was removed, so that equal names have
    equal flags in every run. A name of nothing but soft tokens has none.
    """
    tables = name_tables()
    count = len(tokens)
    soft = [token in tables.soft_anywhere for token in tokens]
    for position in range(count):
        if not _soft_in_run(tokens, position, tables):
            break
        soft[position] = True
    if count > 1:
        if tokens[-1] in tables.clans or tokens[-1] in tables.adult_titles:
            soft[-1] = True
        if tokens[0] in tables.adult_titles or _echoes(tokens[0], tokens[1]):
            soft[0] = True
        for position, token in enumerate(tokens):
            if token in tables.soft_title_from:
                soft[position:] = [True] * (count - position)
                break
    return (False,) * count if all(soft) else tuple(soft)


def _soft_in_run(tokens: Sequence[str], position: int, tables: NameTables) -> bool:
    token = tokens[position]
    if token in tables.soft_leading:
        return True
    if position and tokens[position - 1] in tables.soft_after.get(token, ()):
        return True
    return position + 1 < len(tokens) and tokens[position + 1] in tables.soft_before.get(token, ())


def _is_doubled(token: str) -> bool:
    return len(token) >= 4 and token[:2] == token[2:4]


def _echoes(nickname: str, name: str) -> bool:
    """Return whether a Sundanese nickname doubles the first syllable of the name it stands before (KOKOM KOMARIAH)."""
    return _is_doubled(nickname) and name.startswith(nickname[2:5])
