"""Anchors in a file, and reasons as people write them."""

from datetime import timedelta, timezone

import pytest

from linkage.errors import InputDataError, InputMissingError, OutputError, UsageError
from linkage.review.anchors import anchor_line, append_anchor, read_anchors
from linkage.review.audit import START, AuditHead
from linkage.review.reasons import free_text, needed_text
from tests.oracles.queue_cases import NOON, later

FIRST, SECOND = AuditHead(7, "a" * 64), AuditHead(9, "0" * 63 + "f")


def test_what_was_appended_is_read_back_in_its_order(tmp_path):
    file = tmp_path / "anchors.jsonl"
    for head in (START, FIRST, SECOND):
        append_anchor(file, head, NOON)
    assert read_anchors(file) == (START, FIRST, SECOND)


def test_a_line_tells_number_hash_and_instant_in_utc():
    wib = timezone(timedelta(hours=7))
    line = anchor_line(FIRST, later(0.5).astimezone(wib))
    assert line == f'{{"seq": 7, "hash": "{"a" * 64}", "at": "2026-11-21T12:00:30+00:00"}}'


def test_a_line_that_was_cut_off_does_not_swallow_the_next(tmp_path):
    file = tmp_path / "anchors.jsonl"
    append_anchor(file, FIRST, NOON)
    with file.open("ab") as stream:
        stream.write(b'{"seq": 8')
    append_anchor(file, SECOND, NOON)
    with pytest.raises(InputDataError, match="line 2"):
        read_anchors(file)
    lines = file.read_text().splitlines()
    file.write_text("\n\n".join([lines[0], lines[2]]))
    assert read_anchors(file) == (FIRST, SECOND)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "[]",
        "17",
        '{"seq": 1}',
        f'{{"seq": "1", "hash": "{"a" * 64}"}}',
        f'{{"seq": true, "hash": "{"a" * 64}"}}',
        f'{{"seq": 0, "hash": "{"a" * 64}"}}',
        f'{{"seq": -1, "hash": "{"0" * 64}"}}',
        '{"seq": 1, "hash": "abc"}',
        '{"seq": 1, "hash": null}',
    ],
)
def test_a_file_without_an_anchor_or_with_something_else_is_refused(tmp_path, line):
    file = tmp_path / "anchors.jsonl"
    file.write_text(line)
    with pytest.raises(InputDataError):
        read_anchors(file)


def test_a_file_that_is_not_there_or_cannot_be_written_is_an_error_of_its_own(tmp_path):
    with pytest.raises(InputMissingError):
        read_anchors(tmp_path / "none")
    with pytest.raises(OutputError):
        append_anchor(tmp_path / "none" / "anchors.jsonl", FIRST, NOON)


@pytest.mark.parametrize(
    "text", ["cocokkan KK", "  dua\nbaris\t", "2026-11-21 sampai 2026-12-01", "0812 3456 7890", ""]
)
def test_a_plain_reason_is_kept_without_blanks_at_its_ends(text):
    assert free_text(text, where="case 1") == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "x" * 2001,
        "a\x1b[2J",
        "NIK 3273014101800012",
        "3273.0141.0180.0012",
        "3273 0141 0180 0012 milik R",
        "3273-0141-0180-0012",
        "3273/0141/0180/0012",
        "3273  0141  0180  0012",
        "932730141018000129",
    ],
)
def test_a_reason_with_control_characters_or_a_number_of_16_digits_is_refused_and_not_repeated(text):
    with pytest.raises(UsageError) as caught:
        free_text(text, where="case 1")
    assert text not in str(caught.value)
    assert "0141" not in str(caught.value)


def test_where_a_reason_is_needed_blanks_are_none():
    assert needed_text(" a ", where="case 1") == "a"
    with pytest.raises(UsageError, match="Say why"):
        needed_text(" \n", where="case 1")
