"""What watches a job: bars on a terminal, short lines elsewhere, JSON for machines; and how stages are told."""

from __future__ import annotations

import io
import json

import pytest

from linkage.progress import Silent, Stages, peak_memory_bytes
from linkage.terminal import Bars, JsonLog, PlainLines, observer_for


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stream", "log_format", "quiet", "expected"),
    [
        (Terminal(), "text", False, Bars),
        (io.StringIO(), "text", False, PlainLines),
        (Terminal(), "text", True, Silent),
        (Terminal(), "json", False, JsonLog),
        (io.StringIO(), "json", True, JsonLog),
    ],
)
def test_who_watches_depends_on_the_stream_and_the_options(stream, log_format, quiet, expected):
    assert type(observer_for(stream, log_format=log_format, quiet=quiet)) is expected


def job(observer) -> Stages:
    """A small job: two stages and a warning whose words look like markup."""
    stages = Stages(observer)
    with stages.stage("compare") as counts:
        observer.stage_progressed("compare", 500, 12_345)
        observer.stage_progressed("compare", 12_345, 12_345)
        counts["pairs_compared"] = 12_345
        counts["pairs_survived"] = 0
    stages.warn("[bold]kota.csv[/bold]: something")
    with stages.stage("write"):
        pass
    return stages


def test_bars_show_every_stage_its_length_and_the_warnings_as_they_are():
    stream = Terminal()
    bars = Bars(stream)
    job(bars)
    bars.close()
    shown = stream.getvalue()
    assert "comparing pairs" in shown
    assert "12,345 pairs compared" in shown
    assert "writing" in shown
    assert "warning: [bold]kota.csv[/bold]: something" in shown


def test_bars_leave_the_terminal_as_it_was_when_a_stage_fails():
    stream = Terminal()
    bars = Bars(stream)
    stages = Stages(bars)
    with pytest.raises(ZeroDivisionError), stages.stage("compare"):
        raise ZeroDivisionError
    bars.close()
    bars.close()
    assert stream.getvalue().endswith("\x1b[?25h"), "the cursor is shown again"


def test_lines_say_each_stage_once_with_the_counts_that_are_not_zero():
    stream = io.StringIO()
    job(PlainLines(stream))
    assert stream.getvalue().splitlines() == [
        "comparing pairs: 0.0 s (pairs compared 12,345)",
        "warning: [bold]kota.csv[/bold]: something",
        "writing: 0.0 s",
    ]


def test_json_lines_are_complete_and_progress_comes_every_few_seconds_only():
    stream = io.StringIO()
    job(JsonLog(stream))
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line.get("stage")) for line in lines] == [
        ("stage_started", "compare"),
        ("stage_progressed", "compare"),
        ("stage_finished", "compare"),
        ("warned", None),
        ("stage_started", "write"),
        ("stage_finished", "write"),
    ]
    assert (lines[1]["done"], lines[1]["planned"]) == (500, 12_345)
    assert lines[2]["counts"] == {"pairs_compared": 12_345, "pairs_survived": 0}


def test_stages_are_kept_with_time_memory_counts_and_warnings_for_the_manifest():
    stages = job(Silent())
    compare, write = stages.records
    assert (compare.name, write.name) == ("compare", "write")
    assert compare.counts == {"pairs_compared": 12_345, "pairs_survived": 0}
    assert compare.seconds >= 0
    assert 1 << 20 < compare.peak_memory_bytes <= peak_memory_bytes()
    assert stages.warnings == ["[bold]kota.csv[/bold]: something"]


def test_a_stage_that_fails_is_not_kept_as_done():
    stages = Stages(Silent())
    with pytest.raises(ZeroDivisionError), stages.stage("compare"):
        raise ZeroDivisionError
    assert stages.records == []
