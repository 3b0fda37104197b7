"""Writing a register to files: the extracts of each regency in its own dialect, or one table, with the truth beside."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import chain, groupby
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InvariantError, OutputError, UsageError
from linkage.synthetic.files.csv_lines import DIRTY_KINDS
from linkage.synthetic.files.dialects import Dialect, dialects_of
from linkage.synthetic.files.extract_writer import ExtractWriter, whole_file
from linkage.synthetic.files.parquet_file import ParquetFile
from linkage.synthetic.parts import Part
from linkage.synthetic.plan import RegisterPlan
from linkage.synthetic.register import Register, register_parts
from linkage.synthetic.streams import Int64, stream
from linkage.synthetic.truth.table import TRUTH

_PLAIN: Final = {
    ".csv": Dialect("single_csv", "csv", False, "yyyy-mm-dd", ("L", "P")),
    ".parquet": Dialect("single_parquet", "parquet", False, "yyyy-mm-dd", ("L", "P")),
}
_PROJECT: Final = """[project]
workspace = "workspace"
out = "out"

[intake]
inbox = "inbox"

[web]
mode = "trial"
"""


def write_register(register: Register | RegisterPlan, out: Path) -> tuple[Path, ...]:
    """Write the extracts of every regency, ``truth.parquet`` and ``linkage.toml``, part by part.

    The first night is ``inbox/<region>_full_<YYYYMMDD>_001.<ext>`` of each regency, even of one without residents.
    Night n is ``nights/<YYYYMMDD>/<region>_delta_<YYYYMMDD>_<nnn>.<ext>`` of each regency that has rows that night,
    its own extracts numbered on from 002; the last night is the plan's cut-off. A register in memory is one night.
    Regencies, in ascending order, use the plan's dialects in turn, each the same every night. ``truth.parquet`` has
    the columns of ``TRUTH``, in order of regency, night and line. CSV extracts get damaged rows at the plan's
    ``dirty_row_rate``. A file is under its name only when it is whole.

    Returns:
        The extracts in order of regency and night, then the truth, then the project file.

    Raises:
        UsageError: the plan names an unknown dialect, or a sheet cannot hold an extract.
        OutputError: a file or folder cannot be written, or the folder holds extracts already: with those of another
            plan among them, the truth would be none.
    """
    plan, parts = _parts(register, out)
    dialects = dialects_of(plan)
    if any(
        path.is_file() and path.name[0] != "." for folder in ("inbox", "nights") for path in (out / folder).rglob("*")
    ):
        raise OutputError(
            "the folder holds extracts already",
            where=str(out),
            remedy="Take another folder, or empty inbox/ and nights/",
        )
    written: list[Path] = []
    truth_path, project_path = out / "truth.parquet", out / "linkage.toml"
    try:
        (out / "inbox").mkdir(parents=True, exist_ok=True)
        with whole_file(truth_path) as partial, closing(ParquetFile(partial, TRUTH)) as truth:
            for place, (region, nights) in enumerate(groupby(_in_order(parts), key=lambda part: part.region)):
                dialect = dialects[place % len(dialects)]
                # A night without rows sends nothing, and no number is left out for it.
                for number, (night, rows) in enumerate(groupby(nights, key=lambda part: part.night), start=1):
                    path = extract_path(out, plan, region, night, number, dialect)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    _write_extract(path, plan, dialect, rows, truth)
                    written.append(path)
        with whole_file(project_path) as partial:
            partial.write_text(_PROJECT, encoding="utf-8")
    except OSError as error:
        raise OutputError("the register cannot be written", where=str(out), remedy=error.strerror or "") from error
    return (*written, truth_path, project_path)


def write_single(register: Register | RegisterPlan, path: Path) -> tuple[Path, Path]:
    """Write all records as one clean table with plain columns, and ``<stem>_truth.parquet`` beside it, part by part.

    The ending of ``path`` chooses Parquet or CSV (comma, UTF-8). Of a plan with several nights, it is the state as of
    the last one. Returns both paths.

    Raises:
        UsageError: the ending is neither ``.parquet`` nor ``.csv``.
        OutputError: a file cannot be written.
    """
    if path.suffix not in _PLAIN:
        raise UsageError("a single table ends in .parquet or .csv", where=path.name)
    plan, parts = _parts(register, path.parent, last_state=True)
    truth_path = path.with_name(f"{path.stem}_truth.parquet")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with (
            whole_file(truth_path) as partial,
            closing(ParquetFile(partial, TRUTH)) as truth,
            ExtractWriter(path, _PLAIN[path.suffix], stream(plan.seed, "single")) as extract,
        ):
            for part in _in_order(parts):
                truth.write(_placed(part, path, extract.write(part.records), with_ids=True))
    except OSError as error:
        raise OutputError("the register cannot be written", where=str(path), remedy=error.strerror or "") from error
    return path, truth_path


def extract_path(out: Path, plan: RegisterPlan, region: str, night: int, number: int, dialect: Dialect) -> Path:
    """Return where the extract of a regency and night (from 1) goes, the regency's ``number``-th (from 1)."""
    day = f"{plan.cut_off - dt.timedelta(plan.nights - night):%Y%m%d}"
    if night == 1:
        return out / "inbox" / f"{region}_full_{day}_001.{dialect.extension}"
    return out / "nights" / day / f"{region}_delta_{day}_{number:03}.{dialect.extension}"


