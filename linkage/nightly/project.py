"""A nightly project: ``linkage.toml`` and what it points to."""

from __future__ import annotations

import os
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from linkage.errors import ConfigurationError, InputMissingError
from linkage.nightly.intake_settings import SETTINGS, IntakeSettings, intake_settings
from linkage.reference.settings import KEYS as PUBLISH_KEYS
from linkage.reference.settings import PublishSettings, publish_settings
from linkage.review.settings import QueueSettings, queue_settings
from linkage.run.outputs import writing
from linkage.run.spec_file import read_spec
from linkage.spec import SurvivorshipRules
from linkage.telemetry.settings import KEYS as TELEMETRY_KEYS
from linkage.telemetry.settings import TelemetrySettings, telemetry_settings

_KNOWN: Final[Mapping[str, tuple[str, ...] | None]] = {
    "project": ("workspace", "out"),
    "intake": ("inbox", "quarantine", "spec", "region_codes", *SETTINGS),
    "database": ("url",),
    "model": ("path",),
    "keys": ("env",),
    "queue": tuple(field.name for field in fields(QueueSettings)),
    "publish": PUBLISH_KEYS,
    "telemetry": TELEMETRY_KEYS,
    "web": None,  # checked by the page when it is served
}
_KEY_BYTES: Final = 32


@dataclass(frozen=True)
class Project:
    """Where a nightly project lives. Paths are absolute; ``spec`` is None for the built-in residents spec.

    ``quarantine``: where refused files go from the inbox, in its folder unless it is said otherwise.

    ``region_codes``: a file of older regency codes, or None. ``intake``: how extracts are read and judged.

    ``queue``: how the review queue works. ``web``: the table ``[web]`` as it stands, which the page checks when it is
    served.

    ``publish``: what is published, and from when on a supervisor is asked. ``telemetry``: where metrics and lineage go.

    ``key_variable``: name of the environment variable that holds the secret for fingerprints, or "".
    """

    file: Path
    workspace: Path
    out: Path
    inbox: Path
    quarantine: Path
    spec: Path | None
    region_codes: Path | None
    intake: IntakeSettings
    database_url: str
    model: str
    key_variable: str
    queue: QueueSettings
    web: Mapping[str, Any]
    publish: PublishSettings
    telemetry: TelemetrySettings

    def secret(self) -> bytes:
        """Return the project's secret: the environment variable named in ``[keys] env``, else a file in the workspace.

        The file is made, readable by its owner only, the first time it is needed.

        Raises:
            ConfigurationError: the variable is not set, or shorter than 32 characters.
        """
        if self.key_variable:
            value = os.environ.get(self.key_variable, "")
            if len(value) < _KEY_BYTES:
                raise ConfigurationError(
                    f"environment variable {self.key_variable} must hold at least {_KEY_BYTES} characters",
                    where=str(self.file),
                )
            return value.encode()
        path = self.workspace / "secret"
        with writing(path):
            if not path.exists():
                descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                with os.fdopen(descriptor, "w") as stream:
                    stream.write(secrets.token_hex(_KEY_BYTES))
            return path.read_bytes()

    def survivorship(self) -> SurvivorshipRules:
        """Return by which rules a value would stay, as the spec says.

        Raises:
            InputMissingError: no such spec. SpecError: it is wrong.
        """
        return read_spec(self.spec).survivorship


def load_project(file: Path) -> Project:
    """Return the project described by a ``linkage.toml``; relative paths count from the file.

    Raises:
        InputMissingError: no such file. ConfigurationError: not TOML, or a table or key it does not know.
    """
    if not file.is_file():
        raise InputMissingError("no project file", where=str(file), remedy="Make one, or let 'linkage synth' write one")
    try:
        data = tomllib.loads(file.read_text(encoding="utf-8"))
    except (ValueError, RecursionError) as error:  # no TOML, no UTF-8, a number of thousands of digits, endless nesting
        raise ConfigurationError(f"not valid TOML: {error}", where=str(file)) from error
    _check(data, file)
    base = file.resolve().parent

    def text(table: str, key: str, default: str) -> str:
        return str(data.get(table, {}).get(key, default))

    workspace = base / text("project", "workspace", "workspace")
    inbox = base / text("intake", "inbox", "inbox")
    quarantine = text("intake", "quarantine", "")
    spec = text("intake", "spec", "")
    codes = text("intake", "region_codes", "")
    model = text("model", "path", "")
    return Project(
        file=file.resolve(),
        workspace=workspace,
        out=base / text("project", "out", "out"),
        inbox=inbox,
        quarantine=base / quarantine if quarantine else inbox.parent / "quarantine",
        spec=base / spec if spec else None,
        region_codes=base / codes if codes else None,
        intake=intake_settings(data.get("intake", {}), where=str(file)),
        database_url=_from_file(text("database", "url", f"sqlite:///{workspace / 'queue.db'}"), base),
        model=str(base / model) if model.endswith(".json") else model,
        key_variable=text("keys", "env", ""),
        queue=queue_settings(data.get("queue", {}), where=str(file)),
        web=MappingProxyType(data.get("web", {})),
        publish=publish_settings(data.get("publish", {}), where=str(file)),
        telemetry=telemetry_settings(data.get("telemetry", {}), base=base, workspace=workspace),
    )


def _from_file(url: str, base: Path) -> str:
    """Return the URL with a relative SQLite path counted from the project file, not from the working folder."""
    scheme, _, path = url.partition(":///")
    if scheme != "sqlite" or not path or path == ":memory:":
        return url
    return f"sqlite:///{base / path}"


def _check(data: Mapping[str, Any], file: Path) -> None:
    for table, content in data.items():
        if table not in _KNOWN or not isinstance(content, dict):
            raise ConfigurationError(f"unknown table [{table}]", where=str(file), remedy=f"Known: {', '.join(_KNOWN)}")
        known = _KNOWN[table]
        if known is None:
            continue
        for key, value in content.items():
            if key not in known:
                raise ConfigurationError(
                    f"unknown key {key!r} in [{table}]", where=str(file), remedy=f"Known: {', '.join(known)}"
                )
            if table not in ("queue", "publish") and key not in SETTINGS and (not isinstance(value, str) or not value):
                raise ConfigurationError(f"{key} in [{table}] must be a text", where=str(file))
