"""Standardisers are total on any Unicode and idempotent, comparisons symmetric, and a missing value never helps.

What holds of every text stands in ``fuzz/name_checks.py`` and ``fuzz/value_checks.py``. The long run, led by coverage,
is ``benchmarks/fuzz_standardise.py``.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import in_new_process
from tests.intake.fuzz.edits import PLACES, TEXT_ACTS, Edit, edited
from tests.standardise.fuzz.fields import fields_of, seed
from tests.standardise.fuzz.findings import FINDINGS, Finding
from tests.standardise.fuzz.targets import targets

TARGETS = targets()
EXAMPLES = {"pair": 60, "address": 60, "name": 150}
"""Examples of a target, else 200: some checks take longer."""

edits = st.lists(st.builds(Edit, st.sampled_from(TEXT_ACTS), *[st.integers(0, PLACES - 1)] * 2), max_size=4)
contexts = st.tuples(st.integers(0, 255), st.integers(0, 255))
texts = st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40), min_size=1, max_size=3)


@pytest.mark.parametrize("finding", FINDINGS, ids=lambda finding: finding.name)
def test_a_finding_stays_mended(finding: Finding) -> None:
    TARGETS[finding.target].check(finding.data)


@pytest.mark.no_cover
@pytest.mark.parametrize("name", TARGETS)
def test_what_must_hold_holds_of_edited_values(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=EXAMPLES.get(name, 200), suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(target.seeds), edits, contexts)
    def check(data: bytes, changes: list[Edit], context: tuple[int, int]) -> None:
        target.check(edited(bytes(context) + data[2:], changes, target.words))

    check()


@pytest.mark.no_cover
@pytest.mark.parametrize("name", TARGETS)
def test_what_must_hold_holds_of_any_unicode(name: str) -> None:
    target = TARGETS[name]

    @settings(max_examples=EXAMPLES.get(name, 200) // 2, suppress_health_check=list(HealthCheck))
    @given(texts, contexts)
    def check(listed: list[str], context: tuple[int, int]) -> None:
        target.check(seed(*listed, first=context[0], second=context[1]))

    check()


@given(texts, contexts)
def test_texts_and_context_survive_as_bytes(listed: list[str], context: tuple[int, int]) -> None:
    fields = fields_of(seed(*listed, first=context[0], second=context[1]))
    assert (list(fields.texts), fields.first, fields.second) == (listed, *context)


@pytest.mark.soak
def test_a_short_run_led_by_coverage_finds_nothing(tmp_path: Path) -> None:
    command = ["-m", "benchmarks.fuzz_standardise", "address", "--runs", "300", "--seed", "1", "--work", str(tmp_path)]
    done = in_new_process(command)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "stat::number_of_executed_units: 300" in done.stderr
    assert not list((tmp_path / "address").glob("*-*"))


@pytest.mark.slow
def test_a_run_led_by_coverage_finds_what_is_wrong_and_keeps_it(tmp_path: Path) -> None:
    """Two missing places that should be more than missing stand for a fault."""
    script = (
        "import sys, tests.standardise.fuzz.value_checks as checks; checks.MISSING = 1;"
        "from benchmarks.fuzz_standardise import main; main(sys.argv[1:])"
    )
    done = in_new_process(["-c", script, "place", "--runs", "9999", "--seed", "1", "--work", str(tmp_path)])
    assert "AssertionError" in done.stderr + done.stdout
    assert done.returncode != 0
    assert list((tmp_path / "place").glob("crash-*"))
