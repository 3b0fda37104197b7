"""``linkage serve`` as an office starts and stops it: in a process of its own, over the network, by signals."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from linkage.cli import main
from tests.conftest import ROOT
from tests.small_register import semarang, write_csv

HEAVY = ("deltalake", "numba", "pandas", "polars", "recordlinkage", "scipy", "sklearn")
SERVING = f"""
import sys
from linkage.cli import main
code = main(sys.argv[1:])
print(sorted(set({HEAVY}) & sys.modules.keys()), flush=True)
sys.exit(code)
"""
BODY = b"name=ani&password=salah&code=000000"
HEAD = (
    b"POST /masuk HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(BODY)
)

Project = Callable[[str], Path]


@pytest.fixture
def project(tmp_path: Path, sqlite_staffed: Path, monkeypatch: pytest.MonkeyPatch, loggers_as_before: None) -> Project:
    """A function that writes a project with these lines, over a queue with its staff."""
    monkeypatch.delenv("LINKAGE_USER", raising=False)
    (tmp_path / "workspace").mkdir()
    shutil.copy(sqlite_staffed, tmp_path / "workspace" / "queue.db")

    def written(lines: str) -> Path:
        file = tmp_path / "linkage.toml"
        file.write_text(lines, encoding="utf-8")
        return file

    return written


@contextmanager
def serving(file: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The page's process, and the address it prints."""
    command = [sys.executable, "-W", "error", "-c", SERVING, "serve", "--project", str(file), "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "--log-format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        cwd=file.parent,
    ) as process:
        try:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("open "), process.stderr.read() if process.stderr else ""
            yield process, first.split()[1]
        finally:
            process.kill()


def knock(address: str, certificate: Path | None) -> socket.socket:
    """A connection to the page."""
    parts = urlsplit(address)
    assert parts.port is not None
    plain = socket.create_connection(("127.0.0.1", parts.port), timeout=60)
    if certificate is None:
        return plain
    return ssl.create_default_context(cafile=certificate).wrap_socket(plain, server_hostname="localhost")


def read_all(connection: socket.socket) -> bytes:
    """What comes until the page closes the connection."""
    came = b""
    with suppress(ssl.SSLEOFError):
        while part := connection.recv(65_536):
            came += part
    return came


def wait_until_closed(address: str) -> None:
    """Until the page takes no more connections."""
    parts = urlsplit(address)
    while True:
        try:
            socket.create_connection(("127.0.0.1", parts.port or 0), timeout=60).close()
        except ConnectionResetError:
            continue  # it was closed with this one still in the queue
        except ConnectionRefusedError:
            return


