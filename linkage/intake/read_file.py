"""One input: its rows read, cleaned, checked, and parted into accepted and rejected."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from linkage.errors import InputDataError
from linkage.intake.columns import checks, habits
from linkage.intake.columns.cleaning import clean_values, join_region_parts, settle_codes
from linkage.intake.columns.column_names import one_line
from linkage.intake.columns.compounds import take_apart
from linkage.intake.columns.dictionary import DictionaryBuilder, Int32, codes_of, compact, follow, recode
from linkage.intake.columns.header_check import check_header, near_misses
from linkage.intake.columns.mapping import RECORD_ID, REGION_CODE, SOURCE, ColumnMap, Compound, map_columns
from linkage.intake.columns.typed_text import as_text
from linkage.intake.limits import Limits
from linkage.intake.readers.base import DATE_SYSTEM, SHEETS_NOT_READ, Int64, RawBatch, RowRejects
from linkage.intake.readers.formats import open_reader
from linkage.intake.sources.source import Source, check_unchanged
from linkage.side_by_side import Overlapped, side_by_side
from linkage.spec import FieldSpec, LinkageSpec
from linkage.standardise.regions.resolve import record_regions

KEPT = "keep:"
"""Begins the names of the columns kept with --keep."""

TextColumn = tuple[Int32, pa.StringArray]


@dataclass(frozen=True, repr=False)
class FileRows:
    """The accepted rows of one input, and what was rejected.

    ``lines`` int64 (n,), ``ids`` string (n,), ``given`` (n,): the id stood in the file. ``columns``: name -> codes (n,)
    and distinct values. ``rows``: records read. ``read_lines`` int64 and ``regions`` int32: line and regency
    (0 unknown) of every row whose cells were read, rejected ones included.
    """

    source: Source
    form: Mapping[str, str]
    names: Mapping[str, str]
    mapped: ColumnMap
    rows: int
    lines: Int64
    ids: pa.StringArray
    given: npt.NDArray[np.bool_]
    columns: Mapping[str, TextColumn]
    rejects: tuple[RowRejects, ...]
    warnings: tuple[str, ...]
    read_lines: Int64
    regions: Int32

    def without(self, unwanted: npt.NDArray[np.bool_], *rejects: RowRejects) -> FileRows:
        """Return the rows that are not ``unwanted`` (n,), with these rejects more."""
        if not unwanted.any():
            return replace(self, rejects=(*self.rejects, *rejects))
        stay = ~unwanted
        return replace(
            self,
            lines=self.lines[stay],
            ids=self.ids.filter(pa.array(stay)),
            given=self.given[stay],
            columns={name: compact(codes[stay], values) for name, (codes, values) in self.columns.items()},
            rejects=(*self.rejects, *rejects),
        )


@dataclass
class _Finished:
    """A column cleaned and checked; ``rejected``: rows (n,) it refuses, with the reject code."""

    column: TextColumn
    habit: Mapping[str, str] = dataclasses.field(default_factory=dict)
    warnings: list[str] = dataclasses.field(default_factory=list)
    rejected: list[tuple[npt.NDArray[np.bool_], str]] = dataclasses.field(default_factory=list)


def read_file(
    source: Source,
    spec: LinkageSpec,
    keep: Sequence[str],
    limits: Limits,
    progress: Callable[[int], None],
    *,
    threads: int = 1,
) -> FileRows:
    """Read one input whole; ``progress`` is told the bytes used up. ``threads``: columns worked on at once.

    Raises:
        InputDataError: a code of the header, of the types, of the identifiers, or HEADER_ONLY.
    """
    reader = open_reader(source, limits)
    mapped = map_columns(reader.header, spec, keep)
    check_header(reader.header, mapped, spec, where=source.name)
    doubts = [
        *_unread_sheets(reader.form),
        *mapped.warnings,
        *(f"column {miss}; it is not read" for miss in near_misses(reader.header, mapped, spec)),
    ]
    reading = _Reading(source, reader.header, mapped, _kinds(spec), doubts)
    with Overlapped[None](threads) as columns:
        # The next batch is decoded while the columns of this one are put into their dictionaries.
        for batch in reader.batches(mapped.used()):
            columns.begin(reading.add(batch))
            progress(batch.bytes_done)
        columns.wait()
    check_unchanged(source)
    return reading.finish(spec, reader.form, threads)


def _unread_sheets(form: Mapping[str, str]) -> list[str]:
    if SHEETS_NOT_READ not in form:
        return []
    return [f"only sheet {form['sheet']} is read; other sheets that have rows too: {form[SHEETS_NOT_READ]}"]


def _kinds(spec: LinkageSpec) -> dict[str, str]:
    kinds = {SOURCE: "text", **{field.name: field.kind for field in spec.fields}}
    digits = [name for name in ("nik", checks.FAMILY_CARD, *checks.PARENTS) if name in kinds]
    return {**kinds, **dict.fromkeys(digits, "nik"), RECORD_ID: "id"}


class _Reading:
    """A file while it is read: one builder per column that is wanted, lines, and rejects."""

    def __init__(
        self,
        source: Source,
        header: Sequence[str],
        mapped: ColumnMap,
        kinds: Mapping[str, str],
        doubts: Sequence[str],
    ) -> None:
        self._source = source
        self._warnings = [f"{source.name}: {doubt}" for doubt in doubts]
        self._whole = dict.fromkeys(mapped.compounds, 0)
        self._header = [one_line(name) for name in header]
        self._mapped = mapped
        self._kinds = kinds
        self._positions = {name: index for index, name in enumerate(mapped.used())}
        targets = [
            *mapped.fields,
            *mapped.joins,
            *(field for compound in mapped.compounds for field in compound.fields),
            *([REGION_CODE] if mapped.region_parts else []),
            *(KEPT + name for name in mapped.keep),
        ]
        self._builders = {name: DictionaryBuilder(name) for name in targets if name != RECORD_ID}
        self._ids: list[pa.Array] = []
        self._lines: list[Int64] = [np.empty(0, np.int64)]
        self._rejects: list[RowRejects] = []

    def add(self, batch: RawBatch) -> list[Callable[[], None]]:
        """Take a batch, and return what is to be done with its columns: jobs that do not touch each other's."""
        self._rejects.extend(RowRejects(some.lines, one_line(some.column), some.code) for some in batch.rejects)
        if not len(batch.lines):
            return []
        self._lines.append(batch.lines)
        jobs: list[Callable[[], None]] = [partial(self._add_field, batch, name) for name in self._mapped.fields]
        jobs += [partial(self._add_joined, batch, name) for name in self._mapped.joins]
        jobs += [partial(self._add_parts, batch, compound) for compound in self._mapped.compounds]
        jobs += [partial(self._add_kept, batch, name) for name in self._mapped.keep]
        return [*jobs, partial(self._add_region_code, batch)] if self._mapped.region_parts else jobs

    def _add_field(self, batch: RawBatch, name: str) -> None:
        text = self._text(batch, self._mapped.fields[name], self._kinds[name])
        if name == RECORD_ID:
            plain = text.cast(pa.string())
            self._ids.extend(plain.chunks if isinstance(plain, pa.ChunkedArray) else [plain])
        else:
            self._builders[name].append(text)

    def _add_joined(self, batch: RawBatch, name: str) -> None:
        self._builders[name].append(self._joined(batch, self._mapped.joins[name], self._kinds[name]))

    def _add_kept(self, batch: RawBatch, name: str) -> None:
        self._builders[KEPT + name].append(self._text(batch, self._mapped.keep[name], "text"))

    def _add_region_code(self, batch: RawBatch) -> None:
        parts = [
            (*_one_dictionary(self._text(batch, position, "text")), width)
            for position, width in self._mapped.region_parts
        ]
        self._builders[REGION_CODE].append_codes(*join_region_parts(parts))

    def _text(self, batch: RawBatch, position: int, kind: str) -> pa.Array | pa.ChunkedArray:
        array = batch.columns[self._positions[position]]
        return as_text(array, kind=kind, column=self._header[position], where=self._source.name)

    def _add_parts(self, batch: RawBatch, compound: Compound) -> None:
        codes, values = _one_dictionary(self._text(batch, compound.position, "text"))
        codes, values = _cleaned("", "text", codes, values)
        parts, whole = take_apart(values, compound.pattern, compound.fields)
        self._whole[compound] += int(np.append(whole, False)[codes].sum())
        for field, (mapping, texts) in parts.items():
            self._builders[field].append_codes(follow(codes, mapping), texts)

    def _joined(self, batch: RawBatch, positions: Sequence[int], kind: str) -> pa.Array:
        """Return the parts of every row that say something, joined; null where none does."""
        parts = []
        for position in positions:
            codes, values = _one_dictionary(self._text(batch, position, kind))
            codes, values = _cleaned("", "text", codes, values)
            parts.append(values.take(pa.array(codes, mask=codes < 0)))
        mark = "-" if kind == "date" else " "
        # Not null_handling="skip": it drops the rows of which every part is null.
        joined = pc.binary_join_element_wise(*parts, mark, null_handling="replace", null_replacement="")
        joined = pc.utf8_trim(pc.replace_substring_regex(joined, f"{mark}{mark}+", mark), mark)
        return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), joined)

    def finish(self, spec: LinkageSpec, form: Mapping[str, str], threads: int) -> FileRows:
        """Clean and check the columns, and return the rows that pass."""
        lines = np.concatenate(self._lines)
        rows = len(lines) + len(np.unique(np.concatenate([np.empty(0, np.int64), *(r.lines for r in self._rejects)])))
        if not rows:
            raise InputDataError("HEADER_ONLY", "the file has a header and no rows", where=self._source.name)
        names = {
            name: "+".join(self._header[position] for position in positions)
            for name, positions in self._mapped.sources().items()
        }
        form, warnings = dict(form), self._warnings
        warnings += self._whole_warnings()
        columns: dict[str, TextColumn] = {}
        refused = np.zeros(len(lines), np.bool_)
        fields = {field.name: field for field in spec.fields}
        system = self._source.options.date_system or form.get(DATE_SYSTEM, "")
        jobs = [partial(self._finished, name, fields.get(name), names, system) for name in self._builders]
        for name, done in zip(list(self._builders), side_by_side(jobs, threads), strict=True):
            columns[name] = done.column
            form.update(done.habit)
            warnings += done.warnings
            for rejected, code in done.rejected:
                refused |= self._reject(rejected, lines, names[name], code)
        ids, given = self._record_ids(lines, warnings)
        read = FileRows(
            self._source,
            form,
            names,
            self._mapped,
            rows,
            lines,
            ids,
            given,
            columns,
            tuple(self._rejects),
            tuple(warnings),
            lines,
            record_regions(
                {name: columns[name] for name in spec.field_names if name in columns}, len(lines), spec.older_regions
            ),
        )
        return read.without(refused)

    def _whole_warnings(self) -> list[str]:
        return [
            f"{self._source.name}: {count} values of column {self._header[compound.position]} do not part into"
            f" {' and '.join(compound.fields)} and are taken as missing"
            for compound, count in self._whole.items()
            if count
        ]

    def _finished(self, name: str, spec_field: FieldSpec | None, names: Mapping[str, str], system: str) -> _Finished:
        """Clean and check one column."""
        # Raw values go as soon as the clean ones are there.
        raw_codes, raw_values = self._builders.pop(name).finish()
        kind, shown = self._kinds.get(name, "keep"), names.get(name, name)
        done = _Finished(_cleaned(name, kind, raw_codes, raw_values))
        del raw_codes, raw_values
        done.column, done.habit = self._habit(done.column, name, spec_field.date_order if spec_field else "", system)
        done.column = self._settled(done.column, kind, shown, done.warnings)
        if kind == "nik":
            done.column, bad = self._check_identity(name, names[name], done.column, done.warnings)
            done.rejected.append((bad, "NIK_DAMAGED"))
        absent = done.column[0] < 0
        if spec_field is not None and spec_field.required:
            done.rejected.append((absent, "NAME_MISSING"))
        if len(absent) and name in names and absent.all():
            done.warnings.append(f"{self._source.name}: column {names[name]} ({name}) is empty in every row")
        return done

    def _habit(self, column: TextColumn, name: str, order: str, system: str) -> tuple[TextColumn, dict[str, str]]:
        """Return the column as the house writes dates and numbers, and how the file writes them.

        What the spec says of a field goes before what the user says of the file, and that before what was found out.
        """
        kind, (codes, values) = self._kinds.get(name, "keep"), column
        if kind not in ("date", "number") or not len(values):
            return column, {}
        counts = np.bincount(codes[codes >= 0], minlength=len(values))
        if kind == "date" and habits.are_serials(values, counts):
            rewritten = habits.days_of_serials(values, 1904 if system == "1904" else 1900)
            found = {f"date_order.{name}": "serial"}
        elif kind == "date":
            order = order or self._source.options.date_order or habits.find_date_order(values, counts)
            rewritten = habits.day_first(values, order)
            found = {f"date_order.{name}": order} if order else {}
        else:
            mark = self._source.options.decimal or habits.find_decimal(values, counts)
            rewritten = habits.plain_numbers(values, mark)
            found = {f"decimal.{name}": {".": "point", ",": "comma"}[mark]} if mark else {}
        if rewritten is values:
            return column, found
        mapping, distinct = recode(rewritten)
        return (follow(codes, mapping), distinct), found

    def _settled(self, column: TextColumn, kind: str, shown: str, warnings: list[str]) -> TextColumn:
        """Return the column without the numbers of a code list whose meaning the file leaves open."""
        *settled, lost = settle_codes(*column, kind)
        if lost:
            warnings.append(
                f"{self._source.name}: {lost} values of column {shown} are numbers that copies of the list use"
                " differently, and are taken as missing; export the words instead"
            )
        return settled[0], settled[1]

    def _reject(self, bad: npt.NDArray[np.bool_], lines: Int64, column: str, code: str) -> npt.NDArray[np.bool_]:
        if bad.any():
            self._rejects.append(RowRejects(lines[bad], column, code))
        return bad

    def _check_identity(
        self, name: str, column: str, content: TextColumn, warnings: list[str]
    ) -> tuple[TextColumn, npt.NDArray[np.bool_]]:
        """Refuse a damaged file; return the column, and the rows whose own NIK is damaged.

        Another person's damaged number, or that of the family, is made missing: it would agree with every number
        damaged alike.
        """
        codes, values = content
        broken = checks.damaged(values)
        if name not in checks.PARENTS:
            checks.refuse_damaged(codes, values, broken, column=column, where=self._source.name)
        if not broken.any():
            return content, np.zeros(len(codes), np.bool_)
        bad = np.append(broken, False)[codes]
        if name not in (checks.FAMILY_CARD, *checks.PARENTS):
            return content, bad
        warnings.append(
            f"{self._source.name}: {int(bad.sum())} damaged numbers in column {column} are taken as missing"
        )
        return (np.where(bad, np.int32(-1), codes), values), np.zeros(len(codes), np.bool_)

    def _record_ids(self, lines: Int64, warnings: list[str]) -> tuple[pa.StringArray, npt.NDArray[np.bool_]]:
        """Return ids (n,) and which of them were given: a blank id is replaced by <stem>:<line>."""
        if RECORD_ID not in self._mapped.fields:
            return self._made_ids(lines), np.zeros(len(lines), np.bool_)
        given = pa.chunked_array(self._ids, pa.string()).combine_chunks()
        self._ids.clear()
        given = pc.utf8_trim_whitespace(given)
        given = pc.if_else(pc.equal(given, ""), pa.scalar(None, pa.string()), given)
        if not given.null_count:
            return given, np.ones(len(lines), np.bool_)
        warnings.append(f"{self._source.name}: {given.null_count} rows without a record id are named by their line")
        stood = np.asarray(pc.is_valid(given).to_numpy(zero_copy_only=False), np.bool_)
        return pc.coalesce(given, self._made_ids(lines)), stood

    def _made_ids(self, lines: Int64) -> pa.StringArray:
        return pc.binary_join_element_wise(pa.scalar(self._source.stem), pa.array(lines).cast(pa.string()), ":")


def _cleaned(name: str, kind: str, codes: Int32, values: pa.StringArray) -> TextColumn:
    if kind == "keep":
        return codes, values
    mapping, clean = clean_values(values, name=name, kind=kind)
    return follow(codes, mapping), clean


def _one_dictionary(text: pa.Array | pa.ChunkedArray) -> TextColumn:
    if isinstance(text, pa.ChunkedArray):
        whole = text if pa.types.is_dictionary(text.type) else text.dictionary_encode()
        text = whole.unify_dictionaries().combine_chunks()
        text = text.chunk(0) if isinstance(text, pa.ChunkedArray) else text
    array = text if pa.types.is_dictionary(text.type) else text.dictionary_encode()
    return codes_of(array), array.dictionary.cast(pa.string())
