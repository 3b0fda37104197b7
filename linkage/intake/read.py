"""Files and tables to one table of accepted records and one of coded rejects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import numpy as np
import pyarrow as pa

from linkage.encode import all_differ
from linkage.errors import InvariantError, UsageError
from linkage.intake.columns.column_names import is_protected
from linkage.intake.columns.dictionary import DictionaryBuilder
from linkage.intake.columns.mapping import RECORD_ID, SOURCE
from linkage.intake.limits import Limits
from linkage.intake.options import NOTHING_STATED, ReadOptions
from linkage.intake.quality import assess
from linkage.intake.read_file import KEPT, FileRows, read_file
from linkage.intake.readers.base import RowRejects
from linkage.intake.reasons import HINTS
from linkage.intake.result import InputFile, Intake
from linkage.intake.sources.source import Source
from linkage.intake.sources.survey import Input, survey_inputs
from linkage.memory import give_back_memory, reusing_memory
from linkage.schema import ACCEPTED, REJECTS
from linkage.side_by_side import default_threads
from linkage.similarity.packed import hash_texts
from linkage.spec import LinkageSpec

Mode = Literal["dedupe", "link"]
Progress = Callable[[int, int], None]


@reusing_memory()
def read_inputs(
    paths: Sequence[Input],
    spec: LinkageSpec,
    *,
    keep: Sequence[str] = (),
    mode: Mode = "dedupe",
    limits: Limits | None = None,
    options: ReadOptions = NOTHING_STATED,
    progress: Progress | None = None,
    latest_year: int = 0,
    threads: int | None = None,
) -> Intake:
    """Read CSV, XLSX and Parquet files, plain or packed, Delta tables, queries, folders of them, and Arrow tables.

    ``dedupe`` takes the inputs in the order of (name, digest), whatever the order given; ``link`` takes exactly two
    tables, LEFT and RIGHT. ``keep``: names of further columns to hand through as they stand. ``options``: how files
    are to be read; table ``[reading]`` of a sidecar ``<file>.meta.toml`` goes before them. ``progress`` is called with
    the bytes done and the bytes of all inputs. ``latest_year``: the year of the extracts, for the quality return; 0
    when unknown. ``threads``: columns worked on at once (default: all processors); the result is the same for any
    number. Memory follows distinct values and codes, not the text.

    Raises:
        InputMissingError: a file does not exist, a folder holds none. UsageError: the call makes no sense (no input,
            not two tables to link, a protected column kept, a kept column that no input has).
        InputDataError: a whole input cannot be used; its ``code`` says why.
        InvariantError: rows read are not rows accepted plus rows rejected.
    """
    bounds, threads = limits or Limits(), threads or default_threads()
    sources = _sources(paths, mode, bounds, options)
    if hidden := [name for name in keep if is_protected(name)]:
        raise UsageError(f"column {hidden[0]} is protected and is never read", remedy="Leave it out of --keep")
    total, before = sum(source.bytes for source in sources), 0
    files: list[FileRows] = []
    with ThreadPoolExecutor(1) as beside:
        kernels = beside.submit(_load_kernels)
        for source in sources:
            files.append(read_file(source, spec, keep, bounds, _shifted(progress, before, total), threads=threads))
            before += source.bytes
        kernels.result()
    if lost := [name for name in keep if not any(name in file.mapped.keep for file in files)]:
        raise UsageError(f"no input has the column {lost[0]} to keep", remedy="Check its name in the header")
    files = _unique_ids(files) if mode == "dedupe" else [_unique_ids([file])[0] for file in files]
    give_back_memory()
    return _intake(files, spec, keep, mode, latest_year, threads)


def _load_kernels() -> None:
    """Have the first kernel loaded, which takes a third of a second, while the first rows are decoded."""
    hash_texts(pa.array([""], pa.string()))


def _shifted(progress: Progress | None, before: int, total: int) -> Callable[[int], None]:
    def report(done: int) -> None:
        if progress is not None:
            progress(before + done, total)

    return report


def _sources(paths: Sequence[Input], mode: Mode, limits: Limits, options: ReadOptions) -> list[Source]:
    if not paths:
        raise UsageError("no input", remedy="Name at least one file")
    if mode == "link" and len(paths) != 2:
        raise UsageError(f"link takes two inputs, not {len(paths)}", remedy="Name LEFT and RIGHT")
    if mode == "link":
        return survey_inputs(paths, limits=limits, options=options, table_names=("left", "right"), one_each=True)
    return survey_inputs(paths, limits=limits, options=options)


def _unique_ids(files: list[FileRows]) -> list[FileRows]:
    """Reject every record whose id an earlier record has."""
    if not any(file.given.any() for file in files):
        return files
    chunks = [file.ids for file in files]
    if all_differ(chunks):
        return files
    codes = np.concatenate([chunk.indices.to_numpy() for chunk in pa.chunked_array(chunks).dictionary_encode().chunks])
    # Codes are given out in the order of appearance: a first appearance is a new maximum.
    highest = np.maximum.accumulate(codes)
    repeated = np.ones(len(codes), np.bool_)
    repeated[:1] = False
    repeated[1:] = highest[1:] == highest[:-1]
    unique: list[FileRows] = []
    start = 0
    for file in files:
        bad = repeated[start : start + len(file.lines)]
        start += len(file.lines)
        column = file.names.get(RECORD_ID, "")
        unique.append(file.without(bad, RowRejects(file.lines[bad], column, "ID_DUPLICATE")) if bad.any() else file)
    return unique


def _intake(
    files: Sequence[FileRows], spec: LinkageSpec, keep: Sequence[str], mode: Mode, latest_year: int, threads: int
) -> Intake:
    return Intake(
        accepted=_accepted(files, spec, keep),
        rejects=_rejects(files),
        inputs=tuple(_input_file(file) for file in files),
        left_rows=len(files[0].lines) if mode == "link" else -1,
        quality=assess(files, spec, latest_year=latest_year, threads=threads),
        warnings=tuple(warning for file in files for warning in file.warnings),
    )


def _accepted(files: Sequence[FileRows], spec: LinkageSpec, keep: Sequence[str]) -> pa.Table:
    stems = pa.array([file.source.stem for file in files], pa.string())
    origin = np.repeat(np.arange(len(files), dtype=np.int32), [len(file.lines) for file in files])
    arrays = [
        pa.chunked_array([file.ids for file in files], pa.string()),
        pa.DictionaryArray.from_arrays(origin, stems),
        pa.array(np.concatenate([file.lines for file in files])),
    ]
    fields = list(ACCEPTED)
    names = [name for name in spec.field_names if name != RECORD_ID]
    for name in [*names, *([] if SOURCE in names else [SOURCE]), *(KEPT + name for name in dict.fromkeys(keep))]:
        if not any(name in file.columns for file in files):
            continue
        column = _united(files, name)
        arrays.append(column.cast(pa.string()) if name.startswith(KEPT) else column)
        fields.append(pa.field(name, arrays[-1].type))
    return pa.table(arrays, schema=pa.schema(fields))


def _united(files: Sequence[FileRows], name: str) -> pa.ChunkedArray:
    if len(files) == 1:
        codes, values = files[0].columns[name]
    else:
        builder = DictionaryBuilder(name)
        for file in files:
            if name in file.columns:
                builder.append_codes(*file.columns[name])
            else:
                builder.append_missing(len(file.lines))
        codes, values = builder.finish()
    return pa.chunked_array([pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), values)])


def _rejects(files: Sequence[FileRows]) -> pa.Table:
    parts = [
        pa.table(
            [
                pa.repeat(file.source.name, len(reject.lines)),
                pa.array(reject.lines),
                pa.repeat(reject.column, len(reject.lines)),
                pa.repeat(reject.code, len(reject.lines)),
                pa.repeat(HINTS[reject.code], len(reject.lines)),
            ],
            schema=REJECTS,
        )
        for file in files
        for reject in file.rejects
        if len(reject.lines)
    ]
    table = pa.concat_tables([REJECTS.empty_table(), *parts])
    return table.sort_by([(name, "ascending") for name in ("source", "line", "column", "code")]).combine_chunks()


def _input_file(file: FileRows) -> InputFile:
    rejected = len(np.unique(np.concatenate([file.lines[:0], *(reject.lines for reject in file.rejects)])))
    accepted = len(file.lines)
    if accepted + rejected != file.rows:
        problem = f"{file.rows} rows read, {accepted} accepted, {rejected} rejected"
        raise InvariantError(problem, where=file.source.name)
    source = file.source
    container = "zip" if source.member else "gzip" if source.compressed else ""
    return InputFile(
        path=source.path,
        name=source.name,
        stem=source.stem,
        sha256=source.sha256,
        bytes=source.bytes,
        rows=file.rows,
        accepted=accepted,
        rejected=rejected,
        format={**file.form, "container": container} if container else file.form,
        columns=file.names,
        ignored_columns=file.mapped.ignored,
        protected_columns=file.mapped.protected,
    )
