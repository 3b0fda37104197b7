"""``erase``: a resident's record, or a false value of it, out of everything; and extracts that are kept no longer."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, TypeAlias

from linkage.cli.options import Subcommands, add_command, project_option
from linkage.cli.watched import watched

if TYPE_CHECKING:
    from linkage.nightly.project import Project
    from linkage.reference.tombstones import Tombstone


_NOTHING: Final = MappingProxyType({"records": 0, "finished": 0, "lifted": 0, "extracts": 0})
_Done: TypeAlias = "tuple[dict[str, int], list[str]]"
"""What is measured of it, and what is said."""


def add_erase(commands: Subcommands) -> None:
    """Add ``linkage erase``."""
    erase = add_command(commands, "erase", _erase, "a resident's record out of everything, or a false value of it")
    erase.add_argument("record", nargs="*", metavar="RECORD_ID", help="of the store; none: finish what was killed")
    erase.add_argument("--reason", help="why: the letter it goes back to, no value of the resident")
    erase.add_argument("--as", dest="user", metavar="USER", help="who asks, a pengelola of the nation; $LINKAGE_USER")
    erase.add_argument("--approved-by", metavar="USER", help="another pengelola of the nation, who approves")
    erase.add_argument(
        "--field", action="append", default=[], metavar="NAME", help="only the false values of this column; repeatable"
    )
    erase.add_argument("--lift", action="store_true", help="let an erased record come in again")
    erase.add_argument("--extracts", action="store_true", help="delete extracts whose semester of the DKB is closed")
    project_option(erase)


def _erase(parsed: argparse.Namespace) -> int:
    from linkage.nightly.project import load_project
    from linkage.publishing.watched import account_of_change

    project = load_project(parsed.project)
    with watched(parsed, project, "erase") as watch:
        if parsed.extracts:
            figures, lines = _extracts(project)
        elif not parsed.record:
            figures, lines = _finish(project)
        else:
            figures, lines = _lift(parsed, project) if parsed.lift else _records(parsed, project)
        watch.made(account_of_change(project, (), {**_NOTHING, **figures}))
    print("\n".join(lines))
    return 0


def _finish(project: Project) -> _Done:
    from linkage.erasure.erase import finish_erasures

    finished = finish_erasures(project)
    return {"finished": finished}, [f"{finished} erasures were not finished, and are now"]


def _records(parsed: argparse.Namespace, project: Project) -> _Done:
    from linkage.cli.queue import who
    from linkage.erasure.erase import Asked, erase

    asked = Asked(
        record_ids=tuple(parsed.record),
        reason=parsed.reason or "",
        by=who(parsed),
        approved_by=_approver(parsed),
        fields=tuple(parsed.field),
    )
    stone = erase(project, asked)
    return {"records": len(stone.record_ids)}, _told(stone, project)


def _told(stone: Tombstone, project: Project) -> list[str]:
    from linkage.erasure.erase import regions_of
    from linkage.erasure.extracts import extracts_of

    lines = _corrected(stone) if stone.fields else [f"erased: everything of {', '.join(stone.record_ids)}"]
    lines += [
        f"  asked for by {stone.by}, approved by {stone.approved_by}",
        "",
        "not reached from here: backups, files handed out, the office's own SIAK (docs/guide/erasure.md)",
    ]
    files = extracts_of(project, regions_of(project, stone.record_ids))
    if files:
        lines += ["extracts of the region, deleted when the semester is closed: linkage erase --extracts"]
        lines += [f"  {path}" for path in files]
    return lines


def _corrected(stone: Tombstone) -> list[str]:
    right = [(record, field) for record in stone.record_ids for field in stone.fields]
    right = [one for one in right if one not in stone.false]
    lines = [f"erased: the false values of {_places(stone.false)}"] if stone.false else []
    if right:
        lines += [
            f"nothing false was found of {_places(right)}",
            "  the value of today stays; if it is wrong, the office's next extract has to bring the right one first",
        ]
    return lines


def _places(places: Iterable[tuple[str, str]]) -> str:
    records: dict[str, list[str]] = {}
    for record, field in places:
        records.setdefault(record, []).append(field)
    return "; ".join(f"{', '.join(fields)} of {record}" for record, fields in records.items())


def _lift(parsed: argparse.Namespace, project: Project) -> _Done:
    from linkage.cli.queue import who
    from linkage.erasure.erase import lift

    lifted = sum(lift(project, record, by=who(parsed), approved_by=_approver(parsed)) for record in parsed.record)
    told = f"{lifted} tombstones lifted: the next extract that has the resident brings them in, under a new id"
    return {"lifted": lifted}, [told]


def _extracts(project: Project) -> _Done:
    from linkage.erasure.extracts import delete_extracts, passed_over

    gone = delete_extracts(project)
    lines = [f"{len(gone)} extracts deleted", *(f"  {path}" for path in gone)]
    left = passed_over(project)
    if left:
        lines += ["of semesters that were not closed before a later one, deleted by nobody but you:"]
        lines += [f"  {path}" for path in left]
    return {"extracts": len(gone)}, lines


def _approver(parsed: argparse.Namespace) -> str:
    from linkage.errors import UsageError

    if not parsed.approved_by:
        raise UsageError("nobody approves it", where="--approved-by", remedy="Name another pengelola of the nation")
    return str(parsed.approved_by)
