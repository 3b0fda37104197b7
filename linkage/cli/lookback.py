"""``explain``, ``evaluate`` and ``verify``: what looks back at a finished run."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from linkage.cli.options import Subcommands, add_command, positive
from linkage.cli.watched import watching


def add_explain(commands: Subcommands) -> None:
    """Add ``linkage explain``."""
    explain = add_command(commands, "explain", _explain, "say why two records do or do not match")
    explain.add_argument("left_id", metavar="LEFT_ID")
    explain.add_argument("right_id", metavar="RIGHT_ID")
    explain.add_argument("--run", type=Path, required=True, help="folder of the run")
    explain.add_argument("--language", choices=("id", "en"), default="id", help="default: id")
    explain.add_argument("--json", action="store_true", help="print one JSON object, in both languages")


def add_evaluate(commands: Subcommands) -> None:
    """Add ``linkage evaluate``."""
    evaluate = add_command(commands, "evaluate", _evaluate, "how good a finished run is, with truth or without")
    evaluate.add_argument("--run", type=Path, required=True, help="folder of the run")
    evaluate.add_argument("--truth", type=Path, metavar="FILE", help="Parquet or CSV: record_id, person_id; or labels")
    evaluate.add_argument("--entity", default="", metavar="COLUMN", help="column of persons (default person_id)")
    evaluate.add_argument(
        "--gate", type=Path, nargs="?", const=Path(), metavar="FILE", help="bars to reach; no FILE: for residents"
    )
    evaluate.add_argument("--json", action="store_true", help="print one JSON object")
    evaluate.add_argument("--out", type=Path, metavar="FILE", help="write the JSON there too; the sample, as CSV")
    evaluate.add_argument("--seed", type=int, default=0, help="of the resampling and the sample (default 0)")
    blind = evaluate.add_argument_group("without --truth")
    blind.add_argument("--labels", type=Path, nargs="+", metavar="FILE", help="CSV of linkage label")
    blind.add_argument("--sample", type=positive, metavar="N", help="write N pairs to judge to --out, and stop")
    blind.add_argument("--against", type=Path, metavar="DIR", help="an earlier run: what changed since")
    blind.add_argument("--aliases", type=Path, metavar="FILE", help="Parquet to write: old cluster id to new")
    blind.add_argument("--other-inputs", action="store_true", help="compare although the inputs differ, by record ids")


def add_verify(commands: Subcommands) -> None:
    """Add ``linkage verify``."""
    verify = add_command(commands, "verify", _verify, "check a finished run, or a publication, against its manifest")
    verify.add_argument("manifest", type=Path, metavar="MANIFEST", help="manifest.json, or the folder it is in")
    verify.add_argument("--rerun", action="store_true", help="repeat it and compare what comes out")
    verify.add_argument("--project", type=Path, help="of a publication: check the reference of this project too")


def _explain(parsed: argparse.Namespace) -> int:
    import json

    from linkage.lookback.explanation import explain_records
    from linkage.lookback.explanation_text import render

    explained = explain_records(parsed.left_id, parsed.right_id, parsed.run)
    if parsed.json:
        print(json.dumps(explained.to_dict(), indent=2, ensure_ascii=False, allow_nan=False))
    else:
        print(render(explained, language=parsed.language, width=shutil.get_terminal_size((80, 24)).columns))
    return 0


def _evaluate(parsed: argparse.Namespace) -> int:
    from linkage.lookback.evaluate.command import evaluate_run, gate_bars, refuse_failed
    from linkage.lookback.evaluate.report import as_json, report
    from linkage.run.outputs import write_text, writing

    _check_evaluate(parsed)
    if parsed.truth is None:
        return _evaluate_without_truth(parsed)
    gate = None if parsed.gate is None else gate_bars(None if parsed.gate == Path() else parsed.gate)
    evaluated = evaluate_run(parsed.run, parsed.truth, entity=parsed.entity, gate=gate, seed=parsed.seed)
    if parsed.out is not None:
        with writing(parsed.out):
            write_text(parsed.out, as_json(evaluated))
    print(as_json(evaluated) if parsed.json else report(evaluated))
    refuse_failed(evaluated)
    return 0


def _check_evaluate(parsed: argparse.Namespace) -> None:
    from linkage.errors import UsageError

    blind = [name for name in ("labels", "sample", "against", "aliases") if getattr(parsed, name) is not None]
    if parsed.other_inputs:
        blind.append("other-inputs")
    if parsed.truth is not None and blind:
        raise UsageError(f"--{blind[0]} is for runs without truth", remedy="Leave it out, or leave out --truth")
    if parsed.truth is None and (parsed.gate is not None or parsed.entity):
        raise UsageError(
            "--truth is needed for --gate and --entity",
            remedy="A file with record_id and person_id, or with left_id, right_id and label",
        )
    if parsed.sample is not None and len(blind) > 1:
        raise UsageError("--sample writes pairs and stops", remedy="Give it with --run, --out and --seed only")


def _evaluate_without_truth(parsed: argparse.Namespace) -> int:
    from linkage.labelling.consensus import consolidate
    from linkage.labelling.labels import read_labels
    from linkage.lookback.evaluate.without_truth import judge_without_truth, write_sample
    from linkage.run.manifest import read_manifest
    from linkage.run.outputs import write_text, writing

    if parsed.sample is not None:
        print(write_sample(parsed.run, parsed.sample, parsed.out, seed=parsed.seed))
        return 0
    across = parsed.labels is not None and read_manifest(parsed.run).command == "link"
    read = None if parsed.labels is None else read_labels(parsed.labels, across=across)
    judged = judge_without_truth(
        parsed.run,
        labels=None if read is None else consolidate(read.labels, across=across),
        rejected=0 if read is None else len(read.rejects),
        against=parsed.against,
        aliases=parsed.aliases,
        other_inputs=parsed.other_inputs,
    )
    if parsed.out is not None:
        with writing(parsed.out):
            write_text(parsed.out, judged.as_json())
    print(judged.as_json() if parsed.json else judged.report())
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    from linkage.publishing.verifying import is_publication

    checked = _verify_publication(parsed) if is_publication(parsed.manifest) else _verify_run(parsed)
    print("\n".join(f"ok: {sentence}" for sentence in checked))
    return 0


def _verify_publication(parsed: argparse.Namespace) -> tuple[str, ...]:
    from linkage.nightly.project import load_project
    from linkage.publishing.publish import open_reference
    from linkage.publishing.verifying import verify_publication

    reference = None if parsed.project is None else open_reference(load_project(parsed.project))
    return verify_publication(parsed.manifest, reference=reference, rerun=parsed.rerun)


def _verify_run(parsed: argparse.Namespace) -> tuple[str, ...]:
    from linkage.engine.local import LocalEngine
    from linkage.lookback.verification import verify_run

    with watching(parsed) as observer:
        return verify_run(parsed.manifest, rerun=parsed.rerun, engine=LocalEngine(), observer=observer)
