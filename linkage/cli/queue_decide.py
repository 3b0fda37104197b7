"""``queue decide``: a step on a case, which is taken up first when the step needs that."""

from __future__ import annotations

import argparse
from datetime import datetime, time
from typing import Final

from linkage.cli.options import Subcommands, add_command, positive
from linkage.days import ZONE

_ACTIONS: Final = (
    "propose", "different", "set_aside", "need", "ask", "answer", "escalate", "take_back", "approve", "return",
    "reject", "reopen", "carry_out", "confirm", "assign",
)  # fmt: skip


def add_decide(verbs: Subcommands) -> None:
    """Add ``linkage queue decide``."""
    from linkage.cli.queue import user_options

    decide = add_command(verbs, "decide", _decide, "take a step on a case")
    decide.add_argument("case", type=positive)
    decide.add_argument("action", choices=_ACTIONS)
    decide.add_argument("--reason", default="", help="in words; a code for different and set_aside")
    decide.add_argument("--verdict", help="what is proposed; default: the usual one for the kind of case")
    decide.add_argument("--keeps", metavar="RECORD", help="the record whose NIK stays, by id or number in the case")
    decide.add_argument(
        "--person",
        action="append",
        default=[],
        metavar="REC,REC[:KEEPS]",
        help="the records of one person and which NIK stays; once for each person",
    )
    decide.add_argument(
        "--field",
        action="append",
        default=[],
        type=_field,
        metavar="FIELD=RECORD",
        help="the record whose value of a field is taken; repeatable",
    )
    decide.add_argument("--to", metavar="USER", help="who gets the case, or brings what is needed")
    decide.add_argument("--region", metavar="CODE", help="the office that is asked")
    decide.add_argument("--due", type=_day, metavar="YYYY-MM-DD", help="the last day of waiting")
    decide.add_argument("--version", type=positive, help="only if the case is still as it was shown")
    decide.add_argument("--idem", metavar="KEY", help="the same key twice takes the step once")
    user_options(decide)


def _field(text: str) -> tuple[str, str]:
    name, equals, record = text.partition("=")
    if not (name and equals and record):
        raise argparse.ArgumentTypeError("must be FIELD=RECORD")
    return name, record


def _day(text: str) -> datetime:
    """Return the end of a day in the west of the country, which is the same day in all of it."""
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day such as 2026-12-31") from None
    return datetime.combine(day, time(23, 59), ZONE)


def _decide(parsed: argparse.Namespace) -> int:
    from linkage.cli.queue import style_of, who
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import Step, decide, open_project_queue
    from linkage.review.cases import Action

    step = Step(
        Action(parsed.action),
        reason=parsed.reason,
        verdict=parsed.verdict,
        keeps=parsed.keeps,
        persons=parsed.person,
        fields=dict(parsed.field),
        assignee=parsed.to,
        region=parsed.region,
        due_at=parsed.due,
        version=parsed.version,
        idem=parsed.idem,
    )
    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        done = decide(queue, parsed.case, step, by=name, settings=load_project(parsed.project).queue)
    print(f"{done.case}: {style.word('actions', done.action)} ({done.from_state} -> {done.to_state})")
    return 0
