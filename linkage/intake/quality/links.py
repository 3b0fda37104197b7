"""Who is whose parent within one file: by the parent's NIK, and by the relations on a family card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from linkage.intake.quality.columns import Column, Mask
from linkage.intake.quality.persons import PARENTS
from linkage.intake.quality.records import FEMALE, MALE, sexes
from linkage.intake.quality.values import active_rows
from linkage.standardise.codes import standardise_code
from linkage.standardise.column import Int64
from linkage.standardise.placeholder_values import placeholder_values

HEAD, HUSBAND, WIFE, CHILD, HEADS_PARENT = 1, 2, 3, 4, 7
"""Relations to the head of the family (STAT_HBKEL)."""
NOBODY: Final = -1
_BUCKET_BITS: Final = 21


@dataclass(frozen=True, repr=False)
class Links:
    """Pairs of rows, a child's and a parent's: ``children`` and ``parents`` int64 (n_links,).

    ``mother``: the parent is the mother, known by NIK or as the woman among head and spouse. ``field``: the child's
    field that names the parent's NIK; empty for links by the card.
    """

    children: Int64
    parents: Int64
    mother: Mask
    field: str = ""


def links_by_nik(columns: Mapping[str, Column]) -> Iterator[Links]:
    """Yield the links of active rows to the one row of the file that has the NIK of the mother, and of the father.

    A NIK that several rows have, and one so many children name that it stands for nobody, links nobody.
    """
    nik = columns.get("nik")
    if nik is None or nik.kind != "nik":
        return
    wanted = {name: columns[name] for _, name, _ in PARENTS if name in columns and columns[name].kind == "nik"}
    if not any(len(column.values) for column in wanted.values()):
        return
    by_row = nik.niks_of_rows
    rows = _perhaps_among(by_row, [column.niks for column in wanted.values()])
    rows = rows[np.argsort(by_row[rows], kind="stable")]
    sorted_numbers = by_row[rows]
    alone = np.ones(len(rows), np.bool_)
    same = sorted_numbers[1:] == sorted_numbers[:-1]
    alone[1:] &= ~same
    alone[:-1] &= ~same
    rows, sorted_numbers = rows[alone], sorted_numbers[alone]
    active = active_rows(columns, len(by_row))
    for field, column in wanted.items():
        numbers = column.niks
        at = np.searchsorted(sorted_numbers, numbers)
        found = np.append(sorted_numbers, np.int64(-2))[at] == numbers
        found &= ~placeholder_values(field, column.bearers)
        parent = np.append(np.where(found, np.append(rows, NOBODY)[at], NOBODY), NOBODY)[column.codes]
        children = np.flatnonzero((parent >= 0) & active & (parent != np.arange(len(parent))))
        yield Links(children, parent[children], np.full(len(children), field == "nik_ibu"), field)


def _perhaps_among(numbers: Int64, wanted: list[Int64]) -> Int64:
    """Return the places of all ``numbers`` that are among the ``wanted`` ones, of few others, and of no negative one.

    Few people of a file are a parent of another: sorting all of them would cost more than everything else here.
    """
    known = np.zeros(1 << _BUCKET_BITS, np.bool_)
    for some in wanted:
        known[_buckets(some[some >= 0])] = True
    return np.flatnonzero(known[_buckets(numbers)] & (numbers >= 0))


def _buckets(numbers: Int64) -> npt.NDArray[np.uint64]:
    mixed = numbers.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return np.asarray(mixed >> np.uint64(64 - _BUCKET_BITS))


@dataclass(frozen=True, repr=False)
class Cards:
    """The active rows of valid family cards. ``member`` (n,); ``roles`` int8 (n,), 0 for unknown.

    ``head``, ``spouse``: int64 (n_cards,), the row of the only head or spouse of each card, -1 for none or several.
    """

    card: Column
    member: Mask
    roles: np.ndarray[tuple[int], np.dtype[np.int8]]
    head: Int64
    spouse: Int64

    def of_row(self, by_card: Int64) -> Int64:
        """Return what ``by_card`` int64 (n_cards,) says of each row's card, int64 (n,), -1 without one."""
        return np.append(by_card, NOBODY)[self.card.codes]


def family_cards(columns: Mapping[str, Column]) -> Cards | None:
    """Return the family cards of a file, None where it has no cards or does not say who is what on them."""
    card, role = columns.get("no_kk"), columns.get("shdk")
    if card is None or role is None or role.kind != "family_role":
        return None
    member = card.rows_with(card.cards) & active_rows(columns, len(card.codes))
    content = standardise_code("family_role", role.values)
    numbers = np.array([*map(int, content.values.to_pylist()), 0], np.int8)[np.append(content.mapping, -1)]
    roles = np.where(member, numbers[role.codes], np.int8(0))
    only = [_only(card, np.isin(roles, some)) for some in ((HEAD,), (HUSBAND, WIFE))]
    return Cards(card, member, roles, *only)


def links_by_card(columns: Mapping[str, Column], cards: Cards) -> Iterator[Links]:
    """Yield the links of children to head and spouse, and of the head to the head's parents."""
    told = columns.get("jenis_kelamin")
    if told is not None and told.kind == "sex":
        sex = np.append(sexes(told.values), np.int8(0))[told.codes]
    else:
        sex = np.zeros(len(cards.roles), np.int8)
    children = np.flatnonzero(cards.roles == CHILD)
    for by_card in (cards.head, cards.spouse):
        parents = cards.of_row(by_card)[children]
        known = parents >= 0
        yield Links(children[known], parents[known], sex[parents[known]] == FEMALE)
    elders = np.flatnonzero(cards.roles == HEADS_PARENT)
    heads = cards.of_row(cards.head)[elders]
    known = heads >= 0
    yield Links(heads[known], elders[known], sex[elders[known]] == FEMALE)


def wrong_sex(links: Links, columns: Mapping[str, Column]) -> Mask:
    """Return bool (n_links,): the row named as mother is a man's, or that named as father a woman's."""
    told = columns.get("jenis_kelamin")
    if told is None or told.kind != "sex":
        return np.zeros(len(links.children), np.bool_)
    sex = np.append(sexes(told.values), np.int8(0))[told.codes[links.parents]]
    return np.asarray(sex == np.where(links.mother, MALE, FEMALE))


def _only(card: Column, chosen: Mask) -> Int64:
    """Return the only chosen row of each card, int64 (n_cards,), -1 for none or several."""
    rows = np.flatnonzero(chosen)
    found = np.full(len(card.values), NOBODY, np.int64)
    found[card.codes[rows]] = rows
    found[np.bincount(card.codes[rows], minlength=len(card.values)) != 1] = NOBODY
    return found
