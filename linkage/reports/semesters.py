"""The semesters of the DKB: half years whose figures are frozen after their cut-off and never written again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

from linkage.days import ZONE, day_of
from linkage.errors import InvariantError, UsageError
from linkage.reports.figures import Figures
from linkage.run.manifest import sha256_of
from linkage.run.outputs import write_text, writing

FOLDER: Final = "dkb"
_NAME: Final = re.compile(r"(\d{4})-([12])")


@dataclass(frozen=True, order=True)
class Semester:
    """A half year of the DKB. Its cut-off is 30 June or 31 December (UU 24/2013 art. 5(e): twice a year)."""

    year: int
    half: int

    @classmethod
    def named(cls, name: str) -> Semester:
        """Return the semester of a name such as ``2026-1``.

        Raises:
            UsageError: it is none.
        """
        match = _NAME.fullmatch(name)
        if match is None:
            raise UsageError(f"{name!r} is no semester", remedy="Write the year and the half, such as 2026-1")
        return cls(int(match[1]), int(match[2]))

    @classmethod
    def of(cls, day: date) -> Semester:
        """Return the semester that a day is in."""
        return cls(day.year, 1 if day.month <= 6 else 2)

    @property
    def start(self) -> date:
        """The first day."""
        return date(self.year, 1 if self.half == 1 else 7, 1)

    @property
    def before(self) -> Semester:
        """The one before."""
        return Semester(self.year, 1) if self.half == 2 else Semester(self.year - 1, 2)

    @property
    def after(self) -> Semester:
        """The one after."""
        return Semester(self.year, 2) if self.half == 1 else Semester(self.year + 1, 1)

    @property
    def cut_off(self) -> date:
        """The last day."""
        return date(self.year, 6, 30) if self.half == 1 else date(self.year, 12, 31)

    def __str__(self) -> str:
        return f"{self.year}-{self.half}"


@dataclass(frozen=True)
class Stand:
    """Of what figures are. ``day``: as of which ages are told; ``since`` (included), ``until`` (not): the period whose
    events are counted. ``run_id``, ``publication``: the last nightly run and publication, "" and 0 for none.
    ``state_hash``: of the reference, and of the store's tables by name. ``recall``: of the search, by region.
    ``closed``: figures of a semester that were frozen. ``counted``: when they were, None where an older manifest does
    not tell. ``extracts``: the cut-off of each regency's newest extract, by its code of today. ``lost``: the nightly
    runs of the period whose folders are gone; with one of them the quality of the extracts was not counted."""

    day: date
    since: datetime
    until: datetime
    run_id: str
    publication: int
    state_hash: Mapping[str, str]
    recall: Mapping[str, Mapping[str, float]]
    closed: bool = False
    counted: datetime | None = None
    extracts: Mapping[str, date] = field(default_factory=dict)
    lost: tuple[str, ...] = ()

    @property
    def semester(self) -> Semester:
        """The semester of its day."""
        return Semester.of(self.day)

    @property
    def name(self) -> str:
        """What its files and their folder are called by: the day, or the semester that was closed."""
        return str(self.semester) if self.closed else self.day.isoformat()

    @property
    def period(self) -> tuple[date, date]:
        """The first and the last day of the period."""
        return day_of(self.since), day_of(self.until - timedelta(microseconds=1))

    def to_json(self) -> dict[str, Any]:
        """Return it as plain values."""
        instants = {name: getattr(self, name).isoformat() for name in ("day", "since", "until")}
        counted = None if self.counted is None else self.counted.isoformat()
        extracts = {code: day.isoformat() for code, day in self.extracts.items()}
        return {**asdict(self), **instants, "counted": counted, "extracts": extracts, "lost": list(self.lost)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Stand:
        """Return what :meth:`to_json` made plain, other names left out."""
        # Figures that were frozen before they told these have none of them.
        data = {"counted": None, "extracts": {}, "lost": (), **data}
        read = {
            **{one.name: data[one.name] for one in fields(cls)},
            **{name: datetime.fromisoformat(data[name]) for name in ("since", "until")},
            "day": date.fromisoformat(data["day"]),
            "counted": datetime.fromisoformat(data["counted"]) if data["counted"] else None,
            "extracts": {code: date.fromisoformat(day) for code, day in data["extracts"].items()},
            "lost": tuple(data["lost"]),
        }
        return cls(**read)


def instant(day: date) -> datetime:
    """Return when a day begins."""
    return datetime.combine(day, time(), ZONE).astimezone(UTC)


def over(semester: Semester) -> datetime:
    """Return the instant from which a semester is over."""
    return instant(semester.cut_off + timedelta(days=1))


def closed_semesters(workspace: Path) -> tuple[Semester, ...]:
    """Return the semesters whose figures were frozen, the oldest first."""
    names = (path.stem for path in (workspace / FOLDER).glob("*.json"))
    return tuple(sorted(Semester.named(name) for name in names if _NAME.fullmatch(name)))


def freeze(workspace: Path, semester: Semester, stand: Stand, figures: Figures) -> Path:
    """Write the figures of a semester, once, and return the file. The manifest beside it is written last.

    Raises:
        UsageError: the semester was closed before. OutputError: the disk is full, or not to be written.
    """
    folder = workspace / FOLDER
    table, manifest = folder / f"{semester}.parquet", folder / f"{semester}.json"
    if manifest.exists():
        raise UsageError(
            f"semester {semester} is closed", where=str(manifest), remedy="Its figures stay as they are; report them"
        )
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        pq.write_table(figures.table(), table, compression="zstd")
        content = {**replace(stand, closed=True).to_json(), "semester": str(semester), "sha256": sha256_of(table)}
        write_text(manifest, json.dumps(content, indent=1, sort_keys=True) + "\n")
    return table


def frozen(workspace: Path, semester: Semester) -> tuple[Stand, Figures]:
    """Return the figures of a closed semester, and of what they are.

    Raises:
        UsageError: it was not closed. InvariantError: the files are damaged.
    """
    folder = workspace / FOLDER
    table, manifest = folder / f"{semester}.parquet", folder / f"{semester}.json"
    if not manifest.is_file():
        raise UsageError(
            f"semester {semester} is not closed",
            where=str(folder),
            remedy=f"Close it after its cut-off: linkage report --close-semester {semester}",
        )
    try:
        content = json.loads(manifest.read_text(encoding="utf-8"))
        if not table.is_file() or sha256_of(table) != content["sha256"]:
            raise InvariantError(f"the figures of semester {semester} are not what was frozen", where=str(table))
        stand = Stand.from_json(content)
    except (json.JSONDecodeError, UnicodeDecodeError, LookupError, TypeError, ValueError) as error:
        raise InvariantError(f"the manifest of semester {semester} is damaged", where=str(manifest)) from error
    return stand, Figures.from_table(pq.read_table(table))


def begins(workspace: Path, semester: Semester) -> datetime:
    """Return when the period of a semester begins: when the one before was closed, so that nothing counts twice.

    Raises:
        InvariantError: what was frozen of the one before is damaged.
    """
    if semester.before in closed_semesters(workspace):
        return frozen(workspace, semester.before)[0].until
    return instant(semester.start)
