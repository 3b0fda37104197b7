"""N8: titles in front of a name, and the few that stand behind it without a comma."""

from __future__ import annotations

import re
from functools import cache

from linkage.standardise.names.arguments import ISLAM
from linkage.standardise.names.draft import Draft
from linkage.standardise.names.vocabulary import vocabulary

_KYAI = re.compile(r"[\s.]*K\.\s?H\.[\s.]*(?=[A-Z])")


@cache
def _dotted() -> re.Pattern[str]:
    words = vocabulary()
    titles, arms = ("|".join(sorted(listed, key=len, reverse=True)) for listed in (words.dotted_titles, words.arms))
    return re.compile(rf"[\s.]*((?:(?:{titles})\.[\s.]*(?:(?:{arms})[\s.]+)*)+)(?=[A-Z])")


def drop_dotted_titles(draft: Draft) -> None:
    """N8 on text: titles that only their full stop tells from a name (NS. for a nurse, KAPT. for a captain).

    So is K.H., unless the religion says that these are initials.
    """
    if "." not in draft.text:
        return
    kyai = _KYAI.match(draft.text) if draft.context.religion in (0, ISLAM) else None
    if kyai:
        draft.titles.append("KH")
        draft.text = draft.text[kyai.end() :]
    found = _dotted().match(draft.text)
    if found:
        draft.titles.extend(found[1].replace(".", " ").split())
        draft.text = draft.text[found.end() :]


def drop_titles(draft: Draft) -> None:
    """N8: titles in front, while another word remains; ranks of army and police while two words remain."""
    words = vocabulary()
    titles = draft.context.titles
    tokens = draft.tokens
    while len(tokens) > 1:
        if tokens[0] in titles:
            draft.titles.append(tokens.pop(0))
        elif tokens[0] in words.ranks and len(tokens) > 2:
            draft.titles.append(tokens.pop(0))
            while len(tokens) > 1 and tokens[0] in words.arms:
                draft.titles.append(tokens.pop(0))
        else:
            break
    while len(tokens) > 1 and tokens[-1] in words.trailing_titles:
        draft.titles.append(tokens.pop())
