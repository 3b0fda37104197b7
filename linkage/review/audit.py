"""The audit chain: every change of the queue leaves a row that seals all rows before it.

A row's hash covers its number, its body and the hash before it (SHA-256), so that a row altered, deleted,
inserted or moved breaks the chain at a number that can be named. Rows cut off the end are caught by the
head kept beside the chain and, when that was altered too, by an *anchor*: a head written down elsewhere.
A body holds actions, numbers, names of users and digests; never a resident's value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from linkage.review.cases import Decision

GENESIS: Final = "0" * 64
"""The hash before the first row."""

Body = Mapping[str, str | int | None]


@dataclass(frozen=True)
class AuditRow:
    """A sealed row. ``body`` is canonical JSON; ``prev`` and ``hash`` are 64 hex digits."""

    seq: int
    body: str
    prev: str
    hash: str


@dataclass(frozen=True)
class AuditHead:
    """The last row's number and hash; ``AuditHead(0, GENESIS)`` when there is none."""

    seq: int
    hash: str


@dataclass(frozen=True)
class AuditReport:
    """The outcome of a verification. ``first_bad`` is the number of the first row that is wrong or absent."""

    rows: int
    head: AuditHead
    first_bad: int | None = None
    problem: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.first_bad is None


def seal(head: AuditHead, body: Body) -> AuditRow:
    """Return the row that follows ``head``."""
    text = json.dumps(body, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    seq = head.seq + 1
    return AuditRow(seq, text, head.hash, _hash(seq, text, head.hash))


def content_digest(decisions: Iterable[Decision]) -> str:
    """Return the digest by which an audit row seals the decisions it stands for, in order of case and number."""
    rows = [
        [
            *(d.case, d.seq, d.action, d.actor, d.from_state, d.to_state, d.at.isoformat(), d.reason),
            *(d.verdict, d.surviving_record, d.assignee, d.proposal_seq, d.proposer, d.successor, d.run_id),
        ]
        for d in sorted(decisions, key=lambda decision: (decision.case, decision.seq))
    ]
    return hashlib.sha256(json.dumps(rows, ensure_ascii=True, separators=(",", ":")).encode()).hexdigest()


def check_chain(
    rows: Iterable[AuditRow],
    contents: Mapping[int, str],
    head: AuditHead,
    *,
    anchor: AuditHead | None = None,
) -> AuditReport:
    """Return what is wrong first with ``rows`` (in order of number).

    ``contents``: by row number, the digest of the decisions stored under it; ``head``: the head kept beside
    the chain; ``anchor``: a head seen earlier and kept outside.
    """
    last = AuditHead(0, GENESIS)
    for row in rows:
        seq = last.seq + 1
        problem = _row_problem(row, last, contents.get(seq))
        if not problem and anchor is not None and anchor.seq == row.seq and anchor.hash != row.hash:
            problem = "the row differs from the anchor"
        if problem:
            return AuditReport(last.seq, last, seq, problem)
        last = AuditHead(row.seq, row.hash)
    if head != last:
        return AuditReport(last.seq, last, min(head.seq, last.seq) + 1, "the chain does not end at its head")
    if anchor is not None and anchor.seq > last.seq:
        return AuditReport(last.seq, last, last.seq + 1, "rows up to the anchor are gone")
    beyond = min((seq for seq in contents if seq > last.seq), default=None)
    if beyond is not None:
        return AuditReport(last.seq, last, beyond, "decisions are stored that no audit row stands for")
    return AuditReport(last.seq, last)


def _row_problem(row: AuditRow, last: AuditHead, content: str | None) -> str:
    if row.seq != last.seq + 1:
        return "the row is missing"
    if row.prev != last.hash:
        return "the row does not follow the one before"
    if row.hash != _hash(row.seq, row.body, row.prev):
        return "the row was altered"
    if json.loads(row.body).get("content", content_digest(())) != (content or content_digest(())):
        return "its decisions were altered"
    return ""


def _hash(seq: int, body: str, prev: str) -> str:
    return hashlib.sha256(f"{prev}\n{seq}\n{body}".encode()).hexdigest()
