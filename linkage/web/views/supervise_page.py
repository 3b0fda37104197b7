"""The supervisor's page: the backlog as tables, the flow as a drawing, agreement with what it is and is not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from linkage.review.backlog import AGE_DAYS, Backlog, Flow
from linkage.review.cases import CaseSummary, State
from linkage.review.publications import Stop, StopReason
from linkage.web.oversight import Overview

WIDTH: Final = 700
HEIGHT: Final = 160
"""The drawing, in its own units."""

_SHARES: Final = ("_RATE", "_DROP", "_SHARE")
"""How the codes of figures end that are shares of 1."""


@dataclass(frozen=True)
class Row:
    """A line of a table of the backlog: cases by band of age, those not handed out yet, and all together."""

    code: str
    ages: tuple[int, ...]
    waiting: int
    cases: int


@dataclass(frozen=True)
class Bar:
    """A bar of the drawing. ``kind``: opened or decided."""

    kind: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Chart:
    """Bars for each day; ``top``: the number that is as high as the drawing; ``places``: where each day begins."""

    bars: tuple[Bar, ...]
    top: int
    places: tuple[float, ...]
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True)
class SupervisePage:
    """What the first page shows. ``old``: cases of the last band of age."""

    cases: int
    waiting: int
    old: int
    proposed: int
    oldest: CaseSummary | None
    kinds: tuple[Row, ...]
    states: tuple[Row, ...]
    regions: tuple[Row, ...]
    total: Row
    flow: tuple[Flow, ...]
    chart: Chart
    at: datetime


def supervise_page(overview: Overview) -> SupervisePage:
    """Return the page for a region's figures."""
    lines = overview.backlog
    total = _row("", lines)
    return SupervisePage(
        cases=total.cases,
        waiting=total.waiting,
        old=total.ages[-1],
        proposed=sum(line.cases for line in lines if line.state is State.DIUSULKAN),
        oldest=overview.oldest,
        kinds=_rows(lines, lambda line: line.kind),
        states=_rows(lines, lambda line: line.state),
        regions=_rows(lines, lambda line: line.region),
        total=total,
        flow=overview.flow,
        chart=chart(overview.flow),
        at=overview.at,
    )


def chart(flow: Sequence[Flow]) -> Chart:
    """Return two bars for each day, opened and decided, as high as their numbers are to the greatest of all."""
    top = max([1, *(max(day.opened, day.decided) for day in flow)])
    step = WIDTH / max(len(flow), 1)
    wide = step * 0.36
    bars = []
    for place, day in enumerate(flow):
        for side, (kind, cases) in enumerate((("opened", day.opened), ("decided", day.decided))):
            height = round(cases / top * HEIGHT, 1)
            left = round(place * step + step * 0.12 + side * wide, 1)
            bars.append(Bar(kind, left, round(HEIGHT - height, 1), round(wide - 2, 1), height))
    return Chart(tuple(bars), top, tuple(round(place * step, 1) for place in range(len(flow))))


def is_share(reason: StopReason) -> bool:
    """Return whether the figures of a reason are shares of 1, which people read as per cent."""
    return reason.code.endswith(_SHARES)


def waiting_stops(stops: Iterable[Stop]) -> tuple[Stop, ...]:
    """Return the stopped publications that nobody has let pass."""
    return tuple(stop for stop in stops if stop.released_at is None)


def _rows(lines: Sequence[Backlog], key: Callable[[Backlog], str]) -> tuple[Row, ...]:
    grouped: defaultdict[str, list[Backlog]] = defaultdict(list)
    for line in lines:
        grouped[key(line)].append(line)
    return tuple(_row(code, grouped[code]) for code in sorted(grouped))


def _row(code: str, lines: Iterable[Backlog]) -> Row:
    ages, waiting = [0] * (len(AGE_DAYS) + 1), 0
    for line in lines:
        ages[line.age] += line.cases
        waiting += line.cases if line.waiting else 0
    return Row(code, tuple(ages), waiting, sum(ages))
