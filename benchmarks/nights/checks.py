"""A list of what must hold: each check is looked at as often as there is something to look at, and told once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

_SHOWN: Final = 3


@dataclass
class Check:
    """``looked``: at how many things; ``broken``: what did not hold, in words without a resident's value."""

    says: str
    looked: int = 0
    broken: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether it was looked at, and always held."""
        return bool(self.looked) and not self.broken

    def line(self) -> str:
        """Return the check as a line of the report."""
        told = f"{'ok    ' if self.holds else 'FAILED'} {self.says} ({self.looked:,} looked at)"
        more = [f"       {text}" for text in self.broken[:_SHOWN]]
        if len(self.broken) > _SHOWN:
            more.append(f"       and {len(self.broken) - _SHOWN:,} more")
        return "\n".join([told, *more])


@dataclass
class Checks:
    """All checks, in the order in which they were first looked at."""

    all: dict[str, Check] = field(default_factory=dict)

    def look(self, says: str, broken: Iterable[str] = (), *, at: int = 1) -> None:
        """Note that a check was looked at, at so many things, and what did not hold."""
        check = self.all.setdefault(says, Check(says))
        check.looked += at
        check.broken += broken

    def equal(self, says: str, what: str, found: object, expected: object) -> None:
        """Note that two things should be equal."""
        self.look(says, [] if found == expected else [f"{what}: {found} and not {expected}"])

    @property
    def hold(self) -> bool:
        """Whether every check holds."""
        return all(check.holds for check in self.all.values())

    def report(self) -> str:
        """Return a line for each check."""
        return "\n".join(check.line() for check in self.all.values())
