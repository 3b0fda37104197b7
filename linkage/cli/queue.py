"""``queue``: the review queue on a terminal."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from linkage.cli.options import BIGGEST, Subcommands, add_command, positive, project_option

if TYPE_CHECKING:
    from linkage.review.sql import SqlQueue
    from linkage.review.terminal_layout import Style

VERBS = "next|show|decide|list|claim|release|open|revert|find-nik|counts|..."


def add_queue(commands: Subcommands) -> None:
    """Add ``linkage queue`` with its verbs."""
    from linkage.cli.queue_decide import add_decide
    from linkage.cli.queue_invite import add_invite
    from linkage.cli.queue_keep import add_keeping
    from linkage.cli.queue_link import add_link_user

    queue = commands.add_parser("queue", help="the review queue on a terminal")
    verbs = queue.add_subparsers(required=True, metavar=VERBS)
    follows = add_command(verbs, "next", _next, "take up the next case and show it")
    follows.add_argument("--examine", action="store_true", help="a proposal to answer instead of a case to work on")
    show = add_command(verbs, "show", _show, "one case with its evidence; that you saw it is noted")
    show.add_argument("case", type=positive)
    add_decide(verbs)
    lister = add_command(verbs, "list", _list, "cases in the order of the queue")
    lister.add_argument("--state", help="only this state; default: all open ones")
    lister.add_argument("--kind", help="only this kind")
    lister.add_argument("--within", default="", metavar="CODE", help="only offices of this region")
    lister.add_argument(
        "--waiting", action=argparse.BooleanOptionalAction, help="only cases that wait for stewards' hours, or do not"
    )
    lister.add_argument("--after", metavar="TURN/CASE", help="the next page: as the page before ends")
    lister.add_argument("--limit", type=positive, default=20)
    claim = add_command(verbs, "claim", _claim, "take up a case by its number and show it")
    claim.add_argument("--examine", action="store_true", help="a proposal to answer")
    claim.add_argument("case", type=positive)
    release = add_command(verbs, "release", _release, "give a case back")
    release.add_argument("case", type=positive)
    opener = add_command(verbs, "open", _open, "show protected values of a record in full; that you did is noted")
    opener.add_argument("case", type=positive)
    opener.add_argument("record", help="its id, or its number in the case")
    opener.add_argument("fields", nargs="+", metavar="FIELD")
    opener.add_argument("--reason", required=True)
    finder = add_command(verbs, "find-nik", _find_nik, "cases with a NIK that is typed or read from standard input")
    revert = add_command(verbs, "revert", _revert, "open a case that asks to undo a published decision")
    revert.add_argument("case", type=positive)
    counts = add_command(verbs, "counts", _counts, "how many cases stand where")
    for parser in (follows, show, lister, claim, release, opener, finder, revert, counts):
        user_options(parser)
    for parser in (show, lister, counts):
        json_option(parser)
    add_keeping(verbs)
    add_invite(verbs)
    add_link_user(verbs)


def user_options(parser: argparse.ArgumentParser) -> None:
    """Add whose queue it is, who asks, and in which language to answer."""
    project_option(parser)
    parser.add_argument("--as", dest="user", metavar="USER", help="who you are; default: $LINKAGE_USER")
    parser.add_argument("--language", choices=("id", "en"), default="id", help="default: id")


def json_option(parser: argparse.ArgumentParser) -> None:
    """Add ``--json``."""
    parser.add_argument("--json", action="store_true", help="for scripts")


def who(parsed: argparse.Namespace) -> str:
    """Return the name of who asks.

    Raises:
        UsageError: no name was given.
    """
    from linkage.errors import UsageError

    name = parsed.user or os.environ.get("LINKAGE_USER", "")
    if not name:
        raise UsageError(
            "nobody is named", where="--as", remedy="Give --as USER, or set LINKAGE_USER", key="user.unnamed"
        )
    return str(name)


def style_of(parsed: argparse.Namespace) -> Style:
    """Return how to show things here: colour on a terminal only, and not where ``NO_COLOR`` is set."""
    from linkage.review.terminal_layout import Style

    colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    zone = datetime.now().astimezone().tzinfo or UTC
    return Style(shutil.get_terminal_size().columns, parsed.language, colour, zone)


def say_json(value: Any) -> None:
    """Print a value as JSON, in one line."""
    print(json.dumps(value, ensure_ascii=False, sort_keys=True))


def _next(parsed: argparse.Namespace) -> int:
    from linkage.cli.exit_codes import NOTHING_TO_DO
    from linkage.nightly.steward import open_project_queue

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        claim = queue.claim(by=name, examine=parsed.examine)
        if claim is None:
            print(style.label("none_next"))
            return NOTHING_TO_DO
        _say_case(queue, claim.case, name, style)
    return 0


def _claim(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        claim = queue.claim(by=name, case=parsed.case, examine=parsed.examine)
        if claim is not None:
            _say_case(queue, claim.case, name, style)
    return 0


def _show(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue
    from linkage.review.terminal_json import case_json

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        case = queue.view(parsed.case, by=name)
        if parsed.json:
            say_json(case_json(case))
        else:
            _say_case(queue, case, name, style)
    return 0


def _say_case(queue: SqlQueue, case: Any, name: str, style: Style) -> None:
    from linkage.review.terminal import render_case

    print(render_case(case, queue.user(name), style, now=datetime.now(UTC)))


def _list(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue, state_named

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        cases = queue.list(
            by=name,
            state=state_named(parsed.state),
            kind=parsed.kind,
            within=parsed.within,
            waiting=parsed.waiting,
            after=_place(parsed.after),
            limit=parsed.limit,
        )
    _say_list(cases, parsed, style)
    if len(cases) == parsed.limit and not parsed.json:
        print(f"\n{style.label('more')} --after {cases[-1].turn_at.isoformat()}/{cases[-1].id}")
    return 0


def _say_list(cases: Iterable[Any], parsed: argparse.Namespace, style: Style) -> None:
    from linkage.review.terminal_json import summary_json
    from linkage.review.terminal_lists import render_list

    if getattr(parsed, "json", False):
        say_json([summary_json(case) for case in cases])
    else:
        print(render_list(cases, style))


def _place(text: str | None) -> tuple[datetime, int] | None:
    from linkage.errors import UsageError

    if text is None:
        return None
    turn, _, case = text.partition("/")
    try:
        at, number = datetime.fromisoformat(turn), int(case)
        place = None if at.tzinfo is None else (at.astimezone(UTC), number)
    except (ValueError, OverflowError):
        place = None
    if place is None or not 0 < place[1] <= BIGGEST:
        raise UsageError(
            "this is no place in the list", where="--after", remedy="Copy it from the end of a page", key="list.place"
        )
    return place


def _release(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue, release

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        done = release(queue, parsed.case, by=name)
    print(f"{done.case}: {style.word('actions', done.action)}")
    return 0


def _open(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue, record_named
    from linkage.review.masking import visible

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        record = record_named(queue.get(parsed.case, by=name), parsed.record)
        values = queue.open_fields(parsed.case, record, parsed.fields, parsed.reason, by=name)
    for field in parsed.fields:
        print(f"{style.word('fields', field)}: {visible(values[field])}")
    return 0


def _find_nik(parsed: argparse.Namespace) -> int:
    from getpass import getpass

    from linkage.errors import UsageError
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import open_project_queue
    from linkage.review.nik_digest import nik_digest

    name, style = who(parsed), style_of(parsed)
    # Never an argument: others on the machine can read the command line in the list of processes.
    typed = getpass("NIK: ") if sys.stdin.isatty() else sys.stdin.readline()
    digest = nik_digest(load_project(parsed.project).secret(), typed)
    if digest is None:
        raise UsageError("this is no NIK", where="standard input", remedy="Give its 16 digits", key="nik.none")
    with open_project_queue(parsed.project) as queue:
        _say_list(queue.find(digest, by=name), parsed, style)
    return 0


def _revert(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        claim = queue.open_revert(parsed.case, by=name)
        _say_case(queue, queue.view(claim.case.id, by=name), name, style)
    return 0


def _counts(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue
    from linkage.review.terminal_json import count_json
    from linkage.review.terminal_lists import render_counts

    name, style = who(parsed), style_of(parsed)
    with open_project_queue(parsed.project) as queue:
        counts = queue.counts(by=name)
    if parsed.json:
        say_json([count_json(count) for count in counts])
    else:
        print(render_counts(counts, style))
    return 0
