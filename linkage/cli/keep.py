"""``backup`` and ``restore``: a project kept elsewhere, and brought back from there."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from linkage.cli.options import Subcommands, add_command, positive, project_option
from linkage.cli.watched import watching


def add_backup(commands: Subcommands) -> None:
    """Add ``linkage backup``."""
    backup = add_command(commands, "backup", _backup, "keep a project's workspace and database in another place")
    project_option(backup)
    backup.add_argument("--to", type=Path, required=True, metavar="DIR", help="folder that holds the backups")
    backup.add_argument("--keep", type=positive, metavar="N", help="keep the newest N of this project; default: all")
    backup.add_argument("--without-secret", action="store_true", help="leave the project's secret out")
    _url_option(backup, "of an administrator, for PostgreSQL")


def add_restore(commands: Subcommands) -> None:
    """Add ``linkage restore``."""
    restore = add_command(commands, "restore", _restore, "bring a project back from a backup")
    restore.add_argument("backup", type=Path, help="the folder of one backup")
    project_option(restore)
    restore.add_argument("--force", action="store_true", help="move what stands there aside; it is never deleted")
    restore.add_argument(
        "--tombstones",
        type=Path,
        metavar="FILE",
        help="a newer tombstones.json, where the workspace is lost: who was erased since the backup",
    )
    _url_option(restore, "of the owner, for PostgreSQL")


def _url_option(parser: argparse.ArgumentParser, whose: str) -> None:
    parser.add_argument(
        "--url-env", metavar="NAME", help=f"environment variable with the URL {whose}; default: the project's"
    )


def _owner_url(parsed: argparse.Namespace) -> str:
    from linkage.errors import ConfigurationError

    if not parsed.url_env:
        return ""
    url = os.environ.get(parsed.url_env, "")
    if not url:
        raise ConfigurationError(f"environment variable {parsed.url_env} is not set", where="--url-env")
    return url


def _backup(parsed: argparse.Namespace) -> int:
    from linkage.backup.taking import take_backup
    from linkage.nightly.project import load_project
    from linkage.publishing.watched import watched_run
    from linkage.run.manifest import new_run_id
    from linkage.telemetry.account import Account

    project, owner_url = load_project(parsed.project), _owner_url(parsed)
    parsed.run_id = run_id = new_run_id()
    with watching(parsed) as observer, watched_run(project, "backup", run_id=run_id, observer=observer) as watch:
        done = take_backup(
            project, parsed.to, keep=parsed.keep, with_secret=not parsed.without_secret, owner_url=owner_url
        )
        kept = done.manifest
        size = sum(file.bytes for file in kept.files.values())
        watch.made(Account(figures={"files": len(kept.files), "bytes": size, "linked": done.linked}))
    print(f"backup {done.folder}")
    print(f"  {'files':<20} {len(kept.files):,}, {size:,} bytes; {done.linked:,} as in another backup")
    print(f"  {'run':<20} {kept.run_id}")
    print(f"  {'publication':<20} {kept.publication}")
    print(f"  {'audit chain':<20} {kept.database.audit_seq} {kept.database.audit_hash}")
    for folder in done.removed:
        print(f"  {'removed':<20} {folder}")
    return 0


def _restore(parsed: argparse.Namespace) -> int:
    from linkage.backup.restoring import restore

    done = restore(
        parsed.backup,
        parsed.project,
        force=parsed.force,
        owner_url=_owner_url(parsed),
        tombstones=parsed.tombstones,
    )
    kept = done.manifest
    print(f"restored {parsed.backup}, of {kept.made_at}")
    print(f"  {'run':<20} {kept.run_id}")
    print(f"  {'publication':<20} {kept.publication}")
    print(f"  {'tables':<20} {done.tables:,} of the store have their state hash")
    print(f"  {'audit chain':<20} sound, {done.audit_rows:,} rows")
    for place in done.aside:
        print(f"  {'before it':<20} {place}")
    for warning in done.warnings:
        print(f"linkage: warning: {warning}", file=sys.stderr)
    return 0
