"""What keeps the page from being served unsafely (check 25), beside what ``tests/cli/test_serve.py`` tries."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import pytest

from linkage.accounts.settings import DEFAULTS as ACCOUNTS
from linkage.errors import ConfigurationError
from linkage.web.settings import DEFAULTS, WebSettings, check_safe

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    "secret",
    [
        b"",
        b"pendek",
        b"9f2c51d07be84a63c0175ed92ab4f8",
        b"\0" * 64,
        b"a" * 64,
        b"changeme" * 8,
        b"rahasia-rahasia-" * 4,
        b"0123456789abcdef" * 4,
        b"abcdefghijklmnopqrstuvwxyz0123456789",
        bytes(range(64)),
        b"1234567890" * 5,
    ],
    ids=ascii,
)
def test_a_secret_that_is_short_or_typed_is_refused_and_not_repeated(secret: bytes) -> None:
    for settings in (DEFAULTS, WebSettings(mode="trial")):
        with pytest.raises(ConfigurationError, match="32 random characters") as refused:
            check_safe(settings, ACCOUNTS, secret, where="linkage.toml")
        assert not secret or secret.decode("latin-1") not in str(refused.value)


def test_a_random_secret_is_taken() -> None:
    for length in (16, 32, 64):
        for _ in range(200):
            check_safe(DEFAULTS, ACCOUNTS, secrets.token_hex(length).encode(), where="linkage.toml")


def test_no_key_stands_in_the_repository() -> None:
    begins = re.compile("-----BEGIN " + "[A-Z ]*PRIVATE KEY")
    folders = [ROOT / name for name in ("linkage", "tests", "jobs", "benchmarks", "docs", "scripts", "requirements")]
    found = [file for folder in folders for file in folder.rglob("*") if file.is_file()]
    # Where benchmarks keep what they compute.
    files = [file for file in found if "work" not in file.parts[len(ROOT.parts) :]]
    assert len(files) > 500
    texts = [file for file in files if file.suffix in (".py", ".md", ".toml", ".sh", ".txt", ".json", ".yml")]
    assert not [file for file in texts if begins.search(file.read_text(encoding="utf-8", errors="replace"))]
    kinds = (".pem", ".key", ".p12", ".pfx", ".env", ".pkl", ".joblib")
    assert not [file for file in files if file.name.endswith(kinds)]
