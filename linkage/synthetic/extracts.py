"""Writing a register to files: one extract per regency in its own dialect, or one table, with the truth beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.errors import OutputError, UsageError
from linkage.synthetic.dialects import DIALECTS, Dialect, in_dialect
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.register import Register, make_register
from linkage.synthetic.streams import Int64, stream
from linkage.synthetic.truth import TRUTH

DIRTY_KINDS: Final = ("too_few_fields", "too_many_fields", "empty_name")
"""How rows are damaged on purpose; they stand in no truth."""

_BATCH: Final = 65_536
_CUT_FIELDS: Final = 5
_PROJECT: Final = """[project]
workspace = "workspace"
out = "out"

[intake]
inbox = "inbox"
"""


def write_register(register: Register | RegisterPlan, out: Path) -> tuple[Path, ...]:
    """Write ``inbox/<region>_full_<YYYYMMDD>_001.<ext>`` for each regency, ``truth.parquet`` and ``linkage.toml``.

    Returns the extracts in order of file name, then the truth, then the project file. ``truth.parquet`` has the
    columns of ``TRUTH``, in order of file and line. Regencies use the dialects of ``DIALECTS`` in turn. CSV extracts
    get damaged rows at the plan's ``dirty_row_rate``.

    Raises:
        OutputError: a file or folder cannot be written.
    """
    if isinstance(register, RegisterPlan):
        register = make_register(register)
    sources = register.records.column("source").combine_chunks().dictionary_encode()
    codes = sources.indices.to_numpy()
    numbers = {code: number for number, code in enumerate(sources.dictionary.to_pylist())}
    truths, written = [], []
    try:
        (out / "inbox").mkdir(parents=True, exist_ok=True)
        for place, region in sorted(enumerate(register.regions), key=lambda item: item[1]):
            rows = pa.array(np.flatnonzero(codes == numbers.get(region, -1)))
            path, truth = _write_extract(register, region, DIALECTS[place % len(DIALECTS)], rows, out / "inbox")
            written.append(path)
            truths.append(truth)
        pq.write_table(pa.concat_tables(truths), out / "truth.parquet")
        (out / "linkage.toml").write_text(_PROJECT, encoding="utf-8")
    except OSError as error:
        raise OutputError("the register cannot be written", where=str(out), remedy=str(error.strerror)) from error
    return (*written, out / "truth.parquet", out / "linkage.toml")


def write_single(register: Register | RegisterPlan, path: Path) -> tuple[Path, Path]:
    """Write all records as one clean table with plain columns, and ``<stem>_truth.parquet`` beside it.

    The ending of ``path`` chooses Parquet or CSV (comma, UTF-8). Returns both paths.

    Raises:
        UsageError: the ending is neither ``.parquet`` nor ``.csv``.
        OutputError: a file cannot be written.
    """
    if path.suffix not in (".parquet", ".csv"):
        raise UsageError("a single table ends in .parquet or .csv", where=path.name)
    if isinstance(register, RegisterPlan):
        register = make_register(register)
    count = register.records.num_rows
    line = np.arange(1, count + 1)
    truth_path = path.with_name(f"{path.stem}_truth.parquet")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix == ".parquet":
            pq.write_table(register.records, path, row_group_size=_BATCH)
        else:
            line = _write_csv(register.records, DIALECTS[2], path, np.zeros(0, np.int64), np.zeros(0, np.int64))
        pq.write_table(_placed(register.truth, path, line, with_ids=True), truth_path)
    except OSError as error:
        raise OutputError("the register cannot be written", where=str(path), remedy=str(error.strerror)) from error
    return path, truth_path


def _write_extract(
    register: Register, region: str, dialect: Dialect, rows: pa.Array, folder: Path
) -> tuple[Path, pa.Table]:
    plan = register.plan
    rng = stream(plan.seed, f"extract {region}")
    path = folder / f"{region}_full_{plan.cut_off:%Y%m%d}_001.{dialect.extension}"
    records, truth = register.records.take(rows), register.truth.take(rows)
    table = in_dialect(records, dialect, rng)
    if dialect.extension == "parquet":
        pq.write_table(table, path, row_group_size=_BATCH)
        return path, _placed(truth, path, np.arange(1, table.num_rows + 1), with_ids=True)
    models, before = _dirty_rows(plan, table.num_rows, rng)
    line = _write_csv(table, dialect, path, models, before)
    return path, _placed(truth, path, line, with_ids=not dialect.siak)


def _dirty_rows(plan: RegisterPlan, count: int, rng: np.random.Generator) -> tuple[Int64, Int64]:
    """Return the records that damaged rows imitate, and the records before which they stand (ascending)."""
    dirty = round(count * plan.dirty_row_rate) if count else 0
    dirty = max(dirty, min(count, len(DIRTY_KINDS))) if plan.dirty_row_rate > 0 else 0
    return rng.integers(0, max(count, 1), dirty), np.sort(rng.integers(0, count + 1, dirty))


def _write_csv(table: pa.Table, dialect: Dialect, path: Path, models: Int64, before: Int64) -> Int64:
    """Write a table and its damaged rows; return int64 (n_records,): the line on which each record starts."""
    dirty = _dirty_lines(table.take(pa.array(models)), dialect)
    starts = np.zeros(table.num_rows, np.int64)
    line = 2
    with path.open("wb") as file:
        header = dialect.delimiter.join(table.schema.names)
        file.write((header + dialect.newline).encode(dialect.encoding))
        for first, texts, of_record in _batches(table, dialect, dirty, before):
            spans = pc.add(pc.count_substring(texts, "\n"), 1).to_numpy()
            at = line + np.cumsum(spans) - spans
            starts[first : first + int(of_record.sum())] = at[of_record]
            line += int(spans.sum())
            if len(texts):
                joined = pc.binary_join(pa.ListArray.from_arrays([0, len(texts)], texts), dialect.newline)[0].as_py()
                file.write((joined + dialect.newline).encode(dialect.encoding.removesuffix("-sig")))
    return starts


def _batches(
    table: pa.Table, dialect: Dialect, dirty: pa.StringArray, before: Int64
) -> Iterator[tuple[int, pa.StringArray, npt.NDArray[np.bool_]]]:
    """Yield the first record's number, lines in order of the file, and which of them are records."""
    for first in range(0, max(table.num_rows, 1), _BATCH):
        part = table.slice(first, _BATCH)
        stop = first + part.num_rows
        last = stop == table.num_rows
        here = (before >= first) & ((before <= stop) if last else (before < stop))
        places = before[here] - first
        lines = pa.concat_arrays([_lines(part, dialect), dirty.filter(pa.array(here))])
        order = np.argsort(np.r_[np.arange(part.num_rows) * 2 + 1, places * 2], kind="stable")
        yield first, lines.take(pa.array(order)), order < part.num_rows


