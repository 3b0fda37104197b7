"""What was decided, by record: the number of its cluster, and the cases it stands in."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.schema import CASES
from linkage.standardise.column import Int32, Int64
from linkage.standing.appended import AppendedArray, AppendedTexts
from linkage.standing.sorted_index import SortedIndex


class StandingOutcome:
    """Clusters and cases in a folder. ``state``: what :attr:`state` was when they were committed, {} at first."""

    def __init__(self, folder: Path, state: Mapping[str, Any]) -> None:
        self._clusters = SortedIndex(folder, "cluster", state.get("clusters", ()))
        self._cases = AppendedTexts(folder / "cases", texts=int(state.get("cases", 0)))
        self._by_record = SortedIndex(folder, "case", state.get("by_record", ()))
        self._gone = AppendedArray(folder / "case.gone", np.int32, rows=int(state.get("gone", 0)))

    @property
    def state(self) -> dict[str, Any]:
        """What counts, as plain JSON."""
        return {
            "clusters": self._clusters.segments,
            "cases": len(self._cases),
            "by_record": self._by_record.segments,
            "gone": self._gone.rows,
        }

    @property
    def files(self) -> set[str]:
        """Names of the index files that count."""
        return self._clusters.files | self._by_record.files

    def clusters(self, numbers: Int64) -> Int32:
        """Return the cluster of each record number (n,) ascending, -1 for none."""
        return self._clusters.newest(numbers.astype(np.uint64))

    def set_clusters(self, numbers: Int64, clusters: Int64) -> None:
        """Put records into clusters; -1 takes one out."""
        self._clusters.append(numbers.astype(np.uint64), clusters.astype(np.int32))

    def cases(self, numbers: Int64) -> tuple[Int32, pa.Table]:
        """Return the standing cases of records (ascending numbers): their places here, and CASES in that order."""
        _, places = self._by_record.look_up(numbers.astype(np.uint64))
        found = np.setdiff1d(places, self._gone.values).astype(np.int32)
        rows = [json.loads(text) for text in self._cases.take(found).to_pylist()]
        return found, pa.Table.from_pylist(rows, schema=CASES)

    def __len__(self) -> int:
        """Number of standing cases."""
        return len(self._cases) - self._gone.rows

    def drop_cases(self, places: Int32) -> None:
        """Take cases out, by their places."""
        if len(places):
            self._gone.append(places)

    def set_cases(self, cases: pa.Table, numbers: Int64) -> None:
        """Put cases in; ``numbers``: of the records of all of them, end to end."""
        if not cases.num_rows:
            return
        first = len(self._cases)
        self._cases.append(pa.array([json.dumps(row) for row in cases.to_pylist()], pa.string()))
        counts = pc.list_value_length(cases.column("record_ids")).to_numpy()
        places = np.repeat(np.arange(first, first + cases.num_rows, dtype=np.int32), counts)
        self._by_record.append(numbers.astype(np.uint64), places)
