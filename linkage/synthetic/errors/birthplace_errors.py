"""How places of birth are rewritten: other and former names, abbreviations, the kind of regency before the name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import pyarrow as pa

from linkage.synthetic.errors.slips import slip
from linkage.synthetic.package_data import read_data
from linkage.synthetic.places.gazetteer import load_regions

_TYPED: Final = 0.15
_UNKNOWN_KIND: Final = ("KEC. ", "DESA ")
_SHORTEST: Final = 4


def rewrite_birthplace(places: pa.StringArray, rng: np.random.Generator) -> pa.StringArray:
    """Return places of birth (no nulls) as another office writes them, some with a slip of the hand instead."""
    encoded = places.dictionary_encode()
    choices = [_choices(place) for place in encoded.dictionary.to_pylist()]
    flat = pa.array([form for forms in choices for form in forms], pa.string())
    sizes = np.array([len(forms) for forms in choices], np.int64)
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    starts = (np.cumsum(sizes) - sizes)[codes]
    # Earlier forms are more usual.
    number = starts + (rng.random(codes.size) ** 1.6 * sizes[codes]).astype(np.int64)
    typed = np.flatnonzero(rng.random(codes.size) < _TYPED)
    number[typed] = len(flat) + np.arange(typed.size)
    return pa.concat_arrays([flat, slip(places.take(pa.array(typed)), rng)]).take(pa.array(number))


def _choices(place: str) -> list[str]:
    """Return the other forms of one place, the usual first: of its group, of its regency, with other words."""
    tables = _tables()
    prefix = next((word for word in tables.prefixes if place.startswith(word)), "")
    bare = place.removeprefix(prefix)
    forms = [*tables.others.get(bare, ()), *tables.others.get(place, ()), bare]
    forms += [f"{word}{bare}" for word in tables.kinds.get(bare, _UNKNOWN_KIND)]
    for word, short in tables.words:
        forms += [place.replace(word, short)] if word in place else []
        forms += [place.replace(short, word)] if short in place else []
    first, blank, rest = bare.partition(" ")
    forms += [f"{first}{rest}", f"{first[0]}. {rest}"] if blank and len(rest) >= _SHORTEST else []
    return [form for form in dict.fromkeys(forms) if form and form != place]


class _Tables(NamedTuple):
    """Other names of each place; the words for its kind; words inside names, long and short; all words for a kind."""

    others: Mapping[str, Sequence[str]]
    kinds: Mapping[str, Sequence[str]]
    words: Sequence[tuple[str, str]]
    prefixes: Sequence[str]


@lru_cache(maxsize=1)
def _tables() -> _Tables:
    data = read_data("errors_birthplace.toml")
    regions = load_regions()
    others: dict[str, list[str]] = {}
    kinds: dict[str, list[str]] = {}
    for names in (*data["groups"], *(region.birthplaces for region in regions)):
        for name in names:
            others.setdefault(name, []).extend(other for other in names if other != name)
    for region in regions:
        kinds.setdefault(region.birthplaces[0], []).extend(data["city" if region.is_city else "regency"])
    words = [(word, short) for word, short in data["words"]]
    return _Tables(others, kinds, words, [*data["regency"], *data["city"], *_UNKNOWN_KIND])
