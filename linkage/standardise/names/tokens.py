"""Rules that need one token and no neighbour (N11 to N13), the old spelling, and soft tokens (N15)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from linkage.standardise.names.phonetic import in_old_spelling
from linkage.standardise.names.softness import ADULT_TITLE, BIRTH_ORDER, CLAN, HARD, NICKNAME, RANK, SEX_MARK
from linkage.standardise.names.tables import NameTables, name_tables

_ABDUL = re.compile(r"ABD(?:U|OE)(LL|L|RR|R|SHS(?=H)|SS|S|NN|N|DD|D|TT|T|ZZ|Z)(.*)")
_NOT_ABDUL = re.compile(r"ABD(?:U|OE)LL?[AO]H?I?")
_NUR = re.compile(r"(?:NUR|NOER|NOOR|NUUR)(.{4,})")
_NURUL = re.compile(r"(?:NUR|NOER|NOOR)(?:UL|OEL)(?!LAH|LOH)(.{4,})")
_NOT_NUR = re.compile(r"(?:NUR|NOER|NOOR|NUUR)(?:(?:U|OE)?DD?IE?NG?|ANI|[UI]L.*|OEL.*)")
_MODERN = re.compile(r"Y[AEIOU]|C[^H]|KH|SY")


def canonical_tokens(token: str, family: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return the canonical form of one token: its family's name, or the parts of an ABDUL or NUR compound.

    ACHMAD gives AHMAD, ABDURRAHMAN gives ABDUL RAHMAN, NURHAYATI gives NUR HAYATI. ``family`` replaces the shipped
    table (variant -> canonical token).
    """
    family = name_tables().family if family is None else family
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
        or token in tables.clan_pair_ends
        or token in tables.chinese_surnames
        or doubles(token)
    )


def soft_flags(tokens: Sequence[str]) -> tuple[bool, ...]:
    """Return for each canonical token whether it may be missing on one side (:func:`soft_kinds` says why)."""
    return tuple(kind != HARD for kind in soft_kinds(tokens))


def soft_kinds(tokens: Sequence[str]) -> tuple[int, ...]:
    """Return for each canonical token why it may be missing on one side, a code of ``softness``; HARD if it may not.

    Depends on the canonical tokens alone, never on the religion or on what was removed, so that equal names have
    equal kinds in every run. Of a name of nothing but soft tokens the last is hard.
    """
    tables = name_tables()
    count = len(tokens)
    kinds = [_anywhere(token, tables) for token in tokens]
    for position in range(count):
        if not _soft_in_run(tokens, position, tables):
            break
        kinds[position] = _leading_kind(tokens[position], tables)
    if count > 1:
        # A married woman may bear her own clan and her husband's.
        for position in range(count - 1, max(count - 3, 0), -1):
            if tokens[position] not in tables.clans:
                break
            kinds[position] = CLAN
        if count > 2 and (tokens[-2], tokens[-1]) in tables.clan_pairs:
            kinds[-2:] = [CLAN, CLAN]
        if tokens[0] in tables.adult_titles:
            kinds[0] = ADULT_TITLE
        elif _echoes(tokens[0], tokens[1]):
            kinds[0] = NICKNAME
        elif count > 2 and tokens[0] in tables.chinese_surnames:
            kinds[0] = CLAN
        for position, token in enumerate(tokens):
            if token in tables.soft_title_from or (position and token in tables.adult_titles):
                kinds[position:] = [ADULT_TITLE] * (count - position)
                break
            if position > 1 and tokens[position - 1] in tables.name_markers:
                kinds[position] = RANK
            elif position > 1 and tokens[position - 1] in tables.clan_particles:
                kinds[position] = CLAN
    if count and HARD not in kinds:
        kinds[-1] = HARD
    return tuple(kinds)


def _anywhere(token: str, tables: NameTables) -> int:
    if token not in tables.soft_anywhere:
        return HARD
    return CLAN if token in tables.clan_particles else RANK


def _leading_kind(token: str, tables: NameTables) -> int:
    if token in tables.birth_order:
        return BIRTH_ORDER
    return SEX_MARK if token in tables.sex_marks else RANK


def _soft_in_run(tokens: Sequence[str], position: int, tables: NameTables) -> bool:
    token = tokens[position]
    if token in tables.soft_leading:
        return True
    if position and tokens[position - 1] in tables.soft_after.get(token, ()):
        return True
    return position + 1 < len(tokens) and tokens[position + 1] in tables.soft_before.get(token, ())


def doubles(token: str) -> bool:
    """Return whether the token begins with a syllable of two letters twice, as a nickname may: KOKOM, MAMAN."""
    return len(token) >= 4 and token[:2] == token[2:4]


def _echoes(nickname: str, name: str) -> bool:
    """Return whether a Sundanese nickname doubles a syllable of the name behind it: KOKOM KOMARIAH, MAMAN SURAHMAN."""
    return doubles(nickname) and (name.startswith(nickname[:2]) or nickname[2:] in name)
