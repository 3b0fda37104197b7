"""Six digits are those of RFC 6238, half a minute around now."""

import base64
from datetime import UTC, datetime

import pytest

from linkage.accounts import totp
from tests.accounts.people import after, digits

RFC = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("second", "shown"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_digits_are_those_of_the_standards_examples(second, shown):
    assert totp.matching_step(RFC, shown, datetime.fromtimestamp(second, UTC)) == second // 30


@pytest.mark.parametrize(("seconds", "fits"), [(-31, False), (-30, True), (0, True), (59, True), (60, False)])
def test_a_step_before_and_a_step_after_are_taken(seconds, fits):
    shown = digits(RFC, after(seconds=seconds))
    assert (totp.matching_step(RFC, shown, after()) is not None) == fits


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "１２３４５６", "\0" * 6, "\ud800", "1" * 100_000])
def test_what_is_no_digits_fits_nothing(typed):
    assert totp.matching_step(RFC, typed, after()) is None


def test_secrets_are_of_160_bits_and_never_the_same():
    secrets = {totp.new_secret() for _ in range(10)}
    assert len(secrets) == 10
    assert {len(base64.b32decode(secret)) for secret in secrets} == {20}


def test_a_phone_reads_name_issuer_and_secret():
    uri = totp.uri_of(RFC, "ani@3273")
    assert uri == f"otpauth://totp/Tunggal:ani%403273?secret={RFC}&issuer=Tunggal"
