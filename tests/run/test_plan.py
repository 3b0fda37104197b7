"""``linkage plan`` tells what a run would compare, without running it, and nothing of whom the records are about."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from linkage.cli import main
from linkage.engine.local import LocalEngine
from linkage.errors import InputMissingError
from linkage.progress import Silent
from linkage.run.one_off import Request
from linkage.run.plan import RunPlan, plan_inputs
from linkage.run.plan_report import plan_json, plan_text, plan_values
from linkage.spec import RuleSpec
from tests.small_register import CANARY_NAME, CANARY_NIK, SEMARANG, denpasar, people, residents_spec, semarang, table

SPEC = residents_spec()


def planned(*tables, spec=SPEC, mode="dedupe", threads=1) -> RunPlan:
    request = Request(mode=mode, inputs=tables, spec=spec, latest_year=2026)
    return plan_inputs(request, engine=LocalEngine(threads), observer=Silent())


@pytest.fixture(scope="module")
def plan() -> RunPlan:
    return planned(table([*semarang(), *denpasar()]))


def counts_of(folder) -> dict[str, int]:
    return json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["counts"]


def test_the_pairs_foretold_are_those_the_run_compares(small_run, capsys):
    files = [str(path) for path in small_run.inputs]
    assert main(["plan", *files, "--spec", str(small_run.spec), "--json", "--quiet"]) == 0
    told = json.loads(capsys.readouterr().out)
    compared = counts_of(small_run.folder)["pairs_compared"]
    assert told["pairs_compared"] == {"pairs": compared, "low": compared, "high": compared}
    assert sum(rule["pairs_compared"]["pairs"] for rule in told["rules"]) == compared
    assert told["records"] == counts_of(small_run.folder)["records"]


def test_linking_counts_pairs_across_the_two_files_only(small_inputs, tmp_path, capsys):
    files = [str(path) for path in small_inputs.inputs]
    options = ["--spec", str(small_inputs.spec), "--quiet"]
    assert main(["link", *files, *options, "--out", str(tmp_path / "out")]) == 0
    capsys.readouterr()
    assert main(["plan", *files, *options, "--link", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["pairs_compared"]["pairs"] == counts_of(tmp_path / "out")["pairs_compared"]


def test_no_rule_brings_more_than_lies_in_its_blocks(plan):
    for rule in plan.forecast.rules:
        cost = rule.cost
        assert cost.report.pairs >= cost.met.pairs >= cost.compared.pairs >= cost.alone.pairs >= rule.agreeing.pairs
        assert rule.seconds >= 0.0
    assert plan.forecast.compared.pairs >= plan.forecast.surviving.pairs >= plan.forecast.agreeing.pairs > 0.0


def test_a_run_costs_seconds_and_memory(plan):
    assert plan.forecast.seconds > 0.0
    assert plan.forecast.bytes_per_record > 0.0
    assert plan.memory_bytes > 10_000_000
    assert set(plan.seconds) == {"intake", "encode", "block", "plan"}


def test_the_table_has_a_line_for_every_rule_and_json_all_of_it(plan):
    text, values = plan_text(plan), json.loads(plan_json(plan))
    assert [line.split()[0] for line in text.splitlines()[1 : len(SPEC.rules) + 1]] == [
        rule.name for rule in SPEC.rules
    ]
    assert values == plan_values(plan)
    assert f"{values['pairs_compared']['pairs']:,} pairs to compare" in text


def test_nothing_of_a_resident_is_told(plan):
    for text in (plan_text(plan), plan_json(plan), repr(plan)):
        assert not [secret for secret in (CANARY_NIK, *CANARY_NAME.split()) if secret in text]


def test_a_rule_that_gives_no_keys_one_that_brings_nothing_and_cut_blocks_are_warned_of():
    rules = (
        RuleSpec("religion", ("agama",)),
        RuleSpec("own_card", ("no_kk", "nik")),
        RuleSpec("sex", ("jenis_kelamin",), cap=5),
        RuleSpec("date", ("tanggal_lahir",)),
    )
    warnings = planned(table(semarang()), spec=replace(SPEC, rules=rules)).warnings
    assert "rule religion gives no keys" in warnings[0]
    assert any("rule sex: 2 blocks stay over the cap and are cut" in warning for warning in warnings)
    assert not any(warning.startswith("rule date") for warning in warnings)


def test_the_rule_that_costs_most_for_least_is_named():
    rules = (RuleSpec("date", ("tanggal_lahir",)), RuleSpec("nik", ("nik",)), RuleSpec("sex", ("jenis_kelamin",)))
    twice = [*people(90, SEMARANG, seed=5), *people(60, SEMARANG, seed=5)]
    (warning,) = planned(table(twice), spec=replace(SPEC, rules=rules)).warnings
    assert warning.startswith("rule sex costs most for least: 99% of all pairs come from it alone")


def test_files_of_no_records_cost_nothing():
    rows = table(semarang()[:1])
    plan = planned(rows)
    assert plan.forecast.compared.pairs == 0.0
    assert plan.forecast.seconds == 0.0
    assert "0 pairs to compare" in plan_text(plan)


def test_a_file_that_does_not_exist_ends_as_for_other_commands(tmp_path, capsys):
    missing = tmp_path / "none.csv"
    assert main(["plan", str(missing), "--quiet"]) == InputMissingError.exit_code
    assert "none.csv" in capsys.readouterr().err


def test_json_logs_go_to_standard_error_and_the_plan_to_standard_output(small_inputs, capsys):
    arguments = ["plan", str(small_inputs.inputs[0]), "--spec", str(small_inputs.spec), "--json"]
    assert main([*arguments, "--log-format", "json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["rows_read"] == len(semarang())
    events = [json.loads(line) for line in said.err.splitlines()]
    assert [event["stage"] for event in events if event["event"] == "stage_finished"] == [
        "intake", "encode", "block", "plan",
    ]  # fmt: skip
