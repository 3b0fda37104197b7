"""Frequencies of values, or of their name keys, by regency and birth decade, shrunk to province and nation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.errors import InvariantError
from linkage.standardise.column import Int32, KeySets
from linkage.standardise.frequencies.strength import CLASSES, Float64, Int64, estimate_strengths, octave

UNKNOWN: Final = 0
"""Stands for an unknown regency, and for an unknown birth decade."""
DAYS_IN_YEAR: Final = 365.25

_NOWHERE: Final = -1
_PER_PROVINCE: Final = 100
_PLACES: Final = 10_000
_MOST_DISCOUNT: Final = 0.9


@dataclass(frozen=True, repr=False)
class Grade:
    """Counts in one grade of groups, each within one group of the grade before.

    ``groups`` int64 (G,) ascending, ``totals`` int64 (G,) residents with a value. ``cells`` int64 ascending,
    value * G + group, and ``counts`` int64: only pairs that occur. ``strengths`` float64 (CLASSES,).
    """

    groups: Int64
    totals: Int64
    cells: Int64
    counts: Int64
    strengths: Float64


@dataclass(frozen=True, repr=False)
class NameFrequencies:
    """How common each value is where it is asked for; build it with :func:`name_frequencies`.

    ``n_residents``: residents with a value. ``n_values``: distinct values, or name keys, seen. Memory follows the
    number of distinct (value, region) pairs. ``discount``: bearers, 0 to 0.9, that the
    nation takes from every value seen, for those not seen.
    """

    n_residents: int
    n_values: int
    _counts: Int64
    discount: float
    _levels: tuple[Grade, ...]
    _key_offsets: Int64 | None = None
    _key_ids: Int64 | None = None

    def of(
        self,
        codes: Int32,
        regions: Int32,
        decades: Int32 | None = None,
        *,
        left_out: int = 0,
    ) -> Float64:
        """Return the frequency of each value in each place, float64 (n,), in (0, 1]; nan for a missing value.

        That is the chance that a resident of the regency (born in the decade) bears the value, or shares one of its
        name keys: of several keys the commonest counts. Array work; no loop over pairs.

        Args:
            codes: int32 (n,), codes of the values as they were counted, -1 for missing. One that was never seen has
                the frequency of a value nobody bears.
            regions: int32 (n,), regencies as four-digit numbers; 0, or one not seen: the wider group speaks.
            decades: int32 (n,), first year of the decade of birth, 0 for unknown; only with a table that was counted
                by decade. An unknown decade has the nation's frequency.
            left_out: so many bearers are not counted, in each group as far as it has them: 2 when a pair that shares
                the value is to be judged by what *others* bear.

        Raises:
            InvariantError: arrays of unequal length, or decades that do not fit the table.
        """
        places = _places(regions, decades)
        if codes.shape != regions.shape or len(places) != len(self._levels):
            raise InvariantError("frequencies are asked for in another shape than they were counted in")
        if self._key_offsets is None or self._key_ids is None:
            found = self._of_ids(codes.astype(np.int64), places, left_out)
            return np.where(codes >= 0, found, np.nan)
        entries, ids = _expand(codes, self._key_offsets, self._key_ids)
        found = self._of_ids(ids, [groups[entries] for groups in places], left_out)
        result = np.full(codes.shape, np.nan)
        first = np.flatnonzero(np.diff(entries, prepend=-1))
        result[entries[first]] = np.maximum.reduceat(found, first) if first.size else 0.0
        return result

    def borne_in(self, codes: Int32, regions: Int32) -> tuple[Int64, Int64]:
        """Return how many residents of a regency bear a value, and how many bear any, int64 (n,) both.

        ``codes``, ``regions`` int32 (n,), as in :meth:`of`, of a table that was counted by value. A value that was
        never counted there is borne by none.
        """
        grade = self._levels[-1]
        at, known = _find(grade.groups, _places(regions, None)[-1])
        asked = np.where(known & (codes >= 0), codes.astype(np.int64) * grade.groups.size + at, _NOWHERE)
        cell, borne = _find(grade.cells, asked)
        count = np.where(borne, grade.counts[cell] if grade.counts.size else 0, 0)
        return count, np.where(known, grade.totals[at] if grade.totals.size else 0, 0)

    @property
    def counts(self) -> Int64:
        """Residents per value (or name key), int64, by its number."""
        return self._counts

    @property
    def grades(self) -> tuple[Grade, ...]:
        """The narrower groups, widest first."""
        return self._levels

    def shared(self) -> tuple[NameFrequencies, Int64]:
        """Return the table of the values that two residents or more bear, and their numbers here, int64 ascending.

        With ``left_out`` 1 or more it tells the same as this one: what one resident bears then counts as never seen.
        """
        kept = np.flatnonzero(self._counts > 1)
        place = np.full(self._counts.size, _NOWHERE, np.int64)
        place[kept] = np.arange(kept.size)
        grades = []
        for grade in self._levels:
            size = max(int(grade.groups.size), 1)
            borne = grade.counts > 1
            cells = place[grade.cells[borne] // size] * size + grade.cells[borne] % size
            grades.append(Grade(grade.groups, grade.totals, cells, grade.counts[borne], grade.strengths))
        table = NameFrequencies(self.n_residents, self.n_values, self._counts[kept], self.discount, tuple(grades))
        return table, kept

    def _of_ids(self, ids: Int64, places: Sequence[Int64], left_out: int) -> Float64:
        seen = (ids >= 0) & (ids < self._counts.size)
        wider = np.where(seen, self._counts[np.where(seen, ids, 0)] if self._counts.size else 0, 0)
        others = np.maximum(wider - left_out, 0)
        share = np.where(others > 0, others - self.discount, (1.0 - self.discount) / 2)
        frequency: Float64 = share / max(self.n_residents - left_out, 1)
        for level, groups in zip(self._levels, places, strict=True):
            at, known = _find(level.groups, groups)
            cell, borne = _find(level.cells, np.where(seen & known, ids * level.groups.size + at, _NOWHERE))
            count = np.where(borne, level.counts[cell] if level.counts.size else 0, 0)
            residents = np.where(known, level.totals[at] if level.totals.size else 0, 0)
            own = np.maximum(count - left_out, 0)
            strength = level.strengths[octave(wider)]
            weight = np.maximum(residents - left_out, own) + strength
            known &= weight > 0
            frequency = np.where(known, (own + strength * frequency) / np.where(known, weight, 1.0), frequency)
            wider = np.where(known, count, wider)
        return np.clip(frequency, np.finfo(np.float64).tiny, 1.0)


def name_frequencies(
    codes: Int32,
    regions: Int32,
    decades: Int32 | None = None,
    *,
    keys: KeySets | None = None,
    strength: float | None = None,
    shared_only: bool = False,
) -> NameFrequencies:
    """Count values by regency, province and nation, and learn how much each may be trusted over the next wider one.

    In the nation: (c - d) / N, the discount d = n1 / (n1 + 2 n2) from the numbers of values borne once and twice
    (H. Ney, U. Essen and R. Kneser, "On structuring probabilistic dependences in stochastic language modelling",
    Computer Speech and Language 8, 1994; the mean of a Pitman-Yor process of concentration 0): what is common keeps
    its share, unlike under a Dirichlet prior, and what is rare leaves room for names not yet seen. One that nobody
    bears is taken to be half as common as one borne once.
    Then province and regency in turn: f = (n + s f_wider) / (n_residents + s), with s of
    :func:`linkage.standardise.frequencies.strength.estimate_strengths`. With decades the chain is nation, decade,
    decade in the province, decade in the regency.

    Args:
        codes: int32 (n_records,), -1 for missing.
        regions: int32 (n_records,), regencies as four-digit numbers, 0 for unknown: counted in the nation alone.
        decades: int32 (n_records,), first year of the decade of birth (:func:`birth_decades`), 0 for unknown.
        keys: count these keys of the values (``content.key_sets["full"]`` of a column of names) and not the values.
        strength: a fixed strength in residents, 0 or more, for every step; None: estimated. 0 trusts the narrowest
            group alone wherever it has residents.
        shared_only: count by region only what two residents or more bear: enough, and faster, for a table that is only
            asked with ``left_out`` 1 or more.

    Raises:
        InvariantError: arrays of unequal length, or a strength that is negative or not finite.
    """
    if codes.shape != regions.shape or (decades is not None and decades.shape != codes.shape):
        raise InvariantError("codes, regions and decades are of the same records")
    if strength is not None and not 0.0 <= strength < np.inf:
        raise InvariantError("a strength of shrinkage is neither negative nor infinite")
    places = _places(regions, decades)
    if keys is None:
        offsets, key_ids = None, None
        entries = np.flatnonzero(codes >= 0)
        ids = codes[entries].astype(np.int64)
    else:
        offsets = keys.offsets
        key_ids = np.unique(keys.keys, return_inverse=True)[1].astype(np.int64)
        entries, ids = _expand(codes, offsets, key_ids)
    bearers = np.unique(entries)
    counts = np.bincount(ids, minlength=int(ids.max(initial=-1)) + 1).astype(np.int64)
    # Nothing is seen of a value's spread in its only bearer.
    told = np.flatnonzero(counts[ids] > 1) if shared_only else np.arange(ids.size)
    levels: list[Grade] = []
    wider = np.zeros(codes.shape, np.int64)
    for groups in places:
        levels.append(_level(ids[told], groups[entries[told]], groups[bearers], wider[bearers], strength))
        wider = groups
    return NameFrequencies(
        n_residents=int(bearers.size),
        n_values=int(np.count_nonzero(counts)),
        _counts=counts,
        discount=_discount(counts),
        _levels=tuple(levels),
        _key_offsets=offsets,
        _key_ids=key_ids,
    )


def birth_decades(dates: Int64) -> Int32:
    """Return int32 (n,): the first year of the decade of each yyyymmdd, 0 for one that is not known (0 or negative)."""
    return np.where(dates > 0, dates // 100_000 * 10, UNKNOWN).astype(np.int32)


def expected_namesakes(frequency: Float64, residents: float, birth_years: float) -> Float64:
    """Return how many bearers of a name to expect on any one birth date, float64, same shape as ``frequency``.

    ``residents`` born evenly over ``birth_years`` years: a name of 254,922 bearers has 12 on every date of 60 years.
    A default date has a whole year's and more: multiply by :data:`DAYS_IN_YEAR`.

    Raises:
        InvariantError: negative residents, or no years.
    """
    if not (residents >= 0.0 and birth_years > 0.0):
        raise InvariantError("namesakes need residents and the years that they were born in")
    return np.asarray(frequency * (residents / (birth_years * DAYS_IN_YEAR)), np.float64)


def _places(regions: Int32, decades: Int32 | None) -> list[Int64]:
    """Return the chain of groups, widest first, each int64 (n,), -1 where unknown."""
    region = np.where(regions > UNKNOWN, regions, _NOWHERE).astype(np.int64)
    province = np.where(region >= 0, region // _PER_PROVINCE, _NOWHERE)
    if decades is None:
        return [province, region]
    decade = np.where(decades > UNKNOWN, decades, _NOWHERE).astype(np.int64)
    chain = [decade]
    for place in (province, region):
        chain.append(np.where((decade >= 0) & (place >= 0), decade * _PLACES + place, _NOWHERE))
    return chain


def _level(ids: Int64, groups: Int64, residents: Int64, wider: Int64, strength: float | None) -> Grade:
    """Count ``ids`` by their ``groups``; ``residents``, ``wider``: the group and the wider group of every bearer."""
    placed = residents >= 0
    names, totals = np.unique(residents[placed], return_counts=True)
    known = groups >= 0
    size = max(int(names.size), 1)
    cells, counts = np.unique(ids[known] * size + np.searchsorted(names, groups[known]), return_counts=True)
    if strength is None:
        parent = np.zeros(names.size, np.int64)
        parent[np.searchsorted(names, residents[placed])] = wider[placed]
        parent_names, parents = np.unique(parent, return_inverse=True)
        wide = max(int(parent_names.size), 1)
        parent_cells, to_parent = np.unique(cells // size * wide + parents[cells % size], return_inverse=True)
        borne = np.bincount(to_parent, weights=counts, minlength=parent_cells.size).astype(np.int64)
        bearers = np.stack([borne, parent_cells % wide])
        strengths = estimate_strengths(bearers, counts, to_parent, totals.astype(np.int64), parents)
    else:
        strengths = np.full(CLASSES, strength)
    return Grade(names, totals.astype(np.int64), cells, counts.astype(np.int64), strengths)


def _expand(codes: Int32, offsets: Int64, key_ids: Int64) -> tuple[Int64, Int64]:
    """Return (record, key id) of every key of every record's value, records ascending; int64 both."""
    seen = (codes >= 0) & (codes < offsets.size - 1)
    starts = np.where(seen, offsets[np.where(seen, codes, 0)], 0)
    ends = np.where(seen, offsets[np.where(seen, codes, -1) + 1], 0)
    sizes = ends - starts
    entries = np.repeat(np.arange(codes.size, dtype=np.int64), sizes)
    within = np.arange(entries.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return entries, key_ids[np.repeat(starts, sizes) + within] if entries.size else np.zeros(0, np.int64)


def _find(sorted_ids: Int64, wanted: Int64) -> tuple[Int64, npt.NDArray[np.bool_]]:
    """Return where each wanted id stands among sorted ones, 0 where it does not, and whether it does."""
    if not sorted_ids.size:
        return np.zeros(wanted.shape, np.int64), np.zeros(wanted.shape, np.bool_)
    at = np.minimum(np.searchsorted(sorted_ids, wanted), sorted_ids.size - 1)
    found = sorted_ids[at] == wanted
    return np.where(found, at, 0), found


def _discount(counts: Int64) -> float:
    """Return the discount of the nation's counts from the values borne once and twice, within bounds."""
    once, twice = int(np.count_nonzero(counts == 1)), int(np.count_nonzero(counts == 2))
    return min(once / (once + 2 * twice), _MOST_DISCOUNT) if once else 0.0
