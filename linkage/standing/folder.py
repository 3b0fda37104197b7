"""The derived files of a project: one folder per full run, of which the ledger says how much counts."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linkage.spec import LinkageSpec
from linkage.standing.outcome import StandingOutcome
from linkage.standing.pairs import StandingPairs
from linkage.standing.people import StandingMarks
from linkage.standing.rows import StandingRows

State = Mapping[str, Any]
"""What counts of the derived files, as plain JSON; {} for none."""


class Standing:
    """Everything derived from the standing store, in a folder.

    Raises:
        InvariantError: a file is missing or shorter than ``state`` says; the folder must be made anew.
    """

    def __init__(self, folder: Path, spec: LinkageSpec, state: State) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.spec = spec
        self.rows = StandingRows(folder, spec, state.get("rows", {}))
        self.marks = StandingMarks(folder, state.get("marks", {}))
        self.pairs = StandingPairs(folder, len(spec.comparisons), state.get("pairs", {}))
        self.outcome = StandingOutcome(folder, state.get("outcome", {}))

    @property
    def state(self) -> dict[str, Any]:
        """What counts now; whoever commits it makes it count for the next to open the folder."""
        return {
            "rows": self.rows.state,
            "marks": self.marks.state,
            "pairs": self.pairs.state,
            "outcome": self.outcome.state,
        }

    def sweep(self) -> None:
        """Remove index files that no longer count, or were left by a killed run."""
        parts = (self.rows, self.marks, self.pairs, self.outcome)
        files = set[str]().union(*(part.files for part in parts))
        for path in self.folder.iterdir():
            _, _, number = path.name.rpartition(".")
            if number.isdigit() and path.name not in files:
                path.unlink()


def sweep_folders(parent: Path, keep: str) -> None:
    """Remove the derived folders of former full runs, and of killed ones."""
    if parent.is_dir():
        for folder in parent.iterdir():
            if folder.name != keep:
                shutil.rmtree(folder)
