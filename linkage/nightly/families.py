"""Who stands on the family cards of the records in cases, as the queue keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.decision.evidence import RecordFacts
from linkage.encode import EncodedRecords
from linkage.features.family.families import MAX_FAMILY
from linkage.nightly.standard_values import as_sent, in_one_form
from linkage.review.shown import Kin
from linkage.spec import LinkageSpec
from linkage.stages.frequencies import BIRTH, REGION_FIELDS, regions_of
from linkage.standardise.column import Int32
from linkage.standing.rows import StandingRows, record_ids

MOST_SHOWN: Final = 12
"""Members of a family that are shown beside a record."""

SHOWN: Final = ("nama", "jenis_kelamin", "tanggal_lahir", "shdk", "nik", "nama_ibu", "nama_ayah")
"""What is shown of a member, as far as it is known."""


@dataclass(frozen=True, repr=False)
class CardHolders:
    """The standing records on some family cards (n,).

    ``ids``: their record ids. ``cards`` int32: equal codes are equal cards. ``regions`` int32: of the office that sent
    them, 0 for unknown. Their standard values are those of ``records`` at ``places`` int32.
    """

    ids: pa.StringArray
    cards: Int32
    regions: Int32
    records: EncodedRecords
    places: Int32


def holders_among(records: EncodedRecords, people: RecordFacts, wanted: Int32) -> CardHolders:
    """Return who of all standing ``records`` stands on the family cards of the ``wanted`` ones."""
    asked = np.zeros(int(people.kk.max(initial=-1)) + 2, np.bool_)
    asked[people.kk[wanted]] = True
    asked[-1] = False  # what -1 reads: no card
    places = np.flatnonzero(asked[people.kk]).astype(np.int32)
    return CardHolders(records.ids.take(pa.array(places)), people.kk[places], people.region[places], records, places)


def holders_standing(rows: StandingRows, spec: LinkageSpec, wanted: Int32) -> CardHolders:
    """Return who stands on the family cards of the ``wanted`` rows, looked up in the derived files."""
    cards, members = rows.sharing_card(wanted)
    forms = [field.name for field in spec.fields if field.name in SHOWN]
    records = rows.gather_fields(members, {*forms, *REGION_FIELDS, BIRTH})
    ids = record_ids(rows.numbers[members])
    return CardHolders(
        ids, cards, regions_of(records, spec.older_regions), records, np.arange(members.size, dtype=np.int32)
    )


def families_of(
    wanted: pa.StringArray, holders: CardHolders, residents: pa.Table, spec: LinkageSpec
) -> Mapping[str, tuple[Kin, ...]]:
    """Return the family of each of the ``wanted`` record ids that has one, by record id.

    Family are the others on the card that the same office sent, oldest first, at most :data:`MOST_SHOWN`. A card of too
    many (KK tampungan) is no family. ``residents``: the rows of the store of all ``holders``, any order.
    """
    if not len(holders.ids):
        return {}
    by_card = np.bincount(holders.cards)[holders.cards]
    key = holders.cards.astype(np.int64) << 16 | holders.regions
    birth = _births(holders)
    order = np.lexsort((pc.rank(holders.ids, tiebreaker="dense").to_numpy(), birth, key))
    order = order[by_card[order] <= MAX_FAMILY]
    kin = dict(zip(order.tolist(), _kin(holders, order, residents, spec), strict=True))
    starts = np.flatnonzero(np.diff(key[order], prepend=-1))
    asked = np.asarray(pc.is_in(holders.ids, value_set=wanted).to_numpy(zero_copy_only=False), np.bool_)
    families: dict[str, tuple[Kin, ...]] = {}
    for members in np.split(order, starts[1:]):
        if members.size > 1:
            for one in members[asked[members]].tolist():
                others = [kin[member] for member in members.tolist() if member != one]
                families[kin[one].record_id] = tuple(others[:MOST_SHOWN])
    return families


def _births(holders: CardHolders) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return yyyymmdd of each holder, after all others where it is missing."""
    column = holders.records.columns.get(BIRTH)
    if column is None or column.content.integers is None:
        return np.zeros(holders.places.size, np.int64)
    return np.append(column.content.integers, np.iinfo(np.int64).max)[column.codes[holders.places]]


def _kin(
    holders: CardHolders, members: np.ndarray[tuple[int], np.dtype[np.int64]], residents: pa.Table, spec: LinkageSpec
) -> list[Kin]:
    ids = holders.ids.take(pa.array(members))
    sent = residents.take(pc.index_in(ids, value_set=residents.column("record_id").combine_chunks()))
    forms = in_one_form(holders.records, spec, holders.places[members], SHOWN)
    columns = {name: forms[name] if name in forms else as_sent(sent, name) for name in SHOWN}
    return [
        Kin(record, tuple((name, value) for name, value in zip(SHOWN, row, strict=True) if value))
        for record, row in zip(ids.to_pylist(), zip(*columns.values(), strict=True), strict=True)
    ]
