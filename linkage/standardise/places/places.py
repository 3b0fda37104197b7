"""Places of birth: former names, spellings and administrative words to one name each."""

from __future__ import annotations

import re
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.spec import OlderRegions
from linkage.standardise.column import StandardValues
from linkage.standardise.distinct import distinct_values
from linkage.standardise.generic_text import fold_words
from linkage.standardise.key_sets import one_key_each
from linkage.standardise.places.table import FormerPlace, PlaceTable, place_table

HOSPITAL: Final = "RS "
"""How the canonical name of a place begins that is a hospital or clinic and says no town."""

BELOW: Final = {"district": "KEC", "village": "DESA"}
"""What stands before the canonical name of a sub-district or village that is called like a regency, by its kind."""

_APOSTROPHE = re.compile("['’‘`´]")
_PART = re.compile("[,(;]")
_TYPE = re.compile(
    r"(?:KABUPATEN|KAB|KOTAMADYA|KODYA|KODIA|KOTIF|(?:DATI|DT) (?:II|2)|PROVINSI|PROPINSI|PROV|ADMINISTRASI|ADM) (?=.)"
)
_DATE = re.compile(r"(?:[\s,/.-]|TGL|TANGGAL)*\d{1,2}[\s./-]+(?:\d{1,2}|[A-Z]{3,9})[\s./-]+\d{2,4}\W*$")
_REGION_PARTS = ("regency", "", "hospital", "district", "village", "province")
_LONGEST_NAME = 4
_ROUNDS = 8


def standardise_place(values: pa.StringArray, older: OlderRegions = ()) -> StandardValues:
    """Return canonical places among distinct raw texts (no nulls), with key form "value".

    Upper case; KABUPATEN, KOTA and the like are dropped (KOTA only before the name of a regency or city); former and
    variant names become today's (UJUNG PANDANG is MAKASSAR, SOLO is SURAKARTA), and blanks within a known name do not
    count. The parts of Jakarta are JAKARTA. A date behind the place is left out. Of DESA X KEC Y KAB Z the regency
    counts, of a hospital the town in its name; one that names no town begins with RS. A place the table does not know
    keeps its words.

    ``older``: regencies of former times that the package's own table lacks; their names become that of their successor.

    Raises:
        SpecError: an older code does not fit the table of regions.
    """
    table = place_table(older)
    upper = pc.utf8_upper(pc.utf8_trim_whitespace(values))
    exact = pc.index_in(upper, value_set=pa.array(list(table.exact), pa.string()))
    found = pa.array(list(table.exact.values()), pa.string()).take(exact).to_pylist()
    texts = values.to_pylist()  # Arrow's capital of a letter is not always Python's
    for position in np.flatnonzero(pc.is_null(exact).to_numpy(zero_copy_only=False)).tolist():
        found[position] = canonical_place(texts[position], older)
    distinct, mapping = distinct_values(pa.array([name or None for name in found], pa.string()))
    return StandardValues(mapping=mapping, values=distinct, key_sets={"value": one_key_each(distinct)})


def canonical_place(text: str, older: OlderRegions = ()) -> str:
    """Return the canonical name of one place, empty when the text says nothing; it is its own canonical name."""
    once, again = text, _read(text, older)
    for _ in range(_ROUNDS):
        # Of what the table does not know, dropping one word may lay bare another: DESA TTL.
        if again in ("", once):
            break
        once, again = again, _read(again, older)
    return again


def _read(text: str, older: OlderRegions) -> str:
    table = place_table(older)
    parts = place_parts(text, older)
    names = [(kind, words, known_name(words, table)) for kind, words in parts if kind != "hospital"]
    for kind, _, name in names:
        if name and (kind not in BELOW or name not in table.regencies):
            return name
    for kind, words in parts:
        if kind == "hospital":
            return _hospital(words, table)
    for kind, words, name in names:
        # A village or sub-district called like a regency is another place.
        return f"{BELOW[kind]} {name}" if name else words
    return ""


def place_parts(text: str, older: OlderRegions = ()) -> list[tuple[str, str]]:
    """Return the parts of a written place, the one that counts most first: (kind, folded words).

    Kinds are those of ``[marks]`` in ``data/places.toml``, empty where no word says one.
    """
    table = place_table(older)
    undated = fold_signs(text)
    while _DATE.search(undated):
        undated = _DATE.sub("", undated)
    pieces = _PART.split(undated)
    whole = [_words(undated, table)] if len(pieces) > 1 else []
    found = []
    for words in (*whole, *(_words(piece, table) for piece in pieces)):
        if words not in table.empty:
            found += _marked(words, table)
    return sorted(found, key=lambda part: _REGION_PARTS.index(part[0]))


def former_place(text: str) -> FormerPlace | None:
    """Return what is known of a name that is no longer in use, None when it is in use or not known."""
    table = place_table(())
    joined = "".join(_words(text, table).split())
    for item in table.former:
        if joined in (item.name.replace(" ", ""), "KOTA" + item.name.replace(" ", "")):
            return item
    return None


def fold_signs(text: str) -> str:
    """Return upper case without apostrophes, which join their word."""
    return _APOSTROPHE.sub("", text).upper()


def _marked(words: str, table: PlaceTable) -> list[tuple[str, str]]:
    """Cut words at those that say the kind of the next (DESA, KEC, KAB, RS)."""
    tokens = words.split()
    cuts = [at for at, token in enumerate(tokens) if token in table.marks and at + 1 < len(tokens)]
    if known_name(words, table) or not cuts:
        return [("", words)]
    parts = [("", " ".join(tokens[: cuts[0]]))] if cuts[0] else []
    for at, end in zip(cuts, [*cuts[1:], len(tokens)], strict=True):
        if end > at + 1:
            parts.append((table.marks[tokens[at]], " ".join(tokens[at + 1 : end])))
    return [part for part in parts if part[1]]


def _hospital(words: str, table: PlaceTable) -> str:
    """Return the town in the name of a hospital: the longest known name, the last of several; else RS and the name."""
    tokens = words.split()
    for size in range(min(_LONGEST_NAME, len(tokens)), 0, -1):
        for at in range(len(tokens) - size, -1, -1):
            name = known_name(" ".join(tokens[at : at + size]), table)
            if name in table.regencies or name in table.towns:
                return name
    return HOSPITAL + words


def known_name(words: str, table: PlaceTable) -> str:
    """Return the canonical name of a place in the table, else an empty text."""
    untyped = _untyped(words)
    candidates = dict.fromkeys((words, untyped, _untyped(untyped.removeprefix("KOTA "))))
    split = untyped.split()
    heads = range(1, len(split))
    candidates |= dict.fromkeys(" ".join(split[:at]) for at in heads if " ".join(split[at:]) in table.province_names)
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
    modern = joined.replace("OE", "U").replace("TJ", "C").replace("NJ", "NY").replace("SJ", "SY").replace("DJ", "\0")
    return modern.replace("J", "Y").replace("\0", "J")


def _words(text: str, table: PlaceTable) -> str:
    words = [table.words.get(word, word) for word in fold_words(_APOSTROPHE.sub("", text)).split()]
    while len(words) > 1 and words[0] in table.said:
        words = words[1:]
    while len(words) > 1 and words[-1] == "INDONESIA":
        words = words[:-1]
    return " ".join(words)
