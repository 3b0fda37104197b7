"""A register of invented residents and the truth about it: made cell by cell, handed out regency by regency.

```
plan ──▶ cells ──▶ first records ────────────────┐
            └────▶ requests ──▶ offices ──▶ further records ──▶ order ──▶ nights ──▶ parts of extracts, with truth
                                                 └──▶ groups over the whole register ─────────────┘
```

Between the stages everything waits on a shelf, in memory or on disk, so that memory follows the size of a cell and of a
regency's portion, not that of the register.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.errors import OutputError
from linkage.synthetic.cells import Cell, plan_cells
from linkage.synthetic.draft import Draft, draft_of
from linkage.synthetic.parts import Part
from linkage.synthetic.places.gazetteer import Gazetteer, choose_regions, make_gazetteer
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.records.cell_records import CellRecords, make_cell
from linkage.synthetic.records.missing_fields import missing_rates
from linkage.synthetic.records.nights import last_versions, new_nights, play_nights
from linkage.synthetic.records.offices import write_further
from linkage.synthetic.records.origins import origins_of
from linkage.synthetic.records.rendering import render_records
from linkage.synthetic.shelf import Shelf
from linkage.synthetic.streams import Float64, Int64, stream
from linkage.synthetic.truth import groups as grouping
from linkage.synthetic.truth.table import make_truth

Bool = npt.NDArray[np.bool_]

_IN_MEMORY: Final = 3_000_000
"""Records up to which a register is made in memory; what waits of a larger one waits on disk."""

_PORTION: Final = 300_000
"""Records of a regency that are put in order and written at a time."""

_RECORDS, _REQUESTS, _NIKS, _CARDS = "records", "requests", "niks", "cards"
_FURTHER: Final = 1 << 40
"""Records are numbered through: first records by their person, further ones from here on."""


@dataclass(frozen=True)
class Register:
    """Records and truth, row by row in the same order: by regency, then by day of entry.

    ``records`` has the plain columns of ``linkage.schema.RESIDENT_COLUMNS``, all text, null for missing; dates are
    ``yyyy-mm-dd``, sex ``L`` or ``P``, codes those of SIAK, ``source`` the regency's code. ``truth`` has the columns of
    ``linkage.synthetic.truth.TRUTH``. ``regions`` are the regency codes in the order in which they were chosen.
    """

    plan: RegisterPlan
    records: pa.Table
    truth: pa.Table
    regions: tuple[str, ...]


def make_register(plan: RegisterPlan) -> Register:
    """Return the register of a plan: exactly ``plan.records`` records; the same plan gives the same bytes.

    It holds the state as of the last night; earlier versions of records stand in extracts only.
    """
    parts = list(register_parts(plan, last_state=True))
    codes = tuple(f"{region.code:04}" for region in choose_regions(plan.regions, plan.seed, plan.region_part))
    records = pa.concat_tables([part.records for part in parts]).combine_chunks()
    truth = pa.concat_tables([part.truth for part in parts]).combine_chunks()
    lines = pa.array(np.arange(1, truth.num_rows + 1))
    place = truth.schema.get_field_index("line")
    return Register(plan, records, truth.set_column(place, truth.schema.field(place), lines), codes)


def register_parts(plan: RegisterPlan, folder: Path | None = None, *, last_state: bool = False) -> Iterator[Part]:
    """Yield the extracts of a plan in parts: regencies by code, nights in order, rows as in the file.

    Every regency has at least one part of night 1, perhaps an empty one. ``folder``: where a large register may put
    temporary files, about 250 bytes a record; by default the system's place for them. ``last_state``: one extract of
    each regency, as things stand on the last night.

    Raises:
        UsageError: the plan asks for more regencies than there are, or for larger ones.
        OutputError: temporary files cannot be written.
    """
    regions = choose_regions(plan.regions, plan.seed, plan.region_part)
    gazetteer = make_gazetteer(regions)
    cells = plan_cells(plan, regions)
    rates = missing_rates(plan, regions)
    with ExitStack() as stack:
        waiting: Path | None = None
        if plan.records > _IN_MEMORY:
            waiting = Path(stack.enter_context(_temporary(folder)))
        making = _Making(plan, gazetteer, cells, rates, stack.enter_context(Shelf(waiting)))
        for cell in cells:
            making.put_cell(cell)
        for region in range(len(regions)):
            making.put_further(region)
        groups = grouping.find_groups(making.shelf, making.note_portions)
        for region in np.argsort([item.code for item in regions]).tolist():
            yield from making.extracts(region, groups, last_state=last_state)


def _temporary(folder: Path | None) -> tempfile.TemporaryDirectory[str]:
    try:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".register-", dir=folder)
    except OSError as error:
        raise OutputError("no place for temporary files", where=str(folder), remedy=error.strerror or "") from error


class _Making:
    """The stages of one register over the shelf between them."""

    def __init__(
        self,
        plan: RegisterPlan,
        gazetteer: Gazetteer,
        cells: tuple[Cell, ...],
        rates: Mapping[str, Float64],
        shelf: Shelf,
    ) -> None:
        self.plan, self.gazetteer, self.cells, self.rates, self.shelf = plan, gazetteer, cells, rates, shelf
        self.note_portions = grouping.portions(plan.records)
        sizes = np.zeros(len(gazetteer.regions))
        for cell in cells:
            sizes[cell.regions] += cell.persons
        self._portions = max(1, -(-int(sizes.max()) // _PORTION))
        self._edges = np.zeros(0, np.int64)
        self._counts = np.zeros(len(gazetteer.regions), np.int64)
        self._further = _FURTHER

    def put_cell(self, cell: Cell) -> None:
        """Make a cell, and put its first records, its requests and its numbers on the shelf."""
        made = make_cell(self.plan, cell, self.gazetteer, origins_of(self.plan, cell, len(self.cells)), self.rates)
        if cell.number == 0:
            # Portions of about one size: what the first cell shows of the days of entry holds for all.
            parts = np.arange(1, self._portions) / self._portions
            self._edges = np.quantile(made.originals.numbers["entered"], parts).astype(np.int64)
        repeated = np.zeros(cell.count, np.bool_)
        repeated[made.requests.numbers["person"] - cell.first_person] = True
        person = made.originals.numbers["person"]
        grouping.note_names(self.shelf, person, made.name_and_birth, self.note_portions)
        self._put_records(made.originals, person, repeated)
        self.shelf.put(_REQUESTS, made.requests.to_table(), made.requests.numbers["region"].astype(np.int64))
        self._put_numbers(made)

    def put_further(self, region: int) -> None:
        """Let an office write the records it was asked for, and put them on the shelf."""
        requests = self.shelf.take(_REQUESTS, region)
        if requests is None:
            return
        issued = [self.shelf.take(name, region) for name in (_NIKS, _CARDS)]
        niks, cards = (np.zeros(0, np.int64) if part is None else part.column(0).to_numpy() for part in issued)
        draft = write_further(self.plan, self.gazetteer, region, draft_of(requests), (niks, cards), self.rates)
        number = self._further + np.arange(draft.count)
        self._further += draft.count
        self._put_records(draft, number, np.ones(draft.count, np.bool_))

    def extracts(self, region: int, groups: grouping.Groups, *, last_state: bool) -> Iterator[Part]:
        """Yield the extracts of one regency, night after night."""
        plan, code = self.plan, self.gazetteer.regions[region].code
        starts = new_nights(plan, int(self._counts[region]), stream(plan.seed, "new by night", code))
        waiting: list[list[Part]] = [[] for _ in range(plan.nights + 1)]
        done = 0
        for portion in range(self._portions):
            ordered = self._ordered(region, portion)
            if ordered is None:
                continue
            draft, number = ordered
            rng = stream(plan.seed, f"nights {portion}", code)
            rows = play_nights(plan, draft, starts[done : done + draft.count], rng)
            if last_state:
                rows = last_versions(rows)
            serial = done + 1 + rows.row
            done += draft.count
            records = render_records(rows.draft, self.gazetteer, serial)
            truth = make_truth(plan, rows.draft, number[rows.row], records["record_id"].combine_chunks(), groups)
            for night in range(1, plan.nights + 1):
                here = pa.array(np.flatnonzero(rows.night == night))
                part = _part(code, night, records.take(here), truth.take(here))
                if night == 1:
                    yield part
                elif len(here):
                    waiting[night].append(part)
        if not done:
            yield self._empty(region, groups)
        for parts in waiting:
            yield from parts

    def _put_records(self, draft: Draft, number: Int64, repeated: Bool) -> None:
        region = draft.numbers["region"].astype(np.int64)
        portion = np.searchsorted(self._edges, draft.numbers["entered"], side="right")
        self._counts += np.bincount(region, minlength=self._counts.size)
        table = draft.to_table().append_column("number", pa.array(number))
        self.shelf.put(_RECORDS, table, region * self._portions + portion)
        grouping.note_records(self.shelf, number, draft, repeated, self.note_portions)

    def _put_numbers(self, made: CellRecords) -> None:
        self.shelf.put(_NIKS, pa.table({"nik": made.nik}), made.region)
        self.shelf.put(_CARDS, pa.table({"card": made.card}), made.card_region)

    def _ordered(self, region: int, portion: int) -> tuple[Draft, Int64] | None:
        """Return one portion of a regency's records in the order of the file, and their numbers."""
        table = self.shelf.take(_RECORDS, region * self._portions + portion)
        if table is None:
            return None
        draft = draft_of(table)
        rng = stream(self.plan.seed, f"order {portion}", self.gazetteer.regions[region].code)
        order = np.lexsort((rng.random(draft.count), draft.numbers["entered"]))
        number = draft.numbers["number"][order]
        return draft.select([name for name in draft.numbers if name != "number"]).take(order), number

    def _empty(self, region: int, groups: grouping.Groups) -> Part:
        keys = self.shelf.keys(_RECORDS)
        table = self.shelf.take(_RECORDS, int(keys[0]))
        assert table is not None  # a register has at least one record
        draft = draft_of(table.slice(0, 0))
        records = render_records(draft, self.gazetteer, np.zeros(0, np.int64))
        truth = make_truth(self.plan, draft, np.zeros(0, np.int64), records["record_id"].combine_chunks(), groups)
        return _part(self.gazetteer.regions[region].code, 1, records, truth)


def _part(code: int, night: int, records: pa.Table, truth: pa.Table) -> Part:
    place = truth.schema.get_field_index("night")
    nights = pa.array(np.full(truth.num_rows, night))
    return Part(f"{code:04}", night, records, truth.set_column(place, truth.schema.field(place), nights))
