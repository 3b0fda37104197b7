"""Settings of the stewards' page: where it listens, under which address it is known, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import urlsplit

from linkage.accounts.settings import KEYS as ACCOUNT_KEYS
from linkage.accounts.settings import AccountSettings
from linkage.errors import ConfigurationError

_MODES: Final = ("production", "trial")
_LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_LAST_PORT: Final = 65_535

SECRET_BYTES: Final = 32
_SIGNS: Final = 8
_STEPS: Final = 8
_PAIRS: Final = 20
"""Different characters, differences and neighbours in a secret at least; fewer, and somebody typed it: a word again and
again, or signs in their order. Of 32 random hexadecimal digits not one secret in a million has so few."""

MEMORY_KIB: Final = 19 * 1024
PASSES: Final = 2
"""The least work of a password's hash in production, after OWASP's advice on argon2id."""


@dataclass(frozen=True)
class WebSettings:
    """The table ``[web]`` of a project, every key optional.

    ``mode``: ``production``, or ``trial`` for invented data on one's own machine. ``host``, ``port``: where to listen.
    ``address``: the URL people type, such as ``https://tinjau.example.id``; needed in production unless the page is
    served to this machine alone. ``tls_certificate``, ``tls_key``: files, where no proxy in front speaks TLS.
    ``openings_per_hour``: how often one user may open protected values; ``searches_per_hour``, ``exports_per_day``:
    likewise. ``export_rows``: rows of one export at most. ``oidc_issuer``, ``oidc_client``, ``oidc_secret_env``: an
    office's own sign-in by OpenID Connect; the last names the environment variable that holds the secret. ``oidc_acr``:
    the level of authentication (``acr``) it must vouch for, which in production stands for the second factor.
    """

    mode: str = "production"
    host: str = "127.0.0.1"
    port: int = 8400
    address: str = ""
    tls_certificate: str = ""
    tls_key: str = ""
    openings_per_hour: int = 60
    searches_per_hour: int = 60
    exports_per_day: int = 10
    export_rows: int = 1000
    oidc_issuer: str = ""
    oidc_client: str = ""
    oidc_secret_env: str = ""
    oidc_acr: str = ""

    @property
    def hosts(self) -> tuple[str, ...]:
        """The host names under which the page answers."""
        known = urlsplit(self.address).hostname if self.address else None
        return ("localhost", "127.0.0.1", "[::1]", *((known,) if known else ()))

    @property
    def trial(self) -> bool:
        """Whether this is invented data on one's own machine."""
        return self.mode == "trial"


DEFAULTS: Final = WebSettings()
WEB_KEYS: Final = tuple(field.name for field in fields(WebSettings))
_KINDS: Final[Mapping[str, type]] = MappingProxyType(
    {field.name: type(getattr(DEFAULTS, field.name)) for field in fields(WebSettings)}
)


def web_settings(table: Mapping[str, Any], *, where: str) -> WebSettings:
    """Return the settings of a ``[web]`` table; the keys of accounts are checked where they belong.

    Raises:
        ConfigurationError: an unknown key, a value of the wrong kind, or a combination that would not be safe.
    """
    if unknown := sorted(table.keys() - {*WEB_KEYS, *ACCOUNT_KEYS}):
        known = ", ".join(sorted({*WEB_KEYS, *ACCOUNT_KEYS}))
        raise ConfigurationError("unknown key", where=f"{where} [web] {unknown[0]}", remedy=f"Known: {known}")
    own = {key: value for key, value in table.items() if key in WEB_KEYS}
    for key, value in own.items():
        if type(value) is not _KINDS[key]:
            kind = "a whole number" if _KINDS[key] is int else "a text"
            raise ConfigurationError(f"must be {kind}", where=f"{where} [web] {key}")
        if isinstance(value, int) and value < (1 if key != "port" else 0):
            raise ConfigurationError("must be greater than 0", where=f"{where} [web] {key}")
    chosen = WebSettings(**own)
    if chosen.mode not in _MODES:
        raise ConfigurationError(f"must be one of {', '.join(_MODES)}", where=f"{where} [web] mode")
    if chosen.port > _LAST_PORT:
        raise ConfigurationError(f"must be at most {_LAST_PORT}", where=f"{where} [web] port")
    _check_address(chosen, where)
    _check_place(chosen, where)
    _check_oidc(chosen, where)
    return chosen


def _check_address(chosen: WebSettings, where: str) -> None:
    if not chosen.address:
        return
    place = f"{where} [web] address"
    parts = urlsplit(chosen.address)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ConfigurationError("must be a URL such as https://tinjau.example.id", where=place)
    if parts.scheme == "http" and not chosen.trial:
        raise ConfigurationError("must begin with https", where=place)
    if chosen.trial and parts.hostname not in _LOOPBACK:
        raise ConfigurationError("a trial is served to this machine only", where=place, remedy="Remove the key")


def _check_place(chosen: WebSettings, where: str) -> None:
    if bool(chosen.tls_certificate) != bool(chosen.tls_key):
        raise ConfigurationError("tls_certificate and tls_key go together", where=f"{where} [web]")
    local = chosen.host in _LOOPBACK
    if chosen.trial and not local:
        raise ConfigurationError(
            "a trial is served to this machine only", where=f"{where} [web] host", remedy="Use 127.0.0.1, or production"
        )
    if not local and not chosen.address:
        raise ConfigurationError(
            "the address that people type is missing", where=f"{where} [web] address", remedy="Such as https://..."
        )
    if not local and not chosen.tls_certificate:
        raise ConfigurationError(
            "without a certificate the page is served to this machine only",
            where=f"{where} [web] host",
            remedy="Give tls_certificate and tls_key, or 127.0.0.1 and a proxy in front",
        )


def _check_oidc(chosen: WebSettings, where: str) -> None:
    if bool(chosen.oidc_issuer) != bool(chosen.oidc_client):
        raise ConfigurationError("oidc_issuer and oidc_client go together", where=f"{where} [web]")
    if chosen.oidc_issuer and not chosen.oidc_acr and not chosen.trial:
        raise ConfigurationError(
            "the level of authentication that the office's sign-in must vouch for is missing",
            where=f"{where} [web] oidc_acr",
            remedy="Ask whoever runs it for the acr of two factors",
        )


def check_safe(chosen: WebSettings, accounts: AccountSettings, secret: bytes, *, where: str) -> None:
    """Refuse to serve in a way that would not be safe for residents' data.

    Raises:
        ConfigurationError: a short or patterned secret; in production sign-in without a second factor, or passwords
            whose hashes are too little work.
    """
    if len(secret) < SECRET_BYTES or _is_patterned(secret):
        raise ConfigurationError(
            f"the project's secret must be {SECRET_BYTES} random characters",
            where=where,
            remedy='Make one: python -c "import secrets; print(secrets.token_hex(32))"',
        )
    if chosen.trial:
        return
    if not accounts.second_factor:
        raise ConfigurationError(
            "second_factor cannot be switched off in production", where=f"{where} [web]", remedy="Remove the key"
        )
    for key, least in (("argon2_memory_kib", MEMORY_KIB), ("argon2_time_cost", PASSES)):
        if getattr(accounts, key) < least:
            raise ConfigurationError(
                f"{key} must be at least {least} in production", where=f"{where} [web]", remedy="Remove the key"
            )


def _is_patterned(secret: bytes) -> bool:
    neighbours = set(pairwise(secret))
    steps = {after - before for before, after in neighbours}
    return len(set(secret)) < _SIGNS or len(steps) < _STEPS or len(neighbours) < _PAIRS
