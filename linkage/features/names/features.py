"""The features of a column of person names: nama, nama_ibu and nama_ayah alike."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa

from linkage.features.feature import Direction, Feature, FeatureBlock
from linkage.features.names import measures
from linkage.features.names.spelled import spell_names
from linkage.similarity.packed import hash_texts
from linkage.standardise.column import Int32, Int64, NameForms

_Chosen = tuple[tuple[str, Direction, int], ...]

_FULL: Final[_Chosen] = (
    ("paired", 1, measures.PAIRED),
    ("contradicting", -1, measures.CONTRADICTING),
    ("matched_bits", 1, measures.MATCHED_BITS),
    ("matched_bits_most", 1, measures.MATCHED_BITS_MOST),
    ("contradicting_bits", 0, measures.CONTRADICTING_BITS),
    ("extra_bits", 0, measures.EXTRA_BITS),
    ("value_bits", 0, measures.VALUE_BITS),
    ("weakest_relation", 0, measures.WEAKEST_RELATION),
    ("weakest_similarity", 1, measures.WEAKEST_SIMILARITY),
    ("weakest_edits", -1, measures.WEAKEST_EDITS),
    ("weakest_first_letter", 0, measures.WEAKEST_FIRST_LETTER),
    ("weakest_rarer_bits", 0, measures.WEAKEST_RARER_BITS),
    ("weakest_commoner_bits", 0, measures.WEAKEST_COMMONER_BITS),
    ("weakest_odd", 0, measures.WEAKEST_ODD),
    ("joined_similarity", 1, measures.JOINED_SIMILARITY),
    ("tokens_most", 0, measures.TOKENS_MOST),
)
_BRIEF_NAMES: Final = frozenset(
    {"paired", "matched_bits", "value_bits", "weakest_similarity", "weakest_rarer_bits", "joined_similarity"}
)
_BRIEF: Final[_Chosen] = tuple(item for item in _FULL if item[0] in _BRIEF_NAMES)


def name_features(
    prefix: str,
    left: Int32,
    right: Int32,
    names: NameForms,
    token_counts: Int64,
    value_counts: Int64,
    texts: pa.StringArray,
    n_bearers: int,
    full: bool,
) -> FeatureBlock:
    """Return the features of pairs of names, float32 (n_pairs, n_features), nan where a name is missing.

    ``prefix``: the column's field, also the group. ``left``, ``right`` (n_pairs,): codes of the names, -1 for missing.
    ``names``, ``texts`` (n_values,): what stands behind the codes. ``token_counts`` (n_tokens,), ``value_counts``
    (n_values,): how many of ``n_bearers`` records, those that have a name, bear each. Not ``full``: the six that tell
    most of a parent's name. The order of the two names says nothing.

    ``paired``: the share of the hard tokens of the shorter name that agree with one of the other, by sound, by a slip,
    or one as the beginning of the other. ``contradicting``: hard tokens that agree with none, while the other name has
    such too.

    Rarity in bits (:func:`linkage.features.names.spelled.rarity_bits`): ``matched_bits`` of the tokens that agree,
    ``matched_bits_most`` of the rarest, ``contradicting_bits`` of those that do not, the commoner of two each time;
    ``extra_bits`` of hard tokens without any counterpart; ``value_bits`` of the commoner of the two names.

    ``weakest_...`` describe the couple of tokens that agrees least, at their best where all agree: ``relation`` as in
    :mod:`linkage.features.names.couples`, Jaro-Winkler ``similarity``, ``edits``, whether they share their
    ``first_letter``; the bits of the ``rarer`` and the ``commoner``, 0 where all agree: both of a pair of twins are
    known names, of a slip one is hardly ever borne; ``odd`` runs of letters that hardly any name has.

    ``joined_similarity``: Jaro-Winkler of the names without blanks. ``tokens_most``: tokens of the longer name.

    Raises:
        InvariantError: texts that are not the tokens of ``names``, joined by blanks.
    """
    chosen = _FULL if full else _BRIEF
    features = tuple(Feature(f"{prefix}_{name}", direction, prefix) for name, direction, _ in chosen)
    columns = np.full((left.size, len(chosen)), np.nan, np.float32)
    known = np.flatnonzero((left >= 0) & (right >= 0))
    if not known.size:
        return features, columns
    # The order of the two names says nothing, so the pair is measured once for both; and in an order of the names
    # themselves, for of assignments equally good one is taken by order, and codes differ from run to run.
    hashes = hash_texts(texts)
    one, other = left[known].astype(np.int64), right[known].astype(np.int64)
    turned = hashes[one] > hashes[other]
    packed, place = np.unique(np.where(turned, other * len(texts) + one, one * len(texts) + other), return_inverse=True)
    ones, others = (packed // len(texts)).astype(np.int32), (packed % len(texts)).astype(np.int32)
    used = np.concatenate([ones, others])[np.tile((ones != others) & full, 2)]
    spelled = spell_names(names, texts, token_counts, value_counts, n_bearers, used)
    measured = measures.measure_pairs(ones, others, spelled)[:, [measure for _, _, measure in chosen]]
    columns[known] = measured[place]
    return features, columns
