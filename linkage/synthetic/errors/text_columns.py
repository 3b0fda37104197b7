"""Text columns: changed by the shape of the whole text, put together again, compared."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.streams import Int64, by_group

Bool = npt.NDArray[np.bool_]
Shape = tuple[str, str, float]
"""A regular expression, what is put in the place of its first match (``\\1`` for groups), and a weight above 0."""


def reshape(texts: pa.StringArray, shapes: Sequence[Shape], rng: np.random.Generator) -> pa.StringArray:
    """Apply to each text one of the regular expressions that match it, drawn by weight, at its first match.

    Null and texts that nothing matches stay.
    """
    fits = [pc.fill_null(pc.match_substring_regex(texts, shape[0]), False) for shape in shapes]
    weights = np.column_stack([fit.to_numpy(zero_copy_only=False) for fit in fits]) * [shape[2] for shape in shapes]
    running = weights.cumsum(axis=1)
    chosen = (rng.random(len(texts))[:, None] * running[:, -1:] >= running).sum(axis=1)
    chosen[running[:, -1] == 0.0] = -1
    rows, parts = [], []
    for number, group in by_group(chosen):
        if number >= 0:
            pattern, put, _ = shapes[number]
            found = texts.take(pa.array(group))
            parts.append(pc.replace_substring_regex(found, pattern, put, max_replacements=1))
            rows.append(group)
    return scatter(texts, rows, parts)


def scatter(texts: pa.StringArray, rows: Sequence[Int64], parts: Sequence[pa.StringArray]) -> pa.StringArray:
    """Return the texts with ``parts[i]`` at ``rows[i]`` (distinct rows)."""
    if not rows:
        return texts
    places = np.concatenate(rows)
    index = np.arange(len(texts))
    index[places] = len(texts) + np.arange(places.size)
    return pa.concat_arrays([texts, *parts]).take(pa.array(index))


def differs(before: pa.StringArray, after: pa.StringArray) -> Bool:
    """Return bool (n,): where two columns hold another text, or null on one side only."""
    unequal = pc.fill_null(pc.not_equal(before, after), False)
    one_null = pc.xor(before.is_null(), after.is_null())
    out: Bool = pc.or_(unequal, one_null).to_numpy(zero_copy_only=False)
    return out


def matches(texts: pa.StringArray, pattern: str) -> Bool:
    """Return bool (n,): where the regular expression is found in a text. Null is not allowed."""
    out: Bool = pc.match_substring_regex(texts, pattern).to_numpy(zero_copy_only=False)
    return out