def _parts(
    register: Register | RegisterPlan, folder: Path, *, last_state: bool = False
) -> tuple[RegisterPlan, Iterable[Part]]:
    """Return the plan of what is to be written, and its parts; ``folder`` takes what a large register puts aside."""
    if isinstance(register, RegisterPlan):
        return register, register_parts(register, folder, last_state=last_state)
    return replace(register.plan, nights=1), _register_in_parts(register)


def _register_in_parts(register: Register) -> Iterator[Part]:
    sources = register.records.column("source").combine_chunks().dictionary_encode()
    codes = sources.indices.to_numpy()
    numbers = {code: number for number, code in enumerate(sources.dictionary.to_pylist())}
    for region in sorted(register.regions):
        rows = pa.array(np.flatnonzero(codes == numbers.get(region, -1)))
        yield Part(region, 1, register.records.take(rows), register.truth.take(rows))


def _in_order(parts: Iterable[Part]) -> Iterator[Part]:
    """Yield the parts but those without rows after the first night.

    Raises:
        InvariantError: regencies or nights do not ascend: an extract would be written twice.
    """
    last = ("", 0)
    for part in parts:
        if (part.region, part.night) < last:
            raise InvariantError("the parts of a register are not in order of regency and night")
        last = (part.region, part.night)
        if part.night == 1 or part.records.num_rows:
            yield part


def _write_extract(path: Path, plan: RegisterPlan, dialect: Dialect, parts: Iterator[Part], truth: ParquetFile) -> None:
    """Write one extract and its truth; its parts are of one regency and night, at least one."""
    first = next(parts)
    rng = stream(plan.seed, f"extract {first.region}", first.night - 1)
    least = len(DIRTY_KINDS) if first.night == 1 else 0
    with ExtractWriter(path, dialect, rng, plan.dirty_row_rate, least) as extract:
        for part in chain([first], parts):
            truth.write(_placed(part, path, extract.write(part.records), with_ids=not dialect.siak))


def _placed(part: Part, path: Path, line: Int64, *, with_ids: bool) -> pa.Table:
    """Return the truth with the place of each record, and the id that linkage gives it there."""
    lines = pa.array(line)
    if with_ids:
        ids = part.records["record_id"]
    else:
        ids = pc.binary_join_element_wise(path.stem, pc.cast(lines, pa.string()), ":")
    placed = {"record_id": ids, "source_file": pa.repeat(path.stem, line.size), "line": lines}
    others = {name: part.truth[name] for name in TRUTH.names if name not in placed}
    return pa.table({name: (placed | others)[name] for name in TRUTH.names}, schema=TRUTH)
