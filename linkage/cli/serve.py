"""``serve``: the stewards' page."""

from __future__ import annotations

import argparse
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from linkage.cli.options import Subcommands, add_command, project_option

if TYPE_CHECKING:
    from linkage.web.settings import WebSettings

_NEEDED: Final = ("argon2", "authlib", "babel", "fastapi", "jinja2", "limits", "multipart", "pyotp", "segno", "uvicorn")


def add_serve(commands: Subcommands) -> None:
    """Add ``linkage serve``."""
    serve = add_command(commands, "serve", _serve, "the stewards' page, until it is stopped")
    project_option(serve)
    serve.add_argument("--host", help="where to listen; default: as the project says, else this machine alone")
    serve.add_argument("--port", type=int, help="default: as the project says, else 8400; 0 takes a free one")


def _serve(parsed: argparse.Namespace) -> int:
    _check_installed()
    from linkage.accounts.accounts import Accounts
    from linkage.accounts.settings import account_settings
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import open_project_queue
    from linkage.web.app import create_app
    from linkage.web.logs import log_to_standard_error
    from linkage.web.server import address_of, listening, server_of
    from linkage.web.services import Services
    from linkage.web.settings import check_safe, web_settings
    from linkage.web.starting import make_ready
    from linkage.web.trial import trial_users

    project = load_project(parsed.project)
    where = str(parsed.project)
    told = {"host": parsed.host, "port": parsed.port}
    table = {**project.web, **{key: value for key, value in told.items() if value is not None}}
    settings = _beside(parsed.project, web_settings(table, where=where))
    own = account_settings(project.web, where=where)
    log_to_standard_error(parsed.log_format, quiet=parsed.quiet)
    # First the queue: where there is none yet, there need be no secret either.
    with open_project_queue(parsed.project) as queue:
        secret = project.secret()
        check_safe(settings, own, secret, where=where)
        if settings.trial:
            trial_users(queue)
        accounts = Accounts(queue.sessions, own, secret)
        services = Services(queue, accounts, project.queue, settings, secret)
        server = server_of(create_app(services), settings)
        with listening(settings) as taken:
            make_ready(services)
            print(f"open {address_of(settings, taken)}  (stop with Ctrl-C)", flush=True)
            # Asked to stop, it takes no more requests, answers those it has, and then is interrupted as others are.
            with suppress(KeyboardInterrupt):
                server.run(sockets=[taken])
    return 0


def _check_installed() -> None:
    """Say which extra is missing, where the package was installed without the page."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        from linkage.errors import ConfigurationError

        raise ConfigurationError(
            f"what the page needs is not installed: {', '.join(missing)}",
            remedy="Install this package with its extra: tunggal[web]",
        )


def _beside(project_file: Path, settings: WebSettings) -> WebSettings:
    """Return the settings with paths that count from the project's file."""
    base = project_file.resolve().parent
    if not settings.tls_certificate:
        return settings
    return replace(settings, tls_certificate=str(base / settings.tls_certificate), tls_key=str(base / settings.tls_key))
