"""Person names: the rules on one value, and the same on a whole column."""

import tomllib
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.similarity.packed import hash_texts
from linkage.standardise.column import KeySets, StandardValues
from linkage.standardise.names.columns import read_newborn, religion_code, standardise_name, standardise_names
from linkage.standardise.names.phonetic import kfi
from linkage.standardise.names.tokens import soft_flags

CASES = tomllib.loads((Path(__file__).parents[2] / "cases" / "names_standard.toml").read_text(encoding="utf-8"))["name"]

WORDS = [
    *(
        "BUDI",
        "SANTOSO",
        "SITI",
        "ABDURRAHMAN",
        "NURHAYATI",
        "NOER",
        "HAJATI",
        "DJOKO",
        "JAYA",
        "ACHMAD",
        "ST",
        "PUTRI",
    ),
    *("H", "HJ", "DRS", "M", "MD", "MUH", "R", "RM", "KT", "WY", "TB", "FX", "I", "NI", "WAYAN", "MADE", "GEDE", "AYU"),
    *("BIN", "BINTI", "BT", "AL", "FATIH", "ALIAS", "ATAU", "ALM", "SPD", "SH", "BAYI", "BY", "NY", "ANAK", "KE", "2"),
    *(
        "HARAHAP",
        "LUBIS",
        "BR",
        "GELAR",
        "SUTAN",
        "RADEN",
        "MAS",
        "KOKOM",
        "KOMARIAH",
        "XXX",
        "X",
        "TIDAK",
        "ADA",
        "NAMA",
    ),
    *(
        "TAN",
        "LIEM",
        "O'Brien",
        "José",
        "smith",
        "S.PD",
        "M.SI,",
        "(ALM)",
        "A.",
        "-",
        "/",
        "@",
        "王小明",
        "B0DI",
        "SITI2",
    ),
]
RAW = st.lists(st.sampled_from(WORDS), max_size=6).map(" ".join) | st.text(max_size=12)
RELIGIONS = st.sampled_from([0, 1, 2, 4, 5])


def keys_of(sets: KeySets, value: int) -> list[int]:
    found = [int(key) for key in sets.keys[sets.offsets[value] : sets.offsets[value + 1]]]
    assert found == sorted(set(found))
    return found


def column(raw: list[str | None], religion: list[int] | None = None) -> StandardValues:
    return standardise_names(pa.array(raw, pa.string()), None if religion is None else np.array(religion, np.uint8))


@pytest.mark.parametrize("case", [pytest.param(case, id=f"{case['raw']}|{case.get('religion')}") for case in CASES])
def test_a_raw_name_becomes_its_canonical_tokens_and_hints(case: dict[str, Any]) -> None:
    name = standardise_name(case["raw"], religion=case.get("religion"))
    assert name is not None
    for attribute in set(case) - {"raw", "religion"}:
        found = getattr(name, attribute)
        assert (list(found) if isinstance(found, tuple) else found) == case[attribute], attribute


@pytest.mark.parametrize(
    "raw",
    [
        "",
        " ",
        "-",
        "--",
        ".",
        "0",
        "?",
        "12345",
        "XXX",
        "TIDAK ADA",
        "Tdk. Diketahui",
        "TANPA NAMA",
        "N/A",
        "NN",
        "ALM.",
    ],
)
def test_a_value_that_says_there_is_no_name_is_missing(raw: str) -> None:
    assert standardise_name(raw) is None


@pytest.mark.parametrize(
    ("raw", "mother", "order"),
    [
        ("BAYI NY. SITI AMINAH", "SITI AMINAH", 0),
        ("BY NY ACHMAD", "AHMAD", 0),
        ("ANAK KE 2", "", 2),
        ("BAYI NY WATI ANAK KE 3", "WATI", 3),
    ],
)
def test_a_newborns_placeholder_is_no_name_but_says_whose_child_it_is(raw: str, mother: str, order: int) -> None:
    hints = read_newborn(raw)
    assert standardise_name(raw) is None
    assert hints is not None
    assert (hints.mother_hint, hints.birth_order) == (mother, order)


@pytest.mark.parametrize("raw", ["BUDI", "-", "TIDAK ADA"])
def test_other_values_tell_nothing_of_a_newborn(raw: str) -> None:
    assert read_newborn(raw) is None


