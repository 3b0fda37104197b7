"""What a household shares: the card, the parents' NIKs, the certificate, the address, and where all of it lies."""

from __future__ import annotations

import numpy as np

from linkage.features.evidence import PairEvidence
from linkage.features.feature import Block, FeatureBlock
from linkage.standardise.addresses.parts import address_parts
from linkage.standardise.addresses.relation import UNKNOWN, address_relations, part_codes
from linkage.standardise.nik.evidence import NikPair, nik_pairs
from linkage.standardise.nik.numbers import sixteen_digits

_SAME = ("rt", "rw", "kelurahan", "kecamatan", "no_akta_lhr")
"""Fields of which only equality tells."""


def household_features(pairs: PairEvidence) -> FeatureBlock:
    """Return how cards, parents' NIKs and addresses relate; a missing value gives nan.

    ``card_slip``: two card numbers a slip of the keyboard apart. ``region_relation``: 0 two provinces, 1 one province,
    2 one regency, by the offices that sent the records.
    """
    block = Block("household", pairs.n_pairs)
    _add_cards(block, pairs)
    for field in ("nik_ibu", "nik_ayah"):
        _add_parent(block, pairs, field)
    _add_address(block, pairs)
    for field in _SAME:
        _add_same(block, pairs, field)
    one, other = pairs.people.region[pairs.survivors.left], pairs.people.region[pairs.survivors.right]
    relation = (one // 100 == other // 100).astype(np.int8) + (one == other)
    block.add("region_relation", 0, relation, (one > 0) & (other > 0))
    return block.done()


def _add_cards(block: Block, pairs: PairEvidence) -> None:
    codes = pairs.codes("no_kk")
    if codes is None:
        nothing = np.zeros(pairs.n_pairs, np.bool_)
        block.add("card_equal", 0, nothing, nothing)
        block.add("card_slip", 0, nothing, nothing)
        return
    numbers = np.append(sixteen_digits(pairs.records.columns["no_kk"].content.values), np.int64(0))
    one, other = np.maximum(numbers[codes[0]], 0), np.maximum(numbers[codes[1]], 0)
    known = (codes[0] >= 0) & (codes[1] >= 0)
    equal = known & (codes[0] == codes[1])
    block.add("card_equal", 0, equal, known)
    slips = (nik_pairs(one, other).bits & NikPair.SLIP) != 0
    block.add("card_slip", 0, slips, (one > 0) & (other > 0) & ~equal)


def _add_parent(block: Block, pairs: PairEvidence, field: str) -> None:
    """0 two numbers, 1 a slip apart, 2 one number."""
    found = pairs.integers(field)
    missing = np.zeros(pairs.n_pairs, np.int64)
    one, other = found if found is not None else (missing, missing)
    bits = nik_pairs(one, other).bits
    relation = 2 * ((bits & NikPair.EQUAL) != 0) + ((bits & NikPair.SLIP) != 0)
    block.add(f"{field}_relation", 1, relation, (one > 0) & (other > 0))


def _add_address(block: Block, pairs: PairEvidence) -> None:
    codes = pairs.codes("alamat")
    if codes is None:
        nothing = np.zeros(pairs.n_pairs, np.int8)
        block.add("address_relation", 1, nothing, nothing > 0)
        return
    known = np.flatnonzero((codes[0] >= 0) & (codes[1] >= 0))
    rows = part_codes(address_parts(pairs.records.columns["alamat"].content.values))
    relation = np.zeros(pairs.n_pairs, np.uint8)
    one, other = codes[0][known].astype(np.int64), codes[1][known].astype(np.int64)
    relation[known] = address_relations(rows, one, other)
    block.add("address_relation", 1, relation, relation > UNKNOWN)


def _add_same(block: Block, pairs: PairEvidence, field: str) -> None:
    codes = pairs.codes(field)
    if codes is None:
        nothing = np.zeros(pairs.n_pairs, np.bool_)
        block.add(f"{field}_same", 1, nothing, nothing)
        return
    block.add(f"{field}_same", 1, codes[0] == codes[1], (codes[0] >= 0) & (codes[1] >= 0))
