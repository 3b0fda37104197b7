"""``label``, ``features`` and ``train``: what a model learns from, and learning it."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from linkage.cli.options import Subcommands, add_command, positive, project_option
from linkage.cli.watched import watching


def add_label(commands: Subcommands) -> None:
    """Add ``linkage label``."""
    label = add_command(commands, "label", _label, "ask a person whether pairs are one person, one key a pair")
    label.add_argument("--run", type=Path, metavar="DIR", help="folder of the run whose pairs are asked about")
    label.add_argument("--labels", type=Path, nargs="+", metavar="FILE", help="CSV; the first one is written to")
    label.add_argument("--as", dest="user", metavar="NAME", help="who answers")
    label.add_argument("--n", type=positive, default=50, help="pairs to ask about (default 50)")
    label.add_argument("--language", choices=("id", "en"), default="id", help="default: id")
    label.add_argument("--strategy", choices=("mixed", "uncertain", "stratified", "committee"), default="mixed")
    label.add_argument("--overlap", type=float, default=0.1, help="share that others have labelled (default 0.1)")
    label.add_argument("--seed", type=int, default=0, help="same seed and labels, same pairs (default 0)")
    other = label.add_mutually_exclusive_group()
    other.add_argument("--summary", action="store_true", help="print counts, agreement and disagreements instead")
    other.add_argument("--from-decisions", action="store_true", help="write what stewards decided to --out instead")
    label.add_argument("--out", type=Path, metavar="FILE", help="CSV to write (--from-decisions)")
    label.add_argument("--names", action="store_true", help="officers under their own names (--from-decisions)")
    project_option(label)


def add_features(commands: Subcommands) -> None:
    """Add ``linkage features``."""
    features = add_command(
        commands, "features", _features, "a run's pairs as a table for analysts: levels, features, labels"
    )
    features.add_argument("--run", type=Path, required=True, metavar="DIR", help="folder of the run")
    features.add_argument("--out", type=Path, required=True, metavar="FILE", help="Parquet file to write")
    features.add_argument("--labels", type=Path, nargs="+", default=[], metavar="FILE", help="CSV of linkage label")
    features.add_argument("--pseudonymised", action="store_true", help="keyed ids, coarse numbers; needs --key-env")
    features.add_argument("--key-env", metavar="NAME", help="environment variable that holds the secret")
    features.add_argument("--threads", type=positive, default=1, help="default 1")


def add_train(commands: Subcommands) -> None:
    """Add ``linkage train``."""
    train = add_command(commands, "train", _train, "learn a supervised model from labelled pairs of a run")
    train.add_argument("--run", type=Path, required=True, metavar="DIR", help="folder of the run")
    train.add_argument("--labels", type=Path, nargs="+", required=True, metavar="FILE", help="CSV of linkage label")
    train.add_argument("--out", type=Path, required=True, metavar="MODEL", help="JSON file to write")
    train.add_argument("--kind", choices=("boosting", "logistic"), help="default: by the number of labels")
    train.add_argument("--seed", type=int, default=0, help="same run, labels and seed, same model (default 0)")
    train.add_argument("--json", action="store_true", help="print one JSON object")
    train.add_argument("--threads", type=positive, help="default: all processors")


def _label(parsed: argparse.Namespace) -> int:
    from linkage.labelling.command import ask, from_decisions, summarise

    if parsed.from_decisions:
        print(from_decisions(parsed.project, parsed.out, names=parsed.names))
    elif parsed.summary:
        print(summarise(parsed.labels, parsed.run))
    else:
        said = ask(
            parsed.run,
            parsed.labels,
            parsed.user,
            count=parsed.n,
            strategy=parsed.strategy,
            overlap=parsed.overlap,
            seed=parsed.seed,
            language=parsed.language,
            streams=(sys.stdin, sys.stdout),
            now=lambda: datetime.now(UTC),
        )
        print(said)
    return 0


def _features(parsed: argparse.Namespace) -> int:
    from linkage.labelling.command import write_feature_file

    print(
        write_feature_file(
            parsed.run,
            parsed.out,
            parsed.labels,
            pseudonymised=parsed.pseudonymised,
            key_variable=parsed.key_env,
            threads=parsed.threads,
        )
    )
    return 0


def _train(parsed: argparse.Namespace) -> int:
    from linkage.engine.local import LocalEngine
    from linkage.labelling.train import train
    from linkage.labelling.trained import as_json, report, write_trained
    from linkage.lookback.reread import check_output
    from linkage.progress import Stages
    from linkage.run.manifest import read_manifest

    check_output(parsed.out, parsed.run, read_manifest(parsed.run), parsed.labels)
    with watching(parsed) as observer:
        engine, stages = LocalEngine(parsed.threads), Stages(observer)
        trained = train(parsed.run, parsed.labels, engine, stages, kind=parsed.kind, seed=parsed.seed)
    write_trained(trained, parsed.out)
    print(as_json(trained) if parsed.json else report(trained, parsed.out))
    return 0
