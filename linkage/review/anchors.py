"""Anchors in a file: heads of the audit chain, one JSON object a line, kept where the queue's keepers cannot write.

A line is ``{"seq": 17, "hash": "<64 hex digits>", "at": "<instant>"}``; other keys are left alone.
"""

from __future__ import annotations

import json
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from linkage.errors import InputDataError, InputMissingError, OutputError
from linkage.review.audit import START, AuditHead

UNREADABLE: Final = "ANCHORS"
"""The code under which a file of anchors is refused."""

_HASH = re.compile(r"[0-9a-f]{64}")

ANCHOR_NAME: Final = "audit_anchor.jsonl"
"""The file of a night's folder that holds the head its queue ended with."""


def anchor_line(head: AuditHead, at: datetime) -> str:
    """Return the line, without its end, that keeps ``head`` as it was at an instant."""
    return json.dumps({"seq": head.seq, "hash": head.hash, "at": at.astimezone(UTC).isoformat(timespec="seconds")})


def append_anchor(file: Path, head: AuditHead, at: datetime) -> None:
    """Append an anchor to a file, making it if need be; it is on the disk when this returns.

    Raises :class:`OutputError` when the file cannot be written.
    """
    line = f"{anchor_line(head, at)}\n".encode()
    try:
        with file.open("ab+") as stream:
            if stream.tell() > 0:
                stream.seek(-1, os.SEEK_END)
                # A line that was cut off by a full disk must not swallow this one.
                line = line if stream.read(1) == b"\n" else b"\n" + line
            stream.write(line)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OutputError(
            f"the anchor cannot be written ({error.strerror})", where=str(file), remedy="Name another file with --out"
        ) from None


def read_anchors(file: Path) -> tuple[AuditHead, ...]:
    """Return the anchors of a file, in its order.

    Raises :class:`InputMissingError` when there is no such file and :class:`InputDataError` for a line that is no
    anchor, and for a file without any: a check against nothing must not look like one.
    """
    try:
        lines = file.read_bytes().splitlines()
    except FileNotFoundError:
        raise InputMissingError("no such file", where=str(file)) from None
    except OSError as error:
        raise InputDataError(UNREADABLE, f"cannot be read ({error.strerror})", where=str(file)) from None
    anchors = tuple(_anchor(line, f"{file}, line {number}") for number, line in enumerate(lines, 1) if line.strip())
    if not anchors:
        raise InputDataError(UNREADABLE, "no anchor in the file", where=str(file), remedy="See linkage audit anchor")
    return anchors


def _anchor(line: bytes, where: str) -> AuditHead:
    try:
        told: Any = json.loads(line)
    except (ValueError, RecursionError):
        told = None
    head = _head_of(told)
    if head is None:
        raise InputDataError(
            UNREADABLE, "not an anchor", where=where, remedy="Keep only lines that linkage audit anchor wrote"
        )
    return head


def _head_of(told: Any) -> AuditHead | None:
    """Return the head that a line tells, None if it tells none."""
    if not isinstance(told, dict):
        return None
    seq, digest = told.get("seq"), told.get("hash")
    if isinstance(seq, bool) or not isinstance(seq, int) or not isinstance(digest, str) or not _HASH.fullmatch(digest):
        return None
    head = AuditHead(seq, digest)
    return head if seq > 0 or head == START else None
