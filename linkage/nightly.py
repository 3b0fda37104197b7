"""The nightly job: inbox to queue. Killed at any point and started again, it ends the same and does nothing twice.

Everything a run makes is invisible until the ledger names it (:mod:`linkage.store`). The queue is loaded before that,
in one transaction that says the same when said again.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import EncodedRecords
from linkage.engine.base import Engine
from linkage.errors import InputDataError, InputMissingError
from linkage.extract import Extract, identify
from linkage.intake import Intake, read_inputs
from linkage.manifest import MANIFEST_NAME, RunManifest, new_run_id, sha256_of
from linkage.models.store import from_json, to_json
from linkage.outputs import prepare_folder, publish_folder, write_tables
from linkage.pipeline import Linked, LinkOptions, blocking_report, link_records
from linkage.progress import Observer, Stages
from linkage.project import Project
from linkage.review.cases import CaseIn, LoadResult, PairIn
from linkage.review.fingerprint import pair_fingerprint
from linkage.review.sql import SqlQueue, open_queue
from linkage.schema import REJECTS
from linkage.spec import LinkageSpec, load_builtin_spec, parse_spec
from linkage.standing import HEAD, apply_extract, empty_residents
from linkage.store import Ledger, Store, changes, state_hash
from linkage.version import VERSION

_KEYS: Final[Mapping[str, tuple[str, ...]]] = {
    "pairs": ("left_id", "right_id"),
    "clusters": ("record_id",),
    "cases": ("case_id",),
}
_EXTRACT_TYPES = re.compile(r".+\.(csv|txt|csv\.gz|parquet)", re.IGNORECASE)


@dataclass(frozen=True)
class NightlyResult:
    """What a run did: its manifest and folder, how the queue changed, and the queue's counts. None when nothing was new."""

    manifest: RunManifest
    folder: Path
    load: LoadResult


@dataclass(frozen=True)
class _Inbox:
    """The inbox as read: residents after all extracts, rejects, what was taken, and counts."""

    residents: pa.Table
    rejects: pa.Table
    inputs: tuple[dict[str, Any], ...]
    files: Mapping[str, str]
    last_extract: Mapping[str, tuple[int, int]]
    last_number: int
    counts: Mapping[str, int]
    latest_year: int


def run_nightly(
    project: Project, *, full: bool, engine: Engine, observer: Observer, now: datetime | None = None
) -> NightlyResult | None:
    """Take every new file of the inbox, link the standing residents anew, and load the queue.

    The first run, a run with ``full`` and one whose spec changed are full runs: they estimate the model and write every
    row. Others keep the standing model and write only rows that were added, changed or closed.

    Returns None when there is nothing new and ``full`` was not asked for.

    Raises:
        LockHeldError: another run works on this workspace. InputMissingError: no inbox.
    """
    began = now or datetime.now(UTC)
    stages = Stages(observer)
    spec = read_spec(project)
    store = Store(project.workspace)
    with store.locked():
        _sweep(project, store)
        files = _new_files(project, store.ledger)
        if not files and not full:
            return None
        full = full or not store.ledger.model or store.ledger.spec_digest != spec.digest()
        run_id = new_run_id(began.timestamp())
        staging = prepare_folder(project.out / run_id)
        with stages.stage("intake") as counts:
            inbox = _take_inbox(files, store, spec, run_id, stages, began)
            counts.update(inbox.counts)
        queue = open_queue(project.database_url)
        try:
            linked = _link(inbox, store, spec, project, queue, full, engine, stages)
            with stages.stage("write") as counts:
                tables = _with_standing_clusters(linked, store)
                counters = {"record": inbox.last_number, "cluster": _last_number(tables["clusters"], store.ledger)}
                written = {
                    name: table if full else changes(store.read(name), table, _KEYS[name])
                    for name, table in tables.items()
                }
                counts.update({f"{name}_written": table.num_rows for name, table in written.items()})
                digests = write_tables(staging, {**written, "rejects": inbox.rejects})
                versions = {name: store.write(name, table) for name, table in tables.items()}
                versions["residents"] = store.write("residents", inbox.residents, partition_by="province")
                hashes = {name: state_hash(table) for name, table in (*tables.items(), ("residents", inbox.residents))}
            with stages.stage("queue") as counts:
                load = queue.load(run_id, queue_cases(linked, project.secret()), now=began)
                counts.update({name: int(value) for name, value in asdict(load).items()})
        finally:
            queue.close()
        manifest = _manifest(
            run_id, spec, inbox, linked, stages, digests, hashes, load, full=full, began=began, project=project
        )
        ledger = Ledger(
            run_id=run_id,
            tables=versions,
            counters=counters,
            files=inbox.files,
            last_extract=inbox.last_extract,
            model=to_json(linked.chosen.model).decode(),
            spec_digest=spec.digest(),
            state_hash=hashes,
        )
        _finish(project, store, ledger, manifest, staging)
    return NightlyResult(manifest, project.out / run_id, load)


