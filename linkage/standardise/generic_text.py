"""Foreign data: free text, categories, identifiers and numbers of any country and script."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import jellyfish
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.packed import hash_texts
from linkage.standardise.ascii_words import ascii_words
from linkage.standardise.column import Int64, KeySets, StandardValues
from linkage.standardise.distinct import distinct_values
from linkage.standardise.key_sets import KeyForms, deletion_keys, keys_of_tokens, one_key_each, qgram_keys

MISSING_TEXTS: Final = frozenset(
    {
        "N A",
        "NA",
        "NAN",
        "NIHIL",
        "NIL",
        "NONE",
        "NOT AVAILABLE",
        "NULL",
        "TIDAK ADA",
        "TIDAK DIKETAHUI",
        "UNKNOWN",
        "XX",
        "XXX",
        "XXXX",
    }
)
"""Folded texts that say there is no value; a text without a letter or digit says so too."""

_LATIN_MARKS = re.compile(r"(?<=[A-Za-z])[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2060\ufeff]")
_NO_DECOMPOSITION = str.maketrans({"Ø": "O", "Ł": "L", "Đ": "D", "Ð": "D", "Þ": "TH", "Æ": "AE", "Œ": "OE", "Ħ": "H"})
_ASCII_BREAK = re.compile(r"[^A-Z0-9]+")
_MOST_NUMBER: Final = 9e15
_QGRAM: Final = 3


def fold_text(text: str) -> str:
    """Return the text in upper case with Latin letters freed of their marks; other scripts stay as they are."""
    if text.isascii():
        return text.upper()
    text = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", _INVISIBLE.sub("", text)))
    return unicodedata.normalize("NFC", text.upper().translate(_NO_DECOMPOSITION))


def fold_words(text: str) -> str:
    """Return the folded text with everything but letters, their marks and digits collapsed to single blanks."""
    if text.isascii():
        return _ASCII_BREAK.sub(" ", text.upper()).strip()
    kept = [char if unicodedata.category(char)[0] in "LMN" else " " for char in fold_text(text)]
    return " ".join("".join(kept).split())


def _fold_all(values: pa.StringArray) -> pa.StringArray:
    """Return ``fold_words`` of each value, null for a null or a text that says there is none."""
    ascii_only = pc.fill_null(pc.string_is_ascii(values), True)
    folded = ascii_words(pc.fill_null(values, ""))
    if not pc.all(ascii_only, min_count=0).as_py():
        others = [fold_words(text) for text in values.filter(pc.invert(ascii_only)).to_pylist()]
        folded = pc.replace_with_mask(folded, pc.invert(ascii_only), pa.array(others, pa.string()))
    absent = pc.or_(pc.equal(folded, ""), pc.is_in(folded, value_set=pa.array(sorted(MISSING_TEXTS))))
    return pc.if_else(absent, pa.scalar(None, pa.string()), folded)


def standardise_text(values: pa.StringArray) -> StandardValues:
    """Standardise distinct free texts (n_raw,): folded, punctuation as blanks, placeholders missing.

    Key forms: ``value``; ``prefix3``, the first three characters; ``soundex`` of the first token of values in
    plain A-Z (Russell 1918, as jellyfish computes it); ``tokens``; ``qgrams``, every run of three characters.
    """
    texts, mapping = distinct_values(_fold_all(values))
    split = pc.ascii_split_whitespace(texts)
    tokens = split.flatten().dictionary_encode()
    starts = split.offsets.to_numpy()
    codes = tokens.indices.to_numpy().astype(np.int64)
    owners = np.repeat(np.arange(len(texts), dtype=np.int64), np.diff(starts))
    forms = {
        "value": lambda: one_key_each(texts),
        "prefix3": lambda: one_key_each(pc.utf8_slice_codeunits(texts, 0, 3)),
        "soundex": lambda: _soundex_keys(tokens.dictionary, codes[starts[:-1]]),
        "tokens": lambda: keys_of_tokens(owners, codes, hash_texts(tokens.dictionary), len(texts)),
    }
    wide = {"qgrams": lambda chosen: qgram_keys(texts.take(pa.array(chosen)), _QGRAM)}
    return StandardValues(mapping, texts, key_sets=KeyForms(len(texts), forms, wide))


def _soundex_keys(tokens: pa.StringArray, first: Int64) -> KeySets:
    plain = pc.match_substring_regex(tokens, "^[A-Z]+$").to_numpy(zero_copy_only=False)
    sounds = [jellyfish.soundex(token) if ok else "" for token, ok in zip(tokens.to_pylist(), plain, strict=True)]
    return one_key_each(pa.array(sounds, pa.string()).take(pa.array(first)), plain[first])


def standardise_category(values: pa.StringArray) -> StandardValues:
    """Standardise distinct category labels (n_raw,) like free text.

    Key forms: ``value``; ``deletions``, for numbers kept as labels: what is left when one character is removed, so that
    two numbers share a key that differ in one character or by two neighbours exchanged.
    """
    texts, mapping = distinct_values(_fold_all(values))
    return StandardValues(mapping, texts, key_sets=_value_and_deletions(texts, whole=False))


def standardise_identifier(values: pa.StringArray) -> StandardValues:
    """Standardise distinct identifiers (n_raw,): letters and digits only, upper case.

    Key forms: ``value``; ``deletions``, the identifier itself and what is left of it when one character is removed, so
    that two identifiers at most one edit apart share a key.
    """
    texts, mapping = distinct_values(pc.replace_substring(_fold_all(values), " ", ""))
    return StandardValues(mapping, texts, key_sets=_value_and_deletions(texts, whole=True))


def _value_and_deletions(texts: pa.StringArray, *, whole: bool) -> KeyForms:
    wide = {"deletions": lambda chosen: deletion_keys(texts.take(pa.array(chosen)), whole=whole)}
    return KeyForms(len(texts), {"value": lambda: one_key_each(texts)}, wide)


def standardise_number(values: pa.StringArray) -> StandardValues:
    """Standardise distinct decimal numbers (n_raw,); ``integers`` holds them times 1,000, rounded half to even.

    A comma or a full stop is the decimal mark; thousands separators are not read. What is no number, or beyond
    nine million million, is missing. ``values`` are written without needless zeros.
    """
    trimmed = pc.ascii_trim_whitespace(values)
    readable = pc.fill_null(pc.match_substring_regex(trimmed, r"^[+-]?([0-9]+([.,][0-9]*)?|[.,][0-9]+)$"), False)
    plain = pc.replace_substring_regex(pc.replace_substring(trimmed, ",", "."), r"^\+", "")
    numbers = pc.cast(pc.if_else(readable, plain, "nan"), pa.float64()).to_numpy() * 1000.0
    present = np.abs(numbers) <= _MOST_NUMBER
    scaled = np.rint(numbers[present]).astype(np.int64)
    distinct, place = np.unique(scaled, return_inverse=True)
    texts, order = distinct_values(pa.array([_decimal(int(number)) for number in distinct], pa.string()))
    mapping = np.full(len(values), -1, np.int32)
    mapping[present] = order[place]
    integers = np.empty(distinct.shape, np.int64)
    integers[order] = distinct
    return StandardValues(mapping, texts, integers=integers, key_sets={"value": one_key_each(texts)})


def _decimal(thousandths: int) -> str:
    whole, rest = divmod(abs(thousandths), 1000)
    sign = "-" if thousandths < 0 else ""
    return f"{sign}{whole}.{rest:03d}".rstrip("0").rstrip(".")
