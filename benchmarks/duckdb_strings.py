"""DuckDB's string functions on pairs of texts: ``python duckdb_strings.py PAIRS.parquet``; prints JSON.

Run by ``benchmarks.kernels`` in a Python that has DuckDB, with nothing of this project. Pairs a second by measure and
number of threads, best of three; the pairs are in a table in memory before the clock starts.
"""

import json
import sys
import time

import duckdb

QUERIES = {
    "jaro_winkler": "SELECT count(*), sum(jaro_winkler_similarity(l, r)) FROM pairs",
    "levenshtein": "SELECT count(*), sum(levenshtein(l, r)) FROM pairs",
    # A tenth, for it does about 0.2 million pairs a second.
    "optimal_string_alignment": "SELECT count(*), sum(damerau_levenshtein(l, r)) FROM tenth",
}


def main(path):
    rates = {}
    connection = duckdb.connect()
    connection.execute("CREATE TABLE pairs AS SELECT l, r FROM read_parquet(?)", [path])
    connection.execute("CREATE TABLE tenth AS SELECT * FROM pairs LIMIT (SELECT count(*) // 10 FROM pairs)")
    for measure, query in QUERIES.items():
        rates[measure] = {}
        for threads in (1, 2):
            connection.execute("SET threads = " + str(threads))
            best = 0.0
            for _ in range(3):
                began = time.perf_counter()
                count, _ = connection.execute(query).fetchone()
                best = max(best, count / (time.perf_counter() - began))
            rates[measure][f"DuckDB {duckdb.__version__}, {threads} threads"] = best
    print(json.dumps(rates))


main(sys.argv[1])
