"""``publish``, ``revert`` and ``reference``: decisions to the national reference, and back; and looking at it."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from linkage.cli.confirm import confirm, confirmation_options
from linkage.cli.exit_codes import NOTHING_TO_DO
from linkage.cli.options import Subcommands, add_command, positive, project_option
from linkage.cli.watched import watching

if TYPE_CHECKING:
    from linkage.publishing.looking import Seen
    from linkage.publishing.publish import Publication


def add_publish(commands: Subcommands) -> None:
    """Add ``linkage publish``."""
    publish = add_command(commands, "publish", _publish, "approved decisions and clean records to the reference")
    project_option(publish)
    publish.add_argument("--threads", type=positive, help="default: all processors")
    publish.add_argument("--skip-exit-code", action="store_true", help=f"end with {NOTHING_TO_DO} when nothing is new")
    confirmation_options(publish)


def add_revert(commands: Subcommands) -> None:
    """Add ``linkage revert``."""
    revert = add_command(commands, "revert", _revert, "ask to undo a published decision; a second person approves")
    revert.add_argument("case", type=positive, help="the case whose decision is to be undone")
    revert.add_argument("--reason", help="why; without one it is only told what would change")
    revert.add_argument("--different", action="store_true", help="they are different persons: never propose them again")
    revert.add_argument("--as", dest="user", metavar="USER", help="who asks; default: $LINKAGE_USER")
    project_option(revert)


def add_reference(commands: Subcommands) -> None:
    """Add ``linkage reference`` with its verbs."""
    reference = commands.add_parser("reference", help="look at the national reference, now or as of a day")
    verbs = reference.add_subparsers(required=True, metavar="log|person|export")
    log = add_command(verbs, "log", _log, "all publications, newest first")
    person = add_command(verbs, "person", _person, "a person, values masked, and the records it is made of")
    person.add_argument("id", help="of a person or of a record")
    export = add_command(verbs, "export", _export, "write a table of the reference as a Parquet file; it holds NIKs")
    export.add_argument("table", choices=("persons", "membership", "nik_alias"))
    export.add_argument("--out", type=Path, required=True, metavar="FILE")
    for parser in (person, export):
        parser.add_argument(
            "--as-of", metavar="WHEN", help="a publication's number, a day or an instant; default: the last publication"
        )
    for parser in (log, person, export):
        project_option(parser)


def _publish(parsed: argparse.Namespace) -> int:
    if parsed.confirmations:
        return confirm(parsed)
    from linkage.nightly.project import load_project
    from linkage.publishing.publish import publish
    from linkage.publishing.watched import publication_account, watched_run
    from linkage.run.manifest import new_run_id

    project = load_project(parsed.project)
    parsed.run_id = run_id = new_run_id()
    with watching(parsed) as observer, watched_run(project, "publish", run_id=run_id, observer=observer) as watch:
        done = publish(project, observer=observer, threads=parsed.threads or os.cpu_count() or 1)
        if done is None:
            watch.exit_code = NOTHING_TO_DO if parsed.skip_exit_code else 0
        else:
            watch.made(publication_account(project, done.row, done.folder))
    if done is None:
        print("nothing new to publish")
        return watch.exit_code
    print(_told(done, parsed.project))
    return 0


def _told(done: Publication, project: Path) -> str:
    counts = done.row.counts
    lines = [f"publication {done.row.publication}"]
    for name, says in (("persons", "persons"), ("nik_alias", "closed NIKs"), ("usulan", "tasks for offices")):
        moved = [f"{counts.get(f'{name}_{change}', 0):,} {change}" for change in ("added", "changed", "closed")]
        lines.append(f"  {says:<20} {', '.join(moved)}")
    lines += [
        f"  {'decisions':<20} {counts['effects']:,}",
        f"  {'records in review':<20} {counts['in_review']:,}",
        f"  {'state':<20} {done.row.state_hash}",
        f"  {'files':<20} {done.folder}",
        "",
        "try next:",
        f"  linkage reference log --project {project}",
        f"  linkage status --project {project}",
    ]
    return "\n".join(lines)


def _revert(parsed: argparse.Namespace) -> int:
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import open_project_queue
    from linkage.publishing.publish import open_reference
    from linkage.publishing.reverting import ask_to_undo, undoing

    project = load_project(parsed.project)
    reference = open_reference(project)
    if parsed.reason is None:
        found = undoing(reference, parsed.case)
    else:
        from linkage.cli.queue import who

        with open_project_queue(parsed.project) as queue:
            found = ask_to_undo(
                queue,
                reference,
                parsed.case,
                reason=parsed.reason,
                different=parsed.different,
                by=who(parsed),
                settings=project.queue,
            )
    print(f"case {parsed.case}, {found.decided.verdict}, decided {found.decided.at:%Y-%m-%d %H:%M} UTC")
    print(f"  now:    {', '.join(found.persons) or 'not in the reference'}")
    print(f"  undone: {', '.join(found.own) or 'not in the reference'}")
    if found.case is None:
        print("nothing was changed; with --reason it is asked for")
    else:
        print(f"case {found.case} asks for it; another person approves: linkage queue decide {found.case} approve")
    return 0


def _log(parsed: argparse.Namespace) -> int:
    from linkage.nightly.project import load_project
    from linkage.publishing.looking import log_lines
    from linkage.publishing.publish import open_reference

    rows = open_reference(load_project(parsed.project)).rows()
    print("\n".join(log_lines(rows)) if rows else "nothing has been published yet")
    return 0


def _person(parsed: argparse.Namespace) -> int:
    from linkage.nightly.project import load_project
    from linkage.publishing.looking import as_of, changes_of, person
    from linkage.publishing.publish import open_reference

    reference = open_reference(load_project(parsed.project))
    seen = person(reference, parsed.id, as_of(reference, parsed.as_of))
    print("\n".join(_person_lines(seen)))
    told = [f"{change} by publication {number}" for number, change in changes_of(reference, seen.head["person_id"])]
    print(f"  history: {'; '.join(told)}")
    return 0


def _person_lines(seen: Seen) -> list[str]:
    head = seen.head
    flags = ["" if head["active"] else "no office has it any more", "in review" if head["in_review"] else ""]
    lines = [f"{head['person_id']}  as of publication {seen.publication}  {'; '.join(filter(None, flags))}".rstrip()]
    lines += [f"  {field:<16} {value}" for field, value in seen.values]
    lines += [f"  from: {source}" for source in head["sources"] or []]
    for record, own, active, case in seen.members:
        told = [f"case {case}" if case is not None else "", "" if active else "closed", f"alone: {own}"]
        lines.append(f"  record {record}  {'; '.join(filter(None, told))}")
    return lines


def _export(parsed: argparse.Namespace) -> int:
    from linkage.nightly.project import load_project
    from linkage.publishing.looking import as_of, export
    from linkage.publishing.publish import open_reference

    reference = open_reference(load_project(parsed.project))
    publication = as_of(reference, parsed.as_of)
    rows = export(reference, parsed.table, publication, parsed.out)
    print(f"{rows:,} rows of {parsed.table} as of publication {publication}: {parsed.out}")
    return 0
