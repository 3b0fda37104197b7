"""Fuzzing for some time, led by coverage (atheris, Linux only): what the programs for each part have in common.

What is found lies below ``benchmarks/work/fuzz/<target>``: an input that a check of the target does not pass is written
there as ``crash-...``, ``timeout-...`` or ``oom-...``, and the corpus is kept, so that the next run goes on where this
one ended.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Protocol

import numpy as np

from tests.intake.fuzz.edits import Words

WORK = Path(__file__).parent / "work" / "fuzz"
MEGABYTES = 4000
"""Memory that one input may ask for; instrumented code and its libraries take most of it."""


class Target(Protocol):
    """``seeds``: inputs to begin with. ``words``: what its reader takes as one. ``check``: raises when an input ends
    otherwise than it may."""

    @property
    def seeds(self) -> tuple[bytes, ...]: ...

    @property
    def words(self) -> tuple[Words, ...]: ...

    @property
    def check(self) -> Callable[[bytes], object]: ...


def run(
    program: str,
    load: Callable[[], Mapping[str, Target]],
    *,
    instrumented: Sequence[str],
    longest: int,
    arguments: Sequence[str] | None,
) -> int:
    """Run one target or all, each of all in a process of its own; return 0 when nothing was found.

    ``program``: the module that calls, run again for each target. ``load`` imports the targets and all that they use,
    for only what is imported under instruments is seen. ``longest``: bytes of an input, or twice the longest seed.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {program}")
    parser.add_argument("target", help="name of a target, or all")
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--runs", type=int, default=-1, help="stop after so many inputs")
    parser.add_argument("--seed", type=int, default=0, help="of the generator; 0 takes another one each time")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the corpus and what is found")
    chosen = parser.parse_args(arguments)
    if chosen.target == "all":
        return _run_all(program, list(load()), chosen)
    # Read once, when numba is imported. In Python an index out of range is an error, and coverage sees the kernels.
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    # Hashes wrap round, in kernels without a word.
    np.seterr(over="ignore")
    _fuzz(load, instrumented, longest, chosen)
    return 0


def _run_all(program: str, names: Sequence[str], chosen: argparse.Namespace) -> int:
    failed = []
    for name in names:
        command = [sys.executable, "-m", program, name, "--seconds", str(chosen.seconds)]
        command += ["--runs", str(chosen.runs), "--seed", str(chosen.seed), "--work", str(chosen.work)]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print(f"{len(failed)} of {len(names)} targets with findings: {', '.join(failed) or 'none'}", file=sys.stderr)
    return 1 if failed else 0


def _fuzz(
    load: Callable[[], Mapping[str, Target]], instrumented: Sequence[str], longest: int, chosen: argparse.Namespace
) -> None:
    import atheris

    with atheris.instrument_imports(include=list(instrumented)):
        targets = load()
    if chosen.target not in targets:
        raise SystemExit(f"no such target; there are all, {', '.join(targets)}")
    target = targets[chosen.target]
    folder: Path = chosen.work / chosen.target
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(target.seeds):
        (corpus / f"seed-{number}").write_bytes(seed)
    words = folder / "words.txt"
    tokens = sorted({token for words in target.words for token in words.tokens if 0 < len(token) <= 64})
    words.write_text("".join(f'"{_escaped(token)}"\n' for token in tokens), encoding="ascii")
    options = {
        "max_total_time": chosen.seconds,
        "runs": chosen.runs,
        "seed": chosen.seed,
        "dict": words,
        "artifact_prefix": f"{folder}/",
        "max_len": max(longest, 2 * max(map(len, target.seeds))),
        "len_control": 0,
        "timeout": 30,
        "rss_limit_mb": MEGABYTES,
        "print_final_stats": 1,
        "verbosity": 0,
    }
    atheris.Setup([sys.argv[0], *(f"-{name}={value}" for name, value in options.items()), str(corpus)], target.check)
    atheris.Fuzz()


def _escaped(token: bytes) -> str:
    return "".join(f"\\x{byte:02x}" for byte in token)
