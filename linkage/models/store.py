"""A model as JSON: readable, versioned, and refused when a byte of it was changed.

``{"schema": ..., "sha256": ..., "content": {"card": ..., "model": ...}}``. The digest is taken over the canonical
form of ``content`` (sorted keys, no spaces, UTF-8). It guards against damage and careless editing, not
against an adversary, who can write a new digest. Numbers are written so that they read back bit by bit.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

from linkage.errors import ModelError
from linkage.models.fellegi_sunter import ComparisonModel, FellegiSunter
from linkage.spec import LinkageSpec

SCHEMA: Final = "tunggal/fellegi-sunter/1"
SIZE_LIMIT: Final = 1 << 20
"""Bytes. A model of 60 comparisons takes some 50 kB."""

_REMEDY: Final = "Train the model again, or take a fresh copy of the file"
_COMPARISON_KEYS: Final = {"name", "level_names", "m", "u", "term_frequency"}


def to_json(model: FellegiSunter, card: Mapping[str, Any] | None = None) -> bytes:
    """Return the model as JSON bytes, the same for the same model and card.

    ``card`` says where the model comes from (training data, date, counts, warnings): JSON values with text
    keys, no resident's data.

    Raises:
        ModelError: the card holds something JSON cannot, or the result exceeds :data:`SIZE_LIMIT`.
    """
    content = {
        "card": dict(card or {}),
        "model": {
            "prior": model.prior,
            "comparisons": [
                {
                    "name": item.name,
                    "level_names": list(item.level_names),
                    "m": list(item.m),
                    "u": list(item.u),
                    "term_frequency": item.term_frequency,
                }
                for item in model.comparisons
            ],
        },
    }
    try:
        digest = hashlib.sha256(_canonical(content)).hexdigest()
        document = {"schema": SCHEMA, "sha256": digest, "content": content}
        text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ModelError("the model card holds a value that JSON cannot carry") from error
    data = (text + "\n").encode()
    if len(data) > SIZE_LIMIT:
        raise ModelError(f"the model takes {len(data)} bytes; at most {SIZE_LIMIT} are allowed")
    return data


def from_json(data: bytes, *, spec: LinkageSpec | None = None, where: str = "model") -> FellegiSunter:
    """Return the model in these bytes, after checking its digest, and that it fits ``spec`` when given.

    Raises:
        ModelError: too large, no JSON, another schema, a digest that differs, probabilities that are none, or
            comparisons, levels or term-frequency settings that are not the spec's.
    """
    content = _content(data, where)
    try:
        model = _model(content["model"])
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError("the stored model is incomplete or holds a wrong type", where=where, remedy=_REMEDY) from error
    if spec is not None:
        model.check_spec(spec)
    return model


def read_card(data: bytes, *, where: str = "model") -> dict[str, Any]:
    """Return the card stored with a model; checks as :func:`from_json`, without a spec."""
    card = _content(data, where).get("card")
    if not isinstance(card, dict):
        raise ModelError("the stored model has no card", where=where, remedy=_REMEDY)
    return card


def _content(data: bytes, where: str) -> dict[str, Any]:
    if len(data) > SIZE_LIMIT:
        raise ModelError(f"the file is larger than {SIZE_LIMIT} bytes", where=where)
    try:
        document = json.loads(data.decode(), object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ModelError("not a JSON model", where=where, remedy=_REMEDY) from error
    if not isinstance(document, dict) or set(document) != {"schema", "sha256", "content"}:
        raise ModelError("not a stored model: schema, sha256 and content are expected", where=where)
    if document["schema"] != SCHEMA:
        raise ModelError(f"the model's schema is not {SCHEMA}", where=where, remedy="Train it again with this version")
    content, digest = document["content"], document["sha256"]
    if not isinstance(content, dict) or not isinstance(digest, str):
        raise ModelError("the stored model holds a wrong type", where=where, remedy=_REMEDY)
    expected = hashlib.sha256(_canonical(content)).hexdigest()
    if not hmac.compare_digest(expected.encode(), digest.encode()):
        raise ModelError("the model's SHA-256 does not fit its content", where=where, remedy=_REMEDY)
    return content


def _model(item: Any) -> FellegiSunter:
    if set(item) != {"prior", "comparisons"}:
        raise ValueError("unexpected keys")
    return FellegiSunter(tuple(_comparison(entry) for entry in item["comparisons"]), _number(item["prior"]))


def _comparison(item: Any) -> ComparisonModel:
    if set(item) != _COMPARISON_KEYS:
        raise ValueError("unexpected keys")
    if not isinstance(item["term_frequency"], bool):
        raise TypeError("term_frequency must be true or false")
    return ComparisonModel(
        name=_text(item["name"]),
        level_names=tuple(_text(name) for name in item["level_names"]),
        m=tuple(_number(value) for value in item["m"]),
        u=tuple(_number(value) for value in item["u"]),
        term_frequency=item["term_frequency"],
    )


def _number(value: Any) -> float:
    if not isinstance(value, float):
        raise TypeError("a probability must be a number")
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a name must be a text")
    return value


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key occurs twice")
    return result


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
