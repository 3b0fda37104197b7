"""Similarities of sets as kernels: two sorted runs without repeats in one ``items`` array, given by start and end.

``items``: any integers, keys (uint64) or codes (int32). An empty set says nothing, so it agrees with nothing, not even
with another empty one: similarity 0, and no common item.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.similarity.jit import borrowing

Items = npt.NDArray[np.integer[Any]]


@borrowing
def sets_meet(items: Items, left_start: int, left_end: int, right_start: int, right_end: int) -> bool:
    """Return whether two sets share an item: phonetic keys, for one. Symmetric."""
    i, j = left_start, right_start
    while i < left_end and j < right_end:
        if items[i] == items[j]:
            return True
        if items[i] < items[j]:
            i += 1
        else:
            j += 1
    return False


@borrowing
def common_items(items: Items, left_start: int, left_end: int, right_start: int, right_end: int) -> int:
    """Return the number of items that two sets share. Symmetric."""
    common = 0
    i, j = left_start, right_start
    while i < left_end and j < right_end:
        if items[i] == items[j]:
            common += 1
            i += 1
            j += 1
        elif items[i] < items[j]:
            i += 1
        else:
            j += 1
    return common


@borrowing
def jaccard(items: Items, left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return the share of common items in all items of two sets, 0 to 1. Symmetric. Source: Jaccard (1901)."""
    common = common_items(items, left_start, left_end, right_start, right_end)
    union = (left_end - left_start) + (right_end - right_start) - common
    return common / union if union else 0.0


@borrowing
def dice(items: Items, left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return twice the common items by the sum of both sizes, 0 to 1. Symmetric. Source: Dice (1945)."""
    both = (left_end - left_start) + (right_end - right_start)
    return 2 * common_items(items, left_start, left_end, right_start, right_end) / both if both else 0.0


@borrowing
def overlap(items: Items, left_start: int, left_end: int, right_start: int, right_end: int) -> float:
    """Return the share of common items in the smaller set, 0 to 1: 1 where one set lies in the other. Symmetric.

    Source: Szymkiewicz (1934), Simpson (1943).
    """
    smaller = min(left_end - left_start, right_end - right_start)
    return common_items(items, left_start, left_end, right_start, right_end) / smaller if smaller else 0.0
