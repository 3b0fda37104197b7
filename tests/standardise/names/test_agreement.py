"""How two names agree: the tables of the specification, what is told of a pair, and what holds of any two texts."""

import tomllib
from collections import Counter
from itertools import permutations
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.standardise import NameAgreement, compare_name_columns, compare_names
from linkage.standardise.names import agreement
from linkage.standardise.names.agreement import IDENTICAL
from linkage.standardise.names.folding import fold_name
from linkage.standardise.names.person_name import standardise_name
from linkage.standardise.names.reasons import reasons_of

CASES = Path(__file__).parents[2] / "cases"


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))


AGREEMENT = table("name_agreement")
OLD_FLAG = [("SURJADI", "SURYADI"), ("WAHJUDI", "WAHYUDI"), ("JANI", "YANI"), ("SUNJOTO", "SUNYOTO")]
COLLISIONS = [
    ("EKA", "EKO"),
    ("OKTA", "OKTO"),
    ("TRISNA", "TRISNO"),
    ("BUDIANA", "BUDIONO"),
    ("UMAY", "UMI"),
    ("VERA", "VERO"),
]
NOBODY = [None, "", " ", "-", "XXX", "TIDAK ADA", "TANPA NAMA", "BAYI NY SITI", "BAYI NY. SITI", "ANAK KE 2", "\0"]
KNOWN = ("religion", "birth_year", "sex_left", "sex_right")


def ids(pairs: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(pair, id=f"{pair['left']}|{pair['right']}") for pair in pairs]


def both_ways(left: str | None, right: str | None, **known: Any) -> NameAgreement:
    """Compare in both orders, the sexes exchanged with the names."""
    found = compare_names(left, right, **known)
    turned = {"sex_left": known.get("sex_right"), "sex_right": known.get("sex_left")}
    assert compare_names(right, left, **{**known, **turned}) == found
    return found


# The tables.


@pytest.mark.parametrize("pair", ids(AGREEMENT["pair"]))
def test_what_is_told_of_a_pair_is_that_of_the_table(pair: dict[str, Any]) -> None:
    found = both_ways(pair["left"], pair["right"], **{name: pair[name] for name in KNOWN if name in pair})
    assert [reason.code for reason in found.reasons] == pair["reasons"]
    assert (found.level, found.same_name) == (pair["level"], pair["same"])


def test_every_reason_stands_in_two_cases_at_least() -> None:
    told = Counter(code for pair in AGREEMENT["pair"] for code in pair["reasons"])
    assert set(told) == {reason.code for reason in reasons_of((1 << 32) - 1)}
    assert min(told.values()) >= 2


@pytest.mark.parametrize("pair", ids(table("names_tokens_meet")["pair"]))
def test_a_token_in_two_spellings_is_one_name_and_sounds_alike(pair: dict[str, Any]) -> None:
    found = both_ways(pair["left"], pair["right"])
    assert found.same_name
    assert found.level >= 3


@pytest.mark.parametrize("pair", ids(table("names_tokens_apart")["pair"]))
def test_tokens_of_different_people_are_not_one_name(pair: dict[str, Any]) -> None:
    assert not both_ways(pair["left"], pair["right"]).same_name


@pytest.mark.parametrize("spellings", [pytest.param(group["spellings"]) for group in AGREEMENT["one_name"]])
def test_all_spellings_of_a_whole_name_agree(spellings: list[str]) -> None:
    for left, right in permutations(spellings, 2):
        found = compare_names(left, right)
        assert found.same_name
        assert found.level >= 2


@pytest.mark.parametrize("pair", ids(AGREEMENT["two_names"]))
def test_whole_names_of_different_people_do_not_agree(pair: dict[str, Any]) -> None:
    found = both_ways(pair["left"], pair["right"])
    assert not found.same_name
    assert found.level <= 2


@pytest.mark.parametrize(("left", "right"), OLD_FLAG)
def test_who_was_born_before_the_reform_may_have_a_j_for_a_y(left: str, right: str) -> None:
    found = both_ways(left, right, birth_year=1960)
    assert found.same_name
    assert found.level >= 3
    assert both_ways(left, right, birth_year=1972).same_name


@pytest.mark.parametrize(("left", "right"), OLD_FLAG)
def test_a_j_is_no_y_where_nothing_tells_of_the_old_spelling(left: str, right: str) -> None:
    found = both_ways(left, right)
    assert not found.same_name
    assert found.level < 3
    assert both_ways(left, right, birth_year=1973) == found


@pytest.mark.parametrize("year", [None, 1960])
def test_jaya_is_never_yaya(year: int | None) -> None:
    assert not both_ways("JAYA", "YAYA", birth_year=year).same_name


