"""The audit chain: every change of the queue leaves a row that seals all rows before it.

A row's hash covers its number, its body and the hash before it (SHA-256), so that a row altered, deleted,
inserted or moved breaks the chain at a number that can be named. The decisions and sightings stored under a row's
number are sealed by a digest in its body. Rows cut off the end are caught by the head kept beside the chain and, when
that was altered too, by an *anchor*: a head written down elsewhere. A body holds actions, numbers, names of users and
digests; never a resident's value.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType
from typing import Any, Final, TypeAlias

from linkage.review.cases import Decision, Judgement
from linkage.review.resolution import to_json
from linkage.review.sightings import Sighting

GENESIS: Final = "0" * 64
"""The hash before the first row."""

NOTHING: Final = hashlib.sha256(b"[]").hexdigest()
"""The digest of no decisions, and of no sightings; what a body without one means."""

SEALED: Final = MappingProxyType({"content": "decisions", "seen": "sightings", "judged": "judgements"})
"""What is stored under a row's number: the key of its digest in the row's body, and what to call it. Rows of the first
version sealed no judgements: only a row with the key tells of them."""

Body = Mapping[str, str | int | None]

Digests: TypeAlias = Mapping[str, str]
"""The digests of what is stored under one row's number, by key of :data:`SEALED`; a key left out is nothing."""


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


START: Final = AuditHead(0, GENESIS)
"""The head of an empty chain."""


@dataclass(frozen=True)
class AuditReport:
    """The outcome of a verification.

    ``rows``: how many are sound, counted from the first; ``head``: the last of them. ``first_bad``: the number of the
    first row that is wrong or absent; ``problem``: what is wrong with it.
    """

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
    ordered = sorted(decisions, key=lambda decision: (decision.case, decision.seq))
    return digest_in_order(decision_terms(taken) for taken in ordered)


def seen_digest(sightings: Iterable[Sighting]) -> str:
    """Return the digest by which an audit row seals its sightings, in order of record."""
    ordered = sorted(sightings, key=lambda sighting: sighting.record_id)
    return digest_in_order(sighting_terms(seen) for seen in ordered)


def judged_digest(judgements: Iterable[Judgement]) -> str:
    """Return the digest by which an audit row seals its judgements, in order of pair."""
    ordered = sorted(judgements, key=lambda judged: (judged.left_id, judged.right_id))
    return digest_in_order(judgement_terms(judged) for judged in ordered)


def judgement_terms(j: Judgement) -> list[Any]:
    """Return what the chain seals of a judgement."""
    return [j.left_id, j.right_id, j.family, j.standing, j.fingerprint.hex(), j.case]


def decision_terms(d: Decision) -> list[Any]:
    """Return what the chain seals of a decision; what it may lack stands at the end, named, and only if it is there."""
    later = {
        "persons": to_json(d.persons) if d.persons else None,
        "region": d.region,
        "office": d.office,
        "due_at": None if d.due_at is None else d.due_at.astimezone(UTC).isoformat(),
        "idem": d.idem,
    }
    # The first version knew none of the named ones: its decisions keep the digests they were sealed with.
    named = {key: value for key, value in later.items() if value is not None}
    return [
        *(d.case, d.seq, d.action, d.actor, d.from_state, d.to_state, d.at.astimezone(UTC).isoformat(), d.reason),
        *(d.verdict, d.surviving_record, d.assignee, d.proposal_seq, d.proposer, d.successor, d.run_id),
        *([named] if named else []),
    ]


def sighting_terms(s: Sighting) -> list[Any]:
    """Return what the chain seals of a sighting."""
    return [s.record_id, s.case, s.actor, s.at.astimezone(UTC).isoformat(), s.what, s.reason]


def digest_in_order(terms: Iterable[Sequence[Any] | None]) -> str:
    """Return SHA-256 of a JSON array of ``terms``, 64 hex digits, holding one of them at a time.

    None, a row that cannot be read, equals nothing that was ever sealed.
    """
    digest = hashlib.sha256(b"[")
    for number, term in enumerate(terms):
        text = json.dumps(term, ensure_ascii=True, sort_keys=True, separators=(",", ":"), default=_foreign)
        digest.update(f",{text}".encode() if number else text.encode())
    digest.update(b"]")
    return digest.hexdigest()


def _foreign(value: object) -> dict[str, str]:
    # A database that was tampered with may hold any type anywhere; no sealed term looks like this.
    return {"type": type(value).__name__}


