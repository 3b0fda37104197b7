"""What was found of a batch: a table of lines and codes, and a summary in words, without a resident's value."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from linkage.encode import encode
from linkage.intake import Intake, Limits, ReadOptions, read_inputs
from linkage.precheck.check import CODES, NIK_SAYS, Findings, check_batch
from linkage.precheck.index import Header, read_index
from linkage.precheck.keys import KINDS, fields_read, keys_of
from linkage.review.spreadsheets import inert
from linkage.run.outputs import writing
from linkage.schema import column
from linkage.words.catalogue import number_text
from linkage.words.levels import Language

REPORT: Final = pa.schema(
    [
        column("file", pa.string(), "the file's name"),
        column("line", pa.int64(), "line on which the record starts; the header is line 1"),
        column("code", pa.string(), "NEW, POSSIBLE, PROBABLE, NIK_ELSEWHERE, KNOWN, or REJECTED"),
        column("nik", pa.string(), "same, different or not_compared, with the nearest record of the index"),
        column("agrees", pa.string(), "the keys that agree with it, joined with +"),
        column("records", pa.int64(), "how many records of the index are found under that code"),
        column("says", pa.string(), "the code in words; of a rejected row, why"),
        column("do", pa.string(), "what to do"),
    ]
)
"""A batch's report, by file and line."""

REJECTED: Final = "REJECTED"
_LINES_TOLD: Final = 12


def check_files(
    files: list[Path],
    index_file: Path,
    passphrase: str,
    *,
    today: date,
    language: Language,
    limits: Limits,
    options: ReadOptions,
) -> tuple[pa.Table, Header]:
    """Read a batch, check it against an index and return its :data:`REPORT`, and whose index it was.

    Nothing but the files named is read: no project, no database, no network.

    Raises:
        LinkageError: a file cannot be read, or the index and the key are not what they should be.
    """
    keys = keys_of(passphrase)
    index = read_index(index_file, keys, today=today)
    spec = index.header.read_spec()
    read = read_inputs(list(files), spec, limits=limits, options=options, latest_year=index.header.latest_year)
    batch = encode(read.accepted, spec, latest_year=index.header.latest_year, fields=fields_read())
    return report(read, check_batch(batch, index, keys.digests), language), index.header


def report(read: Intake, found: Findings, language: Language) -> pa.Table:
    """Return :data:`REPORT` of a batch: a line per accepted record, and one per rejected row."""
    words, reasons = _words()["code"], _words()["reject"]
    files = {file.stem: file.name for file in read.inputs}
    names = [
        "+".join(kind.name for number, kind in enumerate(KINDS) if mask >> number & 1)
        for mask in range(1 << len(KINDS))
    ]
    stems = read.accepted.column("source_file").combine_chunks()
    accepted = pa.table(
        [
            pa.array([files[stem] for stem in stems.dictionary.to_pylist()], pa.string()).take(stems.indices),
            read.accepted.column("line"),
            _take(CODES, found.code),
            _take(NIK_SAYS, found.nik),
            _take(names, found.agrees),
            pa.array(found.records),
            _take([words[code]["says"][language] for code in CODES], found.code),
            _take([words[code]["do"][language] for code in CODES], found.code),
        ],
        schema=REPORT,
    )
    n, codes = read.rejects.num_rows, read.rejects.column("code").to_pylist()
    rejected = pa.table(
        [
            read.rejects.column("source"),
            read.rejects.column("line"),
            pa.repeat(REJECTED, n),
            pa.repeat(NIK_SAYS[0], n),
            pa.repeat("", n),
            pa.array(np.zeros(n, np.int64)),
            pa.array([f"{code}: {reasons[code][language]}" for code in codes], pa.string()),
            pa.repeat(words[REJECTED]["do"][language], n),
        ],
        schema=REPORT,
    )
    return pa.concat_tables([accepted, rejected]).sort_by([("file", "ascending"), ("line", "ascending")])


def write_report(table: pa.Table, path: Path) -> None:
    """Write a report as CSV; no name of a file is computed by a spreadsheet."""
    files = table.column("file").combine_chunks().dictionary_encode()
    shown = pa.array([inert(name) for name in files.dictionary.to_pylist()], pa.string())
    with writing(path):
        csv.write_csv(table.set_column(0, REPORT.field("file"), shown.take(files.indices)), path)


def summary_text(table: pa.Table, header: Header, language: Language, out: Path | None) -> str:
    """Return how many records were found under each code, the first lines of those that want a look, and what to do."""
    say = {key: text[language] for key, text in _words()["letter"].items()}
    as_of = max(header.as_of.values(), default=0)
    told = {
        "regions": ", ".join(header.regions),
        "records": number_text(header.records, language),
        "as_of": datetime.strptime(str(as_of), "%Y%m%d").date().isoformat() if as_of else "-",
        "expires": header.expires,
    }
    rows = number_text(table.num_rows, language)
    lines = [say["title"], say["index"].format(**told), say["rows"].format(rows=rows), ""]
    for code in (*reversed(CODES), REJECTED):
        own = table.filter(pc.equal(table.column("code"), code)).column("line").to_pylist()
        words = _words()["code"][code]
        count = number_text(len(own), language)
        lines.append(say["count"].format(count=count, code=code, says=words["says"][language]))
        if own and code != CODES[0]:
            first = ", ".join(map(str, own[:_LINES_TOLD])) + (", ..." if len(own) > _LINES_TOLD else "")
            lines += [say["lines"].format(lines=first), say["do"].format(do=words["do"][language])]
    lines += ["", say["only"]]
    return "\n".join([*lines, say["report"].format(path=out)] if out else lines)


def _take(names: Any, numbers: Any) -> pa.Array:
    return pa.array(names, pa.string()).take(pa.array(numbers))


@cache
def _words() -> Mapping[str, Any]:
    file = resources.files("linkage.precheck") / "data" / "precheck.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
