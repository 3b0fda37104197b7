"""The command line: reads arguments, calls the package, prints results. Nothing is decided here."""

from __future__ import annotations

import argparse
import atexit
import gc
import os
import shlex
import shutil
import signal
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from linkage.errors import LinkageError, MemoryLimitError
from linkage.memory import settle_memory

NOTHING_TO_DO = 99
INTERRUPTED = 130
TERMINATED = 143


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code (docs/guide/exit-codes.md)."""
    parsed = _parser().parse_args(arguments)
    signal.signal(signal.SIGTERM, _terminate)
    settle_memory()
    _settle_arrow()
    _settle_collector()
    try:
        code: int = parsed.command(parsed)
    except LinkageError as error:
        _say_error(parsed, type(error).__name__, str(error), error.exit_code)
        code = error.exit_code
    except KeyboardInterrupt as stop:
        code = TERMINATED if isinstance(stop, _Terminated) else INTERRUPTED
        _say_error(parsed, "Interrupted", "stopped; nothing half-written counts, run the command again", code)
    except (MemoryError, RuntimeError) as error:
        if isinstance(error, RuntimeError) and str(error) != _NO_THREAD:
            raise
        failed = MemoryLimitError(
            "the memory is used up", remedy="Give more with --memory, or link fewer records at once"
        )
        _say_error(parsed, "MemoryLimitError", str(failed), failed.exit_code)
        code = failed.exit_code
    except BrokenPipeError:
        # The reader (head, less) has seen enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="linkage",
        description="Find the records that describe one person, and put what needs people into a review queue.",
    )
    parser.add_argument("--version", action=_ShowVersion, help="show the version and stop")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    synth = _command(commands, "synth", _synth, "invent regional extracts of residents, with the truth beside them")
    synth.add_argument("--records", type=_positive, help="records in all; needed unless the plan says it")
    synth.add_argument("--regions", type=_positive, help="regencies (default 5, above a million more)")
    synth.add_argument("--seed", type=int, help="same seed, same bytes (default 1)")
    synth.add_argument("--preset", choices=("default", "hard"), help="hard: 15 %% copies, errors piled up")
    synth.add_argument("--nights", type=_positive, help="one full extract a region, then so many less one deltas")
    synth.add_argument("--dialects", nargs="+", metavar="NAME", help="how the regions write, in turn")
    synth.add_argument("--plan", type=Path, metavar="FILE", help="TOML with any of the rates; options override it")
    synth.add_argument("--out", type=Path, required=True, help="folder; or one table: FILE.parquet, FILE.csv")

    dedupe = _command(commands, "dedupe", _dedupe, "find duplicates within files")
    dedupe.add_argument("files", nargs="+", metavar="FILE")
    _linking_options(dedupe)
    link = _command(commands, "link", _link, "find the records of RIGHT that are also in LEFT")
    link.add_argument("left", metavar="LEFT")
    link.add_argument("right", metavar="RIGHT")
    _linking_options(link)

    spec = _command(commands, "spec", _spec, "propose a spec for files of people nobody has described")
    spec.add_argument("files", nargs="+", metavar="FILE")
    spec.add_argument("--out", type=Path, metavar="SPEC", help="TOML file to write; default: print it")
    spec.add_argument("--link", action="store_true", help="two files, compared only with each other")
    spec.add_argument("--pairs", type=_positive, default=0, help="compare at most so many pairs (default by size)")
    _reading_options(spec)

    plan = _command(commands, "plan", _plan, "what linking files would cost: pairs, seconds and memory, rule by rule")
    plan.add_argument("files", nargs="+", metavar="FILE")
    plan.add_argument("--link", action="store_true", help="two files, compared only with each other")
    plan.add_argument("--json", action="store_true", help="print one JSON object")
    plan.add_argument("--spec", help="TOML file; default: Indonesian residents")
    plan.add_argument("--region-codes", type=Path, metavar="FILE", help="CSV of older codes: code,newest,name")
    plan.add_argument("--model", default="", help="JSON file or built-in name; default: as the spec says")
    _reading_options(plan)
    plan.add_argument("--threads", type=_positive, help="default: all processors")

    explain = _command(commands, "explain", _explain, "say why two records do or do not match")
    explain.add_argument("left_id", metavar="LEFT_ID")
    explain.add_argument("right_id", metavar="RIGHT_ID")
    explain.add_argument("--run", type=Path, required=True, help="folder of the run")
    explain.add_argument("--language", choices=("id", "en"), default="id", help="default: id")
    explain.add_argument("--json", action="store_true", help="print one JSON object, in both languages")

    evaluate = _command(commands, "evaluate", _evaluate, "how good a finished run is, with truth or without")
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
    blind.add_argument("--sample", type=_positive, metavar="N", help="write N pairs to judge to --out, and stop")
    blind.add_argument("--against", type=Path, metavar="DIR", help="an earlier run: what changed since")
    blind.add_argument("--aliases", type=Path, metavar="FILE", help="Parquet to write: old cluster id to new")
    blind.add_argument("--other-inputs", action="store_true", help="compare although the inputs differ, by record ids")

    run = _command(commands, "run", _run, "the nightly job: inbox to review queue")
    _project_option(run)
    run.add_argument("--full", action="store_true", help="estimate the model anew and write every row")
    _machine_options(run)
    run.add_argument("--skip-exit-code", action="store_true", help=f"end with {NOTHING_TO_DO} when nothing is new")

    _label_commands(commands)
    _queue_commands(commands)
    status = _command(commands, "status", _status, "what the last run did and how the queue stands")
    _project_option(status)
    verify = _command(commands, "verify", _verify, "check a finished run against its manifest")
    verify.add_argument("manifest", type=Path, metavar="MANIFEST", help="manifest.json, or the folder of the run")
    verify.add_argument("--rerun", action="store_true", help="repeat the run and compare the bytes")
    return parser


def _label_commands(commands: Any) -> None:
    label = _command(commands, "label", _label, "ask a person whether pairs are one person, one key a pair")
    label.add_argument("--run", type=Path, metavar="DIR", help="folder of the run whose pairs are asked about")
    label.add_argument("--labels", type=Path, nargs="+", metavar="FILE", help="CSV; the first one is written to")
    label.add_argument("--as", dest="user", metavar="NAME", help="who answers")
    label.add_argument("--n", type=_positive, default=50, help="pairs to ask about (default 50)")
    label.add_argument("--language", choices=("id", "en"), default="id", help="default: id")
    label.add_argument("--strategy", choices=("mixed", "uncertain", "stratified", "committee"), default="mixed")
    label.add_argument("--overlap", type=float, default=0.1, help="share that others have labelled (default 0.1)")
    label.add_argument("--seed", type=int, default=0, help="same seed and labels, same pairs (default 0)")
    other = label.add_mutually_exclusive_group()
    other.add_argument("--summary", action="store_true", help="print counts, agreement and disagreements instead")
    other.add_argument("--from-decisions", action="store_true", help="write what stewards decided to --out instead")
    label.add_argument("--out", type=Path, metavar="FILE", help="CSV to write (--from-decisions)")
    label.add_argument("--names", action="store_true", help="officers under their own names (--from-decisions)")
    _project_option(label)

    features = _command(
        commands, "features", _features, "a run's pairs as a table for analysts: levels, features, labels"
    )
    features.add_argument("--run", type=Path, required=True, metavar="DIR", help="folder of the run")
    features.add_argument("--out", type=Path, required=True, metavar="FILE", help="Parquet file to write")
    features.add_argument("--labels", type=Path, nargs="+", default=[], metavar="FILE", help="CSV of linkage label")
    features.add_argument("--pseudonymised", action="store_true", help="keyed ids, coarse numbers; needs --key-env")
    features.add_argument("--key-env", metavar="NAME", help="environment variable that holds the secret")
    features.add_argument("--threads", type=_positive, default=1, help="default 1")

    train = _command(commands, "train", _train, "learn a supervised model from labelled pairs of a run")
    train.add_argument("--run", type=Path, required=True, metavar="DIR", help="folder of the run")
    train.add_argument("--labels", type=Path, nargs="+", required=True, metavar="FILE", help="CSV of linkage label")
    train.add_argument("--out", type=Path, required=True, metavar="MODEL", help="JSON file to write")
    train.add_argument("--kind", choices=("boosting", "logistic"), help="default: by the number of labels")
    train.add_argument("--seed", type=int, default=0, help="same run, labels and seed, same model (default 0)")
    train.add_argument("--json", action="store_true", help="print one JSON object")
    train.add_argument("--threads", type=_positive, help="default: all processors")


def _queue_commands(commands: Any) -> None:
    queue = commands.add_parser("queue", help="the review queue on a terminal")
    verbs = queue.add_subparsers(required=True, metavar="list|show|decide")
    lister = _command(verbs, "list", _queue_list, "cases by falling priority")
    lister.add_argument("--state", help="only this state; default: all open ones")
    lister.add_argument("--kind", help="only this kind")
    lister.add_argument("--limit", type=_positive, default=20)
    show = _command(verbs, "show", _queue_show, "one case with its evidence")
    show.add_argument("case", type=_positive)
    decide = _command(verbs, "decide", _queue_decide, "take a step on a case")
    decide.add_argument("case", type=_positive)
    decide.add_argument("action", choices=("assign", "start", "propose", "approve", "return", "reject", "different"))
    decide.add_argument("--as", dest="user", required=True, metavar="USER", help="who signs")
    decide.add_argument("--reason", default="")
    decide.add_argument("--verdict", choices=("duplicate", "split"))
    decide.add_argument("--surviving", metavar="RECORD", help="the record whose NIK stays")
    decide.add_argument("--to", metavar="USER", help="who gets the case (assign)")
    for parser in (lister, show, decide):
        _project_option(parser)
        parser.add_argument("--region", default="", help="the region you decide for; default: the nation")
        parser.add_argument("--language", choices=("id", "en"), default="id", help="default: id")


def _command(
    commands: Any, name: str, function: Callable[[argparse.Namespace], int], says: str
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=says, description=says[0].upper() + says[1:] + ".")
    parser.set_defaults(command=function)
    parser.add_argument("--log-format", choices=("text", "json"), default="text", help="json: one object per line")
    parser.add_argument("--quiet", action="store_true", help="no progress")
    return parser


def _machine_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--threads", type=_positive, help="default: all processors")
    parser.add_argument("--memory", metavar="SIZE", help="end with an error rather than use more, such as 4GiB")


def _engine(parsed: argparse.Namespace, out: Path) -> Any:
    """The engine of a command, held to its memory; it goes on from what an interrupted run into ``out`` left."""
    from linkage.engine.local import SURVIVOR_BYTES, LocalEngine
    from linkage.run.memory_limit import limit_memory, read_size, survivor_budget
    from linkage.run.outputs import resume_folder

    budget = SURVIVOR_BYTES
    if parsed.memory is not None:
        size = read_size(parsed.memory)
        limit_memory(size)
        budget = min(budget, survivor_budget(size))
    return LocalEngine(parsed.threads, folder=resume_folder(out), survivor_bytes=budget)


def _linking_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=Path, required=True, help="folder for the results")
    parser.add_argument("--spec", help="TOML file; default: Indonesian residents")
    parser.add_argument("--region-codes", type=Path, metavar="FILE", help="CSV of older codes: code,newest,name")
    parser.add_argument("--model", default="", help="JSON file or built-in name; default: as the spec says")
    fitted = parser.add_mutually_exclusive_group()
    fitted.add_argument("--train", action="store_true", help="train on the input")
    fitted.add_argument("--as-is", action="store_true", help="take the model as it is, its u and prior too")
    parser.add_argument("--threshold", type=float, help="link threshold, a probability")
    parser.add_argument(
        "--keep", action="append", default=[], metavar="COLUMN", help="append a column to clusters.parquet"
    )
    _reading_options(parser)
    _machine_options(parser)


def _reading_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--read",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="how the files are written (delimiter, quote, encoding, header, decimal, date_order, date_system, sheet)",
    )
    parser.add_argument(
        "--limit",
        action="append",
        default=[],
        metavar="NAME=NUMBER",
        help="what a file may ask of this machine (rows, columns, cell_bytes, ratio ...; docs/guide/inputs.md)",
    )


def _project_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--project", type=Path, default=Path("linkage.toml"), help="default: linkage.toml here")


def _synth(parsed: argparse.Namespace) -> int:
    from linkage.synthetic import read_plan, write_register, write_single

    plan = read_plan(
        parsed.plan,
        records=parsed.records,
        regions=parsed.regions,
        seed=parsed.seed,
        preset=parsed.preset,
        nights=parsed.nights,
        dialects=tuple(parsed.dialects) if parsed.dialects else None,
    )
    if parsed.out.suffix in (".parquet", ".csv"):
        table, truth = write_single(plan, parsed.out)
        print(f"{plan.records:,} records in {table}, the truth in {truth}")
        print(f"try next:\n  linkage dedupe {table} --out {table.with_suffix('')}_out")
        return 0
    written = write_register(plan, parsed.out)
    print(f"{len(written)} files below {parsed.out}: extracts in inbox/, truth.parquet, linkage.toml")
    if plan.nights > 1:
        print("the extracts of later nights wait in nights/<day>/: move those of a day into inbox/, and run again")
    print(f"try next:\n  linkage run --project {parsed.out / 'linkage.toml'}")
    return 0


def _dedupe(parsed: argparse.Namespace) -> int:
    return _one_off(parsed, "dedupe", parsed.files)


def _link(parsed: argparse.Namespace) -> int:
    return _one_off(parsed, "link", [parsed.left, parsed.right])


def _one_off(parsed: argparse.Namespace, mode: Any, files: Sequence[str]) -> int:
    from linkage.intake import read_options
    from linkage.intake.limits import read_limits
    from linkage.run.one_off import Request, read_spec_file, run_to_folder, with_threshold
    from linkage.terminal import summary

    request = Request(
        mode=mode,
        inputs=tuple(files),
        spec=with_threshold(read_spec_file(parsed.spec, parsed.region_codes), parsed.threshold),
        model=parsed.model,
        train=parsed.train,
        as_is=parsed.as_is,
        keep=tuple(parsed.keep),
        reading=read_options(parsed.read),
        limits=read_limits(parsed.limit),
        latest_year=datetime.now(UTC).year,
    )
    with _watching(parsed) as observer:
        engine = _engine(parsed, parsed.out)
        manifest = run_to_folder(request, parsed.out, engine=engine, observer=observer)
    print(summary(manifest, parsed.out, [f"linkage explain LEFT_ID RIGHT_ID --run {parsed.out}"]))
    return 0


def _spec(parsed: argparse.Namespace) -> int:
    from linkage.intake.limits import read_limits
    from linkage.intake.options import read_options
    from linkage.intake.sources.queries import shown_query
    from linkage.proposal.propose import propose_spec
    from linkage.proposal.report import report
    from linkage.run.outputs import write_text, writing

    proposal = propose_spec(
        parsed.files,
        name=parsed.out.stem if parsed.out else "proposed",
        across=parsed.link,
        budget=parsed.pairs,
        latest_year=datetime.now(UTC).year,
        options=read_options(parsed.read),
        limits=read_limits(parsed.limit),
    )
    if parsed.out is None:
        print(proposal.text, end="")
        return 0
    with writing(parsed.out):
        write_text(parsed.out, proposal.text)
    print(report(proposal))
    verb = "link" if parsed.link else "dedupe"
    command = ["linkage", verb, *map(shown_query, parsed.files), "--spec", str(parsed.out), "--out", "out"]
    command += [word for option in parsed.read for word in ("--read", option)]
    command += [word for limit in parsed.limit for word in ("--limit", limit)]
    print(f"try next:\n  {shlex.join(command)}")
    return 0


def _plan(parsed: argparse.Namespace) -> int:
    from linkage.engine.local import LocalEngine
    from linkage.intake.limits import read_limits
    from linkage.intake.options import read_options
    from linkage.run.one_off import Request, read_spec_file
    from linkage.run.plan import plan_inputs
    from linkage.run.plan_report import plan_json, plan_text

    request = Request(
        mode="link" if parsed.link else "dedupe",
        inputs=tuple(parsed.files),
        spec=read_spec_file(parsed.spec, parsed.region_codes),
        model=parsed.model,
        reading=read_options(parsed.read),
        limits=read_limits(parsed.limit),
        latest_year=datetime.now(UTC).year,
    )
    with _watching(parsed) as observer:
        plan = plan_inputs(request, engine=LocalEngine(parsed.threads), observer=observer)
    print(plan_json(plan) if parsed.json else plan_text(plan))
    return 0


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
    with _watching(parsed) as observer:
        engine, stages = LocalEngine(parsed.threads), Stages(observer)
        trained = train(parsed.run, parsed.labels, engine, stages, kind=parsed.kind, seed=parsed.seed)
    write_trained(trained, parsed.out)
    print(as_json(trained) if parsed.json else report(trained, parsed.out))
    return 0


def _run(parsed: argparse.Namespace) -> int:
    from linkage.nightly.job import run_nightly
    from linkage.nightly.project import load_project
    from linkage.terminal import summary

    project = load_project(parsed.project)
    with _watching(parsed) as observer:
        engine = _engine(parsed, project.workspace / "run")
        result = run_nightly(project, full=parsed.full, engine=engine, observer=observer)
    if result is None:
        print("nothing new in the inbox")
        return NOTHING_TO_DO if parsed.skip_exit_code else 0
    option = f"--project {parsed.project}"
    steps = [
        f"linkage queue list {option}",
        f"linkage queue show 1 {option}",
        f"linkage status {option}",
        f"linkage verify {result.folder}",
    ]
    print(summary(result.manifest, result.folder, steps))
    return 0


def _queue_list(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue, state_named
    from linkage.review.cases import Scope
    from linkage.review.terminal import render_list

    with open_project_queue(parsed.project) as queue:
        cases = queue.list(
            scope=Scope(parsed.region), state=state_named(parsed.state), kind=parsed.kind, limit=parsed.limit
        )
    print(render_list(cases, language=parsed.language))
    return 0


def _queue_show(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import open_project_queue, records_of
    from linkage.review.cases import Scope
    from linkage.review.terminal import render_case

    with open_project_queue(parsed.project) as queue:
        case = queue.get(parsed.case, scope=Scope(parsed.region))
    records = records_of(parsed.project, case.record_ids)
    print(render_case(case, records, width=shutil.get_terminal_size().columns, language=parsed.language))
    return 0


def _queue_decide(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import decide, open_project_queue
    from linkage.review.cases import Scope

    with open_project_queue(parsed.project) as queue:
        decision = decide(
            queue,
            parsed.case,
            parsed.action,
            parsed.user,
            scope=Scope(parsed.region),
            now=datetime.now(UTC),
            reason=parsed.reason,
            verdict=parsed.verdict,
            surviving=parsed.surviving,
            assignee=parsed.to,
        )
    print(f"{decision.case}: {decision.from_state} -> {decision.to_state}")
    return 0


def _status(parsed: argparse.Namespace) -> int:
    from linkage.nightly.steward import project_status

    print(project_status(parsed.project))
    return 0


def _verify(parsed: argparse.Namespace) -> int:
    from linkage.engine.local import LocalEngine
    from linkage.lookback.verification import verify_run

    with _watching(parsed) as observer:
        checked = verify_run(parsed.manifest, rerun=parsed.rerun, engine=LocalEngine(), observer=observer)
    print("\n".join(f"ok: {sentence}" for sentence in checked))
    return 0


class _watching:  # noqa: N801 - reads as a verb at its call
    """The observer of a command, closed at its end whatever happens."""

    def __init__(self, parsed: argparse.Namespace) -> None:
        self._parsed = parsed

    def __enter__(self) -> Any:
        from linkage.terminal import observer_for, standard_error

        self._observer = observer_for(standard_error(), log_format=self._parsed.log_format, quiet=self._parsed.quiet)
        return self._observer

    def __exit__(self, *_: object) -> None:
        close = getattr(self._observer, "close", None)
        if close is not None:
            close()


class _ShowVersion(argparse.Action):
    """Looks the version up only when asked for: reading package metadata costs a fifth of the start-up."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, argparse.SUPPRESS, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from linkage.version import VERSION

        print(f"linkage {VERSION}")
        parser.exit()


