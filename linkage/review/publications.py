"""Publications that were stopped before they took effect, until somebody lets them pass. Values only."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from linkage.errors import InvariantError
from linkage.review.people import is_scope

MOST_REASONS: Final = 1_000
MOST_CASES: Final = 20
"""Cases that a reason names at most."""

_CODE: Final = re.compile(r"\A[A-Z][A-Z0-9_]{1,49}\Z")


@dataclass(frozen=True)
class StopReason:
    """Why a publication was stopped: what was measured (``code``), where (``region``, "" for the whole), the ``figure``
    that was found and the ``limit`` it broke. ``cases``: those whose decisions make it so, newest decision first, at
    most :data:`MOST_CASES`; empty when no decision does."""

    code: str
    figure: float
    limit: float
    region: str = ""
    cases: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        sound = _CODE.match(self.code) and is_scope(self.region)
        if not sound or not math.isfinite(self.figure) or not math.isfinite(self.limit):
            raise InvariantError("a reason is a code, a region and two finite numbers", where="stopped publication")
        if len(self.cases) > MOST_CASES or any(case < 1 for case in self.cases):
            raise InvariantError(f"a reason names at most {MOST_CASES} cases", where="stopped publication")


@dataclass(frozen=True)
class Stop:
    """A publication that was stopped. ``region``: whose supervisor may let it pass, "" the centre's. The last three are
    None until somebody did."""

    number: int
    region: str
    reasons: tuple[StopReason, ...]
    stopped_at: datetime
    released_at: datetime | None = None
    released_by: str | None = None
    reason: str | None = None


def checked(number: int, reasons: Iterable[StopReason], region: str) -> tuple[StopReason, ...]:
    """Return the reasons of a stop; :class:`InvariantError` when there is none, or too many, or for no region."""
    told = tuple(reasons)
    if number < 1 or not told or len(told) > MOST_REASONS or not is_scope(region):
        raise InvariantError(
            f"a stop needs a number, a region and 1 to {MOST_REASONS} reasons", where=f"publication {number}"
        )
    return told


def reasons_json(reasons: Sequence[StopReason]) -> list[dict[str, Any]]:
    """Return the reasons as they are stored; one without cases as it was before reasons named any."""
    return [
        {"code": r.code, "figure": r.figure, "limit": r.limit, "region": r.region}
        | ({"cases": list(r.cases)} if r.cases else {})
        for r in reasons
    ]


def reasons_of(stored: Iterable[Mapping[str, Any]]) -> tuple[StopReason, ...]:
    """Return the reasons that were stored so."""
    return tuple(StopReason(r["code"], r["figure"], r["limit"], r["region"], tuple(r.get("cases", ()))) for r in stored)


def reasons_digest(reasons: Sequence[StopReason]) -> str:
    """Return the digest by which the audit chain knows the reasons: 64 hex digits."""
    return hashlib.sha256(json.dumps(reasons_json(reasons), sort_keys=True).encode()).hexdigest()
