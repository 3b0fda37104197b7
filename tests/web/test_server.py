"""The server believes a proxy on its own machine, and nobody else, for whom it asks."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI, Request
from starlette.responses import PlainTextResponse

from linkage.errors import ConfigurationError
from linkage.web.server import address_of, listening, server_of
from linkage.web.settings import WebSettings


def told_who(request: Request) -> PlainTextResponse:
    """Who asks, and how, as a route sees it."""
    assert request.client is not None
    return PlainTextResponse(f"{request.client.host} {request.url.scheme} {request.headers['host']}")


@pytest.fixture
def port(app: FastAPI) -> Iterator[int]:
    """The port of the page, which tells under one more path who asks."""
    app.router.add_api_route("/siapa", told_who)
    settings = WebSettings(port=0)
    server = server_of(app, settings)
    with listening(settings) as taken:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        yield taken.getsockname()[1]
        server.should_exit = True
        thread.join()


@pytest.mark.parametrize(
    ("source", "forwarded", "told"),
    [
        ("127.0.0.1", None, "127.0.0.1 http localhost"),
        ("127.0.0.1", "203.0.113.9", "203.0.113.9 https localhost"),
        ("127.0.0.1", "198.51.100.1, 203.0.113.9", "203.0.113.9 https localhost"),
        ("127.0.0.2", "203.0.113.9", "127.0.0.2 http localhost"),
    ],
)
def test_who_asks_is_told_by_a_proxy_on_this_machine_alone(
    port: int, source: str, forwarded: str | None, told: str
) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, source_address=(source, 0), timeout=60)
    more = {} if forwarded is None else {"X-Forwarded-For": forwarded, "X-Forwarded-Proto": "https"}
    connection.request("GET", "/siapa", headers={"Host": "localhost", **more})
    answer = connection.getresponse()
    assert answer.read().decode() == told
    assert "server" not in answer.headers
    connection.close()


def test_the_address_is_what_people_type() -> None:
    with listening(WebSettings(port=0)) as taken:
        number = taken.getsockname()[1]
        assert address_of(WebSettings(), taken) == f"http://localhost:{number}"
        assert address_of(WebSettings(tls_certificate="c", tls_key="k"), taken) == f"https://localhost:{number}"
        assert address_of(WebSettings(address="https://tinjau.example.id"), taken) == "https://tinjau.example.id"


def test_a_certificate_that_is_none_is_refused(app: FastAPI, tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate", encoding="utf-8")
    settings = WebSettings(tls_certificate=str(tmp_path / "c.pem"), tls_key=str(tmp_path / "c.pem"))
    with pytest.raises(ConfigurationError, match="certificate and its key cannot be used"):
        server_of(app, settings)
