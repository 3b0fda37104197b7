"""N14: the father behind BIN or BINTI, and people who are called after their child."""

from __future__ import annotations

from linkage.standardise.names.arguments import ISLAM
from linkage.standardise.names.draft import Draft
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.vocabulary import vocabulary


def take_patronymic(draft: Draft) -> None:
    """N14: what follows BIN or BINTI is the father, as evidence and not as part of the name.

    Of BIN X BIN Y the first is the father. Behind a Chinese surname BIN is part of a given name (TAN BIN HO), unless
    the religion is Islam. B. alone is an initial: in AHMAD B. UMAR nobody can tell.
    """
    words = vocabulary()
    if "ANAK" not in draft.tokens and words.patronymic_words.isdisjoint(draft.tokens):
        return
    tokens = _with_particles(draft.tokens)
    for position in range(1, len(tokens) - 1):
        word = tokens[position]
        if word not in words.patronymic_words:
            continue
        if word in words.son_words and draft.context.religion != ISLAM and tokens[0] in name_tables().chinese_surnames:
            continue
        father = tokens[position + 1 :]
        again = next((place for place, token in enumerate(father) if token in words.patronymic_words), len(father))
        if not father[:again]:
            continue
        draft.father_hint = draft.father_hint or " ".join(father[:again])
        draft.tokens = tokens[:position]
        return


def _with_particles(tokens: list[str]) -> list[str]:
    """Return the tokens, ANAK LELAKI and ANAK PEREMPUAN (as Malaysian papers say) written as BIN and BINTI."""
    if "ANAK" not in tokens[1:-2]:
        return tokens
    text = " ".join(tokens)
    for words, particle in ((" ANAK LELAKI ", " BIN "), (" ANAK LAKI LAKI ", " BIN "), (" ANAK PEREMPUAN ", " BINTI ")):
        text = text.replace(words, particle)
    return text.split()


def take_child(draft: Draft) -> None:
    """N14: PAK X behind a name says whose father the bearer is; a value of nothing else keeps it as its name.

    Only for Muslims and those whose religion is not known, and not in a Chinese name, where PAK is a given name.
    """
    words, tokens = vocabulary(), draft.tokens
    if words.parent_of_plain.isdisjoint(tokens):
        return
    if draft.context.religion not in (0, ISLAM) or (tokens and tokens[0] in name_tables().chinese_surnames):
        return
    for position in range(len(tokens) - 1):
        if tokens[position] in words.parent_of_plain:
            draft.parent_hint = draft.parent_hint or " ".join(tokens[position + 1 :])
            if position:
                draft.tokens = tokens[:position]
            return
