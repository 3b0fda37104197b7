"""``serve``: the stewards' page."""

from __future__ import annotations

import argparse
from dataclasses import replace

from linkage.cli.options import Subcommands, add_command, project_option


def add_serve(commands: Subcommands) -> None:
    """Add ``linkage serve``."""
    serve = add_command(commands, "serve", _serve, "the stewards' page, until it is stopped")
    project_option(serve)
    serve.add_argument("--host", help="where to listen; default: as the project says, else this machine alone")
    serve.add_argument("--port", type=int, help="default: as the project says, else 8400; 0 takes a free one")


def _serve(parsed: argparse.Namespace) -> int:
    from linkage.accounts.accounts import Accounts
    from linkage.accounts.settings import account_settings
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import open_project_queue
    from linkage.web.app import create_app
    from linkage.web.logs import log_to_standard_error
    from linkage.web.server import address_of, listening, server_of
    from linkage.web.services import Services
    from linkage.web.settings import check_safe, web_settings
    from linkage.web.trial import trial_users

    project = load_project(parsed.project)
    where = str(parsed.project)
    told = {"host": parsed.host, "port": parsed.port}
    settings = web_settings(
        {**project.web, **{key: value for key, value in told.items() if value is not None}}, where=where
    )
    own = account_settings(project.web, where=where)
    secret = project.secret()
    check_safe(settings, own, secret, where=where)
    log_to_standard_error(parsed.log_format, quiet=parsed.quiet)
    with open_project_queue(parsed.project, create=not settings.trial) as queue:
        if settings.trial:
            trial_users(queue)
        accounts = Accounts(queue.sessions, own, secret)
        app = create_app(Services(queue, accounts, project.queue, settings, secret))
        with listening(settings) as taken:
            address = address_of(settings, taken)
            if not parsed.quiet:
                print(f"open {address}  (stop with Ctrl-C)", flush=True)
            server_of(app, replace(settings, port=taken.getsockname()[1])).run(sockets=[taken])
    return 0
