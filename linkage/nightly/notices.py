"""What a night noticed of the extracts and regions: a row each, for the region's report and for who runs the job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass
from typing import Final, Literal

import pyarrow as pa

from linkage.nightly.extract import Extract
from linkage.nightly.succession import Fact
from linkage.schema import column

Outcome = Literal["taken", "refused", "left", "late"]

NOTICES: Final = pa.schema(
    [
        column("source", pa.string(), "name of the extract; empty when the region as a whole is meant"),
        column("region", pa.string(), "regency code of the extract; empty when it could not be told"),
        column("kind", pa.string(), "full or delta; empty when it could not be told"),
        column("cut_off", pa.int64(), "day as of which it was made (yyyymmdd); 0 when it could not be told"),
        column("sequence", pa.int64(), "its number; 0 when it could not be told"),
        column("outcome", pa.string(), "taken, refused, left for the next run, or late (no extract came)"),
        column("code", pa.string(), "what was noticed, upper case"),
        column("count", pa.int64(), "how many rows, numbers or days it is about, see the guide; 0 for none"),
        column("hint", pa.string(), "the same in words, and what to do; no resident's value"),
    ]
)
"""Notices of one run, sorted by region, source and code."""


@dataclass(frozen=True, order=True)
class Notice:
    """One row of :data:`NOTICES`."""

    source: str
    region: str
    kind: str
    cut_off: int
    sequence: int
    outcome: Outcome
    code: str
    count: int
    hint: str

    def __str__(self) -> str:
        return f"{self.source or f'region {self.region}'}: {self.hint} [{self.code}]"


def notice_of(source: str, extract: Extract | None, outcome: Outcome, fact: Fact) -> Notice:
    """Return the notice of a fact about an extract; ``extract`` is None when its identity could not be told."""
    if extract is None:
        return Notice(source, "", "", 0, 0, outcome, fact.code, fact.count, fact.hint)
    place = (extract.region, extract.kind, extract.cut_off, extract.sequence)
    return Notice(source, *place, outcome, fact.code, fact.count, fact.hint)


def notices_table(notices: Iterable[Notice]) -> pa.Table:
    """Return :data:`NOTICES`, in an order that does not depend on that of the files."""
    ordered = sorted(notices, key=lambda notice: (notice.region, notice.source, notice.code, notice))
    rows = [astuple(notice) for notice in ordered]
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(NOTICES)
    return pa.table([pa.array(values, item.type) for values, item in zip(columns, NOTICES, strict=True)], NOTICES)


def counts_by_code(notices: Sequence[Notice]) -> dict[str, int]:
    """Return how often each code occurs, by code."""
    return dict(sorted(Counter(notice.code for notice in notices).items()))
