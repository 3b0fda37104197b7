"""Look inputs over once, without keeping any of them: what is given becomes sources, each one table."""

from __future__ import annotations

import hashlib
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Final, TypeAlias

import pyarrow as pa

from linkage.errors import InputDataError, InputMissingError, OutputError, UsageError
from linkage.intake.limits import Limits
from linkage.intake.options import NOTHING_STATED, ReadOptions
from linkage.intake.sources import magic
from linkage.intake.sources.containers import check_expansion, checked_members, open_archive
from linkage.intake.sources.encoding import empty_file, find_encoding
from linkage.intake.sources.file_names import has_odd_letters, shown_file_name
from linkage.intake.sources.folders import files_of, is_delta, is_left_out
from linkage.intake.sources.queries import is_query, survey_query
from linkage.intake.sources.sidecar import with_sidecar
from linkage.intake.sources.source import Kind, Member, Source, in_order, readable, stamp_of, stem_of
from linkage.intake.sources.streams import open_bytes
from linkage.intake.sources.table_digest import table_digest

Input: TypeAlias = Path | str | pa.Table
"""A path, the URL of a query, or a table in memory."""

_COPY_BYTES: Final = 1 << 20
_MUST_BE: Final = {".parquet": "parquet", ".pq": "parquet", ".gz": "gzip", ".zip": "zip", ".xlsx": "zip"}


def survey_inputs(
    items: Sequence[Input],
    *,
    limits: Limits,
    options: ReadOptions = NOTHING_STATED,
    table_names: Sequence[str] = (),
    one_each: bool = False,
) -> list[Source]:
    """Return the sources of several inputs in the order they are taken in.

    A folder is its files, an archive its members. ``one_each``: every input must be one table, and the order given is
    kept. ``table_names``: what tables in memory are called (default ``data``).

    Raises:
        InputMissingError: no such file, or an empty folder.
        UsageError: a device, a name that cannot be shown, or more tables than one.
        InputDataError: EMPTY_FILE, ENCODING, UNREADABLE, FILE_TOO_LARGE, ARCHIVE_REFUSED, SIDECAR or FILE_TWICE.
    """
    names = table_names or ("data",) * len(items)
    sources: list[Source] = []
    for item, name in zip(items, names, strict=True):
        if one_each:
            sources.append(survey(item, table_name=name, limits=limits, options=options))
        else:
            sources += survey_all(item, table_name=name, limits=limits, options=options)
    return in_order(sources, keep_order=one_each)


def survey(item: Input, *, table_name: str, limits: Limits, options: ReadOptions = NOTHING_STATED) -> Source:
    """Look one table over.

    Raises: as :func:`survey_inputs`; UsageError also for a folder or an archive of several tables.
    """
    found = survey_all(item, table_name=table_name, limits=limits, options=options)
    if len(found) > 1:
        raise UsageError(f"{len(found)} tables where one is needed", where=str(item), remedy="Name a file of one table")
    return found[0]


def survey_all(
    item: Input, *, table_name: str, limits: Limits, options: ReadOptions = NOTHING_STATED
) -> tuple[Source, ...]:
    """Return every table of one input. Raises as :func:`survey_inputs`."""
    if isinstance(item, pa.Table):
        digest, size = table_digest(item)
        return (Source("", table_name, table_name, digest, size, "table", options=options, table=item),)
    if is_query(item):
        return (survey_query(item, limits=limits, options=options),)
    path = Path(item)
    try:
        there = path.exists()
    except OSError:
        # No file can have so long a name.
        there = False
    if not there:
        raise InputMissingError("no such file", where=str(path), remedy="Check the name and the folder")
    if not path.is_dir() or is_delta(path):
        return _survey_path(path, limits, options)
    found: list[Source] = []
    for child in files_of(path, limits):
        if is_query(child):
            found.append(survey_query(child, limits=limits, options=options))
        else:
            found += _survey_path(child, limits, options)
    return tuple(found)


def _survey_path(path: Path, limits: Limits, options: ReadOptions) -> tuple[Source, ...]:
    if has_odd_letters(str(path)):
        problem = "the name has control characters, or is not UTF-8"
        raise UsageError(problem, where=shown_file_name(path.name), remedy="Rename the file or folder")
    options = with_sidecar(path, options)
    if is_delta(path):
        from linkage.intake.readers.delta import delta_digest

        with readable(path.name):
            stamp = stamp_of(path)
            digest, size = delta_digest(path, limits)
        return (Source(str(path), path.name, path.name, digest, size, "delta", stamp=stamp, options=options),)
    if not path.is_file():
        raise UsageError("not a file", where=str(path), remedy="Name files or folders; a device cannot be read twice")
    with readable(path.name):
        return _survey_file(path, limits, options)


