"""The snapshot of a full run as one file: arrays end to end, and a line of JSON that says which."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RulePlan
from linkage.errors import InvariantError
from linkage.stages.frequencies import HashedCounts, Snapshot

_FORMAT: Final = "tunggal/snapshot/1"


def write_snapshot(path: Path, snapshot: Snapshot) -> str:
    """Write a snapshot and return its SHA-256."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "years": snapshot.years,
        "tokens.hashes": snapshot.tokens.hashes,
        "tokens.counts": snapshot.tokens.counts,
    }
    for name, counts in snapshot.counts.items():
        arrays[f"counts.{name}.hashes"] = counts.hashes
        arrays[f"counts.{name}.counts"] = counts.counts
    arrays |= {f"placeholders.{name}": hashes for name, hashes in snapshot.placeholders.items()}
    for place, plan in enumerate(snapshot.plans):
        arrays[f"cut.{place}"] = plan.cut
        arrays |= {f"refined.{place}.{step}": keys for step, keys in enumerate(plan.refined)}
    head = {
        "format": _FORMAT,
        "n_records": snapshot.n_records,
        "present": dict(snapshot.present),
        "has_nik": snapshot.has_nik,
        "counts": list(snapshot.counts),
        "placeholders": list(snapshot.placeholders),
        "plans": [[plan.name, len(plan.refined)] for plan in snapshot.plans],
        "arrays": [[name, array.dtype.str, array.size] for name, array in arrays.items()],
    }
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        for part in (json.dumps(head).encode() + b"\n", *(array.tobytes() for array in arrays.values())):
            digest.update(part)
            stream.write(part)
        stream.flush()
        os.fsync(stream.fileno())
    return digest.hexdigest()


def read_snapshot(path: Path, digest: str) -> Snapshot:
    """Return the snapshot in a file.

    Raises:
        InvariantError: there is none, or it has not this SHA-256.
    """
    data = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(data).hexdigest() != digest:
        raise InvariantError("the snapshot of the last full run is missing or damaged", where=path.name)
    line = data.index(b"\n") + 1
    head = json.loads(data[:line])
    if head["format"] != _FORMAT:
        raise InvariantError("the snapshot of the last full run is of another version", where=path.name)
    arrays: dict[str, npt.NDArray[Any]] = {}
    at = line
    for name, dtype, size in head["arrays"]:
        # Copied, for what lies in a file's bytes begins anywhere and cannot be written to.
        arrays[name] = np.frombuffer(data, dtype, size, at).copy()
        at += arrays[name].nbytes
    return Snapshot(
        n_records=int(head["n_records"]),
        counts={
            name: HashedCounts(arrays[f"counts.{name}.hashes"], arrays[f"counts.{name}.counts"])
            for name in head["counts"]
        },
        present=head["present"],
        years=arrays["years"],
        tokens=HashedCounts(arrays["tokens.hashes"], arrays["tokens.counts"]),
        has_nik=bool(head["has_nik"]),
        placeholders={name: arrays[f"placeholders.{name}"] for name in head["placeholders"]},
        plans=tuple(
            RulePlan(name, tuple(arrays[f"refined.{place}.{step}"] for step in range(steps)), arrays[f"cut.{place}"])
            for place, (name, steps) in enumerate(head["plans"])
        ),
    )
