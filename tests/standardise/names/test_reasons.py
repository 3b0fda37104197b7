"""The words for what was noticed about two names."""

import inspect
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names import judgement
from linkage.standardise.names.reasons import reasons_of

BITS = {
    code: int(getattr(judgement, code))
    for code in re.findall(r"^([A-Z_]+): Final = 1 << \d+$", inspect.getsource(judgement), re.MULTILINE)
}


def test_every_bit_is_one_of_its_own() -> None:
    assert len(BITS) == 23
    assert len(set(BITS.values())) == len(BITS)


@pytest.mark.parametrize("code", sorted(BITS))
def test_every_bit_of_a_judgement_has_words_in_both_languages(code: str) -> None:
    (reason,) = reasons_of(BITS[code])
    assert reason.code == code
    assert str(reason) == reason.id
    for words in (reason.id, reason.en):
        assert re.fullmatch(r"[a-z][^\n]{10,80}[^\s.]", words)
    assert reason.id != reason.en


def test_no_two_reasons_have_the_same_words() -> None:
    every = reasons_of(sum(BITS.values()))
    assert len(every) == len(BITS)
    assert len({reason.id for reason in every}) == len({reason.en for reason in every}) == len(BITS)


def test_nothing_noticed_has_no_words() -> None:
    assert reasons_of(0) == ()


@given(st.sets(st.sampled_from(sorted(BITS))))
def test_what_speaks_for_one_name_is_told_first(codes: set[str]) -> None:
    told = [reason.code for reason in reasons_of(sum(BITS[code] for code in codes))]
    assert set(told) == codes
    against = [bool(BITS[code] & judgement.AGAINST) for code in told]
    assert against == sorted(against)
