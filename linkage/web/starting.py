"""What a process does once, before it answers anybody: whoever comes first in the morning is not to wait for it."""

from __future__ import annotations

import gc
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI

from linkage.review.database import CONNECTIONS
from linkage.web.i18n import LANGUAGES
from linkage.web.pages import environment
from linkage.web.services import Services

THREADS: Final = CONNECTIONS
"""Requests that are worked on at a time: each has a connection that stays open, and the others wait in their turn. More
would share the one processor that a process uses, and all be slower for it."""

SWITCH_SECONDS: Final = 0.0005
"""How long a thread that writes a page may keep another waiting that has its answer from the database: while that one
holds the queue's lock, everybody waits with it. Python's own five milliseconds come with every statement."""

_COLLECT_AFTER: Final = 20_000
"""Objects made and not let go before Python looks for cycles: a page makes some thousands, all of which go with it."""


@asynccontextmanager
async def few_threads(_app: FastAPI) -> AsyncIterator[None]:
    """Bound the threads of an application while it runs."""
    current_default_thread_limiter().total_tokens = THREADS
    yield


def make_ready(services: Services) -> None:
    """Open the connections, compile the templates, count the queue, and settle the process for serving."""
    for language in LANGUAGES:
        made = environment(language)
        for name in made.list_templates(["html"]):
            made.get_template(name)
    services.queue.make_ready(THREADS)
    services.figures.make_ready()
    sys.setswitchinterval(SWITCH_SECONDS)
    # What stands now stays: nobody need look through it for cycles again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(_COLLECT_AFTER, *gc.get_threshold()[1:])
