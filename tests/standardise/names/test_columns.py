"""Person names of a whole column give what the rules give each of them alone."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkage.errors import InvariantError
from linkage.similarity.packed import hash_texts
from linkage.spec import FIELD_KINDS
from linkage.standardise.column import KeySets, StandardValues
from linkage.standardise.names.columns import canonical_names, read_column, standardise_name, standardise_names
from linkage.standardise.names.context import context_codes
from linkage.standardise.names.degrees import degree_pieces
from linkage.standardise.names.details import name_details
from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.phonetic import kfi
from linkage.standardise.names.placeholders import _SPREADSHEET
from linkage.standardise.names.tables import name_tables
from linkage.standardise.names.tokens import soft_flags
from linkage.standardise.names.vocabulary import vocabulary


def every_text(table: Iterable[str] | Mapping[str, object] | object) -> Iterator[str]:
    """Return the texts in a table of whatever shape."""
    if isinstance(table, str):
        yield table
    elif isinstance(table, Mapping):
        yield from table
        yield from (text for value in table.values() for text in every_text(value))
    elif isinstance(table, Iterable):
        yield from (text for value in table for text in every_text(value))


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
        "P.",
        "H.",
        "ST.",
        "S.H.",
        "S.",
        "PD",
        "KOM",
        "I.",
        "AL-FATIH",
        "NS.",
        "KAPT.",
        "INF",
        "PAK",
        "LELAKI",
        "BRIPKA",
        "SURJADI",
        "JANI",
        "DT",
        "IGN",
        "SE",
        "MM",
        "NURABDURRAHMAN",
        "D/H",
        "(2)",
        "II",
        "KEMBAR",
        "TN",
        "DARI",
    ),
]
LISTED = sorted(
    {
        word
        for tables in (vocabulary(), name_tables())
        for field in fields(tables)
        for entry in every_text(getattr(tables, field.name))
        for word in entry.split()
    }
)
"""Every word that any table of the rules holds."""
PIECES = sorted(degree_pieces())
LETTERS = st.text("ABDEIJKNORSTUXY", min_size=1, max_size=8)
WORD = st.sampled_from(WORDS) | st.sampled_from(LISTED) | st.sampled_from(PIECES) | LETTERS
SIGN = st.sampled_from([" "] * 12 + [". ", ", ", ",", ".", "-", "'", "/", " (", ") ", " @ ", "\t", "&", "2 ", "0", "?"])
SIGNED = st.lists(st.tuples(WORD, SIGN), max_size=6).map(lambda parts: "".join(word + sign for word, sign in parts))
RAW = st.lists(WORD, max_size=6).map(" ".join) | SIGNED | st.text(max_size=12)
RELIGIONS = st.sampled_from([0, 1, 2, 3, 4, 5, 7])
BEARERS = st.tuples(RAW, RELIGIONS, st.sampled_from([0, 1, 2]), st.booleans(), st.sampled_from([0, 1, 2]))


def keys_of(sets: KeySets, value: int) -> list[int]:
    found = [int(key) for key in sets.keys[sets.offsets[value] : sets.offsets[value + 1]]]
    assert found == sorted(set(found))
    return found


def column(raw: list[str | None], religion: list[int] | None = None) -> StandardValues:
    return standardise_names(pa.array(raw, pa.string()), None if religion is None else np.array(religion, np.uint8))


@given(st.lists(BEARERS, max_size=12))
def test_a_column_gives_each_value_what_the_rules_give_it_alone(items: list[tuple[str, int, int, bool, int]]) -> None:
    raw, religion, sex, old, culture = zip(*items, strict=True) if items else ((), (), (), (), ())
    found = standardise_names(
        pa.array(raw, pa.string()),
        np.array(religion, np.uint8),
        sex=np.array(sex, np.uint8),
        old=np.array(old, np.bool_),
        culture=np.array(culture, np.uint8),
    )
    texts = found.values.to_pylist()
    alone = [
        standardise_name(
            text, religion=faith, sex=gender, birth_year=1950 if born else None, culture=("", "bali", "minang")[region]
        )
        for text, faith, gender, born, region in items
    ]
    assert [None if code < 0 else texts[code] for code in found.mapping] == [name and name.text for name in alone]
    assert texts == sorted({name.text for name in alone if name}, key=str.encode)
    assert found.names is not None
    words = found.names.tokens.to_pylist()
    for value, text in enumerate(texts):
        place = slice(found.names.token_offsets[value], found.names.token_offsets[value + 1])
        tokens = [words[token] for token in found.names.token_ids[place]]
        assert tokens == text.split(" ")
        assert found.names.token_soft[place].tolist() == list(soft_flags(tokens))


FAMILIES = NameFamilies(
    {"BUDIE": "BUDI", "WARGO": "BIN", "MARGO": "AL", "DARJO": "SOERJA", "KARSO": "ABDURRAHMAN", "JUMENO": "JUMENA"}
)
FAMILY_WORD = st.sampled_from([*FAMILIES.canonical, *FAMILIES.canonical.values()]) | WORD


@given(st.lists(st.lists(FAMILY_WORD, max_size=5).map(" ".join), max_size=12))
def test_so_it_does_with_the_families_of_a_steward(raw: list[str]) -> None:
    found = standardise_names(pa.array(raw, pa.string()), families=FAMILIES)
    texts = [*found.values.to_pylist(), None]
    alone = [standardise_name(text, families=FAMILIES) for text in raw]
    assert [texts[code] for code in found.mapping] == [name and name.text for name in alone]


def test_a_family_with_the_letters_of_a_stand_in_is_a_family() -> None:
    families = NameFamilies({"QQA": "QQB", "QQQQQA": "BUDI", "NURQQQQQA": "SITI"})
    raw = pa.array(["HJ. SITI RAHMAH, S.PD", "DRS. QQA QQQQQA", "NURQQQQQA ALIAS QQB"])
    assert read_column(raw, context_codes(3), families).canonical.to_pylist() == ["SITI RAHMAH", "QQB BUDI", "SITI"]


def test_what_a_spreadsheet_writes_for_nothing_is_no_name_and_with_a_word_beside_it_is_one() -> None:
    raw = ["NaN", " nan", "NAN", "Nan", "NAN NIFAH", "'NAN", "NAN.", "-NAN"]
    raw += [
        change(error) for error in _SPREADSHEET for change in (str, str.upper, str.lower, str.title, "{} SITI".format)
    ]
    alone = [standardise_name(text) for text in raw]
    canonical = read_column(pa.array(raw), context_codes(len(raw))).canonical.to_pylist()
    assert canonical == [name and name.text for name in alone]
    assert canonical[:5] == [None, None, None, None, "NAN NIFAH"]


@given(st.lists(RAW | st.none(), max_size=8))
def test_the_read_names_are_the_canonical_ones_and_an_untouched_name_holds_nothing_else(raw: list[str | None]) -> None:
    values = pa.array(raw, pa.string())
    read = read_column(values, context_codes(len(raw)))
    found = standardise_names(values)
    texts = [*found.values.to_pylist(), None]
    assert read.canonical.to_pylist() == [texts[code] for code in found.mapping]
    details = name_details(values)
    beside = [(details.titles, details.degrees, details.aliases, details.father_hint, details.mother_hint)]
    for column_of in beside[0]:
        assert not (column_of.codes >= 0)[~read.touched].any()


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


def test_a_form_of_keys_is_made_once_and_an_unknown_one_never() -> None:
    sets = column(["BUDI SANTOSO"]).key_sets
    assert set(sets) == set(FIELD_KINDS["person_name"])
    assert sets["full"] is sets["full"]
    assert sets.get("soundex") is None


def test_a_name_has_the_same_keys_whatever_else_the_column_holds() -> None:
    alone, among = column(["DJOKO TJAHJONO"]), column(["AHMAD", "DJOKO TJAHJONO", "ZAINAL", "SITI"])
    place = among.values.to_pylist().index(alone.values[0].as_py())
    for form, sets in alone.key_sets.items():
        assert keys_of(sets, 0) == keys_of(among.key_sets[form], place)


def test_names_that_are_standard_already_keep_their_text_and_get_the_same_keys() -> None:
    found = column(["H SIMANJUNTAK", "NOER HAJATI"], [2, 0])
    again = canonical_names(found.values)
    assert again.values.to_pylist() == ["H SIMANJUNTAK", "NUR HAYATI"]
    assert again.mapping.tolist() == [0, 1]
    for form, sets in found.key_sets.items():
        assert again.key_sets[form].keys.tolist() == sets.keys.tolist()


@pytest.mark.parametrize(
    "bearers", [{"religion": np.array([1, 1], np.uint8)}, {"sex": np.array([3], np.uint8)}, {"religion": np.array([9])}]
)
def test_what_is_known_of_the_bearers_must_fit_the_names(bearers: dict[str, np.ndarray]) -> None:
    with pytest.raises(InvariantError, match="does not fit the names"):
        standardise_names(pa.array(["BUDI"]), **bearers)
