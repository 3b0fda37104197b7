"""The encoding of a text: stated, marked, or found by reading all of it."""

from __future__ import annotations

import codecs
import re
from dataclasses import replace
from typing import Final

from linkage.errors import InputDataError
from linkage.intake.limits import Limits
from linkage.intake.sources.source import Source
from linkage.intake.sources.streams import BYTE_ORDER_MARKS, open_bytes

_READ_BYTES: Final = 4 << 20
_FREE_BYTES: Final = 16 << 20
"""Below this size no ratio of unpacking is suspicious."""

_UNDEFINED_1252: Final = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_EXPORT_UTF8: Final = "Export it as 'CSV UTF-8', delimiter comma, semicolon, bar or tab, or state its encoding"


def find_encoding(source: Source, limits: Limits) -> Source:
    """Return the source with its encoding: the stated one, else that of its mark, else UTF-8 if every byte allows it,
    else Windows-1252.

    Raises:
        InputDataError: EMPTY_FILE; ENCODING, with the place of the first byte that does not fit; FILE_TOO_LARGE.
    """
    with open_bytes(source) as (stream, _):
        head = stream.read(4)
    if not head:
        raise empty_file(source.name)
    stated = source.options.encoding
    marked = next((name for name, mark in BYTE_ORDER_MARKS.items() if head.startswith(mark)), "")
    if stated:
        encoding, bom = _as_stated(stated, marked)
        return _decoded_whole(replace(source, encoding=encoding, bom=bom), limits, "not what was stated")
    if marked.startswith(("utf-16", "utf-32")):
        found = replace(source, encoding=marked, bom=True)
        return _decoded_whole(found, limits, f"not {marked.upper()}, though it is marked so")
    return _utf8_or_1252(source, marked == "utf-8", limits)


def empty_file(name: str) -> InputDataError:
    """Return the error of a file without a byte."""
    return InputDataError("EMPTY_FILE", "the file is empty", where=name, remedy="Export it again")


def check_size(source: Source, size: int, limits: Limits) -> None:
    """Raise FILE_TOO_LARGE when the unpacked ``size`` is over a limit."""
    bomb = source.compressed and size > _FREE_BYTES and size > limits.ratio * source.bytes
    if bomb or size > limits.text_bytes:
        what = f"more than {limits.ratio} times its compressed size" if bomb else f"more than {limits.text_bytes} bytes"
        raise InputDataError(
            "FILE_TOO_LARGE", f"the text is {what}", where=source.name, remedy="Split it, or raise the limit"
        )


def _as_stated(stated: str, marked: str) -> tuple[str, bool]:
    """Return the codec for a stated encoding whose byte order the mark may tell, and whether a mark is there."""
    family = stated.removesuffix("-sig")
    if marked and marked.startswith(family):
        return marked, True
    return {"utf-16": "utf-16-le", "utf-32": "utf-32-le"}.get(family, family), False


def _decoded_whole(source: Source, limits: Limits, wrong: str) -> Source:
    decoder = codecs.getincrementaldecoder(source.encoding)()
    size, line, any_text = 0, 1, False
    with open_bytes(source) as (stream, _):
        while True:
            chunk = stream.read(_READ_BYTES)
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = codecs.decode(error.object[: error.start], source.encoding, "ignore")
                line += before.count("\n") or before.count("\r")
                break
            if "\0" in text:
                line += text[: text.index("\0")].count("\n")
                wrong = "no text (a NUL character)"
                break
            line += text.count("\n") or text.count("\r")
            any_text |= bool(text)
            if not chunk:
                if not any_text:
                    raise empty_file(source.name)
                return source
            size += len(chunk)
            check_size(source, size, limits)
    # Raised here, so that the bytes which the codec's own error holds do not travel along.
    raise InputDataError(
        "ENCODING", f"the encoding is {wrong}, first seen on line {line}", where=source.name, remedy=_EXPORT_UTF8
    )


def _utf8_or_1252(source: Source, bom: bool, limits: Limits) -> Source:
    decoder = codecs.getincrementaldecoder("utf-8")()
    not_utf8, not_1252, size = -1, -1, 0
    with open_bytes(source) as (stream, _):
        while chunk := stream.read(_READ_BYTES):
            if (position := chunk.find(0)) >= 0:
                raise _wrong_encoding(source, "UTF-16 or no text at all (a NUL byte)", size + position)
            if not_utf8 < 0:
                pending = len(decoder.getstate()[0])
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError as error:
                    not_utf8 = size - pending + error.start
            if not_1252 < 0 and not chunk.isascii() and (match := _UNDEFINED_1252.search(chunk)):
                not_1252 = size + match.start()
            size += len(chunk)
            check_size(source, size, limits)
    if not_utf8 < 0 and (pending := len(decoder.getstate()[0])):
        not_utf8 = size - pending
    if not_utf8 >= 0 and (bom or not_1252 >= 0):
        raise _wrong_encoding(source, "neither UTF-8 nor Windows-1252", not_utf8 if bom else max(not_utf8, not_1252))
    return replace(source, encoding="utf-8" if not_utf8 < 0 else "windows-1252", bom=bom)


def _wrong_encoding(source: Source, found: str, position: int) -> InputDataError:
    line, left = 1, position
    with open_bytes(replace(source, bom=False)) as (stream, _):
        while left > 0 and (chunk := stream.read(min(left, _READ_BYTES))):
            line += chunk.count(b"\n") or chunk.count(b"\r")
            left -= len(chunk)
    problem = f"the encoding is {found}, first seen at byte {position + 1} on line {line}"
    return InputDataError("ENCODING", problem, where=source.name, remedy=_EXPORT_UTF8)
