"""How a project stands, on one screen, for a person."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from linkage.errors import LockHeldError, ServiceUnavailableError, UsageError
from linkage.publishing.overview import Overview, RegionStanding
from linkage.review.cases import State
from linkage.review.words import word
from linkage.telemetry.history import LastRun
from linkage.words.levels import Language

MOST_REGIONS: Final = 5
"""Of so many regions each is shown; of more, so many with something amiss. Fewer where there is more to say."""

_WIDTH: Final = 100
_LABEL: Final = 17
_BY_HAND: Final = ("confirmations", "erase")
_STARTED: Final = {"confirmations": "linkage publish --confirmations", "model_check": "python -m jobs.model_check"}
"""How a command is started whose name is not that of one of ``linkage``."""
_REPEATABLE: Final = (LockHeldError.exit_code, ServiceUnavailableError.exit_code)


@dataclass(frozen=True)
class _Told:
    """Words of one language, and times in the reader's zone."""

    language: Language
    zone: tzinfo
    now: datetime

    def say(self, code: str, table: str = "status", /, **values: object) -> str:
        return _tables()[table][code][self.language].format(**values)

    def number(self, value: int) -> str:
        return f"{value:,}".replace(",", "." if self.language == "id" else ",")

    def when(self, moment: datetime) -> str:
        return moment.astimezone(self.zone).strftime("%Y-%m-%d %H:%M %Z")

    def ago(self, moment: datetime) -> str:
        return self.span(max(self.now - moment, timedelta(0)))

    def span(self, span: timedelta) -> str:
        seconds = int(span.total_seconds())
        for unit, size in (("days", 172_800), ("hours", 7_200), ("minutes", 120)):
            if seconds >= size:
                return self.say(unit, "ago", n=seconds // {"days": 86_400, "hours": 3_600, "minutes": 60}[unit])
        return self.say("seconds", "ago", n=seconds)


def status_text(overview: Overview, language: Language = "id", zone: tzinfo = UTC) -> str:
    """Return how a project stands, in at most 24 lines of 100 columns: what was done, what is amiss, what to do."""
    told = _Told(language, zone, overview.now)
    rows = [("project", str(overview.project)), *_working(overview, told), *_nights(overview, told)]
    if overview.run_id:
        rows += [*_data(overview, told), *_regions(overview, told), *_queue(overview, told)]
        rows += _publication(overview, told)
    rows.append(("next", _next(overview, told)))
    return "\n".join(_line(told.say(label) if label else "", text) for label, text in rows)


def status_json(overview: Overview) -> dict[str, Any]:
    """Return how a project stands, for scripts: plain JSON values, instants in UTC."""
    queue, last = overview.queue, overview.publication
    return {
        "now": _iso(overview.now),
        "project": str(overview.project),
        "run_id": overview.run_id,
        "results": str(overview.folder) if overview.run_id else "",
        "holder": asdict(overview.holder) if overview.holder else None,
        "ended": {run.command: asdict(run) for run in overview.ended},
        "cut_off": [asdict(run) for run in overview.killed],
        "erasing": overview.erasing,
        "counts": overview.manifest.counts if overview.manifest else {},
        "warnings": list(overview.manifest.warnings) if overview.manifest else [],
        "files": {
            "taken": overview.taken,
            "refused": overview.refused,
            "quarantined": overview.quarantined,
            "refused_last": dict(overview.refused_last),
        },
        "regions": [asdict(region) | {"amiss": region.amiss} for region in overview.regions],
        "queue": None
        if queue is None
        else {
            "open": [asdict(one) | {"oldest": _iso(one.oldest)} for one in queue.open],
            "outbox": queue.outbox,
            "outbox_oldest": _iso(queue.outbox_oldest) if queue.outbox_oldest else "",
            "stopped": list(queue.stopped),
            "audit_seq": queue.audit_seq,
        },
        "publication": None
        if last is None
        else {
            "number": last.publication,
            "kind": last.kind,
            "published_at": _iso(last.published_at),
            "state_hash": last.state_hash,
            "counts": dict(last.counts),
            "persons": overview.persons,
        },
    }


_Rows = list[tuple[str, str]]


def _working(overview: Overview, told: _Told) -> _Rows:
    rows = []
    if overview.holder is not None:
        since = datetime.fromisoformat(overview.holder.since)
        values = {**asdict(overview.holder), "when": told.when(since), "ago": told.ago(since)}
        rows.append(("working", told.say("working_line", **values)))
    killed = [
        told.say("killed_line", command=run.command, when=told.when(datetime.fromisoformat(run.started)))
        for run in overview.killed[-1:]
    ]
    erasing = [told.say("erasing_line", n=overview.erasing)] if overview.erasing else []
    return [*rows, *(("killed", line) for line in [*killed, *erasing])]


def _nights(overview: Overview, told: _Told) -> _Rows:
    rows = [("last_run", _ended(overview.last("run"), told, overview.run_id))]
    publish = overview.last("publish")
    if publish is not None:
        rows.append(("last_publish", _ended(publish, told)))
    backup = overview.last("backup")
    if backup is not None:
        rows.append(("last_backup", _ended(backup, told)))
    return rows


def _ended(last: LastRun | None, told: _Told, run_id: str = "") -> str:
    if last is None:
        return told.say("untold", run_id=run_id) if run_id else told.say("never")
    how = "failed" if last.failed else "nothing" if last.exit_code else "ok"
    began = datetime.fromisoformat(last.started)
    return told.say(
        "when_failed" if last.failed else "when",
        how=told.say(how, code=last.exit_code, error=last.error),
        when=told.when(began),
        ago=told.ago(began),
        seconds=told.span(timedelta(seconds=last.seconds)),
    )


def _data(overview: Overview, told: _Told) -> _Rows:
    rows = [("results", _near(overview.folder, overview.project.parent))]
    if overview.manifest is not None:
        counts, warnings = overview.manifest.counts, len(overview.manifest.warnings)
        values = {"records": told.number(counts["records"]), "cases": told.number(counts["cases"])}
        rows.append(("data", told.say("data_line", **values, warnings=told.number(warnings))))
    files = {"taken": overview.taken, "refused": overview.refused, "quarantined": overview.quarantined}
    line = told.say("files_line", **{name: told.number(value) for name, value in files.items()})
    if overview.refused_last:
        codes = ", ".join(f"{code} {told.number(count)}" for code, count in overview.refused_last.items())
        line += told.say("files_last", codes=codes)
    return [*rows, ("files", line)]


def _regions(overview: Overview, told: _Told) -> _Rows:
    regions = overview.regions
    values = {
        "regions": len(regions),
        "late": sum(region.late_days > 0 for region in regions),
        "gaps": sum(bool(region.gaps) for region in regions),
        "never": sum(not region.full for region in regions),
    }
    rows = [("regions", told.say("regions_line", **values))]
    # What is told above and below only when it is so takes its line from the regions, to stay on the screen.
    stopped = overview.queue is not None and bool(overview.queue.stopped)
    also = (overview.holder, overview.killed, overview.erasing, overview.last("backup"), stopped)
    most = max(MOST_REGIONS - sum(map(bool, also)), 1)
    shown = regions if len(regions) <= most else [region for region in regions if region.amiss]
    rows += [("", _region(region, told)) for region in shown[:most]]
    if len(shown) > most:
        rows.append(("", told.say("more", more=len(shown) - most)))
    return rows


def _region(region: RegionStanding, told: _Told) -> str:
    if not region.cut_off:
        return told.say("silent_line", code=region.code)
    amiss = []
    if region.late_days:
        amiss.append(told.say("late", days=region.late_days))
    if region.gaps:
        after, before = region.gaps[0]
        amiss.append(told.say("gap", after=after, before=before))
        if len(region.gaps) > 1:
            amiss.append(told.say("gaps", gaps=len(region.gaps) - 1))
    if not region.full:
        amiss.append(told.say("no_full"))
    return told.say("region_line", **{**asdict(region), "amiss": ", ".join(amiss) or told.say("fine")})


def _queue(overview: Overview, told: _Told) -> _Rows:
    queue = overview.queue
    if queue is None:
        return []
    values = {
        "open": queue.cases(),
        "approval": queue.cases(State.DIUSULKAN),
        "waiting": queue.cases(waiting=True),
    }
    rows = [("queue", told.say("queue_line", **{name: told.number(value) for name, value in values.items()}))]
    cases: dict[str, int] = defaultdict(int)
    oldest: dict[str, datetime] = {}
    for one in queue.open:
        cases[one.kind] += one.cases
        oldest[one.kind] = min(oldest.get(one.kind, one.oldest), one.oldest)
    for kind, number in sorted(cases.items()):
        in_words = word("kinds", kind, told.language)
        line = told.say("kind_line", cases=f"{told.number(number):>7}", kind=in_words, ago=told.ago(oldest[kind]))
        rows.append(("", line))
    line = told.say("outbox_none")
    if queue.outbox and queue.outbox_oldest is not None:
        ago = told.ago(queue.outbox_oldest)
        line = told.say("outbox_line", decisions=told.number(queue.outbox), ago=ago)
    rows.append(("outbox", line))
    if queue.stopped:
        rows.append(("stopped", told.say("stopped_line", numbers=", ".join(map(str, queue.stopped[:5])))))
    return rows


def _publication(overview: Overview, told: _Told) -> _Rows:
    last = overview.publication
    if last is None:
        return [("publication", told.say("never"))]
    when, persons = told.when(last.published_at), told.number(overview.persons)
    return [("publication", told.say("publication_line", number=last.publication, when=when, persons=persons))]


def _next(overview: Overview, told: _Told) -> str:
    """Return the one thing to do next: what keeps everything else from going on comes first."""
    queue = overview.queue
    failed = [last for last in overview.ended if last.failed and _is_due(last)]
    if overview.holder is not None:
        return told.say("working", "next")
    if overview.erasing:
        return told.say("erase", "next")
    if queue is not None and queue.stopped:
        return told.say("release", "next")
    if overview.killed or failed:
        command = overview.killed[-1].command if overview.killed else failed[-1].command
        again = bool(overview.killed) or failed[-1].exit_code in _REPEATABLE
        return told.say("later" if again else "repair", "next", command=_STARTED.get(command, f"linkage {command}"))
    if not overview.run_id:
        return told.say("first", "next")
    steps = [
        ("publish", _to_publish(overview)),
        ("approve", queue is not None and queue.cases(State.DIUSULKAN) > 0),
        ("decide", queue is not None and queue.cases() > 0),
        ("ask", any(region.amiss for region in overview.regions)),
    ]
    return told.say(next((code for code, holds in steps if holds), "none"), "next")


def _is_due(last: LastRun) -> bool:
    """Return whether a command that failed is still to be done: what a person asked for wrongly, or was refused, is
    theirs to know."""
    return last.command not in _BY_HAND and last.exit_code != UsageError.exit_code


def _to_publish(overview: Overview) -> bool:
    """Return whether decisions, a night, or an erasure came after the last publication."""
    last = overview.publication
    outbox = overview.queue.outbox if overview.queue else 0
    return last is None or last.run_id != overview.run_id or last.kind == "erasure" or outbox > 0


def _near(folder: Path, home: Path) -> str:
    return str(folder.relative_to(home) if folder.is_relative_to(home) else folder)


def _line(label: str, text: str) -> str:
    line = f"{label:<{_LABEL}}{text}"
    return line if len(line) <= _WIDTH else f"{line[: _WIDTH - 1]}…"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    text = resources.files("linkage.publishing").joinpath("data", "status.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
