"""The registers a supervised model is trained and tested on: no two alike, so that no habit of the generator helps.

Training registers come from one half of the provinces and mostly from one half of the names; the foreign test registers
come from the others. Everything that the generator has a rate for is drawn anew for each register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import pyarrow as pa

from jobs.training.weathering import between, weather
from linkage.synthetic import DEFAULT_DUPLICATE_SHARES, DEFAULT_ERROR_SHARES, RegisterPlan, make_register
from linkage.synthetic.plan import Half

TRAINING, VALIDATION, CALIBRATION, TEST = 0, 300, 450, 600
"""Added to a thousand times the seed of a set: no register of one set has the seed of another's."""

REGISTERS: Final = 16
PREVALENCES: Final = (0.003, 0.01, 0.05, 0.15)
"""Wrongly repeated records per record, in all registers but those for training."""

_SIZES: Final = (30_000, 100_000)
_VALIDATION_SIZE, _CALIBRATION_SIZE, _TEST_SIZE = 60_000, 200_000, 100_000
_NAMES: Final[tuple[Half, ...]] = ("first", "all")
_WITHOUT_NIK: Final = 5
_RARE: Final[Mapping[str, float]] = {
    "father_shortened": 0.04,
    "father_typing": 0.03,
    "card_digit": 0.02,
    "sex_slip": 0.005,
}
"""Usual weight of the errors that the generator does not make unless told to."""

_LOGARITHMIC: Final[Mapping[str, tuple[float, float]]] = {
    "duplicate_rate": (0.003, 0.15),
    "closed_move_rate": (0.002, 0.02),
    "non_permanent_rate": (2e-4, 3e-3),
    "namesake_rate": (5e-4, 0.03),
    "shared_nik_rate": (5e-5, 2e-3),
    "correction_rate": (0.004, 0.03),
    "original_error_rate": (0.005, 0.12),
    "missing_factor": (0.5, 4.0),
    "tampungan_rate": (2e-4, 3e-3),
    "title_rate": (0.005, 0.06),
    "particulars_changed_rate": (0.01, 0.3),
    "wrongly_refused_rate": (5e-4, 0.01),
}
_EVEN: Final[Mapping[str, tuple[float, float]]] = {
    "twin_rate": (0.01, 0.06),
    "default_date_factor": (0.0, 3.0),
    "enrolled_rate": (0.7, 0.99),
    "both_enrolled_rate": (0.0, 0.5),
    "twins_entered_apart_rate": (0.0, 0.9),
    "twins_apart_rate": (0.0, 0.5),
    "copy_same_day_rate": (0.0, 0.5),
    "copy_channel_rate": (0.0, 1.0),
}
"""Bounds between which each rate of a plan is drawn, evenly on a logarithmic or on a plain scale."""


@dataclass(frozen=True)
class TrainingRegister:
    """A register to be invented.

    ``weathered``: columns and cells are missing as :func:`jobs.training.weathering.weather` draws it from the plan's
    seed. ``without``: columns that are not there in any case.
    """

    name: str
    plan: RegisterPlan
    weathered: bool = True
    without: tuple[str, ...] = ()


def training_plans(seed: int) -> tuple[TrainingRegister, ...]:
    """Return sixteen registers of 30,000 to 100,000 records each, about a million together; one has no NIK.

    Regencies are of ``region_part`` ``first``; names of ``name_tables`` ``first``, in every fourth register ``all``.
    """
    made = []
    for number in range(REGISTERS):
        rng = _stream(seed, TRAINING + number)
        records = round(float(rng.uniform(*_SIZES)), -3)
        part: Half = "all" if number % 4 == 3 else "first"
        plan = replace(_draw(rng, _seed(seed, TRAINING + number), int(records)), name_tables=part, region_part="first")
        without = ("nik",) if number == _WITHOUT_NIK else ()
        made.append(TrainingRegister(f"training-{number:02}", plan, True, without))
    return tuple(made)


def validation_plans(seed: int) -> tuple[TrainingRegister, ...]:
    """Return two registers of 60,000 records for each of ``PREVALENCES``, one whole and one weathered.

    They are of the same half of names and regencies as those for training: for stopping in time and for calibration.
    """
    made = []
    for number, (prevalence, worn) in enumerate((rate, worn) for rate in PREVALENCES for worn in (False, True)):
        plan = _draw(_stream(seed, VALIDATION + number), _seed(seed, VALIDATION + number), _VALIDATION_SIZE)
        plan = replace(plan, duplicate_rate=prevalence, name_tables="first", region_part="first")
        made.append(TrainingRegister(f"validation-{prevalence:g}-{'worn' if worn else 'whole'}", plan, worn))
    return tuple(made)


