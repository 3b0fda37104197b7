"""N9, N10, the article and the old spelling: tokens that their neighbours and their bearer explain."""

from __future__ import annotations

from linkage.standardise.names.arguments import ISLAM
from linkage.standardise.names.draft import Draft
from linkage.standardise.names.tokens import is_respellable, respell


def join_article(draft: Draft) -> None:
    """The Arabic article is written with what follows: AL FATIH and AL-FATIH are ALFATIH."""
    tokens = draft.tokens
    if "AL" not in tokens:
        return
    for position in range(len(tokens) - 2, -1, -1):
        if tokens[position] == "AL" and (position or draft.context.religion == ISLAM) and len(tokens[position + 1]) > 2:
            tokens[position : position + 2] = ["AL" + tokens[position + 1]]


def join_initials(draft: Draft) -> None:
    """N9: leading initials of rank, apart or together: R M and RM are RADEN MAS."""
    tokens = draft.tokens
    if len(tokens) < 2:
        return
    noble = draft.context.noble
    if tokens[0] == "R" and f"R{tokens[1]}" in noble and len(tokens) > 2:
        tokens[:2] = noble[f"R{tokens[1]}"].split()
        return
    run = 0
    while run < len(tokens) - 1 and len(tokens[run]) == 1:
        run += 1
    known = draft.context.joined_initials
    for length in range(run, 1, -1):
        joined = "".join(tokens[:length])
        if joined in known:
            tokens[:length] = known[joined].split()
            return
    if tokens[0] in noble:
        tokens[:1] = noble[tokens[0]].split()


def expand_abbreviations(draft: Draft) -> None:
    """N10: abbreviations that are clear, or made clear by what is known of the bearer; never the last token."""
    tokens = draft.tokens
    if len(tokens) < 2:
        return
    anywhere, leading = draft.context.abbreviations, draft.context.leading_abbreviations
    if tokens[0] not in leading and anywhere.keys().isdisjoint(tokens):
        return
    expanded: list[str] = []
    for position, token in enumerate(tokens[:-1]):
        longer = anywhere.get(token) or (leading.get(token) if position == 0 else None)
        expanded.extend(longer.split() if longer else (token,))
    draft.tokens = [*expanded, tokens[-1]]


def modernise(draft: Draft) -> None:
    """J is written Y where another token shows the spelling before 1972 (NOER HAJATI), or the year of birth does."""
    if not any("J" in token for token in draft.tokens):
        return
    if draft.context.old:
        draft.tokens = [token.replace("J", "Y") if is_respellable(token) else token for token in draft.tokens]
    else:
        draft.tokens = respell(draft.tokens)
