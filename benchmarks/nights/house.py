"""A project on disk with its queue: the files that come in, its settings, and what can be read of it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from deltalake import DeltaTable

from benchmarks.nights.machine import Kill, Machine
from benchmarks.nights.offices import Sent
from benchmarks.nights.scenario import KEY, KEY_VARIABLE, Scenario
from linkage.nightly.change_log import NIGHT
from linkage.nightly.ledger import Ledger
from linkage.nightly.project import Project, load_project
from linkage.nightly.store import Store, plain_strings
from linkage.reference.store import Reference
from linkage.review.sql import SqlQueue, open_queue

_OTHER_MODEL: Final = "residents_fellegi_sunter"
_OTHER_THRESHOLD: Final = "case_threshold = 0.6\n"
_RESIDENTS: Final = "linkage.specs"


@dataclass
class House:
    """A project below ``home``; ``url`` of its queue, "" for SQLite in the workspace."""

    home: Path
    url: str = ""
    machine: Machine = field(default_factory=Machine)

    def build(self) -> None:
        """Make the folders, empty."""
        os.environ[KEY_VARIABLE] = KEY
        shutil.rmtree(self.home, ignore_errors=True)
        for name in ("inbox", "workspace"):
            (self.home / name).mkdir(parents=True)
        self.settle(model="", other_spec=False)

    def settle(self, *, model: str, other_spec: bool) -> None:
        """Write the project's settings, and its spec."""
        text = (files(_RESIDENTS) / "residents.toml").read_text(encoding="utf-8")
        if other_spec:
            text = text.replace("link_threshold", f"{_OTHER_THRESHOLD}link_threshold", 1)
        (self.home / "spec.toml").write_text(text, encoding="utf-8")
        lines = ["[intake]", 'spec = "spec.toml"', "[keys]", f'env = "{KEY_VARIABLE}"']
        lines += ["[database]", f'url = "{self.url}"'] if self.url else []
        lines += ["[model]", f'path = "{model}"'] if model else []
        (self.home / "linkage.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    def prepare(self, scenario: Scenario, night: int, sent: Iterable[Sent]) -> bool:
        """Bring a night's files, and another model or spec when it is time; return whether a full run is asked for."""
        for one in sent:
            if one.night == night:
                shutil.copyfile(one.path, self.home / "inbox" / one.path.name)
        if night == scenario.other_model:
            self.settle(model=_OTHER_MODEL, other_spec=False)
        elif night == scenario.other_spec:
            self.settle(model="", other_spec=True)
        return night == scenario.other_model

    def run(self, now: datetime, night: int, *, full: bool, kills: Sequence[Kill]) -> bool:
        """Run the nightly job of a night, which is killed so often first; return whether it was killed at all."""
        before = sum(self.machine.kills.values())
        self.machine.run(
            self.file, now, full=full, committed=lambda: self.ledger.counters.get("night") == night, kills=kills
        )
        return sum(self.machine.kills.values()) > before

    def last_manifest(self) -> dict[str, Any]:
        """Return the manifest of the last committed run, with the folder it stands in."""
        folder = self.project.out / self.ledger.run_id
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        return manifest | {"folder": str(folder)}

    @property
    def file(self) -> Path:
        """The project's file."""
        return self.home / "linkage.toml"

    @property
    def project(self) -> Project:
        """The project as its file says now."""
        return load_project(self.file)

    @property
    def ledger(self) -> Ledger:
        """What the committed runs left."""
        return Store(self.project.workspace).ledger

    @property
    def reference(self) -> Reference:
        """The national reference."""
        return Reference(self.project.workspace / "reference", self.project.secret())

    @contextmanager
    def queue(self) -> Iterator[SqlQueue]:
        """The queue, open."""
        project = self.project
        queue = open_queue(project.database_url, settings=project.queue, secret=project.secret())
        try:
            yield queue
        finally:
            queue.close()

    def resident_rows(self, columns: list[str], night: int | None = None) -> pa.Table:
        """Return the log of the standing residents, or what one night appended to it, in order of night."""
        workspace = self.project.workspace
        version = Store(workspace).ledger.tables["residents"]
        rows = DeltaTable(str(workspace / "store" / "residents"), version=version).to_pyarrow_dataset()
        found = rows.to_table(
            columns=[*columns, NIGHT, "change"], filter=None if night is None else pc.field(NIGHT) == night
        )
        return plain_strings(found).sort_by(NIGHT)
