"""Addresses read once: tokens with their roles, and the writers that turn roles into texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import borrowing, kernel
from linkage.standardise.addresses.grammar import assign_roles
from linkage.standardise.addresses.lexing import lex
from linkage.standardise.addresses.numbers import NONE
from linkage.standardise.addresses.roles import BLOCK, HOUSE, UNIT, Roles, Texts
from linkage.standardise.addresses.settling import telling_tokens, unsettled_texts
from linkage.standardise.addresses.vocabulary import known_regions, token_traits
from linkage.standardise.column import Int32, Int64, UInt8

_ROUNDS: Final = 8
_DIGIT_0, _DIGIT_9, _BLANK, _SLASH = ord("0"), ord("9"), ord(" "), ord("/")
_RT, _RW = (np.frombuffer(text, np.uint8) for text in (b"RT ", b"RW "))


@dataclass(frozen=True)
class Reading:
    """Addresses as tokens (text t has ``offsets[t]`` to ``offsets[t + 1]``) with the role of each.

    ``texts`` int64 (n_tokens,): into the packed texts ``chars``, ``edges``. ``joins`` uint8 (n_tokens,): no blank
    before. ``units`` int32 (n, 4): RT, RW, street number, postcode, 0 for none. ``unsettled`` bool (n,): what was left
    out may change how the standard text is read again.
    """

    offsets: Int64
    texts: Int64
    roles: UInt8
    joins: UInt8
    units: Int32
    chars: UInt8
    edges: Int64
    unsettled: npt.NDArray[np.bool_]


def read_addresses(values: pa.StringArray, contexts: UInt8 | None = None) -> Reading:
    """Read addresses (n,), no nulls. ``contexts`` uint8 (n,): ``roles.BALI``, ``roles.ELSEWHERE`` or 0, unknown."""
    stream = lex(values)
    traits = token_traits(stream.tokens)
    keep = telling_tokens(stream.offsets, stream.codes, traits.table)
    offsets = _kept_offsets(stream.offsets, keep)
    # What follows a dropped token does not stand beside the token before it.
    glued = stream.glued & np.append(False, keep[:-1]).astype(np.uint8) if keep.size else stream.glued
    codes, glued = stream.codes[keep], glued[keep]
    chars, edges = _packed(traits.texts)
    known, is_province = known_regions()
    texts = Texts(chars, edges, known, is_province.astype(np.uint8))
    roles = Roles(
        texts=np.empty(codes.shape, np.int64),
        roles=np.empty(codes.shape, np.uint8),
        joins=np.empty(codes.shape, np.uint8),
        units=np.empty((len(values), 4), np.int32),
    )
    context = np.zeros(len(values), np.uint8) if contexts is None else contexts
    assign_roles(traits.table, offsets, codes, glued, context, texts, roles)
    unsettled = unsettled_texts(offsets, codes, traits.table, roles.roles)
    return Reading(offsets, roles.texts, roles.roles, roles.joins, roles.units, chars, edges, unsettled)


def whole_texts(reading: Reading) -> pa.StringArray:
    """Return the standard text (n,) of each address, empty when nothing is left; reading it again changes nothing."""
    texts = _strings(*_write_whole(*_arrays(reading), reading.units))
    unsettled = reading.unsettled
    for _ in range(_ROUNDS):
        if not unsettled.any():
            break
        some = texts.filter(pa.array(unsettled))
        again = read_addresses(some)
        settled = _strings(*_write_whole(*_arrays(again), again.units))
        texts = pc.replace_with_mask(texts, pa.array(unsettled), settled)
        unsettled = unsettled.copy()
        unsettled[unsettled] = pc.not_equal(some, settled).to_numpy(zero_copy_only=False)
    return texts


def role_texts(reading: Reading, role: int) -> pa.StringArray:
    """Return the words (n,) of one role of each address, empty where there are none."""
    return _strings(*_write_roles(*_arrays(reading), role, role))


def house_texts(reading: Reading) -> pa.StringArray:
    """Return block and house number (n,) in one, which is what tells houses of an estate apart: C3/12, C12, 7."""
    return _strings(*_write_roles(*_arrays(reading), BLOCK, HOUSE))


def _arrays(reading: Reading) -> tuple[Int64, Int64, UInt8, UInt8, UInt8, Int64]:
    return reading.offsets, reading.texts, reading.roles, reading.joins, reading.chars, reading.edges


def _strings(chars: UInt8, bounds: Int64) -> pa.StringArray:
    texts = pa.LargeStringArray.from_buffers(bounds.shape[0] - 1, pa.py_buffer(bounds), pa.py_buffer(chars))
    return texts.cast(pa.string())


def _packed(texts: pa.StringArray) -> tuple[UInt8, Int64]:
    sizes = pc.binary_length(texts).to_numpy().astype(np.int64)
    edges = np.zeros(len(texts) + 1, np.int64)
    np.cumsum(sizes, out=edges[1:])
    return np.frombuffer("".join(texts.to_pylist()).encode(), np.uint8), edges


def _kept_offsets(offsets: Int64, keep: npt.NDArray[np.bool_]) -> Int64:
    running = np.zeros(keep.size + 1, np.int64)
    np.cumsum(keep, out=running[1:])
    return running[offsets]


@borrowing
def _put_number(out: UInt8, at: int, number: int) -> int:
    size = 1
    while number >= 10**size:
        size += 1
    for place in range(size):
        out[at + size - 1 - place] = _DIGIT_0 + number % 10
        number //= 10
    return at + size


@kernel
def _write_whole(
    offsets: Int64, texts: Int64, roles: UInt8, joins: UInt8, chars: UInt8, edges: Int64, units: Int32
) -> tuple[UInt8, Int64]:
    """Return the bytes and bounds of the standard texts; RT and RW stand where the first of them stood."""
    n_texts = offsets.shape[0] - 1
    size = 0
    for token in range(texts.shape[0]):
        size += edges[texts[token] + 1] - edges[texts[token]] + 1
    out = np.empty(size + 16 * n_texts, np.uint8)
    bounds = np.zeros(n_texts + 1, np.int64)
    used = 0
    for text in range(n_texts):
        first = used
        told = False
        for token in range(offsets[text], offsets[text + 1]):
            role = roles[token]
            if role == NONE or (role == UNIT and told):
                continue
            if role == UNIT:
                told = True
                for unit in range(2):
                    if units[text, unit] > 0:
                        if used > first:
                            out[used] = _BLANK
                            used += 1
                        for byte in _RT if unit == 0 else _RW:
                            out[used] = byte
                            used += 1
                        used = _put_number(out, used, units[text, unit])
                continue
            if used > first and joins[token] == 0:
                out[used] = _BLANK
                used += 1
            for position in range(edges[texts[token]], edges[texts[token] + 1]):
                out[used] = chars[position]
                used += 1
        bounds[text + 1] = used
    return out[:used].copy(), bounds


@kernel
def _write_roles(
    offsets: Int64, texts: Int64, roles: UInt8, joins: UInt8, chars: UInt8, edges: Int64, role: int, second: int
) -> tuple[UInt8, Int64]:
    """Return the bytes and bounds of the words of ``role``, then those of ``second`` where it is another.

    Between the two stands nothing, or a slash between two digits.
    """
    n_texts = offsets.shape[0] - 1
    size = n_texts
    for token in range(texts.shape[0]):
        if roles[token] == role or roles[token] == second:
            size += edges[texts[token] + 1] - edges[texts[token]] + 1
    out = np.empty(size, np.uint8)
    bounds = np.zeros(n_texts + 1, np.int64)
    used = 0
    for text in range(n_texts):
        begin = used
        for part in range(1 if role == second else 2):
            wanted = role if part == 0 else second
            first = used
            for token in range(offsets[text], offsets[text + 1]):
                if roles[token] != wanted:
                    continue
                if used > first and joins[token] == 0:
                    out[used] = _BLANK
                    used += 1
                start = edges[texts[token]]
                if used == first and used > begin and _is_digit(out[used - 1]) and _is_digit(chars[start]):
                    out[used] = _SLASH
                    used += 1
                    first = used - 1
                for position in range(start, edges[texts[token] + 1]):
                    out[used] = chars[position]
                    used += 1
        bounds[text + 1] = used
    return out[:used].copy(), bounds


@borrowing
def _is_digit(byte: int) -> bool:
    return _DIGIT_0 <= byte <= _DIGIT_9
