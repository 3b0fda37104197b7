"""What both ways of linking a night are given, and what they give back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from linkage.engine.base import Engine
from linkage.nightly.inbox import Inbox
from linkage.nightly.ledger import Derived
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.pipeline import Linked
from linkage.progress import Stages
from linkage.review.cases import LoadResult
from linkage.review.sql import SqlQueue
from linkage.spec import LinkageSpec
from linkage.standing.delta import DeltaLinked


@dataclass(frozen=True, repr=False)
class Night:
    """A run under way: the project, what the inbox brought, the open queue. ``latest_year``: of the newest extract."""

    project: Project
    store: Store
    spec: LinkageSpec
    inbox: Inbox
    queue: SqlQueue
    engine: Engine
    stages: Stages
    run_id: str
    latest_year: int
    began: datetime

    @property
    def number(self) -> int:
        """The number under which this night's rows are appended."""
        return self.store.ledger.counters.get("night", 0) + 1


@dataclass(frozen=True, repr=False)
class Outcome:
    """What linking and writing left, all of it invisible yet.

    ``for_people``: tables of the run's folder. ``versions``, ``hashes``: of the store's tables. ``derived``: what
    counts of the derived files. ``last_cluster``, ``last_judgement``: the last number issued, the last judgement
    heeded.
    """

    linked: Linked | DeltaLinked
    for_people: Mapping[str, pa.Table]
    versions: Mapping[str, int]
    hashes: Mapping[str, str]
    derived: Derived
    load: LoadResult
    last_cluster: int
    last_judgement: int
