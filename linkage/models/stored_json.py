"""The file around any stored model: JSON that is readable, versioned, and refused when a byte of it was changed.

``{"schema": ..., "sha256": ..., "content": {"card": ..., "model": ...}}``. The digest is taken over the canonical
form of ``content`` (sorted keys, no spaces, UTF-8). It guards against damage and careless editing, not
against an adversary, who can write a new digest. Numbers are written so that they read back bit by bit.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from linkage.errors import ModelError

REMEDY: Final = "Train the model again, or take a fresh copy of the file"

_KEYS: Final = frozenset({"schema", "sha256", "content"})
_CONTENT_KEYS: Final = frozenset({"card", "model"})
# A raw line break never stands inside a JSON text, so this finds lists of numbers only.
_LIST_OF_NUMBERS: Final = re.compile(r"\[\n\s*((?:[-+.\deE]+|null)(?:,\n\s*(?:[-+.\deE]+|null))*)\n\s*\]")
_BREAK: Final = re.compile(r",\n\s*")


@dataclass(frozen=True)
class StoredForm:
    """One kind of stored model: the ``schema`` it names, and the bytes that it may take at most.

    ``numbers_in_line``: a list of numbers is one line, for models that hold thousands of them.
    """

    schema: str
    size_limit: int
    numbers_in_line: bool = False

    def write(self, model: Mapping[str, Any], card: Mapping[str, Any] | None) -> bytes:
        """Return model and card as JSON bytes, the same for the same values.

        ``card`` says where the model comes from (training data, date, counts, warnings): JSON values with text
        keys, no resident's data.

        Raises:
            ModelError: a value that JSON cannot carry, or a result larger than the limit.
        """
        content = {"card": dict(card or {}), "model": dict(model)}
        try:
            document = {"schema": self.schema, "sha256": _digest(content), "content": content}
            text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False, allow_nan=False)
            if self.numbers_in_line:
                text = _LIST_OF_NUMBERS.sub(lambda found: f"[{_BREAK.sub(', ', found[1])}]", text)
            data = (text + "\n").encode()
        except (TypeError, ValueError) as error:
            raise ModelError("the model card holds a value that JSON cannot carry") from error
        if len(data) > self.size_limit:
            raise ModelError(f"the model takes {len(data)} bytes; at most {self.size_limit} are allowed")
        return data

    def read(self, data: bytes, where: str) -> tuple[Any, dict[str, Any]]:
        """Return the stored model, as plain JSON values, and its card.

        Raises:
            ModelError: too large, no JSON, a key twice, a constant that is no number, another schema, or a digest that
                differs.
        """
        if len(data) > self.size_limit:
            raise ModelError(f"the file is larger than {self.size_limit} bytes", where=where)
        document = _document(data, where)
        if document["schema"] != self.schema:
            raise ModelError(
                f"the model's schema is not {self.schema}", where=where, remedy="Train it again with this version"
            )
        content, digest = document["content"], document["sha256"]
        if not isinstance(content, dict) or not isinstance(digest, str):
            raise ModelError("the stored model holds a wrong type", where=where, remedy=REMEDY)
        if not hmac.compare_digest(_digest(content).encode(), digest.encode()):
            raise ModelError("the model's SHA-256 does not fit its content", where=where, remedy=REMEDY)
        if set(content) != _CONTENT_KEYS:
            raise ModelError("the stored model is incomplete or holds a wrong type", where=where, remedy=REMEDY)
        if not isinstance(content["card"], dict):
            raise ModelError("the stored model has no card", where=where, remedy=REMEDY)
        return content["model"], content["card"]


def schema_of(data: bytes, *, size_limit: int, where: str = "model") -> str:
    """Return the schema that a stored model names; nothing else of it is checked.

    Raises:
        ModelError: larger than ``size_limit``, or no stored model.
    """
    if len(data) > size_limit:
        raise ModelError(f"the file is larger than {size_limit} bytes", where=where)
    schema = _document(data, where)["schema"]
    if not isinstance(schema, str):
        raise ModelError("the stored model holds a wrong type", where=where, remedy=REMEDY)
    return schema


def incomplete(where: str) -> ModelError:
    """Return the error for content whose digest is right and whose keys or types are not the schema's."""
    return ModelError("the stored model is incomplete or holds a wrong type", where=where, remedy=REMEDY)


def keyed(value: Any, keys: frozenset[str]) -> dict[str, Any]:
    """Return a JSON object that has exactly these keys, or raise TypeError, ValueError."""
    if not isinstance(value, dict):
        raise TypeError("an object is expected")
    if set(value) != keys:
        raise ValueError("unexpected keys")
    return value


def listed(value: Any) -> list[Any]:
    """Return a JSON list, or raise TypeError."""
    if not isinstance(value, list):
        raise TypeError("a list is expected")
    return value


def number(value: Any) -> float:
    """Return a JSON number that was written as a real one (1.0, not 1), or raise TypeError."""
    if not isinstance(value, float):
        raise TypeError("a real number is expected")
    return value


def whole(value: Any) -> int:
    """Return a JSON number that was written as a whole one, or raise TypeError."""
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError("a whole number is expected")
    return value


def text(value: Any) -> str:
    """Return a JSON text, or raise TypeError."""
    if not isinstance(value, str):
        raise TypeError("a text is expected")
    return value


def _document(data: bytes, where: str) -> dict[str, Any]:
    try:
        document = json.loads(data.decode(), object_pairs_hook=_unique_keys, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ModelError("not a JSON model", where=where, remedy=REMEDY) from error
    if not isinstance(document, dict) or set(document) != _KEYS:
        raise ModelError("not a stored model: schema, sha256 and content are expected", where=where)
    return document


def _digest(content: Mapping[str, Any]) -> str:
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("a key occurs twice")
    return result


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is no number")
