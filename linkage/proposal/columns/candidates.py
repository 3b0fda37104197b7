"""A column while it is being recognised."""

from __future__ import annotations

from dataclasses import dataclass

from linkage.proposal.columns.header import HeaderEvidence
from linkage.proposal.columns.measures import Measures


@dataclass
class Candidate:
    """A column with the weights of all roles so far. ``notes``: reasons found by looking at several columns."""

    name: str
    measures: Measures
    header: HeaderEvidence
    weights: dict[str, float]
    about: str
    notes: list[str]

    @property
    def role(self) -> str:
        """The role that weighs most; of equal ones the first by name."""
        return max(sorted(self.weights), key=lambda role: self.weights[role])

    @property
    def named(self) -> bool:
        """Tell whether the header says something."""
        return bool(self.header.weights)

    def settle(self, role: str, note: str) -> None:
        """Make a role the one that weighs most, for a reason."""
        self.weights[role] = max(self.weights[role], max(self.weights.values()) + 0.5)
        self.notes.append(note)

    def drop(self, role: str, instead: str, note: str) -> None:
        """Take a role away, and give the weight to another."""
        self.weights[instead] = max(self.weights[instead], self.weights[role])
        self.weights[role] = min(self.weights[role] - 10.0, -8.0)
        self.notes.append(note)
