"""What a stored model file holds: Fellegi-Sunter weights, and a supervised model on top of them where there is one.

Which pairs survive, and whether one NIK stands for two persons, is judged by Fellegi-Sunter weights whatever model
scores the survivors. So a supervised model never travels without the weights that it was trained beside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from linkage.errors import ModelError
from linkage.models import store
from linkage.models.fellegi_sunter import FellegiSunter
from linkage.models.stored_json import StoredForm, incomplete, keyed, schema_of
from linkage.models.supervised import SupervisedModel, supervised_from_plain
from linkage.spec import LinkageSpec

SCHEMA: Final = "tunggal/linkage-model/1"
SIZE_LIMIT: Final = 9 << 20
"""Bytes: of a supervised model and its Fellegi-Sunter weights."""

_FORM: Final = StoredForm(SCHEMA, SIZE_LIMIT, numbers_in_line=True)
_KEYS: Final = frozenset({"fellegi_sunter", "supervised"})


@dataclass(frozen=True)
class LinkageModel:
    """The Fellegi-Sunter model that judges what survives, and what scores the survivors; None: it does so itself."""

    weights: FellegiSunter
    supervised: SupervisedModel | None = None


def to_json(model: LinkageModel, card: Mapping[str, Any] | None = None) -> bytes:
    """Return the model as JSON bytes; without a supervised one they are those of :func:`linkage.models.store.to_json`.

    Raises:
        ModelError: the card holds something JSON cannot, or the result is too large.
    """
    if model.supervised is None:
        return store.to_json(model.weights, card)
    return _FORM.write({"fellegi_sunter": store.plain(model.weights), "supervised": model.supervised.plain()}, card)


def from_json(data: bytes, *, spec: LinkageSpec | None = None, where: str = "model") -> LinkageModel:
    """Return the model in these bytes, after checking its digest, and that its weights fit ``spec`` when given.

    Raises:
        ModelError: too large, no JSON, an unknown schema, a digest that differs, values that make no model, or
            comparisons that are not the spec's.
    """
    if schema_of(data, size_limit=SIZE_LIMIT, where=where) != SCHEMA:
        return LinkageModel(store.from_json(data, spec=spec, where=where))
    stored, _ = _FORM.read(data, where)
    try:
        item = keyed(stored, _KEYS)
        model = LinkageModel(store.from_plain(item["fellegi_sunter"]), supervised_from_plain(item["supervised"]))
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise incomplete(where) from error
    except ModelError as error:
        raise ModelError(error.problem, where=error.where or where, remedy=error.remedy) from error
    if spec is not None:
        model.weights.check_spec(spec)
    return model


def read_card(data: bytes, *, where: str = "model") -> dict[str, Any]:
    """Return the card stored with a model; checks the digest as :func:`from_json`, and nothing of the model."""
    if schema_of(data, size_limit=SIZE_LIMIT, where=where) != SCHEMA:
        return store.read_card(data, where=where)
    return _FORM.read(data, where)[1]
