"""Rules on parents and children of one file: ages that cannot be, births too close, records that contradict."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.quality.columns import Column, Mask
from linkage.intake.quality.dates import DatesRead
from linkage.intake.quality.links import CHILD, Cards, Links, family_cards, links_by_card, links_by_nik, wrong_sex
from linkage.intake.quality.persons import PARENTS, equal_texts
from linkage.intake.quality.records import RecordFinding, repeated
from linkage.intake.quality.values import active_rows
from linkage.standardise.column import Int64, KeySets
from linkage.standardise.names.columns import standardise_names
from linkage.standardise.placeholder_values import placeholder_values

YOUNGEST_PARENT: Final = 10
"""Years by which a parent is older than the child, at least."""
OLDEST_MOTHER: Final = 60
"""No woman bears after this birthday."""
CLOSEST_BIRTHS: Final = 2
"""Days: twins may be born before and after midnight."""
NEXT_BIRTH: Final = 200
"""Days: a child born so soon after another of one mother is not the next child."""

_YEAR = 10_000
_DAY_BITS: Final = 1 << 20


def judge_families(columns: Mapping[str, Column], dates: Mapping[str, DatesRead]) -> Iterator[RecordFinding]:
    """Yield what the rules on parents, children and siblings find among the rows of one file.

    A date of which only the year is known, and a default date, may be any of its year: the benefit of the doubt.
    """
    cards = family_cards(columns)
    links = list(links_by_nik(columns))
    yield from _parents_records(columns, links)
    if cards is not None:
        yield from _parents_numbers(columns, cards)
        links.extend(links_by_card(columns, cards))
    yield from _two_cards(columns)
    if "tanggal_lahir" in dates:
        yield from _ages(columns["tanggal_lahir"], dates["tanggal_lahir"], links)
        yield RecordFinding("tanggal_lahir", "SAUDARA_BERDEKATAN", _siblings(columns, dates["tanggal_lahir"], cards))


def _ages(column: Column, dates: DatesRead, links: list[Links]) -> Iterator[RecordFinding]:
    year = dates.numbers // _YEAR * _YEAR
    doubtful = dates.default | (dates.numbers % _YEAR == 0)
    known = dates.numbers > 0
    first = np.append(np.where(doubtful & known, year + 101, dates.numbers), -1)
    last = np.append(np.where(doubtful & known, year + 1231, dates.numbers), -1)
    young, old = np.zeros(len(column.codes), np.bool_), np.zeros(len(column.codes), np.bool_)
    for item in links:
        child, parent = column.codes[item.children], column.codes[item.parents]
        both = (first[child] > 0) & (first[parent] > 0)
        young[item.children] |= both & (last[child] - first[parent] < YOUNGEST_PARENT * _YEAR)
        late = first[child] - last[parent] > OLDEST_MOTHER * _YEAR
        old[item.children] |= both & item.mother & late
    yield RecordFinding("tanggal_lahir", "USIA_ORTU_ANAK", young)
    yield RecordFinding("tanggal_lahir", "USIA_IBU_ANAK", old)


def _siblings(columns: Mapping[str, Column], dates: DatesRead, cards: Cards | None) -> Mask:
    born = columns["tanggal_lahir"]
    exact = np.append(np.where(dates.default | (dates.numbers % _YEAR == 0), -1, dates.numbers), -1)
    day = _days(exact)[born.codes]
    known = (exact[born.codes] > 0) & active_rows(columns, len(day))
    found = np.zeros(len(day), np.bool_)
    mother = columns.get("nik_ibu")
    if mother is not None and mother.kind == "nik":
        one_person = mother.rows_with((mother.niks >= 0) & ~placeholder_values("nik_ibu", mother.bearers))
        found |= _close_births(mother.niks_of_rows, day, known & one_person)
    name = columns.get("nama_ibu")
    if cards is not None and name is not None:
        of_card = cards.card.codes.astype(np.int64) * max(len(name.values), 1) + name.codes
        found |= _close_births(of_card, day, known & (cards.roles == CHILD) & (name.codes >= 0))
    return found


def _close_births(mothers: Int64, day: Int64, judged: Mask) -> Mask:
    """Return bool (n,): judged rows with another of the same mother born 2 to 200 days before or after."""
    rows = np.flatnonzero(judged)
    found = np.zeros(len(judged), np.bool_)
    _, dense, counts = np.unique(mothers[rows], return_inverse=True, return_counts=True)
    several = counts[dense] > 1
    rows = rows[several]
    births = dense[several] * _DAY_BITS + day[rows]
    ordered = np.sort(births)
    for sign in (1, -1):
        ends = np.sort([births + sign * CLOSEST_BIRTHS, births + sign * NEXT_BIRTH], axis=0)
        near = np.searchsorted(ordered, ends[1], side="right") > np.searchsorted(ordered, ends[0], side="left")
        found[rows] |= near
    return found


def _days(numbers: Int64) -> Int64:
    """Return a count of days, int64 and below the next mother's, for yyyymmdd; any for what is no date."""
    known = np.where(numbers > 0, numbers, 19700101)
    months = (known // _YEAR - 1970) * 12 + known // 100 % 100 - 1
    start = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    # In the middle of a mother's range, so that 200 days more or less never reach the next one's.
    return np.asarray(start + known % 100 + _DAY_BITS // 2)


def _two_cards(columns: Mapping[str, Column]) -> Iterator[RecordFinding]:
    nik, card = columns.get("nik"), columns.get("no_kk")
    if nik is None or card is None or nik.kind != "nik":
        return
    number = nik.niks_of_rows
    judged = repeated(nik) & card.rows_with(card.cards) & active_rows(columns, len(number))
    rows = np.flatnonzero(judged)
    rows = rows[np.argsort(number[rows], kind="stable")]
    starts = np.flatnonzero(np.diff(number[rows], prepend=-1))
    found = np.zeros(len(number), np.bool_)
    if starts.size:
        codes = card.codes[rows]
        differ = np.minimum.reduceat(codes, starts) < np.maximum.reduceat(codes, starts)
        found[rows] = np.repeat(differ, np.diff(np.append(starts, rows.size)))
    yield RecordFinding("no_kk", "NIK_DUA_KK", found)


def _parents_records(columns: Mapping[str, Column], links: list[Links]) -> Iterator[RecordFinding]:
    """Yield what the parent's own record says against the child's: another name, or the other sex."""
    names = {nik: name for name, nik, _ in PARENTS}
    for item in links:
        rows = np.zeros(len(columns["nik"].codes), np.bool_)
        rows[item.children] = wrong_sex(item, columns)
        yield RecordFinding(item.field, "ORTU_JK", rows)
        told, own = columns.get(names[item.field]), columns.get("nama")
        if told is None or own is None or told.kind != "person_name" or own.kind != "person_name":
            continue
        other = np.zeros(len(rows), np.bool_)
        other[item.children] = _other_names(told, told.codes[item.children], own, own.codes[item.parents])
        yield RecordFinding(names[item.field], "PADAN_PARENT", other)


def _parents_numbers(columns: Mapping[str, Column], cards: Cards) -> Iterator[RecordFinding]:
    """Yield the children whose parent, by name and card, has another NIK than they say."""
    nik, own = columns.get("nik"), columns.get("nama")
    if nik is None or own is None or nik.kind != "nik":
        return
    for parents_name, parents_nik, _ in PARENTS:
        told, name = columns.get(parents_nik), columns.get(parents_name)
        if told is None or name is None or told.kind != "nik":
            continue
        said, number = told.niks_of_rows, nik.niks_of_rows
        children = np.flatnonzero((cards.roles == CHILD) & (said >= 0) & (name.codes >= 0))
        rows = np.zeros(len(said), np.bool_)
        for by_card in (cards.head, cards.spouse):
            parents = cards.of_row(by_card)[children]
            at = np.flatnonzero((parents >= 0) & (own.codes[parents] >= 0))
            child, parent = children[at], parents[at]
            at = np.flatnonzero((number[parent] >= 0) & (number[parent] != said[child]))
            child, parent = child[at], parent[at]
            rows[child] |= equal_texts(name, name.codes[child], own, own.codes[parent])
        yield RecordFinding(parents_nik, "PADAN_PARENT", rows)


def _other_names(one: Column, left: np.ndarray, other: Column, right: np.ndarray) -> Mask:
    """Return bool (n,): both names are known, and neither their standard forms nor their sounds agree."""
    known = np.flatnonzero((left >= 0) & (right >= 0))
    size = max(len(other.values), 1)
    pairs, which = np.unique(left[known].astype(np.int64) * size + right[known], return_inverse=True)
    texts = [one.values.take(pa.array(pairs // size)), other.values.take(pa.array(pairs % size))]
    unlike = pc.not_equal(pc.ascii_upper(texts[0]), pc.ascii_upper(texts[1])).to_numpy(zero_copy_only=False)
    doubtful = np.flatnonzero(unlike)
    encoded = pa.concat_arrays([text.take(pa.array(doubtful)) for text in texts]).dictionary_encode()
    content = standardise_names(encoded.dictionary, None)
    codes = content.mapping[encoded.indices.to_numpy(zero_copy_only=False)]
    a, b = codes[: len(doubtful)], codes[len(doubtful) :]
    unlike[doubtful] = (a >= 0) & (b >= 0) & (a != b) & ~_keys_meet(content.key_sets["full"], a, b)
    found = np.zeros(len(left), np.bool_)
    found[known] = unlike[which]
    return found


def _keys_meet(keys: KeySets, one: np.ndarray, other: np.ndarray) -> Mask:
    """Return bool (n_pairs,): the values share a key; False where one is missing."""
    _, dense = np.unique(keys.keys, return_inverse=True)
    span = int(dense.max(initial=0)) + 1
    sides = []
    for codes in (one, other):
        starts = np.where(codes >= 0, keys.offsets[np.maximum(codes, 0)], 0)
        sizes = (
            np.where(codes >= 0, np.diff(keys.offsets)[np.maximum(codes, 0)], 0) if len(keys.offsets) > 1 else starts
        )
        owners = np.repeat(np.arange(len(codes)), sizes)
        within = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        sides.append(owners * span + dense[np.repeat(starts, sizes) + within] if len(owners) else owners)
    met = np.zeros(len(one), np.bool_)
    met[sides[0][np.isin(sides[0], sides[1])] // span] = True
    return met
