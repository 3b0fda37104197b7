"""``dedupe`` and ``link``: find pairs within files, or between two."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from linkage.cli.options import Subcommands, add_command, linking_options
from linkage.cli.watched import local_engine, watching
from linkage.days import day_of


def add_dedupe(commands: Subcommands) -> None:
    """Add ``linkage dedupe``."""
    dedupe = add_command(commands, "dedupe", _dedupe, "find duplicates within files")
    dedupe.add_argument("files", nargs="+", metavar="FILE")
    linking_options(dedupe)


def add_link(commands: Subcommands) -> None:
    """Add ``linkage link``."""
    link = add_command(commands, "link", _link, "find the records of RIGHT that are also in LEFT")
    link.add_argument("left", metavar="LEFT")
    link.add_argument("right", metavar="RIGHT")
    linking_options(link)


def _dedupe(parsed: argparse.Namespace) -> int:
    return _one_off(parsed, "dedupe", parsed.files)


def _link(parsed: argparse.Namespace) -> int:
    return _one_off(parsed, "link", [parsed.left, parsed.right])


def _one_off(parsed: argparse.Namespace, mode: Any, files: Sequence[str]) -> int:
    from linkage.intake import read_options
    from linkage.intake.limits import read_limits
    from linkage.run.one_off import Request, read_spec_file, run_to_folder, with_threshold
    from linkage.terminal import summary

    request = Request(
        mode=mode,
        inputs=tuple(files),
        spec=with_threshold(read_spec_file(parsed.spec, parsed.region_codes), parsed.threshold),
        model=parsed.model,
        train=parsed.train,
        as_is=parsed.as_is,
        keep=tuple(parsed.keep),
        reading=read_options(parsed.read),
        limits=read_limits(parsed.limit),
        latest_year=day_of(datetime.now(UTC)).year,
    )
    with watching(parsed) as observer:
        engine = local_engine(parsed, parsed.out)
        manifest = run_to_folder(request, parsed.out, engine=engine, observer=observer)
    print(summary(manifest, parsed.out, [f"linkage explain LEFT_ID RIGHT_ID --run {parsed.out}"]))
    return 0
