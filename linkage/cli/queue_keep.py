"""Keeping the queue: its users, its quality, and the jobs that time brings."""

from __future__ import annotations

import argparse
import os
from datetime import datetime

from linkage.cli.options import Subcommands, add_command, positive, project_option
from linkage.days import ZONE


def add_keeping(verbs: Subcommands) -> None:
    """Add the verbs for who keeps the queue."""
    from linkage.cli.queue import json_option, user_options

    _add_user(verbs)
    seed = add_command(verbs, "seed", _seed, "let a confirmed case be read as one whose answer is known")
    seed.add_argument("case", type=positive)
    readings = add_command(verbs, "readings", _readings, "cases that were read again, and whether people agreed")
    agreement = add_command(verbs, "agreement", _agreement, "how far stewards agree with others; no ranking")
    for parser in (readings, agreement):
        parser.add_argument("--since", type=_since, metavar="YYYY-MM-DD", help="default: ever")
    for parser in (seed, readings, agreement):
        user_options(parser)
    json_option(agreement)
    sweep = add_command(verbs, "sweep", _sweep, "pass on what was not answered in time, hand out waiting cases")
    retain = add_command(verbs, "retain", _retain, "delete values that are kept no longer")
    pending = add_command(verbs, "pending", _pending, "decisions that are to be published")
    pending.add_argument("--limit", type=positive, default=1000)
    pending.add_argument("--language", choices=("id", "en"), default="id", help="default: id")
    upgrade = add_command(verbs, "upgrade", _upgrade, "bring the database's schema up to date, as its owner")
    upgrade.add_argument("--url-env", metavar="NAME", help="variable that holds the owner's database URL")
    for parser in (sweep, retain, pending, upgrade):
        project_option(parser)


def _add_user(verbs: Subcommands) -> None:
    from linkage.cli.queue import user_options

    user = verbs.add_parser("user", help="who works on the queue")
    kinds = user.add_subparsers(required=True, metavar="add|list|off")
    adder = add_command(kinds, "add", _user_add, "add a user, or change one; the first needs no --as")
    adder.add_argument("name")
    adder.add_argument("--region", required=True, metavar="CODE", help="4 digits, 2 digits, or pusat")
    adder.add_argument("--roles", required=True, help="petugas,penyetuju,pengawas,pengelola,auditor")
    adder.add_argument("--hours", type=float, help="hours a week for reviewing")
    lister = add_command(kinds, "list", _user_list, "the users of your region")
    off = add_command(kinds, "off", _user_off, "let a user work no more; what they held is free")
    off.add_argument("name")
    for parser in (adder, lister, off):
        user_options(parser)


def _since(text: str) -> datetime:
    """Return when a day begins."""
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=ZONE)
    except ValueError:
        raise argparse.ArgumentTypeError("must be a day such as 2026-12-31") from None


def _user_add(parsed: argparse.Namespace) -> int:
    from linkage.cli.queue import style_of
    from linkage.errors import UsageError
    from linkage.nightly.steward import open_project_queue
    from linkage.review.people import Role, Scope, User, user_name
    from linkage.review.terminal_lists import render_users

    names = [name.strip() for name in parsed.roles.split(",")]
    if not set(names) <= set(Role) - {Role.SISTEM}:
        known = ", ".join(role for role in Role if role is not Role.SISTEM)
        raise UsageError(
            "no such role",
            where="--roles",
            remedy=f"Roles: {known}",
            key="role.unknown",
            filled={"known": known},
        )
    region = Scope("" if parsed.region == "pusat" else parsed.region)
    user = User(user_name(parsed.name), region, frozenset(Role(name) for name in names), hours=parsed.hours)
    asking = parsed.user or os.environ.get("LINKAGE_USER") or None
    with open_project_queue(parsed.project, create=True) as queue:
        print(render_users([queue.set_user(user, by=asking)], style_of(parsed)))
    return 0


def _user_list(parsed: argparse.Namespace) -> int:
    from linkage.cli.queue import style_of, who
    from linkage.nightly.steward import open_project_queue
    from linkage.review.terminal_lists import render_users

    name = who(parsed)
    with open_project_queue(parsed.project) as queue:
        print(render_users(queue.users(by=name), style_of(parsed)))
    return 0


def _user_off(parsed: argparse.Namespace) -> int:
    from dataclasses import replace

    from linkage.cli.queue import style_of, who
    from linkage.nightly.steward import open_project_queue
    from linkage.review.terminal_lists import render_users

    name = who(parsed)
    with open_project_queue(parsed.project) as queue:
        off = queue.set_user(replace(queue.user(parsed.name), active=False), by=name)
    print(render_users([off], style_of(parsed)))
    return 0


def _seed(parsed: argparse.Namespace) -> int:
    from linkage.cli.queue import who
    from linkage.nightly.steward import open_project_queue

    name = who(parsed)
    with open_project_queue(parsed.project) as queue:
        queue.seed(parsed.case, by=name)
    return 0


def _readings(parsed: argparse.Namespace) -> int:
    from linkage.cli.queue import style_of, who
    from linkage.nightly.steward import open_project_queue
    from linkage.review.terminal_lists import render_readings

    name = who(parsed)
    with open_project_queue(parsed.project) as queue:
        print(render_readings(queue.readings(by=name, since=parsed.since), style_of(parsed)))
    return 0


def _agreement(parsed: argparse.Namespace) -> int:
    from linkage.cli.queue import say_json, style_of, who
    from linkage.nightly.steward import open_project_queue
    from linkage.review.terminal_json import agreement_json
    from linkage.review.terminal_lists import render_agreement

    name = who(parsed)
    with open_project_queue(parsed.project) as queue:
        told = queue.agreement(by=name, since=parsed.since)
    if parsed.json:
        say_json([agreement_json(one) for one in told])
    else:
        print(render_agreement(told, style_of(parsed)))
    return 0


def _sweep(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue

    with open_project_queue(parsed.project) as queue:
        escalated, admitted = queue.sweep()
    print(f"{escalated:,} cases went to the next tier, {admitted:,} waiting cases can be handed out")
    return 0


def _retain(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue

    with open_project_queue(parsed.project) as queue:
        print(f"the values of {queue.retain():,} records were deleted")
    return 0


def _pending(parsed: argparse.Namespace) -> int:
    from linkage.cli.queue import style_of
    from linkage.nightly.steward import open_project_queue
    from linkage.review.terminal_lists import render_pending

    with open_project_queue(parsed.project) as queue:
        print(render_pending(queue.pending(limit=parsed.limit), style_of(parsed)))
    return 0


def _upgrade(parsed: argparse.Namespace) -> int:
    from linkage.errors import ConfigurationError
    from linkage.nightly.project import load_project
    from linkage.review.database import upgrade

    url = load_project(parsed.project).database_url
    if parsed.url_env:
        url = os.environ.get(parsed.url_env, "")
        if not url:
            raise ConfigurationError(f"environment variable {parsed.url_env} is not set", where="--url-env")
    print(f"the schema is at version {upgrade(url)}")
    return 0
