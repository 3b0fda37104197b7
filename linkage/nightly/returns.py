"""The return to each region: what became of the files it sent in a night, what is to be mended, and how.

A table for a program and a text for people, without a resident's value.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
from pyarrow import csv

from linkage.intake.sources.file_names import shown_file_name
from linkage.nightly.notices import Notice
from linkage.review.spreadsheets import inert
from linkage.run.manifest import sha256_of
from linkage.run.outputs import write_text, writing
from linkage.schema import REJECTS, column
from linkage.standardise.regions.resolve import region_name
from linkage.words.catalogue import LANGUAGES, number_text
from linkage.words.levels import Language

FOLDER: Final = "returns"
UNKNOWN: Final = "unknown"
"""The return of files whose region could not be told, for whoever runs the job."""

RETURNS: Final = pa.schema(
    [
        column("file", pa.string(), "the file's name; empty when the region as a whole is meant"),
        column("line", pa.int64(), "line on which the row starts; 0 when the whole file is meant"),
        column("column", pa.string(), "the file's own column name; empty when the whole row or file is meant"),
        column("code", pa.string(), "reason code, upper case"),
        column("outcome", pa.string(), "rejected (a row), refused, taken, left (a file), or late (no file came)"),
        column("keterangan", pa.string(), "what the code means, in Bahasa Indonesia"),
        column("tindakan", pa.string(), "what to do, in Bahasa Indonesia"),
        column("hint", pa.string(), "what is wrong here, in English"),
        column("action", pa.string(), "what to do, in English"),
    ]
)
"""One region's return, sorted by file, line, column and code."""

_LINES_TOLD: Final = 10


@dataclass(frozen=True, repr=False)
class Sent:
    """What became of a file. ``rejects``: REJECTS of it, of a refused one with line 0. ``region``: "" when unknown.

    ``rows``, ``accepted``: of a file that was taken; 0 for a refused one, which was not read to its end.
    """

    region: str
    source: str
    outcome: str
    rows: int
    accepted: int
    rejects: pa.Table


def write_returns(folder: Path, sent: Sequence[Sent], notices: Sequence[Notice], *, night: date) -> dict[str, str]:
    """Write ``returns/<region>.csv`` and ``.txt`` for every region that has something to mend or to know.

    These are regions with a refused file, a rejected row, or a notice of a file that was taken. Returns SHA-256 by
    name. The bytes do not depend on the order of ``sent`` and ``notices``.
    """
    told = {item.region for item in sent if item.rejects.num_rows}
    told |= {notice.region for notice in notices if notice.outcome == "taken"}
    digests: dict[str, str] = {}
    with writing(folder):
        for region in sorted(told):
            own = sorted((item for item in sent if item.region == region), key=lambda item: item.source)
            table = region_return(own, [notice for notice in notices if notice.region == region])
            path = folder / FOLDER / f"{region or UNKNOWN}.csv"
            path.parent.mkdir(exist_ok=True)
            csv.write_csv(_harmless(table), path)
            text = path.with_suffix(".txt")
            write_text(text, return_text(region, own, table, night=night))
            digests |= {f"{FOLDER}/{file.name}": sha256_of(file) for file in (path, text)}
    return digests


def region_return(sent: Iterable[Sent], notices: Iterable[Notice]) -> pa.Table:
    """Return :data:`RETURNS` of one region: its rejected rows and refused files, and what else was noticed."""
    parts = [
        item.rejects.append_column(
            "outcome", pa.repeat("refused" if item.outcome == "refused" else "rejected", item.rejects.num_rows)
        )
        for item in sent
    ]
    rows = [(item.source, 0, "", item.code, item.hint, item.outcome) for item in notices if item.outcome != "refused"]
    schema = REJECTS.append(pa.field("outcome", pa.string()))
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    noticed = pa.table([pa.array(values, item.type) for values, item in zip(columns, schema, strict=True)], schema)
    told = pa.concat_tables([part.cast(schema) for part in (*parts, noticed)]).combine_chunks()
    codes = told.column("code").combine_chunks().dictionary_encode()
    made = {
        "file": told.column("source"),
        "keterangan": _said(codes, "says", "id"),
        "tindakan": _said(codes, "do", "id"),
        "action": _said(codes, "do", "en"),
    }
    table = pa.table([made[name] if name in made else told.column(name) for name in RETURNS.names], RETURNS)
    return table.sort_by([(name, "ascending") for name in ("file", "line", "column", "code")])


