"""``publish --confirmations``: what offices have carried out comes back."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from linkage.cli.exit_codes import NOTHING_TO_DO
from linkage.cli.watched import watched
from linkage.errors import InputDataError

if TYPE_CHECKING:
    from linkage.publishing.confirmations import Confirmed
    from linkage.publishing.returned import Refused
    from linkage.words.levels import Language


_MOST_CASES: Final = 10


def confirmation_options(parser: argparse.ArgumentParser) -> None:
    """Add the sheets that came back, whose they are, and the language of what is said of them."""
    parser.add_argument(
        "--confirmations", nargs="+", type=Path, default=[], metavar="FILE", help="sheets that offices sent back"
    )
    parser.add_argument("--as", dest="user", metavar="USER", help="whose answers they are; default: $LINKAGE_USER")
    parser.add_argument("--language", choices=("id", "en"), default="id", help="of what is said of them; default: id")


def confirm(parsed: argparse.Namespace) -> int:
    """Take the sheets named with ``--confirmations``, tell what came of them, and return the exit code.

    Raises:
        InputDataError: a whole sheet cannot be read; what the others say was taken.
    """
    from linkage.cli.queue import who
    from linkage.nightly.project import load_project
    from linkage.publishing.answers import said
    from linkage.publishing.confirmations import take_confirmations
    from linkage.publishing.replies import REPLIES, write_reply
    from linkage.publishing.watched import account_of_change

    project, by = load_project(parsed.project), who(parsed)
    with watched(parsed, project, "confirmations") as watch:
        done = take_confirmations(project, parsed.confirmations, by)
        print("\n".join(_lines(done, parsed.language)))
        reply = write_reply(project.out / REPLIES, done.region, done.refused)
        if reply is not None:
            print(said("reply", parsed.language, file=reply))
        figures = {
            "taken": done.taken,
            "known": done.known,
            "unanswered": done.unanswered,
            "refused": len(done.refused),
            "cases_carried_out": len(done.carried_out),
        }
        watch.made(account_of_change(project, parsed.confirmations, figures))
        _refuse_unread(done.refused)
        nothing = done.row is None and not done.carried_out
        watch.exit_code = NOTHING_TO_DO if nothing and parsed.skip_exit_code else 0
    return watch.exit_code


def _refuse_unread(refused: Sequence[Refused]) -> None:
    """A sheet that came twice was read once; any other that is refused as a whole was not."""
    unread = [one for one in refused if not one.line and one.code != "FILE_TWICE"]
    if unread:
        raise InputDataError(
            unread[0].code,
            f"sheets that cannot be read as a whole: {len(unread)}; what the others say was taken",
            where=unread[0].source,
            remedy="Ask the office for the sheet again: the one it received, whole, as CSV or XLSX",
        )


def _lines(done: Confirmed, language: Language) -> list[str]:
    from linkage.publishing.answers import reason, said

    lines = [
        said("taken" if done.row else "nothing", language, taken=done.taken),
        said("others", language, known=done.known, unanswered=done.unanswered, refused=len(done.refused)),
    ]
    for code, cases in (("carried_out", done.carried_out), ("left", done.left)):
        if cases:
            more = ", ..." if len(cases) > _MOST_CASES else ""
            lines.append(said(code, language, number=len(cases), cases=", ".join(map(str, cases[:_MOST_CASES])) + more))
    for one in done.refused:
        place = f"{one.source}:{one.line}" if one.line else one.source
        lines.append(f"{place}  {one.code}{f' ({one.column})' if one.column else ''}: {reason(one.code, language)}")
    return lines
