"""``queue link``: whom the office's own sign-in service vouches for under which name."""

from __future__ import annotations

import argparse
from types import MappingProxyType
from typing import Final

from linkage.cli.options import Subcommands, add_command

_TOLD: Final = MappingProxyType(
    {
        "id": ("{name} kini masuk dengan akun kantor.", "{name} tidak lagi masuk dengan akun kantor."),
        "en": ("{name} now signs in by the office's service.", "{name} no longer signs in by the office's service."),
    }
)


def add_link_user(verbs: Subcommands) -> None:
    """Add ``linkage queue link``."""
    from linkage.cli.queue import user_options

    link = add_command(verbs, "link", _link, "let the office's own sign-in service vouch for a user")
    link.add_argument("name")
    subject = link.add_mutually_exclusive_group(required=True)
    subject.add_argument("subject", nargs="?", help="what the service calls them: 'sub' in its tokens")
    subject.add_argument("--end", action="store_true", help="it vouches no longer; sessions that began so end")
    user_options(link)


def _link(parsed: argparse.Namespace) -> int:
    from linkage.accounts.accounts import Accounts
    from linkage.accounts.settings import account_settings
    from linkage.cli.queue import who
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import open_project_queue
    from linkage.review.people import user_name
    from linkage.web.oidc import subject_text
    from linkage.web.settings import web_settings

    by = who(parsed)
    project = load_project(parsed.project)
    where = str(parsed.project)
    settings = account_settings(project.web, where=where)
    issuer = web_settings(project.web, where=where).oidc_issuer
    if not issuer:
        raise _no_service(where)
    subject = None if parsed.end else subject_text(issuer, parsed.subject)
    with open_project_queue(parsed.project) as queue:
        Accounts(queue.sessions, settings, project.secret()).link_oidc(parsed.name, subject, by=by)
    print(_TOLD[parsed.language][parsed.end].format(name=user_name(parsed.name)))
    return 0


def _no_service(where: str) -> Exception:
    from linkage.errors import ConfigurationError

    return ConfigurationError(
        "the project names no sign-in service", where=f"{where} [web] oidc_issuer", remedy="Set oidc_issuer first"
    )
