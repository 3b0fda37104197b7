"""A full extract closes what it no longer has, unless so much is gone or unreadable that it is itself to blame."""

from __future__ import annotations

from pathlib import Path

import pytest

from linkage.errors import InputDataError
from linkage.nightly.closing import ClosingRules, check_size, decide_closing
from linkage.nightly.extract import Extract


def full(*, kind="full", confirmed=False):
    return Extract("3374", 20260601, 1, kind, Path(f"3374_{kind}_20260601_1.csv"), confirmed=confirmed)


def check(standing, absent, rows=1000, rules=None, **identity):
    check_size(full(**identity), standing=standing, absent=absent, rows=rows, rules=rules or ClosingRules())


def decide(absent, *, spared=0, unrecognised=0, codes=(), **identity):
    return decide_closing(
        full(**identity), absent=absent, spared=spared, unrecognised=unrecognised, codes=codes, rules=ClosingRules()
    )


@pytest.mark.parametrize(
    ("standing", "absent", "rows", "taken"),
    [
        (1000, 0, 1000, True),
        (1000, 1, 999, True),
        (1000, 300, 700, True),
        (1000, 301, 699, False),
        (1000, 1000, 1000, False),
        (12, 10, 2, True),
        (12, 11, 1, False),
        (5, 5, 0, False),
        (0, 0, 0, True),
    ],
)
def test_an_extract_that_would_close_an_improbable_share_is_refused_unless_confirmed(standing, absent, rows, taken):
    if not taken:
        with pytest.raises(InputDataError, match=f"would close {absent:,} of the region's {standing:,} st") as caught:
            check(standing, absent, rows)
        assert caught.value.code == "EXTRACT_SHRUNK"
        assert "confirmed = true" in caught.value.remedy
    else:
        check(standing, absent, rows)
    check(standing, absent, rows, confirmed=True)
    check(standing, absent, rows, kind="delta")


def test_the_share_is_a_setting():
    check(1000, 900, rules=ClosingRules(largest_closed_share=1.0))
    with pytest.raises(InputDataError):
        check(1000, 11, rules=ClosingRules(largest_closed_share=0.0))


@pytest.mark.parametrize(("kind", "absent", "closes"), [("full", 3, True), ("full", 0, False), ("delta", 3, False)])
def test_only_a_full_extract_closes_and_only_what_is_absent(kind, absent, closes):
    closing = decide(absent, kind=kind)
    assert (closing.close, closing.facts) == (closes, ())


@pytest.mark.parametrize(
    ("absent", "spared", "unrecognised", "codes", "closes", "noticed"),
    [
        (200, 0, 2, ("FIELDS_TOO_FEW",), True, {"CLOSED_WITH_REJECTS": 2}),
        (200, 0, 3, ("FIELDS_TOO_FEW",), False, {"CLOSING_POSTPONED": 200}),
        (1, 0, 1, ("NAME_MISSING",), False, {"CLOSING_POSTPONED": 1}),
        (200, 0, 1, ("ROW_TOO_LONG",), False, {"CLOSING_POSTPONED": 200}),
        (0, 0, 50, ("NAME_MISSING",), False, {}),
        (200, 4, 0, ("FIELDS_TOO_FEW",), True, {"CLOSING_SPARED": 4}),
        (4, 4, 0, ("FIELDS_TOO_FEW",), False, {"CLOSING_SPARED": 4}),
        (4, 4, 9, ("FIELDS_TOO_FEW",), False, {"CLOSING_SPARED": 4}),
        (200, 4, 1, ("FIELDS_TOO_FEW",), True, {"CLOSING_SPARED": 4, "CLOSED_WITH_REJECTS": 1}),
        (104, 4, 2, ("FIELDS_TOO_FEW",), False, {"CLOSING_POSTPONED": 104}),
    ],
)
def test_rows_that_tell_nobody_stop_the_closing_unless_they_are_few_beside_the_absent_records(
    absent, spared, unrecognised, codes, closes, noticed
):
    closing = decide(absent, spared=spared, unrecognised=unrecognised, codes=codes)
    assert closing.close is closes
    assert {fact.code: fact.count for fact in closing.facts} == noticed


def test_a_sender_who_confirms_closes_in_spite_of_rejected_rows_and_that_is_said():
    closing = decide(5, unrecognised=4, codes=("ROW_TOO_LONG",), confirmed=True)
    assert (closing.close, [fact.code for fact in closing.facts]) == (True, ["CLOSED_WITH_REJECTS"])
