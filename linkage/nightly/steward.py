"""What a steward does on a terminal: open the project's queue, look a case up, take a step, see how things stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from linkage.encode import encode
from linkage.errors import UsageError
from linkage.nightly.inbox import latest_year
from linkage.nightly.ledger import UNTOLD
from linkage.nightly.project import load_project
from linkage.nightly.residents import HEAD
from linkage.nightly.store import Store
from linkage.nightly.succession import region_lines
from linkage.review.cases import Action, Decision, Scope, State, Verdict
from linkage.review.sql import SqlQueue, open_queue
from linkage.review.transitions import VERDICTS, Command
from linkage.run.manifest import MANIFEST_NAME, read_manifest
from linkage.run.one_off import read_spec_file

_ONE_FORM: Final = frozenset({"date", "sex", "religion", "family_role", "marital_status", "card_status"})


@contextmanager
def open_project_queue(project_file: Path) -> Iterator[SqlQueue]:
    """Open the queue of a project for as long as the block runs."""
    project = load_project(project_file)
    if project.database_url.startswith("sqlite:") and not Store(project.workspace).ledger.run_id:
        raise UsageError("no run yet, so there is no queue", where=str(project_file), remedy="Start one: linkage run")
    queue = open_queue(project.database_url)
    try:
        yield queue
    finally:
        queue.close()


def state_named(name: str | None) -> State | None:
    """Return the state of that name, None for None.

    Raises:
        UsageError: no state is called so.
    """
    if name is None:
        return None
    if name not in State.__members__:
        raise UsageError(f"no state is called {name!r}", remedy=f"States: {', '.join(State)}")
    return State[name]


def records_of(project_file: Path, record_ids: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
    """Return what the registry says of these records, by record id and plain column name; missing values left out.

    Names, addresses and numbers stand as they were sent. Dates and codes are shown in one form, so that L and 1, or
    31-12-1990 and 1990-12-31, do not look different.
    """
    project = load_project(project_file)
    store = Store(project.workspace)
    residents = store.read("residents")
    if residents is None:
        return {}
    wanted = pc.is_in(residents.column("record_id"), value_set=pa.array(list(record_ids), pa.string()))
    residents = residents.filter(wanted)
    spec = read_spec_file(project.spec, project.region_codes)
    encoded = encode(residents, spec, latest_year=latest_year(store.ledger.regions, datetime.now(UTC)))
    found: dict[str, dict[str, str]] = {}
    for number, row in enumerate(residents.to_pylist()):
        shown = {name: str(value) for name, value in row.items() if name not in HEAD and value not in (None, "")}
        for field in spec.fields:
            code = int(encoded.columns[field.name].codes[number])
            if field.kind in _ONE_FORM and code >= 0:
                shown[field.name] = encoded.columns[field.name].content.values[code].as_py()
        found[row["record_id"]] = shown
    return found


def decide(
    queue: SqlQueue,
    case: int,
    action: str,
    user: str,
    *,
    scope: Scope,
    now: datetime,
    reason: str = "",
    verdict: str | None = None,
    surviving: str | None = None,
    assignee: str | None = None,
) -> Decision:
    """Take one step on a case and return the decision; refusals as in :func:`linkage.review.transitions.take`."""
    step = Action(action)
    if step is Action.ASSIGN and assignee is None:
        raise UsageError("assign needs --to USER", where=f"case {case}")
    if step is Action.PROPOSE and verdict is None:
        verdict = VERDICTS[queue.get(case, scope=scope).kind]
    command = Command(
        step,
        user,
        reason=reason,
        verdict=Verdict(verdict) if verdict is not None else None,
        surviving_record=surviving,
        assignee=assignee,
    )
    return queue.take(case, command, scope=scope, now=now)


def project_status(project_file: Path) -> str:
    """Return, in words: the last committed run, the standing records, where each region stands, and the queue."""
    project = load_project(project_file)
    ledger = Store(project.workspace).ledger
    if not ledger.run_id:
        return "no run yet; start one with: linkage run"
    folder = project.out / ledger.run_id
    lines = [f"last run: {ledger.run_id}", f"results: {folder}"]
    if (folder / MANIFEST_NAME).is_file():
        manifest = read_manifest(folder)
        lines += [
            f"finished: {manifest.finished}",
            f"records: {manifest.counts['records']:,} open; cases found: {manifest.counts['cases']:,}",
            f"warnings: {len(manifest.warnings)}",
        ]
    taken = sum(entry.code in ("", UNTOLD) for entry in ledger.files.values())
    lines.append(f"files taken so far: {taken}, refused: {len(ledger.files) - taken}")
    lines += region_lines(ledger.regions, project.intake.late_after_days)
    with open_project_queue(project_file) as queue:
        counts = queue.counts(scope=Scope(""))
    tally: dict[tuple[str, str], int] = {}
    for count in counts:
        tally[count.kind, count.state] = tally.get((count.kind, count.state), 0) + count.cases
    lines += ["queue:", *(f"  {number:>8,}  {kind:<14} {state}" for (kind, state), number in sorted(tally.items()))]
    return "\n".join(lines)
