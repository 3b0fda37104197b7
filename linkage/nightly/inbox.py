"""The inbox of a nightly project: which files are new, and who the residents are after them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from linkage.errors import InputDataError, InputMissingError
from linkage.intake import InputFile, read_inputs
from linkage.nightly.extract import Extract, identify
from linkage.nightly.residents import HEAD, apply_extract, empty_residents
from linkage.nightly.store import Store
from linkage.progress import Stages
from linkage.run.manifest import sha256_of
from linkage.schema import REJECTS
from linkage.spec import LinkageSpec

_NOT_EXTRACTS = re.compile(r"\..*|.*\.meta\.toml|.*\.(part|partial|tmp)|.*~", re.IGNORECASE)
"""Sidecars, hidden files, and what is still being copied."""


@dataclass(frozen=True)
class InboxFile:
    """A file that no committed run has taken. ``mark``: name and SHA-256, how the ledger knows it."""

    path: Path
    mark: str


@dataclass
class Inbox:
    """The residents while extracts are applied one by one, and what happened on the way.

    ``files``: run id by mark of every file ever taken. ``last_extract``: newest cut-off and sequence by region.
    ``last_number``: the last record number issued.
    """

    residents: pa.Table
    run_id: str
    files: dict[str, str]
    last_extract: dict[str, tuple[int, int]]
    last_number: int
    inputs: list[InputFile] = field(default_factory=list)
    rejects: list[pa.Table] = field(default_factory=list)
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(
            ("files_read", "files_refused", "records_added", "records_kept", "records_closed"), 0
        )
    )

    def take(self, file: InboxFile, extract: Extract, spec: LinkageSpec, stages: Stages) -> None:
        """Read one extract and apply it.

        Raises:
            InputDataError: the file cannot be used; nothing has changed then.
        """
        self._check_newer(extract)
        read = read_inputs([file.path], spec)
        applied = apply_extract(self.residents, read.accepted, extract, self.last_number)
        self.residents, self.last_number = applied.residents, applied.last_number
        self.last_extract[extract.region] = (extract.cut_off, extract.sequence)
        self.files[file.mark] = self.run_id
        self.inputs.extend(read.inputs)
        self.rejects.append(read.rejects)
        self.counts["files_read"] += 1
        self.counts["records_added"] += applied.added
        self.counts["records_kept"] += applied.kept
        self.counts["records_closed"] += applied.closed
        for warning in read.warnings:
            stages.warn(warning)

    def refuse(self, file: InboxFile, error: InputDataError, stages: Stages) -> None:
        """Take note of a file that cannot be used; it is not tried again under this name and content."""
        self.files[file.mark] = self.run_id
        self.counts["files_refused"] += 1
        hint = f"{error.problem}. {error.remedy}" if error.remedy else error.problem
        row = {"source": [file.path.name], "line": [0], "column": [""], "code": [error.code], "hint": [hint]}
        self.rejects.append(pa.table(row, schema=REJECTS))
        stages.warn(str(error))

    def all_rejects(self) -> pa.Table:
        """Return REJECTS of all files, sorted."""
        order = [(name, "ascending") for name in ("source", "line", "column", "code")]
        return pa.concat_tables([REJECTS.empty_table(), *self.rejects]).sort_by(order)

    def _check_newer(self, extract: Extract) -> None:
        last = self.last_extract.get(extract.region)
        if last is not None and (extract.cut_off, extract.sequence) <= last:
            raise InputDataError(
                "EXTRACT_NOT_NEWER",
                "an extract of this region with the same or a later cut-off and sequence was taken already",
                where=extract.path.name,
                remedy="Send it with a new sequence number if it is a correction",
            )


def latest_year(last_extract: Mapping[str, tuple[int, int]], now: datetime) -> int:
    """Return the year of the newest cut-off, by which two-digit years find their century; without any, this year."""
    return max((cut_off // 10_000 for cut_off, _ in last_extract.values()), default=now.year)


def new_files(inbox: Path, taken: Mapping[str, str]) -> list[InboxFile]:
    """Return the files of the inbox that no committed run has taken, by name.

    Raises:
        InputMissingError: there is no such folder.
    """
    if not inbox.is_dir():
        raise InputMissingError("no inbox folder", where=str(inbox), remedy="Set [intake] inbox in linkage.toml")
    found = sorted(path for path in inbox.iterdir() if path.is_file() and not _NOT_EXTRACTS.fullmatch(path.name))
    files = [InboxFile(path, f"{path.name} {sha256_of(path)}") for path in found]
    return [file for file in files if file.mark not in taken]


def take_inbox(files: list[InboxFile], store: Store, spec: LinkageSpec, run_id: str, stages: Stages) -> Inbox:
    """Apply every new file to the standing residents, by region, cut-off and sequence; a bad file stops no other."""
    ledger = store.ledger
    inbox = Inbox(
        residents=_with_columns(store.read("residents"), spec),
        run_id=run_id,
        files=dict(ledger.files),
        last_extract=dict(ledger.last_extract),
        last_number=ledger.counters.get("record", 0),
    )
    identified: list[tuple[Extract, InboxFile]] = []
    for file in files:
        try:
            identified.append((identify(file.path), file))
        except InputDataError as error:
            inbox.refuse(file, error, stages)
    for extract, file in sorted(identified, key=lambda item: item[0]):
        try:
            inbox.take(file, extract, spec, stages)
        except InputDataError as error:
            inbox.refuse(file, error, stages)
    return inbox


def _with_columns(residents: pa.Table | None, spec: LinkageSpec) -> pa.Table:
    """Return the standing residents with the columns of this spec; new ones start missing, none is dropped."""
    if residents is None:
        return empty_residents(spec)
    for item in spec.fields:
        if item.name not in HEAD and item.name not in residents.column_names:
            residents = residents.append_column(item.name, pa.nulls(residents.num_rows, pa.string()))
    return residents.sort_by("record_id").combine_chunks()  # the store keeps them by province, in no certain order
