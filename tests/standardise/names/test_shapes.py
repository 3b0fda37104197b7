"""Names of one shape are read together; which names have one."""

import numpy as np
import pyarrow as pa
import pytest

from linkage.standardise.names.families import NameFamilies
from linkage.standardise.names.letter_runs import letter_runs
from linkage.standardise.names.shape_texts import NEUTRAL, OLD, PLACES, RESPELLED, stand_in
from linkage.standardise.names.shapes import read_shapes
from linkage.standardise.names.tokens import is_old_marker, is_respellable
from linkage.standardise.names.word_flags import word_flags


def read(names: list[str], context: int = 0, families: NameFamilies | None = None) -> list[str | None]:
    """Return the names that were read by their shapes, None for the others."""
    runs = letter_runs(pa.array(names))
    words = word_flags(runs.words, families)
    tokens: list[str] = runs.words.to_pylist()

    def number(token: str) -> int:
        tokens.append(token)
        return len(tokens) - 1

    codes = np.full(len(names), context, np.uint8)
    found = read_shapes(runs, np.arange(len(names)), codes, words, families, number)
    texts = [
        " ".join(tokens[token] for token in found.ids[found.offsets[name] : found.offsets[name + 1]])
        for name in range(len(names))
    ]
    return [text if by_shape else None for text, by_shape in zip(texts, found.read, strict=True)]


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("HJ. RAHMAH LESTARI, S.PD", "RAHMAH LESTARI"),
        ("DRS. ACHMAD RIDWAN", "AHMAD RIDWAN"),
        ("IR. ABDURRAHMAN NURHIDAYAH", "ABDUL RAHMAN NUR HIDAYAH"),
        ("DJOEMENA PURNAJASA, S.H.", "DJOEMENA PURNAYASA"),
        ("LESTARI ALIAS RAHMAH", "LESTARI"),
        ("RAHMAH BINTI RIDWAN", "RAHMAH"),
        ("BAYI NY. LESTARI", ""),
        ("RAHMAH, LESTARI", "RAHMAH LESTARI"),
        ("MA'RUF-RIDWAN (ALM)", "MARUF RIDWAN"),
    ],
)
def test_a_name_of_plain_words_around_what_the_rules_look_for_has_a_shape(raw: str, canonical: str) -> None:
    assert read([raw]) == [canonical]


@pytest.mark.parametrize(
    "raw",
    [
        "HJ. RENÉ LESTARI",
        "HJ. RAHMAH2",
        "H. AL FATIH",
        "RAHMAH, S-PD",
        "HJ. QQQQQA RAHMAH",
        "",
        " ".join(["H.", *["RAHMAH"] * (len(PLACES) + 1)]),
    ],
)
def test_a_name_that_no_shape_can_hold_is_left(raw: str) -> None:
    assert read([raw]) == [None]


def test_what_is_known_of_the_bearer_is_part_of_the_shape() -> None:
    names = ["M. RIDWAN", "M. SUPRIADI"]
    assert read(names, context=1) == ["MUHAMMAD RIDWAN", "MUHAMMAD SUPRIADI"]
    assert read(names) == ["M RIDWAN", "M SUPRIADI"]


def test_a_steward_may_use_the_letters_of_the_stand_ins_and_then_no_name_has_a_shape() -> None:
    assert read(["HJ. RAHMAH"], families=NameFamilies({"QQA": "BUDI"})) == [None]


def test_a_stand_in_is_to_the_old_spelling_what_its_words_are() -> None:
    for place in range(len(PLACES)):
        words = [stand_in(sort, place) for sort in (NEUTRAL, OLD, RESPELLED)]
        assert [is_old_marker(word) for word in words] == [False, True, False]
        assert [is_respellable(word) for word in words] == [False, False, True]
