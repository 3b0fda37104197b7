"""The process that serves the page."""

from __future__ import annotations

import socket
from typing import Final

import uvicorn
from fastapi import FastAPI

from linkage.errors import ConfigurationError, OutputError
from linkage.web.settings import WebSettings

_DRAIN_SECONDS: Final = 10

_PROXY: Final = "127.0.0.1"
"""Who alone is believed when it says for whom it asks (X-Forwarded-For): a proxy on this machine."""


def server_of(app: FastAPI, settings: WebSettings) -> uvicorn.Server:
    """Return the server, ready to run. It tells neither its name nor whom it answered: what matters is in the audit.

    Raises:
        ConfigurationError: the certificate or its key cannot be read, or they do not belong together.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        ssl_certfile=settings.tls_certificate or None,
        ssl_keyfile=settings.tls_key or None,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=True,
        forwarded_allow_ips=_PROXY,
        h11_max_incomplete_event_size=32 * 1024,
        timeout_graceful_shutdown=_DRAIN_SECONDS,
    )
    try:
        config.load()
    except OSError as error:  # an SSLError is one too
        raise ConfigurationError(
            "the certificate and its key cannot be used",
            where="[web] tls_certificate, tls_key",
            remedy="Give a PEM file with the whole chain, and the key that belongs to it, without a password",
        ) from error
    return uvicorn.Server(config)


def listening(settings: WebSettings) -> socket.socket:
    """Return the socket to serve on, on which browsers may knock from now.

    Raises:
        OutputError: another program listens there, or this user may not.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    taken = socket.socket(family, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((settings.host, settings.port))
        taken.listen()
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