def read_spec(project: Project) -> LinkageSpec:
    """Return the project's spec, the built-in residents spec when it names none."""
    if project.spec is None:
        return load_builtin_spec()
    if not project.spec.is_file():
        raise InputMissingError("no such spec", where=str(project.spec))
    return parse_spec(project.spec.read_text(encoding="utf-8"), where=project.spec.name)


def queue_cases(linked: Linked, key: bytes) -> list[CaseIn]:
    """Return the cases in the form the queue takes, with the evidence and a keyed fingerprint of every pair."""
    fields = [item.field for item in linked.spec.comparisons if item.field]
    names = [item.name for item in linked.spec.comparisons]
    level_names = [item.level_names for item in linked.spec.comparisons]
    offsets, indices = linked.decision.case_pair_offsets, linked.decision.case_pair_indices
    ids = linked.records.ids
    cases = []
    for position, row in enumerate(linked.cases.to_pylist()):
        pairs = []
        for pair in indices[offsets[position] : offsets[position + 1]]:
            i, j = int(linked.survivors.left[pair]), int(linked.survivors.right[pair])
            left, right = sorted((ids[i].as_py(), ids[j].as_py()))
            levels = linked.survivors.levels[pair]
            pairs.append(
                PairIn(
                    left_id=left,
                    right_id=right,
                    fingerprint=fingerprint_of(linked.records, i, j, fields, key),
                    match_probability=float(linked.facts.probability[pair]),
                    match_weight_log2=float(linked.survivors.weight[pair] + linked.chosen.model.prior_log2odds),
                    evidence=tuple(
                        (name, level_names[slot][levels[slot]]) for slot, name in enumerate(names)
                    ),
                )
            )
        cases.append(
            CaseIn(
                case_id=row["case_id"],
                kind=row["kind"],
                scope=row["scope"],
                priority=row["priority"],
                record_ids=tuple(row["record_ids"]),
                reasons=tuple(row["reasons"]),
                pairs=tuple(sorted(pairs, key=lambda pair: (pair.left_id, pair.right_id))),
            )
        )
    return cases


def fingerprint_of(records: EncodedRecords, i: int, j: int, fields: list[str], key: bytes) -> bytes:
    """Return the keyed fingerprint of the compared standard values of two records."""
    compared = []
    for name in dict.fromkeys(fields):
        column = records.columns[name]
        values = [None if code < 0 else column.content.values[int(code)].as_py() for code in column.codes[[i, j]]]
        compared.append((name, values[0], values[1]))
    return pair_fingerprint(key, compared)


def _link(
    inbox: _Inbox,
    store: Store,
    spec: LinkageSpec,
    project: Project,
    queue: SqlQueue,
    full: bool,
    engine: Engine,
    stages: Stages,
) -> Linked:
    open_rows = inbox.residents.filter(pc.equal(inbox.residents.column("closed_by"), ""))
    options = LinkOptions(
        latest_year=inbox.latest_year,
        model=project.model,
        fixed_model=None if full else from_json(store.ledger.model.encode(), spec=spec, where="ledger"),
        cannot_links=lambda records: _cannot_links(queue, records, spec, project.secret()),
    )
    return link_records(open_rows, spec, options, engine, stages)


def _cannot_links(queue: SqlQueue, records: EncodedRecords, spec: LinkageSpec, key: bytes) -> npt.NDArray[np.int32]:
    """Return the pairs that a steward has called different and whose compared fields are still the same."""
    called = queue.cannot_links()
    if not called:
        return np.zeros((0, 2), np.int32)
    left = pc.index_in(pa.array([pair[0] for pair in called], pa.string()), value_set=records.ids).to_pylist()
    right = pc.index_in(pa.array([pair[1] for pair in called], pa.string()), value_set=records.ids).to_pylist()
    fields = [item.field for item in spec.comparisons if item.field]
    unchanged = [
        (i, j)
        for i, j, (_, _, fingerprint) in zip(left, right, called, strict=True)
        if i is not None and j is not None and fingerprint_of(records, i, j, fields, key) == fingerprint
    ]
    return np.array(unchanged, np.int32).reshape(-1, 2)


