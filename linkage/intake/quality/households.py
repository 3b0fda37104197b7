"""Rules on households: the active rows of one file that share a family card."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from linkage.intake.quality.columns import Column, Mask
from linkage.intake.quality.records import RecordFinding, sexes
from linkage.intake.quality.values import active_rows
from linkage.standardise.codes import standardise_code

MOST_MEMBERS: Final = 20
"""A card with more members is taken for a dump of many families."""
_HEAD, _SPOUSES = 1, (2, 3)


def judge_households(columns: Mapping[str, Column]) -> Iterator[RecordFinding]:
    """Yield what the rules on family cards find; rows of history and impossible card numbers are left out."""
    card = columns.get("no_kk")
    if card is None:
        return
    member = card.rows_with(card.cards)
    member &= active_rows(columns, len(member))
    per_card = np.bincount(card.codes[member], minlength=len(card.values))
    yield RecordFinding("no_kk", "KK_TAMPUNGAN", member & card.rows_with(per_card > MOST_MEMBERS))
    role = columns.get("shdk")
    if role is not None and role.kind == "family_role":
        yield from _heads_and_spouses(card, role, columns.get("jenis_kelamin"), member)


def _heads_and_spouses(card: Column, role: Column, sex: Column | None, member: Mask) -> Iterator[RecordFinding]:
    content = standardise_code("family_role", role.values)
    numbers = np.array([*map(int, content.values.to_pylist()), 0], np.int8)[np.append(content.mapping, -1)]
    roles = numbers[role.codes]
    head = member & (roles == _HEAD)
    heads = np.bincount(card.codes[head], minlength=len(card.values))
    yield RecordFinding("shdk", "KK_DUA_KEPALA", head & card.rows_with(heads > 1))
    if sex is None or sex.kind != "sex":
        return
    by_row = np.append(sexes(sex.values), np.int8(0))[sex.codes]
    head_sex = np.zeros(len(card.values) + 1, np.int8)
    head_sex[card.codes[head]] = by_row[head]
    head_sex[:-1][heads != 1] = 0
    spouse = member & np.isin(roles, _SPOUSES) & (by_row > 0)
    yield RecordFinding("shdk", "KK_PASANGAN_SEJENIS", spouse & (head_sex[card.codes] == by_row))
