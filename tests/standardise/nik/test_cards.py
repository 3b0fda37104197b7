"""Family card numbers: what is odd about them, alone and beside the day of the extract."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.identifiers import NoKk
from linkage.standardise.nik.cards import (
    CARD_DATE,
    CARD_DISTRICT,
    CARD_FATAL,
    CARD_LATER,
    CARD_REGENCY,
    CARD_SERIAL,
    card_flags,
)
from linkage.standardise.regions.districts import known_districts
from linkage.standardise.regions.table import region_table

BY_CODE = {
    "DATE_IMPOSSIBLE": CARD_DATE,
    "DATE_LATER": CARD_LATER,
    "REGENCY_UNKNOWN": CARD_REGENCY,
    "DISTRICT_ZERO": CARD_DISTRICT,
    "DISTRICT_UNKNOWN": CARD_DISTRICT,
    "SERIAL_ZERO": CARD_SERIAL,
}

cards = st.builds(
    "{:04d}{:02d}{:02d}{:02d}{:02d}{:04d}".format,
    st.one_of(st.sampled_from(sorted(region_table().ever)), st.integers(1100, 9700)),
    st.integers(0, 60),
    st.integers(0, 72),
    st.integers(0, 14),
    st.integers(0, 99),
    st.one_of(st.just(0), st.integers(0, 9999)),
)


@pytest.mark.parametrize(
    ("text", "latest", "flags"),
    [
        ("3301031508150003", 20240131, 0),
        ("'33.01.03.150815.0003", 20240131, 0),
        ("9109031508150003", 20240131, 0),
        ("3301035508150003", 20240131, CARD_DATE),
        ("3301033002150003", 20240131, CARD_DATE),
        ("3301032902150003", 20240131, CARD_DATE),
        ("3301032902160003", 20240131, 0),
        ("3301030102240003", 20240131, CARD_LATER),
        ("3301030102240003", 0, 0),
        ("3301031508980003", 20240131, CARD_LATER),
        ("3399031508150003", 20240131, CARD_REGENCY),
        ("3301001508150003", 20240131, CARD_DISTRICT),
        ("3301991508150003", 20240131, CARD_DISTRICT),
        ("3301031508150000", 20240131, CARD_SERIAL),
        ("3399005508150000", 20240131, CARD_DATE | CARD_REGENCY | CARD_DISTRICT | CARD_SERIAL),
        ("330103150815000", 20240131, CARD_FATAL),
        ("3333333333333333", 20240131, CARD_FATAL),
        ("-", 20240131, CARD_FATAL),
        ("", 20240131, CARD_FATAL),
    ],
)
def test_a_card_number_is_judged_as_the_table_says(text: str, latest: int, flags: int) -> None:
    assert card_flags(pa.array([text]), latest=latest).tolist() == [flags]


@given(
    text=st.one_of(cards, st.text("0123456789. x", max_size=18)),
    latest=st.one_of(st.none(), st.dates(date(2000, 1, 1))),
)
def test_the_array_form_says_what_the_value_type_says(text: str, latest: date | None) -> None:
    number = 0 if latest is None else (latest.year * 100 + latest.month) * 100 + latest.day
    expected = CARD_FATAL
    parsed = NoKk.parse(text)
    if parsed is not None:
        found = parsed.findings(regencies=region_table().ever, districts=known_districts(), latest=latest)
        expected = 0
        for finding in found:
            expected |= BY_CODE[finding.code]
    assert card_flags(pa.array([text]), latest=number).tolist() == [expected]
