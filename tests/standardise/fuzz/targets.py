"""What is fuzzed: for each target the inputs to begin with, what to strew in, and what must hold.

The same targets serve hypothesis, the table of findings and the long run of ``benchmarks/fuzz_standardise.py``. The
inputs to begin with are the raw values of the tables of cases.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.intake.fuzz.edits import Words
from tests.intake.fuzz.words import TOML
from tests.standardise.fuzz import name_checks, value_checks
from tests.standardise.fuzz.fields import seed
from tests.standardise.fuzz.words import table_words, words

CASES = Path(__file__).parents[2] / "cases"


@dataclass(frozen=True)
class Target:
    """``seeds``: inputs to begin with. ``words``: what its rules take as one. ``check``: raises when an input ends
    otherwise than it may."""

    seeds: tuple[bytes, ...]
    words: tuple[Words, ...]
    check: Callable[[bytes], None]


def targets() -> dict[str, Target]:
    """Return every target by name."""
    name_words = words(*table_words(*(f"names/{name}.toml" for name in ("abbreviations", "titles", "soft", "words"))))
    names = (*_raw("names_standard.toml", "name"), *_pairs("name_agreement.toml", "names_whole.toml"))
    dates, niks = _raw("dates.toml", "parse", "one"), _raw("niks.toml", "parse")
    places = (*_raw("places.toml", "place"), *_pairs("places.toml"))
    addresses = (*_raw("addresses.toml", "address"), *_pairs("addresses.toml"))
    place_words = words(*table_words("places.toml"), *table_words("codes.toml"))
    digits = (b"3273010203900001", b"3273014203900001", b"0", b"9999", b"19900231", b"1990", b"12", b"45678.0")
    address_words = words(*table_words("address.toml"), *digits)
    return {
        "name": Target(names, name_words, name_checks.check_name),
        "pair": Target(_pairs("name_agreement.toml", "names_whole.toml"), name_words, name_checks.check_pair),
        "sounds": Target(_pairs("names_tokens_meet.toml"), name_words, name_checks.check_sounds),
        "families": Target((seed(name_checks.FAMILIES_TEXT),), TOML, name_checks.check_families),
        "date": Target(dates, words(*table_words("months.toml"), *digits), value_checks.check_date),
        "nik": Target((*niks, *_pairs("niks.toml")), words(*digits), value_checks.check_nik),
        "place": Target(places, place_words, value_checks.check_place),
        "address": Target(addresses, address_words, value_checks.check_address),
        "region": Target((*_regions(), *places), (*place_words, *words(*digits)), value_checks.check_region),
    }


def _raw(file: str, *kinds: str) -> tuple[bytes, ...]:
    """Return the raw values of a table of cases, each an input."""
    return tuple(seed(text) for case in _cases(file, *kinds) for text in _listed(case.get("raw", "")))


def _pairs(*files: str) -> tuple[bytes, ...]:
    """Return the left and the right value of each pair in tables of cases, as inputs of two texts."""
    cases = [case for file in files for case in _cases(file) if "left" in case and "right" in case]
    return tuple(seed(str(case["left"]), str(case["right"])) for case in cases)


def _regions() -> tuple[bytes, ...]:
    texts = ("3273", "32.73.01.1001", "9109 MIMIKA", "KAB. BANDUNG", "KOTA ADM. JAKARTA TIMUR", "JABAR", "TJ. PINANG")
    return tuple(seed(text) for text in texts)


def _cases(file: str, *kinds: str) -> Iterator[dict[str, Any]]:
    data = tomllib.loads((CASES / file).read_text(encoding="utf-8"))
    for kind in kinds or data:
        yield from data[kind]


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
