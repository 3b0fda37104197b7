"""What must hold of any name, and of any two."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from linkage.errors import SpecError
from linkage.standardise import compare_name_columns, compare_names
from linkage.standardise.names.agreement import IDENTICAL
from linkage.standardise.names.arguments import birth_year_of, religion_of, sex_of
from linkage.standardise.names.columns import standardise_names
from linkage.standardise.names.context import LAST_OLD_YEAR
from linkage.standardise.names.families import families_from_toml
from linkage.standardise.names.name_keys import general_encodings, name_keys
from linkage.standardise.names.person_name import StandardName, read_name, standardise_name
from linkage.standardise.names.phonetic import phonetic_keys
from linkage.standardise.names.trace import trace_name
from tests.oracles import kfi as plain
from tests.standardise.fuzz.fields import bearer, bearers, fields_of

FAMILIES_TEXT = '[family]\nMUHAMMAD = ["MOHAMAT"]\nSLAMET = ["SELAMAT", "MUHAMAD"]\n'


def check_name(data: bytes) -> None:
    """Any text is a name or none, its canonical form is read as itself, and a column reads it as it is read alone."""
    fields = fields_of(data)
    known = bearer(fields.first, fields.second)
    if fields.second & 4:
        known["families"] = families_from_toml(FAMILIES_TEXT, "families.toml")
    names = [_check_one(text, known) for text in fields.texts]
    _check_column(fields.texts, names, known)


def _check_one(raw: str, known: dict[str, Any]) -> StandardName:
    name = read_name(raw, **known)
    assert standardise_name(raw, **known) == (name if name.tokens else None)
    assert not (name.placeholder and name.tokens)
    assert len(name.soft) == len(name.tokens)
    assert all(token and not set(token) & set(" \t\n") for token in name.tokens)
    again = read_name(name.text, **known)
    assert (again.tokens, again.soft) == (name.tokens, name.soft)
    for text in name.aliases:
        assert read_name(text, **known).text == text
    for sex, text in ((1, name.father_hint), (2, name.mother_hint), (0, name.parent_hint)):
        assert read_name(text, **(known | {"sex": sex})).text == text
    steps = trace_name(raw, **known)
    places = [raw, *(step.after for step in steps)]
    assert [step.before for step in steps] == places[:-1]
    assert places[-1] == name.text
    assert tuple(step.rule for step in steps) == name.trace
    keys = name_keys(name)
    assert bool(keys.full) == bool(keys.joined) == (not all(name.soft))
    return name


def _check_column(texts: tuple[str, ...], names: list[StandardName], known: dict[str, Any]) -> None:
    count = len(texts)
    culture = {"bali": 1, "minang": 2}.get(known["culture"], 0)
    found = standardise_names(
        pa.array(texts, pa.string()),
        np.full(count, religion_of(known["religion"]), np.uint8),
        sex=np.full(count, sex_of(known["sex"]), np.uint8),
        old=np.full(count, known["birth_year"] == LAST_OLD_YEAR, np.bool_),
        culture=np.full(count, culture, np.uint8),
        families=known.get("families"),
    )
    values = found.values.to_pylist()
    assert [values[code] if code >= 0 else "" for code in found.mapping.tolist()] == [name.text for name in names]


def check_pair(data: bytes) -> None:
    """Any two texts have an answer, the same in either order; a missing one never agrees, and a name is itself."""
    fields = fields_of(data)
    left, right = (*fields.texts, "")[:2]
    known = bearers(fields.first, fields.second)
    found = compare_names(left, right, **known)
    assert 0 <= found.level <= IDENTICAL
    assert found.same_name or found.reasons
    turned = known | {"sex_left": known["sex_right"], "sex_right": known["sex_left"]}
    assert compare_names(right, left, **turned) == found
    missing = (None, "", "-", " TIDAK ADA")
    level, same = _compared([(left, right), (left, left), *((left, none) for none in missing)], known)
    back = _compared([(right, left), (left, left), *((none, left) for none in missing)], turned)
    assert (level, same) == back
    assert (level[0], same[0]) == (found.level, found.same_name)
    assert (level[2:], same[2:]) == ([0] * len(missing), [False] * len(missing))
    if known["sex_left"] == known["sex_right"]:
        reader = {"religion": known["religion"], "birth_year": known["birth_year"], "sex": known["sex_left"]}
        named = standardise_name(left, **reader) is not None
        assert (level[1], same[1]) == ((IDENTICAL, True) if named else (0, False))


def _compared(pairs: list[tuple[str | None, str | None]], known: dict[str, Any]) -> tuple[list[int], list[bool]]:
    count = len(pairs)
    found = compare_name_columns(
        pa.array([left for left, _ in pairs], pa.string()),
        pa.array([right for _, right in pairs], pa.string()),
        religion=np.full(count, religion_of(known["religion"]), np.uint8),
        birth_year=np.full(count, birth_year_of(known["birth_year"]), np.int32),
        sex_left=np.full(count, sex_of(known["sex_left"]), np.uint8),
        sex_right=np.full(count, sex_of(known["sex_right"]), np.uint8),
    )
    return found.level.tolist(), found.same_name.tolist()


def check_sounds(data: bytes) -> None:
    """Tokens have the phonetic keys of the plain form, alone and in a column."""
    fields = fields_of(data)
    tokens = [word for text in fields.texts for word in text.upper().split()]
    for old in (False, True):
        offsets, keys = phonetic_keys(pa.array(tokens, pa.string()), old=old)
        listed = keys.to_pylist()
        found = [tuple(listed[offsets[place] : offsets[place + 1]]) for place in range(len(tokens))]
        assert found == [plain.kfi(token, old=old) for token in tokens]
    for token in tokens:
        general_encodings(token)


def check_families(data: bytes) -> None:
    """Any text is a table of families that ends every chain, or is refused in words that leave a log as it is."""
    refused = ""
    try:
        families = families_from_toml(data[2:].decode("utf-8", "replace"), "families.toml")
    except SpecError as error:
        refused = str(error)
    if refused:
        assert refused.isprintable()
        return
    canonical = families.with_shipped
    assert not set(families.canonical) & set(families.canonical.values())
    assert not set(canonical) & set(canonical.values())
    for token in [*families.canonical, *families.canonical.values()][:6]:
        name = read_name(token, families=families)
        assert read_name(name.text, families=families).tokens == name.tokens
