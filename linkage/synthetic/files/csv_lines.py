"""Lines of a CSV extract made from columns, whole ones and ones damaged on purpose."""

from __future__ import annotations

from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.synthetic.files.dialects import Dialect

DIRTY_KINDS: Final = ("too_few_fields", "too_many_fields", "empty_name")
"""How rows are damaged on purpose, in turn; they stand in no truth."""

_CUT_FIELDS: Final = 5


def csv_lines(table: pa.Table, dialect: Dialect) -> pa.StringArray:
    """Return one text per row of an all-text table, quoted where needed, with the end of line; null is empty."""
    fields = [_quoted(table.column(name).combine_chunks(), dialect) for name in table.schema.names]
    fields[-1] = pc.binary_join_element_wise(fields[-1], dialect.newline, "")
    return pc.binary_join_element_wise(*fields, dialect.delimiter)


def damaged_lines(models: pa.Table, dialect: Dialect, first: int) -> pa.StringArray:
    """Return one damaged line for each of the rows that they imitate.

    ``first`` is the number of damaged lines before them in the extract: kinds take turns, and ids run on from it.
    """
    names = models.schema.names
    running = np.arange(first, first + models.num_rows)
    if "record_id" in names:
        labels = pa.array([f"X{number:06}" for number in running.tolist()], pa.string())
        ids = pc.binary_join_element_wise(models["source"], labels, "-")
        models = models.set_column(names.index("record_id"), "record_id", ids)
    name = next(item for item in names if item.upper() in ("NAMA", "NAMA_LGKP"))
    nameless = models.set_column(names.index(name), name, pa.repeat("", models.num_rows))
    # Cut before the last fields, so that no reader can take the row for a whole one.
    few = csv_lines(models.select(names[:-_CUT_FIELDS]), dialect)
    extra = {f"extra {number}": pa.repeat("0", models.num_rows) for number in (1, 2)}
    many = csv_lines(pa.table({**{item: models[item] for item in names}, **extra}), dialect)
    return pc.choose(pa.array(running % len(DIRTY_KINDS)), few, many, csv_lines(nameless, dialect))


def _quoted(values: pa.StringArray, dialect: Dialect) -> pa.StringArray:
    filled = pc.fill_null(values, "")
    # Most columns need no quotes at all, and a look at the bytes is many times faster than an expression.
    signs = f'{dialect.delimiter}"\n\r'.encode()
    held = text_bytes(filled)
    if not any(sign in held for sign in signs):
        return filled
    needs = pc.match_substring_regex(filled, f'[{dialect.delimiter}"\\n\\r]')
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(filled, '"', '""'), '"', "")
    return pc.if_else(needs, quoted, filled)


def text_bytes(values: pa.StringArray) -> bytes:
    """Return the UTF-8 bytes of all values (no nulls), one after the other."""
    if not len(values):
        return b""
    _, places, text = values.buffers()
    offsets = np.frombuffer(places, np.int32)
    start, stop = int(offsets[values.offset]), int(offsets[values.offset + len(values)])
    return text.slice(start, stop - start).to_pybytes() if stop > start else b""
