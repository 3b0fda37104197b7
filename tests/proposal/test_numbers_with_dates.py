"""A number of the person that contains the birth date is compared together with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pyarrow as pa
import pytest

from linkage.encode import EncodedRecords, encode
from linkage.intake import read_inputs
from linkage.proposal.draft import Draft
from linkage.proposal.numbers_with_dates import share_with_date, with_birth_date
from tests.proposal.attributes import attribute, spec_of
from tests.proposal.attributes import draft as drafted

DAYS = [date(1950, 1, 1) + timedelta(days=int(day)) for day in np.random.default_rng(1).integers(0, 20_000, 400)]
WRITERS: dict[str, Callable[[date, int], str]] = {
    "NIK of a man": lambda born, serial: f"337103{born:%d%m%y}{serial:04d}",
    "NIK of a woman": lambda born, serial: f"337103{born.day + 40:02d}{born:%m%y}{serial:04d}",
    "year first": lambda born, serial: f"{born:%y%m%d}{serial:05d}",
    "year first, a woman's month": lambda born, serial: f"{born:%y}{born.month + 50:02d}{born:%d}{serial:04d}",
    "whole year in the middle": lambda born, serial: f"110105{born:%Y%m%d}{serial:04d}",
    "letters around it": lambda born, serial: f"ABCD{born:%y%m%d}H{serial:03d}",
}


def encoded(numbers: list[str]) -> tuple[EncodedRecords, Draft]:
    """People with these numbers and the days above as their birth dates."""
    draft = drafted(
        attribute("number", "identifier"),
        attribute("born", "birth_date", date_order="ymd"),
        attribute("name", "full_name"),
    )
    spec = spec_of(draft)
    names = [f"NAME {serial}" for serial in range(len(DAYS))]
    people = pa.table({"number": numbers, "born": [str(day) for day in DAYS], "name": names})
    return encode(read_inputs([people], spec).accepted, spec, latest_year=2026), draft


@pytest.mark.parametrize("writer", WRITERS.values(), ids=WRITERS)
def test_the_date_is_found_wherever_it_stands_in_the_number(writer: Callable[[date, int], str]) -> None:
    records, _ = encoded([writer(born, serial) for serial, born in enumerate(DAYS)])
    assert share_with_date(records.columns["number"], records.columns["born"]) > 0.99


def test_numbers_without_a_date_hold_one_only_by_chance() -> None:
    random = np.random.default_rng(2).integers(10**15, 10**16, len(DAYS))
    records, draft = encoded([str(number) for number in random])
    assert share_with_date(records.columns["number"], records.columns["born"]) < 0.1
    assert with_birth_date(draft.evidence, records) == tuple(draft.evidence)


def test_number_and_date_become_one_comparison_whose_levels_put_the_number_first() -> None:
    records, draft = encoded([WRITERS["NIK of a man"](born, serial) for serial, born in enumerate(DAYS)])
    united = with_birth_date(draft.evidence, records)
    number, born = (next(item for item in united if item.role == role) for role in ("identifier", "birth_date"))
    assert born.compared == ()
    combined = number.compared[-1]
    assert [level.name for level in combined.levels][:3] == ["number_and_date", "number", "number_close_and_date"]
    assert all(part.part for part in number.compared[:-1])
    assert sum(combined.m) == pytest.approx(1.0, abs=1e-9)
    spec_of(replace(draft, evidence=united))
