"""The registers for training differ in everything; those for test share neither seed, names nor places with them."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from jobs.training import registers
from jobs.training.registers import (
    PREVALENCES,
    TrainingRegister,
    calibration_plans,
    invent,
    training_plans,
    validation_plans,
)
from linkage.synthetic import RegisterPlan
from linkage.synthetic.places.gazetteer import choose_regions

FIXED = {"cut_off", "nights", "nightly_new_rate", "nightly_change_rate", "dialects", "dirty_row_rate", "region_part"}
FIXED |= {"died_reported_rate", "died_unreported_rate"}


def small(register: TrainingRegister) -> TrainingRegister:
    """The same register with few records."""
    return replace(register, plan=replace(register.plan, records=1_500))


def every_set(seed: int) -> list[TrainingRegister]:
    return [
        *training_plans(seed),
        *validation_plans(seed),
        *calibration_plans(seed),
        *registers.test_plans(seed),
    ]


def test_a_seed_gives_the_same_plans_and_another_gives_others() -> None:
    assert every_set(7) == every_set(7)
    assert training_plans(7) != training_plans(8)


def test_all_registers_have_seeds_and_names_of_their_own() -> None:
    made = every_set(7) + every_set(8)
    assert len({register.plan.seed for register in made}) == len(made)
    assert len({register.name for register in every_set(7)}) == len(made) // 2


@pytest.mark.parametrize("seed", [1, 7, 20])
def test_training_takes_sixteen_registers_of_about_a_million_records(seed: int) -> None:
    plans = [register.plan for register in training_plans(seed)]
    assert len(plans) == 16
    assert all(30_000 <= plan.records <= 100_000 for plan in plans)
    assert 800_000 < sum(plan.records for plan in plans) < 1_300_000


def test_everything_varies_between_training_registers() -> None:
    plans = [register.plan for register in training_plans(7)]
    for field in fields(RegisterPlan):
        values = {repr(getattr(plan, field.name)) for plan in plans}
        assert (len(values) > 1) == (field.name not in FIXED), field.name
    rates = [plan.rate("duplicate_rate") for plan in plans]
    assert 0.003 <= min(rates) < 0.01 < 0.05 < max(rates) <= 0.15
    shares = [plan.error_shares["name_phonetic"] / 0.14 for plan in plans]
    assert 0.3 <= min(shares) < 0.7 < 1.5 < max(shares) <= 3.0


def test_one_training_register_has_no_nik() -> None:
    without = [register for register in training_plans(7) if register.without]
    assert [register.without for register in without] == [("nik",)]
    records, _ = invent(small(without[0]))
    assert "nik" not in records.schema.names


def test_validation_and_test_have_two_registers_of_each_prevalence() -> None:
    for made in (validation_plans(7), registers.test_plans(7)):
        assert [register.plan.duplicate_rate for register in made] == [rate for rate in PREVALENCES for _ in range(2)]
        assert [register.weathered for register in made] == [False, True] * 4


def test_calibration_has_two_whole_registers_of_the_hard_preset_for_each_prevalence() -> None:
    made = calibration_plans(7)
    assert [register.plan.duplicate_rate for register in made] == [rate for rate in PREVALENCES for _ in range(2)]
    assert [register.plan.name_tables for register in made] == ["first", "all"] * 4
    assert {register.plan.preset for register in made} == {"hard"}
    assert not any(register.weathered for register in made)


def test_foreign_registers_share_neither_names_nor_regencies_with_those_for_training() -> None:
    seen = {
        region.code
        for register in [*training_plans(7), *validation_plans(7), *calibration_plans(7)]
        for region in choose_regions(register.plan.regions, register.plan.seed, register.plan.region_part)
    }
    foreign = [register for register in registers.test_plans(7) if register.name.endswith("foreign")]
    assert {register.plan.name_tables for register in foreign} == {"second"}
    for register in foreign:
        plan = register.plan
        assert seen.isdisjoint(region.code for region in choose_regions(plan.regions, plan.seed, plan.region_part))


def test_an_invented_register_has_its_truth_row_by_row_and_is_the_same_again() -> None:
    register = small(training_plans(7)[0])
    records, truth = invent(register)
    again, _ = invent(register)
    assert records.equals(again)
    assert records["record_id"].equals(truth["record_id"])
    assert records.num_rows == 1_500
    assert truth["person_id"].null_count == 0


def test_a_register_that_is_not_weathered_has_every_column() -> None:
    whole, worn = (invent(small(register))[0] for register in validation_plans(7)[:2])
    assert whole.num_columns == 29
    assert worn.num_columns <= 29
    assert not any(whole[name].null_count == whole.num_rows for name in whole.schema.names)