def _new_files(project: Project, ledger: Ledger) -> list[tuple[Path, str]]:
    """Return the files of the inbox that no committed run has taken, with their digests, by name."""
    if not project.inbox.is_dir():
        raise InputMissingError("no inbox folder", where=str(project.inbox), remedy="Set [intake] inbox in linkage.toml")
    found = sorted(path for path in project.inbox.iterdir() if path.is_file() and _EXTRACT_TYPES.fullmatch(path.name))
    digests = [(path, sha256_of(path)) for path in found]
    return [(path, digest) for path, digest in digests if digest not in ledger.files]


def _take_inbox(
    files: list[tuple[Path, str]], store: Store, spec: LinkageSpec, run_id: str, stages: Stages, began: datetime
) -> _Inbox:
    """Read every new file and apply it to the standing residents; a file that cannot be used stops no other."""
    residents = store.read("residents")
    if residents is None:
        residents = empty_residents(spec)
    residents = _fit_columns(residents, spec)
    number = store.ledger.counters.get("record", 0)
    taken, last_extract = dict(store.ledger.files), dict(store.ledger.last_extract)
    rejects: list[pa.Table] = []
    inputs: list[dict[str, Any]] = []
    counts = dict.fromkeys(("files_read", "files_refused", "rows_read", "rows_accepted", "rows_rejected"), 0)
    counts |= dict.fromkeys(("records_added", "records_kept", "records_closed"), 0)
    for extract, path, digest in sorted(_identified(files, rejects, taken, counts, run_id), key=lambda item: item[0]):
        try:
            _check_newer(extract, last_extract)
            read = read_inputs([path], spec)
        except InputDataError as error:
            _refuse(path, digest, error, rejects, taken, counts, run_id)
            stages.warn(str(error))
            continue
        applied = apply_extract(residents, read.accepted, extract, number)
        residents, number = applied.residents, applied.last_number
        last_extract[extract.region] = (extract.cut_off, extract.sequence)
        taken[digest] = run_id
        rejects.append(read.rejects)
        inputs.extend(describe_inputs(read))
        counts["files_read"] += 1
        for name in ("rows", "accepted", "rejected"):
            key = {"rows": "rows_read", "accepted": "rows_accepted", "rejected": "rows_rejected"}[name]
            counts[key] += sum(getattr(item, name) for item in read.inputs)
        counts["records_added"] += applied.added
        counts["records_kept"] += applied.kept
        counts["records_closed"] += applied.closed
        for warning in read.warnings:
            stages.warn(warning)
    all_rejects = pa.concat_tables([REJECTS.empty_table(), *rejects]).sort_by(
        [(name, "ascending") for name in ("source", "line", "column", "code")]
    )
    cut_offs = [cut_off for cut_off, _ in last_extract.values()]
    year = max(cut_offs) // 10_000 if cut_offs else began.year
    return _Inbox(residents, all_rejects, tuple(inputs), taken, last_extract, number, counts, year)


def _identified(
    files: list[tuple[Path, str]],
    rejects: list[pa.Table],
    taken: dict[str, str],
    counts: dict[str, int],
    run_id: str,
) -> list[tuple[Extract, Path, str]]:
    found = []
    for path, digest in files:
        try:
            found.append((identify(path), path, digest))
        except InputDataError as error:
            _refuse(path, digest, error, rejects, taken, counts, run_id)
    return found


def _refuse(
    path: Path,
    digest: str,
    error: InputDataError,
    rejects: list[pa.Table],
    taken: dict[str, str],
    counts: dict[str, int],
    run_id: str,
) -> None:
    taken[digest] = run_id
    counts["files_refused"] += 1
    hint = f"{error.problem}. {error.remedy}" if error.remedy else error.problem
    row = {"source": [path.name], "line": [0], "column": [""], "code": [error.code], "hint": [hint]}
    rejects.append(pa.table(row, schema=REJECTS))


def _check_newer(extract: Extract, last_extract: Mapping[str, tuple[int, int]]) -> None:
    last = last_extract.get(extract.region)
    if last is not None and (extract.cut_off, extract.sequence) <= last:
        raise InputDataError(
            "EXTRACT_NOT_NEWER",
            "an extract of this region with the same or a later cut-off and sequence was taken already",
            where=extract.path.name,
            remedy="Send it with a new sequence number if it is a correction",
        )


def _fit_columns(residents: pa.Table, spec: LinkageSpec) -> pa.Table:
    """Return the standing residents with the columns of this spec; new ones start missing, none is dropped."""
    for item in spec.fields:
        if item.name not in HEAD and item.name not in residents.column_names:
            residents = residents.append_column(item.name, pa.nulls(residents.num_rows, pa.string()))
    return residents


