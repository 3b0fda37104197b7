"""Single values of a parsed TOML table, each read as the type it must have or refused with a :class:`SpecError`."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from linkage.errors import SpecError


def only_keys(item: Mapping[str, Any], known: set[str], *, where: str) -> None:
    """Refuse a key that is not a known one."""
    if unknown := sorted(set(item) - known):
        raise SpecError(f"unknown key {unknown[0]!r}", where=where, remedy=f"Known: {', '.join(sorted(known))}")


def read_tables(data: Mapping[str, Any], key: str) -> Sequence[Mapping[str, Any]]:
    """Return the tables under ``[[key]]``; none when the key is absent."""
    items = data.get(key, [])
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise SpecError(f"write each {key} under its own [[{key}]] heading")
    return items


def read_list(item: Mapping[str, Any], key: str, where: str) -> Sequence[Any]:
    """Return a list of anything; empty when the key is absent."""
    value = item.get(key, [])
    if not isinstance(value, list):
        raise SpecError(f"{key} must be a list", where=where)
    return value


def read_flag(item: Mapping[str, Any], key: str, where: str) -> bool:
    """Return true or false; false when the key is absent."""
    value = item.get(key, False)
    if not isinstance(value, bool):
        raise SpecError(f"{key} must be true or false", where=where)
    return value


def read_number(value: Any, key: str, where: str) -> float:
    """Return a finite number; ``value`` is the value of the key itself."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise SpecError(f"{key} must be a number", where=where)
    return float(value)


def read_text(item: Mapping[str, Any], key: str, where: str) -> str:
    """Return a text that must be there and not be empty."""
    value = item.get(key)
    if not isinstance(value, str) or not value:
        raise SpecError(f"{key} must be a text", where=where)
    return value


def read_texts(item: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    """Return a list of texts, none of them empty; no texts when the key is absent."""
    value = item.get(key, [])
    if not isinstance(value, list) or not all(isinstance(entry, str) and entry for entry in value):
        raise SpecError(f"{key} must be a list of texts", where=where)
    return tuple(value)