def return_text(region: str, sent: Sequence[Sent], table: pa.Table, *, night: date) -> str:
    """Return a region's return in words, in Bahasa Indonesia and then in English.

    ``sent``: the region's files. ``table``: its :data:`RETURNS`.
    """
    return "\n\n".join(_letter(region, sent, table, night, language) for language in LANGUAGES) + "\n"


def words_of(code: str) -> Mapping[str, Mapping[str, str]]:
    """Return what a code means (``says``) and what to do (``do``), each by language; of a new code, in general."""
    words = _words()["code"]
    found: Mapping[str, Mapping[str, str]] = words.get(code, words["OTHER"])
    return found


def _letter(region: str, sent: Sequence[Sent], table: pa.Table, night: date, language: Language) -> str:
    say = {key: text[language] for key, text in _words()["letter"].items()}
    name = f"{region} {region_name(int(region))}".strip() if region else say["unknown"]
    lines = [say["title"], f"{say['region']}: {name}", f"{say['night']}: {night.isoformat()}", "", say["files"]]
    for item in sent:
        counts = [number_text(number, language) for number in (item.rows, item.accepted, item.rows - item.accepted)]
        key = "taken" if item.outcome == "taken" else "refused"
        lines.append(f"- {item.source}: " + say[key].format(read=counts[0], accepted=counts[1], rejected=counts[2]))
    if not sent:
        lines.append(f"- {say['no_file']}")
    lines += ["", say["findings"]]
    for number, row in enumerate(_grouped(table), 1):
        lines += [f"{number}. {_place(row, say, language)}", *_what_to_do(row, say, language)]
    return "\n".join([*lines, "", say["again_title"], say["again"], say["all_lines"]])


def _grouped(table: pa.Table) -> list[dict[str, Any]]:
    """Return one row per file, code and column, with the list of its lines, sorted."""
    keys = ["file", "outcome", "code", "column", "hint"]
    grouped = table.group_by(keys, use_threads=False).aggregate([("line", "list")])
    ordered = grouped.sort_by([(name, "ascending") for name in keys])
    rows: list[dict[str, Any]] = ordered.to_pylist()
    return rows


def _place(row: Mapping[str, Any], say: Mapping[str, str], language: Language) -> str:
    place = [row["file"] or say["whole_region"], f"[{row['code']}]"]
    if row["column"]:
        place.append(f"{say['column']} {shown_file_name(row['column'])}")
    lines = [line for line in row["line_list"] if line]
    if lines:
        first = ", ".join(map(str, lines[:_LINES_TOLD])) + (", ..." if len(lines) > _LINES_TOLD else "")
        place.append(say["lines"].format(count=number_text(len(lines), language), lines=first))
    return " - ".join(place)


def _what_to_do(row: Mapping[str, Any], say: Mapping[str, str], language: Language) -> list[str]:
    words = words_of(row["code"])
    told = [(say["means"], words["says"][language]), (say["do"], words["do"][language])]
    if not any(row["line_list"]):  # of a row, the hint says the same as the words
        told.insert(1, (say["detail"], shown_file_name(row["hint"])))
    return [f"   {what}: {text}" for what, text in told]


def _said(codes: pa.DictionaryArray, part: str, language: Language) -> pa.StringArray:
    """Return the words for each code, looked up once per distinct code."""
    words = [words_of(code)[part][language] for code in codes.dictionary.to_pylist()]
    return pa.array(words, pa.string()).take(codes.indices)


def _harmless(table: pa.Table) -> pa.Table:
    """Return the table with texts that a spreadsheet does not compute: names of files and columns are the senders'."""
    for number, item in enumerate(table.schema):
        if item.type == pa.string():
            text = table.column(number).combine_chunks().dictionary_encode()
            shown = pa.array([inert(value) for value in text.dictionary.to_pylist()], pa.string())
            table = table.set_column(number, item, shown.take(text.indices))
    return table


@cache
def _words() -> Mapping[str, Any]:
    file = resources.files("linkage.nightly") / "data" / "returns.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
