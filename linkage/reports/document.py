"""What the report of one region holds, in the order in which it is read: facts, sections, tables, bars. No layout."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from linkage.days import ZONE
from linkage.reports.definitions import (
    PERCENT,
    Breakdown,
    Definitions,
    Indicator,
    Topic,
    definitions,
    named,
    part_name,
    said,
    unit_name,
)
from linkage.reports.edition import Edition, title_of
from linkage.reports.figures import NATION, Told
from linkage.reports.semesters import Stand
from linkage.reports.shown import Cell, amount, difference, figure, share, worded
from linkage.words.levels import Language

MOST_BARS: Final = 15
"""Bars of a chart; the table beside it has all."""

_FROM_THE_REFERENCE: Final = {"coverage": "persons", "usulan": "usulan"}
"""Topics that there are after the first publication, and a measure that it brings."""


@dataclass(frozen=True)
class Table:
    """``head``: a text per column; the first cell of a row is its heading. ``note``: what is said below, or "".

    ``units``: of each row's value, for forms in which a number stands without it; none where the head tells it.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""
    units: tuple[str, ...] = ()


@dataclass(frozen=True)
class Bar:
    """A bar: what it is of, how long it is now and how long it was before; None where that is hidden or not known."""

    label: str
    shown: str
    now: float | None
    before: float | None


@dataclass(frozen=True)
class Bars:
    """A chart of bars, the same numbers as in the table before it. ``compared``: some bar tells how long it was."""

    title: str
    bars: tuple[Bar, ...]
    compared: bool


@dataclass(frozen=True)
class Section:
    """A part of a report under a heading. ``short``: the heading of a tab."""

    key: str
    title: str
    short: str
    says: str
    parts: tuple[Table | Bars, ...]


@dataclass(frozen=True)
class Document:
    """The report of a region. ``facts``: (what, which) lines at its head. ``warnings``: what its reader must know."""

    region: str
    language: Language
    title: str
    name: str
    edition: str
    facts: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    sections: tuple[Section, ...]
    warnings: tuple[str, ...] = ()


def document_of(edition: Edition, region: str, language: Language = "id") -> Document:
    """Return the report of a region: a regency (4 digits), a province (2), or the nation ("")."""
    rules = definitions()
    writer = _Writer(edition.told, edition.before, region, language, rules)
    sections = [writer.section(topic) for topic in rules.topics]
    sections = [_with_recall(one, edition, region, language) if one.key == "missing" else one for one in sections]
    return Document(
        region=region,
        language=language,
        title=said("title", language),
        name=title_of(region, language),
        edition=_edition_name(edition.stand, language),
        facts=tuple(_facts(edition, region, language)),
        notes=(said("legend", language), said("private", language)),
        sections=(*sections, _definitions(rules, language)),
        warnings=(said("lost", language, number=len(lost)),) if (lost := edition.stand.lost) else (),
    )


def day_name(day: date, language: Language) -> str:
    """Return a day as people write it: 30 Juni 2026."""
    return f"{day.day} {said('months', language).split()[day.month - 1]} {day.year}"


