"""Names that a proposal makes, beside those the columns gave."""

from __future__ import annotations

from collections.abc import Collection, Sequence


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return the name, with the first number from 2 behind it that makes it free if it is taken."""
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}_{number}", number + 1
    return name


def names_apart(wanted: Sequence[str], *, taken: Collection[str] = ()) -> tuple[str, ...]:
    """Return the names in their order, each changed that is taken or stands before it."""
    used = set(taken)
    names = []
    for name in wanted:
        names.append(free_name(name, used))
        used.add(names[-1])
    return tuple(names)
