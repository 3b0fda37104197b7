"""Invented tables: values made by rule from short lists of syllables and words, in many languages and scripts."""

from __future__ import annotations

import random
import tomllib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from linkage.proposal.columns import ColumnSample

_WORDS = tomllib.loads(Path(__file__).with_name("words.toml").read_text(encoding="utf-8"))
NAMES, PLACES, STREETS, LABELS = (_WORDS[key] for key in ("names", "places", "streets", "labels"))
SYLLABLES = _WORDS["syllables"].split()


def letters_wrong(rng: random.Random, text: str) -> str:
    """Change, drop or double one sign of a text."""
    place = rng.randrange(len(text))
    return (
        rng.choice(
            (
                text[:place] + text[place + 1 :],
                text[:place] + text[place] * 2 + text[place + 1 :],
                text[:place] + "x" + text[place + 1 :],
            )
        )
        or text
    )


def _name(rng: random.Random, language: str, which: int) -> str:
    known = NAMES[language][which].split()
    # A long tail of names that no list has.
    if rng.random() < 0.35 and language not in ("zh", "ja", "ko", "ar", "hi", "ru", "uk", "th"):
        return "".join(rng.sample(SYLLABLES, rng.choice((2, 2, 3)))).title()
    return known[min(int(rng.expovariate(0.35)), len(known) - 1)]


def _full(rng: random.Random, language: str) -> str:
    given, family = _name(rng, language, 0), _name(rng, language, 1)
    if language in ("zh", "ko", "ja"):
        return family + given
    if language == "vi":
        return f"{family} {rng.choice(('Thị', 'Văn', 'Minh'))} {given}"
    return f"{given} {_name(rng, language, 0)} {family}" if rng.random() < 0.2 else f"{given} {family}"


def _day(rng: random.Random, first: int, last: int) -> date:
    begin = date(first, 1, 1)
    return begin + timedelta(days=rng.randrange((date(last, 12, 31) - begin).days))


def _digits(rng: random.Random, pattern: str) -> str:
    """Return a pattern with digits for ``#`` and letters for ``@``."""
    made = {"#": lambda: str(rng.randrange(10)), "@": lambda: chr(65 + rng.randrange(26))}
    return "".join(made[sign]() if sign in made else sign for sign in pattern)


def _repeated(rng: random.Random, pattern: str, distinct: int) -> str:
    return _digits(random.Random(int(rng.expovariate(3 / distinct))), pattern)


def make_value(rng: random.Random, maker: str, row: int) -> str:
    """Return one value; a maker is ``kind:argument:argument``."""
    kind, *arguments = maker.split(":")
    plain: dict[str, Callable[[], str]] = {
        "given": lambda: _name(rng, arguments[0], 0),
        "family": lambda: _name(rng, arguments[0], 1),
        "full": lambda: _full(rng, arguments[0]),
        "last_first": lambda: f"{_name(rng, arguments[0], 1)}, {_name(rng, arguments[0], 0)}",
        "date": lambda: _day(rng, int(arguments[1]), int(arguments[2])).strftime(arguments[0]),
        "of": lambda: rng.choice(arguments[0].split("|")),
        "label": lambda: rng.choice(LABELS[arguments[0]].split()),
        "digits": lambda: _digits(rng, arguments[0]),
        "coded": lambda: _repeated(rng, arguments[0], int(arguments[1])),
        "row": lambda: arguments[0] + str(row + 1),
        "place": lambda: rng.choice(PLACES[arguments[0]].split()).replace("_", " "),
        "address": lambda: rng.choice(STREETS[arguments[0]].split("|")).format(1 + int(rng.expovariate(1 / 40))),
        "street": lambda: rng.choice(STREETS[arguments[0]].split("|")).format("").strip(" ,"),
        "house": lambda: f"{1 + int(rng.expovariate(1 / 60))}{rng.choice(('', '', '', '', '', 'a', 'B'))}",
        "amount": lambda: f"{rng.lognormvariate(10, 0.6):.2f}",
        "int": lambda: str(rng.randint(int(arguments[0]), int(arguments[1]))),
        "email": lambda: _digits(rng, _name(rng, "en", 0).lower() + "##") + "@mail.example",
        "text": lambda: " ".join(rng.choice(SYLLABLES) for _ in range(rng.randint(6, 14))),
        "initial": lambda: chr(65 + rng.randrange(26)),
        "affix": lambda: rng.choice(("Jr", "Sr", "III", "II")),
        "constant": lambda: arguments[0],
        "stamp": lambda: _digits(rng, f"2024-03-1# 0#:{rng.randint(10, 59)}:{rng.randint(10, 59)}"),
    }  # fmt: skip
    return plain[kind]()


def column_sample(name: str, values: Sequence[str | None]) -> ColumnSample:
    """Return a column as reading gives it."""
    counted = Counter(value for value in values if value)
    counts = np.array(list(counted.values()), np.int64)
    return ColumnSample(name, pa.array(list(counted), pa.string()), counts, len(values))


def invent(table: dict[str, object], *, named: bool = True, filled: bool = True) -> list[ColumnSample]:
    """Return the columns of an invented table: dirty in a tenth of its values, with gaps."""
    rng = random.Random(str(table["name"]))
    rows = int(str(table.get("rows", 300)))
    dirt = float(str(table.get("dirt", 0.05)))
    columns = table["columns"]
    assert isinstance(columns, list)
    samples = []
    for place, (header, maker, *_) in enumerate(columns):
        values: list[str | None] = [make_value(rng, maker, row) for row in range(rows)]
        if not maker.startswith(("row", "constant")):
            values = [letters_wrong(rng, value) if value and rng.random() < dirt else value for value in values]
            share = 0.9 if maker.startswith("affix") else 0.06
            values = [None if rng.random() < share else value for value in values]
        read = column_sample(header if named else f"c{place + 1}", values)
        samples.append(read if filled else ColumnSample(read.name, read.values.slice(0, 0), read.counts[:0], 0))
    return samples


@pytest.fixture
def sample() -> Callable[[str, Sequence[str | None]], ColumnSample]:
    """Return the maker of a column from its rows."""
    return column_sample


@pytest.fixture
def invented() -> Callable[..., list[ColumnSample]]:
    """Return the maker of an invented table."""
    return invent