def check_chain(
    rows: Iterable[AuditRow],
    contents: Mapping[int, Digests] | Iterable[tuple[int, Digests]],
    head: AuditHead | None,
    *,
    anchors: Iterable[AuditHead] = (),
) -> AuditReport:
    """Return what is wrong first with ``rows`` (in order of number), which are taken one at a time.

    ``contents``: by row number, the digests of what is stored under it; as pairs, in order of number. ``head``: the
    head kept beside the chain, None when it is gone. ``anchors``: heads seen earlier and kept outside.

    A row that was rewritten together with its own hash is told by the row behind it, which seals another: that one is
    named, and the problem says so. Where the whole rest was rewritten, only an anchor tells; it names its own row.
    """
    known = _Anchors(anchors)
    stored = _Stored(sorted(contents.items()) if isinstance(contents, Mapping) else contents)
    last = START
    problem = known.problem(last)
    if problem:
        return AuditReport(0, last, 1, problem)
    for row in rows:
        seq = last.seq + 1
        stray = stored.before(seq)
        if stray is not None:
            return AuditReport(last.seq, last, stray, _STRAY)
        problem = _row_problem(row, last, stored) or known.problem(AuditHead(row.seq, row.hash))
        if problem:
            return AuditReport(last.seq, last, seq, problem)
        last = AuditHead(row.seq, row.hash)
    return _end(last, head, known, stored)


_STRAY: Final = "decisions or sightings are stored that no audit row stands for"


def _end(last: AuditHead, head: AuditHead | None, known: _Anchors, stored: _Stored) -> AuditReport:
    """Return what is wrong behind the last row."""
    if head is None:
        return AuditReport(last.seq, last, last.seq + 1, "the head beside the chain is gone")
    if head != last:
        first = min(head.seq, last.seq) + 1
        return AuditReport(last.seq, last, first, f"the chain ends with row {last.seq}, its head says row {head.seq}")
    if known.newest > last.seq:
        return AuditReport(last.seq, last, last.seq + 1, f"an anchor knows rows up to {known.newest}; they are gone")
    stray = stored.next
    if stray is not None:
        return AuditReport(last.seq, last, stray, _STRAY)
    return AuditReport(last.seq, last)


def _row_problem(row: AuditRow, last: AuditHead, stored: _Stored) -> str:
    if row.seq != last.seq + 1:
        return "the row is missing"
    if row.prev != last.hash:
        return f"the row does not follow row {last.seq}: one of the two was replaced"
    if row.hash != _hash(row.seq, row.body, row.prev):
        return "the row was altered"
    found = stored.take(row.seq)
    try:
        body = json.loads(row.body)
    except (ValueError, TypeError, RecursionError):
        return "the row's body is not JSON"
    if not isinstance(body, dict):
        return "the row's body is not JSON"
    for key, name in SEALED.items():
        if key == "judged" and key not in body:
            continue
        if body.get(key, NOTHING) != found.get(key, NOTHING):
            return f"its {name} were altered"
    return ""


class _Anchors:
    """Heads kept outside, and how far they agree with the chain."""

    def __init__(self, anchors: Iterable[AuditHead]) -> None:
        self._hashes: dict[int, set[str]] = {}
        for anchor in anchors:
            self._hashes.setdefault(max(anchor.seq, 0), set()).add(anchor.hash)
        self.newest = max(self._hashes, default=0)
        self._agreed = 0

    def problem(self, row: AuditHead) -> str:
        """Say what the anchors have against a row; nothing is an empty text."""
        hashes = self._hashes.get(row.seq)
        if hashes is None:
            return ""
        if hashes == {row.hash}:
            self._agreed = row.seq
            return ""
        return f"the row differs from an anchor; what came after row {self._agreed} may have been rewritten"


class _Stored:
    """What is stored under the rows' numbers, read once, beside the rows."""

    def __init__(self, contents: Iterable[tuple[int, Digests]]) -> None:
        self._coming: Iterator[tuple[int, Digests]] = iter(contents)
        self._first = next(self._coming, None)

    @property
    def next(self) -> int | None:
        """The number of the first row that has not been taken."""
        return None if self._first is None else self._first[0]

    def before(self, seq: int) -> int | None:
        """Return the number of what is stored under a number that is before ``seq`` and no row took."""
        return self.next if self.next is not None and self.next < seq else None

    def take(self, seq: int) -> Digests:
        """Return the digests of what is stored under ``seq``, and go on."""
        if self._first is None or self._first[0] != seq:
            return {}
        found = self._first[1]
        self._first = next(self._coming, None)
        return found


def _hash(seq: int, body: str, prev: str) -> str:
    return hashlib.sha256(f"{prev}\n{seq}\n{body}".encode(errors="surrogatepass")).hexdigest()
