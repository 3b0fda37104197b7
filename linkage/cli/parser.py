"""All commands on one parser."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final

from linkage.cli.audit import add_audit
from linkage.cli.erase import add_erase
from linkage.cli.keep import add_backup, add_restore
from linkage.cli.link import add_dedupe, add_link
from linkage.cli.lookback import add_evaluate, add_explain, add_verify
from linkage.cli.models import add_features, add_label, add_train
from linkage.cli.night import add_run, add_status
from linkage.cli.precheck import add_precheck
from linkage.cli.prepare import add_plan, add_spec, add_synth
from linkage.cli.publish import add_publish, add_reference, add_revert
from linkage.cli.queue import add_queue
from linkage.cli.report import add_report
from linkage.cli.serve import add_serve

_COMMANDS: Final = (
    add_synth,
    add_dedupe,
    add_link,
    add_spec,
    add_plan,
    add_explain,
    add_evaluate,
    add_run,
    add_label,
    add_features,
    add_train,
    add_queue,
    add_serve,
    add_publish,
    add_revert,
    add_reference,
    add_report,
    add_erase,
    add_audit,
    add_precheck,
    add_status,
    add_verify,
    add_backup,
    add_restore,
)
"""In the order of the help."""


def command_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line; what it parses has the command's function in ``command``."""
    parser = argparse.ArgumentParser(
        prog="linkage",
        description="Find the records that describe one person, and put what needs people into a review queue.",
    )
    parser.add_argument("--version", action=_ShowVersion, help="show the version and stop")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in _COMMANDS:
        add(commands)
    return parser


class _ShowVersion(argparse.Action):
    """Looks the version up only when asked for: reading package metadata costs a fifth of the start-up."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from linkage.version import VERSION

        print(f"linkage {VERSION}")
        parser.exit()
