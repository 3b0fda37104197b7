"""How a project stands: one look at everything, from which the status and the metrics are made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from linkage.nightly.erased_rows import read_tombstones
from linkage.nightly.ledger import Ledger
from linkage.nightly.project import Project
from linkage.nightly.quarantine import count_quarantined
from linkage.nightly.store import Store
from linkage.nightly.succession import NEVER, Place, RegionState, as_day, days_late
from linkage.publishing.breaking import active_by_region
from linkage.reference.store import LedgerRow, Reference
from linkage.review.figures import QueueFigures
from linkage.review.sql import open_queue
from linkage.review.sql.figures import queue_figures
from linkage.run.manifest import MANIFEST_NAME, RunManifest, read_manifest
from linkage.run.workspace_lock import Holder, lock_holder
from linkage.telemetry.history import LastRun, read_last
from linkage.telemetry.underway import Underway, cut_off

_SQLITE: Final = "sqlite:///"


@dataclass(frozen=True)
class RegionStanding:
    """Where a region stands. ``cut_off``: ISO day of its newest extract, ``full`` of its newest full one; "" for none,
    as one of the project's regions that never sent any has.

    ``late_days``: behind the newest of all, 0 where that is not too much. ``gaps``: between which two extracts, named
    by day and number, something is missing.
    """

    code: str
    cut_off: str
    number: int
    full: str
    late_days: int
    gaps: tuple[tuple[str, str], ...]

    @property
    def amiss(self) -> bool:
        """Whether somebody should ask this region for something."""
        return bool(self.late_days or self.gaps or not self.full)


@dataclass(frozen=True)
class Overview:
    """A project at an instant; what there is not yet is empty or None.

    ``ended``: how each command ended last. ``killed``: runs that were cut off without a word. ``manifest``: of the last
    committed night, in ``folder``. ``taken``, ``refused``: files ever, ``quarantined`` those
    of the latter that lie in quarantine; ``refused_last``: by code, those of that night.
    ``publication``: the last one, ``persons`` how many active ones it counted. ``erasing``: erasures that are not
    finished, during which nothing else begins.
    """

    now: datetime
    project: Path
    run_id: str
    folder: Path
    holder: Holder | None
    ended: tuple[LastRun, ...]
    killed: tuple[Underway, ...]
    manifest: RunManifest | None
    regions: tuple[RegionStanding, ...]
    taken: int
    refused: int
    quarantined: int
    refused_last: Mapping[str, int]
    queue: QueueFigures | None
    publication: LedgerRow | None
    persons: int
    erasing: int = 0

    def last(self, command: str) -> LastRun | None:
        """Return how a command ended last."""
        return next((last for last in self.ended if last.command == command), None)


def look_over(project: Project, now: datetime | None = None) -> Overview:
    """Return how a project stands. No workspace and no queue is made for it.

    Raises:
        InvariantError: a ledger is damaged. ServiceUnavailableError: the queue's database cannot be reached.
    """
    ledger = Store(project.workspace).ledger
    folder = project.out / ledger.run_id
    rows = _publications(project.workspace / "reference")
    here = bool(ledger.run_id) and (folder / MANIFEST_NAME).is_file()
    refused = [entry for entry in ledger.files.values() if entry.refused]
    return Overview(
        now=now or datetime.now(UTC),
        project=project.file,
        run_id=ledger.run_id,
        folder=folder,
        holder=lock_holder(project.workspace),
        ended=read_last(project.telemetry.folder),
        killed=cut_off(project.telemetry.folder),
        manifest=read_manifest(folder) if here else None,
        regions=region_standings(ledger.regions, project.intake.late_after_days, project.intake.regions),
        taken=len(ledger.files) - len(refused),
        refused=len(refused),
        quarantined=count_quarantined(project.quarantine, ledger.files),
        refused_last=dict(sorted(Counter(entry.code for entry in refused if entry.run == ledger.run_id).items())),
        queue=_queue(project, ledger),
        publication=rows[-1] if rows else None,
        persons=_active_persons(rows),
        erasing=sum(not one.done for one in read_tombstones(project.workspace)),
    )


def _active_persons(rows: Sequence[LedgerRow]) -> int:
    """Return how many active persons the last publication counted."""
    last = next((row for row in reversed(rows) if row.kind == "publication"), None)
    return sum(active_by_region(last.counts).values()) if last else 0


def region_standings(
    regions: Mapping[str, RegionState], late_after_days: int, expected: Iterable[str] = ()
) -> tuple[RegionStanding, ...]:
    """Return where each region stands, by code, those ``expected`` that never sent anything too; late is who lies more
    days behind the newest cut-off of all."""
    newest = max((state.last[0] for state in regions.values()), default=0)
    late = {code: days_late(state, newest) for code, state in regions.items()}
    silent = [RegionStanding(code, "", 0, "", 0, ()) for code in expected if code not in regions]
    heard = [
        RegionStanding(
            code,
            as_day(state.last[0]).isoformat(),
            state.last[1],
            as_day(state.full[0]).isoformat() if state.full != NEVER else "",
            late[code] if late[code] > late_after_days else 0,
            tuple((_told(gap.after), _told(gap.before)) for gap in state.gaps),
        )
        for code, state in regions.items()
    ]
    return tuple(sorted([*heard, *silent], key=lambda region: region.code))


def _told(place: Place) -> str:
    return f"{as_day(place[0]).isoformat()} no. {place[1]}"


def _queue(project: Project, ledger: Ledger) -> QueueFigures | None:
    """Return the figures of the queue, None where there is none yet: to look makes none."""
    url = project.database_url
    if not ledger.run_id or (url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file()):
        return None
    queue = open_queue(url, settings=project.queue)
    try:
        return queue_figures(queue.sessions)
    finally:
        queue.close()


def _publications(folder: Path) -> tuple[LedgerRow, ...]:
    return Reference(folder, b"").rows() if folder.is_dir() else ()