@dataclass(frozen=True)
class _Writer:
    told: Told
    before: Told | None
    region: str
    language: Language
    rules: Definitions

    def section(self, topic: Topic) -> Section:
        parts: list[Table | Bars] = []
        mine = [one for one in self.rules.indicators if one.topic == topic.key]
        if topic.key in _FROM_THE_REFERENCE and not self.told.has(_FROM_THE_REFERENCE[topic.key]):
            parts.append(Table("", (), (), said("not_available", self.language)))
        else:
            parts.append(self._indicators(mine))
            for breakdown in self.rules.breakdowns:
                if breakdown.topic == topic.key:
                    parts += self._breakdown(breakdown)
            parts += self._by_region(topic, [one for one in mine if one.regions])
        name, short, says = (words[self.language] for words in (topic.name, topic.short, topic.says))
        return Section(topic.key, name, short, says, tuple(parts))

    def _indicators(self, indicators: Sequence[Indicator]) -> Table:
        head = [said("indicator", self.language), said("value", self.language)]
        if self.before is not None:
            head += [said("before", self.language), said("change", self.language)]
        rows = []
        for one in indicators:
            now = self._value(self.told, self.region, one)
            row = [worded(one.name[self.language]), now]
            if self.before is not None:
                then = self._value(self.before, self.region, one)
                points = said("points", self.language) if one.unit == PERCENT else ""
                row += [then, difference(now, then, points, self.language)]
            rows.append(tuple(row))
        return Table("", tuple(head), tuple(rows), units=tuple(self._unit(one) for one in indicators))

    def _unit(self, one: Indicator) -> str:
        if one.unit == PERCENT and self.before is not None:
            return said("percent_and_points", self.language)
        return unit_name(one.unit, self.language)

    def _breakdown(self, breakdown: Breakdown) -> Iterator[Table | Bars]:
        lines = list(named(breakdown.measures, sorted(self.told.columns)))
        if breakdown.largest_first:
            lines.sort(key=lambda name: -(self.told.number(self.region, name) or 0))
            lines = [name for name in lines if self.told.number(self.region, name) != 0]
        if not lines:
            return
        unit = unit_name(breakdown.unit, self.language)
        head = [said("part", self.language), f"{said('amount', self.language)} ({unit})"]
        head += [said("share", self.language)] if breakdown.over else []
        head += [said("before", self.language)] if self.before is not None else []
        rows, bars = [], []
        for name in lines:
            label = part_name(breakdown, name, self.language)
            now = figure(self.told, self.region, name, self.language)
            row = [worded(label), now]
            if breakdown.over:
                row.append(share(self.told, self.region, name, breakdown.over, self.language))
            then = self._then(breakdown, name)
            row += [then] if then is not None else []
            rows.append(tuple(row))
            bars.append(Bar(label, now.shown, now.number, then.number if then else None))
        name = breakdown.name[self.language]
        yield Table(name, tuple(head), tuple(rows))
        if breakdown.chart and any(bar.now for bar in bars):
            compared = any(bar.before is not None for bar in bars)
            yield Bars(said("chart", self.language, title=name), tuple(bars[:MOST_BARS]), compared)

    def _then(self, breakdown: Breakdown, measure: str) -> Cell | None:
        if self.before is None:
            return None
        looked = any(self.before.has(one.measure) for one in self.rules.indicators if one.topic == breakdown.topic)
        absent = self.region in self.before.places and not self.before.has(measure)
        if breakdown.absent_is_zero and looked and absent:
            return Cell(amount(0, self.language), 0)
        return figure(self.before, self.region, measure, self.language)

    def _by_region(self, topic: Topic, indicators: Sequence[Indicator]) -> Iterator[Table]:
        below = self.told.below(self.region)
        if not below or not indicators:
            return
        units = [f"{one.name[self.language]} ({unit_name(one.unit, self.language)})" for one in indicators]
        rows = [
            (
                worded(f"{title_of(code, self.language)} ({code})"),
                *(self._value(self.told, code, one, short=True) for one in indicators),
            )
            for code in below
        ]
        whole = (self._value(self.told, self.region, one, short=True) for one in indicators)
        rows.append((worded(said("all", self.language)), *whole))
        cases = topic.key in ("cases", "backlog")
        note = said("elsewhere", self.language) if cases else ""
        yield Table(said("by_region", self.language), (said("region", self.language), *units), tuple(rows), note)

    def _value(self, told: Told, region: str, one: Indicator, *, short: bool = False) -> Cell:
        if one.unit == PERCENT:
            return share(told, region, one.measure, one.over, self.language)
        unit = "" if short else unit_name(one.unit, self.language)
        if one.over:
            return share(told, region, one.measure, one.over, self.language, unit=unit, per=1.0)
        return figure(told, region, one.measure, self.language, unit)


def _with_recall(section: Section, edition: Edition, region: str, language: Language) -> Section:
    """Add what the last full run estimates of its search, which knows regencies and the nation."""
    told = edition.stand.recall.get(region)
    if not told or not 0.0 <= told["recall"] <= 1.0:
        return section
    numbers = [round(100.0 * told[name], 1) for name in ("recall", "low", "high")]
    cells = [Cell(f"{amount(number, language)} %", number) for number in numbers]
    row = (worded(said("recall", language)), *cells)
    head = tuple(said(key, language) for key in ("indicator", "value", "low", "high"))
    table = Table("", head, (row,), said("recall_says", language), (unit_name(PERCENT, language),))
    return replace(section, parts=(table, *section.parts[1:]))


def _definitions(rules: Definitions, language: Language) -> Section:
    rows = tuple(
        (worded(one.name[language]), worded(one.means[language]), worded(unit_name(one.unit, language)))
        for one in rules.indicators
    )
    head = (said("indicator", language), said("definition", language), said("unit", language))
    table = Table("", head, rows)
    title = said("definitions", language)
    return Section("definitions", title, title, said("definitions_says", language), (table,))


def _edition_name(stand: Stand, language: Language) -> str:
    if stand.closed:
        return said("semester", language, number=stand.semester.half, year=stand.semester.year)
    return said("edition", language, day=day_name(stand.day, language))


def _facts(edition: Edition, region: str, language: Language) -> Iterator[tuple[str, str]]:
    stand, before = edition.stand, edition.before_stand
    start, end = (day_name(day, language) for day in stand.period)
    yield said("as_of", language), day_name(stand.day, language)
    yield said("period", language), said("period_value", language, start=start, end=end)
    cut_offs = sorted(day for code, day in stand.extracts.items() if code.startswith(region))
    if cut_offs:
        oldest, newest = (day_name(day, language) for day in (cut_offs[0], cut_offs[-1]))
        key = "extract_of" if oldest == newest else "extracts_of"
        yield said("extract", language), said(key, language, oldest=oldest, newest=newest)
    if stand.counted is not None:
        at = stand.counted.astimezone(ZONE)
        told = said("counted_at", language, day=day_name(at.date(), language), hour=f"{at:%H}", minute=f"{at:%M}")
        yield said("counted", language), told
    yield said("run", language), stand.run_id or said("no_run", language)
    number = str(stand.publication) if stand.publication else said("not_published", language)
    yield said("publication", language), number
    yield said("compared", language), _edition_name(before, language) if before else said("no_before", language)


def file_stem(edition: Edition, region: str, language: Language = "id") -> str:
    """Return the name of a region's files without their ending: laporan-3273-2026-06-30, in English with -en."""
    ending = "" if language == "id" else f"-{language}"
    return f"laporan-{region if region != NATION else 'pusat'}-{edition.stand.name}{ending}"
