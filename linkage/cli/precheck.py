"""``precheck``: an index for teams without a network, and a batch checked against it."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from linkage.cli.options import Subcommands, add_command, positive, project_option, reading_options
from linkage.days import day_of

EXPORT: Final = "export"
_KEY_BYTES: Final = 4096


def add_precheck(commands: Subcommands) -> None:
    """Add ``linkage precheck``, and ``linkage precheck export``."""
    precheck = add_command(commands, "precheck", _precheck, "check a batch in the field, by an index without names")
    precheck.usage = (
        "linkage precheck FILE... --index INDEX --key KEYFILE [--out REPORT] [--language en]\n"
        "       linkage precheck export --region CODE --out INDEX [--also CODE...] [--key-out KEYFILE] [--as USER]\n"
        "           [--project P]"
    )
    precheck.add_argument("files", type=Path, nargs="+", metavar="FILE", help="the batch; or the word export")
    precheck.add_argument("--out", type=Path, metavar="FILE", help="the report, as CSV; of export, the index")
    check = precheck.add_argument_group("to check a batch")
    check.add_argument("--index", type=Path, metavar="INDEX", help="from precheck export")
    check.add_argument("--key", type=Path, metavar="KEYFILE", help="file with the index's passphrase")
    check.add_argument("--language", choices=("id", "en"), default="id", help="default: id")
    reading_options(precheck)
    export = precheck.add_argument_group("to export an index")
    export.add_argument("--region", metavar="CODE", help="regency, or the two digits of a province")
    export.add_argument("--also", nargs="+", default=[], metavar="CODE", help="further ones")
    export.add_argument("--days", type=positive, default=30, help="how long it may be used (default 30)")
    export.add_argument("--key-out", type=Path, metavar="FILE", help="write the passphrase there; default: print it")
    export.add_argument("--as", dest="user", metavar="USER", help="a user of the queue, for the audit chain")
    project_option(precheck)


def _precheck(parsed: argparse.Namespace) -> int:
    return _export(parsed) if parsed.files == [Path(EXPORT)] else _check(parsed)


def _check(parsed: argparse.Namespace) -> int:
    from linkage.errors import InputMissingError, UsageError
    from linkage.intake.limits import read_limits
    from linkage.intake.options import read_options
    from linkage.precheck.told import check_files, summary_text, write_report

    if parsed.index is None or parsed.key is None:
        raise UsageError("--index and --key are needed", remedy="Both come from the office: linkage precheck export")
    if not parsed.key.is_file():
        raise InputMissingError("no such key file", where=str(parsed.key))
    with parsed.key.open("rb") as stream:
        passphrase = stream.read(_KEY_BYTES).decode("ascii", "replace")
    table, header = check_files(
        parsed.files,
        parsed.index,
        passphrase,
        today=day_of(datetime.now(UTC)),
        language=parsed.language,
        limits=read_limits(parsed.limit),
        options=read_options(parsed.read),
    )
    if parsed.out is not None:
        write_report(table, parsed.out)
    print(summary_text(table, header, parsed.language, parsed.out))
    return 0


def _export(parsed: argparse.Namespace) -> int:
    from linkage.errors import OutputError, UsageError
    from linkage.nightly.precheck_export import export_index, write_key
    from linkage.nightly.project import load_project

    if parsed.region is None or parsed.out is None:
        raise UsageError("--region and --out are needed", remedy="linkage precheck export --region CODE --out INDEX")
    if parsed.key_out is not None and parsed.key_out.exists():
        raise OutputError("there is a file of that name", where=str(parsed.key_out), remedy="Choose another --key-out")
    project = load_project(parsed.project)
    by = parsed.user or os.environ.get("LINKAGE_USER") or None
    regions = [parsed.region, *parsed.also]
    done = export_index(project, regions, parsed.out, days=parsed.days, now=datetime.now(UTC), by=by)
    header = done.header
    each = done.bytes / max(header.records, 1)
    print(f"index: {parsed.out} ({header.records:,} records, {done.bytes:,} bytes, {each:.1f} a record)")
    print(f"regions: {', '.join(header.regions)}; valid until {header.expires}; export {header.export_id}")
    if parsed.key_out is None:
        print(f"passphrase, shown once: {done.passphrase}")
    else:
        write_key(parsed.key_out, done.passphrase)
        print(f"passphrase: {parsed.key_out}, for its owner alone")
    print("Hand index and passphrase over by two ways. Who has both can try guesses, one at a time.")
    return 0
