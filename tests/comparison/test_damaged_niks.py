"""A NIK that breaks the numbering rules is no NIK to block by or to be equal to, but a slip of one is seen."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.comparison.pair_pass import build_weights
from linkage.encode import encode
from linkage.engine.local import LocalEngine
from linkage.spec import parse_spec
from linkage.stages.candidates import plan_candidates

SPEC = """
name = "numbers"
[[field]]
name = "nik"
kind = "nik"
[[field]]
name = "nik_ibu"
kind = "nik"
[[field]]
name = "group"
kind = "category"
[[comparison]]
name = "nik"
field = "nik"
kernel = "nik"
levels = ["equal", "typo", "prefix", "sex_shift"]
keep = true
[[comparison]]
name = "mother"
field = "nik_ibu"
kernel = "equal"
levels = ["equal"]
[[rule]]
name = "nik"
keys = ["nik"]
[[rule]]
name = "first12"
keys = ["nik.first12"]
[[rule]]
name = "slip"
keys = ["nik.deletions"]
[[rule]]
name = "group"
keys = ["group"]
"""
GOOD, OTHER, TWIN = "3273010203900001", "3301011507850044", "3273010203900002"
MONTH, SHORT, SERIAL = "3273010213900001", "327301203900001", "3273010203900000"
MISSING, DIFFERENT, PREFIX, TYPO, EQUAL = 0, 1, 3, 4, 5


def survivors(niks: list[str], least: float, *, group: str | None = "A", weight: float = 1.0):
    spec = parse_spec(SPEC)
    n = len(niks)
    columns = {
        "record_id": pa.array([f"r{k}" for k in range(n)]),
        "nik": pa.array(niks, pa.string()),
        "nik_ibu": pa.array(niks, pa.string()),
        "group": pa.array([group] * n, pa.string()),
    }
    candidates = plan_candidates(encode(pa.table(columns), spec, latest_year=2026), spec)
    table = np.zeros((2, 16))
    table[0, DIFFERENT : EQUAL + 1] = [-5.0, weight, 2 * weight, 3 * weight, 4 * weight]
    return LocalEngine(1).survive(candidates.work, build_weights(table, spec, candidates.work.program, least))


@pytest.mark.parametrize(
    ("left", "right", "nik", "mother"),
    [
        (GOOD, GOOD, EQUAL, EQUAL - 3),
        (GOOD, OTHER, DIFFERENT, DIFFERENT),
        (GOOD, MONTH, TYPO, MISSING),
        (GOOD, SHORT, TYPO, MISSING),
        (GOOD, SERIAL, PREFIX, MISSING),
        (OTHER, MONTH, MISSING, MISSING),
        (MONTH, MONTH, TYPO, MISSING),
        (MONTH, SHORT, MISSING, MISSING),
        (GOOD, "1234567890123456", MISSING, MISSING),
        ("1234567890123456", "1234567890123456", MISSING, MISSING),
    ],
)
def test_a_damaged_number_is_a_slip_away_or_missing_and_never_equal_or_different(
    left: str, right: str, nik: int, mother: int
) -> None:
    for niks in ([left, right], [right, left]):
        (levels,) = survivors(niks, least=-100.0).levels.tolist()
        assert levels == [nik, mother]


def test_records_meet_by_a_good_number_and_never_by_a_damaged_one() -> None:
    assert survivors([GOOD, GOOD], -100.0, group=None).left.size == 1
    assert survivors([GOOD, TWIN], -100.0, group=None).left.size == 1
    for niks in ([MONTH, MONTH], [GOOD, MONTH], [SERIAL, GOOD], [SHORT, SHORT]):
        assert survivors(niks, -100.0, group=None).compared == 0


def test_equal_good_numbers_are_kept_whatever_their_weight_and_equal_damaged_ones_are_not() -> None:
    assert survivors([GOOD, GOOD], 100.0).left.size == 1
    assert survivors([MONTH, MONTH], 100.0).left.size == 0


@pytest.mark.parametrize("weight", [1.0, -1.0])
@pytest.mark.parametrize("niks", [[GOOD, MONTH], [MONTH, MONTH], [OTHER, MONTH]])
def test_a_pair_with_a_damaged_number_survives_exactly_when_its_weight_reaches_the_least(
    niks: list[str], weight: float
) -> None:
    total = 0.0 if OTHER in niks else 3 * weight
    assert survivors(niks, total, weight=weight).weight.tolist() == [total]
    assert survivors(niks, total + 0.5, weight=weight).left.size == 0
