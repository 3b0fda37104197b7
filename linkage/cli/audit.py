"""``audit``: is the queue's record of decisions and views whole, and who saw a resident's record?"""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from linkage.cli.options import Subcommands, add_command, project_option
from linkage.cli.queue import who

if TYPE_CHECKING:
    from linkage.review.audit import AuditReport


def add_audit(commands: Subcommands) -> None:
    """Add ``linkage audit`` with its verbs."""
    audit = commands.add_parser("audit", help="check the queue's record of decisions and views")
    verbs = audit.add_subparsers(required=True, metavar="verify|anchor|seen")
    verify = add_command(verbs, "verify", _verify, "check the audit chain and all it seals; name the first bad row")
    verify.add_argument(
        "--anchor", type=Path, action="append", default=[], metavar="FILE", help="heads kept elsewhere; repeatable"
    )
    verify.add_argument(
        "--without-own-anchors",
        action="store_true",
        help="leave out the anchors of the project's own runs, which are later than a backup that was restored",
    )
    anchor = add_command(verbs, "anchor", _anchor, "tell the head of the audit chain, to be kept elsewhere")
    anchor.add_argument("--out", type=Path, metavar="FILE", help="append to this file; default: standard output")
    seen = add_command(verbs, "seen", _seen, "who saw a record, when and why")
    seen.add_argument("record", help="the record's id")
    seen.add_argument("--as", dest="user", metavar="USER", help="who asks, an auditor; default: $LINKAGE_USER")
    for parser in (verify, anchor, seen):
        project_option(parser)


def _verify(parsed: argparse.Namespace) -> int:
    from linkage.errors import InvariantError
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import open_project_queue
    from linkage.review.anchors import read_anchors

    # Before the queue: a run that ends meanwhile leaves an anchor that this reading would not know.
    given = [head for file in parsed.anchor for head in read_anchors(file)]
    kept = [] if parsed.without_own_anchors else _own_anchors(load_project(parsed.project).out)
    own = [head for file in kept for head in read_anchors(file)]
    with open_project_queue(parsed.project) as queue:
        report = queue.verify(anchors=[*given, *own])
    print(_told(report, len(given), len(own)))
    return 0 if report.sound else InvariantError.exit_code


def _own_anchors(out: Path) -> list[Path]:
    """Return the files in which the project's runs kept heads; what a killed run left unfinished counts for nothing."""
    from linkage.review.anchors import ANCHOR_NAME

    return sorted(file for file in out.glob(f"*/{ANCHOR_NAME}") if not file.parent.name.startswith("."))


def _told(report: AuditReport, given: int, own: int) -> str:
    """Return a report in words."""
    said = [f"{given:,} given"] * (given > 0) + [f"{own:,} of the project's own runs"] * (own > 0)
    against = f"checked against {given + own:,} anchors ({', '.join(said)})" if said else "checked against no anchor"
    if report.sound:
        lines = [f"the audit chain is sound: {report.rows:,} rows, {against}"]
    else:
        lines = [
            f"the audit chain is NOT sound, {against}",
            f"first bad row: {report.first_bad}: {report.problem}",
            f"rows that hold before it: {report.rows:,}",
        ]
    return "\n".join([*lines, f"last row that holds: {report.head.seq} {report.head.hash}"])


def _anchor(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue
    from linkage.review.anchors import anchor_line, append_anchor

    with open_project_queue(parsed.project) as queue:
        head = queue.head()
    now = datetime.now(UTC)
    if parsed.out is None:
        print(anchor_line(head, now))
    else:
        append_anchor(parsed.out, head, now)
        print(f"row {head.seq} is anchored in {parsed.out}")
    return 0


def _seen(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue
    from linkage.review.masking import visible

    with open_project_queue(parsed.project) as queue:
        sightings = queue.seen(parsed.record, by=who(parsed))
    for one in sightings:
        said = (f"{one.at:%Y-%m-%d %H:%M:%S} UTC", one.actor, f"case {one.case}", one.what, one.reason)
        print("  ".join(visible(text) for text in said if text))
    if not sightings:
        print("nobody has seen this record")
    return 0
