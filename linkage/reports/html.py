"""A report as one HTML file that asks nothing of any other: style and charts stand in it, scripts there are none."""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import Final

from linkage.reports.bars import svg
from linkage.reports.definitions import said
from linkage.reports.document import Bars, Document, Section, Table
from linkage.reports.shown import Cell

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def html(document: Document) -> str:
    """Return the report as a page."""
    style = (resources.files("linkage.reports") / "data" / "report.css").read_text(encoding="utf-8")
    language = document.language
    title = f"{document.title}: {document.name}, {document.edition}"
    facts = "".join(f"<dt>{escape(what)}</dt><dd>{escape(which)}</dd>" for what, which in document.facts)
    notes = "".join(f'<p class="warning">{escape(warning)}</p>' for warning in document.warnings)
    notes += "".join(f'<p class="note">{escape(note)}</p>' for note in document.notes)
    links = "".join(f'<li><a href="#{one.key}">{escape(one.title)}</a></li>' for one in document.sections)
    sections = "".join(_section(one, document) for one in document.sections)
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{escape(_POLICY)}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n"
        f'<header>\n<h1>{escape(document.title)}</h1>\n<p class="where">{escape(document.name)}, '
        f"{escape(document.edition)}</p>\n<dl>{facts}</dl>\n{notes}\n</header>\n"
        f'<nav aria-label="{escape(said("contents", language))}"><ul>{links}</ul></nav>\n'
        f"<main>\n{sections}</main>\n</body>\n</html>\n"
    )


def _section(section: Section, document: Document) -> str:
    parts = "".join(
        _table(part, section.title) if isinstance(part, Table) else _figure(part, document) for part in section.parts
    )
    heading = f'<h2 id="{section.key}-title">{escape(section.title)}</h2>'
    return (
        f'<section id="{section.key}" aria-labelledby="{section.key}-title">{heading}\n'
        f'<p class="says">{escape(section.says)}</p>\n{parts}</section>\n'
    )


def _table(table: Table, topic: str) -> str:
    note = f'<p class="note">{escape(table.note)}</p>\n' if table.note else ""
    if not table.head:
        return note
    texts = [all(row[at].is_text for row in table.rows) for at in range(len(table.head))]
    head = "".join(
        f'<th scope="col"{"" if texts[at] else _RIGHT}>{escape(title)}</th>' for at, title in enumerate(table.head)
    )
    rows = "".join(f"<tr>{_row(row)}</tr>\n" for row in table.rows)
    caption = f"<caption>{escape(table.title)}</caption>" if table.title else ""
    # What scrolls sideways on a telephone can be reached by keys.
    name = escape(f"{topic}: {table.title}" if table.title else topic)
    return (
        f'<div class="wide" role="group" tabindex="0" aria-label="{name}"><table>{caption}'
        f"<thead><tr>{head}</tr></thead>\n<tbody>{rows}</tbody></table></div>\n{note}"
    )


_RIGHT: Final = ' class="n"'


def _row(row: tuple[Cell, ...]) -> str:
    first, *others = row
    cells = "".join(f"<td{'' if cell.is_text else _RIGHT}>{escape(cell.shown)}</td>" for cell in others)
    return f'<th scope="row">{escape(first.shown)}</th>{cells}'


def _figure(chart: Bars, document: Document) -> str:
    also = f" ({said('chart_before', document.language)})" if chart.compared else ""
    return f"<figure><figcaption>{escape(chart.title + also)}</figcaption>{svg(chart)}</figure>\n"
