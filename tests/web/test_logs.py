"""The log of the server tells what went wrong and where, never what it was about."""

from __future__ import annotations

import json
import logging
import threading
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from fastapi import FastAPI

from linkage.web.logs import LogFormat, log_to_standard_error
from linkage.web.server import address_of, listening, server_of
from linkage.web.settings import WebSettings

CANARY = "3273015708900001 SARI WULAN"


@pytest.mark.parametrize("log_format", ["json", "text"])
def test_a_crash_is_told_by_its_kind_and_place_and_without_a_value(
    app: FastAPI, loggers_as_before: None, capsys: pytest.CaptureFixture[str], log_format: LogFormat
) -> None:
    log_to_standard_error(log_format)

    def crash(q: str) -> None:
        name = q
        raise RuntimeError(f"no place for {name}") from ValueError(name)

    app.router.add_api_route("/jatuh", crash)
    settings = WebSettings(port=0)
    server = server_of(app, settings)
    with listening(settings) as taken:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [taken]})
        thread.start()
        with pytest.raises(HTTPError) as answered:
            urlopen(f"{address_of(settings, taken)}/jatuh?q=3273015708900001%20SARI%20WULAN")
        server.should_exit = True
        thread.join()
    page = answered.value.read().decode()
    answered.value.close()
    assert answered.value.code == 500
    log = capsys.readouterr().err
    for part in CANARY.split():
        assert part not in log
        assert part not in page
    (line,) = [line for line in log.splitlines() if "RuntimeError" in line]
    assert "RuntimeError at crash:" in line
    if log_format == "json":
        assert json.loads(line)["level"] == "error"


def test_what_a_library_warns_of_is_one_line_too(loggers_as_before: None, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_standard_error("text")
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("sqlalchemy.pool").exception("the connection\nis\x1b[2J gone")
    (line,) = capsys.readouterr().err.splitlines()
    assert "the connection?is?[2J gone | ValueError at " in line
    assert "SARI" not in line


def test_quiet_leaves_out_all_but_warnings(loggers_as_before: None, capsys: pytest.CaptureFixture[str]) -> None:
    log_to_standard_error("json", quiet=True)
    logging.getLogger("uvicorn.error").info("started")
    logging.getLogger("uvicorn.error").warning("late")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["late"]
