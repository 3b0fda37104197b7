"""Columns in which two fields stand together (``SEMARANG, 15-07-2014``; ``003/005``), taken apart."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.intake.columns.dictionary import Int32, recode


def take_apart(
    values: pa.StringArray, pattern: str, fields: Sequence[str]
) -> tuple[dict[str, tuple[Int32, pa.StringArray]], npt.NDArray[np.bool_]]:
    """Return each field's part of distinct texts (no nulls), and bool (n_values,): the pattern does not fit.

    A part is int32 (n_values,), a code for each text (-1 where there is no such part), and the distinct parts.
    ``pattern``: RE2 with groups called like the fields. Where it does not fit, every field is missing: half a text
    would be a guess.
    """
    found = pc.extract_regex(pc.utf8_trim_whitespace(values), pattern)
    parts = {}
    for field in fields:
        part = pc.struct_field(found, field)
        parts[field] = recode(pc.if_else(pc.equal(part, ""), pa.scalar(None, pa.string()), part))
    return parts, np.asarray(pc.is_null(found).to_numpy(zero_copy_only=False), np.bool_)
