"""How far several people who label the same pairs agree, beyond what chance would give.

Labels are numbers of categories, 0 to k - 1; none of these measures knows an order between them.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import UsageError
from linkage.evaluation.intervals import Interval

Float64 = npt.NDArray[np.float64]
Int64 = npt.NDArray[np.int64]


UNKNOWN: Final = Interval(float("nan"), float("nan"))


@dataclass(frozen=True)
class Agreement:
    """``value``: 1 full agreement, 0 what chance gives, below 0 less; nan when nothing can be told.

    ``observed``, ``expected``: the shares of agreement it is made of. ``items`` that were compared.
    """

    value: float
    observed: float
    expected: float
    items: int
    interval: Interval = UNKNOWN


def contingency(one: Int64, other: Int64, categories: int) -> Int64:
    """Return how often two labellers gave which two labels, int64 (k, k): rows the first's, columns the second's.

    ``one``, ``other`` int64 (n_items,): the label each gave, -1 none; items only one has labelled are left out.

    Raises:
        UsageError: unequal lengths, or a label that is no category.
    """
    if one.shape != other.shape or max(one.max(initial=-1), other.max(initial=-1)) >= categories:
        raise UsageError("two labellers need as many labels each, of the categories stated")
    both = (one >= 0) & (other >= 0)
    table: Int64 = np.zeros((categories, categories), np.int64)
    np.add.at(table, (one[both], other[both]), 1)
    return table


def cohen_kappa(table: npt.ArrayLike, *, confidence: float = 0.95) -> Agreement:
    """Return Cohen's kappa of two labellers, with the interval of its large-sample standard error.

    ``table`` (k, k): counts of :func:`contingency`. Nan where both always gave one and the same label: then chance
    would agree as well.

    J. Cohen, "A coefficient of agreement for nominal scales", Educational and Psychological Measurement 20 (1960)
    37-46; standard error: J. L. Fleiss, J. Cohen and B. S. Everitt, Psychological Bulletin 72 (1969) 323-327.

    Raises:
        UsageError: the table is not square, or holds a negative count.
    """
    counts = np.asarray(table, np.float64)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any():
        raise UsageError("kappa needs a square table of counts")
    n = float(counts.sum())
    if n == 0.0:
        return Agreement(float("nan"), float("nan"), float("nan"), 0)
    share = counts / n
    rows, columns = share.sum(axis=1), share.sum(axis=0)
    observed, expected = float(np.trace(share)), float(rows @ columns)
    if expected >= 1.0:
        return Agreement(float("nan"), observed, expected, int(n))
    value = (observed - expected) / (1.0 - expected)
    diagonal = np.diag(share) @ ((1.0 - expected) - (rows + columns) * (1.0 - observed)) ** 2
    mixed = share * (columns[:, None] + rows[None, :]) ** 2
    aside = (1.0 - observed) ** 2 * (mixed.sum() - np.trace(mixed))
    centre = (observed * expected - 2.0 * expected + observed) ** 2
    variance = max(0.0, float(diagonal + aside - centre)) / (n * (1.0 - expected) ** 4)
    reach = NormalDist().inv_cdf(0.5 + confidence / 2.0) * variance**0.5
    return Agreement(value, observed, expected, int(n), Interval(max(-1.0, value - reach), min(1.0, value + reach)))


def fleiss_kappa(counts: npt.ArrayLike) -> Agreement:
    """Return Fleiss' kappa of several labellers who all labelled every item, not always the same people.

    ``counts`` (n_items, k): how many gave each label.

    J. L. Fleiss, "Measuring nominal scale agreement among many raters", Psychological Bulletin 76 (1971) 378-382.

    Raises:
        UsageError: items with unequal numbers of labels, or with fewer than two: see :func:`krippendorff_alpha`.
    """
    table = np.asarray(counts, np.float64)
    if table.ndim != 2 or (table.shape[0] and np.ptp(table.sum(axis=1)) > 0.0):
        raise UsageError("Fleiss' kappa needs as many labels for every item", remedy="Take Krippendorff's alpha")
    if not table.shape[0]:
        return Agreement(float("nan"), float("nan"), float("nan"), 0)
    raters = float(table[0].sum())
    if raters < 2.0:
        raise UsageError("Fleiss' kappa needs two labels for every item at least")
    observed = float(((table**2).sum(axis=1) - raters).mean() / (raters * (raters - 1.0)))
    expected = float(((table.sum(axis=0) / table.sum()) ** 2).sum())
    value = (observed - expected) / (1.0 - expected) if expected < 1.0 else float("nan")
    return Agreement(value, observed, expected, table.shape[0])


def krippendorff_alpha(counts: npt.ArrayLike) -> Agreement:
    """Return Krippendorff's alpha for nominal labels: any number of labellers, any number of labels an item.

    ``counts`` (n_items, k): how many gave each label; items with fewer than two labels tell nothing and are left out.
    ``observed`` and ``expected`` are agreements, one less the disagreements of the source.

    K. Krippendorff, "Content Analysis: An Introduction to Its Methodology", chapter on reliability.

    Raises:
        UsageError: the table is not one of counts.
    """
    table = np.asarray(counts, np.float64)
    if table.ndim != 2 or (table < 0).any():
        raise UsageError("alpha needs a table of counts, items by categories")
    table = table[table.sum(axis=1) >= 2.0]
    if not table.shape[0]:
        return Agreement(float("nan"), float("nan"), float("nan"), 0)
    labels = table.sum(axis=1)
    total = float(table.sum())
    observed = float((((table**2).sum(axis=1) - labels) / (labels - 1.0)).sum() / total)
    by_category = table.sum(axis=0)
    expected = float((by_category * (by_category - 1.0)).sum() / (total * (total - 1.0)))
    value = 1.0 - (1.0 - observed) / (1.0 - expected) if expected < 1.0 else float("nan")
    return Agreement(value, observed, expected, table.shape[0])
