"""The process that serves the page."""

from __future__ import annotations

import socket
from typing import Final

import uvicorn
from fastapi import FastAPI

from linkage.errors import OutputError
from linkage.web.settings import WebSettings

_DRAIN_SECONDS: Final = 10


def server_of(app: FastAPI, settings: WebSettings) -> uvicorn.Server:
    """Return the server, ready to run. It tells neither its name nor whom it answered: what matters is in the audit."""
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            ssl_certfile=settings.tls_certificate or None,
            ssl_keyfile=settings.tls_key or None,
            log_config=None,
            access_log=False,
            server_header=False,
            h11_max_incomplete_event_size=32 * 1024,
            timeout_graceful_shutdown=_DRAIN_SECONDS,
        )
    )


def listening(settings: WebSettings) -> socket.socket:
    """Return the socket to serve on.

    Raises:
        OutputError: another program listens there, or this user may not.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
    except OSError as error:
        taken.close()
        raise OutputError(
            "the page cannot be served there",
            where=f"{settings.host}:{settings.port}",
            remedy=f"{error.strerror}. Choose another with --port",
        ) from error
    return taken


def address_of(settings: WebSettings, taken: socket.socket) -> str:
    """Return what to type to open the page."""
    if settings.address:
        return settings.address
    scheme = "https" if settings.tls_certificate else "http"
    return f"{scheme}://localhost:{taken.getsockname()[1]}"
