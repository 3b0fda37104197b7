"""What must hold whatever a file holds: it is read with counts that balance, or refused with one clear error."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError, InvariantError, LinkageError
from linkage.intake import Intake, Limits, read_inputs
from linkage.spec import FieldSpec, LinkageSpec
from tests.intake.fuzz.seeds import CANARIES, Files

SECONDS = 10.0
"""No small file may take longer, however slow the machine; a hang takes for ever."""

LONGEST = 100_000
"""Characters of a message."""

QUOTING = ("NO_NAME_COLUMN", "DUPLICATE_HEADER")
"""Codes of errors that quote the names of columns."""

WIDE = Limits()
NARROW = Limits(chunk_bytes=97, batch_rows=2)
TIGHT = Limits(record_bytes=300, cell_bytes=40, chunk_bytes=64, batch_rows=1, columns=12, rows=20, members=12)
"""Limits that small files reach."""


@cache
def small_spec() -> LinkageSpec:
    """Return a spec with a field of every kind that is read in its own way, cheap enough to be used often."""
    fields = (
        FieldSpec("nik", "nik", ("nik",)),
        FieldSpec("nama", "person_name", ("nama",), required=True),
        FieldSpec("jenis_kelamin", "sex", ("jenis_kelamin",)),
        FieldSpec("tanggal_lahir", "date", ("tanggal_lahir",)),
        FieldSpec("kode_wilayah", "region_code", ("kode_wilayah",)),
        FieldSpec("tinggi", "number", ("TINGGI",)),
        FieldSpec("keterangan", "text", ("keterangan",), join=("CATATAN", "OFFICE")),
    )
    return LinkageSpec("small", fields, (), ())


@dataclass(frozen=True)
class Outcome:
    """How reading ended: the ``intake``, or the ``code`` and text of the error."""

    intake: Intake | None
    code: str = ""
    text: str = ""


@contextmanager
def laid_out(files: Files) -> Iterator[Path]:
    """Yield the path of the input, with everything that lies beside it, for as long as it is needed."""
    home = Path(tempfile.mkdtemp(prefix="linkage-fuzz-"))
    try:
        yield lay_out(home, files)
    finally:
        shutil.rmtree(home)


def lay_out(home: Path, files: Files) -> Path:
    """Write the files into a folder and return the path of the input, the first of them."""
    folders = {str(parent) for name in files for parent in Path(name).parents}
    for name, content in files.items():
        if name in folders:
            continue
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return home / next(iter(files))


def read_soundly(path: Path, limits: Limits = WIDE, spec: LinkageSpec | None = None) -> Outcome:
    """Read an input and check all that must hold of it alone; anything but a :class:`LinkageError` goes through."""
    began = time.monotonic()
    try:
        read = read_inputs([path], spec or small_spec(), limits=limits)
    except InvariantError:
        # It says that this package is wrong, not the file.
        raise
    except LinkageError as error:
        outcome = Outcome(None, error.code if isinstance(error, InputDataError) else type(error).__name__, str(error))
        said = [outcome.text, repr(error)]
    else:
        outcome = Outcome(read)
        check_balance(read)
        said = [
            *read.warnings,
            *_texts(read.rejects),
            *_texts(read.quality),
            *(str(file.format) for file in read.inputs),
        ]
    took = time.monotonic() - began
    assert took < SECONDS, f"{took:.0f} seconds"
    check_silence(said, strict=outcome.code not in QUOTING)
    check_silence(outcome.intake.warnings if outcome.intake else (), strict=False)
    return outcome


def check_silence(said: Sequence[str], *, strict: bool) -> None:
    """Assert that no text is without end, can command a terminal, or holds a value of a row.

    Not ``strict``: the texts may quote names of columns, and edits may have made names of values; but never of one that
    can be a number or a date.
    """
    canaries = CANARIES if strict else [canary for canary in CANARIES if any(map(str.isdigit, canary))]
    if any(len(text) > LONGEST for text in said):
        raise AssertionError("a message without end")
    if not all(text.isprintable() for text in said):
        raise AssertionError("a message of more than one line, or with commands to a terminal")
    lower = [text.lower() for text in said]
    leaks = [number for number, canary in enumerate(canaries) if any(canary in text for text in lower)]
    assert not leaks, f"a message holds the values {leaks}"


def check_balance(read: Intake) -> None:
    """Assert that rows, accepted and rejected rows, rejects and the quality return all say the same."""
    assert sum(file.accepted for file in read.inputs) == len(read.accepted)
    for file in read.inputs:
        own = read.rejects.filter(pc.equal(read.rejects["source"], file.name))
        assert file.rows == file.accepted + file.rejected > 0
        assert file.rejected == len(pc.unique(own["line"]))
        quality = read.quality.filter(pc.equal(read.quality["source"], file.name))
        rejects = quality.filter(pc.equal(quality["severity"], "reject"))
        assert (pc.sum(rejects["count"]).as_py() or 0) == len(own)
        whole = quality.filter(pc.equal(quality["code"], "ROWS_READ"))
        assert pc.sum(whole["count"]).as_py() == file.rows


def same_outcome(one: Outcome, other: Outcome) -> bool:
    """Tell whether two readings gave the same tables, or the same error."""
    if one.intake is None or other.intake is None:
        return one.intake is other.intake and (one.code, one.text) == (other.code, other.text)
    pairs = zip(_tables(one.intake), _tables(other.intake), strict=True)
    return one.intake.inputs == other.intake.inputs and all(a.equals(b) for a, b in pairs)


def check_files(files: Files) -> Outcome:
    """Check an input under wide, narrow and tight limits, twice under the first; return what wide limits gave."""
    with laid_out(files) as path:
        outcome = read_soundly(path)
        assert same_outcome(outcome, read_soundly(path)), "the second reading differs from the first"
        narrow = read_soundly(path, NARROW)
        # Of several faults of a file, the one that is met first may be another.
        both_refused = outcome.intake is narrow.intake is None
        if not both_refused and not same_outcome(outcome, narrow):
            raise AssertionError(f"other chunks, other result: {_short(outcome)}; {_short(narrow)}")
        read_soundly(path, TIGHT)
    return outcome


def _short(outcome: Outcome) -> str:
    return f"{outcome.code} {outcome.text}" if outcome.intake is None else f"{len(outcome.intake.accepted)} accepted"


def _tables(read: Intake) -> tuple[pa.Table, ...]:
    # Dictionaries are compared by what they say, row by row.
    plain = [column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column for column in read.accepted]
    return pa.table(plain, names=read.accepted.column_names), read.rejects, read.quality


def _texts(table: pa.Table) -> list[str]:
    found: list[str] = []
    for column in table.columns:
        if pa.types.is_string(column.type):
            found += pc.unique(column).to_pylist()
    return found
