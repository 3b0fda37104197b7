"""The page in a process of its own: ``python -m benchmarks.stewards_page.serving URL PORT``."""

from __future__ import annotations

import sys
from typing import Final

from linkage.accounts.accounts import Accounts
from linkage.review.settings import DEFAULTS
from linkage.review.sql import open_queue
from linkage.web.app import create_app
from linkage.web.server import listening, server_of
from linkage.web.services import Services
from linkage.web.settings import WebSettings
from linkage.web.starting import make_ready

SECRET: Final = b"the benchmark's secret, that nobody guesses"


def main() -> None:
    url, port = sys.argv[1], int(sys.argv[2])
    settings = WebSettings(port=port)
    queue = open_queue(url, secret=SECRET)
    services = Services(queue, Accounts(queue.sessions, secret=SECRET), DEFAULTS, settings, SECRET)
    app = create_app(services)
    with listening(settings) as taken:
        make_ready(services)
        server_of(app, settings).run(sockets=[taken])


if __name__ == "__main__":
    main()
