"""An office's own sign-in service: a small OpenID provider over real HTTP, that can also misbehave."""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlencode

import uvicorn
from fastapi import FastAPI, Form, HTTPException
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.responses import RedirectResponse

CLIENT = "tunggal-halaman"
LEVEL = "dua-faktor"


class Office:
    """The provider. ``subject`` is whoever sits at the office's computer; ``tells`` overrides claims of its tokens."""

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, private=True, auto_kid=True)
        self.subject = "pegawai-17"
        self.tells: dict[str, Any] = {}
        self.signs_with = self.key
        self.issuer = ""
        self._asked: dict[str, dict[str, str]] = {}

    def app(self) -> FastAPI:
        app = FastAPI()

        @app.get("/.well-known/openid-configuration")
        def described() -> dict[str, str]:
            return {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "jwks_uri": f"{self.issuer}/keys",
            }

        @app.get("/keys")
        def keys() -> dict[str, Any]:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.get("/authorize")
        def authorize(redirect_uri: str, state: str, nonce: str, code_challenge: str) -> RedirectResponse:
            code = secrets.token_urlsafe()
            self._asked[code] = {"nonce": nonce, "challenge": code_challenge}
            return RedirectResponse(f"{redirect_uri}?{urlencode({'code': code, 'state': state})}", 303)

        @app.post("/token")
        def token(code: str = Form(), code_verifier: str = Form()) -> dict[str, Any]:
            asked = self._asked.pop(code, None)
            digest = urlsafe_b64encode(hashlib.sha256(code_verifier.encode()).digest()).rstrip(b"=").decode()
            if asked is None or asked["challenge"] != digest:
                raise HTTPException(400, {"error": "invalid_grant"})
            return {"access_token": "a", "token_type": "Bearer", "id_token": self._vouch(asked["nonce"])}

        return app

    def _vouch(self, nonce: str) -> str:
        claims = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": self.subject,
            "exp": int(time.time()) + 300,
            "nonce": nonce,
            "acr": LEVEL,
        }
        kept = {name: value for name, value in (claims | self.tells).items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, kept, self.signs_with)


@contextmanager
def running_office() -> Iterator[Office]:
    """Serve an office's sign-in on a free port of this machine for as long as the block runs."""
    office = Office()
    server = uvicorn.Server(uvicorn.Config(office.app(), host="127.0.0.1", port=0, log_level="critical"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    office.issuer = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield office
    finally:
        server.should_exit = True
        thread.join()
