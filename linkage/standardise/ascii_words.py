"""Words of ASCII texts as array work: upper case, and one blank for whatever is neither letter nor digit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from linkage.similarity.jit import kernel

_BLANK = 32


def ascii_words(texts: pa.StringArray) -> pa.StringArray:
    """Return each text (no nulls) in upper case, its runs of other characters than A-Z and 0-9 as single blanks.

    There are no outer blanks. Bytes beyond ASCII count as other characters.
    """
    _, offsets, data = texts.buffers()
    if not len(texts) or data is None or not data.size:
        return texts
    bounds = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1]
    words, ends = _words(np.frombuffer(data, np.uint8), bounds)
    return pa.StringArray.from_buffers(len(texts), pa.py_buffer(ends), pa.py_buffer(words))


@kernel
def _words(
    raw: npt.NDArray[np.uint8], bounds: npt.NDArray[np.int32]
) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int32]]:
    out = np.empty(bounds[-1] - bounds[0], np.uint8)
    ends = np.zeros(bounds.shape[0], np.int32)
    size = 0
    for text in range(bounds.shape[0] - 1):
        start, gap = size, False
        for position in range(bounds[text], bounds[text + 1]):
            byte = raw[position]
            if 97 <= byte <= 122:
                byte -= np.uint8(32)
            if not (65 <= byte <= 90 or 48 <= byte <= 57):
                gap = True
                continue
            if gap and size > start:
                out[size] = _BLANK
                size += 1
            gap = False
            out[size] = byte
            size += 1
        ends[text + 1] = size
    return out[:size], ends