@pytest.mark.parametrize(("left", "right"), COLLISIONS)
def test_names_that_an_o_and_an_a_tell_apart_agree_unless_the_sexes_given_differ(left: str, right: str) -> None:
    for sexes in ({}, {"sex_left": 1}, {"sex_right": 2}, {"sex_left": 1, "sex_right": 1}):
        assert both_ways(left, right, **sexes).same_name
    for one, other in (("L", "P"), (2, 1)):
        found = both_ways(left, right, sex_left=one, sex_right=other)
        assert not found.same_name
        assert "OTHER_SEX" in [reason.code for reason in found.reasons]


@pytest.mark.parametrize("name", ["BUDI", "SITI AISYAH", "EKA", "NI MADE SARI"])
def test_sexes_that_differ_make_no_other_name_of_an_equal_one(name: str) -> None:
    assert both_ways(name, name, sex_left=1, sex_right=2).same_name


# Arguments.


@pytest.mark.parametrize(
    "known",
    [
        *({"religion": value} for value in (0, 1, 2, 3, 4, 5, 6, 7, "1", "7", "ISLAM", "Kristen", "KRISTEN PROTESTAN")),
        *({"religion": value} for value in ("KATHOLIK", "KATOLIK", "HINDU", "HINDHU", "BUDHA", "BUDDHA")),
        *({"religion": value} for value in ("KONG HUCHU", "KHONGHUCU", "KEPERCAYAAN", np.uint8(4), None)),
        *({"sex_left": value} for value in (0, 1, 2, "1", "2", "L", "P", "LAKI-LAKI", "Perempuan", np.uint8(2), None)),
        *({"sex_right": value} for value in (1, "P", "PEREMPUAN")),
        *({"birth_year": value} for value in (1850, 1972, 2024, np.int32(1960), None)),
    ],
)
def test_what_registers_say_of_a_bearer_is_understood(known: dict[str, Any]) -> None:
    assert compare_names("BUDI SANTOSO", "BUDI SANTOSO", **known) == NameAgreement(IDENTICAL, True, ())


@pytest.mark.parametrize(
    "known",
    [
        *({"religion": value} for value in (8, -1, 99, 1.0, True, "8", "MARS", "L", "-", b"1")),
        *({"sex_left": value} for value in (3, -1, 1.0, True, "3", "X", "ISLAM", b"L")),
        *({"sex_right": value} for value in (3, "BUDI", False)),
        *({"birth_year": value} for value in (72, -1960, 1849, 2101, 10_000, 1960.0, "1960", True)),
    ],
)
def test_what_nobody_can_understand_of_a_bearer_is_an_error(known: dict[str, Any]) -> None:
    (argument,) = known
    with pytest.raises(ValueError, match=argument.split("_")[0]):
        compare_names("BUDI", "BUDI", **known)


@pytest.mark.parametrize("label", ["KATHOLIK", "3", 3])
def test_labels_and_numbers_of_a_religion_say_the_same(label: Any) -> None:
    assert compare_names("FX. BUDI", "FRANSISKUS XAVERIUS BUDI", religion=label).level == 4


@pytest.mark.parametrize("other", [{"right": ["A"]}, {"sex_left": [1]}, {"sex_right": [1]}, {"religion": [1]}])
def test_columns_of_different_lengths_are_an_error(other: dict[str, Any]) -> None:
    names = pa.array(["BUDI", "SITI"], pa.string())
    known = {name: np.array(value, np.uint8) for name, value in other.items() if name != "right"}
    with pytest.raises(InvariantError):
        compare_name_columns(names, pa.array(other["right"], pa.string()) if "right" in other else names, **known)


def test_no_pairs_have_no_agreements() -> None:
    none = pa.array([], pa.string())
    found = compare_name_columns(none, none)
    assert (len(found.level), len(found.same_name), len(found.reasons)) == (0, 0, 0)
    assert (found.level.dtype, found.same_name.dtype, found.reasons.dtype) == (np.uint8, np.bool_, np.uint32)


# What holds of any two texts.

