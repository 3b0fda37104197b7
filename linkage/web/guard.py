"""What every response carries and every request must pass, whatever answers it: outermost around the application."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY: Final = 64 * 1024
"""Bytes of a request. Forms are small; whatever is larger is none of ours."""

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

# Matched as text, for whoever asks may write anything there, and a URL can be read in more than one way.
_HOST: Final = re.compile(r"\A(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::[0-9]{1,5})?\Z")
_LENGTH: Final = re.compile(r"\A[0-9]{1,9}\Z")

_HEADERS: Final = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}


def content_policy(nonce: str) -> str:
    """Return the content security policy: nothing but the page's own, and only the scripts that carry the nonce."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'nonce-{nonce}'",
            "style-src 'self'",
            "img-src 'self'",
            "connect-src 'self'",
            "form-action 'self'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            "require-trusted-types-for 'script'",
        )
    )


class Guard:
    """An ASGI application around another: headers, hosts, cross-site requests, large bodies.

    ``hosts``: names under which the page answers; another is refused, so that no link or cookie is made for it.
    The nonce of the response is in ``scope["state"]["nonce"]``.
    """

    def __init__(self, app: ASGIApp, hosts: Sequence[str]) -> None:
        self._app = app
        self._hosts = frozenset(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _dress(MutableHeaders(scope=message), nonce)
            await send(message)

        refused = self._refused(scope)
        if refused is not None:
            await refused(scope, receive, dressed)
            return
        await self._app(scope, _bounded(receive), dressed)

    def _refused(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        named = _HOST.match(host)
        if named is None or named[1].lower() not in self._hosts:
            return PlainTextResponse("unknown host", 400)
        if scope["method"] not in SAFE_METHODS and not _own_site(headers, host):
            return PlainTextResponse("a request from another site is not taken", 403)
        length = headers.get("content-length", "0")
        if not _LENGTH.match(length) or int(length) > LARGEST_BODY:
            return PlainTextResponse("the request is too large", 413)
        return None


def _own_site(headers: Headers, host: str) -> bool:
    """Whether a browser says that its own page sent the request; programs, which say nothing, carry no cookie."""
    site = headers.get("sec-fetch-site")
    if site is not None and site not in ("same-origin", "none"):
        return False
    return headers.get("origin") in (None, f"https://{host}", f"http://{host}")


def _dress(headers: MutableHeaders, nonce: str) -> None:
    for name, value in _HEADERS.items():
        headers[name] = value
    headers["Content-Security-Policy"] = content_policy(nonce)
    if "Cache-Control" not in headers:
        headers["Cache-Control"] = "no-store"


def _bounded(receive: Receive) -> Receive:
    """Return ``receive`` that ends a body which is larger than it said, as if the sender had gone away."""
    seen = 0

    async def bounded() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > LARGEST_BODY:
                return {"type": "http.disconnect"}
        return message

    return bounded
