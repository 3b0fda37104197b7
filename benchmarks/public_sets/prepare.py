"""From a public set to the files a run may see, and the truth beside them."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from benchmarks.public_sets.sets import PublicSet

ID = "rec_id"


@dataclass(frozen=True)
class Prepared:
    """What is linked and what is true.

    ``files``: one to deduplicate, or two to link. ``ids`` and ``entities``, strings (n,): every record and the entity
    it belongs to, in ``link`` those of the left file first. ``left_ids``: how many those are, None in ``dedupe``.
    """

    files: tuple[Path, ...]
    ids: pa.StringArray
    entities: pa.StringArray
    left_ids: int | None


def data_folder() -> Path:
    """Return the folder of the public sets: ``$LINKAGE_DATA``, or ``linkage`` in it."""
    if "LINKAGE_DATA" not in os.environ:
        sys.exit("set LINKAGE_DATA to the folder that holds febrl1, splink_historical_50k and the others")
    data = Path(os.environ["LINKAGE_DATA"])
    return data / "linkage" if (data / "linkage").is_dir() else data


def prepare(chosen: PublicSet, data: Path, folder: Path) -> Prepared:
    """Write the files of a set into ``folder``, without truth and hidden columns, and return them with the truth.

    A record without an id gets one: ``a`` (left) or ``b`` (right) and its number, so that ids are unique over both.
    """
    tables = [read_texts(data / name) for name in chosen.files]
    if chosen.split:
        tables = [tables[0].filter(pc.equal(tables[0][chosen.split], side)) for side in ("a", "b")]
    tables = [_with_ids(table, side) for table, side in zip(tables, ("a", "b"), strict=False)]
    if chosen.truth_file:
        truth = read_texts(data / chosen.truth_file)
        tables = [_with_truth(table, truth, chosen.truth) for table in tables]
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for table, name in zip(tables, ("left", "right") if chosen.is_link else ("records",), strict=True):
        hidden = {chosen.truth, *chosen.hidden}
        seen = table.select([column for column in table.column_names if column not in hidden])
        files.append(folder / f"{name}.csv")
        pv.write_csv(seen, files[-1])
    return Prepared(
        tuple(files),
        pa.concat_arrays([table[ID].combine_chunks() for table in tables]),
        pa.concat_arrays([table[chosen.truth].combine_chunks() for table in tables]),
        tables[0].num_rows if chosen.is_link else None,
    )


def read_texts(path: Path) -> pa.Table:
    """Return a CSV file with every value as it is written; only empty ones are null."""
    with pv.open_csv(path) as reader:
        names = reader.schema.names
    return pv.read_csv(
        path,
        convert_options=pv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=True, null_values=[""]
        ),
    )


def _with_ids(table: pa.Table, side: str) -> pa.Table:
    if ID in table.column_names:
        return table
    ids = pa.array([f"{side}{number:06d}" for number in range(1, table.num_rows + 1)])
    return table.add_column(0, ID, ids)


def _with_truth(table: pa.Table, truth: pa.Table, column: str) -> pa.Table:
    rows = pc.index_in(table[ID], value_set=truth[ID].combine_chunks())
    return table.append_column(column, truth[column].take(rows))
