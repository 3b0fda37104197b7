"""Fuzz the standardisers for some time, led by coverage: ``python -m benchmarks.fuzz_standardise name --seconds 300``.

Targets are those of ``tests/standardise/fuzz/targets.py``, and ``all`` runs one after the other: any text has a
standard form that is read as itself, a comparison does not depend on the order of the two, and a missing value never
helps. The rest is that of :mod:`benchmarks.fuzzing`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence

from benchmarks.fuzzing import Target, run

INSTRUMENTED = ("linkage.standardise", "linkage.similarity", "linkage.identifiers")
LONGEST = 400


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one target or all; return 0 when nothing was found."""
    return run("benchmarks.fuzz_standardise", _targets, instrumented=INSTRUMENTED, longest=LONGEST, arguments=arguments)


def _targets() -> Mapping[str, Target]:
    from tests.standardise.fuzz.targets import targets

    return targets()


if __name__ == "__main__":
    sys.exit(main())
