"""Address lines: a street with a number, a housing estate with a block, or a hamlet by its name."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.names.culture import Cultures
from linkage.synthetic.places.gazetteer import HAMLETS, Gazetteer
from linkage.synthetic.places.place_names import load_place_names
from linkage.synthetic.streams import Int64, pick

_ESTATE_SHARE, _CITY_STREETS = 0.15, 0.4
_LOCAL_STREETS, _ENDINGS = 0.2, 0.12
_BLOCKS: Final = "ABCDEFGH"
_HOUSES: Final = 0.03


def addresses(
    gazetteer: Gazetteer,
    cultures: Cultures,
    region: npt.NDArray[np.integer],
    culture: npt.NDArray[np.integer],
    rng: np.random.Generator,
) -> pa.StringArray:
    """Return one address line per household, upper case.

    ``region``: number in the gazetteer, ``culture``: number in ``cultures``, both (n,). Cities have streets and
    estates; elsewhere the culture decides how many live on a named street.
    """
    count = region.size
    city = np.array([item.is_city for item in gazetteer.regions])[region]
    draw = rng.random(count)
    is_estate = city & (draw < _ESTATE_SHARE)
    is_street = ~is_estate & (draw < _ESTATE_SHARE * city + cultures.streets[culture] + _CITY_STREETS * city)
    rows = np.flatnonzero(~is_estate & ~is_street), np.flatnonzero(is_street), np.flatnonzero(is_estate)
    lines = pa.concat_arrays(
        [
            _in_hamlet(gazetteer, cultures, region[rows[0]], culture[rows[0]], rng),
            _on_street(gazetteer.styles[region[rows[1]]], rng),
            _in_estate(rows[2].size, rng),
        ]
    )
    position = np.empty(count, np.int64)
    position[np.concatenate(rows)] = np.arange(count)
    return lines.take(pa.array(position))


def _in_hamlet(
    gazetteer: Gazetteer,
    cultures: Cultures,
    region: npt.NDArray[np.integer],
    culture: npt.NDArray[np.integer],
    rng: np.random.Generator,
) -> pa.StringArray:
    words = pa.array([word for row in cultures.hamlets for word in row], pa.string())
    sizes = np.array([len(row) for row in cultures.hamlets])
    starts = np.cumsum(sizes) - sizes
    word = starts[culture] + (rng.random(region.size) * sizes[culture]).astype(np.int64)
    name = region.astype(np.int64) * HAMLETS + rng.integers(0, HAMLETS, region.size)
    joined = pc.binary_join_element_wise(words.take(pa.array(word)), gazetteer.hamlet_names.take(pa.array(name)), " ")
    return pc.utf8_ltrim_whitespace(joined)


def _on_street(style: Int64, rng: np.random.Generator) -> pa.StringArray:
    names = load_place_names()
    count = style.size
    number = pick(rng, 1.0 / (np.arange(names.common_streets) + 6.0), count)
    sizes = np.array([item.size for item in names.streets])
    starts = np.cumsum(sizes) - sizes
    local = np.concatenate(names.streets)[starts[style] + (rng.random(count) * sizes[style]).astype(np.int64)]
    number = np.where(rng.random(count) < _LOCAL_STREETS, local, number)
    street = names.street_texts.take(pa.array(number))
    ending = names.street_endings.take(pa.array(rng.integers(0, len(names.street_endings), count)))
    longer = pc.binary_join_element_wise(street, ending, " ")
    street = pc.if_else(pa.array(rng.random(count) < _ENDINGS), longer, street)
    words = pa.array(["JL.", "JALAN", "JLN."]).take(pa.array(pick(rng, [8, 2, 1], count)))
    return pc.binary_join_element_wise(words, street, "NO.", _house_numbers(count, rng), " ")


def _in_estate(count: int, rng: np.random.Generator) -> pa.StringArray:
    names = load_place_names()
    estate = names.estates.take(pa.array(rng.integers(0, len(names.estates), count)))
    block = pa.array(list(_BLOCKS)).take(pa.array(rng.integers(0, len(_BLOCKS), count)))
    return pc.binary_join_element_wise("PERUM", estate, "BLOK", block, "NO.", _house_numbers(count, rng), " ")


def _house_numbers(count: int, rng: np.random.Generator) -> pa.StringArray:
    return pc.cast(pa.array(rng.geometric(_HOUSES, count)), pa.string())
