"""Sign-in by an office's own service: OpenID Connect, authorization code with PKCE.

Nothing is stored between the way there and the way back: what the browser must bring again is derived from one random
number in its cookie, which no script can read and no other site can set.

Source: OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9700 (best current practice).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from typing import Any, Final

import httpx2
from authlib.integrations.base_client import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from linkage.errors import ServiceUnavailableError, SignInRefusedError

PREFIX: Final = "masuk."
"""Of a cookie that is no session yet."""

_ALGORITHMS: Final = ("RS256", "ES256", "PS256", "EdDSA")
_TOLD: Final = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_SECONDS: Final = 10.0
_LEEWAY: Final = 60


@dataclass(frozen=True)
class Journey:
    """One way to the office's service and back: what is derived from the number in the browser's cookie."""

    cookie: str
    state: str
    nonce: str
    verifier: str


def journey(secret: bytes, cookie: str | None = None) -> Journey:
    """Return a new journey, or the one that a cookie stands for; :class:`SignInRefusedError` for no such cookie."""
    begun = PREFIX + secrets.token_urlsafe(32) if cookie is None else cookie
    if not begun.startswith(PREFIX):
        raise _refused()

    def derived(what: str) -> str:
        digest = hmac.digest(secret, f"oidc {what} {begun}".encode(), hashlib.sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    return Journey(begun, derived("state"), derived("nonce"), derived("verifier"))


class Provider:
    """An office's service, as its issuer's own description tells it.

    ``acr``: the level of authentication that is asked for and must be told; empty asks for none.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str, *, returns: str, acr: str) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._returns = returns
        self._acr = acr

    def address(self, way: Journey) -> str:
        """Return where to send the browser."""
        with self._client() as client:
            told = self._described(client)
            asked = {"acr_values": self._acr} if self._acr else {}
            url, _ = client.create_authorization_url(
                told["authorization_endpoint"],
                state=way.state,
                nonce=way.nonce,
                code_verifier=way.verifier,
                **asked,
            )
        return str(url)

    def subject(self, way: Journey, *, code: str, state: str) -> str:
        """Return whom the service vouches for: its issuer and its own name of them, in one text.

        Raises:
            SignInRefusedError: what came back is not of this journey, or not as it must be.
            ServiceUnavailableError: the service does not answer.
        """
        if not hmac.compare_digest(state.encode(), way.state.encode()):
            raise _refused()
        with self._client() as client:
            told = self._described(client)
            try:
                token = client.fetch_token(told["token_endpoint"], code=code, code_verifier=way.verifier)
            except OAuthError:
                raise _refused() from None
            except httpx2.HTTPError:
                raise _silent(self._issuer) from None
            keys = _json(client, told["jwks_uri"])
        return self._vouched(token, keys, way, told)

    def _vouched(self, token: dict[str, Any], keys: Any, way: Journey, told: dict[str, Any]) -> str:
        asked: dict[str, Any] = {
            "iss": {"essential": True, "value": told["issuer"]},
            "aud": {"essential": True, "value": self._client_id},
            "exp": {"essential": True},
            "sub": {"essential": True},
            "nonce": {"essential": True, "value": way.nonce},
        }
        if self._acr:
            asked["acr"] = {"essential": True, "value": self._acr}
        claims_of = jwt.JWTClaimsRegistry(leeway=_LEEWAY, **asked)
        try:
            read = jwt.decode(str(token.get("id_token", "")), KeySet.import_key_set(keys), algorithms=_ALGORITHMS)
            claims_of.validate(read.claims)
        except (JoseError, ValueError, KeyError, TypeError):
            raise _refused() from None
        return subject_text(self._issuer, str(read.claims["sub"]))

    def _described(self, client: OAuth2Client) -> dict[str, Any]:
        told = _json(client, f"{self._issuer}/.well-known/openid-configuration")
        if str(told.get("issuer", "")).rstrip("/") != self._issuer:
            raise ServiceUnavailableError("the service is not the issuer it was named", where=self._issuer)
        if not all(isinstance(told.get(name), str) for name in _TOLD):
            raise ServiceUnavailableError("the service does not tell where to ask it", where=self._issuer)
        return told

    def _client(self) -> OAuth2Client:
        return OAuth2Client(
            self._client_id,
            self._client_secret or None,
            scope="openid",
            redirect_uri=self._returns,
            code_challenge_method="S256",
            timeout=_SECONDS,
        )


def subject_text(issuer: str, subject: str) -> str:
    """Return under what an account is linked to whom the service of ``issuer`` calls ``subject``."""
    return f"{issuer.rstrip('/')} {subject}"


def _json(client: OAuth2Client, url: str) -> dict[str, Any]:
    try:
        answer = client.request("GET", url, withhold_token=True)
        answer.raise_for_status()
        told = answer.json()
    except (httpx2.HTTPError, ValueError):
        raise _silent(url) from None
    if not isinstance(told, dict):
        raise _silent(url)
    return told


def _silent(where: str) -> ServiceUnavailableError:
    return ServiceUnavailableError(
        "the office's sign-in does not answer", where=where, remedy="Try again later", key="oidc.silent"
    )


def _refused() -> SignInRefusedError:
    return SignInRefusedError("the office's sign-in did not vouch for a user", remedy="Begin again", key="oidc.refused")
