"""Places of birth: former names, spellings and administrative words to one name each."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.spec import OlderRegions
from linkage.standardise.column import StandardValues
from linkage.standardise.distinct import distinct_values
from linkage.standardise.generic_text import fold_words
from linkage.standardise.key_sets import one_key_each
from linkage.standardise.regions.resolve import bare_names
from linkage.standardise.regions.table import region_table

_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_APOSTROPHE = re.compile("['’‘`´]")
_PART = re.compile("[,(;]")
_TYPE = re.compile(
    r"(?:KABUPATEN|KAB|KOTAMADYA|KODYA|KODIA|KOTIF|(?:DATI|DT) (?:II|2)|PROVINSI|PROPINSI|PROV|ADMINISTRASI|ADM) (?=.)"
)


@dataclass(frozen=True)
class _PlaceTable:
    """``by_joined``: name without blanks to canonical name. ``exact``: common full spellings to canonical name."""

    by_joined: Mapping[str, str]
    exact: Mapping[str, str]
    words: Mapping[str, str]
    empty: frozenset[str]
    provinces: frozenset[str]


def standardise_place(values: pa.StringArray, older: OlderRegions = ()) -> StandardValues:
    """Return canonical places among distinct raw texts (no nulls), with key form "value".

    Upper case; KABUPATEN, KOTA and the like are dropped (KOTA only before the name of a regency or city); former and
    variant names become today's (UJUNG PANDANG is MAKASSAR, SOLO is SURAKARTA), and blanks within a known name do not
    count. The parts of Jakarta are JAKARTA. A place the table does not know keeps its words.

    ``older``: regencies of former times that the package's own table lacks; their names become that of their successor.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    table = _place_table(older)
    upper = pc.utf8_upper(pc.utf8_trim_whitespace(values))
    exact = pc.index_in(upper, value_set=pa.array(list(table.exact), pa.string()))
    found = pa.array(list(table.exact.values()), pa.string()).take(exact).to_pylist()
    texts = upper.to_pylist()
    for position in np.flatnonzero(pc.is_null(exact).to_numpy(zero_copy_only=False)).tolist():
        found[position] = _canonical(texts[position], table)
    distinct, mapping = distinct_values(pa.array([name or None for name in found], pa.string()))
    return StandardValues(mapping=mapping, values=distinct, key_sets={"value": one_key_each(distinct)})


def _canonical(text: str, table: _PlaceTable) -> str:
    pieces = _PART.split(text)
    parts = [words for piece in pieces if (words := _words(piece, table)) not in table.empty]
    whole = [_words(text, table)] if len(pieces) > 1 else []
    known = (_known(part, table) for part in (*whole, *parts))
    return next(filter(None, known), "") or (_untyped(parts[0]) if parts else "")


def _known(words: str, table: _PlaceTable) -> str:
    """Return the canonical name of a place in the table, else an empty text."""
    untyped = _untyped(words)
    candidates = dict.fromkeys((words, untyped, _untyped(untyped.removeprefix("KOTA "))))
    split = untyped.split()
    heads = range(1, len(split))
    candidates |= dict.fromkeys(" ".join(split[:at]) for at in heads if " ".join(split[at:]) in table.provinces)
    for candidate in candidates:
        joined = candidate.replace(" ", "")
        if name := table.by_joined.get(joined) or table.by_joined.get(_modern(joined)):
            return name
    return ""


def _untyped(words: str) -> str:
    while match := _TYPE.match(words):
        words = words[match.end() :]
    return words


def _modern(joined: str) -> str:
    """Return a name in the spelling of 1972. J stood for y; DJ for today's J."""
    modern = joined.replace("OE", "U").replace("TJ", "C").replace("NJ", "NY").replace("DJ", "\0")
    return modern.replace("J", "Y").replace("\0", "J")


def _words(text: str, table: _PlaceTable) -> str:
    words = fold_words(_APOSTROPHE.sub("", text)).split()
    return " ".join([table.words.get(word, word) for word in words])


@cache
def _place_table(older: OlderRegions) -> _PlaceTable:
    text = (resources.files("linkage.standardise") / "data" / "places.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    by_joined: dict[str, str] = {}
    for name, spellings in data["names"].items():
        by_joined |= {spelling.replace(" ", ""): name for spelling in (name, *spellings)}
    regions = region_table(older)
    bare = bare_names(regions)
    for name in bare.values():
        by_joined.setdefault(name.replace(" ", ""), name)
    for alias, code in regions.regency_aliases.items():
        former = _untyped(alias).removeprefix("KOTA ").replace(" ", "")
        by_joined.setdefault(former, by_joined[bare[code].replace(" ", "")])
    exact = {name: name for name in data["names"]}
    for name in bare.values():
        exact[name] = by_joined[name.replace(" ", "")]
        for prefix in ("KOTA ", "KABUPATEN ", "KAB. ", "KAB "):
            # Where the kabupaten of this name is another place (Kab. Pontianak), the table of names says so.
            special = _NOT_WORD.sub("", prefix + name)
            exact[prefix + name] = by_joined.get(special, exact[name])
    provinces = frozenset(item.name.upper() for item in regions.provinces.values()).union(regions.province_aliases)
    return _PlaceTable(by_joined, exact, data["words"], frozenset(data["empty"]["texts"]), provinces)
