"""NIK and No. KK as values: their parts, what is odd about them, and that they never show themselves."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import ConfigurationError, InvariantError
from linkage.identifiers import (
    PROVINCES_EVER,
    Nik,
    NoKk,
    Severity,
    damaged_digits,
    digit_bar,
    is_placeholder,
    mask_closely,
    mask_identifier,
    mask_name,
)
from linkage.standardise.regions.districts import known_districts
from linkage.standardise.regions.table import region_table

KEY = b"a secret of at least 16 bytes"
MAN, WOMAN = "3301031508900012", "3301035508900012"


def nik(text: str = MAN) -> Nik:
    parsed = Nik.parse(text)
    assert parsed is not None
    return parsed


def test_the_parts_are_those_of_the_regulation() -> None:
    value = nik(WOMAN)
    assert (value.region, value.regency, value.province) == ("330103", 3301, 33)
    assert (value.day, value.month, value.short_year, value.sex, value.serial) == (15, 8, 90, "P", 12)
    assert (nik().day, nik().sex) == (15, "L")


@pytest.mark.parametrize("shown", [repr(nik()), str(nik()), f"{nik()}", f"{nik():>20}", f"{[nik()]}", repr({nik(): 1})])
def test_no_way_of_printing_shows_the_middle(shown: str) -> None:
    assert "330103******0012" in shown
    assert "150890" not in shown


@pytest.mark.parametrize("kind", [Nik, NoKk])
def test_the_error_of_a_wrong_number_does_not_repeat_it(kind: type[Nik] | type[NoKk]) -> None:
    with pytest.raises(InvariantError) as caught:
        kind("33010315089000")
    assert "3301" not in str(caught.value)


def test_a_number_with_dots_is_parsed_but_not_taken_as_it_is() -> None:
    assert Nik.parse("33.01.03.150890.0012") == nik()
    with pytest.raises(InvariantError):
        Nik("33.01.03.150890.0012")


def test_masking_hides_everything_of_what_is_no_such_number() -> None:
    assert mask_identifier(MAN) == "330103******0012"
    assert mask_identifier(" 33.01.03.150890.0012") == "330103******0012"
    assert mask_identifier("1234") == "****"
    assert mask_identifier("") == ""


def test_the_closer_mask_tells_province_and_end_alone() -> None:
    assert mask_closely(MAN) == "33•••• •••••• ••12"
    assert mask_closely("33.01.03.150890.0012") == "33•••• •••••• ••12"
    assert mask_closely("1234") == "••••"
    assert mask_closely("") == ""


def test_a_bar_shows_where_two_masked_numbers_differ() -> None:
    assert digit_bar(MAN, WOMAN) == "======x========="
    assert digit_bar(MAN, MAN) == "=" * 16
    assert digit_bar(MAN, "1234") == digit_bar("", MAN) == ""


@pytest.mark.parametrize(
    ("name", "shown"),
    [("SITI AMINAH", "S*** A*****"), ("  Siti\tAminah ", "S*** A*****"), ("A", "A"), ("", ""), (" ", "")],
)
def test_a_masked_name_keeps_initials_and_lengths(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(text=st.text())
def test_masking_takes_any_text_and_shows_no_more_than_it_says(text: str) -> None:
    digits = sum(sign in "0123456789" for sign in mask_identifier(text))
    assert digits in (0, 10)
    assert sum(sign in "0123456789" for sign in mask_closely(text)) in (0, 4)
    assert len(mask_name(text).split()) == len(text.split())
    assert digit_bar(text, text) in ("", "=" * 16)


@pytest.mark.parametrize(
    ("digits", "filler"),
    [
        ("1234567890123456", True),
        ("0987654321098765", True),
        ("1212121212121213", False),
        ("123412341234123", True),
        ("3273010000000000", True),
        ("3273010213900001", False),
        ("327301020390000", False),
    ],
)
def test_digits_typed_to_fill_a_field_are_told_from_a_damaged_number(digits: str, filler: bool) -> None:
    assert is_placeholder(digits) == filler
    assert damaged_digits(digits) == ("" if filler or Nik.parse(digits) else digits)


def test_a_sub_district_above_all_known_ones_is_a_warning() -> None:
    found = nik("3273991508900012").findings(regencies=region_table().ever, districts=known_districts())
    assert [(item.code, item.severity) for item in found] == [("DISTRICT_UNKNOWN", Severity.WARN)]
    assert nik("6404991508900012").findings(districts=known_districts()) == (), "none of its sub-districts is listed"


def test_equal_numbers_are_equal_and_hash_alike() -> None:
    assert nik() == Nik.parse(f"'{MAN}")
    assert len({nik(), nik(), nik(WOMAN)}) == 2
    assert nik() != NoKk.parse(MAN)


def test_the_digest_depends_on_number_kind_and_key_and_on_nothing_else() -> None:
    no_kk = NoKk.parse(MAN)
    assert no_kk is not None
    digests = {nik().digest(KEY), nik(WOMAN).digest(KEY), no_kk.digest(KEY), nik().digest(KEY + b".")}
    assert len(digests) == 4
    assert nik().digest(KEY) == nik().digest(KEY)
    assert all(len(digest) == 64 and MAN not in digest for digest in digests)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ConfigurationError):
        nik().digest(b"short")


def test_a_consistent_record_gives_no_finding() -> None:
    found = nik(WOMAN).findings(regencies=region_table().ever, birth_date=date(1990, 8, 15), sex="P", regency=3301)
    assert found == ()


def test_a_mismatch_with_the_record_is_information_not_an_error() -> None:
    found = nik().findings(birth_date=date(1991, 8, 15), sex="P", regency=3302)
    assert [(item.code, item.severity) for item in found] == [
        ("DATE_DIFFERS", Severity.INFO),
        ("SEX_DIFFERS", Severity.INFO),
        ("REGION_DIFFERS", Severity.INFO),
    ]


def test_an_impossible_date_an_unknown_regency_and_a_zero_district_are_warnings() -> None:
    found = nik("3399003002900012").findings(regencies=region_table().ever)
    assert [(item.code, item.severity) for item in found] == [
        ("DATE_IMPOSSIBLE", Severity.WARN),
        ("REGENCY_UNKNOWN", Severity.WARN),
        ("DISTRICT_ZERO", Severity.WARN),
    ]


def test_a_family_card_number_has_no_shifted_day() -> None:
    value = NoKk.parse("3301031508150003")
    assert value is not None
    assert (value.region, value.day, value.month, value.short_year, value.serial) == ("330103", 15, 8, 15, 3)
    assert value.findings(regencies=region_table().ever) == ()
    shifted = NoKk.parse("3301035508150003")
    assert shifted is not None
    assert [item.code for item in shifted.findings()] == ["DATE_IMPOSSIBLE"]


def test_a_card_is_recorded_in_this_century_before_its_extract_and_counted_from_one() -> None:
    value = NoKk.parse("3301031508240000")
    assert value is not None
    assert [item.code for item in value.findings()] == ["SERIAL_ZERO"]
    assert [item.code for item in value.findings(latest=date(2024, 8, 14))] == ["DATE_LATER", "SERIAL_ZERO"]
    assert [item.code for item in value.findings(latest=date(2024, 8, 15))] == ["SERIAL_ZERO"]
    assert value.masked == "330103******0000"
    assert {item.severity for item in value.findings(latest=date(2024, 8, 14))} == {Severity.WARN}


@pytest.mark.parametrize("text", ["", "0", "330103150815000", "1111111111111111", "330103150815000A"])
def test_what_is_no_family_card_number_does_not_parse(text: str) -> None:
    assert NoKk.parse(text) is None


def test_the_provinces_that_ever_were_are_those_of_the_region_table() -> None:
    assert frozenset(region_table().provinces) == PROVINCES_EVER
