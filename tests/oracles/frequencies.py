"""Frequencies by region, value by value and in plain Python: a chain of Gamma-Poisson means over dictionaries."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence

Groups = tuple[int, ...]
"""The chain of groups of one record, widest first; -1 for unknown."""

FEWEST_PAIRS = 200.0
LEAST, MOST = 1.0, 1e9


def frequency_oracle(
    keys: Sequence[frozenset[int]], chains: Sequence[Groups], strength: float | None, left_out: int = 0
) -> list[float]:
    """Return the frequency of every record's value in its narrowest group, nan without a key.

    ``keys``: the keys of each record's value.
    """
    records = [(item, chain) for item, chain in zip(keys, chains, strict=True) if item]
    depth = len(chains[0]) if chains else 0
    national = Counter(key for item, _ in records for key in item)
    once, twice = (sum(count == n for count in national.values()) for n in (1, 2))
    discount = min(once / (once + 2 * twice), 0.9) if once else 0.0
    borne = [Counter((key, chain[k]) for item, chain in records for key in item) for k in range(depth)]
    living = [Counter(chain[k] for _, chain in records) for k in range(depth)]
    strengths = [
        _strengths(records, k) if strength is None else defaultdict(lambda: float(strength)) for k in range(depth)
    ]

    def frequency(key: int, chain: Groups) -> float:
        wider = national[key]
        others = max(wider - left_out, 0)
        found = (others - discount if others else (1 - discount) / 2) / max(len(records) - left_out, 1)
        for k, group in enumerate(chain):
            if group < 0 or not living[k][group]:
                continue
            own = max(borne[k][key, group] - left_out, 0)
            s = strengths[k][_octave(wider)]
            weight = max(living[k][group] - left_out, own) + s
            if not weight:
                continue
            found = (own + s * found) / weight
            wider = borne[k][key, group]
        return found

    return [
        max((frequency(key, chain) for key in item), default=math.nan) for item, chain in zip(keys, chains, strict=True)
    ]


def _octave(bearers: int) -> int:
    return max(bearers, 1).bit_length() - 1


def _strengths(records: Sequence[tuple[frozenset[int], Groups]], k: int) -> dict[int, float]:
    """Return the strength of each octave at step k, from the pairs of bearers that live in one group."""
    known = [(item, chain[k], chain[k - 1] if k else 0) for item, chain in records if chain[k] >= 0]
    living = Counter(group for _, group, _ in known)
    parent_of = {group: parent for _, group, parent in known}
    together = Counter(parent for _, _, parent in known)
    shares: dict[int, list[float]] = defaultdict(list)
    for group, count in living.items():
        shares[parent_of[group]].append(count / together[parent_of[group]])
    cells = Counter((key, group) for item, group, _ in known for key in item)
    bearers = Counter((key, parent) for item, _, parent in known for key in item)
    of_octave: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for (key, parent), count in bearers.items():
        of_octave[_octave(count)].append((key, parent))

    def terms(which: Sequence[tuple[int, int]]) -> tuple[float, list[tuple[float, float]]]:
        excess, rooms = 0.0, defaultdict(list)
        for key, parent in which:
            c, shape = bearers[key, parent], shares[parent]
            q = sum(share**2 for share in shape)
            n = [cells[key, group] for group in living if parent_of[group] == parent]
            excess += sum(x * (x - 1) for x in n) - q * c * (c - 1)
            if 1 - q > 1e-9:
                effective = (q - 2 * sum(share**3 for share in shape) + q * q) / (1 - q)
                if effective > 0:
                    rooms[_octave(c), parent].append((c * (c - 1), 1 - q, c, effective * together[parent]))
        buckets = []
        for items in rooms.values():
            pairs = sum(item[0] for item in items)
            mean = sum(item[0] * item[2] for item in items) / max(pairs, 1)
            buckets.append((pairs * items[0][1], mean / items[0][3]))
        return excess, buckets

    enough: dict[int, float] = {}
    for octave, which in of_octave.items():
        excess, buckets = terms(which)
        if sum(room for room, _ in buckets) >= FEWEST_PAIRS:
            enough[octave] = _solve(excess, buckets)
    nearest = {
        octave: min(enough, key=lambda other: (abs(other - octave), other), default=None) for octave in range(32)
    }
    return {octave: MOST if other is None else enough[other] for octave, other in nearest.items()}


def _solve(excess: float, buckets: Sequence[tuple[float, float]]) -> float:
    low, high = math.log(LEAST), math.log(MOST)
    for _ in range(80):
        middle = (low + high) / 2
        if sum(room / (1 + math.exp(middle) * steep) for room, steep in buckets) <= excess:
            high = middle
        else:
            low = middle
    return math.exp(high)
