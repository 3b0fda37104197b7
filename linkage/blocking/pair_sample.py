"""A sample of the pairs that blocking brings, each with the number of pairs it stands for; nothing is compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64, UInt64

Float64 = npt.NDArray[np.float64]

_EVEN_SHARE: Final = 0.6
"""This part of the draws goes to rules of which few pairs are first met, the rest by pairs: small rules are to be known
too."""

_PILOT: Final = 10
_RAREST: Final = 0.005
"""One draw in so many goes before, to find the part of a rule's pairs that no earlier rule brings; it is taken for so
much at least."""


@dataclass(frozen=True)
class PairSample:
    """Pairs drawn from the blocks of each rule, apart. n draws, R rules.

    ``left < right`` int32 (n,); ``drawn_from`` int64 (n,): the rule whose blocks it was drawn from; ``masks`` uint64
    (n,): all rules it meets; ``weight`` float64 (n,): the pairs of that rule that it stands for, each counted once.
    ``pairs`` int64 (R,): pairs within the blocks of each rule, as ``RuleReport.pairs``; ``drawn`` int64 (R,). Where
    both are equal every pair was taken, and what is said of that rule's pairs is exact.
    """

    left: Int32
    right: Int32
    drawn_from: Int64
    masks: UInt64
    weight: Float64
    pairs: Int64
    drawn: Int64

    @property
    def first_met(self) -> npt.NDArray[np.bool_]:
        """Tell, bool (n,), of which draws no earlier rule brings the pair: of these, a run's pairs are made."""
        earlier = (np.uint64(1) << self.drawn_from.astype(np.uint64)) - np.uint64(1)
        return np.asarray((self.masks & earlier) == 0)

    def totals(self, chosen: npt.NDArray[np.bool_]) -> tuple[Float64, Float64]:
        """Return, for each rule, how many of its pairs are of a kind, bool (n,) by draw, and the variance: (R,) each.

        Of a kind within :attr:`first_met`, the sum over rules counts the run's pairs.
        """
        value = self.weight * chosen
        sums: Float64 = np.bincount(self.drawn_from, weights=value, minlength=self.drawn.size).astype(np.float64)
        squares = np.bincount(self.drawn_from, weights=value * value, minlength=self.drawn.size)
        drawn = np.maximum(self.drawn, 2)
        # n times the variance of a draw; the draws of one stretch each vary less, so the error is on the safe side.
        variance: Float64 = np.maximum(squares - sums**2 / drawn, 0.0) * drawn / (drawn - 1)
        return sums, variance * (self.drawn < self.pairs)


