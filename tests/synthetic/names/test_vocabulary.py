"""Name tables: single tokens with a heavy head, a long natural tail, other spellings and an old spelling."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from linkage.synthetic.names.vocabulary import NameTable, load_vocabulary, to_old_spelling
from linkage.synthetic.package_data import read_data

FILES = ("names_java.toml", "names_faith.toml", "names_islands.toml")
# Written as two words by everybody: titles of Bali, Buton's LA ODE and WA ODE, Portuguese and Dutch family names.
OF_TWO_WORDS = re.compile(r"(I|NI|IDA|ANAK|DEWA|GUSTI|COKORDA|DESAK|NGAKAN)\|.*|(LA|WA)\|ODE|(DA|DE)\|[A-Z]+")
# Presidents and vice-presidents with more than one name; a single name such as SUHARTO is borne by many.
NATIONAL_FIGURES = (
    "BACHARUDDIN JUSUF HABIBIE",
    "ABDURRAHMAN WAHID",
    "MEGAWATI SUKARNOPUTRI",
    "SUSILO BAMBANG YUDHOYONO",
    "JOKO WIDODO",
    "PRABOWO SUBIANTO",
    "MOHAMMAD HATTA",
    "ADAM MALIK",
    "UMAR WIRAHADIKUSUMAH",
    "TRY SUTRISNO",
    "HAMZAH HAZ",
    "JUSUF KALLA",
    "MARUF AMIN",
    "GIBRAN RAKABUMING RAKA",
)


def _listed() -> Iterator[tuple[str, str]]:
    """Yield each listed token, as it stands in the file, with the name of its table."""
    for file in FILES:
        for name, table in read_data(file).items():
            for key in ("both", "m", "f"):
                yield from ((name, token) for token in table.get(key, "").split())


def _table(name: str, sex: int) -> NameTable:
    vocabulary = load_vocabulary()
    return vocabulary.tables[vocabulary.number(name) + sex]


def _texts(table: NameTable) -> list[str]:
    texts: list[str] = load_vocabulary().texts.take(pa.array(table.ids)).to_pylist()
    return texts


def test_the_tables_hold_single_tokens_in_upper_case() -> None:
    for name, token in _listed():
        assert re.fullmatch(r"[A-ZÀ-Þ'’.|-]+|_", token), (name, token)
        assert "|" not in token or OF_TWO_WORDS.fullmatch(token), (name, token)


def test_no_table_lists_a_token_twice() -> None:
    for file in FILES:
        for name, table in read_data(file).items():
            for key in ("both", "m", "f"):
                tokens = table.get(key, "").split()
                assert len(tokens) == len(set(tokens)), (name, key)


@pytest.mark.parametrize("figure", NATIONAL_FIGURES)
def test_no_table_holds_the_full_name_of_a_national_figure(figure: str) -> None:
    parts = figure.split()
    forbidden = {f"{sign}".join(parts[:count]) for sign in ("", " ", "-") for count in range(2, len(parts) + 1)}
    assert forbidden.isdisjoint(load_vocabulary().texts.to_pylist())


def test_every_table_gives_both_sexes_names_whose_shares_sum_to_one() -> None:
    vocabulary = load_vocabulary()
    assert len(vocabulary.tables) == 2 * len(vocabulary.names)
    for table in vocabulary.tables:
        assert table.ids.size == table.running.size > 0
        assert (np.diff(table.running, prepend=0.0) >= 0).all()
        assert table.running[-1] == 1.0
        assert (np.diff(table.ids) > 0).all()


@pytest.mark.parametrize(
    ("name", "sex", "tokens"),
    [
        ("java_old", 0, 900),
        ("java_old", 1, 900),
        ("modern", 0, 2_000),
        ("modern", 1, 4_000),
        ("bali_given", 0, 600),
        ("baptis", 1, 400),
        ("madura", 0, 250),
    ],
)
def test_the_tail_of_a_table_is_long_and_its_head_heavy(name: str, sex: int, tokens: int) -> None:
    shares = np.sort(np.diff(_table(name, sex).running, prepend=0.0))[::-1]
    assert shares.size > tokens
    assert shares[0] < 0.08
    assert shares[: shares.size // 10].sum() > 0.3


def test_composed_names_have_no_doubled_vowels_or_parts() -> None:
    vocabulary = load_vocabulary()
    tail = set(vocabulary.texts.slice(0, vocabulary.size).to_pylist()) - {
        token.replace("|", " ") for _, token in _listed()
    }
    doubled = [token for token in tail if re.search(r"([A-Z]{3,})\1", token)]
    assert not doubled


@pytest.mark.parametrize(
    ("name", "sex", "usual", "other"),
    [
        ("islam", 0, "SYAMSUDDIN", "SAMSUDDIN"),
        ("islam", 1, "FATIMAH", "PATIMAH"),
        ("modern", 0, "RIZKY", "RIZKI"),
        ("java_mid", 0, "SUPRIYADI", "SUPRIADI"),
        ("baptis", 1, "ELISABETH", "ELISABET"),
    ],
)
def test_a_name_is_also_written_otherwise_but_less_often(name: str, sex: int, usual: str, other: str) -> None:
    table = _table(name, sex)
    share = dict(zip(_texts(table), np.diff(table.running, prepend=0.0), strict=True))
    assert 0 < share[other] < share[usual]


@pytest.mark.parametrize(
    ("new", "old"),
    [("SUJONO", "SOEDJONO"), ("CAHYONO", "TJAHJONO"), ("YATIMAH", "JATIMAH"), ("NURHAYATI", "NOERHAJATI")],
)
def test_the_old_spelling_is_that_before_1947(new: str, old: str) -> None:
    assert to_old_spelling(pa.array([new])).to_pylist() == [old]


def test_names_that_are_not_indonesian_words_keep_their_spelling() -> None:
    vocabulary = load_vocabulary()
    texts = vocabulary.texts.to_pylist()
    old = dict(zip(texts[: vocabulary.size], texts[vocabulary.size :], strict=True))
    assert old["SUTRISNO"] == "SOETRISNO"
    assert old["AGUSTINUS"] == "AGUSTINUS"
    assert old["JENNIFER"] == "JENNIFER"


def test_a_table_can_be_read_at_given_places_of_its_running_share() -> None:
    table = _table("chinese_last", 0)
    assert table.at(np.array([0.0, 0.5, 1.0])).tolist() == [
        table.ids[0],
        table.ids[np.searchsorted(table.running, 0.5)],
        table.ids[-1],
    ]
