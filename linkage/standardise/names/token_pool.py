"""Numbers for the canonical tokens of a column while it is read, and the names put together of them."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int32, Int64
from linkage.standardise.distinct import distinct_values
from linkage.standardise.names.word_flags import WordFlags


class TokenPool:
    """Numbers for the canonical tokens of a column: first its words (n_words,), then all others as they come up."""

    def __init__(self, words: WordFlags) -> None:
        self._words = words.words
        self._others: dict[str, int] = {}
        counts = np.ones(len(words.words), np.int64)
        counts[list(words.settled)] = [len(parts) for parts in words.settled.values()]
        offsets = np.zeros(counts.size + 1, np.int64)
        np.cumsum(counts, out=offsets[1:])
        parts = np.repeat(np.arange(counts.size, dtype=np.int32), counts)
        for word, tokens in words.settled.items():
            parts[offsets[word] : offsets[word + 1]] = [self.number(token) for token in tokens]
        self.parts = offsets, parts

    def number(self, token: str) -> int:
        """Return the number of a token's text."""
        return self._others.setdefault(token, len(self._words) + len(self._others))

    def sorted_tokens(self, ids: Int32) -> tuple[pa.StringArray, Int32]:
        """Return the distinct tokens that occur, sorted by UTF-8 bytes, and each number's index there."""
        every = pa.concat_arrays([self._words, pa.array(self._others.keys(), pa.string())])
        used = np.zeros(len(every), np.bool_)
        used[ids] = True
        tokens, index = distinct_values(every.filter(pa.array(used)))
        new = np.zeros(len(every), np.int32)
        new[used] = index
        return tokens, new[ids]


@kernel
def put_together(
    offsets: Int64,
    starts: Int64,
    ids: Int32,
    part_offsets: Int64,
    parts: Int32,
    place: Int64,
    rule_offsets: Int64,
    rule_ids: Int32,
) -> tuple[Int64, Int32]:
    """Return the tokens of all names (n_raw,) as offsets and numbers.

    Name v, where ``place`` is -1, has the parts of its words ``ids[starts[v]:offsets[v + 1]]``; word w has the tokens
    ``parts[part_offsets[w]:part_offsets[w + 1]]``. Other names have the row of that place in what the rules gave.
    """
    n_names = starts.shape[0]
    filled = np.zeros(n_names + 1, np.int64)
    for name in range(n_names):
        count = 0
        if place[name] >= 0:
            count = rule_offsets[place[name] + 1] - rule_offsets[place[name]]
        else:
            for word in ids[starts[name] : offsets[name + 1]]:
                count += part_offsets[word + 1] - part_offsets[word]
        filled[name + 1] = filled[name] + count
    tokens = np.empty(filled[n_names], np.int32)
    for name in range(n_names):
        slot = filled[name]
        if place[name] >= 0:
            begin = rule_offsets[place[name]]
            for step in range(filled[name + 1] - slot):
                tokens[slot + step] = rule_ids[begin + step]
        else:
            for word in ids[starts[name] : offsets[name + 1]]:
                for part in range(part_offsets[word], part_offsets[word + 1]):
                    tokens[slot] = parts[part]
                    slot += 1
    return filled, tokens
