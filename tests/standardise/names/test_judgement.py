"""Whether two spellings are one name: the kernel against its plain form, and what holds of any two names."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linkage.standardise.names import judgement, token_relation
from linkage.standardise.names.judged import JudgedNames, Reading, lay_out
from linkage.standardise.names.judgement import (
    AGAINST,
    BLANKS,
    MOST_TOKENS,
    NO_NAME,
    ORDER,
    OTHER_CLAN,
    OTHER_NAME,
    judge,
)
from linkage.standardise.names.person_name import StandardName
from tests.oracles import name_judgement as plain
from tests.oracles.name_judgement import Name

TOKENS = [
    *("BUDI", "BUDHI", "SANTOSO", "SANTOSA", "SITI", "AISYAH", "AISAH", "AHMAD", "ARIF", "ARIEF", "ARIFIN", "KHAIRUL"),
    *("CHAIRUL", "RAHMAN", "ROHMAN", "RAHMAT", "SUPARNO", "SUPARNI", "SUPARNA", "SUPARNP", "PUTRA", "PUTRI", "RINA"),
    *("RINI", "HASAN", "HASANAH", "EKA", "EKO", "MARIO", "MARIA", "YULIUS", "JULIUS", "AGUSTINUS", "AGUSTINA", "YANI"),
    *(
        "JANI",
        "PANJI",
        "PANYI",
        "CECILIA",
        "SESILIA",
        "CAROLINA",
        "KAROLINA",
        "ZAINAB",
        "SAINAB",
        "M",
        "A",
        "B",
        "J",
        "C",
    ),
    *(
        "Y",
        "R",
        "HIDAYAT",
        "HIDAYATUL",
        "HIDAYATULLAH",
        "HDYT",
        "MUHAMMAD",
        "MHMD",
        "NUR",
        "HAYATI",
        "NURHAYATI",
        "SRI",
    ),
    *("WAHYU", "NINGSIH", "WAHYUNINGSIH", "SRIWAHYUNINGSIH", "SULISTYOWATI", "SULISTIYOWATI", "SULISTYO", "WATI"),
    *("RADEN", "MAS", "ANDI", "TEUKU", "CUT", "DAENG", "NGOYO", "I", "NI", "WAYAN", "MADE", "PUTU", "KETUT", "LUH"),
    *("HARAHAP", "LUBIS", "BORU", "TAN", "LIM", "LIE", "LI", "GELAR", "SUTAN", "MARAJO", "KOKOM", "KOMARIAH", "XXQZ"),
    *("王小明", "R2", "AA", "AI", "ABDUL", "ABDULLAH"),
]
FATHERS = st.sampled_from([(), (), (), ("UMAR",), ("USMAN", "ALI"), ("AHMAD",)])
WIDTHS = st.sampled_from([0, 0, 0, 25, 30, 50, 60])
SEXES = st.sampled_from([(0, 0), (0, 0), (1, 1), (1, 2), (2, 1), (0, 2)])


@st.composite
def slipped(draw: st.DrawFn) -> str:
    """A token of the pool, perhaps with a letter lost, doubled, swapped or changed, or cut short."""
    token = draw(st.sampled_from(TOKENS))
    if len(token) < 3 or draw(st.integers(0, 3)):
        return token
    place = draw(st.integers(0, len(token) - 2))
    head, one, other, tail = token[:place], token[place], token[place + 1], token[place + 2 :]
    changes = [head + other + tail, head + one + one + other + tail, head + other + one + tail, head + one]
    return draw(st.sampled_from([*changes, *(head + letter + other + tail for letter in "AIONRJ")]))


@st.composite
def names(draw: st.DrawFn) -> Name:
    tokens = tuple(draw(st.lists(slipped(), min_size=1, max_size=5)))
    marked = {token for token in tokens if 2 <= len(token) <= 6 and token.isascii() and not draw(st.integers(0, 4))}
    return in_column(Name(tokens, draw(FATHERS), frozenset(marked - {"R2"})), draw(WIDTHS))


def in_column(given_name: Name, width: int) -> Name:
    """A name that fills a column of this width, if it fits."""
    return replace(given_name, cut=width if len(raw(given_name)) + 2 <= width else 0)


def raw(given_name: Name) -> str:
    """A raw name that is read as this one, with full stops that fill a column where it does."""
    text = " ".join(f"{token}." if token in given_name.dotted else token for token in given_name.tokens)
    return f"{text} {'.' * (given_name.cut - len(text) - 1)}"


@st.composite
def near(draw: st.DrawFn) -> tuple[Name, Name]:
    """A name, and one that came of it: tokens in another order, one lost, one added, one cut short, or another."""
    left = draw(names())
    tokens = list(left.tokens)
    if draw(st.booleans()):
        tokens = draw(st.permutations(tokens))
    if draw(st.booleans()):
        place = draw(st.integers(0, len(tokens) - 1))
        tokens[place : place + 1] = draw(
            st.sampled_from([[], [tokens[place][:1]], [tokens[place][:4]], [draw(slipped())]])
        )
    if draw(st.booleans()) or not tokens:
        tokens.insert(draw(st.integers(0, len(tokens))), draw(slipped()))
    if draw(st.booleans()) and len(tokens) > 1:
        tokens[:2] = [tokens[0] + tokens[1]]
    right = Name(tuple(tokens), draw(FATHERS), left.dotted & set(tokens))
    return left, in_column(right, draw(WIDTHS))


def laid_out(*given: Name) -> tuple[JudgedNames, list[int]]:
    """Return names as arrays, and the place of each among the distinct ones."""
    read = [
        Reading(raw(name), (StandardName(name.tokens, father_hint=" ".join(name.father), truncated=name.cut > 0),))
        for name in given
    ]
    found = lay_out(read)
    return found.judged, [int(found.entries[offset]) for offset in found.entry_offsets[:-1]]


def judged(left: Name, right: Name, sexes: tuple[int, int] = (0, 0)) -> int:
    arrays, (one, other) = laid_out(left, right)
    return int(judge(arrays, one, other, *sexes))


def name(text: str, **more: Any) -> Name:
    return Name(tuple(text.split()), **more)


@given(near() | st.tuples(names(), names()), SEXES)
def test_the_kernel_equals_the_plain_form_and_the_order_of_two_names_does_not_matter(
    pair: tuple[Name, Name], sexes: tuple[int, int]
) -> None:
    found = judged(*pair, sexes)
    assert found == plain.judge(*pair, *sexes)
    assert found == judged(*reversed(pair), sexes[::-1])


@given(near(), st.lists(names(), max_size=4), SEXES)
def test_a_judgement_does_not_depend_on_the_other_names(
    pair: tuple[Name, Name], others: list[Name], sexes: tuple[int, int]
) -> None:
    arrays, places = laid_out(*others, *pair)
    assert int(judge(arrays, *places[-2:], *sexes)) == judged(*pair, sexes)


@given(names())
def test_a_name_is_itself_whatever_the_sexes(given_name: Name) -> None:
    arrays, (place, _) = laid_out(given_name, name("BUDI"))
    assert judge(arrays, place, place, 1, 2) == 0


@settings(max_examples=40)
@given(st.lists(near(), min_size=1, max_size=3), SEXES)
def test_compiled_and_plain_python_kernels_agree(pairs: list[tuple[Name, Name]], sexes: tuple[int, int]) -> None:
    arrays, places = laid_out(*(side for pair in pairs for side in pair))
    compiled = [judge(arrays, one, other, *sexes) for one in places for other in places]
    with pytest.MonkeyPatch.context() as patch:
        for module in (judgement, token_relation):
            for function, value in list(vars(module).items()):
                if hasattr(value, "py_func"):
                    patch.setattr(module, function, value.py_func)
        assert [judgement.judge(arrays, one, other, *sexes) for one in places for other in places] == compiled


@pytest.mark.parametrize(
    ("left", "right"),
    [("SRI WAHYU NINGSIH", "SRIWAHYUNINGSIH"), ("BUDIS ANTOSO", "BUDI SANTOSO"), ("I WAYAN SUDANA", "IWAYANSUDANA")],
)
def test_blanks_elsewhere_make_no_other_name(left: str, right: str) -> None:
    assert judged(name(left), name(right)) == BLANKS


def test_a_token_may_be_written_in_three_parts_beside_others() -> None:
    left, right = name("SITI SRI WAHYU NINGSIH HARAHAP"), name("SITI SRIWAHYUNINGSIH LUBIS")
    assert judged(left, right) == BLANKS | OTHER_CLAN


def test_a_long_token_written_apart_may_hold_a_slip_but_no_other_ending() -> None:
    assert judged(name("SITI SULISTYOWATI"), name("SITI SULISTIYO WATI")) == BLANKS
    assert not judged(name("SITI SULISTYOWATI"), name("SITI SULISTYO WATO")) & BLANKS
    assert not judged(name("SITI TRIANI"), name("SITI TRI ANTI")) & BLANKS


def test_a_name_of_very_many_tokens_is_the_same_only_when_its_letters_are() -> None:
    many = name(" ".join(["BUDI", "SANTOSO"] * MOST_TOKENS))
    more = replace(many, tokens=(*many.tokens, "SITI"))
    assert judged(many, replace(many, dotted=frozenset({"BUDI"}))) == 0
    assert judged(many, replace(many, tokens=("".join(many.tokens),))) == BLANKS
    assert judged(many, more) == OTHER_NAME
    assert judged(many, name("BUDI")) == OTHER_NAME


def test_a_name_of_as_many_tokens_as_are_judged_is_judged_by_them() -> None:
    tokens = [f"{first}{last}" for first in ("BUDI", "SANTO", "RAHMA", "HIDA") for last in "KLMNPRST"]
    assert len(tokens) == MOST_TOKENS
    found = judged(name(" ".join(tokens)), name(" ".join(reversed(tokens))))
    assert found & ORDER
    assert not found & AGAINST


def test_what_has_no_tokens_is_no_name() -> None:
    assert judged(Name(()), name("BUDI")) == judged(name("BUDI"), Name(())) == NO_NAME
