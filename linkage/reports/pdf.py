"""A report as PDF on A4, its font inside the file. ReportLab is imported when the first one is made."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Any, Final

from linkage.reports.bars import BEFORE, INK, NOW, lengths, short
from linkage.reports.definitions import said
from linkage.reports.document import Bars, Document, Table

_PAPER: Final = "#F3F5F7"
_LINE: Final = "#C4C4C4"
_PLAIN, _BOLD = "Vera", "VeraBd"
_SIZE: Final = 8.5
_BEGINNING: Final = 95
"""Points that a caption, a head of three lines and two rows take."""
_HEADED: Final = 135
"""Points that the heading of a section takes, with what it says, a head and two rows."""


def pdf(document: Document) -> bytes:
    """Return the report as PDF: the same bytes for the same report."""
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate

    for name in (_PLAIN, _BOLD):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, f"{name}.ttf"))
    where = f"{document.name}, {document.edition}"
    out = BytesIO()
    book = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=16 * mm,
        rightMargin=16 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=f"{document.title}: {where}",
        author=document.title,
        lang={"id": "id-ID", "en": "en-GB"}[document.language],
        invariant=1,
    )

    def foot(canvas: Any, page: Any) -> None:
        canvas.setFont(_PLAIN, 7.5)
        canvas.drawString(book.leftMargin, 9 * mm, where)
        canvas.drawRightString(book.leftMargin + book.width, 9 * mm, said("page", document.language, number=page.page))

    frame = Frame(book.leftMargin, book.bottomMargin, book.width, book.height, 0, 0, 0, 0)
    book.addPageTemplates(PageTemplate(frames=[frame], onPage=foot))
    book.build(_flow(document, book.width))
    return out.getvalue()


def _flow(document: Document, width: float) -> list[Any]:
    from reportlab.platypus import CondPageBreak, Paragraph, Spacer

    styles = _styles()
    facts = [[_text(what, styles, bold=True), _text(which, styles)] for what, which in document.facts]
    flow: list[Any] = [
        Paragraph(escape(document.title), styles["title"]),
        Paragraph(escape(f"{document.name}, {document.edition}"), styles["where"]),
        _grid(facts, [0.26 * width, 0.74 * width], 0),
        Spacer(1, 8),
        *(Paragraph(escape(warning), styles["warning"]) for warning in document.warnings),
        *(Paragraph(escape(note), styles["note"]) for note in document.notes),
    ]
    for section in document.sections:
        flow += [CondPageBreak(_HEADED), Paragraph(escape(section.title), styles["heading"])]
        flow.append(Paragraph(escape(section.says), styles["note"]))
        for part in section.parts:
            flow += _table(part, width, styles) if isinstance(part, Table) else _chart(part, document, width, styles)
    return flow


def _styles() -> dict[str, Any]:
    from reportlab.lib.enums import TA_RIGHT
    from reportlab.lib.styles import ParagraphStyle

    plain = ParagraphStyle("plain", fontName=_PLAIN, fontSize=_SIZE, leading=_SIZE * 1.3, textColor=INK)
    return {
        "plain": plain,
        "bold": ParagraphStyle("bold", plain, fontName=_BOLD),
        "right": ParagraphStyle("right", plain, alignment=TA_RIGHT),
        "bold_right": ParagraphStyle("bold_right", plain, fontName=_BOLD, alignment=TA_RIGHT),
        "note": ParagraphStyle("note", plain, textColor="#4D4D4D", spaceAfter=4),
        "warning": ParagraphStyle("warning", plain, fontName=_BOLD, spaceAfter=4),
        "caption": ParagraphStyle("caption", plain, fontName=_BOLD, spaceBefore=8, spaceAfter=3),
        "heading": ParagraphStyle(
            "heading", plain, fontName=_BOLD, fontSize=12, leading=15, spaceBefore=16, spaceAfter=3, keepWithNext=1
        ),
        "title": ParagraphStyle("title", plain, fontName=_BOLD, fontSize=17, leading=21),
        "where": ParagraphStyle("where", plain, fontSize=12, leading=16, spaceAfter=8),
    }


def _text(words: str, styles: dict[str, Any], *, bold: bool = False, right: bool = False) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(
        escape(words), styles[{(0, 0): "plain", (1, 0): "bold", (0, 1): "right"}.get((bold, right), "bold_right")]
    )


def _table(table: Table, width: float, styles: dict[str, Any]) -> list[Any]:
    from reportlab.platypus import CondPageBreak, Paragraph, Spacer

    note = [Paragraph(escape(table.note), styles["note"])] if table.note else []
    if not table.head:
        return note
    texts = [all(row[at].is_text for row in table.rows) for at in range(len(table.head))]
    head = [_text(title, styles, bold=True, right=not texts[at]) for at, title in enumerate(table.head)]
    rows = [[_text(cell.shown, styles, right=not cell.is_text) for cell in row] for row in table.rows]
    # A caption kept with all of its table would take a long table to the next page and leave this one half empty.
    caption = [CondPageBreak(_BEGINNING), Paragraph(escape(table.title), styles["caption"])] if table.title else []
    weights = [2.2 if at == 0 else 3.2 if is_text and at == 1 else 1.0 for at, is_text in enumerate(texts)]
    widths = [width * weight / sum(weights) for weight in weights]
    return [*caption, _grid([head, *rows], widths, 1), Spacer(1, 6), *note]


def _grid(rows: list[list[Any]], widths: list[float], heads: int) -> Any:
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Table as Grid

    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HexColor(_LINE)),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ("LEFTPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-1, -1), 4),
    ]
    if heads:
        style += [
            ("BACKGROUND", (0, 0), (-1, 0), HexColor(_PAPER)),
            ("LINEBELOW", (0, 0), (-1, 0), 1, HexColor(INK)),
        ]
    return Grid(rows, colWidths=widths, style=style, repeatRows=heads)


def _chart(chart: Bars, document: Document, width: float, styles: dict[str, Any]) -> list[Any]:
    from reportlab.graphics.shapes import Drawing, Rect, String
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import KeepTogether, Paragraph

    thick = 15 if not chart.compared else 20
    labels, room = width * 0.42, width * 0.44
    drawing = Drawing(width, thick * len(chart.bars) + 4)
    for place, (bar, (now, before)) in enumerate(zip(chart.bars, lengths(chart), strict=True)):
        top = drawing.height - place * thick
        drawing.add(String(labels - 5, top - 10, short(bar.label), fontName=_PLAIN, fontSize=7.5, textAnchor="end"))
        if now:
            drawing.add(Rect(labels, top - 12, now * room, 9, fillColor=HexColor(NOW), strokeColor=None))
        drawing.add(String(labels + now * room + 4, top - 10, bar.shown, fontName=_PLAIN, fontSize=7.5))
        if before:
            pale = HexColor(BEFORE)
            drawing.add(Rect(labels, top - 17, before * room, 4, fillColor=pale, strokeColor=None))
    also = f" ({said('chart_before', document.language)})" if chart.compared else ""
    return [KeepTogether([Paragraph(escape(chart.title + also), styles["caption"]), drawing])]