def sample_pairs(
    starts: Sequence[Int64],
    members: Sequence[Int32],
    offsets: Int64,
    blocks: npt.NDArray[np.int32],
    *,
    left_end: int,
    right_start: int,
    draws: int,
    seed: int = 0,
) -> PairSample:
    """Draw about ``draws`` pairs from the blocks of the rules; all of them where they are no more.

    ``starts`` and ``members`` of each rule as in ``RuleIndex``. ``offsets`` int64 (N + 1,) and ``blocks`` int32 (E,):
    record i lies in the blocks ``blocks[offsets[i]:offsets[i + 1]]``, ascending, numbered through all rules in their
    order. A pair i < j counts when i < ``left_end`` and j >= ``right_start``. The same seed gives the same sample.

    A pair that lies in c blocks of a rule is drawn c times as often, and so stands for 1 / c of a draw (the
    multiplicity estimator: M. G. Sirken, JASA 65 (1970) 257-266). A first, smaller sample tells which rules bring
    little that is new, and need more draws to be known as well as the others.
    """
    first_block = np.cumsum([0, *(rule.size - 1 for rule in starts)]).astype(np.int64)
    rules = [BlockPairs.of(*rule, left_end, right_start) for rule in zip(starts, members, strict=True)]
    pairs = np.array([rule.before[-1] for rule in rules], np.int64)

    def draw(drawn: Int64, stage: int) -> PairSample:
        seeds = np.random.SeedSequence([seed, stage]).spawn(len(rules))
        parts = []
        for number, rule in enumerate(rules):
            picks = _picks(int(pairs[number]), int(drawn[number]), np.random.default_rng(seeds[number]))
            left, right = rule.at(picks)
            common, masks = _blocks_shared(offsets, blocks, first_block, number, left, right)
            parts.append((left, right, masks, pairs[number] / max(drawn[number], 1) / common))
        return PairSample(
            left=np.concatenate([np.zeros(0, np.int32), *(part[0] for part in parts)]),
            right=np.concatenate([np.zeros(0, np.int32), *(part[1] for part in parts)]),
            drawn_from=np.repeat(np.arange(drawn.size), drawn),
            masks=np.concatenate([np.zeros(0, np.uint64), *(part[2] for part in parts)]),
            weight=np.concatenate([np.zeros(0), *(part[3] for part in parts)]),
            pairs=pairs,
            drawn=drawn,
        )

    if int(pairs.sum()) <= draws:
        return draw(pairs, 1)
    pilot = draw(_allot(pairs, draws // _PILOT, np.ones(pairs.size)), 0)
    first, _ = pilot.totals(pilot.first_met)
    return draw(_allot(pairs, draws, 1.0 / np.maximum(first / np.maximum(pairs, 1), _RAREST)), 1)


def _allot(pairs: Int64, draws: int, emphasis: Float64) -> Int64:
    """Return the draws of each rule, never more than it has pairs; what small rules leave goes to the others.

    ``emphasis`` float64 (R,): by how much a rule is favoured in the part that does not go by pairs.
    """
    emphasis = emphasis * (pairs > 0)
    share = _EVEN_SHARE * emphasis / emphasis.sum() + (1.0 - _EVEN_SHARE) * pairs / pairs.sum()
    drawn = np.zeros(pairs.size, np.int64)
    open_rules = pairs > 0
    while True:
        room = max(draws - int(drawn[~open_rules].sum()), 0)
        wanted = np.where(open_rules, share / share[open_rules].sum() * room, drawn)
        full = open_rules & (wanted >= pairs)
        if not full.any():
            return np.where(open_rules, np.maximum(wanted, 1.0), wanted).astype(np.int64)
        drawn[full] = pairs[full]
        open_rules &= ~full
        if not open_rules.any():
            return drawn


def _picks(pairs: int, drawn: int, rng: np.random.Generator) -> Int64:
    """Return the numbers of the pairs to take, ascending: one from each of equal stretches, or all."""
    if drawn == pairs:
        return np.arange(pairs, dtype=np.int64)
    picks = ((np.arange(drawn) + rng.random(drawn)) * (pairs / drawn)).astype(np.int64)
    return np.minimum(picks, pairs - 1)


@dataclass(frozen=True)
class BlockPairs:
    """The blocks of one rule as runs of pairs. ``starts`` and ``members`` as in ``RuleIndex``.

    ``only_left``, ``both``, ``only_right`` int64 (n_blocks,): members that can only be the left of a pair, either side
    of it, only its right; they follow each other within a block. ``before`` int64 (n_blocks + 1,): pairs in all blocks
    before each.
    """

    starts: Int64
    members: Int32
    only_left: Int64
    both: Int64
    only_right: Int64
    before: Int64

    @classmethod
    def of(cls, starts: Int64, members: Int32, left_end: int, right_start: int) -> BlockPairs:
        """Count the pairs i < j of each block with i < ``left_end`` and j >= ``right_start``."""
        sizes = np.diff(starts)
        only_left, only_right = np.zeros_like(sizes), np.zeros_like(sizes)
        if right_start > 0:
            only_left = _counted(members < right_start, starts)
        if members.size and left_end <= int(members.max()):
            only_right = _counted(members >= left_end, starts)
        both = sizes - only_left - only_right
        pairs = only_left * (both + only_right) + both * (both - 1) // 2 + both * only_right
        return cls(starts, members, only_left, both, only_right, np.concatenate([[0], np.cumsum(pairs)]))

    def at(self, numbers: Int64) -> tuple[Int32, Int32]:
        """Return the pairs of these numbers, int32 (n,) left and right, counted through the blocks."""
        block = np.searchsorted(self.before, numbers, side="right") - 1
        number = numbers - self.before[block]
        only_left, partners = self.only_left[block], self.both[block] + self.only_right[block]
        whole_rows = only_left * partners
        rest = np.maximum(number - whole_rows, 0)
        # Row i of the others has longest - i pairs, and i * longest - i * (i - 1) / 2 before it.
        longest = partners - 1
        root = np.sqrt(np.maximum((2.0 * longest + 1.0) ** 2 - 8.0 * rest, 0.0))
        row = np.clip(((2.0 * longest + 1.0 - root) / 2.0).astype(np.int64), 0, np.maximum(longest, 0))
        row -= _pairs_before_row(row, longest) > rest  # a root may be rounded
        row += _pairs_before_row(row + 1, longest) <= rest
        first = number < whole_rows
        per_row = np.maximum(partners, 1)
        i = np.where(first, number // per_row, only_left + row)
        j = np.where(first, only_left + number % per_row, i + 1 + rest - _pairs_before_row(row, longest))
        begins = self.starts[block]
        return self.members[begins + i], self.members[begins + j]


def _pairs_before_row(row: Int64, longest: Int64) -> Int64:
    return row * longest - row * (row - 1) // 2


def _counted(chosen: npt.NDArray[np.bool_], starts: Int64) -> Int64:
    """Return how many members of each block are chosen, bool (E,)."""
    running = np.zeros(chosen.size + 1, np.int64)
    np.cumsum(chosen, out=running[1:])
    return np.diff(running[starts])


@kernel
def _blocks_shared(
    offsets: Int64, blocks: npt.NDArray[np.int32], first_block: Int64, drawn_from: int, left: Int32, right: Int32
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.uint64]]:
    """Return, for each pair, how many blocks of the rule it was drawn from hold it, and the mask of all its rules."""
    common = np.zeros(left.shape[0], np.int64)
    masks = np.zeros(left.shape[0], np.uint64)
    for pair in range(left.shape[0]):
        a, a_end = offsets[left[pair]], offsets[left[pair] + 1]
        b, b_end = offsets[right[pair]], offsets[right[pair] + 1]
        rule = 0
        while a < a_end and b < b_end:
            if blocks[a] == blocks[b]:
                while blocks[a] >= first_block[rule + 1]:
                    rule += 1
                if rule == drawn_from:
                    common[pair] += 1
                masks[pair] |= np.uint64(1) << np.uint64(rule)
                a += 1
                b += 1
            elif blocks[a] < blocks[b]:
                a += 1
            else:
                b += 1
    return common, masks
