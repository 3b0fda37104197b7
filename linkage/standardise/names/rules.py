"""The rules N3 to N16 on one name, in their order, as steps over a draft.

Text rules read full stops, commas and brackets, and end with tokens; token rules need the neighbours of a token.
Each rule leaves a draft it does not concern as it is; who applies them sees what changed.

A rule that looks at a word in a new way (another table, a beginning, a length) must be told to
:mod:`linkage.standardise.names.shapes`, which reads names of one shape once; a list added to the vocabulary is seen
there by itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Final

from linkage.standardise.generic_text import fold_words
from linkage.standardise.names.abbreviations import expand_abbreviations, join_article, join_initials, modernise
from linkage.standardise.names.aliases import note_deceased, split_alias
from linkage.standardise.names.degrees import drop_degrees, drop_degrees_after_comma, may_end_in_degree
from linkage.standardise.names.draft import Draft
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.folding import holds_digits
from linkage.standardise.names.patronymics import take_child, take_patronymic
from linkage.standardise.names.placeholders import take_birth_hints
from linkage.standardise.names.titles import drop_dotted_titles, drop_titles
from linkage.standardise.names.tokens import canonical_tokens, is_old_marker, is_respellable
from linkage.standardise.names.vocabulary import vocabulary

Rule = tuple[str, Callable[[Draft], None]]
"""The code of a rule, as a trace tells it, and what it does."""

_MOST_LOOKUPS: Final = 3
_REPEATED = re.compile(r"([A-Z]{2,})2")


def split_tokens(draft: Draft) -> None:
    """N7: other punctuation becomes blanks, digits are flagged, a 2 after a word repeats it."""
    tokens: list[str] = []
    for token in fold_words(draft.text).split():
        repeated = _REPEATED.fullmatch(token)
        if repeated:
            tokens.extend((repeated[1], repeated[1]))
        else:
            tokens.append(token)
    draft.tokens = tokens
    draft.in_tokens = True
    draft.digits = draft.digits or holds_digits(draft.text)


@lru_cache(maxsize=1 << 16)
def settled(token: str, families: NameFamilies | None = None) -> tuple[str, ...]:
    """Return the canonical tokens of a token, looked up until they stay: NURABDURRAHMAN is NUR ABDUL RAHMAN."""
    family = None if families is None else families.with_shipped
    parts = canonical_tokens(token, family)
    for _ in range(_MOST_LOOKUPS):
        again = tuple(last for part in parts for last in canonical_tokens(part, family))
        if again == parts:
            break
        parts = again
    return parts


def unite_families(draft: Draft) -> None:
    """N11: spellings of one name become its canonical token (ACHMAD is AHMAD)."""
    draft.tokens = [parts[0] if len(parts) == 1 else token for token, parts in _settled(draft)]


def split_abdul(draft: Draft) -> None:
    """N12: ABDUL compounds are taken apart, the assimilation undone (ABDURRAHMAN is ABDUL RAHMAN)."""
    draft.tokens = [part for token, parts in _settled(draft) for part in (parts if parts[0] == "ABDUL" else (token,))]


def split_compounds(draft: Draft) -> None:
    """N13: NUR compounds, and whatever else the token rules take apart (NURHAYATI is NUR HAYATI)."""
    draft.tokens = [part for _, parts in _settled(draft) for part in parts]


def canonicalise(draft: Draft) -> None:
    """N11 to N13 in one step, for those who do not ask which of them it was."""
    families = draft.context.families
    draft.tokens = [part for token in draft.tokens for part in settled(token, families)]


def _settled(draft: Draft) -> list[tuple[str, tuple[str, ...]]]:
    return [(token, settled(token, draft.context.families)) for token in draft.tokens]


TEXT_RULES: Final[tuple[Rule, ...]] = (
    ("N3", drop_degrees_after_comma),
    ("N4", note_deceased),
    ("N5", split_alias),
    ("N6", drop_degrees),
    ("N8", drop_dotted_titles),
    ("N7", split_tokens),
)
TOKEN_RULES: Final[tuple[Rule, ...]] = (
    ("N16", take_birth_hints),
    ("AL", join_article),
    ("N8", drop_titles),
    ("N9", join_initials),
    ("N10", expand_abbreviations),
    ("EYD", modernise),
    ("N11", unite_families),
    ("N12", split_abdul),
    ("N13", split_compounds),
    ("N14", take_patronymic),
    ("N14", take_child),
)
"""N16 looks first, because N8 would take NY from BAYI NY X. EYD (the reform of 1972) must see a token before its
family hides the digraph; AL is the article. Titles that need their full stop are taken before N7 takes it."""

UNTRACED_TOKEN_RULES: Final[tuple[Rule, ...]] = (
    *TOKEN_RULES[:6],
    ("N11", canonicalise),
    *TOKEN_RULES[9:],
)
"""The same, N11 to N13 in one step."""


@cache
def words_of_text_rules() -> frozenset[str]:
    """Return the words that make a name in plain A-Z and blanks need a text rule, wherever they stand."""
    words = vocabulary()
    return words.alias_words.union({"AL"}, words.deceased_words)


@cache
def words_anywhere() -> frozenset[str]:
    """Return the words that make a name need a rule, wherever they stand in it."""
    words = vocabulary()
    groups = ("any", "not_man", "minang_man", "hindu")
    return words_of_text_rules().union(
        {"ANAK", "AN"},
        words.patronymic_words,
        words.parent_of_plain,
        *(words.abbreviations[group] for group in groups),
    )


@cache
def words_in_front() -> frozenset[str]:
    """Return the words that make a name need a rule when they stand first."""
    words = vocabulary()
    return frozenset({"R"}).union(
        words.titles,
        words.muslim_titles,
        words.catholic_titles,
        words.dotted_titles,
        words.ranks,
        words.newborn_words,
        *words.noble.values(),
        *words.abbreviations.values(),
        (value.split()[0] for value in words.missing_values if value[1:2] != " "),
    )


@cache
def titles_alone() -> frozenset[str]:
    """Return the titles that nothing but the words behind them has to be known for.

    Not those with which a placeholder begins, unless nothing but X follows.
    """
    words = vocabulary()
    begun = {first for first, _, rest in (value.partition(" ") for value in words.missing_values) if rest.strip("X ")}
    return words.titles - begun - words.newborn_words


def concerned(tokens: Sequence[str], *, old: bool = False) -> bool:
    """Return whether a rule that needs more than one token may change a name of these A-Z tokens.

    A name that no such rule concerns is its settled tokens; a column needs no look at it.
    """
    first = tokens[0]
    if first in words_in_front() or not first.strip("X"):
        return True
    if len(first) == 1 and len(tokens) > 1 and len(tokens[1]) == 1:
        return True
    if (
        not words_anywhere().isdisjoint(tokens)
        or tokens[-1] in vocabulary().trailing_titles
        or may_end_in_degree(tokens)
    ):
        return True
    return any(map(is_respellable, tokens)) and (old or any(map(is_old_marker, tokens)))