def _lines(table: pa.Table, dialect: Dialect) -> pa.StringArray:
    fields = [_quoted(table.column(name).combine_chunks(), dialect) for name in table.schema.names]
    return pc.binary_join_element_wise(*fields, dialect.delimiter)


def _quoted(values: pa.StringArray, dialect: Dialect) -> pa.StringArray:
    filled = pc.fill_null(values, "")
    needs = pc.match_substring_regex(filled, f'[{dialect.delimiter}"\\n\\r]')
    if not pc.any(needs).as_py():
        return filled
    quoted = pc.binary_join_element_wise('"', pc.replace_substring(filled, '"', '""'), '"', "")
    return pc.if_else(needs, quoted, filled)


def _dirty_lines(models: pa.Table, dialect: Dialect) -> pa.StringArray:
    kind = np.arange(models.num_rows) % len(DIRTY_KINDS)
    if "record_id" in models.schema.names:
        running = pa.array([f"X{number:06}" for number in range(models.num_rows)], pa.string())
        ids = pc.binary_join_element_wise(models["source"], running, "-")
        models = models.set_column(models.schema.get_field_index("record_id"), "record_id", ids)
    name = next(item for item in models.schema.names if item.upper() in ("NAMA", "NAMA_LGKP"))
    blank = pa.nulls(models.num_rows, pa.string()).fill_null("")
    nameless = models.set_column(models.schema.get_field_index(name), name, blank)
    # Cut before the last fields, so that no reader can take the row for a whole one.
    few = _lines(models.select(models.schema.names[:-_CUT_FIELDS]), dialect)
    many = pc.binary_join_element_wise(_lines(models, dialect), "0", "0", dialect.delimiter)
    return pc.choose(pa.array(kind), few, many, _lines(nameless, dialect))


def _placed(truth: pa.Table, path: Path, line: Int64, *, with_ids: bool) -> pa.Table:
    """Return the truth with the place of each record, and the id that linkage gives it there."""
    count = truth.num_rows
    names = pa.array([path.stem]).take(pa.array(np.zeros(count, np.int64)))
    lines = pa.array(line)
    ids = truth["record_id"]
    if not with_ids:
        ids = pc.binary_join_element_wise(path.stem, pc.cast(lines, pa.string()), ":")
    columns = {name: truth[name] for name in truth.schema.names}
    return pa.table({**columns, "record_id": ids, "source_file": names, "line": lines}, schema=TRUTH)
