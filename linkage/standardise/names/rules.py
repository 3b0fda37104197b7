"""The rules N3 to N16 on one name, in their order, as steps over a draft.

Text rules read full stops, commas and brackets, and end with tokens; token rules need the neighbours of a token.
Each rule leaves a draft it does not concern as it is; the trace is kept by the caller, who sees what changed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from linkage.standardise.generic_text import fold_words
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.tokens import canonical_tokens, respell

ISLAM: Final = 1
HINDU: Final = 4
_CHRISTIAN: Final = (2, 3)

_BRACKET = re.compile(r"\(([^)]*)\)?")
_DOTTED = re.compile(r"[A-Z]+\.\s?[A-Z]")
_ARTICLE_ALIAS = re.compile(r"(?<=\S)\s+AL\.\s")
_CHILD_OF_MAN = re.compile(r"\bS\s?/\s?O\b")
_CHILD_OF_WOMAN = re.compile(r"\bD\s?/\s?O\b")
_NUMBER = re.compile(r"\d+")
_REPEATED = re.compile(r"([A-Z]{2,})2")


@dataclass
class Draft:
    """A name while the rules work on it. ``text`` until N7, ``tokens`` from then on; ``religion`` is a code."""

    text: str
    religion: int
    tokens: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    alias: str = ""
    father_hint: str = ""
    mother_hint: str = ""
    birth_order: int = 0
    deceased: bool = False
    digits: bool = False


def drop_degrees_after_comma(draft: Draft) -> None:
    """N3: what follows the first comma is degrees, unless it holds nothing like one."""
    head, comma, tail = draft.text.partition(",")
    if not comma:
        return
    if head.strip() and _like_degrees(tail):
        draft.titles.extend(_letters(piece) for piece in tail.replace(",", " ").split() if _letters(piece))
        draft.text = head
    else:
        draft.text = f"{head} {tail}"


def _like_degrees(tail: str) -> bool:
    tables = name_tables()
    pieces = [_letters(piece) for piece in tail.replace(",", " ").split()]
    known = any(piece in tables.degrees or piece in tables.titles for piece in pieces)
    return known or _DOTTED.search(tail) is not None or not any(pieces)


def _letters(piece: str) -> str:
    return piece.replace(".", "").strip("-")


@cache
def _word(words: frozenset[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)\.?")


def note_deceased(draft: Draft) -> None:
    """N4: (ALM), ALM., ALMH become a flag."""
    pattern = _word(name_tables().deceased_words)
    if pattern.search(draft.text):
        draft.text = pattern.sub(" ", draft.text)
        draft.deceased = True


def split_alias(draft: Draft) -> None:
    """N5: ALIAS, ALS, ATAU, @, a slash or brackets begin a second name; so does AL. with its full stop."""
    text = _CHILD_OF_WOMAN.sub(" BINTI ", _CHILD_OF_MAN.sub(" BIN ", draft.text))
    second: list[str] = []
    bracket = _BRACKET.search(text)
    if bracket:
        second.append(bracket[1])
        text = f"{text[: bracket.start()]} {text[bracket.end() :]}"
    text = _word(name_tables().alias_words).sub("@", text.replace("/", "@"))
    text = _ARTICLE_ALIAS.sub("@", text)
    if draft.religion not in (0, ISLAM):
        text = re.sub(r"(?<=\S)\s+AL\s", "@", text)
    first, *others = [piece for piece in text.split("@") if fold_words(piece)] or [""]
    second.extend(others)
    names = [folded for folded in map(fold_words, second) if folded]
    if not fold_words(first) and names:
        first = names.pop(0)
    draft.text = first
    if names:
        draft.alias = names[0]


def drop_degrees(draft: Draft) -> None:
    """N6: degrees at the end, dotted or from the list, while another word remains."""
    tables = name_tables()
    pieces = draft.text.split()
    while len(pieces) > 1:
        last = _letters(pieces[-1])
        pair = _letters(pieces[-2] + pieces[-1])
        if last in tables.plain_degrees or ("." in pieces[-1] and last in tables.degrees):
            cut = 1
        elif len(pieces) > 2 and "." in pieces[-2] and pair in tables.degrees:
            cut = 2
        else:
            break
        draft.titles.append(last if cut == 1 else pair)
        del pieces[-cut:]
    draft.text = " ".join(pieces)


def split_tokens(draft: Draft) -> None:
    """N7: other punctuation becomes blanks, digits are flagged, a 2 after a word repeats it."""
    for token in fold_words(draft.text).split():
        repeated = _REPEATED.fullmatch(token)
        draft.tokens.extend((repeated[1], repeated[1]) if repeated else (token,))
    draft.digits = _NUMBER.search(draft.text) is not None


def join_article(draft: Draft) -> None:
    """The Arabic article is written with what follows: AL FATIH and AL-FATIH are ALFATIH."""
    tokens = draft.tokens
    for position in range(len(tokens) - 2, -1, -1):
        if tokens[position] == "AL" and (position or draft.religion == ISLAM) and len(tokens[position + 1]) > 2:
            tokens[position : position + 2] = ["AL" + tokens[position + 1]]


def drop_titles(draft: Draft) -> None:
    """N8: titles in front, while another word remains."""
    titles = name_tables().titles
    while len(draft.tokens) > 1 and draft.tokens[0] in titles:
        draft.titles.append(draft.tokens.pop(0))


def join_initials(draft: Draft) -> None:
    """N9: leading initials of rank, apart or together: R M and RM are RADEN MAS."""
    tables, tokens = name_tables(), draft.tokens
    known = {**tables.noble, **(tables.abbreviations["hindu"] if draft.religion == HINDU else {})}
    run = 0
    while run < len(tokens) - 1 and len(tokens[run]) == 1:
        run += 1
    for length in range(run, 1, -1):
        joined = "".join(tokens[:length])
        if joined in known:
            tokens[:length] = known[joined].split()
            return
    if len(tokens) > 1 and tokens[0] in tables.noble:
        tokens[:1] = tables.noble[tokens[0]].split()


def expand_abbreviations(draft: Draft) -> None:
    """N10: abbreviations that the religion makes clear; never the last token, which may be a name."""
    tables, tokens = name_tables().abbreviations, draft.tokens
    if len(tokens) < 2:
        return
    anywhere = {**tables["any"], **(tables["hindu"] if draft.religion == HINDU else {})}
    leading = tables["islam"] if draft.religion == ISLAM else {}
    leading = tables["christian"] if draft.religion in _CHRISTIAN else leading
    expanded: list[str] = []
    for position, token in enumerate(tokens[:-1]):
        longer = anywhere.get(token) or (leading.get(token) if position == 0 else None)
        expanded.extend(longer.split() if longer else (token,))
    draft.tokens = [*expanded, tokens[-1]]


def modernise(draft: Draft) -> None:
    """J is written Y where another token shows the spelling before 1972: NOER HAJATI is NUR HAYATI."""
    draft.tokens = respell(draft.tokens)


def canonicalise(draft: Draft) -> None:
    """N11 to N13: families, ABDUL compounds, NUR compounds."""
    draft.tokens = [part for token in draft.tokens for part in canonical_tokens(token)]


def take_patronymic(draft: Draft) -> None:
    """N14: what follows BIN or BINTI is the father, as evidence and not as part of the name."""
    tables, tokens = name_tables(), draft.tokens
    for position in range(1, len(tokens) - 1):
        word = tokens[position]
        if word not in tables.patronymic_words:
            continue
        if word in tables.son_words and draft.religion != ISLAM and tokens[0] in tables.chinese_surnames:
            continue
        father = tokens[position + 1 :]
        again = next((place for place, token in enumerate(father) if token in tables.patronymic_words), len(father))
        draft.father_hint = " ".join(father[:again])
        draft.tokens = tokens[:position]
        return


def take_birth_hints(draft: Draft) -> None:
    """N16: BAYI NY X is no name, but says who the mother is; ANAK KE 2 says which child."""
    tables, tokens = name_tables(), draft.tokens
    for position in range(len(tokens) - 2):
        if tokens[position] == "ANAK" and tokens[position + 1] == "KE" and tokens[position + 2].isdigit():
            draft.birth_order = int(tokens[position + 2][:3])
            del tokens[position : position + 3]
            break
    mother = next((place for place, token in enumerate(tokens) if token in tables.mothers_titles), len(tokens))
    if tokens and tokens[0] in tables.newborn_words and (len(tokens[0]) > 2 or mother == 1):
        draft.mother_hint = " ".join(part for token in tokens[mother + 1 :] for part in canonical_tokens(token))
        draft.tokens = []


TEXT_RULES: Final[tuple[tuple[str, Callable[[Draft], None]], ...]] = (
    ("N3", drop_degrees_after_comma),
    ("N4", note_deceased),
    ("N5", split_alias),
    ("N6", drop_degrees),
    ("N7", split_tokens),
)
TOKEN_RULES: Final[tuple[tuple[str, Callable[[Draft], None]], ...]] = (
    ("N16", take_birth_hints),
    ("AL", join_article),
    ("N8", drop_titles),
    ("N9", join_initials),
    ("N10", expand_abbreviations),
    ("EYD", modernise),
    ("N11", canonicalise),
    ("N14", take_patronymic),
)
"""N16 looks first, because N8 would take NY from BAYI NY X. EYD (the reform of 1972) must see a token before its
family hides the digraph; AL is the article."""


@cache
def words_of_text_rules() -> frozenset[str]:
    """Return every token that makes a name in plain A-Z and blanks need a text rule."""
    tables = name_tables()
    return frozenset({"AL"}) | tables.alias_words | tables.deceased_words | tables.plain_degrees


@cache
def words_of_rules() -> frozenset[str]:
    """Return every token that makes a name need a rule above. A name without any is its canonical tokens."""
    tables = name_tables()
    return words_of_text_rules().union(
        {"ANAK"},
        tables.titles,
        tables.patronymic_words,
        tables.newborn_words,
        tables.noble,
        *tables.abbreviations.values(),
        *(value.split() for value in tables.missing_values),
    )
