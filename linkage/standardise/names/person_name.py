"""One Indonesian person name, taken apart: the rules N1 to N18 on a single value.

The raw value is kept by the caller for ever; what comes out here serves comparison and never correction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from linkage.standardise.names.arguments import (
    MAN,
    WOMAN,
    birth_year_of,
    culture_of,
    religion_of,
    sex_of,
)
from linkage.standardise.names.context import LAST_OLD_YEAR, NameContext
from linkage.standardise.names.degrees import may_end_in_degree
from linkage.standardise.names.draft import Draft
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.folding import PLAIN, fold_letters, fold_name, holds_digits, join_apostrophes, unescape
from linkage.standardise.names.placeholders import is_spreadsheet_error, says_no_name
from linkage.standardise.names.rules import (
    TEXT_RULES,
    TOKEN_RULES,
    UNTRACED_TOKEN_RULES,
    Rule,
    concerned,
    words_of_text_rules,
)
from linkage.standardise.names.tokens import soft_flags

TRUNCATION_LENGTHS: Final = (25, 30, 50, 55, 60)
"""Widths of name columns in registers, past and present; a name exactly so long may have been cut."""

_MOST_ROUNDS: Final = 5
_UNKNOWN: Final = NameContext()

Observer = Callable[[str, str, Draft], None]
"""Told the code of each rule, the name before it, and the draft after it."""


@dataclass(frozen=True)
class StandardName:
    """A name in canonical tokens, and all that stood beside it in its field.

    ``soft``: for each token, whether it may be missing on one side. ``titles`` and ``degrees``: without full stops, as
    written (H, DRS; SPD, MSI). ``aliases``: second names, canonical. ``father_hint``: from BIN, BINTI or BAYI TN X;
    ``mother_hint``, ``birth_order`` (0 unknown): from BAYI NY X and ANAK KE 2; ``parent_hint``: the child after whom
    the bearer is called (PAK X); the hints are canonical names. ``notes``: what stood between brackets and is no
    name. ``placeholder``: the value says that there is no name; it has no tokens then. ``deceased``: marked ALM.
    ``truncated``: exactly as long as a register's column. ``digits``: the raw name held digits. ``trace``: codes of the
    rules that changed something, in order (EYD is the spelling before 1972, AL the article, the others
    are those of docs/guide/names.md).
    """

    tokens: tuple[str, ...]
    soft: tuple[bool, ...] = ()
    titles: tuple[str, ...] = ()
    degrees: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    father_hint: str = ""
    mother_hint: str = ""
    parent_hint: str = ""
    birth_order: int = 0
    notes: tuple[str, ...] = ()
    placeholder: bool = False
    deceased: bool = False
    truncated: bool = False
    digits: bool = False
    trace: tuple[str, ...] = field(default=(), compare=False)

    @property
    def text(self) -> str:
        """The canonical name: tokens joined by one blank."""
        return " ".join(self.tokens)

    @property
    def alias(self) -> str:
        """The first of the second names, empty if there is none."""
        return self.aliases[0] if self.aliases else ""


def religion_code(religion: str | None) -> int:
    """Return the SIAK code of a religion given by number or label: 1 Islam to 6 Khonghucu, 0 other or unknown."""
    try:
        return religion_of(religion)
    except ValueError:
        return 0


def name_context(
    *,
    religion: int | str | None = None,
    sex: int | str | None = None,
    birth_year: int | None = None,
    culture: str | None = None,
    families: NameFamilies | None = None,
) -> NameContext:
    """Return what is known of a bearer, for the functions that take it as one value.

    Raises:
        ValueError: an argument that :mod:`linkage.standardise.names.arguments` cannot read.
    """
    year = birth_year_of(birth_year)
    return NameContext(religion_of(religion), sex_of(sex), 0 < year <= LAST_OLD_YEAR, culture_of(culture), families)


def standardise_name(
    raw: str,
    *,
    religion: int | str | None = None,
    sex: int | str | None = None,
    birth_year: int | None = None,
    culture: str | None = None,
    families: NameFamilies | None = None,
) -> StandardName | None:
    """Return the name taken apart, or None for a value that says there is none (``-``, TIDAK ADA, BAYI NY X).

    Every rule works without the other arguments; each settles what the letters leave open. ``religion`` (SIAK number
    or label): a leading M is MUHAMMAD for Islam, MD is MADE for Hindu, H an initial for a Christian. ``sex`` (1, 2, L,
    P or label): ST is not SITI for a man, M not MUHAMMAD for a woman. ``birth_year`` until 1972: a plain J may be the
    Y of the old spelling. ``culture`` (``bali``, ``minang``): abbreviations of that region.
    ``families``: spellings that a steward added to the shipped table.

    Raises:
        ValueError: an argument that cannot be read.
    """
    context = name_context(religion=religion, sex=sex, birth_year=birth_year, culture=culture, families=families)
    name = read_in_context(raw, context)
    return name if name.tokens else None


def read_name(
    raw: str,
    *,
    religion: int | str | None = None,
    sex: int | str | None = None,
    birth_year: int | None = None,
    culture: str | None = None,
    families: NameFamilies | None = None,
) -> StandardName:
    """Return the name taken apart; a value that is no name has no tokens, and the hints that it gives.

    ``placeholder`` tells a value that says there is no name from an empty one. Arguments as in
    :func:`standardise_name`.

    Raises:
        ValueError: an argument that cannot be read.
    """
    context = name_context(religion=religion, sex=sex, birth_year=birth_year, culture=culture, families=families)
    return read_in_context(raw, context)


def read_newborn(raw: str) -> StandardName | None:
    """Return the hints in a newborn's placeholder (BAYI NY SITI, ANAK KE 2), without tokens; None for other values."""
    name = read_in_context(raw, _UNKNOWN)
    if name.tokens or not (name.mother_hint or name.father_hint or name.birth_order):
        return None
    return name


