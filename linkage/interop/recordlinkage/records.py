"""Frames read for the toolkit: which row became which record, and the records laid out for the kernel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from linkage.days import day_of
from linkage.encode import encode
from linkage.intake import Intake, read_inputs
from linkage.interop.frames.inputs import as_input
from linkage.interop.recordlinkage.labels import Pairs, checked_labels, index_to_pairs
from linkage.run.one_off import read_spec_file
from linkage.spec import LinkageSpec
from linkage.stages.candidates import Candidates, plan_candidates

Spec = LinkageSpec | str | Path | None


@dataclass(frozen=True)
class FrameRecords:
    """One frame, or two to link, and what intake accepted of them.

    ``rows`` int32 (n_records,): the row number of each record, ascending. ``record_of_row`` int32 (n_rows,): the
    record of each row, -1 for a rejected one.
    """

    x: Any
    x_link: Any
    spec: LinkageSpec
    intake: Intake
    rows: npt.NDArray[np.int32]
    record_of_row: npt.NDArray[np.int32]

    @property
    def left_count(self) -> int:
        """As in :class:`linkage.encode.EncodedRecords`."""
        return self.intake.left_rows

    def plan(self) -> Candidates:
        """Return the records blocked by the spec's rules and laid out for the kernel."""
        records = encode(self.intake.accepted, self.spec, latest_year=this_year(), left_count=self.left_count)
        return plan_candidates(records, self.spec)

    def record_pairs(self, index: Any) -> tuple[Pairs, npt.NDArray[np.bool_]]:
        """Return the record numbers (n, 2) of the pairs of an index, and which pairs (n_pairs,) are left.

        Pairs with a rejected row are left out.
        """
        records = self.record_of_row[index_to_pairs(index, self.x, self.x_link)]
        there: npt.NDArray[np.bool_] = np.all(records >= 0, axis=1)
        return records[there], there


def read_frames(x: Any, x_link: Any, spec: Spec) -> FrameRecords:
    """Read one frame, or two to link.

    Raises:
        UsageError: no pandas frame, or labels that are not unique. InputDataError: as :func:`linkage.dedupe`.
    """
    chosen = (spec if isinstance(spec, LinkageSpec) else read_spec_file(spec)).validate()
    frames = [x] if x_link is None else [x, x_link]
    for frame in frames:
        checked_labels(frame)
    tables = [as_input(frame, chosen) for frame in frames]
    intake = read_inputs(tables, chosen, mode="dedupe" if x_link is None else "link", latest_year=this_year())
    rows = intake.accepted.column("line").to_numpy() - 1
    if x_link is not None:
        rows = rows + np.where(np.arange(rows.size) < intake.left_rows, 0, len(x))
    record_of_row = np.full(sum(map(len, frames)), -1, np.int32)
    record_of_row[rows] = np.arange(rows.size, dtype=np.int32)
    return FrameRecords(x, x_link, chosen, intake, rows.astype(np.int32), record_of_row)


def this_year() -> int:
    """Return the year that tells the century of two-digit years."""
    return day_of(datetime.now(UTC)).year
