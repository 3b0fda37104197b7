"""The best partition of a few records, by trying every one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

Partition = tuple[frozenset[int], ...]


def partitions(records: list[int]) -> Iterator[Partition]:
    if not records:
        yield ()
        return
    first, rest = records[0], records[1:]
    for found in partitions(rest):
        yield (frozenset([first]), *found)
        for place, group in enumerate(found):
            yield (*found[:place], group | {first}, *found[place + 1 :])


def worth(partition: Partition, weights: Mapping[frozenset[int], float]) -> float:
    """Return the sum of the weights of all pairs inside groups."""
    return sum(weights[frozenset(two)] for group in partition for two in combinations(group, 2))


def best_worth(records: list[int], weights: Mapping[frozenset[int], float]) -> float:
    return max(worth(partition, weights) for partition in partitions(records))