@pytest.mark.parametrize(
    ("raw", "religion", "trace"),
    [
        ("BUDI SANTOSO", None, ()),
        ("Budi, S.Pd", None, ("N1", "N3")),
        ("H. M. YUSUF", "1", ("N7", "N8", "N10")),
        ("NOER HAJATI", None, ("EYD", "N11")),
        ("ALI BIN UMAR", None, ("N14",)),
        ("I WAYAN SUDANA", None, ("N15",)),
    ],
)
def test_the_trace_names_the_rules_that_changed_something(
    raw: str, religion: str | None, trace: tuple[str, ...]
) -> None:
    name = standardise_name(raw, religion=religion)
    assert name is not None
    assert name.trace == trace


@pytest.mark.parametrize(
    ("text", "code"),
    [(None, 0), ("", 0), ("1", 1), ("ISLAM", 1), ("islam", 1), ("Katholik", 3), ("HINDU", 4), ("7", 0), ("?", 0)],
)
def test_a_religion_is_read_by_number_or_name(text: str | None, code: int) -> None:
    assert religion_code(text) == code


@given(st.lists(st.tuples(RAW, RELIGIONS), max_size=12))
def test_a_column_gives_each_value_what_the_rules_give_it_alone(items: list[tuple[str, int]]) -> None:
    found = column([raw for raw, _ in items], [religion for _, religion in items])
    texts = found.values.to_pylist()
    alone = [standardise_name(raw, religion=str(religion)) for raw, religion in items]
    assert [None if code < 0 else texts[code] for code in found.mapping] == [name and name.text for name in alone]
    assert texts == sorted({name.text for name in alone if name}, key=str.encode)
    assert found.names is not None
    words = found.names.tokens.to_pylist()
    for value, text in enumerate(texts):
        place = slice(found.names.token_offsets[value], found.names.token_offsets[value + 1])
        tokens = [words[token] for token in found.names.token_ids[place]]
        assert tokens == text.split(" ")
        assert found.names.token_soft[place].tolist() == list(soft_flags(tokens))


@given(st.lists(RAW, max_size=8))
def test_key_sets_are_those_of_the_canonical_tokens(raw: list[str]) -> None:
    found = column([*raw])
    forms = found.names
    assert forms is not None
    for value, text in enumerate(found.values.to_pylist()):
        tokens = text.split(" ")
        hard = [token for token, soft in zip(tokens, soft_flags(tokens), strict=True) if not soft]
        sounds = {token: {int(key) for key in hash_texts(pa.array(kfi(token)))} for token in hard}
        assert set(keys_of(found.key_sets["first"], value)) == sounds[hard[0]]
        assert set(keys_of(found.key_sets["last"], value)) == sounds[hard[-1]]
        assert set(keys_of(found.key_sets["tokens"], value)) == set().union(*sounds.values())
        combinations = {tuple(sorted(choice)) for choice in product(*(sounds[token] for token in hard))}
        assert len(keys_of(found.key_sets["full"], value)) in (
            {len(combinations)} if len(combinations) <= 4 else range(1, 9)
        )
        assert len(keys_of(found.key_sets["value"], value)) == 1


def shared(left: str, right: str, form: str) -> bool:
    found = column([left, right])
    one, other = (set(keys_of(found.key_sets[form], int(value))) for value in found.mapping)
    return bool(one & other)


def test_full_keys_ignore_order_and_soft_tokens_and_hear_spelling() -> None:
    assert shared("DJOKO TJAHJONO", "CAHYONO JOKO", "full")
    assert shared("NI MADE SARI", "SARI", "full")
    assert not shared("BUDI SANTOSO", "BUDI HARTONO", "full")


def test_value_keys_ignore_order_alone() -> None:
    assert shared("BUDI SANTOSO", "SANTOSO BUDI", "value")
    assert not shared("SANTOSO BUDI", "SANTOSA BUDI", "value")
    assert not shared("BUDI", "BUDI BUDI", "value")


def test_first_and_last_are_those_of_the_hard_tokens() -> None:
    assert shared("NI MADE SARI", "SARI DEWI", "first")
    assert shared("BUDI HARAHAP", "AGUS BUDI", "last")


def test_a_null_is_missing_and_a_column_of_nothing_is_empty() -> None:
    assert column([None, "BUDI"]).mapping.tolist() == [-1, 0]
    nothing = column([])
    assert len(nothing.values) == 0
    assert nothing.key_sets["full"].offsets.tolist() == [0]


def test_a_name_has_the_same_keys_whatever_else_the_column_holds() -> None:
    alone, among = column(["DJOKO TJAHJONO"]), column(["AHMAD", "DJOKO TJAHJONO", "ZAINAL", "SITI"])
    place = among.values.to_pylist().index("DJOKO TJAHJONO")
    for form, sets in alone.key_sets.items():
        assert keys_of(sets, 0) == keys_of(among.key_sets[form], place)
