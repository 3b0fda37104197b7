"""What watches a job: bars on a terminal, short lines elsewhere, JSON for machines; and how stages are told."""

from __future__ import annotations

import io
import json

import pytest

from linkage.progress import Pace, Silent, Stages, in_words, peak_memory_bytes
from linkage.terminal import Bars, JsonLog, PlainLines, observer_for


class Clock:
    """Shows what it was set to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


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


def test_a_long_stage_says_every_twenty_seconds_how_much_is_done_and_what_is_left():
    stream, clock = io.StringIO(), Clock()
    lines = PlainLines(stream, clock)
    lines.stage_started("compare")
    for now, done in ((101, 50), (120, 1_000), (125, 1_250), (140, 4_000)):
        clock.now = now
        lines.stage_progressed("compare", done, 16_000)
    assert stream.getvalue().splitlines() == [
        "comparing pairs: 1,000 of 16,000 pairs, 5 min 0 s left",
        "comparing pairs: 4,000 of 16,000 pairs, 2 min 0 s left",
    ]


def test_bars_show_pairs_done_of_pairs_planned_with_the_time_left(monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    stream = Terminal()
    bars = Bars(stream)
    bars.stage_started("compare")
    bars.stage_progressed("compare", 6_000, 12_000)
    bars._progress.refresh()
    bars.close()
    shown = stream.getvalue()
    assert "6,000 of 12,000 pairs" in shown
    assert "0 s left" in shown


@pytest.mark.parametrize("watch", [JsonLog, PlainLines, Bars])
def test_a_note_reaches_who_watches_and_is_no_warning(watch):
    stream = Terminal()
    observer = watch(stream)
    stages = Stages(observer)
    stages.note("[b]compiling[/b]")
    getattr(observer, "close", lambda: None)()
    assert "[b]compiling[/b]" in stream.getvalue()
    assert "warn" not in stream.getvalue()
    assert stages.warnings == []


@pytest.mark.parametrize(
    ("done", "planned", "left"), [(0, 100, None), (25, 100, 30.0), (100, 100, 0.0), (120, 100, 0.0)]
)
def test_the_rest_of_a_stage_takes_as_long_as_its_beginning_did(done, planned, left):
    clock = Clock()
    pace = Pace(clock)
    clock.now += 500
    pace.start()
    clock.now += 10
    assert pace.seconds_left(done, planned) == left


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.4, "0 s"), (59.4, "59 s"), (59.6, "1 min 0 s"), (200, "3 min 20 s"), (7500, "2 h 5 min")]
)
def test_times_are_told_in_words(seconds, words):
    assert in_words(seconds) == words


def test_json_lines_are_complete_and_progress_comes_at_once_and_every_few_seconds():
    stream, clock = io.StringIO(), Clock()
    log = JsonLog(stream, clock)
    log.stage_started("compare")
    for now, done in ((101, 10), (105, 500), (107, 700)):
        clock.now = now
        log.stage_progressed("compare", done, 2_000)
    log.stage_finished("compare", 7.0, {"pairs_compared": 12_345})
    log.warned("something")
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert [(line["event"], line.get("stage")) for line in lines] == [
        ("stage_started", "compare"),
        ("stage_progressed", "compare"),
        ("stage_progressed", "compare"),
        ("stage_finished", "compare"),
        ("warned", None),
    ]
    told = [(line["done"], line["planned"], line["seconds_left"]) for line in lines[1:3]]
    assert told == [(10, 2_000, 199.0), (700, 2_000, 13.0)]
    assert lines[3]["counts"] == {"pairs_compared": 12_345}


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


@pytest.mark.parametrize("sign", ["\n", "\r", "\r\n", "\u2028", "\x85", "\x1b[2K"])
def test_no_message_forges_a_line_of_a_log(sign):
    message = f"kota.csv{sign}all is well"
    stream = io.StringIO()
    log = JsonLog(stream, run_id="r1")
    log.warned(message)
    log.failed("InputDataError", message, 65)
    lines = stream.getvalue().splitlines()
    assert [json.loads(line)["message"] for line in lines] == [message, message]
    assert [json.loads(line)["run_id"] for line in lines] == ["r1", "r1"]
    plain = io.StringIO()
    PlainLines(plain).warned(message)
    assert len(plain.getvalue().splitlines()) == 1
    assert "\x1b" not in plain.getvalue()
