"""The run manifest: what went in, what came out, and how to check both. Written last, so its presence means "done"."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from linkage.errors import InputDataError, InputMissingError, InvariantError

MANIFEST_NAME: Final = "manifest.json"
_CHUNK = 1 << 20
_BALANCES: Final = (
    (("rows_read",), ("rows_accepted", "rows_rejected")),
    (("pairs_survived",), ("pairs_written", "pairs_below_review")),
    (("rows_accepted",), ("records_added", "records_kept")),
    (("records_before", "records_added", "records_reopened"), ("records", "records_closed")),
    (("cases_by_kind",), ("cases linked",)),
    (("cases_by_kind",), ("queue.added", "queue.kept", "queue.suppressed")),
    *(((name,), (f"{name} of all files",)) for name in ("rows_read", "rows_accepted", "rows_rejected")),
)
"""Sums of counts that are always equal, where a command counts all of them."""


@dataclass(frozen=True)
class RunManifest:
    """Everything needed to understand, check and repeat a run. Plain JSON values; no resident's value.

    ``inputs``: path, name, sha256, bytes, rows and what was understood of each file. ``stages``: seconds, peak memory.
    ``counts`` balance (:meth:`check_balance`). ``recall``: how many true pairs blocking is estimated to have missed;
    empty for a delta, which sees too few pairs to tell. ``outputs``: SHA-256 by file name, or state hash by table name.
    """

    version: str
    run_id: str
    command: str
    options: Mapping[str, Any]
    spec: Mapping[str, Any]
    spec_digest: str
    inputs: Sequence[Mapping[str, Any]]
    stages: Sequence[Mapping[str, Any]]
    counts: Mapping[str, Any]
    model: Mapping[str, Any]
    thresholds: Mapping[str, float]
    blocking: Sequence[Mapping[str, Any]]
    recall: Mapping[str, Any]
    warnings: Sequence[str]
    outputs: Mapping[str, str]
    started: str
    finished: str

    def to_json(self) -> str:
        """Return indented JSON with a final newline."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False, sort_keys=False) + "\n"

    def check_balance(self) -> None:
        """Raise :class:`InvariantError` unless the counts add up: nothing read is lost."""
        for file in self.inputs:
            if file["rows"] != file["accepted"] + file["rejected"]:
                raise InvariantError("rows read are not accepted + rejected", where=str(file["name"]))
        counts = self._flat_counts()
        for one, other in _BALANCES:
            if {*one, *other} <= counts.keys() and _sum(counts, one) != _sum(counts, other):
                raise InvariantError(
                    f"{' + '.join(one)} is {_sum(counts, one)}, but {' + '.join(other)} is not", where="run manifest"
                )

    def _flat_counts(self) -> dict[str, int]:
        """Return the counts under one name each, with those of the files and of the cases a run gave to the queue."""
        counts = {name: value for name, value in self.counts.items() if isinstance(value, int)}
        for name, rows in (("rows_read", "rows"), ("rows_accepted", "accepted"), ("rows_rejected", "rejected")):
            counts[f"{name} of all files"] = sum(file[rows] for file in self.inputs)
        if "cases_by_kind" in self.counts:
            counts["cases_by_kind"] = sum(self.counts["cases_by_kind"].values())
        if self.options.get("full", True) and "cases" in counts:
            counts["cases linked"] = counts["cases"]  # a delta counts all that stand, and links fewer
        counts |= {f"queue.{name}": value for name, value in self.counts.get("queue", {}).items()}
        return counts


def read_manifest(path: Path) -> RunManifest:
    """Return the manifest stored at a path, or in a run's folder.

    Raises:
        InputMissingError: there is none. InputDataError: it is not a manifest of this version.
    """
    if path.is_dir():
        path = path / MANIFEST_NAME
    if not path.is_file():
        raise InputMissingError("no manifest found", where=str(path), remedy="A run that was cut off leaves none")
    try:
        return RunManifest(**json.loads(path.read_text(encoding="utf-8")))
    except (json.JSONDecodeError, UnicodeDecodeError, TypeError) as error:
        raise InputDataError("MANIFEST_UNREADABLE", f"not a run manifest: {error}", where=str(path)) from error


def _sum(counts: Mapping[str, int], names: Sequence[str]) -> int:
    return sum(counts[name] for name in names)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 hex digest of a file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def new_run_id(now: float | None = None) -> str:
    """Return a UUID of version 7 (RFC 9562): sortable by time, no two alike."""
    milliseconds = int((time.time() if now is None else now) * 1000)
    raw = bytearray(milliseconds.to_bytes(6, "big") + os.urandom(10))
    raw[6] = (raw[6] & 0x0F) | 0x70
    raw[8] = (raw[8] & 0x3F) | 0x80
    text = raw.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
