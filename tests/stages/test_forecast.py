"""A forecast from a sample is what a forecast from all pairs is, within its error."""

from __future__ import annotations

from dataclasses import replace

import pytest

from linkage.encode import encode
from linkage.intake import read_inputs
from linkage.spec import RuleSpec
from linkage.stages.candidates import plan_candidates
from linkage.stages.forecast import Forecast, forecast
from tests.small_register import DENPASAR, SEMARANG, people, residents_spec, table

RULES = (
    RuleSpec("name", ("nama.first",)),
    RuleSpec("town", ("tempat_lahir", "jenis_kelamin")),
    RuleSpec("mother", ("nama_ibu.first",)),
)
SPEC = replace(residents_spec(), rules=RULES)


@pytest.fixture(scope="module")
def by_draws() -> dict[int, Forecast]:
    rows = [*people(300, SEMARANG, seed=7), *people(300, DENPASAR, seed=8)]
    records = encode(read_inputs([table(rows)], SPEC).accepted, SPEC, latest_year=2026)
    candidates = plan_candidates(records, SPEC)
    return {draws: forecast(candidates, records, SPEC, threads=1, draws=draws) for draws in (3_000, 10**6)}


def test_a_sample_foretells_what_all_pairs_are(by_draws):
    sampled, all_pairs = by_draws[3_000], by_draws[10**6]
    assert all_pairs.compared.exact
    assert not sampled.compared.exact
    assert sampled.compared.pairs == pytest.approx(all_pairs.compared.pairs, rel=0.05)
    for one, other in zip(sampled.rules, all_pairs.rules, strict=True):
        assert one.cost.report == other.cost.report
        assert one.cost.compared.pairs == pytest.approx(other.cost.compared.pairs, rel=0.1)
        assert one.cost.alone.pairs == pytest.approx(other.cost.alone.pairs, rel=0.1)


def test_what_rules_compare_adds_up_to_the_run(by_draws):
    for told in by_draws.values():
        assert sum(rule.cost.compared.pairs for rule in told.rules) == pytest.approx(told.compared.pairs)
        assert sum(rule.seconds for rule in told.rules) == pytest.approx(told.seconds)
