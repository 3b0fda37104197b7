"""The ledger of a nightly project: what the committed runs have taken, how far each region has come, what counts."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from linkage.errors import InvariantError
from linkage.nightly.succession import Gap, RegionState

LEDGER_NAME: Final = "ledger.json"
LEDGER_VERSION: Final = 3
UNTOLD: Final = "UNTOLD"
"""Code of a file of which an older ledger does not tell whether it was taken or refused, nor beside which sidecar."""


@dataclass(frozen=True)
class FileEntry:
    """What became of a file of the inbox.

    ``run``: the run that decided. ``code``: why it was refused, "" when it was taken. ``content``: SHA-256 of the rows
    that were taken, by which they are known when they come again under another name; "" when there were none.
    ``region``: of a refused file whose region is known, regency code.
    """

    run: str
    code: str = ""
    content: str = ""
    region: str = ""

    @property
    def refused(self) -> bool:
        """Whether it was refused, as far as the ledger tells."""
        return self.code not in ("", UNTOLD)


@dataclass(frozen=True)
class Derived:
    """What counts of the files that are derived from the store (:mod:`linkage.standing`).

    ``folder``: its name, "" for none; ``state``: of the files in it. ``snapshot``: name and ``digest`` SHA-256 of the
    file of the last full run; ``latest_year``: by which it read two-digit years. ``program``: the version that wrote
    them. ``nights``: how many nights have appended to the tables since they were written whole, ``rows`` how many rows,
    and ``base`` how many residents they began with.
    """

    folder: str = ""
    state: Mapping[str, Any] = field(default_factory=dict)
    snapshot: str = ""
    digest: str = ""
    latest_year: int = 0
    program: str = ""
    nights: int = 0
    rows: int = 0
    base: int = 0


@dataclass(frozen=True)
class Ledger:
    """What counts: table versions of the last committed run, counters, files and regions, and what a full run fixed.

    ``files``: by name and digest (:attr:`linkage.nightly.arrivals.Arrival.mark`) of every file ever decided upon.
    ``regions``: by regency code. ``counters``: the last id issued per kind. ``model``: JSON text of the model fixed by
    the last full run, ``spec_digest`` the spec it belongs to. ``derived``: what counts of the derived files.
    """

    version: int = LEDGER_VERSION
    run_id: str = ""
    tables: Mapping[str, int] = field(default_factory=dict)
    counters: Mapping[str, int] = field(default_factory=dict)
    files: Mapping[str, FileEntry] = field(default_factory=dict)
    regions: Mapping[str, RegionState] = field(default_factory=dict)
    model: str = ""
    spec_digest: str = ""
    state_hash: Mapping[str, str] = field(default_factory=dict)
    derived: Derived = field(default_factory=lambda: Derived())


def read_ledger(path: Path) -> Ledger:
    """Return the ledger at a path, one of an older version brought up to this one; an empty one when there is none.

    Raises:
        InvariantError: it is damaged, or of a version this program does not know.
    """
    if not path.is_file():
        return Ledger()
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        version = data["version"]
        while version in _MIGRATIONS:
            data = _MIGRATIONS[version](data)
            version = data["version"]
        if version != LEDGER_VERSION:
            raise InvariantError(f"ledger version {version} is not {LEDGER_VERSION}", where=str(path))
        files = {mark: FileEntry(**entry) for mark, entry in data["files"].items()}
        regions = {code: _region(state) for code, state in data["regions"].items()}
        derived = Derived(**data["derived"])
        return Ledger(**{**data, "files": files, "regions": regions, "derived": derived})
    except (json.JSONDecodeError, UnicodeDecodeError, LookupError, TypeError, ValueError, AttributeError) as error:
        raise InvariantError("the ledger is damaged", where=str(path), remedy="Restore it from a copy") from error


def _region(state: dict[str, Any]) -> RegionState:
    gaps = tuple(Gap(_place(gap["after"]), _place(gap["before"])) for gap in state["gaps"])
    return RegionState(**{**state, "last": _place(state["last"]), "full": _place(state["full"]), "gaps": gaps})


def _place(pair: list[int]) -> tuple[int, int]:
    cut_off, sequence = pair
    return int(cut_off), int(sequence)


def _from_version_1(data: dict[str, Any]) -> dict[str, Any]:
    """Version 1 kept the run of each file and (cut-off, sequence) of each region, not whether a full one ever came.

    A region is taken to have sent a full extract when a file so named was decided upon, and at its last place: what
    came before it cannot be told any more.
    """
    full = {mark[:4] for mark in data["files"] if "_full_" in mark}
    return {
        **{name: value for name, value in data.items() if name != "last_extract"},
        "version": 2,
        "files": {mark: {"run": run, "code": UNTOLD} for mark, run in data["files"].items()},
        "regions": {
            code: {"last": place, "kind": "", "source": "", "full": place if code in full else [0, 0], "gaps": []}
            for code, place in data["last_extract"].items()
        },
    }


def _from_version_2(data: dict[str, Any]) -> dict[str, Any]:
    """Version 2 had no derived files: the next run makes them, and a snapshot, as a full run."""
    return {**data, "version": 3, "derived": {}}


_MIGRATIONS: Final[Mapping[int, Callable[[dict[str, Any]], dict[str, Any]]]] = {1: _from_version_1, 2: _from_version_2}
