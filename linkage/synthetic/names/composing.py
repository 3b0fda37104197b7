"""Composing names: a pattern by culture, faith and birth cohort, then a token for every slot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.names.culture import (
    COHORT_STARTS,
    FAMILY,
    FATHER,
    INHERITED,
    ORDER,
    SLOTS,
    STYLE_OF_FAITH,
    Cultures,
)
from linkage.synthetic.names.vocabulary import Vocabulary
from linkage.synthetic.streams import by_group

Int8 = npt.NDArray[np.int8]
Int32 = npt.NDArray[np.int32]

_LINKS: Final = ("bin", "boru", "alias", "daeng")


@dataclass(frozen=True)
class Bearers:
    """Those who need a name, one row each.

    ``culture`` int8; ``faith`` int8 code of religion, 0 for not known; ``sex`` int8, 0 male and 1 female; ``year``
    int16 of birth; ``family`` and ``father`` int32 token of the inherited name and of the father's first name, -1 for
    none; ``order`` int8 place among siblings from 0; ``lineage`` float32 0 to 1, the same along the male line.
    """

    culture: Int8
    faith: Int8
    sex: Int8
    year: npt.NDArray[np.int16]
    family: Int32
    father: Int32
    order: Int8
    lineage: npt.NDArray[np.float32]

    def take(self, rows: npt.NDArray[np.integer]) -> Bearers:
        """Return these rows."""
        return Bearers(**{name: values[rows] for name, values in vars(self).items()})


def compose_names(
    bearers: Bearers, cultures: Cultures, vocabulary: Vocabulary, rng: np.random.Generator
) -> tuple[Int32, Int8]:
    """Return int32 (n, SLOTS) token ids, -1 for an empty slot, and int8 (n,) the slot of the last given name.

    Slots are filled from the left. BIN, BINTI, BORU, ALIAS, DAENG and the like stand between two names or are left out.
    """
    codes = cultures.patterns[_choose_patterns(bearers, cultures, rng)]
    links = np.array([vocabulary.number(name) for name in _LINKS], np.int16)
    linking = np.isin(codes, links)
    given = (codes >= 0) & (codes < INHERITED) & ~linking & (np.cumsum(linking, axis=1) == 0)
    tokens = np.full(codes.shape, -1, np.int32)
    father = np.where(_only_leads(bearers.father, vocabulary), -1, bearers.father)
    orders = np.array([vocabulary.number(f"bali_order_{place}") for place in (1, 2, 3, 4)], np.int16)
    for slot in range(SLOTS):
        code = codes[:, slot]
        code = np.where(code == ORDER, orders[bearers.order % 4], code)
        table = np.where(code >= 0, code + bearers.sex, -1)
        for number, rows in by_group(table):
            if number >= INHERITED:
                tokens[rows, slot] = vocabulary.tables[number - INHERITED].at(bearers.lineage[rows])
            elif number >= 0:
                tokens[rows, slot] = vocabulary.tables[number].sample(rng, rows.size)
        tokens[:, slot] = np.where(code == FAMILY, bearers.family, tokens[:, slot])
        tokens[:, slot] = np.where(code == FATHER, father, tokens[:, slot])
    if vocabulary.empty >= 0:
        tokens[tokens == vocabulary.empty] = -1
    _drop_repeats(tokens, linking)
    given = _close_gaps(tokens, given & (tokens >= 0))
    _spell_old(tokens, bearers, cultures, vocabulary, rng)
    last = SLOTS - 1 - given[:, ::-1].argmax(axis=1)
    return tokens, np.where(given.any(axis=1), last, 0).astype(np.int8)


def first_tokens(tokens: Int32) -> Int32:
    """Return int32 (n,): the first token of each name, -1 for none."""
    first: Int32 = tokens[np.arange(len(tokens)), (tokens >= 0).argmax(axis=1)]
    return first


def render_names(tokens: Int32, texts: pa.StringArray) -> pa.StringArray:
    """Return the names written out, their tokens parted by blanks."""
    columns = [texts.take(pa.array(tokens[:, slot], mask=tokens[:, slot] < 0)) for slot in range(tokens.shape[1])]
    columns = [pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column) for column in columns]
    return pc.binary_join_element_wise(*columns, " ", null_handling="skip")


def cohort_of(year: npt.NDArray[np.integer]) -> npt.NDArray[np.int64]:
    """Return the naming cohort, 0 to 5, of a birth year."""
    return np.searchsorted(np.array(COHORT_STARTS), year, side="right")


def _only_leads(tokens: Int32, vocabulary: Vocabulary) -> npt.NDArray[np.bool_]:
    """Return bool (n,): the token is no name by itself, so that no child is called by it."""
    known = (tokens >= 0) & (tokens < vocabulary.leads.size)
    leads: npt.NDArray[np.bool_] = known & vocabulary.leads[np.where(known, tokens, 0)]
    return leads


def _drop_repeats(tokens: Int32, linking: npt.NDArray[np.bool_]) -> None:
    """Empty slots whose token repeats its neighbour, and links that have no name on either side."""
    for slot in range(1, SLOTS):
        # Nobody is called the same behind ALIAS as before it, nor twice in a row.
        tokens[tokens[:, slot] == tokens[:, slot - 1], slot] = -1
        if slot > 1:
            tokens[linking[:, slot - 1] & (tokens[:, slot] == tokens[:, slot - 2]), slot] = -1
    for slot in reversed(range(SLOTS)):
        behind = tokens[:, slot + 1] if slot + 1 < SLOTS else np.full(len(tokens), -1, np.int32)
        tokens[linking[:, slot] & (behind < 0), slot] = -1


def _close_gaps(tokens: Int32, given: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Move tokens left over empty slots, in place, and return ``given`` (n, SLOTS) moved alike."""
    rows = np.flatnonzero(((tokens[:, :-1] < 0) & (tokens[:, 1:] >= 0)).any(axis=1))
    order = np.argsort(tokens[rows] < 0, axis=1, kind="stable")
    tokens[rows] = np.take_along_axis(tokens[rows], order, axis=1)
    given[rows] = np.take_along_axis(given[rows], order, axis=1)
    return given


def _choose_patterns(bearers: Bearers, cultures: Cultures, rng: np.random.Generator) -> Int32:
    pattern = np.empty(bearers.culture.size, np.int32)
    chance = rng.random(bearers.culture.size)
    chance = np.where(cultures.lineage[bearers.culture], bearers.lineage, chance)
    style = bearers.culture.astype(np.int32) * 4 + np.array(STYLE_OF_FAITH)[bearers.faith]
    for key, rows in by_group(style * 6 + cohort_of(bearers.year)):
        chosen = cultures.styles[key // 6]
        within = np.searchsorted(chosen.running[key % 6], chance[rows], side="right")
        pattern[rows] = chosen.first + np.minimum(within, chosen.running.shape[1] - 1)
    return pattern


def _spell_old(
    tokens: Int32, bearers: Bearers, cultures: Cultures, vocabulary: Vocabulary, rng: np.random.Generator
) -> None:
    # The spelling changed in 1947 and 1972; a name keeps the spelling of its day.
    rate = np.select([bearers.year < 1947, bearers.year < 1960, bearers.year < 1973], [0.5, 0.3, 0.06], 0.0)
    old = rng.random(bearers.year.size) < rate * cultures.old_spelling[bearers.culture]
    plain = (tokens >= 0) & (tokens < vocabulary.size)
    tokens[old[:, None] & plain] += vocabulary.size
