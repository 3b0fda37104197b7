"""A name while the rules work on it."""

from __future__ import annotations

from dataclasses import dataclass, field

from linkage.standardise.names.context import NameContext


@dataclass(slots=True)
class Draft:
    """``text`` is the name until N7, ``tokens`` from then on; what the rules take out of it goes to the other fields.

    ``in_tokens``: N7 has been. ``aliases`` and the hints are as they were written until the name is put together.
    """

    text: str
    context: NameContext
    tokens: list[str] = field(default_factory=list)
    in_tokens: bool = False
    titles: list[str] = field(default_factory=list)
    degrees: list[str] = field(default_factory=list)
    aliases: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    father_hint: str = ""
    mother_hint: str = ""
    parent_hint: str = ""
    birth_order: int = 0
    deceased: bool = False
    digits: bool = False
    placeholder: bool = False

    @property
    def state(self) -> str:
        """What is left of the name at this moment, with single blanks."""
        return " ".join(self.tokens if self.in_tokens else self.text.split())