def _say_error(parsed: argparse.Namespace, kind: str, message: str, code: int) -> None:
    if parsed.log_format == "json":
        from linkage.terminal import JsonLog

        JsonLog(sys.stderr).failed(kind, message, code)
    else:
        print(f"linkage: {message}", file=sys.stderr)


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


class _Terminated(KeyboardInterrupt):
    """SIGTERM: told to stop by a scheduler, not by a person at the keyboard."""


def _terminate(signum: int, frame: object) -> None:
    raise _Terminated


_NO_THREAD: Final = "can't start new thread"
"""What Python says when there is no room for a thread's stack; it has no error of its own for it."""


def _settle_collector() -> None:
    """Let Python look for cycles seldom, and not at its end.

    By default it would walk through all objects a few times in a run, for nothing: they are the modules', and records
    are arrays.
    """
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)


def _settle_arrow() -> None:
    """Let pyarrow find no pandas while it makes its first array: half a second and 60 MB for nothing.

    pyarrow looks once and remembers; ``to_pandas`` still works later.
    """
    if "pandas" in sys.modules:
        return
    hidden = _Hidden()
    sys.meta_path.insert(0, hidden)
    try:
        import pyarrow as pa

        pa.array([0])
    finally:
        sys.meta_path.remove(hidden)


class _Hidden:
    """An import finder that finds no pandas."""

    def find_spec(self, name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError(f"{name} is not needed here", name=name)


if __name__ == "__main__":
    sys.exit(main())
