"""Addresses cut into tokens: runs of letters, runs of digits, and the four signs that carry meaning (``/ - , #``).

One kernel walks the UTF-8 bytes of all texts. ``RT01RW02`` and ``C3/12`` become tokens without any blank between them,
which a list of words cannot tell.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.similarity.jit import kernel
from linkage.standardise.column import Int64, UInt8
from linkage.standardise.generic_text import fold_text

_APOSTROPHES: Final = re.compile("['’‘`´]")
_FOLDS: Final = 4  # folding some signs makes others; two rounds end every case known
_BLANK, _LETTER, _DIGIT, _SIGN, _JOINING = 0, 1, 2, 3, 4


@dataclass(frozen=True)
class TokenStream:
    """Texts as tokens.

    ``offsets`` int64 (n_texts + 1,): text t has the tokens ``codes[offsets[t]:offsets[t + 1]]``, int64 indexes into
    ``tokens``, distinct upper-case texts. ``glued`` uint8 (n_tokens,): 1 where a token follows its predecessor without
    a blank or a sign between them.
    """

    offsets: Int64
    codes: Int64
    glued: UInt8
    tokens: pa.StringArray


def lex(values: pa.StringArray) -> TokenStream:
    """Return the tokens of texts (n_texts,), no nulls. An apostrophe joins its word; other signs part words."""
    texts = _folded(values).cast(pa.large_string())
    _, bounds, data = texts.buffers()
    begin, count = texts.offset, len(texts)
    starts = np.frombuffer(bounds, np.int64)[begin : begin + count + 1] if count else np.zeros(1, np.int64)
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(0, np.uint8)
    offsets, chars, edges, glued = _scan(raw, starts, _classes())
    listed = pa.LargeStringArray.from_buffers(edges.shape[0] - 1, pa.py_buffer(edges), pa.py_buffer(chars))
    encoded = listed.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return TokenStream(offsets, codes, glued, encoded.dictionary.cast(pa.string()))


def _folded(values: pa.StringArray) -> pa.StringArray:
    """Fold what is not ASCII; letters of the rest become capitals while they are read."""
    other = pc.invert(pc.string_is_ascii(values))
    if not pc.any(other, min_count=0).as_py():
        return values
    folded = [_fold(text) for text in values.filter(other).to_pylist()]
    return pc.replace_with_mask(values, other, pa.array(folded, pa.string()))


def _fold(text: str) -> str:
    for _ in range(_FOLDS):
        folded = fold_text(_APOSTROPHES.sub("", text))
        kept = [char if char.isascii() or unicodedata.category(char)[0] in "LMN" else " " for char in folded]
        if "".join(kept) == text:
            break
        text = "".join(kept)
    return text


@cache
def _classes() -> UInt8:
    classes = np.full(256, _BLANK, np.uint8)
    classes[ord("A") : ord("Z") + 1] = _LETTER
    classes[ord("a") : ord("z") + 1] = _LETTER
    classes[128:] = _LETTER
    classes[ord("0") : ord("9") + 1] = _DIGIT
    classes[[ord(sign) for sign in "/-,#"]] = _SIGN
    # Brackets and semicolons end a part of an address like a comma.
    classes[[ord(sign) for sign in "();"]] = _SIGN
    classes[[ord("'"), ord("`")]] = _JOINING
    return classes


@kernel
def _scan(
    raw: npt.NDArray[np.uint8], starts: Int64, classes: UInt8
) -> tuple[Int64, npt.NDArray[np.uint8], Int64, UInt8]:
    """Return token offsets (n_texts + 1,), packed characters, their edges (n_tokens + 1,) and ``glued`` (n_tokens,)."""
    n_texts = starts.shape[0] - 1
    n_bytes = starts[n_texts] - starts[0]
    offsets = np.zeros(n_texts + 1, np.int64)
    chars = np.empty(n_bytes, np.uint8)
    edges = np.zeros(n_bytes + 1, np.int64)
    glued = np.empty(n_bytes, np.uint8)
    used = 0
    token = 0
    for text in range(n_texts):
        before = _BLANK
        for position in range(starts[text], starts[text + 1]):
            byte = raw[position]
            kind = classes[byte]
            if kind == _JOINING:
                continue
            if kind == _BLANK:
                before = _BLANK
                continue
            if 97 <= byte <= 122:
                byte -= 32
            elif byte == 59 or byte == 40 or byte == 41:
                byte = 44
            if kind != before or kind == _SIGN:
                glued[token] = 1 if (before in (_LETTER, _DIGIT)) and kind != _SIGN else 0
                token += 1
            chars[used] = byte
            used += 1
            edges[token] = used
            before = kind
        offsets[text + 1] = token
    return offsets, chars[:used].copy(), edges[: token + 1].copy(), glued[:token].copy()
