"""The audit chain as a value."""

from dataclasses import replace

import pytest

from linkage.review.audit import GENESIS, AuditHead, check_chain, seal


def chain(length):
    head, rows = AuditHead(0, GENESIS), []
    for number in range(length):
        rows.append(seal(head, {"action": "load", "run": f"run{number}"}))
        head = AuditHead(rows[-1].seq, rows[-1].hash)
    return rows, head


def test_an_untouched_chain_is_sound_and_tells_its_head():
    rows, head = chain(5)
    report = check_chain(rows, {}, head, anchor=AuditHead(3, rows[2].hash))
    assert (report.sound, report.rows, report.head) == (True, 5, head)
    assert check_chain([], {}, AuditHead(0, GENESIS)).sound


@pytest.mark.parametrize("at", [1, 2, 4])
def test_a_row_rewritten_with_a_fitting_hash_breaks_at_the_next(at):
    rows, head = chain(5)
    before = AuditHead(at - 1, rows[at - 2].hash if at > 1 else GENESIS)
    rows[at - 1] = seal(before, {"action": "load", "run": "forged"})
    assert check_chain(rows, {}, head).first_bad == at + 1


def test_a_chain_rewritten_to_its_end_is_found_by_its_head_and_its_anchor():
    rows, head = chain(3)
    rows[2] = seal(AuditHead(2, rows[1].hash), {"action": "load", "run": "forged"})
    forged = AuditHead(3, rows[2].hash)
    assert check_chain(rows, {}, head).first_bad == 4
    assert check_chain(rows, {}, forged).sound
    assert check_chain(rows, {}, forged, anchor=head).first_bad == 3


def test_rows_that_changed_places_or_were_repeated_break_where_they_begin():
    rows, head = chain(4)
    assert check_chain([rows[0], rows[2], rows[1], rows[3]], {}, head).first_bad == 2
    moved = [rows[0], replace(rows[2], seq=2), replace(rows[1], seq=3), rows[3]]
    assert check_chain(moved, {}, head).first_bad == 2
    assert check_chain([rows[0], rows[1], rows[1], *rows[2:]], {}, head).first_bad == 3
