"""What must hold of any date, NIK, place, address and region, and of any two."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from linkage.identifiers import Nik, NoKk, damaged_digits, mask_closely, mask_identifier
from linkage.spec.fields import DATE_ORDERS
from linkage.standardise.addresses.parts import parse_address
from linkage.standardise.addresses.postcode import postcode_fits
from linkage.standardise.addresses.relation import UNKNOWN, address_relation, part_codes
from linkage.standardise.addresses.standard import standardise_address, standardise_addresses
from linkage.standardise.addresses.units import standardise_rt_rw
from linkage.standardise.column import StandardValues
from linkage.standardise.dates.calendar import gaps_in_days
from linkage.standardise.dates.one_date import read_date
from linkage.standardise.dates.precision import PRECISIONS
from linkage.standardise.dates.reading import date_problem, standardise_date
from linkage.standardise.dates.relation import date_difference, date_relation
from linkage.standardise.nik.cards import CARD_FATAL, card_flags
from linkage.standardise.nik.evidence import nik_beside_record, nik_pairs
from linkage.standardise.nik.numbers import nik_numbers, read_niks, standardise_nik
from linkage.standardise.nik.relation import damaged_relation, nik_relation
from linkage.standardise.nik.words import read_nik_pair
from linkage.standardise.places.levels import place_hierarchy, place_levels, record_towns
from linkage.standardise.places.places import canonical_place, former_place, place_parts, standardise_place
from linkage.standardise.places.relation import MISSING, place_relation
from linkage.standardise.regions.resolve import (
    known_regencies,
    newest,
    province_of_name,
    regency_of_code,
    regency_of_name,
    region_name,
    resolve_regions,
    written_regency,
)
from linkage.standardise.regions.table import region_table
from tests.standardise.fuzz.fields import fields_of

LATEST_YEARS = (2026, 1999, 2000, 2009)
PROVINCES = (0, 51, 32, 91)


def of_column(found: StandardValues) -> list[str | None]:
    """Return the standard value of each raw text."""
    values = found.values.to_pylist()
    assert values == sorted(set(values), key=str.encode)
    return [values[code] if code >= 0 else None for code in found.mapping.tolist()]


def check_date(data: bytes) -> None:
    """Any text is a date or none; its value is possible and read as itself; two dates relate in either order."""
    fields = fields_of(data)
    latest = LATEST_YEARS[fields.first % 4]
    values = pa.array(fields.texts, pa.string())
    column = standardise_date(values, latest_year=latest)
    found = of_column(column)
    assert standardise_date(column.values, latest_year=latest).values.equals(column.values)
    for text, value in zip(fields.texts, found, strict=True):
        date_problem(text, latest_year=latest)
        assert value is None or date_problem(value, latest_year=latest, longest_age=None) is None
        for order in DATE_ORDERS:
            reading = read_date(text, latest_year=latest, order=order)
            assert reading.precision in PRECISIONS
            assert (reading.value is None) == (reading.precision == PRECISIONS[0])
            assert reading.value is not None or reading.problems
            assert order != "dmy" or reading.value == value
            if reading.value is not None and order != "ydm":
                assert read_date(reading.value, latest_year=latest, order=order).value == reading.value
    assert column.integers is not None
    for left in column.integers:
        for right in column.integers:
            _check_dates(left, right)


def _check_dates(left: np.int64, right: np.int64) -> None:
    assert date_relation(left, right) == date_relation(right, left)
    assert date_difference(left, right) == date_difference(right, left)
    one, other = np.array([left]), np.array([right])
    assert gaps_in_days(one, other).tobytes() == gaps_in_days(other, one).tobytes()
    # Knowing less never brings two dates nearer.
    whole, month, year = left, left // 100 * 100, left // 10_000 * 10_000
    levels = [date_relation(less, right) for less in (year, month, whole)]
    assert levels == sorted(levels)


def check_nik(data: bytes) -> None:
    """Columns say of any text what the value types say; two numbers relate in either order, a missing one to none."""
    fields = fields_of(data)
    values = pa.array(fields.texts, pa.string())
    column = standardise_nik(values)
    parsed = [Nik.parse(text) for text in fields.texts]
    kept = [nik.digits if nik else damaged_digits(text) for nik, text in zip(parsed, fields.texts, strict=True)]
    assert of_column(column) == [text or None for text in kept]
    assert standardise_nik(column.values).values.equals(column.values)
    assert ((nik_numbers(values) >= 0) == np.array([nik is not None for nik in parsed])).all()
    cards = [NoKk.parse(text) for text in fields.texts]
    assert (((card_flags(values) & CARD_FATAL) == 0) == np.array([card is not None for card in cards])).all()
    for nik, text in zip(parsed, fields.texts, strict=True):
        shown = [mask_identifier(text), mask_closely(text), *(() if nik is None else (repr(nik), str(nik), f"{nik}"))]
        assert nik is None or not any(nik.digits in mask for mask in shown)
    _check_niks(read_niks(values), fields.first)
    for left in fields.texts[:2]:
        for right in fields.texts[:2]:
            assert read_nik_pair(left, right) == read_nik_pair(right, left)


def _check_niks(numbers: np.ndarray, first: int) -> None:
    left, right = np.repeat(numbers, len(numbers)), np.tile(numbers, len(numbers))
    there, back = nik_pairs(left, right), nik_pairs(right, left)
    assert there.bits.tolist() == back.bits.tolist()
    assert there.serial_gap.tolist() == back.serial_gap.tolist()
    assert not there.bits[(left == 0) | (right == 0)].any()
    for one, other in zip(left, right, strict=True):
        relate = nik_relation if one > 0 and other > 0 else damaged_relation
        assert one == 0 or other == 0 or relate(one, other) == relate(other, one)
    count = len(numbers)
    nothing = nik_beside_record(numbers, np.zeros(count, np.int64), np.zeros(count, np.int8), np.zeros(count, np.int32))
    assert not nothing.any()
    births = np.full(count, 19_900_000 + first % 13 * 100 + first % 32)
    beside = nik_beside_record(numbers, births, np.full(count, first % 3, np.int8), np.full(count, 3273, np.int32))
    assert not beside[numbers <= 0].any()


def check_place(data: bytes) -> None:
    """Any text has a place that is its own, wherever it lies; two places relate in either order."""
    fields = fields_of(data)
    column = standardise_place(pa.array(fields.texts, pa.string()))
    assert of_column(column) == [canonical_place(text) or None for text in fields.texts]
    assert standardise_place(column.values).values.equals(column.values)
    for text in fields.texts:
        assert canonical_place(canonical_place(text)) == canonical_place(text)
        assert all(words for _, words in place_parts(text))
        former_place(text)
        place_hierarchy(canonical_place(text), region=(3204, 0)[fields.first & 1])
    where = place_levels(column.values)
    codes = column.mapping
    towns = record_towns(codes, np.full(len(codes), 3204 * (fields.first & 1), np.int32), where)
    areas = np.append(where.areas, 0)[codes]
    for one in range(len(codes)):
        for other in range(len(codes)):
            found = place_relation(codes[one], codes[other], towns[one], towns[other], areas[one], areas[other])
            back = place_relation(codes[other], codes[one], towns[other], towns[one], areas[other], areas[one])
            assert found == back >= MISSING
            assert (found == MISSING) == (codes[one] < 0 or codes[other] < 0)


def check_address(data: bytes) -> None:
    """Any text has a standard form that is its own; a column reads it as it is read alone; two relate either way."""
    fields = fields_of(data)
    province = PROVINCES[fields.first % 4]
    values, provinces = pa.array(fields.texts, pa.string()), np.full(len(fields.texts), province)
    column, parts = standardise_addresses(values, provinces)
    assert standardise_address(column.values).values.equals(column.values)
    if len(fields.texts) > 1:
        found = of_column(column)
        for row, text in enumerate(fields.texts):
            alone, own_parts = standardise_addresses(pa.array([text]), provinces[:1])
            assert of_column(alone) == [found[row]]
            assert own_parts.address(0) == parts.address(row)
    assert parse_address(fields.texts[0], province=province) == parts.address(0)
    assert postcode_fits(parts.postcode, provinces).shape == (len(fields.texts),)
    codes = part_codes(parts)
    for one in codes:
        for other in codes:
            _check_addresses(one, other)
    for unit in ("RT", "RW"):
        numbers = standardise_rt_rw(values, unit)
        assert standardise_rt_rw(numbers.values, unit).values.equals(numbers.values)


def _check_addresses(left: np.ndarray, right: np.ndarray) -> None:
    found = address_relation(left, right)
    assert found == address_relation(right, left)
    assert address_relation(left, np.full_like(left, -1)) == UNKNOWN
    for part in np.flatnonzero((left == right) & (left >= 0)):
        less = left.copy()
        less[part] = -1
        assert address_relation(less, right) <= found


def check_region(data: bytes) -> None:
    """Any text is a regency in force or none, by code and by name; a column resolves it as it is resolved alone."""
    fields = fields_of(data)
    in_force, provinces = {0, *known_regencies()}, {0, *region_table().provinces}
    by_code = [regency_of_code(text) for text in fields.texts]
    by_name = [regency_of_name(text) for text in fields.texts]
    assert {*by_code, *by_name} <= in_force
    for text, code in zip(fields.texts, by_code, strict=True):
        assert newest(written_regency(text)) == code
    for text, code in zip(fields.texts, by_name, strict=True):
        assert province_of_name(text) in provinces
        assert regency_of_name(text, province_of_name(fields.texts[0])) in in_force
        assert code == 0 or regency_of_name(region_name(code)) == regency_of_code(f"{code}") == code
    column = (np.arange(len(fields.texts), dtype=np.int32), pa.array(fields.texts, pa.string()))
    found = resolve_regions(source=None, kode_wilayah=column, kab_kota=column, provinsi=None)
    assert found.tolist() == [code or name for code, name in zip(by_code, by_name, strict=True)]
