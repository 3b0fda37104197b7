"""Addresses: abbreviations written out, numbers made comparable, and the words that tell one address from another.

Nearly every record has an address of its own, so this is array work: the texts are cut into tokens once, and only the
*distinct* tokens (some ten thousand) are looked at one by one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.packed import hash_texts
from linkage.standardise.column import Int64, KeySets, StandardValues
from linkage.standardise.distinct import distinct_values
from linkage.standardise.generic_text import fold_words
from linkage.standardise.key_sets import keys_of_tokens, one_key_each

_ROMAN: Final = re.compile(r"(?=.)X{0,3}(IX|IV|V?I{0,3})")
_ROMAN_VALUES: Final = {"I": 1, "V": 5, "X": 10}
_ATTACHED: Final = re.compile(r"(RT|RW|NO)0*(\d+)")
_RT_RW: Final = r"\bRT[ .:]*(\d{1,3}) *[/-] *(?:RW[ .:]*)?(\d{1,3})\b"


@dataclass(frozen=True)
class _AddressWords:
    expand: Mapping[str, str]
    drop: frozenset[str]
    numbered: frozenset[str]
    noise: frozenset[str]
    empty: pa.StringArray


def standardise_address(values: pa.StringArray) -> StandardValues:
    """Return canonical addresses among distinct raw texts (no nulls).

    Upper case words separated by single blanks; abbreviations written out (JL. to JALAN), Roman numbers to Arabic,
    leading zeros and military ranks dropped, ``RT.1/2`` read as RT 1 RW 2; RT, RW and NO without a number, or with 0,
    are left out. Nothing left is missing. Key forms: "value"; "tokens", one key for each word that is neither a
    number, a single letter nor a word common to addresses.
    """
    words = _address_words()
    plain = _plain(values)
    offsets, codes, tokens = _rewrite(*_tokenise(plain), words)
    lists = pa.LargeListArray.from_arrays(offsets, tokens.take(pa.array(codes)))
    joined = pc.binary_join(lists, " ").cast(pa.string())
    absent = pc.or_(pc.is_in(plain, value_set=words.empty), pc.is_in(joined, value_set=words.empty))
    distinct, mapping = distinct_values(pc.if_else(absent, pa.scalar(None, pa.string()), joined))
    return StandardValues(
        mapping=mapping,
        values=distinct,
        key_sets={"value": one_key_each(distinct), "tokens": _token_keys(distinct, words)},
    )


def _plain(values: pa.StringArray) -> pa.StringArray:
    """Return upper-case texts (n_raw,) of letters, digits and single blanks; Latin letters without marks."""
    texts = pc.replace_substring(pc.utf8_upper(values), "#", " NO ")
    if pc.any(pc.match_substring(texts, "RT"), min_count=0).as_py():
        texts = pc.replace_substring_regex(texts, _RT_RW, r" RT \1 RW \2 ")
    # An apostrophe joins its word (JUM'AT), all other signs part words.
    texts = pc.replace_substring_regex(texts, "['’‘`´]", "")
    plain = pc.ascii_trim_whitespace(pc.replace_substring_regex(texts, r"[^A-Z0-9]+", " "))
    other = pc.invert(pc.string_is_ascii(texts))
    if pc.any(other, min_count=0).as_py():
        folded = [fold_words(text) for text in texts.filter(other).to_pylist()]
        plain = pc.replace_with_mask(plain, other, pa.array(folded, pa.string()))
    return plain


def _tokenise(texts: pa.StringArray) -> tuple[Int64, Int64, pa.StringArray]:
    """Return offsets int64 (n_texts + 1,), codes int64 (n_occurrences,) and distinct tokens; an empty text has none."""
    lists = pc.split_pattern(texts, " ").cast(pa.large_list(pa.string()))
    encoded = lists.flatten().dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    offsets = lists.offsets.to_numpy(zero_copy_only=False).astype(np.int64)
    keep = pc.not_equal(encoded.dictionary, "").to_numpy(zero_copy_only=False)[codes]
    return _kept_offsets(offsets, keep), codes[keep], encoded.dictionary


def _rewrite(
    offsets: Int64, codes: Int64, tokens: pa.StringArray, words: _AddressWords
) -> tuple[Int64, Int64, pa.StringArray]:
    """Rewrite every distinct token, then drop what says nothing. A rewritten token may hold a blank ("RT 1")."""
    rewritten = pa.array([_token(token, words) for token in tokens.to_pylist()], pa.string()).dictionary_encode()
    new_code = rewritten.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    texts = rewritten.dictionary.to_pylist()
    codes = new_code[codes]
    keep = np.array([text != "" for text in texts], np.bool_)[codes]
    offsets, codes = _kept_offsets(offsets, keep), codes[keep]
    keep = ~_idle(offsets, codes, texts, words)
    return _kept_offsets(offsets, keep), codes[keep], rewritten.dictionary


def _idle(offsets: Int64, codes: Int64, texts: list[str], words: _AddressWords) -> npt.NDArray[np.bool_]:
    """Mark the occurrences of RT, RW and NO that no number or short label follows, or a zero, which is marked too."""
    numbered = np.array([text in words.numbered for text in texts], np.bool_)[codes]
    label = np.array([text[:1].isdecimal() or len(text) <= 2 for text in texts], np.bool_)[codes] & ~numbered
    zero = np.array([text == "0" for text in texts], np.bool_)[codes]
    is_last = np.zeros(codes.shape, np.bool_)
    is_last[offsets[1:][np.diff(offsets) > 0] - 1] = True
    before_label = np.append(label, False)[1:] & ~is_last
    before_zero = np.append(zero, False)[1:] & ~is_last
    idle = numbered & (~before_label | before_zero)
    after = np.append(False, idle & before_zero)[:-1]
    return np.asarray(idle | after)


def _token(token: str, words: _AddressWords) -> str:
    if token in words.drop:
        return ""
    if token.isdecimal():
        return token.lstrip("0") or "0"
    if match := _ATTACHED.fullmatch(token):
        return f"{match[1]} {match[2]}" if match[2] != "0" else ""
    if _ROMAN.fullmatch(token):
        return str(_arabic(token))
    return words.expand.get(token, token)


def _arabic(roman: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in roman]
    pairs = zip(values, [*values[1:], 0], strict=True)
    return sum(-value if value < following else value for value, following in pairs)


def _token_keys(distinct: pa.StringArray, words: _AddressWords) -> KeySets:
    offsets, codes, tokens = _tokenise(distinct)
    owners = np.repeat(np.arange(len(distinct), dtype=np.int64), np.diff(offsets))
    telling = np.array(
        [len(text) > 1 and not text.isdecimal() and text not in words.noise for text in tokens.to_pylist()], np.bool_
    )
    keep = telling[codes]
    return keys_of_tokens(owners[keep], codes[keep], hash_texts(tokens), len(distinct))


def _kept_offsets(offsets: Int64, keep: npt.NDArray[np.bool_]) -> Int64:
    running = np.zeros(keep.size + 1, np.int64)
    np.cumsum(keep, out=running[1:])
    return running[offsets]


@cache
def _address_words() -> _AddressWords:
    text = (resources.files("linkage.standardise") / "data" / "address.toml").read_text(encoding="utf-8")
    data = tomllib.loads(text)
    return _AddressWords(
        expand=data["expand"],
        drop=frozenset(data["drop"]["words"]),
        numbered=frozenset(data["numbered"]["words"]),
        noise=frozenset(data["noise"]["words"]),
        empty=pa.array(data["empty"]["texts"], pa.string()),
    )
