"""``synth``, ``spec`` and ``plan``: what comes before linking."""

from __future__ import annotations

import argparse
import shlex
from datetime import UTC, datetime
from pathlib import Path

from linkage.cli.options import Subcommands, add_command, positive, reading_options
from linkage.cli.watched import watching
from linkage.days import day_of


def add_synth(commands: Subcommands) -> None:
    """Add ``linkage synth``."""
    synth = add_command(commands, "synth", _synth, "invent regional extracts of residents, with the truth beside them")
    synth.add_argument("--records", type=positive, help="records in all; needed unless the plan says it")
    synth.add_argument("--regions", type=positive, help="regencies (default 5, above a million more)")
    synth.add_argument("--seed", type=int, help="same seed, same bytes (default 1)")
    synth.add_argument("--preset", choices=("default", "hard"), help="hard: 15 %% copies, errors piled up")
    synth.add_argument("--nights", type=positive, help="one full extract a region, then so many less one deltas")
    synth.add_argument("--dialects", nargs="+", metavar="NAME", help="how the regions write, in turn")
    synth.add_argument("--plan", type=Path, metavar="FILE", help="TOML with any of the rates; options override it")
    synth.add_argument("--out", type=Path, required=True, help="folder; or one table: FILE.parquet, FILE.csv")


def add_spec(commands: Subcommands) -> None:
    """Add ``linkage spec``."""
    spec = add_command(commands, "spec", _spec, "propose a spec for files of people nobody has described")
    spec.add_argument("files", nargs="+", metavar="FILE")
    spec.add_argument("--out", type=Path, metavar="SPEC", help="TOML file to write; default: print it")
    spec.add_argument("--link", action="store_true", help="two files, compared only with each other")
    spec.add_argument("--pairs", type=positive, default=0, help="compare at most so many pairs (default by size)")
    reading_options(spec)


def add_plan(commands: Subcommands) -> None:
    """Add ``linkage plan``."""
    plan = add_command(
        commands, "plan", _plan, "what linking files would cost: pairs, seconds and memory, rule by rule"
    )
    plan.add_argument("files", nargs="+", metavar="FILE")
    plan.add_argument("--link", action="store_true", help="two files, compared only with each other")
    plan.add_argument("--json", action="store_true", help="print one JSON object")
    plan.add_argument("--spec", help="TOML file; default: Indonesian residents")
    plan.add_argument("--region-codes", type=Path, metavar="FILE", help="CSV of older codes: code,newest,name")
    plan.add_argument("--model", default="", help="JSON file or built-in name; default: as the spec says")
    reading_options(plan)
    plan.add_argument("--threads", type=positive, help="default: all processors")


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
        latest_year=day_of(datetime.now(UTC)).year,
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
        latest_year=day_of(datetime.now(UTC)).year,
    )
    with watching(parsed) as observer:
        plan = plan_inputs(request, engine=LocalEngine(parsed.threads), observer=observer)
    print(plan_json(plan) if parsed.json else plan_text(plan))
    return 0
