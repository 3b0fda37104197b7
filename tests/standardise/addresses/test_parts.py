"""Addresses are taken apart as a steward would, whatever the spelling, and one by one as in a column."""

import tomllib
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.addresses.parts import Address, address_parts, parse_address
from linkage.standardise.addresses.standard import standardise_address, standardise_addresses
from linkage.standardise.addresses.vocabulary import address_words
from tests.oracles.address_writer import write_address

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "addresses.toml").read_text(encoding="utf-8"))["address"]
NAMES = st.sampled_from(["MAWAR", "SUKA MAJU", "KRAJAN", "MELATI INDAH", "TEGAL SARI"])
SOME = st.just("") | NAMES


@st.composite
def known_addresses(draw: st.DrawFn) -> tuple[Address, str]:
    """An address and one way to write it."""
    street = draw(SOME)
    estate = "" if street else draw(SOME)
    address = Address(
        street=street,
        street_number=draw(st.sampled_from([0, 0, 1, 2, 3, 4, 9])) if street else 0,
        alley=draw(SOME),
        estate=estate,
        block=draw(st.sampled_from(["", "C3", "AA12", "7"])) if estate else "",
        house=draw(st.sampled_from(["", "5", "12A", "12/14", "120"])),
        hamlet=draw(SOME),
        rt=(rt := draw(st.integers(0, 9))),
        rw=draw(st.integers(1, 9)) if rt else 0,
        village=draw(SOME),
        district=draw(SOME),
        regency=draw(st.sampled_from(["", "BANDUNG", "TANAH DATAR"])),
        postcode=draw(st.sampled_from([0, 40291])),
    )
    return address, write_address(address, lambda ways: draw(st.sampled_from(ways)))


@pytest.mark.parametrize("case", CASES, ids=[case["raw"] for case in CASES])
def test_each_part_of_an_address_is_what_a_steward_reads(case: dict) -> None:
    province = case.get("province", 0)
    assert asdict(parse_address(case["raw"], province=province)) == asdict(Address()) | case["parts"]
    standard, _ = standardise_addresses(pa.array([case["raw"]]), np.array([province]))
    assert standard.values.to_pylist() == [case["value"]]


@given(written=known_addresses())
def test_an_address_written_by_any_clerk_gives_back_its_parts(written: tuple[Address, str]) -> None:
    address, text = written
    assert parse_address(text) == address


@given(written=st.lists(known_addresses(), max_size=6), others=st.lists(st.text(max_size=30), max_size=6))
def test_a_column_is_read_as_its_texts_are_one_by_one(written: list[tuple[Address, str]], others: list[str]) -> None:
    texts = [text for _, text in written] + others
    parts = address_parts(pa.array(texts, pa.string()))
    assert [parts.address(row) for row in range(len(texts))] == [parse_address(text) for text in texts]


@given(st.text())
def test_any_text_can_be_read_and_reading_its_standard_form_changes_nothing(text: str) -> None:
    parse_address(text)
    once = standardise_address(pa.array([text], pa.string()))
    assert standardise_address(once.values).values.to_pylist() == once.values.to_pylist()


def test_block_and_house_number_are_one_unit_however_they_are_divided() -> None:
    texts = ["BLOK C NO 12", "BLOK C/12", "BLOK C-12", "BLOK C12", "BLOK C3/12", "BLOK C3 NO 12", "NO 12"]
    parts = address_parts(pa.array([f"PERUM GRIYA {text}" for text in texts]))
    assert [parts.unit.text_of(row) for row in range(len(texts))] == ["C12"] * 4 + ["C3/12"] * 2 + ["12"]


def test_parts_are_codes_into_sorted_distinct_texts() -> None:
    parts = address_parts(pa.array(["JL MELATI", "JL ANGGREK", "DSN X", "JL. MELATI NO 3"]))
    assert parts.street.texts.to_pylist() == ["ANGGREK", "MELATI"]
    assert parts.street.codes.tolist() == [1, 0, -1, 1]


def test_no_addresses_give_no_parts() -> None:
    parts = address_parts(pa.array([], pa.string()))
    assert len(parts.street.texts) == len(parts.rt) == 0


def test_a_street_has_one_usual_name() -> None:
    streets = address_words().streets
    assert set(streets).isdisjoint(streets.values())
    for other, usual in streets.items():
        assert parse_address(f"JL {other} NO 1").street == usual
