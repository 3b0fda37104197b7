"""The labels file: plain CSV, one answer a line, as people, spreadsheets and other programs read and write it."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Literal

from linkage.errors import InputDataError, InputMissingError

SAME: Final = "same"
DIFFERENT: Final = "different"
UNSURE: Final = "unsure"
LABELS: Final = (SAME, DIFFERENT, UNSURE)

COLUMNS: Final = ("left_id", "right_id", "label", "labeller", "labelled_at", "note", "inclusion")
"""The header that is written. Read are files with at least the first three, in any order; others are left alone."""

_NEEDED: Final = COLUMNS[:3]
_BEFORE: Final = datetime.min.replace(tzinfo=UTC)

HINTS: Final = {
    "LABEL_FIELDS": "the row has not as many fields as the header; a killed program may have cut it off",
    "LABEL_ID_MISSING": "a record id is empty; give both",
    "LABEL_ONE_RECORD": "both ids are the same; a pair has two records",
    "LABEL_UNKNOWN": f"the label is none of {', '.join(LABELS)}",
    "LABEL_TIME": "not an instant such as 2026-01-31T08:15:00Z",
    "LABEL_INCLUSION": "not a probability above 0 and up to 1",
}
"""Reject codes of rows, each with what to do about it."""


@dataclass(frozen=True)
class Label:
    """What one labeller says of one pair.

    ``labelled_at``: an instant in UTC, None when not told. ``note``: where the pair or the answer comes from.
    ``inclusion``: the probability with which the pair was drawn, above 0 and up to 1; None when nobody drew it.
    """

    left_id: str
    right_id: str
    label: str
    labeller: str = ""
    labelled_at: datetime | None = None
    note: str = ""
    inclusion: float | None = None

    @property
    def pair(self) -> tuple[str, str]:
        """The two ids, the smaller first: A with B is B with A."""
        return min(self.left_id, self.right_id), max(self.left_id, self.right_id)

    def to_line(self) -> str:
        """Return the line of a labels file, with its end."""
        at = "" if self.labelled_at is None else self.labelled_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        inclusion = "" if self.inclusion is None else f"{self.inclusion:.6g}"
        return csv_line((self.left_id, self.right_id, self.label, self.labeller, at, self.note, inclusion))


@dataclass(frozen=True)
class LabelReject:
    """A row that is no label. ``line`` where it starts, the header being line 1; ``column`` empty for the whole row."""

    source: str
    line: int
    column: str
    code: str

    @property
    def hint(self) -> str:
        """What to do about it."""
        return HINTS[self.code]


@dataclass(frozen=True)
class Labels:
    """Labels in the order of their files and lines, superseded ones included; and the rows that are none."""

    labels: tuple[Label, ...]
    rejects: tuple[LabelReject, ...] = ()

    def latest(self) -> tuple[Label, ...]:
        """Return one label for each pair and labeller: the last given counts. In the order of first labelling."""
        last = {(*label.pair, label.labeller): label for label in in_time(self.labels)}
        return tuple(last.values())


def in_time(labels: Iterable[Label]) -> list[Label]:
    """Return labels in the order in which they were given, those without a time first; of equals, as they stand."""
    return sorted(labels, key=lambda label: label.labelled_at or _BEFORE)


def read_labels(paths: Sequence[Path], *, across: bool = False) -> Labels:
    """Read labels files, in the order given.

    ``across``: left and right are records of two files, so that one id may stand on both sides.

    Raises:
        InputMissingError: a file does not exist. InputDataError: a file is not UTF-8, or its header lacks a column.
    """
    labels: list[Label] = []
    rejects: list[LabelReject] = []
    for path in paths:
        if not path.is_file():
            raise InputMissingError("no such labels file", where=str(path))
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise InputDataError(
                "LABELS_ENCODING", "the file is not UTF-8", where=str(path), remedy="Save it as CSV UTF-8"
            ) from None
        found = parse_labels(text, source=path.name, across=across)
        labels += found.labels
        rejects += found.rejects
    return Labels(tuple(labels), tuple(rejects))


def parse_labels(text: str, *, source: str, across: bool = False) -> Labels:
    """Return the labels in the text of a file; ``source`` names it in rejects, ``across`` as in :func:`read_labels`.

    Raises:
        InputDataError: the header lacks one of left_id, right_id, label, or names a column twice.
    """
    rows = _rows(text, source)
    header = [name.strip().lower() for name in next(rows, (1, [""]))[1]]
    if lacking := [name for name in _NEEDED if name not in header]:
        raise InputDataError(
            "LABELS_HEADER", f"the header has no column {lacking[0]}", where=f"{source}, line 1",
            remedy=f"Begin the file with: {','.join(COLUMNS)}",
        )  # fmt: skip
    if twice := [name for name in header if name and header.count(name) > 1]:
        raise InputDataError("LABELS_HEADER", f"the header names column {twice[0]} twice", where=f"{source}, line 1")
    labels: list[Label] = []
    rejects: list[LabelReject] = []
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        read = _label(header, row, across)
        if isinstance(read, Label):
            labels.append(read)
        else:
            rejects.append(LabelReject(source, line, *read))
    return Labels(tuple(labels), tuple(rejects))


def _rows(text: str, source: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line it starts on; a quotation mark that stays open ends with the text."""
    reader = csv.reader(io.StringIO(text.replace("\0", "\ufffd"), newline=""))
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error:
        raise InputDataError(
            "LABELS_UNREADABLE", "a cell is longer than any label is", where=f"{source}, line {line}",
            remedy="A quotation mark may stay open",
        ) from None  # fmt: skip


def _label(header: Sequence[str], row: Sequence[str], across: bool) -> Label | tuple[str, str]:
    """Return the label of a row, or the column and the code of what is wrong."""
    if len(row) != len(header):
        return "", "LABEL_FIELDS"
    cells = {name: cell.strip() for name, cell in zip(header, row, strict=True)}
    for name in _NEEDED[:2]:
        if not cells[name]:
            return name, "LABEL_ID_MISSING"
    if cells["left_id"] == cells["right_id"] and not across:
        return "right_id", "LABEL_ONE_RECORD"
    if cells["label"].lower() not in LABELS:
        return "label", "LABEL_UNKNOWN"
    at, inclusion = _instant(cells.get("labelled_at", "")), _share(cells.get("inclusion", ""))
    if at is False:
        return "labelled_at", "LABEL_TIME"
    if inclusion is False:
        return "inclusion", "LABEL_INCLUSION"
    return Label(
        cells["left_id"], cells["right_id"], cells["label"].lower(), cells.get("labeller", ""),
        at or None, cells.get("note", ""), inclusion or None,
    )  # fmt: skip


def _instant(text: str) -> datetime | Literal[False] | None:
    """Return the instant, None for an empty text, False for what is none."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return False


def _share(text: str) -> float | Literal[False] | None:
    """Return the probability, None for an empty text, False for what is none."""
    if not text:
        return None
    try:
        share = float(text)
    except ValueError:
        return False
    return share if math.isfinite(share) and 0.0 < share <= 1.0 else False


def csv_line(cells: Sequence[str]) -> str:
    """Return one line of CSV, quoted where needed, with its end."""
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()
