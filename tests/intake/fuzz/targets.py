"""What is fuzzed: for each target the inputs to begin with, what to strew in, and how bytes become files.

The same targets serve hypothesis, the table of findings and the long run of ``benchmarks/fuzz_readers.py``.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from linkage.errors import InvariantError, LinkageError
from linkage.intake import read_options
from linkage.proposal.propose import propose_spec
from linkage.spec import parse_spec
from tests.intake.fuzz import words
from tests.intake.fuzz.checks import check_files, check_silence, laid_out
from tests.intake.fuzz.edits import BINARY_ACTS, TEXT_ACTS, Act, Words
from tests.intake.fuzz.seeds import (
    DATA_FILE,
    QUERY,
    SIDECAR,
    Files,
    csv_bytes,
    database_bytes,
    delta_files,
    delta_log,
    parquet_bytes,
    sound_files,
    workbook_parts,
)


@dataclass(frozen=True)
class Target:
    """``seeds``: inputs to begin with. ``words``: what its reader takes as one. ``check``: raises when an input ends
    otherwise than it may. ``files``: the files that an input is, None for a text. ``acts``: edits that leave most
    of an input sound."""

    seeds: tuple[bytes, ...]
    words: tuple[Words, ...]
    check: Callable[[bytes], object]
    files: Callable[[bytes], Files] | None = None
    acts: tuple[Act, ...] = TEXT_ACTS


def _reading(
    seeds: tuple[bytes, ...],
    words_of: tuple[Words, ...],
    files: Callable[[bytes], Files],
    acts: tuple[Act, ...] = TEXT_ACTS,
) -> Target:
    return Target(seeds, words_of, lambda data: check_files(files(data)), files, acts)


def _refused_or(call: Callable[[], object]) -> None:
    try:
        call()
    except InvariantError:
        raise
    except LinkageError as error:
        check_silence([str(error)], strict=False)


def _parsing(seed: bytes, words_of: tuple[Words, ...], parse: Callable[[str], object]) -> Target:
    return Target((seed,), words_of, lambda data: _refused_or(lambda: parse(data.decode("utf-8", "replace"))))


def _check_proposal(data: bytes) -> None:
    """A proposal is a spec that can be read again."""
    with laid_out({"kota.csv": data}) as path:
        _refused_or(lambda: parse_spec(propose_spec([path], latest_year=2026).text))


_PART_NAME = re.compile(rb"[A-Za-z_./\[\] -]+\d?[a-z.]+")


def bundle(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts of a package as one text, each under a line with its name."""
    return b"".join(b"\n%%" + name.encode() + b"\n" + content for name, content in parts.items())


def unbundled(data: bytes) -> dict[str, bytes]:
    """Return the parts of such a text; what can be no name of a part is left out, for messages quote names."""
    parts: dict[str, bytes] = {}
    for piece in data.split(b"\n%%")[1:]:
        name, _, content = piece.partition(b"\n")
        if _PART_NAME.fullmatch(name):
            parts[name.decode()] = content
    return parts


def _packed_workbook(data: bytes) -> Files:
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w") as archive:
        for name, content in unbundled(data).items():
            archive.writestr(zipfile.ZipInfo(name), content)
    return {"kota.xlsx": sink.getvalue()}


def _gzip(data: bytes) -> Files:
    """The first byte tells whether the rest is packed already."""
    return {"kota.csv.gz": data[1:] if data[:1] < b"\x80" else gzip.compress(data[1:], 1, mtime=0)}


_NAMES = ("a.csv", "a.txt", "a.csv.gz", "a.zip", "a.xlsx", "a.parquet", "a.pq", "a", "a.sql", "a.XLSX")


def _anything(data: bytes) -> Files:
    """The first byte tells the name."""
    return {_NAMES[data[0] % len(_NAMES) if data else 0]: data[1:]}


def _parquet_in_delta(data: bytes) -> Files:
    return {**delta_files(delta_log(len(data))), f"tabel/{DATA_FILE}": data}


def _query(data: bytes) -> Files:
    # Nothing but the file beside it is asked: no fuzzing over a network.
    other = any(name in data.lower() for name in (b"postgres", b"mysql", b"maria", b"oracle"))
    return {"kota.sql.toml": b"" if other else data, "db.sqlite": database_bytes()}


def _contents(kind: str) -> tuple[bytes, ...]:
    return tuple(next(iter(files.values())) for files in sound_files()[kind])


_SPEC = b"""
name = "kecil"
[[field]]
name = "nama"
kind = "person_name"
required = true
[[field]]
name = "lahir"
kind = "date"
columns = ["TGL", "lahir"]
join = ["Y", "M", "D"]
date_order = "ymd"
[[comparison]]
name = "nama"
field = "nama"
kernel = "jaro_winkler"
levels = ["different", {name = "close", at_least = 0.9}, {name = "exact", at_least = 1.0}]
term_frequency = true
m = [0.1, 0.2, 0.7]
u = [0.9, 0.09, 0.01]
[[rule]]
name = "lahir"
keys = ["lahir"]
cap = 100
refine = ["nama"]
"""


_OPTIONS = b"delimiter=;\nquote=double\nencoding=utf-8\nheader=no\ndecimal=comma\ndate_order=dmy\nsheet=Data"
_SIDECAR_NAME = "kota.csv.meta.toml"
_STRANGERS = b"first,last,dob,zip,city\n" + b"".join(
    b"Name%d,Sur%d,19%d-0%d-1%d,%d,City%d\n" % (n % 17, n % 13, 50 + n % 40, 1 + n % 9, n % 9, 10000 + n % 50, n % 5)
    for n in range(60)
)


def targets() -> dict[str, Target]:
    """Return every target by name."""
    plain, parquet = csv_bytes(), parquet_bytes()
    packed = tuple(b"\0" + content for content in _contents("gzip"))
    return {
        "csv": _reading(_contents("csv"), words.TEXT, lambda data: {"kota.csv": data}),
        "gzip": _reading(packed, (words.BINARY,), _gzip, BINARY_ACTS),
        "gzip_text": _reading((b"\xff" + plain,), words.TEXT, _gzip),
        "zip": _reading(_contents("zip"), words.ZIP, lambda data: {"kota.zip": data}, BINARY_ACTS),
        "xlsx": _reading((bundle(workbook_parts()),), words.XML, _packed_workbook),
        "parquet": _reading(_contents("parquet"), (words.BINARY,), lambda data: {"kota.parquet": data}, BINARY_ACTS),
        "delta": _reading((delta_log(len(parquet)),), words.JSON, delta_files),
        "delta_data": _reading((parquet,), (words.BINARY,), _parquet_in_delta, BINARY_ACTS),
        "sidecar": _reading((SIDECAR,), words.OUTSIDE_TOML, lambda data: {"kota.csv": plain, _SIDECAR_NAME: data}),
        "query": _reading((QUERY,), words.OUTSIDE_TOML, _query),
        "anything": _reading((b"\0", b"\x04PK\x03\x04", b"\x05PAR1"), (words.BINARY, *words.TEXT), _anything),
        "spec": _parsing(_SPEC, words.TOML, parse_spec),
        "options": _parsing(_OPTIONS, words.OPTIONS, lambda text: read_options(text.split("\n"))),
        "proposal": Target((*_contents("csv"), _STRANGERS), words.TEXT, _check_proposal),
    }
