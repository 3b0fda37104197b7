"""Fuzz a reader for some time, led by coverage: ``python -m benchmarks.fuzz_readers csv --seconds 300``.

Targets are those of ``tests/intake/fuzz/targets.py``, and ``all`` runs one after the other, each in a process of its
own. What is found lies below ``benchmarks/work/fuzz/<target>``: an input that ends in anything but counts that balance
or one clear error is written there as ``crash-...``, ``timeout-...`` or ``oom-...``, and the corpus is kept, so that
the next run goes on where this one ended. Linux only (atheris).
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import numpy as np

WORK = Path(__file__).parent / "work" / "fuzz"
INSTRUMENTED = ["linkage.intake", "linkage.spec", "linkage.proposal", "linkage.similarity"]
MEGABYTES = 4000
"""Memory that one input may ask for; instrumented code and its libraries take most of it."""


def main(arguments: list[str] | None = None) -> int:
    """Run one target or all; return 0 when nothing was found."""
    parser = argparse.ArgumentParser(description="Fuzz the readers.")
    parser.add_argument("target", help="name of a target, or all")
    parser.add_argument("--seconds", type=int, default=300, help="for each target")
    parser.add_argument("--runs", type=int, default=-1, help="stop after so many inputs")
    parser.add_argument("--seed", type=int, default=0, help="of the generator; 0 takes another one each time")
    parser.add_argument("--work", type=Path, default=WORK, help="folder for the corpus and what is found")
    chosen = parser.parse_args(arguments)
    if chosen.target == "all":
        return _run_all(chosen)
    # Read once, when numba is imported. In Python an index out of range is an error, and coverage sees the kernels.
    os.environ["NUMBA_DISABLE_JIT"] = "1"
    # Hashes wrap round, in kernels without a word.
    np.seterr(over="ignore")
    _fuzz(chosen)
    return 0


def _run_all(chosen: argparse.Namespace) -> int:
    from tests.intake.fuzz.targets import targets

    failed = []
    for name in targets():
        command = [sys.executable, "-m", "benchmarks.fuzz_readers", name, "--seconds", str(chosen.seconds)]
        command += ["--runs", str(chosen.runs), "--seed", str(chosen.seed), "--work", str(chosen.work)]
        if subprocess.run(command, check=False).returncode:
            failed.append(name)
    print(f"{len(failed)} of {len(targets())} targets with findings: {', '.join(failed) or 'none'}", file=sys.stderr)
    return 1 if failed else 0


def _fuzz(chosen: argparse.Namespace) -> None:
    import atheris

    with atheris.instrument_imports(include=INSTRUMENTED):
        import linkage.intake.readers.delta
        import linkage.intake.readers.xlsx
        import linkage.intake.sources.queries  # noqa: F401 - imported lazily elsewhere, then without instruments
        from tests.intake.fuzz.targets import targets

    if chosen.target not in targets():
        raise SystemExit(f"no such target; there are all, {', '.join(targets())}")
    target = targets()[chosen.target]
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
        "max_len": max(4096, 2 * max(map(len, target.seeds))),
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


if __name__ == "__main__":
    sys.exit(main())
