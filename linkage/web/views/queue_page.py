"""The list of the queue: what was asked for, the lines, the next page, and how many there are of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final, Literal, get_args
from urllib.parse import urlencode

from linkage.accounts.preferences import Preferences
from linkage.review.cases import CaseSummary, Count, State
from linkage.review.people import Scope
from linkage.review.transitions import OPEN
from linkage.review.work import AgeCount, age_bands
from linkage.web.views.lines import Line, lines

PAGE: Final = 50
"""Lines of one page."""

Kind = Literal["SHARED_NIK", "OPEN_MOVE", "CONFLICT", "DUPLICATE", "BOTH_ENROLLED", "REVERT"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Band = Literal["0", "7", "30", "90"]
"""A band of age, by the days at which it begins."""

_REGENCY_DIGITS: Final = 4
_CURSOR: Final = "%Y%m%dT%H%M%S%f"


@dataclass(frozen=True)
class Chosen:
    """What a list is filtered by. ``ready``: False for cases that wait for stewards' hours, True for the others, None
    for all; ``mine``: only what is given to the reader; ``after``: the last (turn, number) of the page before."""

    state: State | None = None
    kind: Kind | None = None
    within: str = ""
    ready: bool | None = None
    band: Band | None = None
    mine: bool = False
    after: tuple[datetime, int] | None = None

    @property
    def path(self) -> str:
        """The address of this list."""
        query = self.query
        return f"/antrean?{urlencode(query)}" if query else "/antrean"

    @property
    def query(self) -> Mapping[str, str]:
        """What stands in the address, by its name there."""
        ready = {None: "", True: "siap", False: "menunggu"}[self.ready]
        all_of_it = {
            "status": self.state or "",
            "jenis": self.kind or "",
            "wilayah": self.within,
            "giliran": ready,
            "umur": self.band or "",
            "saya": "1" if self.mine else "",
            "sesudah": "" if self.after is None else cursor(*self.after),
        }
        return {name: str(value) for name, value in all_of_it.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything is filtered."""
        return replace(self, after=None) != Chosen()

    def opened(self, now: datetime) -> tuple[datetime | None, datetime | None]:
        """Return after which instant, and not after which, the cases were opened."""
        if self.band is None:
            return None, None
        return next((after, until) for days, _, after, until in age_bands(now) if str(days) == self.band)


@dataclass(frozen=True)
class Facet:
    """One value of a filter: how many cases there are, and the list of them; ``on``: it is the one chosen."""

    code: str
    cases: int
    path: str
    on: bool


@dataclass(frozen=True)
class AgeFacet:
    """Likewise for a band of age; ``below`` None: no upper bound; ``cases`` None: not counted with other filters."""

    days: int
    below: int | None
    cases: int | None
    path: str
    on: bool


@dataclass(frozen=True)
class QueuePage:
    """What the page shows. ``total``: how many cases the reader's region decides that fit, None where nobody counted;
    ``first``: the first page; ``onward``: the next one, "" when this is the last."""

    chosen: Chosen
    lines: tuple[Line, ...]
    total: int | None
    first: str
    onward: str
    kinds: tuple[Facet, ...]
    states: tuple[Facet, ...]
    regions: tuple[Facet, ...]
    ages: tuple[AgeFacet, ...]
    counted_at: datetime


def queue_page(
    chosen: Chosen,
    cases: Sequence[CaseSummary],
    *,
    counts: Sequence[Count],
    ages: Sequence[AgeCount],
    counted_at: datetime,
    scope: Scope,
    reader: str,
    preferences: Preferences,
    now: datetime,
) -> QueuePage:
    """Return the page. ``cases``: the first :data:`PAGE` that fit and one more, if there is one; ``scope``: the
    reader's own, whose ``counts`` and ``ages`` these are."""
    last = cases[PAGE - 1] if len(cases) > PAGE else None
    onward = "" if last is None else replace(chosen, after=(last.turn_at, last.id)).path
    fresh = replace(chosen, after=None)
    counted = None if chosen.band or chosen.mine else sum(count.cases for count in counts if _fits(count, fresh))
    return QueuePage(
        chosen=chosen,
        lines=lines(cases[:PAGE], reader=reader, preferences=preferences, now=now),
        total=counted,
        first=fresh.path,
        onward=onward,
        kinds=_facets(counts, fresh, KINDS, lambda count: count.kind, _with_kind),
        states=_facets(counts, fresh, list(State), lambda count: count.state, _with_state),
        regions=_regions(counts, fresh, scope),
        ages=_ages(ages, fresh),
        counted_at=counted_at,
    )


