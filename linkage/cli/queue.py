"""``queue``: the review queue on a terminal."""

from __future__ import annotations

import argparse
import shutil
from datetime import UTC, datetime

from linkage.cli.options import Subcommands, add_command, positive, project_option


def add_queue(commands: Subcommands) -> None:
    """Add ``linkage queue`` with its verbs."""
    queue = commands.add_parser("queue", help="the review queue on a terminal")
    verbs = queue.add_subparsers(required=True, metavar="list|show|decide")
    lister = add_command(verbs, "list", _queue_list, "cases by falling priority")
    lister.add_argument("--state", help="only this state; default: all open ones")
    lister.add_argument("--kind", help="only this kind")
    lister.add_argument("--limit", type=positive, default=20)
    show = add_command(verbs, "show", _queue_show, "one case with its evidence")
    show.add_argument("case", type=positive)
    decide = add_command(verbs, "decide", _queue_decide, "take a step on a case")
    decide.add_argument("case", type=positive)
    decide.add_argument("action", choices=("assign", "start", "propose", "approve", "return", "reject", "different"))
    decide.add_argument("--as", dest="user", required=True, metavar="USER", help="who signs")
    decide.add_argument("--reason", default="")
    decide.add_argument("--verdict", choices=("duplicate", "split"))
    decide.add_argument("--surviving", metavar="RECORD", help="the record whose NIK stays")
    decide.add_argument("--to", metavar="USER", help="who gets the case (assign)")
    for parser in (lister, show, decide):
        project_option(parser)
        parser.add_argument("--region", default="", help="the region you decide for; default: the nation")
        parser.add_argument("--language", choices=("id", "en"), default="id", help="default: id")


def _queue_list(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue, state_named
    from linkage.review.cases import Scope
    from linkage.review.terminal import render_list

    with open_project_queue(parsed.project) as queue:
        cases = queue.list(
            scope=Scope(parsed.region), state=state_named(parsed.state), kind=parsed.kind, limit=parsed.limit
        )
    print(render_list(cases, language=parsed.language))
    return 0


def _queue_show(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue, records_of
    from linkage.review.cases import Scope
    from linkage.review.terminal import render_case

    with open_project_queue(parsed.project) as queue:
        case = queue.get(parsed.case, scope=Scope(parsed.region))
    records = records_of(parsed.project, case.record_ids)
    print(render_case(case, records, width=shutil.get_terminal_size().columns, language=parsed.language))
    return 0


def _queue_decide(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import decide, open_project_queue
    from linkage.review.cases import Scope

    with open_project_queue(parsed.project) as queue:
        decision = decide(
            queue,
            parsed.case,
            parsed.action,
            parsed.user,
            scope=Scope(parsed.region),
            now=datetime.now(UTC),
            reason=parsed.reason,
            verdict=parsed.verdict,
            surviving=parsed.surviving,
            assignee=parsed.to,
        )
    print(f"{decision.case}: {decision.from_state} -> {decision.to_state}")
    return 0
