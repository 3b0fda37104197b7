"""The extracts offices sent: no row is cut out of a file; it goes when its semester of the DKB is closed."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from linkage.errors import InputDataError, UsageError
from linkage.intake.sources.sidecar import sidecar_of
from linkage.nightly.arrivals import QUERY, files_in, new_files
from linkage.nightly.extract import Extract, identify
from linkage.nightly.project import Project
from linkage.nightly.store import Store
from linkage.nightly.succession import as_day
from linkage.reference.settings import ALWAYS
from linkage.reports.semesters import Semester, closed_semesters, frozen
from linkage.run.outputs import writing


def extracts_of(project: Project, regions: Iterable[str]) -> tuple[Path, ...]:
    """Return the files in inbox and quarantine that may hold residents of these regions, by path.

    A file whose region nobody can tell may hold anybody.
    """
    wanted = set(regions)
    return tuple(path for path, extract in _files(project) if extract is None or extract.region in wanted)


def delete_extracts(project: Project, *, threads: int = 1) -> tuple[Path, ...]:
    """Delete the extracts that were taken, or refused, and whose semester of the DKB is closed; return their paths.

    An extract is of the semester that its cut-off is in; no other one frees it. What no run has decided upon stays, and
    so does a file whose cut-off nobody can tell. Doing it again deletes nothing more.

    Raises:
        UsageError: the project keeps its extracts. LockHeldError: a run works on the workspace. InvariantError: what
            was frozen of a semester is damaged; none is deleted, the figures may have to be counted anew.
    """
    if project.publish.keep_extracts == ALWAYS:
        raise UsageError(
            "the project keeps its extracts",
            where=str(project.file),
            remedy='Set keep_extracts = "dkb" in [publish]',
        )
    store = Store(project.workspace)
    with store.locked("linkage erase --extracts"):
        waiting = {arrival.path for arrival in new_files(files_in(project.inbox, threads), store.ledger.files)}
        closed = closed_semesters(project.workspace)
        gone = {path: one for path, one in _semesters(project).items() if one in closed and path not in waiting}
        for semester in sorted(set(gone.values())):
            frozen(project.workspace, semester)
        with writing(project.inbox):
            for path in gone:
                _delete(path)
    return tuple(gone)


def passed_over(project: Project) -> tuple[Path, ...]:
    """Return the extracts of semesters that were not closed before a later one was, by path: no closing frees them."""
    closed = closed_semesters(project.workspace)
    return tuple(path for path, one in _semesters(project).items() if closed and one < closed[-1] and one not in closed)


def _semesters(project: Project) -> dict[Path, Semester]:
    return {path: Semester.of(as_day(extract.cut_off)) for path, extract in _files(project) if extract is not None}


def _files(project: Project) -> Iterator[tuple[Path, Extract | None]]:
    found = [arrival.path for arrival in files_in(project.inbox)]
    if project.quarantine.is_dir():
        found += [path for path in project.quarantine.rglob("*") if path.is_file() and path != sidecar_of(path)]
    for path in sorted(found):
        if path.name.lower().endswith(QUERY) or path.name.endswith(".meta.toml"):
            continue
        try:
            yield path, identify(path)
        except InputDataError:
            yield path, None


def _delete(path: Path) -> None:
    sidecar_of(path).unlink(missing_ok=True)
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
