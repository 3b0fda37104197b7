"""Fellegi-Sunter models as JSON; see :mod:`linkage.models.stored_json` for the file around them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.models.stored_json import StoredForm, incomplete, keyed, number, text
from linkage.spec import LinkageSpec

SCHEMA: Final = "tunggal/fellegi-sunter/1"
SIZE_LIMIT: Final = 1 << 20
"""Bytes. A model of 60 comparisons takes some 50 kB."""

_FORM: Final = StoredForm(SCHEMA, SIZE_LIMIT)
_KEYS: Final = frozenset({"prior", "comparisons"})
_COMPARISON_KEYS: Final = frozenset({"name", "level_names", "m", "u", "term_frequency"})


def to_json(model: FellegiSunter, card: Mapping[str, Any] | None = None) -> bytes:
    """Return the model as JSON bytes, the same for the same model and card.

    ``card`` says where the model comes from (training data, date, counts, warnings): JSON values with text
    keys, no resident's data.

    Raises:
        ModelError: the card holds something JSON cannot, or the result exceeds :data:`SIZE_LIMIT`.
    """
    return _FORM.write(plain(model), card)


def from_json(data: bytes, *, spec: LinkageSpec | None = None, where: str = "model") -> FellegiSunter:
    """Return the model in these bytes, after checking its digest, and that it fits ``spec`` when given.

    Raises:
        ModelError: too large, no JSON, another schema, a digest that differs, probabilities that are none, or
            comparisons, levels or term-frequency settings that are not the spec's.
    """
    stored, _ = _FORM.read(data, where)
    try:
        model = from_plain(stored)
    except (KeyError, TypeError, ValueError) as error:
        raise incomplete(where) from error
    if spec is not None:
        model.check_spec(spec)
    return model


def read_card(data: bytes, *, where: str = "model") -> dict[str, Any]:
    """Return the card stored with a model; checks as :func:`from_json`, without a spec."""
    return _FORM.read(data, where)[1]


def plain(model: FellegiSunter) -> dict[str, Any]:
    """Return the model as JSON values."""
    comparisons = [
        {
            "name": item.name,
            "level_names": list(item.level_names),
            "m": list(item.m),
            "u": list(item.u),
            "term_frequency": item.term_frequency,
        }
        for item in model.comparisons
    ]
    return {"prior": model.prior, "comparisons": comparisons}


def from_plain(value: Any) -> FellegiSunter:
    """Return the model in this JSON form.

    Raises:
        ModelError: probabilities that are none. KeyError, TypeError, ValueError: not the JSON form.
    """
    item = keyed(value, _KEYS)
    return FellegiSunter(tuple(_comparison(entry) for entry in item["comparisons"]), number(item["prior"]))


def _comparison(value: Any) -> ComparisonModel:
    item = keyed(value, _COMPARISON_KEYS)
    if not isinstance(item["term_frequency"], bool):
        raise TypeError("term_frequency must be true or false")
    return ComparisonModel(
        name=text(item["name"]),
        level_names=tuple(text(name) for name in item["level_names"]),
        m=tuple(number(value) for value in item["m"]),
        u=tuple(number(value) for value in item["u"]),
        term_frequency=item["term_frequency"],
    )
