"""What a caller knows of a bearer is read strictly."""

from typing import Any

import numpy as np
import pytest

from linkage.standardise.names.arguments import birth_year_of, culture_of, culture_of_region, religion_of, sex_of
from linkage.standardise.names.context import NameContext, context_of_code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        *((None, 0), (0, 0), ("", 0), (" ", 0), ("0", 0), (1, 1), (6, 6), (7, 0), (np.uint8(4), 4), ("1", 1), ("7", 0)),
        *(("ISLAM", 1), ("Katholik", 3), ("KRISTEN PROTESTAN", 2), ("hindu", 4), ("KEPERCAYAAN", 0), ("1 - ISLAM", 1)),
    ],
)
def test_a_religion_is_a_number_of_the_register_or_its_label(value: Any, code: int) -> None:
    assert religion_of(value) == code


@pytest.mark.parametrize("value", [8, -1, True, 1.0, "8", "?", "MARS", "-", b"1", [1]])
def test_what_is_no_religion_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError, match="religion"):
        religion_of(value)


@pytest.mark.parametrize(
    ("value", "code"),
    [(None, 0), (0, 0), ("", 0), (1, 1), (2, 2), ("L", 1), ("P", 2), ("laki-laki", 1), ("PEREMPUAN", 2), ("2", 2)],
)
def test_a_sex_is_a_number_a_letter_or_a_label(value: Any, code: int) -> None:
    assert sex_of(value) == code


@pytest.mark.parametrize("value", [3, "3", "X", True, 1.0])
def test_what_is_no_sex_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError, match="sex"):
        sex_of(value)


@pytest.mark.parametrize(("value", "year"), [(None, 0), (0, 0), (1850, 1850), (np.int32(1972), 1972), (2100, 2100)])
def test_a_year_of_birth_is_a_whole_number(value: Any, year: int) -> None:
    assert birth_year_of(value) == year


@pytest.mark.parametrize("value", [True, "1950", 1950.0, 12, 1849, 2101, -1950])
def test_what_is_no_year_of_birth_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError, match="year of birth"):
        birth_year_of(value)


@pytest.mark.parametrize(("value", "label"), [(None, ""), ("", ""), ("Bali", "bali"), (" minang", "minang")])
def test_a_culture_is_one_that_a_rule_depends_on(value: Any, label: str) -> None:
    assert culture_of(value) == label


@pytest.mark.parametrize("value", ["mars", 1])
def test_what_is_no_culture_is_an_error(value: Any) -> None:
    with pytest.raises(ValueError, match="culture"):
        culture_of(value)


@pytest.mark.parametrize(
    ("region", "culture"),
    [("51", "bali"), ("5171", "bali"), ("1371", "minang"), ("3578", None), ("", None), (None, None)],
)
def test_a_region_hints_at_a_culture(region: str | None, culture: str | None) -> None:
    assert culture_of_region(region) == culture


@pytest.mark.parametrize(
    "context", [NameContext(), NameContext(6, 2, True, "minang"), NameContext(1, 1, False, "bali")]
)
def test_what_is_known_of_a_bearer_fits_into_one_byte(context: NameContext) -> None:
    assert 0 <= context.code < 256
    assert context_of_code(context.code) == context