WORDS = [
    *(
        "BUDI",
        "BOEDI",
        "SANTOSO",
        "SANTOSA",
        "SUPARNO",
        "SUPARNI",
        "SUPARNP",
        "SITI",
        "ST.",
        "AISYAH",
        "AISAH",
        "HASAN",
    ),
    *(
        "HASANAH",
        "EKA",
        "EKO",
        "M.",
        "MUH.",
        "MUHAMMAD",
        "ABD.",
        "ABDURRAHMAN",
        "NURHAYATI",
        "HDYT",
        "HIDAYAT",
        "A",
        "B.",
    ),
    *(
        "H.",
        "DRS.",
        "RADEN",
        "R.M.",
        "I",
        "NI",
        "WAYAN",
        "WY.",
        "MADE",
        "SARI",
        "ANDI",
        "DAENG",
        "HARAHAP",
        "LUBIS",
        "BORU",
    ),
    *(
        "LIE",
        "LIM",
        "BIN",
        "BINTI",
        "UMAR",
        "ALIAS",
        "@",
        "/",
        ", S.PD",
        "(ALM)",
        "SUTAN",
        "KOKOM",
        "KOMARIAH",
        "-",
        "BAYI",
    ),
    *("NY", "TIDAK ADA", "JANI", "YANI", "SURJADI", "SURYADI", "CECILIA", "SESILIA", "é", "王", "R2", "SRI", "WAHYU"),
]
NAMES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
RAW = (
    st.none()
    | NAMES
    | NAMES
    | st.text(max_size=12)
    | st.sampled_from(["-", "BAYI NY SITI", "MUHAMMAD SAIFUL HIDAYATUL"])
)
BEARERS = st.fixed_dictionaries(
    {
        "religion": st.sampled_from([None, 1, 3, 4, "ISLAM"]),
        "birth_year": st.sampled_from([None, 1950, 1990]),
        "sex_left": st.sampled_from([None, 1, 2]),
        "sex_right": st.sampled_from([None, "L", "P"]),
    }
)


@given(RAW, RAW, BEARERS)
def test_the_order_of_two_texts_does_not_matter_and_any_text_has_an_answer(
    left: str | None, right: str | None, known: dict[str, Any]
) -> None:
    found = both_ways(left, right, **known)
    assert 0 <= found.level <= IDENTICAL
    assert found.same_name or found.reasons


@settings(max_examples=60)
@given(RAW, BEARERS, st.sampled_from(NOBODY))
def test_a_missing_name_never_agrees(text: str | None, known: dict[str, Any], nobody: str | None) -> None:
    found = both_ways(text, nobody, **known)
    assert (found.level, found.same_name, [reason.code for reason in found.reasons]) == (0, False, ["NO_NAME"])


@settings(max_examples=80)
@given(RAW, BEARERS)
def test_a_name_is_identical_to_itself(text: str | None, known: dict[str, Any]) -> None:
    assume(text is not None and standardise_name(text) is not None)
    known["sex_right"] = known["sex_left"]
    assert compare_names(text, text, **known) == NameAgreement(IDENTICAL, True, ())


@settings(max_examples=80)
@given(NAMES, st.sampled_from([str.lower, str.title, lambda text: f" {text.replace(' ', '  ')} "]))
def test_case_and_blanks_leave_a_name_identical(text: str, change: Any) -> None:
    assume(standardise_name(text) is not None)
    found = compare_names(text, change(text))
    assert (found.level, found.same_name) == (IDENTICAL, True)


@given(RAW, RAW, BEARERS)
def test_only_the_same_letters_are_identical(left: str | None, right: str | None, known: dict[str, Any]) -> None:
    if compare_names(left, right, **known).level == IDENTICAL:
        assert left is not None
        assert right is not None
        assert fold_name(left) == fold_name(right)


@settings(max_examples=60)
@given(st.lists(st.tuples(RAW, RAW, BEARERS), max_size=8))
def test_a_column_of_pairs_is_judged_as_each_pair_alone(
    items: list[tuple[str | None, str | None, dict[str, Any]]],
) -> None:
    codes = {None: 0, "ISLAM": 1, "L": 1, "P": 2}

    def of_all(name: str, kind: type[np.generic]) -> Any:
        return np.array([codes.get(known[name], known[name]) for _, _, known in items], kind)

    found = compare_name_columns(
        pa.array([left for left, _, _ in items], pa.string()),
        pa.array([right for _, right, _ in items], pa.string()),
        religion=of_all("religion", np.uint8),
        birth_year=of_all("birth_year", np.int32),
        sex_left=of_all("sex_left", np.uint8),
        sex_right=of_all("sex_right", np.uint8),
    )
    answers = zip(found.level.tolist(), found.same_name.tolist(), map(reasons_of, found.reasons.tolist()), strict=True)
    assert [NameAgreement(*answer) for answer in answers] == [
        compare_names(left, right, **known) for left, right, known in items
    ]


def test_a_name_is_read_once_however_many_pairs_it_stands_in(monkeypatch: pytest.MonkeyPatch) -> None:
    read, reader = Counter[str](), agreement._read

    def counted(raw: list[str], key: int) -> Any:
        found = reader(raw, key)
        read[found.raw] += 1
        return found

    names = [f"{first} {last}" for first in ("BUDI", "SITI", "EKA", "M.", "DJOKO") for last in WORDS[:10]]
    assert len(set(names)) == 50
    chosen = np.random.default_rng(4).integers(0, 50, (2, 2_000))
    columns = [pa.array([names[place] for place in side], pa.string()) for side in chosen]
    monkeypatch.setattr(agreement, "_read", counted)
    found = compare_name_columns(*columns)
    assert set(read) == set(names)
    assert set(read.values()) == {1}
    assert (found.level == IDENTICAL).tolist() == (chosen[0] == chosen[1]).tolist()
