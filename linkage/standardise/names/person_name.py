"""One Indonesian person name, taken apart: the rules N1 to N18 on a single value.

The raw value is kept by the caller for ever; what comes out here serves comparison and never correction.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from linkage.standardise.generic_text import fold_text, fold_words
from linkage.standardise.names.rules import HINDU, ISLAM, TEXT_RULES, TOKEN_RULES, Draft, words_of_text_rules
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.tokens import soft_flags

TRUNCATION_LENGTHS: Final = (25, 30, 50, 55, 60)
"""Widths of name columns in registers, past and present; a name exactly so long may have been cut."""

_RELIGIONS: Final = {
    "ISLAM": ISLAM,
    "KRISTEN": 2,
    "PROTESTAN": 2,
    "KRISTEN PROTESTAN": 2,
    "KATHOLIK": 3,
    "KATOLIK": 3,
    "HINDU": HINDU,
    "BUDHA": 5,
    "BUDDHA": 5,
    "KHONGHUCU": 6,
    "KONGHUCU": 6,
}
_JOINING = re.compile("['\u2018\u2019\u02bc\u02bb\u2032`\u00b4]")
_ZERO = re.compile(r"(?<=[A-Z])0(?=[A-Z])")
_ONE = re.compile(r"(?<=[A-Z])1(?=[A-Z])")
_PLAIN = re.compile(r"[A-Z]+(?: [A-Z]+)*")
_NO_NAME = re.compile(r"[X ]{2,}|[\d ]*")


@dataclass(frozen=True)
class StandardName:
    """A name in canonical tokens.

    ``soft``: for each token, whether it may be missing on one side. ``alias``: a second name (canonical), empty
    if none. ``father_hint``: from BIN or BINTI. ``mother_hint``, ``birth_order`` (0 unknown): from BAYI NY X and
    ANAK KE 2. ``deceased``: marked ALM. ``truncated``: exactly as long as a register's column. ``digits``: the raw
    name held digits. ``trace``: codes of the rules that changed something, in order (N11 stands for N11 to N13, EYD
    for the spelling before 1972, AL for the article).
    """

    tokens: tuple[str, ...]
    soft: tuple[bool, ...] = ()
    titles: tuple[str, ...] = ()
    alias: str = ""
    father_hint: str = ""
    mother_hint: str = ""
    birth_order: int = 0
    deceased: bool = False
    truncated: bool = False
    digits: bool = False
    trace: tuple[str, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The canonical name: tokens joined by one blank."""
        return " ".join(self.tokens)


def religion_code(religion: str | None) -> int:
    """Return the SIAK code of a religion given by number or name: 1 Islam to 6 Khonghucu, 0 other or unknown."""
    if religion is None:
        return 0
    text = fold_words(religion)
    if text in ("1", "2", "3", "4", "5", "6"):
        return int(text)
    return _RELIGIONS.get(text, 0)


def standardise_name(raw: str, *, religion: str | None = None) -> StandardName | None:
    """Return the name taken apart, or None for a value that says there is none (``-``, TIDAK ADA, BAYI NY X).

    ``religion`` (SIAK number or name) settles abbreviations: a leading M is MUHAMMAD for Islam, MD is MADE for
    Hindu. What a newborn's placeholder tells can be read with :func:`read_newborn`.
    """
    return standardise_coded(raw, religion_code(religion))


def standardise_coded(raw: str, religion: int) -> StandardName | None:
    """Return :func:`standardise_name` for a religion given by its code."""
    name = _read(raw, religion)
    return name if name is not None and name.tokens else None


def read_newborn(raw: str) -> StandardName | None:
    """Return the hints in a newborn's placeholder (BAYI NY SITI, ANAK KE 2), without tokens; None for other values."""
    name = _read(raw, 0)
    if name is None or name.tokens or not (name.mother_hint or name.birth_order):
        return None
    return name


def _read(raw: str, religion: int) -> StandardName | None:
    """Return the name even when nothing but hints is left of it; None when the value says that there is none."""
    text = _fold_name(raw)
    if _is_missing(text):
        return None
    trace = [] if text == raw else ["N1"]
    draft = Draft(text, religion)
    if _PLAIN.fullmatch(text) and words_of_text_rules().isdisjoint(text.split()):
        draft.tokens = text.split()
    else:
        _apply_text_rules(draft, trace)
    _apply_token_rules(draft, trace)
    tokens = tuple(draft.tokens)
    if tokens and _is_missing(" ".join(tokens)):
        return None
    soft = soft_flags(tokens)
    truncated = len(" ".join(raw.split())) in TRUNCATION_LENGTHS
    trace += ["N15"] * any(soft) + ["N18"] * truncated
    second = _read(draft.alias, religion) if draft.alias else None
    return StandardName(
        tokens,
        soft,
        tuple(draft.titles),
        second.text if second is not None else "",
        draft.father_hint,
        draft.mother_hint,
        draft.birth_order,
        draft.deceased,
        truncated,
        draft.digits,
        tuple(trace),
    )


def _fold_name(raw: str) -> str:
    """N1 and N2: upper case, no marks, no apostrophes, single blanks; 0 and 1 between letters are O and I."""
    text = fold_text(_JOINING.sub("", raw))
    if not _PLAIN.fullmatch(text):
        text = " ".join(_ONE.sub("I", _ZERO.sub("O", text)).split())
    return text


def _is_missing(text: str) -> bool:
    words = fold_words(text)
    return words in name_tables().missing_values or _NO_NAME.fullmatch(words) is not None


def _apply_text_rules(draft: Draft, trace: list[str]) -> None:
    for code, rule in TEXT_RULES:
        before = draft.text.split()
        rule(draft)
        if (draft.tokens if code == "N7" else draft.text.split()) != before:
            trace.append(code)


def _apply_token_rules(draft: Draft, trace: list[str]) -> None:
    for code, rule in TOKEN_RULES:
        before = list(draft.tokens)
        rule(draft)
        if draft.tokens != before:
            trace.append(code)
