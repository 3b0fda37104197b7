"""How two tokens of names relate: cases, and the kernel against its plain form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.standardise.names import token_relation
from linkage.standardise.names.softness import HARD
from linkage.standardise.names.token_relation import relate
from tests.oracles import name_judgement as plain
from tests.oracles.name_judgement import Name, Token
from tests.standardise.names.test_judgement import laid_out, slipped

CASES = {
    "EQUAL": ["BUDI BUDI", "B B", "王小明 王小明"],
    "BY_SOUND": [
        *("SOEPARNO SUPARNA", "CHAIRUL KHAIRUL", "FADHIL PADIL", "RUDY RUDI", "TJIPTO CIPTA", "RAHMAN RAHMANN"),
        *("EKA EKO", "EKA EKHO", "SUPARNO SUPARNA"),
    ],
    "BY_READING": ["CESARINDA SESARINDA", "CALVINDO KALVINDO"],
    "BY_INITIAL": ["B BUDI", "S SANTOSO", "J YOHANES", "Y JOHANNES", "K CHRISTIAN", "C KRISTIAN"],
    "ABBREVIATED": ["HDYT HIDAYAT", "FAT. FATIMAH", "SANT. SANTOSO"],
    "SLIPPED": ["SUPARNP SUPARNO", "SANTOSQ SANTOSO", "HNDAYANI HANDAYANI", "BAMBANGX BAMBANG", "HIDYAAT HIDAYAT"],
    "CLOSE": [
        *("RAHMAN RAHMAT", "HALLIMAN HARLIMAN", "JAMAL KAMAL", "SALIM SALAM", "WAHYUDI WAHYUNI", "TAN TANG"),
        *("HAYATI HAYRTI", "HAYRTI HAYATI"),
    ],
    "OTHER_ENDING": [
        *("RINA RINI", "SUPARNO SUPARNI", "HASAN HASANAH", "MUNIR MUNIRA", "MARIO MARIA", "AGUSTINUS AGUSTINA"),
    ],
    "UNLIKE": ["BUDI SANTOSO", "B SANTOSO", "B S", "HASAN WAHYU", "SITORUS GINTING", "FAUZI FAUZAN", "王小明 BUDI"],
}


def relation(left: str, right: str, *, sexes_differ: bool = False) -> int:
    """The relation of two tokens; a full stop behind one marks it as an abbreviation."""
    given_names = [
        Name((token.removesuffix("."),), dotted=frozenset({token[:-1]} if token.endswith(".") else ()))
        for token in (left, right)
    ]
    arrays, (one, other) = laid_out(*given_names)
    here, there = int(arrays.token_offsets[one]), int(arrays.token_offsets[other])
    found = int(relate(arrays, here, there, sexes_differ))
    assert int(relate(arrays, there, here, sexes_differ)) == found
    return found


@pytest.mark.parametrize(("how", "pair"), [(how, pair) for how, pairs in CASES.items() for pair in pairs])
def test_two_tokens_relate_as_in_the_table(how: str, pair: str) -> None:
    assert relation(*pair.split()) == getattr(token_relation, how)


def test_the_better_a_relation_the_higher_its_number() -> None:
    order = [
        "UNLIKE",
        "OTHER_ENDING",
        "CLOSE",
        "SLIPPED",
        "ABBREVIATED",
        "BY_INITIAL",
        "BY_READING",
        "BY_SOUND",
        "EQUAL",
    ]
    numbers = [getattr(token_relation, how) for how in order]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("pair", ["EKA EKO", "SUPARNO SUPARNA", "OKTA OKTO"])
def test_an_o_and_an_a_tell_the_sexes_only_where_the_sexes_given_differ(pair: str) -> None:
    assert relation(*pair.split()) == token_relation.BY_SOUND
    assert relation(*pair.split(), sexes_differ=True) == token_relation.OTHER_ENDING


@pytest.mark.parametrize("pair", ["CHAIRUL KHAIRUL", "RUDY RUDI", "BUDI BOEDI"])
def test_sexes_that_differ_leave_equal_endings_alone(pair: str) -> None:
    assert relation(*pair.split(), sexes_differ=True) == token_relation.BY_SOUND


def test_a_name_that_people_bear_is_an_abbreviation_only_with_a_full_stop() -> None:
    assert relation("SRI", "SRIYANTO") == token_relation.UNLIKE
    assert relation("EDI", "EDISON") == token_relation.UNLIKE
    assert relation("SANT.", "SANTOSO") == token_relation.ABBREVIATED


@given(slipped(), slipped(), st.booleans(), st.booleans())
def test_the_kernel_equals_the_plain_form(left: str, right: str, sexes_differ: bool, dotted: bool) -> None:
    marked = dotted and 2 <= len(left) <= 6 and left.isascii() and left.isalpha()
    expected = plain.relate(Token(left, HARD, marked), Token(right, HARD, marked and left == right), sexes_differ)
    assert relation(f"{left}." if marked else left, right, sexes_differ=sexes_differ) == expected


@given(slipped(), st.data())
def test_the_kernel_equals_the_plain_form_an_edit_or_two_away(token: str, data: st.DataObject) -> None:
    other = token
    for _ in range(data.draw(st.integers(1, 2))):
        place = data.draw(st.integers(0, len(other) - 1))
        letter = data.draw(st.sampled_from("AEIOUNRSTHKJXQ"))
        other = data.draw(
            st.sampled_from(
                [
                    other[:place] + letter + other[place:],
                    other[:place] + letter + other[place + 1 :],
                    other[:place] + other[place + 1 : place + 2] + other[place : place + 1] + other[place + 2 :],
                    (other[:place] + other[place + 1 :]) or other,
                ]
            )
        )
    expected = plain.relate(Token(token, HARD, False), Token(other, HARD, False), False)
    assert relation(token, other) == expected
