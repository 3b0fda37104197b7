"""A published project from which residents are erased, and where their values may still be found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from linkage.erasure.erase import Asked, erase
from linkage.nightly.project import load_project
from linkage.reference.tombstones import Tombstone
from tests.publishing.published import Project
from tests.small_register import semarang


@dataclass
class Forgotten:
    """A project, and what is done to it here."""

    project: Project

    @property
    def home(self) -> Path:
        return self.project.nightly.home

    @property
    def nightly(self):
        return self.project.nightly

    @property
    def reference(self):
        return self.project.reference

    def loaded(self):
        return load_project(self.nightly.file)

    def record(self, name: str) -> str:
        """The record of a resident of this name."""
        return self.nightly.open_by("nama")[name]

    def alone(self) -> tuple[str, str]:
        """(record, NIK) of a resident whom no case is about."""
        nik = semarang()[5]["NIK"]
        return self.nightly.open_by("nik")[nik], nik

    def erase(self, *record_ids: str, fields: Iterable[str] = (), by: str = "kepala", approved_by: str = "wakil"):
        asked = Asked(record_ids, "permintaan penduduk", by, approved_by, tuple(fields))
        return self.erased_as(asked)

    def erased_as(self, asked: Asked) -> Tombstone:
        return erase(self.loaded(), asked, now=self.project.moment())

    def holding(self, *texts: str) -> list[str]:
        """The files of workspace and out that hold one of the texts, as bytes or in a cell of a table."""
        return sorted(
            str(path.relative_to(self.home))
            for folder in ("workspace", "out")
            for path in (self.home / folder).rglob("*")
            if path.is_file() and any(_holds(path, text) for text in texts)
        )


def _holds(path: Path, text: str) -> bool:
    if text.encode() in path.read_bytes():
        return True
    if path.suffix == ".parquet":
        return any(text in str(row) for row in pq.ParquetFile(path).read().to_pylist())
    return False
