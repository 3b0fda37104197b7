"""Link one Parquet register with Splink, from file to clusters, and say where the seconds went.

``python -m benchmarks.splink_side REGISTER.parquet OUT [--max-pairs 1e7 | --model MODEL.json | --only-block]``, in an
environment that holds splink 5.0.0 and duckdb. Writes ``pairs.parquet``, ``clusters.parquet``, ``model.json`` and
``report.json`` (seconds by phase, pairs compared) into OUT; with ``--only-block`` just ``blocked.parquet``.
"""

from __future__ import annotations

import argparse
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import duckdb
from splink import DuckDBAPI, Linker

from benchmarks.splink_side.model import CERTAIN, CERTAIN_RECALL, TRAINING, settings

PREDICT_FROM: Final = 0.01


class Phases:
    """Seconds by phase."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def phase(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[name] = time.perf_counter() - began


def prepare(connection: duckdb.DuckDBPyConnection, register: Path, model: Path | None, distance: str) -> Linker:
    connection.read_parquet(str(register)).create_view("register")
    connection.execute((Path(__file__).parent / "prepare.sql").read_text())
    residents = DuckDBAPI(connection=connection).register("residents")
    return Linker(residents, model or settings(distance), log_level=logging.ERROR)


def train(linker: Linker, max_pairs: float, phases: Phases) -> None:
    with phases.phase("prior"):
        linker.training.estimate_probability_two_random_records_match(CERTAIN, recall=CERTAIN_RECALL)
    with phases.phase("u"):
        linker.training.estimate_u_using_random_sampling(max_pairs=max_pairs)
    with phases.phase("em"):
        for rule in TRAINING:
            linker.training.estimate_parameters_using_expectation_maximisation(
                rule, estimate_without_term_frequencies=True
            )


def link(linker: Linker, out: Path, link_from: float, phases: Phases) -> int:
    """Block, score and cluster; write the tables; return the number of pairs compared."""
    with phases.phase("block"):
        blocked = linker.inference.compute_blocked_pairs_for_predict().as_duckdbpyrelation()
    with phases.phase("predict"):
        predicted = linker.inference.predict(threshold_match_probability=PREDICT_FROM)
    with phases.phase("cluster"):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(
            predicted, threshold_match_probability=link_from
        )
    with phases.phase("write"):
        predicted.as_duckdbpyrelation().select(
            "unique_id_l AS left_id, unique_id_r AS right_id, match_probability"
        ).write_parquet(str(out / "pairs.parquet"))
        clusters.as_duckdbpyrelation().select("unique_id AS record_id, cluster_id").write_parquet(
            str(out / "clusters.parquet")
        )
    return int(blocked.aggregate("count(*)").fetchall()[0][0])


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("register", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--max-pairs", type=float, default=1e6, help="random pairs to estimate u from")
    parser.add_argument("--model", type=Path, help="a stored model: nothing is trained")
    parser.add_argument("--link-from", type=float, default=0.5, help="clusters are cut at this probability")
    parser.add_argument("--distance", default="hamming", help="how NIKs and dates are compared, a function of DuckDB")
    parser.add_argument("--only-block", action="store_true", help="write the blocked pairs and stop")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    logging.getLogger("splink").setLevel(logging.ERROR)
    phases = Phases()
    with phases.phase("prepare"):
        linker = prepare(duckdb.connect(), arguments.register, arguments.model, arguments.distance)
    if arguments.only_block:
        blocked = linker.inference.compute_blocked_pairs_for_predict().as_duckdbpyrelation()
        blocked.select("join_key_l AS left_id, join_key_r AS right_id").write_parquet(
            str(arguments.out / "blocked.parquet")
        )
        return
    if arguments.model is None:
        train(linker, arguments.max_pairs, phases)
        linker.misc.save_model_to_json(str(arguments.out / "model.json"), overwrite=True)
    compared = link(linker, arguments.out, arguments.link_from, phases)
    report = {"seconds": phases.seconds, "pairs_compared": compared}
    (arguments.out / "report.json").write_text(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