def describe_inputs(read: Intake) -> list[dict[str, Any]]:
    """Return what the manifest says of each input file."""
    return [
        {
            **asdict(item),
            "columns": dict(item.columns),
            "format": dict(item.format),
            "ignored_columns": list(item.ignored_columns),
            "protected_columns": list(item.protected_columns),
        }
        for item in read.inputs
    ]


def _with_standing_clusters(linked: Linked, store: Store) -> dict[str, pa.Table]:
    """Return the tables of a run with cluster ids that last: a cluster keeps the id most of its records had."""
    clusters = linked.clusters
    before = store.read("clusters")
    names = clusters.column("cluster_id").to_pylist()
    old: dict[str, str] = {}
    if before is not None:
        old = dict(zip(before.column("record_id").to_pylist(), before.column("cluster_id").to_pylist(), strict=True))
    votes: dict[str, dict[str, int]] = {}
    for record, name in zip(clusters.column("record_id").to_pylist(), names, strict=True):
        tally = votes.setdefault(name, {})
        if record in old:
            tally[old[record]] = tally.get(old[record], 0) + 1
    wishes = sorted(
        ((-count, kept, name) for name, tally in votes.items() for kept, count in tally.items()),
    )
    given: dict[str, str] = {}
    used: set[str] = set()
    for _, kept, name in wishes:
        if name not in given and kept not in used:
            given[name] = kept
            used.add(kept)
    number = store.ledger.counters.get("cluster", 0)
    for name in sorted(set(votes) - set(given)):
        number += 1
        given[name] = f"C{number:012d}"
    renamed = pa.array([given[name] for name in names], pa.string())
    return {
        "pairs": linked.pairs,
        "clusters": clusters.set_column(1, clusters.schema.field(1), renamed),
        "cases": linked.cases,
    }


def _last_number(clusters: pa.Table, ledger: Ledger) -> int:
    """Return the highest cluster number ever issued; ids are never used again."""
    highest = pc.max(clusters.column("cluster_id")).as_py()
    return max(ledger.counters.get("cluster", 0), int(highest[1:]) if highest else 0)


def _manifest(
    run_id: str,
    spec: LinkageSpec,
    inbox: _Inbox,
    linked: Linked,
    stages: Stages,
    digests: Mapping[str, str],
    hashes: Mapping[str, str],
    load: LoadResult,
    *,
    full: bool,
    began: datetime,
    project: Project,
) -> RunManifest:
    by_kind = pc.value_counts(linked.cases.column("kind")).to_pylist()
    manifest = RunManifest(
        version=VERSION,
        run_id=run_id,
        command="run",
        options={"full": full, "project": str(project.file), "latest_year": inbox.latest_year},
        spec=spec.to_dict(),
        spec_digest=spec.digest(),
        inputs=inbox.inputs,
        stages=[asdict(record) for record in stages.records],
        counts={
            **inbox.counts,
            **linked.counts,
            "cases_by_kind": {row["values"]: row["counts"] for row in sorted(by_kind, key=lambda row: row["values"])},
            "queue": asdict(load),
        },
        model=linked.chosen.describe(),
        thresholds=thresholds_of(spec),
        blocking=blocking_report(linked.candidates),
        warnings=tuple(stages.warnings),
        outputs={**digests, **{f"store/{name}": value for name, value in hashes.items()}},
        started=began.isoformat(timespec="seconds"),
        finished=datetime.now(UTC).isoformat(timespec="seconds"),
    )
    manifest.check_balance()
    return manifest


def thresholds_of(spec: LinkageSpec) -> dict[str, float]:
    """Return the thresholds in force."""
    return {
        "link_threshold": spec.link_threshold,
        "review_threshold": spec.review_threshold,
        "case_threshold": spec.effective_case_threshold,
        "survive_probability": spec.survive_probability,
        "shared_nik_weight": spec.shared_nik_weight,
    }


def _finish(project: Project, store: Store, ledger: Ledger, manifest: RunManifest, staging: Path) -> None:
    """Commit: manifest into the staging folder, then the ledger, then the folder's name (see :func:`_sweep`)."""
    publish = replace(manifest)
    (staging / MANIFEST_NAME).write_text(publish.to_json(), encoding="utf-8")
    store.commit(ledger)
    publish_folder(staging, project.out / manifest.run_id, publish)


def _sweep(project: Project, store: Store) -> None:
    """Finish or remove what a killed run left: a committed run gets its folder, an uncommitted one leaves nothing."""
    if not project.out.is_dir():
        return
    for staging in sorted(project.out.glob(".*.partial")):
        run_id = staging.name[1 : -len(".partial")]
        if run_id == store.ledger.run_id and (staging / MANIFEST_NAME).is_file():
            staging.rename(project.out / run_id)
        else:
            shutil.rmtree(staging)
