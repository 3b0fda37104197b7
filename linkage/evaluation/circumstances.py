"""What is known of records and people beside who is who."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from linkage.evaluation.fairness.groups import Division
from linkage.evaluation.known_pairs import Int64

UInt64 = npt.NDArray[np.uint64]

SHARED = ("twins", "siblings", "namesakes", "household", "shared_nik")
"""What two persons may share that makes them look like one."""


@dataclass(frozen=True)
class Circumstances:
    """What the truth tells beside who is who; everything is optional.

    ``shared``: groups of records by what they share (``twins``, ``siblings``, ``namesakes``, ``household``,
    ``shared_nik``), int64 (n_records,), -1 for none. ``kind`` int64 (n_records,): why a record is there, an index into
    ``kinds``, -1 for a person's first. ``errors`` uint64 (n_records,): bit e for ``error_names[e]``.
    """

    shared: Mapping[str, Int64] = field(default_factory=dict)
    kind: Int64 | None = None
    kinds: Sequence[str] = ()
    errors: UInt64 | None = None
    error_names: Sequence[str] = ()


@dataclass(frozen=True)
class People:
    """What is known of the people behind the records: ``divisions`` of them into groups, and ``present`` int64
    (n_records,), bit f set when ``fields[f]`` is there."""

    divisions: Sequence[Division] = ()
    present: Int64 | None = None
    fields: Sequence[str] = ()
