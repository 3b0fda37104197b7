"""Names inside a spec: each is one that is known, and none is given twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from linkage.errors import SpecError


def check_unique(label: str, names: Sequence[str], *, where: str = "") -> None:
    """Refuse a name that is given twice, with a :class:`SpecError`; ``label``: what the names are names of."""
    for position, name in enumerate(names):
        if name in names[:position]:
            raise SpecError(f"two {label}s are called {name!r}", where=where)


def check_known(name: str, known: Mapping[str, object] | Sequence[str], label: str, *, where: str) -> None:
    """Refuse a name that is not a known one, with a :class:`SpecError` that lists those."""
    if name not in known:
        raise SpecError(f"unknown {label} {name!r}", where=where, remedy=f"Known: {', '.join(known)}")
