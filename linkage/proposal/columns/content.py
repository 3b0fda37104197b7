"""What the values of a column say: weights of every role, in units of log odds, whatever the header says.

The weights are judgements, checked on public and invented files, not fitted: a shape that only one role has (an
``@``, two sexes, dates) weighs 5 to 8, what several roles share (digits, letters, many distinct values) 1 to 3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from linkage.proposal.columns import content_dates, content_numbers, content_words
from linkage.proposal.columns.measures import Measures

_FEW_ROWS: Final = 5.0
_JUDGES: Final[tuple[Callable[[Measures], dict[str, float]], ...]] = (
    content_numbers.contacts,
    content_numbers.identifiers,
    content_numbers.amounts,
    content_numbers.house_numbers,
    content_numbers.postcodes,
    content_numbers.rows,
    content_dates.dates,
    content_dates.ages,
    content_words.labels,
    content_words.names,
    content_words.places,
    content_words.lines,
)


def content_weights(m: Measures) -> dict[str, float]:
    """Return role -> weight from the values. Few filled rows say little; an empty column is noise."""
    if not m.distinct:
        return {"noise": 2.0}
    weights: dict[str, float] = {}
    for judge in _JUDGES:
        for role, weight in judge(m).items():
            weights[role] = weights.get(role, 0.0) + weight
    trust = m.filled_rows / (m.filled_rows + _FEW_ROWS)
    return {role: weight * trust for role, weight in weights.items()}
