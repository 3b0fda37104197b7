"""How many known residents a team finds without a network, and how many new ones are called known, by invention.

    python -m benchmarks.precheck --records 50000

Of every person who stands twice in a hard synthetic register one record stays in the index and the other comes to the
village; so do people of whom nothing is in the index.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from linkage.cli import main
from linkage.encode import encode
from linkage.intake import read_inputs
from linkage.precheck.check import CODES, Findings, check_batch
from linkage.precheck.index import Header, Index, build_index, packed_spec, read_index, write_index
from linkage.precheck.keys import IndexKeys, fields_read, keys_of, passphrase_for
from linkage.spec import LinkageSpec, load_builtin_spec

YEAR = 2026


def measure(records: int, new: int, seed: int) -> None:
    """Print size, seconds and the findings of both kinds of people."""
    spec = load_builtin_spec()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary) / "register"
        options = ["--records", str(records), "--regions", "6", "--seed", str(seed), "--preset", "hard"]
        main(["synth", *options, "--out", str(folder), "--quiet"])
        read = read_inputs(sorted((folder / "inbox").iterdir()), spec)
        truth = pq.read_table(folder / "truth.parquet", columns=["record_id", "person_id"])
        known, second, unknown = _split(read.accepted, truth, new, seed)
        keys = keys_of(passphrase_for(b"benchmark", "0"))
        path = Path(temporary) / "index"
        index = _index(read.accepted, known, spec, keys, path)
        for name, rows in (("second records of known people", second), ("people not in the index", unknown)):
            began = time.perf_counter()
            batch = encode(read.accepted.take(pa.array(rows)), spec, latest_year=YEAR, fields=fields_read())
            _tell(name, check_batch(batch, index, keys.digests), time.perf_counter() - began)


def _split(
    accepted: pa.Table, truth: pa.Table, new: int, seed: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return rows: those of the index, second records of people in it, and records of people who are not in it."""
    place = pc.index_in(accepted.column("record_id"), value_set=truth.column("record_id").combine_chunks())
    persons = truth.column("person_id").take(place).combine_chunks().dictionary_encode().indices
    person = persons.to_numpy(zero_copy_only=False)
    order = np.argsort(person, kind="stable")
    first = np.flatnonzero(np.diff(person[order], prepend=-1))
    size = np.diff(np.append(first, order.size))
    second = order[first[size > 1] + 1]
    unknown = np.random.default_rng(seed).choice(order[first[size == 1]], new, replace=False)
    inside = np.ones(order.size, bool)
    inside[second] = inside[unknown] = False
    return np.flatnonzero(inside), second, unknown


def _index(accepted: pa.Table, rows: npt.NDArray[np.int64], spec: LinkageSpec, keys: IndexKeys, path: Path) -> Index:
    began = time.perf_counter()
    records = encode(accepted.take(pa.array(rows)), spec, latest_year=YEAR, fields=fields_read())
    header = Header("0", ("33",), "", {}, "", "2999-12-31", 0, YEAR, packed_spec(spec))
    write_index(build_index(records, header, keys), path, keys)
    seconds = time.perf_counter() - began
    index = read_index(path, keys, today=date(YEAR, 1, 1))
    each = path.stat().st_size / index.header.records
    print(f"index: {index.header.records:,} records, {each:.1f} bytes a record, {seconds:.1f} s")
    return index


def _tell(name: str, found: Findings, seconds: float) -> None:
    counts = np.bincount(found.code, minlength=len(CODES))
    shares = ", ".join(f"{code} {count / found.code.size:.2%}" for code, count in zip(CODES, counts, strict=True))
    print(f"{name} ({found.code.size:,}, {seconds:.1f} s): {shares}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--records", type=int, default=50_000)
    parser.add_argument("--new", type=int, default=3_000)
    parser.add_argument("--seed", type=int, default=5)
    given = parser.parse_args()
    measure(given.records, given.new, given.seed)