def _survey_file(path: Path, limits: Limits, options: ReadOptions) -> tuple[Source, ...]:
    name, stamp = path.name, stamp_of(path)
    with path.open("rb") as raw:
        digest = hashlib.file_digest(raw, "sha256").hexdigest()
        raw.seek(0)
        head = raw.read(magic.HEAD_BYTES)
    if not head:
        raise empty_file(name)
    found = "parquet" if head.startswith(magic.PARQUET) else "zip" if head.startswith(magic.ZIP) else ""
    found = "gzip" if head.startswith(magic.GZIP) else found
    suffix = path.suffix.lower()
    if _MUST_BE.get(suffix, found) != found:
        magic.refuse_foreign(head, where=name)
        problem = f"the content is not what {suffix} says"
        raise InputDataError("UNREADABLE", problem, where=name, remedy="Export it again")
    source = Source(str(path), name, stem_of(name), digest, stamp[0], "csv", stamp=stamp, options=options)
    if found == "parquet":
        return (replace(source, kind="parquet"),)
    if found == "zip":
        return _survey_zip(path, source, limits)
    if found == "gzip":
        source = replace(source, compressed=True)
        with open_bytes(source) as (stream, _):
            head = stream.read(magic.HEAD_BYTES)
        if not head:
            raise empty_file(name)
        _refuse_nested(head, name)
    magic.refuse_foreign(head, where=name)
    return (find_encoding(source, limits),)


def _survey_zip(path: Path, source: Source, limits: Limits) -> tuple[Source, ...]:
    with open_archive(path, where=source.name, limits=limits) as archive:
        kind = _office_kind(archive, source.name)
        members = checked_members(archive, where=source.name, limits=limits)
    if kind:
        return (replace(source, kind=kind),)
    wanted = [member for member in members if not is_left_out(member.name)]
    if not wanted:
        raise InputDataError("EMPTY_FILE", "the archive holds no file", where=source.name, remedy="Pack it again")
    check_expansion(members, source.bytes, where=source.name, limits=limits)
    return tuple(_survey_member(source, member, limits) for member in wanted)


def _survey_member(archive: Source, member: Member, limits: Limits) -> Source:
    source = replace(
        archive,
        name=f"{archive.name}/{member.name}",
        stem=stem_of(Path(member.name).name),
        bytes=member.size,
        member=member.name,
        place=member,
    )
    with open_bytes(source) as (stream, _):
        head = stream.read(magic.HEAD_BYTES)
    if not head:
        raise empty_file(source.name)
    if head.startswith(magic.PARQUET):
        return _unpacked(source, "parquet")
    if head.startswith(magic.ZIP):
        return _unpacked_workbook(source, limits)
    _refuse_nested(head, source.name)
    magic.refuse_foreign(head, where=source.name)
    return find_encoding(replace(source, sha256=_member_digest(source, None)), limits)


def _unpacked_workbook(source: Source, limits: Limits) -> Source:
    if source.bytes > limits.workbook_bytes:
        problem = f"the workbook has more than {limits.workbook_bytes} bytes"
        raise InputDataError("FILE_TOO_LARGE", problem, where=source.name, remedy="Save it as CSV")
    workbook = _unpacked(source, "xlsx")
    with open_archive(Path(workbook.spool), where=source.name, limits=limits) as inner:
        if not _office_kind(inner, source.name):
            raise _nested(source.name)
        checked_members(inner, where=source.name, limits=limits)
    return workbook


def _unpacked(source: Source, kind: Kind) -> Source:
    """Return a member that must be read with seeking, from a temporary copy that has no name and no other reader."""
    from linkage.intake.sources.spool import SpoolPath

    copy = tempfile.TemporaryFile(prefix="linkage-member-", buffering=0)  # noqa: SIM115 - closed when nobody holds its path
    spool = SpoolPath(copy)
    digest = _member_digest(source, copy)
    return replace(source, kind=kind, sha256=digest, spool=spool)


def _member_digest(source: Source, copy: IO[bytes] | None) -> str:
    """Return the SHA-256 of an unpacked member, and copy it if asked; reading it whole also checks it."""
    digest = hashlib.sha256()
    with open_bytes(source) as (stream, _):
        while chunk := stream.read(_COPY_BYTES):
            digest.update(chunk)
            if copy is not None:
                _append(copy, chunk)
    return digest.hexdigest()


def _append(copy: IO[bytes], chunk: bytes) -> None:
    try:
        copy.write(chunk)
    except OSError as error:
        problem = f"a temporary copy cannot be written ({error.strerror})"
        raise OutputError(problem, where=tempfile.gettempdir(), remedy="Make room there, or set TMPDIR") from None


def _office_kind(archive: zipfile.ZipFile, where: str) -> Kind | None:
    """Return the kind of a workbook, None for an archive; other office documents are refused."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        return "xlsx"
    what = ""
    if "xl/workbook.bin" in names:
        what = "a binary workbook (.xlsb)"
    elif "mimetype" in names and "content.xml" in names:
        what = "an OpenDocument file (.ods)"
    elif "[Content_Types].xml" in names:
        what = "an Office document without a workbook"
    if what:
        problem = f"the file is {what}"
        raise InputDataError("UNREADABLE", problem, where=where, remedy="Save it as .xlsx or as 'CSV UTF-8'")
    return None


def _refuse_nested(head: bytes, where: str) -> None:
    if head.startswith((magic.GZIP, *magic.ZIP)):
        raise _nested(where)
    if head.startswith(magic.PARQUET):
        problem = "Parquet inside gzip: it must be read from its end"
        raise InputDataError("ARCHIVE_REFUSED", problem, where=where, remedy="Unpack it; Parquet is compressed already")


def _nested(where: str) -> InputDataError:
    return InputDataError(
        "ARCHIVE_REFUSED", "an archive inside an archive", where=where, remedy="Pack the files themselves, once"
    )
