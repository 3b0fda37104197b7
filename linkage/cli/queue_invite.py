"""``queue invite``: a code by which a user sets up their account on the stewards' page."""

from __future__ import annotations

import argparse
import os
from types import MappingProxyType
from typing import Final

from linkage.cli.options import Subcommands, add_command

_TOLD: Final = MappingProxyType(
    {
        "id": "Kode undangan untuk {name}, berlaku {hours} jam dan hanya sekali:\n\n    {code}\n\n"
        "Sampaikan langsung atau lewat telepon, jangan lewat surel. {name} membuka halaman petugas, memilih\n"
        "“Saya mendapat kode undangan”, lalu membuat kata sandi dan mendaftarkan ponselnya.\n"
        "Kata sandi, ponsel, dan sesi yang lama tidak berlaku lagi.",
        "en": "The invitation code of {name}, good for {hours} hours and once:\n\n    {code}\n\n"
        "Tell it in person or on the telephone, not by mail. {name} opens the stewards' page, chooses\n"
        "“I was given an invitation code”, then makes a password and registers a phone.\n"
        "The old password, phone and sessions are good no more.",
    }
)


def add_invite(verbs: Subcommands) -> None:
    """Add ``linkage queue invite``."""
    from linkage.cli.queue import user_options

    invite = add_command(
        verbs, "invite", _invite, "a code to sign in to the page, once; the first to keep the list needs no --as"
    )
    invite.add_argument("name")
    user_options(invite)


def _invite(parsed: argparse.Namespace) -> int:
    from linkage.accounts.accounts import Accounts
    from linkage.accounts.settings import account_settings
    from linkage.nightly.project import load_project
    from linkage.nightly.steward import open_project_queue
    from linkage.review.people import user_name

    project = load_project(parsed.project)
    settings = account_settings(project.web, where=str(parsed.project))
    asking = parsed.user or os.environ.get("LINKAGE_USER") or None
    with open_project_queue(parsed.project) as queue:
        code = Accounts(queue.sessions, settings, project.secret()).invite(parsed.name, by=asking)
    print(_TOLD[parsed.language].format(name=user_name(parsed.name), hours=settings.code_hours, code=code))
    return 0
