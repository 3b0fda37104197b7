"""The string kernels alone, against other libraries on the same pairs: ``python -m benchmarks.kernels [pairs]``.

Names of the hard register of 50,000 records, drawn at random into pairs (2,000,000 unless told). Only comparing is
timed, the best of three runs: the texts are packed, listed or loaded before. DuckDB is no dependency of the project: it
runs in the Python that the environment variable ``SPLINK_PYTHON`` names, and is left out without it. Prints a table for
``benchmarks/results.md``.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jellyfish
import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA, JaroWinkler, Levenshtein

from benchmarks.measure import machine
from benchmarks.registers import SEED, WORK
from linkage.similarity.jit import kernel
from linkage.similarity.packed import Chars, PackedTexts, pack_texts
from linkage.similarity.strings import edit_distance, jaro_winkler
from linkage.similarity.tokens import token_set_similarity
from linkage.synthetic import RegisterPlan, write_single

Int64 = npt.NDArray[np.int64]
Float64 = npt.NDArray[np.float64]

RECORDS = 50_000
PAIRS = 2_000_000
LOOPED = 200_000
"""Pairs for a Python loop, which needs no more to be timed."""
MEASURES = ("jaro_winkler", "levenshtein", "optimal_string_alignment", "token_set")

RAPIDFUZZ: Mapping[str, Any] = {
    "jaro_winkler": JaroWinkler.similarity,
    "levenshtein": Levenshtein.distance,
    "optimal_string_alignment": OSA.distance,
    "token_set": fuzz.token_set_ratio,
}
JELLYFISH: Mapping[str, Callable[[str, str], float]] = {
    "jaro_winkler": jellyfish.jaro_winkler_similarity,
    "levenshtein": jellyfish.levenshtein_distance,
    "optimal_string_alignment": jellyfish.damerau_levenshtein_distance,
}
DUCKDB_SIDE = Path(__file__).parent / "duckdb_strings.py"


@kernel
def _jaro_winkler(chars: Chars, offsets: Int64, left: Int64, right: Int64, found: Float64) -> None:
    for pair in range(left.shape[0]):
        a, b = left[pair], right[pair]
        found[pair] = jaro_winkler(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1])


@kernel
def _levenshtein(chars: Chars, offsets: Int64, left: Int64, right: Int64, found: Float64) -> None:
    for pair in range(left.shape[0]):
        a, b = left[pair], right[pair]
        found[pair] = edit_distance(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1], False, -1)


@kernel
def _alignment(chars: Chars, offsets: Int64, left: Int64, right: Int64, found: Float64) -> None:
    for pair in range(left.shape[0]):
        a, b = left[pair], right[pair]
        found[pair] = edit_distance(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1], True, -1)


@kernel
def _token_set(chars: Chars, offsets: Int64, left: Int64, right: Int64, found: Float64) -> None:
    for pair in range(left.shape[0]):
        a, b = left[pair], right[pair]
        found[pair] = token_set_similarity(chars, offsets[a], offsets[a + 1], offsets[b], offsets[b + 1])


KERNELS: Mapping[str, Callable[[Chars, Int64, Int64, Int64, Float64], None]] = {
    "jaro_winkler": _jaro_winkler,
    "levenshtein": _levenshtein,
    "optimal_string_alignment": _alignment,
    "token_set": _token_set,
}


def names() -> pa.StringArray:
    """Return the distinct names (no nulls) of the register, upper case, invented first where it is not there."""
    source = WORK / f"hard_{RECORDS}.parquet"
    if not source.exists():
        WORK.mkdir(exist_ok=True)
        write_single(RegisterPlan(records=RECORDS, regions=5, seed=SEED, preset="hard"), source)
    listed = pq.read_table(source, columns=["nama"])["nama"].combine_chunks()
    return pc.unique(pc.utf8_upper(pc.drop_null(listed)))


def ours(measure: str, packed: PackedTexts, left: Int64, right: Int64, threads: int) -> tuple[float, Float64]:
    """Return pairs a second, and the values."""
    compare = KERNELS[measure]
    found = np.empty(left.size)
    compare(packed.chars, packed.offsets, left[:2], right[:2], found[:2])
    parts = np.array_split(np.arange(left.size), threads)
    slices = [slice(int(part[0]), int(part[-1]) + 1) for part in parts]

    def run() -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(lambda at: compare(packed.chars, packed.offsets, left[at], right[at], found[at]), slices))

    return left.size / best_seconds(run), found


def best_seconds(run: Callable[[], object]) -> float:
    """Return the wall seconds of the quickest of three runs."""
    seconds = []
    for _ in range(3):
        began = time.perf_counter()
        run()
        seconds.append(time.perf_counter() - began)
    return min(seconds)


def others(measure: str, left: list[str], right: list[str]) -> dict[str, float]:
    """Return pairs a second by library."""
    rates = {}
    if measure in JELLYFISH:
        compare, one, other = JELLYFISH[measure], left[:LOOPED], right[:LOOPED]
        rates["jellyfish, Python loop"] = len(one) / best_seconds(lambda: list(map(compare, one, other)))
    for workers in (1, 2):
        options = {"scorer": RAPIDFUZZ[measure], "dtype": np.float64, "workers": workers}
        seconds = best_seconds(lambda options=options: process.cpdist(left, right, **options))
        rates[f"RapidFuzz cpdist, {workers} workers"] = len(left) / seconds
    return rates


def duckdb(left: list[str], right: list[str]) -> dict[str, dict[str, float]]:
    """Return pairs a second by measure and by number of threads; nothing without a Python that has DuckDB."""
    python = os.environ.get("SPLINK_PYTHON")
    if not python:
        print("SPLINK_PYTHON is not set: DuckDB is left out.\n")
        return {}
    with tempfile.TemporaryDirectory() as folder:
        pairs = Path(folder) / "pairs.parquet"
        pq.write_table(pa.table({"l": left, "r": right}), pairs)
        done = subprocess.run([python, str(DUCKDB_SIDE), str(pairs)], capture_output=True, text=True, check=True)
    rates: dict[str, dict[str, float]] = json.loads(done.stdout)
    return rates


def same_values(measure: str, found: Float64, left: list[str], right: list[str]) -> bool:
    """Tell whether our values are RapidFuzz's, bit for bit."""
    expected = process.cpdist(left, right, scorer=RAPIDFUZZ[measure], dtype=np.float64)
    return bool((found == (expected / 100 if measure == "token_set" else expected)).all())


def main(arguments: list[str]) -> None:
    count = int(arguments[0]) if arguments else PAIRS
    texts = names()
    dice = np.random.default_rng(SEED)
    left, right = dice.integers(0, len(texts), count), dice.integers(0, len(texts), count)
    packed = pack_texts(texts)
    left_texts, right_texts = (texts.take(pa.array(side)).to_pylist() for side in (left, right))
    print(f"{machine()}; {count:,} pairs of {len(texts):,} names, {np.diff(packed.offsets).mean():.1f} letters\n")
    in_duckdb = duckdb(left_texts, right_texts)
    print("| measure | by | M pairs/s | ours on one thread is |\n|---|---|--:|--:|")
    for measure in MEASURES:
        one, found = ours(measure, packed, left, right, 1)
        two, _ = ours(measure, packed, left, right, 2)
        assert same_values(measure, found, left_texts, right_texts), f"{measure} differs from RapidFuzz"
        rates = {"ours, 1 thread": one, "ours, 2 threads": two}
        rates |= others(measure, left_texts, right_texts) | in_duckdb.get(measure, {})
        for by, rate in rates.items():
            print(f"| {measure} | {by} | {rate / 1e6:.2f} | {one / rate:.1f} x |", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