def write_certificate(folder: Path) -> Path:
    """A certificate of localhost, signed by itself, and its key beside it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(IPv4Address("127.0.0.1"))])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(plain)
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    return folder / "certificate.pem"


@pytest.mark.slow
@pytest.mark.parametrize(("stop", "secure"), [(signal.SIGTERM, False), (signal.SIGINT, True)])
def test_it_serves_until_it_is_stopped_and_then_answers_what_it_was_asked_before(
    project: Project, tmp_path: Path, stop: signal.Signals, secure: bool
) -> None:
    certificate = write_certificate(tmp_path) if secure else None
    # The paths count from the project's file.
    file = project('[web]\ntls_certificate = "certificate.pem"\ntls_key = "key.pem"\n' if secure else "")
    with serving(file) as (process, address):
        assert address.startswith("https://localhost:" if secure else "http://localhost:")
        with knock(address, certificate) as connection:
            connection.sendall(HEAD)
            assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
            process.send_signal(stop)
            wait_until_closed(address)
            connection.sendall(BODY)
            answer = read_all(connection).partition(b"\r\n\r\n")
        told, log = process.communicate(timeout=120)
    assert answer[0].startswith(b"HTTP/1.1 401 ")
    assert b"server:" not in answer[0].lower()
    assert "Masuk" in answer[2].decode()
    assert (process.returncode, told) == (0, "[]\n"), "nothing heavy is loaded for the page"
    lines = [json.loads(line) for line in log.splitlines()]
    assert {"ts", "level", "event", "logger"} == set().union(*lines)
    assert "ani" not in log
    assert "salah" not in log


@pytest.mark.parametrize(
    ("lines", "options", "code", "said"),
    [
        ("[web]\nmuka = 1", [], 78, "[web] muka: unknown key. Known: address, "),
        ('[web]\nmode = "latihan"', [], 78, "[web] mode: must be one of production, trial"),
        ('[web]\nmode = "trial"', ["--host", "0.0.0.0"], 78, "[web] host: a trial is served to this machine only"),
        ('[web]\nmode = "trial"\naddress = "http://tinjau.example.id"', [], 78, "a trial is served to this machine"),
        ("", ["--host", "0.0.0.0"], 78, "[web] address: the address that people type is missing"),
        ('[web]\naddress = "http://tinjau.example.id"', [], 78, "[web] address: must begin with https"),
        ('[web]\naddress = "https://t.example.id"', ["--host", "0.0.0.0"], 78, "without a certificate the page is"),
        ('[web]\ntls_key = "key.pem"', [], 78, "tls_certificate and tls_key go together"),
        ('[web]\ntls_key = "none"\ntls_certificate = "none"', [], 78, "the certificate and its key cannot be used"),
        ("[web]\nsecond_factor = false", [], 78, "second_factor cannot be switched off in production"),
        ("[web]\nargon2_memory_kib = 8192", [], 78, "argon2_memory_kib must be at least 19456 in production"),
        ("[web]\nargon2_time_cost = 1", [], 78, "argon2_time_cost must be at least 2 in production"),
        ("[web]\nsession_hours = 1000", [], 78, "[web] session_hours: must be a whole number from 1 to 168"),
        ("", ["--port", "70000"], 78, "[web] port: must be at most 65535"),
        ('[keys]\nenv = "TUNGGAL_SHORT"', [], 78, "environment variable TUNGGAL_SHORT must hold at least 32"),
        ('[keys]\nenv = "TUNGGAL_TYPED"', [], 78, "the project's secret must be 32 random characters. Make one"),
        (
            '[database]\nurl = "sqlite:///elsewhere.db"',
            [],
            2,
            "no run yet, so there is no queue. Start one: linkage run",
        ),
        ('[web]\nmode = "trial"', [], 78, "a trial cannot be held on a queue that people work on. Remove the key"),
    ],
)
def test_what_would_not_be_safe_is_refused_before_anybody_can_knock(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    lines: str,
    options: list[str],
    code: int,
    said: str,
) -> None:
    monkeypatch.setenv("TUNGGAL_SHORT", "pendek")
    monkeypatch.setenv("TUNGGAL_TYPED", "rahasiarahasiarahasiarahasiarahasia")
    assert main(["serve", "--project", str(project(lines)), "--port", "0", *options]) == code
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""


@pytest.mark.parametrize(("lines", "users"), [('[web]\nmode = "trial"\n', False), ("", True)])
def test_after_a_night_a_trial_is_served_at_once_and_another_project_gets_users_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: str, users: bool
) -> None:
    write_csv(tmp_path / "inbox" / "3374_full_20260601_1.csv", semarang())
    (tmp_path / "linkage.toml").write_text(lines, encoding="utf-8")
    assert main(["run", "--quiet", "--project", str(tmp_path / "linkage.toml")]) == 0
    _, _, steps = capsys.readouterr().out.partition("try next:")
    named = [name for name in ("queue user add", "queue invite", "serve") if f"linkage {name} " in steps]
    assert named == (["queue user add", "queue invite", "serve"] if users else ["serve"])


def test_where_no_night_has_been_there_is_nothing_to_serve_and_nothing_is_made(
    tmp_path: Path, loggers_as_before: None, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "linkage.toml"
    file.write_text("", encoding="utf-8")
    assert main(["serve", "--project", str(file), "--port", "0"]) == 2
    assert "no run yet, so there is no queue. Start one: linkage run" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [file]


def test_a_port_that_is_taken_is_named(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert main(["serve", "--project", str(project("")), "--port", str(port)]) == 73
    told = capsys.readouterr().err
    assert f"127.0.0.1:{port}: the page cannot be served there. Address already in use" in told
    assert "--port" in told
