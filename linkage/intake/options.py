"""How a file is to be read, where the user knows better than what was found out."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, Final

from linkage.errors import UsageError
from linkage.spec.fields import DATE_ORDERS

_DELIMITERS: Final = {
    "comma": ",",
    "semicolon": ";",
    "bar": "|",
    "tab": "\t",
    "\\t": "\t",
    "colon": ":",
    "caret": "^",
    "tilde": "~",
    "unit separator": "\x1f",
}
QUOTES: Final[Mapping[str, str]] = {"double": '"', "single": "'", "none": ""}
"""Quotation marks by name."""

_NOT_OF_FILES: Final = ("idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem")
"""Text codecs that no file is written in, or that cannot be read piece by piece."""

DATE_SYSTEMS: Final = ("1900", "1904")
"""Years from which spreadsheets count days."""

_FLAGS: Final = {"yes": True, "no": False}


@dataclass(frozen=True)
class ReadOptions:
    """What a user states about a file; an empty text or None is found out from the file itself.

    ``delimiter``: one byte between cells. ``quote``: the quotation mark of cells: ``double``, ``single``, or ``none``
    when a mark means nothing. ``encoding``: Python's name. ``header``: whether the first row names the columns; without
    one they are ``column_1``, ``column_2`` and so on. ``decimal``: ``.`` or ``,``. ``date_order``: one of
    :data:`DATE_ORDERS`. ``date_system``: one of :data:`DATE_SYSTEMS`. ``sheet``: name of a workbook's sheet.
    """

    delimiter: str = ""
    quote: str = ""
    encoding: str = ""
    header: bool | None = None
    decimal: str = ""
    date_order: str = ""
    date_system: str = ""
    sheet: str = ""

    def stated(self) -> dict[str, str | bool]:
        """Return what is stated, as plain values by name; :func:`read_options` makes the same of it again."""
        return {name: value for name, value in vars(self).items() if value not in ("", None)}


NOTHING_STATED: Final = ReadOptions()
"""Everything is found out from the file."""


def read_options(settings: Mapping[str, Any] | Sequence[str], *, where: str = "--read") -> ReadOptions:
    """Return options from a TOML table, or from texts ``NAME=VALUE`` of the command line.

    Raises:
        UsageError: an unknown name, or a value it cannot have.
    """
    given = dict(settings) if isinstance(settings, Mapping) else dict(_pair(item, where) for item in settings)
    known = {field.name for field in fields(ReadOptions)}
    if unknown := sorted(set(given) - known):
        raise UsageError(
            f"unknown reading option {unknown[0]!r}", where=where, remedy=f"Known: {', '.join(sorted(known))}"
        )
    return ReadOptions(**{name: _value(name, value, where) for name, value in given.items()})


def _pair(item: str, where: str) -> tuple[str, str]:
    name, sign, value = item.partition("=")
    if not sign:
        raise UsageError("a reading option is written NAME=VALUE", where=where, remedy="For example --read delimiter=;")
    return name.strip().replace("-", "_"), value


def _value(name: str, value: Any, where: str) -> Any:
    text = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    if not isinstance(text, str) or not text:
        raise UsageError(f"{name} must be a text", where=where)
    match name:
        case "delimiter":
            text = _DELIMITERS.get(text, text)
            if len(text) != 1 or not text.isascii() or text.isalnum() or text in "\"'\r\n\0":
                raise UsageError(
                    "delimiter must be one character of ASCII, no letter, digit or quotation mark",
                    where=where,
                    remedy=f"Or a name: {', '.join(_DELIMITERS)}",
                )
        case "quote":
            text = next((label for label, mark in QUOTES.items() if text in (label, mark)), "")
            if not text:
                raise UsageError("quote must be double, single or none", where=where)
        case "header":
            if text not in _FLAGS:
                raise UsageError("header must be yes or no", where=where)
            return _FLAGS[text]
        case "decimal":
            text = {"point": ".", "comma": ","}.get(text, text)
            if text not in (".", ","):
                raise UsageError("decimal must be point or comma", where=where)
        case "date_order":
            if text not in DATE_ORDERS:
                raise UsageError(f"date_order must be one of {', '.join(DATE_ORDERS)}", where=where)
        case "date_system":
            if text not in DATE_SYSTEMS:
                raise UsageError(f"date_system must be one of {', '.join(DATE_SYSTEMS)}", where=where)
        case "encoding":
            return _codec(text, where)
    return text


def _codec(name: str, where: str) -> str:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        raise UsageError("encoding is not one Python knows", where=where, remedy="For example utf-8, cp1252") from None
    # Only Python's own mark tells a text encoding from hex, zip and the like.
    if not getattr(info, "_is_text_encoding", True) or info.name.replace("_", "-") in _NOT_OF_FILES:
        raise UsageError("encoding is no text encoding of files", where=where, remedy="For example utf-8, cp1252")
    return info.name