def read_in_context(raw: str, context: NameContext) -> StandardName:
    """Return :func:`read_name` for a context that is known already."""
    trace: list[str] = []
    draft = read_draft(raw, context, lambda code, before, after: trace.append(code))
    return _assemble(raw, draft, trace)


def canonical_text(raw: str, context: NameContext) -> str | None:
    """Return the canonical name alone, None for a value without one: the quick way for columns."""
    return " ".join(read_draft(raw, context).tokens) or None


def read_draft(raw: str, context: NameContext, observe: Observer | None = None) -> Draft:
    """Apply the rules until they change nothing more, which the first time nearly always is.

    Rules can call for each other: before BIN may stand a degree, which is the end of the name once the father is
    taken. So the result is the same when it is read again.
    """
    draft = Draft(raw, context, digits=holds_digits(unescape(raw)))
    for number in range(_MOST_ROUNDS):
        before = draft.tokens
        _round(draft, observe, first=number == 0)
        if draft.tokens == before or not draft.tokens:
            break
        text = draft.state
        if PLAIN.fullmatch(text) and not concerned(draft.tokens, old=context.old):
            break
        draft.text, draft.in_tokens = text, False
    return draft


def _round(draft: Draft, observe: Observer | None, *, first: bool) -> None:
    raw = draft.text
    if observe is None:
        draft.text = fold_name(raw)
    else:
        for code, step in (("N1", fold_letters), ("N2", join_apostrophes)):
            before = draft.text
            draft.text = step(before)
            if draft.text != before:
                observe(code, before, draft)
    if says_no_name(draft.text) or (first and is_spreadsheet_error(raw)):
        _empty(draft, observe)
        return
    words = draft.text.split()
    if PLAIN.fullmatch(draft.text) and words_of_text_rules().isdisjoint(words) and not may_end_in_degree(words):
        draft.tokens, draft.in_tokens = words, True
    else:
        _apply(TEXT_RULES, draft, observe)
    _apply(UNTRACED_TOKEN_RULES if observe is None else TOKEN_RULES, draft, observe)
    if draft.tokens and says_no_name(draft.state):
        _empty(draft, observe)


def _empty(draft: Draft, observe: Observer | None) -> None:
    before = draft.state
    draft.placeholder = bool(before)
    draft.tokens, draft.in_tokens = [], True
    if observe is not None and before:
        observe("N16", before, draft)


def _apply(rules: Sequence[Rule], draft: Draft, observe: Observer | None) -> None:
    if observe is None:
        for _, rule in rules:
            rule(draft)
        return
    for code, rule in rules:
        before = draft.state
        rule(draft)
        if draft.state != before:
            observe(code, before, draft)


def _assemble(raw: str, draft: Draft, trace: list[str]) -> StandardName:
    context = draft.context
    tokens = tuple(draft.tokens)
    soft = soft_flags(tokens)
    truncated = is_truncated(raw)
    trace += ["N15"] * any(soft) + ["N18"] * (truncated and bool(tokens))
    others = [read_in_context(alias, context) for alias in draft.aliases]
    fathers = [draft.father_hint, *(other.father_hint for other in others)]
    return StandardName(
        tokens=tokens,
        soft=soft,
        titles=(*draft.titles, *(title for other in others for title in other.titles)),
        degrees=(*draft.degrees, *(degree for other in others for degree in other.degrees)),
        aliases=tuple(dict.fromkeys(text for other in others for text in (other.text, *other.aliases) if text)),
        father_hint=_hint(next((father for father in fathers if father), ""), context, MAN),
        mother_hint=_hint(draft.mother_hint, context, WOMAN),
        parent_hint=_hint(draft.parent_hint, context, 0),
        birth_order=draft.birth_order,
        notes=tuple(draft.notes),
        placeholder=draft.placeholder,
        deceased=draft.deceased,
        truncated=truncated,
        digits=draft.digits,
        trace=tuple(trace),
    )


def is_truncated(raw: str) -> bool:
    """N18: return whether a raw name, its blanks single, is exactly as long as a register's column."""
    return len(" ".join(raw.split())) in TRUNCATION_LENGTHS


def _hint(text: str, context: NameContext, sex: int) -> str:
    """Return the canonical name of a relative, who is of the same religion and region."""
    if not text:
        return ""
    return canonical_text(text, replace(context, sex=sex)) or ""