def calibration_plans(seed: int) -> tuple[TrainingRegister, ...]:
    """Return two whole registers of preset ``hard``, of 200,000 records, for each of ``PREVALENCES``.

    Where everything is drawn, what the presets suppose together is hardly ever met. Regencies are those of training;
    names too in one of the two, all in the other.
    """
    made = []
    for number, (prevalence, part) in enumerate((rate, part) for rate in PREVALENCES for part in _NAMES):
        regions = round(between(_stream(seed, CALIBRATION + number), 5, 40))
        plan = RegisterPlan(
            _CALIBRATION_SIZE, regions, _seed(seed, CALIBRATION + number), "hard",
            duplicate_rate=prevalence, name_tables=part, region_part="first",
        )  # fmt: skip
        made.append(TrainingRegister(f"calibration-{prevalence:g}-{part}", plan, False))
    return tuple(made)


def test_plans(seed: int) -> tuple[TrainingRegister, ...]:
    """Return two registers of 100,000 records for each of ``PREVALENCES``: one familiar, one foreign.

    The foreign one is of the names and regencies that no training register is of, and is weathered.
    """
    made = []
    for number, (prevalence, foreign) in enumerate(
        (rate, foreign) for rate in PREVALENCES for foreign in (False, True)
    ):
        plan = _draw(_stream(seed, TEST + number), _seed(seed, TEST + number), _TEST_SIZE)
        part: Half = "second" if foreign else "first"
        plan = replace(plan, duplicate_rate=prevalence, name_tables=part, region_part=part)
        name = f"test-{prevalence:g}-{'foreign' if foreign else 'familiar'}"
        made.append(TrainingRegister(name, plan, foreign))
    return tuple(made)


# pytest collects what is called so wherever it is imported.
test_plans.__test__ = False  # type: ignore[attr-defined]


def invent(register: TrainingRegister) -> tuple[pa.Table, pa.Table]:
    """Return the records and the truth of a register, row by row in one order; the same register, the same bytes.

    Records have the plain columns of ``Register.records``, less what weathering took; the truth has the columns of
    ``linkage.synthetic.TRUTH``, ``person_id`` among them.
    """
    made = make_register(register.plan)
    records = made.records
    if register.weathered:
        records = weather(records, np.random.default_rng([register.plan.seed, 1]))
    return records.drop_columns([name for name in register.without if name in records.schema.names]), made.truth


def _stream(seed: int, number: int) -> np.random.Generator:
    return np.random.default_rng([seed, number])


def _seed(seed: int, number: int) -> int:
    return 1_000 * seed + number


def _draw(rng: np.random.Generator, seed: int, records: int) -> RegisterPlan:
    """Return a plan with everything at random but seed and size."""
    rates: dict[str, Any] = {name: between(rng, *bounds) for name, bounds in _LOGARITHMIC.items()}
    rates |= {name: float(rng.uniform(*bounds)) for name, bounds in _EVEN.items()}
    return RegisterPlan(
        records=records,
        regions=round(between(rng, 2, 40)),
        seed=seed,
        preset="hard" if rng.random() < 0.5 else "default",
        errors_per_copy=_errors_per_copy(rng),
        error_shares=_moved({**DEFAULT_ERROR_SHARES, **_RARE}, rng),
        duplicate_shares=_moved(DEFAULT_DUPLICATE_SHARES, rng),
        **rates,
    )


def _errors_per_copy(rng: np.random.Generator) -> tuple[float, ...]:
    """Return a mixture of both presets, leaned to more or to fewer errors."""
    usual, hard = (np.array(RegisterPlan(1, 1, 1, preset=preset).copy_errors) for preset in ("default", "hard"))
    part = rng.random()
    chances = ((1.0 - part) * usual + part * hard) * np.exp(rng.normal(0.0, 0.2) * np.arange(usual.size))
    return tuple((chances / chances.sum()).tolist())


def _moved(shares: Mapping[str, float], rng: np.random.Generator) -> dict[str, float]:
    return {kind: share * between(rng, 0.3, 3.0) for kind, share in shares.items()}
