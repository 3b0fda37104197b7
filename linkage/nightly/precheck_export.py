"""An index of the standing residents of some regions, for teams without a network; each export is noted."""

from __future__ import annotations

import getpass
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.days import day_of
from linkage.encode import encode
from linkage.errors import InputMissingError, UsageError
from linkage.nightly.project import Project
from linkage.nightly.standing import standing_residents
from linkage.nightly.store import Store
from linkage.precheck.index import Header, build_index, packed_spec, write_index
from linkage.precheck.keys import check_spec, fields_read, keys_of, passphrase_for
from linkage.review.sql import open_queue
from linkage.run.one_off import read_spec_file
from linkage.run.outputs import writing

EXPORTS_NAME: Final = "precheck_exports.jsonl"
MOST_DAYS: Final = 92


@dataclass(frozen=True, repr=False)
class Exported:
    """An index that was written. ``passphrase``: what a team needs besides it; it is kept nowhere."""

    header: Header
    passphrase: str
    bytes: int


def export_index(
    project: Project, regions: Sequence[str], out: Path, *, days: int, now: datetime, by: str | None = None
) -> Exported:
    """Write an index of the open residents of some regions as the last committed night left them.

    ``regions``: regency codes, or the two digits of a province. ``days``: how long it may be used. ``by``: a user of
    the queue. Who exported what and when is appended to ``precheck_exports.jsonl`` in the workspace, and to the audit
    chain, a row for each regency, before the index is written.

    Raises:
        UsageError: no such days, or no region of the form. InputMissingError: no night yet, or nobody is open there.
        SpecError: the project's spec lacks a field of the keys. NotPermittedError: no such user.
        ServiceUnavailableError: the queue's database cannot be reached, so the export cannot be noted.
    """
    if not 1 <= days <= MOST_DAYS:
        raise UsageError(f"--days must be 1 to {MOST_DAYS}")
    chosen = tuple(sorted(set(regions)))
    if wrong := [code for code in chosen if not (code.isascii() and code.isdecimal() and len(code) in (2, 4))]:
        raise UsageError(f"{wrong[0]!r} is no region", remedy="Give a regency's four digits, or a province's two")
    spec = read_spec_file(project.spec, project.region_codes)
    check_spec(spec)
    store = Store(project.workspace)
    stored = store.read("residents")
    if stored is None:
        raise InputMissingError("no run yet", where=str(project.file), remedy="Start one with: linkage run")
    residents = _open_in(standing_residents(stored, spec), chosen)
    year = store.ledger.derived.latest_year or day_of(now).year
    export_id = secrets.token_hex(8)
    passphrase = passphrase_for(project.secret(), export_id)
    header = Header(
        export_id=export_id,
        regions=chosen,
        run_id=store.ledger.run_id,
        as_of={code: state.last[0] for code, state in store.ledger.regions.items() if code.startswith(chosen)},
        made=now.isoformat(timespec="seconds"),
        expires=day_of(now + timedelta(days=days)).isoformat(),
        records=0,
        latest_year=year,
        spec=packed_spec(spec),
    )
    records = encode(residents, spec, latest_year=year, fields=fields_read())
    keys = keys_of(passphrase)
    index = build_index(records, header, keys)
    _seal(project, residents, export_id, by, now)
    _note(project.workspace / EXPORTS_NAME, index.header, out)
    write_index(index, out, keys)
    return Exported(index.header, passphrase, out.stat().st_size)


def write_key(path: Path, passphrase: str) -> None:
    """Write a passphrase into a new file that only its owner can read.

    Raises:
        OutputError: it cannot be written, or there is such a file.
    """
    with writing(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{passphrase}\n")


def _open_in(residents: pa.Table, regions: tuple[str, ...]) -> pa.Table:
    """Return the open residents of some regions.

    Raises:
        InputMissingError: there are none in one of them.
    """
    residents = residents.filter(pc.equal(residents.column("closed_by"), ""))
    code = residents.column("region")
    inside = pa.array([False] * residents.num_rows, pa.bool_())
    for region in regions:
        own = pc.starts_with(code, region)
        if not pc.any(own).as_py():
            raise InputMissingError("nobody is open in this region", where=region, remedy="See: linkage status")
        inside = pc.or_(inside, own)
    return residents.filter(inside)


def _seal(project: Project, residents: pa.Table, export_id: str, by: str | None, now: datetime) -> None:
    counted = pc.value_counts(residents.column("region")).to_pylist()
    queue = open_queue(project.database_url, settings=project.queue, secret=project.secret())
    try:
        for region, records in sorted((row["values"], row["counts"]) for row in counted):
            queue.note_index(region, records, export_id=export_id, login=getpass.getuser(), by=by, now=now)
    finally:
        queue.close()


def _note(path: Path, header: Header, out: Path) -> None:
    told = {name: getattr(header, name) for name in ("made", "export_id", "regions", "records", "expires", "run_id")}
    line = json.dumps({**told, "file": out.name, "by": getpass.getuser()})
    with writing(path):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
            stream.write(f"{line}\n")
            stream.flush()
            os.fsync(stream.fileno())
