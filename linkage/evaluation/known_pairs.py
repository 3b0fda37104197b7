"""What is known: which pairs of records are one person, and of which pairs nothing is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from linkage.errors import InputDataError
from linkage.evaluation.truth import true_pairs

Bool = npt.NDArray[np.bool_]
Float64 = npt.NDArray[np.float64]
Int32 = npt.NDArray[np.int32]
Int64 = npt.NDArray[np.int64]


@dataclass(frozen=True)
class KnownPairs:
    """The true pairs among ``n_records`` records, and which other pairs are known to be of two persons.

    ``left``, ``right`` int32 (n_true,): the true pairs, the smaller record first, each once, ascending. ``person``
    int64 (n_records,): equal numbers are one person, -1 is unknown. ``labelled``: keys of the labelled pairs,
    ascending, when only those are known; None when every pair of two known records is. ``n_left``: in link mode the
    records of the left file, which come first; only pairs across the files count. ``unit`` int64 (n_records,): dense
    numbers of the persons, an unknown record being one of its own: what intervals resample.
    """

    n_records: int
    left: Int32
    right: Int32
    person: Int64
    unit: Int64
    labelled: Int64 | None = None
    n_left: int | None = None

    @property
    def n_units(self) -> int:
        """Number of persons, unknown records counted one each."""
        return int(self.unit.max(initial=-1)) + 1

    def members(self) -> Int64:
        """Return the records of which something is known, int64 (n_known,), ascending."""
        if self.labelled is None:
            return np.flatnonzero(self.person >= 0)
        return np.unique(np.concatenate(np.divmod(self.labelled, self.n_records)))

    def keys(self, left: Int32, right: Int32) -> Int64:
        """Return a number for each pair, int64 (n_pairs,), whichever record comes first."""
        low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right).astype(np.int64)
        keys: Int64 = low * self.n_records + high
        return keys

    def is_known(self, left: Int32, right: Int32) -> Bool:
        """Tell of which pairs it is known whether they are one person, bool (n_pairs,)."""
        if self.labelled is not None:
            return np.isin(self.keys(left, right), self.labelled)
        known: Bool = (self.person[left] >= 0) & (self.person[right] >= 0)
        return known

    def is_true(self, left: Int32, right: Int32) -> Bool:
        """Tell which pairs are one person, bool (n_pairs,); False where it is not known."""
        true: Bool = (self.person[left] == self.person[right]) & self.is_known(left, right)
        return true

    def place_among(self, left: Int32, right: Int32) -> Int64:
        """Return for each true pair its place in a list of pairs, -1 where it is not in it, int64 (n_true,)."""
        keys = self.keys(left, right)
        if not keys.size:
            return np.full(self.left.size, -1, np.int64)
        order = np.argsort(keys, kind="stable")
        wanted = self.keys(self.left, self.right)
        place = np.minimum(np.searchsorted(keys, wanted, sorter=order), keys.size - 1)
        return np.where(keys[order[place]] == wanted, order[place], -1)


def known_from_persons(person: Int64, n_left: int | None = None) -> KnownPairs:
    """Return what is known when the person of each record is: int64 (n_records,), -1 unknown."""
    left, right = true_pairs(person)
    left, right = np.minimum(left, right), np.maximum(left, right)
    if n_left is not None:
        across = (left < n_left) & (right >= n_left)
        left, right = left[across], right[across]
    order = np.lexsort((right, left))
    return KnownPairs(person.size, left[order], right[order], person, _units(person), None, n_left)


def known_from_labels(left: Int32, right: Int32, same: Bool, n_records: int, n_left: int | None = None) -> KnownPairs:
    """Return what is known when only some pairs are labelled; ``same`` bool (n_pairs,): one person.

    Pairs labelled alike are taken together: whoever is one person with the same third record, is one person.

    Raises:
        InputDataError: two records that are one person by other labels are labelled as different.
    """
    person = _connected(left[same], right[same], n_records)
    if bool((person[left[~same]] == person[right[~same]]).any()):
        raise InputDataError(
            "TRUTH_CONTRADICTS", "a pair labelled as different is one person by other labels", where="labels"
        )
    known = KnownPairs(n_records, left[:0], right[:0], person, _units(person), None, n_left)
    keys = np.unique(known.keys(left, right))
    true = np.unique(known.keys(left[same], right[same]))
    one, other = (true // n_records).astype(np.int32), (true % n_records).astype(np.int32)
    return KnownPairs(n_records, one, other, person, known.unit, keys, n_left)


def _connected(left: Int32, right: Int32, n_records: int) -> Int64:
    """Return for each record the smallest record it hangs together with."""
    smallest = np.arange(n_records, dtype=np.int64)
    while True:
        before = smallest.copy()
        low = np.minimum(smallest[left], smallest[right])
        np.minimum.at(smallest, left, low)
        np.minimum.at(smallest, right, low)
        smallest = smallest[smallest]
        if np.array_equal(before, smallest):
            return smallest


def _units(person: Int64) -> Int64:
    alone = np.where(person >= 0, person, np.arange(person.size) + int(person.max(initial=-1)) + 1)
    return np.unique(alone, return_inverse=True)[1].astype(np.int64)
