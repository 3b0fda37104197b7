"""Whether tokens can be matched one to one: up to 63 on a side, held as bits of machine words."""

from __future__ import annotations

from typing import Final

import numpy as np

from linkage.similarity.jit import borrowing, scratch_words
from linkage.similarity.packed import Words

MOST_MATCHED: Final = 63
"""Tokens of a name, so that a word has a bit for each, and one number more says that there is none."""

_PARTNER: Final = 0
_TAKEN_BY: Final = 64
_CAME_FROM: Final = 128
_QUEUE: Final = 192


@borrowing
def covers(edges: Words, base: int, wanted: np.uint64) -> bool:
    """Return whether a one-to-one matching gives every wanted token a partner (augmenting paths, Berge 1957).

    ``edges[base + t]``: the partners that token t may have, a bit each; ``wanted``: a bit for each token.
    """
    one, none = np.uint64(1), np.uint64(MOST_MATCHED + 1)
    work = scratch_words()
    taken = np.uint64(0)
    for start in range(MOST_MATCHED):
        if wanted >> np.uint64(start) == np.uint64(0):
            break
        work[_PARTNER + start] = none
        if not (wanted >> np.uint64(start)) & one:
            continue
        seen = np.uint64(0)
        work[_QUEUE] = np.uint64(start)
        waiting, done, free = 1, 0, none
        while done < waiting and free == none:
            token = work[_QUEUE + done]
            done += 1
            open_edges = edges[np.uint64(base) + token] & ~seen
            other = np.uint64(0)
            while open_edges != np.uint64(0) and free == none:
                if open_edges & one:
                    seen |= one << other
                    work[np.uint64(_CAME_FROM) + other] = token
                    if not (taken >> other) & one:
                        free = other
                    else:
                        work[_QUEUE + waiting] = work[np.uint64(_TAKEN_BY) + other]
                        waiting += 1
                open_edges >>= one
                other += one
        if free == none:
            return False
        taken |= one << free
        while free != none:
            token = work[np.uint64(_CAME_FROM) + free]
            before = work[np.uint64(_PARTNER) + token]
            work[np.uint64(_PARTNER) + token] = free
            work[np.uint64(_TAKEN_BY) + free] = token
            free = before
    return True
