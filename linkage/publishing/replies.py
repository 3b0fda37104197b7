"""What goes back to an office whose sheet could not be taken whole: which rows, why, and what to do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from linkage.publishing.answers import reason
from linkage.publishing.change_sets import CENTRE
from linkage.publishing.returned import Refused
from linkage.review.spreadsheets import csv_bytes, kept_digits
from linkage.run.outputs import write_text, writing

REPLIES: Final = "confirmations"
"""The folder of the replies, beside the publications."""

COLUMNS: Final = ("file", "line", "column", "code", "tindakan", "action")
"""``line`` is 0 where the whole file is meant; ``tindakan`` and ``action`` say what to do, in two languages."""

_DIGEST: Final = 8


def write_reply(folder: Path, region: str, refused: Sequence[Refused]) -> Path | None:
    """Write what was refused of an office's sheets as CSV, and return where; None when nothing was.

    ``region``: whose steward gave the sheets, "" the centre. The name holds the region and a digest of the content: the
    same again is the same file, and another one overwrites none. No value of a sheet is in it.

    Raises:
        OutputError: the folder cannot be written.
    """
    if not refused:
        return None
    rows = [
        (one.source, str(one.line), one.column, one.code, reason(one.code, "id"), reason(one.code, "en"))
        for one in refused
    ]
    content = csv_bytes([COLUMNS, *(list(map(kept_digits, row)) for row in rows)])
    path = folder / f"{region or CENTRE}-{hashlib.sha256(content).hexdigest()[:_DIGEST]}.csv"
    with writing(path):
        folder.mkdir(parents=True, exist_ok=True)
        write_text(path, content.decode())
    return path
