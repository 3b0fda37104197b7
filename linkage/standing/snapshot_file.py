"""The snapshot of a full run as one file: arrays end to end, and a line of JSON that says which."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from linkage.blocking.index import RulePlan
from linkage.errors import InvariantError
from linkage.stages.frequencies import HashedCounts, HashedTable, Snapshot
from linkage.standardise.frequencies.table import Grade, NameFrequencies

_FORMAT: Final = "tunggal/snapshot/2"


def write_snapshot(path: Path, snapshot: Snapshot) -> str:
    """Write a snapshot and return its SHA-256."""
    arrays: dict[str, npt.NDArray[Any]] = {
        "years": snapshot.years,
    }
    for kind, tables in (("tokens", snapshot.tokens), ("counts", snapshot.counts)):
        for name, counts in tables.items():
            arrays[f"{kind}.{name}.hashes"] = counts.hashes
            arrays[f"{kind}.{name}.counts"] = counts.counts
    for name, item in snapshot.regional.items():
        arrays |= _regional_arrays(f"regional.{name}", item)
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
        "tokens": list(snapshot.tokens),
        "placeholders": list(snapshot.placeholders),
        "regional": {
            name: [item.table.n_residents, item.table.n_values, item.table.discount, len(item.table.grades)]
            for name, item in snapshot.regional.items()
        },
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
        counts=_hashed_counts("counts", head, arrays),
        present=head["present"],
        years=arrays["years"],
        tokens=_hashed_counts("tokens", head, arrays),
        has_nik=bool(head["has_nik"]),
        placeholders={name: arrays[f"placeholders.{name}"] for name in head["placeholders"]},
        plans=tuple(
            RulePlan(name, tuple(arrays[f"refined.{place}.{step}"] for step in range(steps)), arrays[f"cut.{place}"])
            for place, (name, steps) in enumerate(head["plans"])
        ),
        regional={name: _regional(f"regional.{name}", numbers, arrays) for name, numbers in head["regional"].items()},
    )


def _hashed_counts(
    kind: str, head: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]]
) -> dict[str, HashedCounts]:
    return {name: HashedCounts(arrays[f"{kind}.{name}.hashes"], arrays[f"{kind}.{name}.counts"]) for name in head[kind]}


def _regional_arrays(name: str, item: HashedTable) -> dict[str, npt.NDArray[Any]]:
    arrays: dict[str, npt.NDArray[Any]] = {
        f"{name}.hashes": item.hashes,
        f"{name}.numbers": item.numbers,
        f"{name}.counts": item.table.counts,
    }
    for step, grade in enumerate(item.table.grades):
        arrays |= {f"{name}.{step}.{part.name}": getattr(grade, part.name) for part in fields(grade)}
    return arrays


def _regional(name: str, numbers: list[Any], arrays: Mapping[str, npt.NDArray[Any]]) -> HashedTable:
    n_residents, n_values, discount, steps = numbers
    grades = tuple(
        Grade(**{part.name: arrays[f"{name}.{step}.{part.name}"] for part in fields(Grade)}) for step in range(steps)
    )
    table = NameFrequencies(int(n_residents), int(n_values), arrays[f"{name}.counts"], float(discount), grades)
    return HashedTable(arrays[f"{name}.hashes"], arrays[f"{name}.numbers"], table)