def cursor(turn: datetime, number: int) -> str:
    """Return where a page ends, as it stands in an address."""
    return f"{turn.astimezone(UTC).strftime(_CURSOR)}-{number}"


def after_cursor(text: str) -> tuple[datetime, int]:
    """Return what :func:`cursor` was given; ValueError for any other text."""
    turn, _, number = text.partition("-")
    return datetime.strptime(turn, _CURSOR).replace(tzinfo=UTC), int(number)


def open_cases(counts: Iterable[Count]) -> int:
    """Return how many cases are open."""
    return sum(count.cases for count in counts if count.state in OPEN)


def _fits(count: Count, chosen: Chosen) -> bool:
    stands = count.state in OPEN if chosen.state is None else count.state is chosen.state
    ready = chosen.ready is None or count.waiting is not chosen.ready
    return stands and ready and chosen.kind in (None, count.kind) and count.office.startswith(chosen.within)


def _facets(
    counts: Sequence[Count],
    chosen: Chosen,
    codes: Sequence[str],
    of: Callable[[Count], str],
    chose: Callable[[Chosen, str | None], Chosen],
) -> tuple[Facet, ...]:
    """Return the values of a filter that any case fits, the other filters as they are chosen."""
    found = []
    for code in codes:
        narrowed = chose(chosen, code)
        number = sum(count.cases for count in counts if of(count) == code and _fits(count, narrowed))
        on = narrowed == chosen
        if number or on:
            found.append(Facet(code, number, (chose(chosen, None) if on else narrowed).path, on))
    return tuple(found)


def _with_kind(chosen: Chosen, code: str | None) -> Chosen:
    return replace(chosen, kind=code)  # type: ignore[arg-type]


def _with_state(chosen: Chosen, code: str | None) -> Chosen:
    return replace(chosen, state=None if code is None else State(code))


def _regions(counts: Sequence[Count], chosen: Chosen, scope: Scope) -> tuple[Facet, ...]:
    """Return the regions of the next tier below the one chosen, or below the reader's own."""
    here = chosen.within if scope.covers(chosen.within) else scope.code
    digits = len(here) + 2
    below = (count.office for count in counts if count.office.startswith(here) and len(count.office) >= digits)
    codes = sorted({office[:digits] for office in below}) if digits <= _REGENCY_DIGITS else []
    back = [] if here == scope.code else [here]
    facets = []
    for code in back + codes:
        narrowed, on = replace(chosen, within=code), code == here
        number = sum(count.cases for count in counts if _fits(count, narrowed))
        if number or on:
            facets.append(Facet(code, number, (replace(chosen, within=here[:-2]) if on else narrowed).path, on))
    return tuple(facets)


def _ages(ages: Sequence[AgeCount], chosen: Chosen) -> tuple[AgeFacet, ...]:
    """Return the bands; how many there are was counted without other filters, and is told without them alone."""
    alone = not replace(chosen, band=None).narrowed
    return tuple(
        AgeFacet(age.days, age.below, age.cases if alone else None, *_aged(chosen, age.days))
        for age in ages
        if age.cases
    )


def _aged(chosen: Chosen, days: int) -> tuple[str, bool]:
    on = chosen.band == str(days)
    band: Band | None = None if on else next(one for one in get_args(Band) if one == str(days))
    return replace(chosen, band=band).path, on
