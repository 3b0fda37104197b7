"""Addresses: abbreviations written out, numbers made comparable, and the words that tell one address from another.

Nearly every record has an address of its own, so this is array work: the texts are cut into tokens once, and only the
*distinct* tokens (some ten thousand) are looked at one by one.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import kernel
from linkage.similarity.packed import hash_texts
from linkage.standardise.addresses.lexing import lex
from linkage.standardise.addresses.parts import AddressParts, parts_of, region_contexts
from linkage.standardise.addresses.reading import Reading, read_addresses, whole_texts
from linkage.standardise.addresses.vocabulary import address_words
from linkage.standardise.column import Int64, KeySets, StandardValues, UInt8, UInt64
from linkage.standardise.distinct import distinct_values
from linkage.standardise.key_sets import insert_key, one_key_each


def standardise_address(values: pa.StringArray) -> StandardValues:
    """Return canonical addresses among distinct raw texts (no nulls).

    Upper case words separated by single blanks; abbreviations written out (JL. to JALAN), Roman numbers to Arabic,
    leading zeros and military ranks dropped; RT before RW, whatever way they are written (``RT.1/2``, ``001/002``,
    ``RW 02 RT 01``); house numbers and blocks without blanks (12A, C3/12). RT, RW and NO without a number, or with 0,
    are left out. Nothing left is missing. Key forms: "value"; "tokens", one key for each word that is neither a
    single letter nor a word common to addresses, and has no digit.
    """
    return _standard(values, read_addresses(values))


def standardise_addresses(
    values: pa.StringArray, provinces: npt.NDArray[np.integer] | None = None
) -> tuple[StandardValues, AddressParts]:
    """Return what :func:`standardise_address` does, and the parts of every raw text (n_raw,), reading it once.

    ``provinces`` (n_raw,): codes of two digits, 0 for unknown.
    """
    reading = read_addresses(values, None if provinces is None else region_contexts(provinces))
    return _standard(values, reading), parts_of(reading)


def _standard(values: pa.StringArray, reading: Reading) -> StandardValues:
    joined = whole_texts(reading)
    empty = address_words().empty
    # XXX would be read as a Roman number.
    plain = pc.utf8_upper(pc.utf8_trim_whitespace(values))
    absent = pc.or_(pc.is_in(joined, value_set=empty), pc.is_in(plain, value_set=empty))
    distinct, mapping = distinct_values(pc.if_else(absent, pa.scalar(None, pa.string()), joined))
    return StandardValues(
        mapping=mapping,
        values=distinct,
        key_sets={"value": one_key_each(distinct), "tokens": _token_keys(distinct)},
    )


def _token_keys(distinct: pa.StringArray) -> KeySets:
    stream = lex(distinct)
    word = pc.match_substring_regex(stream.tokens, "[^0-9/,#-]")
    common = pc.is_in(stream.tokens, value_set=pa.array(sorted(address_words().noise)))
    telling = pc.and_(pc.and_(word, pc.greater(pc.utf8_length(stream.tokens), 1)), pc.invert(common))
    return KeySets(
        *_sorted_keys(
            stream.offsets,
            stream.codes,
            stream.glued,
            telling.to_numpy(zero_copy_only=False),
            hash_texts(stream.tokens),
        )
    )


@kernel
def _sorted_keys(
    offsets: Int64, codes: Int64, glued: UInt8, telling: npt.NDArray[np.bool_], hashes: UInt64
) -> tuple[Int64, UInt64]:
    """Return the offsets and the sorted distinct hashes of the telling tokens of each text."""
    bounds = np.zeros(offsets.shape[0], np.int64)
    keys = np.empty(codes.shape[0], np.uint64)
    filled = 0
    for text in range(offsets.shape[0] - 1):
        first = filled
        for token in range(offsets[text], offsets[text + 1]):
            # Letters beside a number are a block or house number.
            beside = glued[token] == 1 or (token + 1 < offsets[text + 1] and glued[token + 1] == 1)
            if beside or not telling[codes[token]]:
                continue
            key = hashes[codes[token]]
            filled = insert_key(keys, first, filled, key)
        bounds[text + 1] = filled
    return bounds, keys[:filled].copy()
