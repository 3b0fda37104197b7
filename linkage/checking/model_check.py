"""The weekly check of a project's model: does what the last full run fixed still fit the register and its people?

Nothing is estimated anew and nothing is linked. Three things are looked at: how far the register has moved since, what
the fixed model's probabilities claim of the pairs that stand, and what stewards have said of what it put forward.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pyarrow.compute as pc

from linkage.checking.drift import Drift, drift_of
from linkage.checking.said import Said, said_since
from linkage.days import day_of
from linkage.encode import encode
from linkage.errors import ConfigurationError, GateFailedError, InputMissingError, UsageError
from linkage.evaluation.estimated.claim import Claim
from linkage.evaluation.figures import Figure, plain
from linkage.evaluation.gate import Bar, hold_figures, read_gate
from linkage.lookback.evaluate.estimate import estimate_run
from linkage.lookback.evaluate.written import WrittenRun, read_written
from linkage.nightly.derived import open_snapshot
from linkage.nightly.project import Project
from linkage.nightly.standing import standing_residents
from linkage.nightly.store import Store
from linkage.publishing.inputs import began_at
from linkage.review.sql import open_queue
from linkage.run.one_off import read_spec_file
from linkage.run.outputs import write_text, writing
from linkage.spec import LinkageSpec
from linkage.stages.frequencies import count_values

AT_LEAST: Final = ("claimed_precision", "claimed_recall", "decided_precision")
AT_MOST: Final = ("value_drift", "filled_drift", "growth")
FOLDER: Final = "model_checks"


@dataclass(frozen=True)
class ModelCheck:
    """What was found. ``fixed_by``: the full run that fixed the model, ``run_id`` the last committed run.

    ``then``, ``now``: what the model claims of the pairs of the full run, and of those that stand. ``bars``: those that
    could be held against something; a figure of too little is no reason to stop.
    """

    day: str
    fixed_by: str
    run_id: str
    drift: Drift
    then: Claim
    now: Claim
    said: Said
    bars: tuple[Bar, ...]

    @property
    def missed(self) -> tuple[str, ...]:
        """The figures that miss their bar."""
        return tuple(bar.name for bar in self.bars if not bar.passed)

    def as_json(self) -> str:
        """Return one JSON object as text, without any resident's value."""
        told: dict[str, Any] = plain(asdict(self))
        return json.dumps({**told, "missed": list(self.missed)}, ensure_ascii=False, indent=2) + "\n"


def check_model(project: Project, bars: Mapping[str, float], *, now: datetime, threads: int = 1) -> ModelCheck:
    """Check the fixed model of a project on what stands.

    Raises:
        UsageError: there was no run yet. LockHeldError: a run works on the workspace.
        InputMissingError, InvariantError: the folder of the full run that fixed the model is gone or was changed, or
            the files it fixed are damaged.
        ServiceUnavailableError: the queue's database cannot be reached.
    """
    store = Store(project.workspace)
    with store.locked("model check"):
        fixed_by = store.ledger.derived.snapshot
        if not fixed_by:
            raise UsageError("no full run yet, so no model is fixed", remedy="Start one: linkage run --full")
        drift = _drift(store, read_spec_file(project.spec, project.region_codes), threads)
        before = read_written(project.out / fixed_by)
        standing = _standing(store, before)
    then, today = estimate_run(before).claim, estimate_run(standing).claim
    queue = open_queue(project.database_url, settings=project.queue, secret=project.secret())
    try:
        said = said_since(queue.decided(), began_at(fixed_by), before.link_threshold)
    finally:
        queue.close()
    figures = _figures(drift, today, said)
    held = {name: bar for name, bar in bars.items() if figures[name].value == figures[name].value}
    return ModelCheck(
        day_of(now).isoformat(),
        fixed_by,
        store.ledger.run_id,
        drift,
        then,
        today,
        said,
        hold_figures(figures, held, AT_LEAST),
    )


def write_check(check: ModelCheck, text: str, out: Path) -> Path:
    """Write the report of a check as JSON and as ``text`` and return its folder, ``out/model_checks/<day>``.

    Raises:
        OutputError: the disk is full, or not to be written.
    """
    folder = out / FOLDER / check.day
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        write_text(folder / "report.txt", text + "\n")
        write_text(folder / "report.json", check.as_json())
    return folder


def refuse_missed(check: ModelCheck, folder: Path) -> None:
    """Raise :class:`GateFailedError` when a bar was missed; it names the figures."""
    if check.missed:
        raise GateFailedError(
            f"{len(check.missed)} of {len(check.bars)} bars missed: {', '.join(check.missed)}",
            where=str(folder),
            remedy="Read the report; a full run estimates the model anew: linkage run --full",
        )


def check_bars(path: Path | None) -> dict[str, float]:
    """Return the bars of a file; without one those that ship.

    Raises:
        InputMissingError: no such file. ConfigurationError: it holds no bars, or one of an unknown figure.
    """
    known = (*AT_LEAST, *AT_MOST)
    if path is None:
        shipped = resources.files("linkage.checking") / "data" / "model_check.toml"
        return read_gate(shipped.read_text(encoding="utf-8"), where="model_check.toml", known=known)
    try:
        return read_gate(path.read_text(encoding="utf-8"), where=str(path), known=known)
    except OSError as error:
        raise InputMissingError("cannot be read", where=str(path), remedy="--gate names a TOML file") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError("not UTF-8", where=str(path)) from error


def _drift(store: Store, spec: LinkageSpec, threads: int) -> Drift:
    ledger = store.ledger
    residents = standing_residents(store.read("residents"), spec)
    still_there = residents.filter(pc.equal(residents.column("closed_by"), ""))
    records = encode(still_there, spec, latest_year=ledger.derived.latest_year, threads=threads)
    snapshot = open_snapshot(store.workspace, ledger.derived)
    return drift_of(snapshot.frequencies(records, spec.older_regions), count_values(records, spec))


def _standing(store: Store, before: WrittenRun) -> WrittenRun:
    """Return what stands as if a full run had written it. What its blocking lost grows with what is found."""
    pairs, clusters, cases = (store.read(name) for name in ("pairs", "clusters", "cases"))
    assert pairs is not None, "a committed run has them all"
    assert clusters is not None
    assert cases is not None
    standing = replace(before, pairs=pairs, clusters=clusters, cases=cases)
    found = float(before.probability.sum())
    grown = float(standing.probability.sum()) / found if found else 1.0
    recall = {**before.manifest.recall}
    for name in ("found", "missed"):
        if recall.get(name) is not None:
            recall[name] *= grown
    return replace(standing, manifest=replace(before.manifest, recall=recall))


def _figures(drift: Drift, claim: Claim, said: Said) -> dict[str, Figure]:
    """Return the figures by the name of their bar; nan where there is nothing to hold a bar against."""
    nothing = Figure(float("nan"), float("nan"), float("nan"))
    return {
        "claimed_precision": claim.precision,
        "claimed_recall": claim.recall,
        "decided_precision": said.precision if said.enough else nothing,
        **{
            name: Figure(value, value, value)
            for name, value in (("value_drift", drift.values), ("filled_drift", drift.filled), ("growth", drift.growth))
        },
    }
